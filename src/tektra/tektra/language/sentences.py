# SPDX-License-Identifier: Apache-2.0
"""Text into sentences, also while it is still being written: the one splitter of planner and speech.

A dot is no end behind an abbreviation of config/language/<code>/speech.yaml, an initial, or a number that goes on. A block of code
(Markdown's fence) is one piece. Whoever feeds a text in pieces gets the same sentences, wherever the pieces end.
"""

from __future__ import annotations

import re
from functools import cache

from babel.dates import get_day_names, get_month_names

from tektra.common.errors import ConfigError
from tektra.language import files

#: A possible end: closing marks, quotes and brackets behind them, then space or the end; or a line's end.
_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]*_]*(?=\s|$))|(?:[。！？]+)|\n+")
#: What opens a block of code: at a line's beginning, or right behind a sentence.
_FENCE = re.compile(r"\s*(```+|~~~+)[^\n]{0,200}\n")
_MAYBE_FENCE = re.compile(r"\s*(`{1,2}|~{1,2}|(```|~~~)[^\n]{0,200})$")
_LATER_FENCE = re.compile(r"\n[ ]{0,3}(?:```|~~~)")
_LAST_WORD = re.compile(r"(\S+)$")
_INNER_SPACES = tuple(
    re.compile(rf"(?:^|[\s(\"'“„«])((?:\w{{1,3}}\.? ){{{words}}}\S+)$") for words in (0, 1, 2)
)
#: A sentence that is longer is cut at its last comma or space before.
LONGEST_CHARS = 220
#: A block of code that is longer is given up as code.
LONGEST_FENCE_CHARS = 20_000
_OPENING = "\"'“„«(‘["
#: What an abbreviation stands before: "No. 5", "Kap. IV".
_NUMBER = re.compile(r"\d|[IVXL]+(?!\w)")
_HALF_A_NUMERAL = re.compile(r"[IVXL]+")
#: "Heinrich VIII. und", "the U.S.A. and": a small letter behind them goes on.
_NUMERAL_OR_INITIALS = re.compile(r"[IVXL]{2,}|(?:[^\W\d_]\.)+[^\W\d_]")

#: "3", "12.3" and "1.000", which may be ordinals and days.
_COUNT = re.compile(r"\d+|\d{1,2}\.\d{1,2}|\d{1,3}(?:\.\d{3})+")
_WHOLE_NUMBER = re.compile(r"\d+|[IVXL]+")
#: "l'avv. Gallo".
_ARTICLE = re.compile(r"^[^\W\d_]{1,5}['’]")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+")
#: "Mo.–Fr".
_SHORT_DAYS = re.compile(r"[^\W\d_]{2,4}(?:\.[-–]|–)[^\W\d_]{2,4}")


@cache
def _abbreviations(kind: str) -> frozenset[str]:
    """Those of all languages, in lower case and without their last dot: the language of a stream is not known."""
    found: set[str] = set()
    for code in files.languages():
        try:
            given = files.read(code, "speech").get(kind, {})
        except ConfigError:  # a language that has no words of its own for speech
            continue
        if isinstance(given, dict):
            found.update(str(word).lower() for word in given)
    return frozenset(found)


@cache
def _of_two_words() -> frozenset[str]:
    """Of all abbreviations the few with a space: only these are looked through at each dot."""
    known = _abbreviations("abbreviations") | _abbreviations("may_end")
    return frozenset(word for word in known if " " in word)


@cache
def _endings() -> tuple[str, ...]:
    """What a word is cut to before a number: "Hauptstr. 5"."""
    found: set[str] = set()
    for code in files.languages():
        try:
            given = files.read(code, "speech").get("endings", {})
        except ConfigError:
            continue
        if isinstance(given, dict):
            found.update(str(ending) for ending in given)
    return tuple(found)


@cache
def _days() -> frozenset[str]:
    """Short names of days: "mer. 7", "Am Sa. um 9"."""
    found: set[str] = set()
    for code in files.languages():
        for short in get_day_names("abbreviated", locale=code).values():
            bare = str(short).rstrip(".")
            found.update((bare, bare.capitalize()))
    return frozenset(found)


@cache
def _counted_so() -> frozenset[str]:
    """Nouns behind an ordinal that is written with a dot: "3. Stock", "7. Mai"."""
    months = (get_month_names(width, locale="de").values() for width in ("wide", "abbreviated"))
    found = {str(name).rstrip(".") for names in months for name in names}
    for code in files.languages():
        try:
            given = files.read(code, "speech").get("ordinal_before")
        except ConfigError:
            continue
        found.update(map(str, given if isinstance(given, list) else ()))
    return frozenset(found)


@cache
def _ordinal_words() -> frozenset[str]:
    """Words before an ordinal that is written with a dot ("am 3. Mai"), and the months behind one."""
    found: set[str] = set()
    for code in files.languages():
        try:
            after = files.read(code, "speech").get("ordinal_after", {})
        except ConfigError:
            continue
        if isinstance(after, dict):
            found.update(str(word) for words in after.values() for word in words)
    return frozenset(found)


class SentenceSplitter:
    """Fed text as it comes, gives sentences as soon as they are certain to have ended."""

    def __init__(self) -> None:
        self._open = ""

    def feed(self, text: str) -> list[str]:
        """The sentences that this text completes. One at the very end of the text so far waits for what follows it."""
        self._open += text
        found, self._open = _split(self._open, at_end=False)
        return found

    def finish(self) -> list[str]:
        """What is left, as the text ends here."""
        found, rest = _split(self._open, at_end=True)
        self._open = ""
        return found + ([rest.strip()] if rest.strip() else [])


def sentences(text: str) -> list[str]:
    """All sentences of a text, without surrounding space; empty ones are left out."""
    splitter = SentenceSplitter()
    return splitter.feed(text) + splitter.finish()


def _split(text: str, *, at_end: bool) -> tuple[list[str], str]:
    found: list[str] = []
    begin = 0
    while (end := _next_end(text, begin, at_end=at_end)) is not None:
        sentence = text[begin:end].strip()
        begin = end
        if sentence:
            found.append(sentence)
    return found, text[begin:]


def _next_end(text: str, begin: int, *, at_end: bool) -> int | None:
    """Where the sentence that begins there ends; None while that is not known."""
    if (fence := _FENCE.match(text, begin)) is not None:
        return _fence_end(text, fence, at_end=at_end)
    if not at_end and _MAYBE_FENCE.match(text, begin):
        return None  # its line has not come to an end
    later = _LATER_FENCE.search(text, begin, begin + 2 * LONGEST_CHARS)  # not all the rest for each sentence
    for end in _END.finditer(text, begin, later.start() + 1 if later is not None else len(text)):
        if end.start() - begin > LONGEST_CHARS:
            break
        if end.group().startswith("\n") or end.group()[0] in "。！？":
            return end.end()
        if end.end() == len(text) and not at_end:
            break
        verdict = _ends_here(text, begin, end, at_end=at_end)
        if verdict is None:
            break
        if verdict:
            return end.end()
    return _cut(text, begin) if len(text) - begin > LONGEST_CHARS else None


def _fence_end(text: str, fence: re.Match[str], *, at_end: bool) -> int | None:
    closing = re.compile(r"\n[ ]{0,3}" + re.escape(fence.group(1)) + r"[ \t]*(\n|$)")
    closed = closing.search(text, fence.end() - 1)
    if closed is not None and (closed.group(1) or at_end):
        return closed.end()
    if len(text) - fence.start() > LONGEST_FENCE_CHARS or (at_end and closed is None):
        return len(text)
    return None


def _cut(text: str, begin: int) -> int:
    """A place to cut a sentence that is too long."""
    end = begin + LONGEST_CHARS
    for mark in (", ", "; ", ": ", " "):
        if (at := text.rfind(mark, begin + 1, end)) > begin:
            return at + len(mark)
    return end


def _ends_here(text: str, begin: int, end: re.Match[str], *, at_end: bool) -> bool | None:
    """Whether a mark ends the sentence; None while what follows would tell."""
    word = _LAST_WORD.search(text[begin : end.start()])
    if end.group()[0] != "." or len(end.group()) > 1 or word is None:
        return True
    bare = word.group(1).lstrip(_OPENING)
    follows = text[end.end() :].lstrip()
    if not follows:
        return True if at_end else (None if _may_go_on(bare, text[begin : end.start()]) else True)
    known = {bare.lower(), _ARTICLE.sub("", bare.lower()), *_with_inner_space(text[begin : end.start()])}
    rests = _rests(bare)
    if not at_end and (
        _HALF_A_NUMERAL.fullmatch(follows) or any(rest.startswith(follows.lower()) for rest in rests)
    ):
        return None
    if known & _abbreviations("abbreviations") or follows.lower().startswith(rests):
        return False
    if known & _abbreviations("may_end"):
        return follows[0].isupper()
    before = text[begin : begin + word.start()].split()
    counts = _COUNT.fullmatch(bare) or _NUMERAL_OR_INITIALS.fullmatch(bare)
    if counts and not at_end and any(noun.startswith(follows) for noun in _counted_so()):
        return None
    if _COUNT.fullmatch(bare):
        return _number_ends(bare, before[-1].lower() if before else "", follows)
    if known & _abbreviations("before_numbers") and _NUMBER.match(follows):
        return False
    if not follows[0].isupper() and bare in _days():
        return False
    goes_on = _SHORT_DAYS.fullmatch(bare) or _is_counted(known, before) or known & _abbreviations("following")
    if follows[0].islower() and goes_on:
        return False
    if bare.endswith(_endings()) and follows[0].isdigit():
        return False
    if _NUMERAL_OR_INITIALS.fullmatch(bare):
        return not (follows[0].islower() or follows.split()[0].rstrip(".,;:!?") in _counted_so())
    return not _is_initial(bare)


def _number_ends(bare: str, before: str, follows: str) -> bool:
    """ "the 3." ends no sentence in "am 3. Mai", "am 12.3. geboren" and "der 1.000. Besucher"."""
    is_ordinal = before in _ordinal_words() or follows.split()[0].rstrip(".,;:!?") in _counted_so()
    if not bare.isdigit():
        return not (before in _ordinal_words() and (follows[0].islower() or _THOUSANDS.fullmatch(bare)))
    return not (follows[0].isdigit() or follows[0].islower() or not before or is_ordinal)


def _is_counted(known: set[str], before: list[str]) -> bool:
    """ "le 24 déc. à midi", "il III sec. a.C.": a short form behind a number."""
    return bool(known & _abbreviations("before_numbers") and before and _WHOLE_NUMBER.fullmatch(before[-1]))


def _may_go_on(bare: str, before: str) -> bool:
    known = {bare.lower(), _ARTICLE.sub("", bare.lower()), *_with_inner_space(before)}
    kinds = ("abbreviations", "may_end", "before_numbers", "following")
    if (
        _COUNT.fullmatch(bare)
        or _SHORT_DAYS.fullmatch(bare)
        or bare in _days()
        or bare.endswith(_endings())
        or _rests(bare)
        or _is_initial(bare)
        or _NUMERAL_OR_INITIALS.fullmatch(bare)
    ):
        return True
    return any(known & _abbreviations(kind) for kind in kinds)


def _with_inner_space(before: str) -> set[str]:
    """The last words, as "z. B" and "i. d. R" are one abbreviation each."""
    found = (pattern.search(before) for pattern in _INNER_SPACES)
    return {match.group(1).lower() for match in found if match}


def _rests(bare: str) -> tuple[str, ...]:
    """What is still to come of an abbreviation that begins so: "UU." behind "EE."."""
    begun = f"{bare}. ".lower()
    return tuple(f"{word.removeprefix(begun)}." for word in _of_two_words() if word.startswith(begun))


def _is_initial(bare: str) -> bool:
    return len(bare) == 1 and bare.isalpha() and bare != "I"
