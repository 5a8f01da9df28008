# SPDX-License-Identifier: Apache-2.0
"""Which sentences of a model say that it did, does or will do something: no free talk does, so none of them is true.

"I'll remember that", "I have set a reminder", "the timer is set" are such sentences; "I will tell you a joke" and "I have read
that honey never spoils" are done by saying them, or do nothing. So what counts is not which deed it is (there is no end to
them): whoever speaks, a form of the verb for what was done or is to come, and a verb that is none of a few harmless ones.
Plain functions on words; data: config/language/<code>/promises.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tektra.language.text import Shape, Token, tokens
from tektra.language.text import words as plain_words

#: When something is said to happen.
TIMES = ("coming", "doing", "done")
#: "Alarm set for seven": a clause that tells so shortly what is settled has no more words.
SHORT = 5
_NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True)
class PromiseWords:
    """Of one language. `markers`: for each of TIMES the phrases that go before the verb ("will", "have"); `forms`: what the
    verb behind them looks like. `bare`: what a verb looks like that needs no marker ("recordaré"). `present`: beginnings of
    verbs that tell what is done now. `who`: who must speak; empty where the verb tells. `verb_last`: as in German."""

    who: frozenset[str] = frozenset()
    markers: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    forms: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    bare: re.Pattern[str] = _NOTHING
    present: tuple[str, ...] = ()
    between: frozenset[str] = frozenset()
    harmless: tuple[str, ...] = ()
    hedges: frozenset[str] = frozenset()
    habits: frozenset[str] = frozenset()
    idioms: tuple[tuple[str, ...], ...] = ()
    definite: frozenset[str] = frozenset()
    yours: frozenset[str] = frozenset()
    to_come: tuple[str, ...] = ()
    headless: re.Pattern[str] = _NOTHING
    headless_with: frozenset[str] = frozenset()
    negations: frozenset[str] = frozenset()
    forgets: tuple[str, ...] = ()
    memory: tuple[str, ...] = ()
    kept: frozenset[str] = frozenset()
    be: frozenset[str] = frozenset()
    settled: frozenset[str] = frozenset()
    alone: tuple[tuple[str, ...], ...] = ()
    verb_last: bool = False


def read_promises(data: Mapping[str, object]) -> PromiseWords:
    """Words are in one text, phrases in a list; a beginning of words ends in nothing, a whole word in "_"."""

    def said(key: str) -> tuple[str, ...]:
        return tuple(
            "_".join(plain_words(w.rstrip("_"))) + "_" * w.endswith("_") for w in _text(data, key).split()
        )

    def phrases(key: str) -> tuple[tuple[str, ...], ...]:
        given = data.get(key, [])
        return tuple(plain_words(str(phrase)) for phrase in given) if isinstance(given, list) else ()

    def form(key: str) -> re.Pattern[str]:
        return re.compile(_text(data, key)) if _text(data, key) else _NOTHING

    return PromiseWords(
        who=frozenset(said("who")),
        markers={time: phrases(time) for time in TIMES},
        forms={time: form(f"{time}_form") for time in TIMES},
        bare=form("bare_form"),
        present=said("present"),
        between=frozenset(said("between")),
        harmless=said("harmless"),
        hedges=frozenset(said("hedges")),
        habits=frozenset(said("habits")),
        idioms=phrases("idioms"),
        definite=frozenset(said("definite")),
        yours=frozenset(said("yours")),
        to_come=said("to_come"),
        headless=form("headless_form"),
        headless_with=frozenset(said("headless_with")),
        negations=frozenset(said("negations")),
        forgets=said("forgets"),
        memory=said("memory"),
        kept=frozenset(said("kept")),
        be=frozenset(said("be")),
        settled=frozenset(said("settled")),
        alone=phrases("alone"),
        verb_last=_text(data, "verb_last") == "yes",
    )


@dataclass(frozen=True)
class Promise:
    """`memory`: something is said to be, or to become, remembered."""

    memory: bool = False


def promised(sentence: str, words: PromiseWords) -> Promise | None:
    """What a sentence claims to have been done or to be done; None for a question, and for talk that claims nothing."""
    if sentence.rstrip().endswith("?"):
        return None
    clauses = list(_clauses(sentence))
    if any(token.plain in words.hedges for clause in clauses for token in clause):
        return None
    for clause in clauses:
        if _claims(clause, words):
            return Promise(any(_begins(token.plain, words.memory) for each in clauses for token in each))
    return None


def may_promise(begun: str, words: PromiseWords) -> bool:
    """Whether a sentence that begins so may come to claim a deed: it is not given out before its end."""
    found = [token for token in tokens(begun) if token.shape is Shape.WORD]
    plain = [token.plain for token in found]
    marked = any(_at(phrase[:1], plain) >= 0 for time in TIMES for phrase in words.markers[time])
    named = any(word in words.who or word in words.kept or _begins(word, words.present) for word in plain)
    alone = bool(plain) and any(tuple(plain) == phrase[: len(plain)] for phrase in words.alone)
    return marked or named or alone or any(_looks(token, words.bare) for token in found)


def _claims(clause: Sequence[Token], words: PromiseWords) -> bool:
    plain = [token.plain for token in clause]
    bare = tuple(word for word in plain if word not in words.between)
    if any(bare == phrase or tuple(plain) == phrase for phrase in words.alone):
        return True
    negated = any(word in words.negations for word in plain)
    if any(_begins(word, words.forgets) for word in plain):
        return negated and bool(not words.who or words.who & set(plain))
    if negated:
        return False
    if _settled(clause, words) or _headless(clause, words):
        return True
    speaks = next((index for index, word in enumerate(plain) if word in words.who), -1 if words.who else 0)
    return speaks >= 0 and _done_by_whoever_speaks(clause[speaks:], words)


def _done_by_whoever_speaks(clause: Sequence[Token], words: PromiseWords) -> bool:
    plain = [token.plain for token in clause]
    if any(_at(idiom, plain) >= 0 for idiom in words.idioms):
        return False
    coming = tuple(_marked(clause, "coming", words))
    if any(_begins(verb.plain, words.to_come) for verb in coming):
        return True
    verbs = [*coming, *_marked(clause, "doing", words), *_marked(clause, "done", words)]
    if not verbs and words.habits.isdisjoint(plain):
        verb = _verb(clause, words, first=True)
        present = verb is not None and (_begins(verb.plain, words.present) or _looks(verb, words.bare))
        verbs = [verb] if verb is not None and present else []
    # "I will write a poem" does so; of a mail, and of what is kept in mind, more is claimed
    of_things = any(word in words.kept or _begins(word, words.memory) for word in plain)
    return any(of_things or not _begins(verb.plain, words.harmless) for verb in verbs)


def _marked(clause: Sequence[Token], time: str, words: PromiseWords) -> Iterator[Token]:
    """The verbs behind what marks that time."""
    plain = [token.plain for token in clause]
    for phrase in words.markers[time]:
        at = _at(phrase, plain)
        if at >= 0 and _only_between(plain[:at], words):
            verb = _verb(clause[at + len(phrase) :], words)
            if verb is not None and _looks(verb, words.forms[time]):
                yield verb


def _verb(clause: Sequence[Token], words: PromiseWords, *, first: bool = False) -> Token | None:
    """The verb of what follows: its first word but for those that may stand between, or its last one."""
    if words.verb_last and not first:
        return clause[-1] if clause else None
    skipped = words.between | words.who
    return next((token for token in clause if token.plain not in skipped), None)


def _only_between(plain: Sequence[str], words: PromiseWords) -> bool:
    """Whether nothing of its own stands there: "I think he will come" is no promise."""
    return all(word in words.between or word in words.who for word in plain)


def _settled(clause: Sequence[Token], words: PromiseWords) -> bool:
    """ "Your reminder is set", "the light is on", "alarm set for seven"."""
    plain = [token.plain for token in clause]
    so = next((i for i, word in enumerate(plain) if word in words.be), -1)
    if so < 0:
        return len(plain) <= SHORT and plain[0] in words.kept and _is_state(clause[1:], words)
    before, after = plain[:so], [token for token in clause[so:] if token.plain not in words.be]
    if any(_begins(token.plain, words.harmless) for token in after):
        return False
    pairs = zip(before, before[1:], strict=False)
    kept = any(one in words.definite and next_ in words.kept for one, next_ in pairs)
    own = not words.yours.isdisjoint(before) and _looks(_verb(after, words), words.forms["done"])
    return own or (kept and _is_state(after, words))


def _is_state(clause: Sequence[Token], words: PromiseWords) -> bool:
    """Whether it tells what a thing was made to be, by the form of a verb or a word as "on"."""
    verb = _verb(clause, words)
    return verb is not None and (verb.plain in words.settled or _looks(verb, words.forms["done"]))


def _headless(clause: Sequence[Token], words: PromiseWords) -> bool:
    """ "Setting an alarm for you": what is done now, without a word for whoever does it."""
    verb = _verb(clause, words, first=True)
    looks = verb is not None and _looks(verb, words.headless) and not _begins(verb.plain, words.harmless)
    return looks and not words.headless_with.isdisjoint(token.plain for token in clause)


def _clauses(sentence: str) -> Iterator[list[Token]]:
    clause: list[Token] = []
    for token in tokens(sentence):
        if token.shape is Shape.WORD:
            clause.append(token)
        elif token.shape is Shape.MARK and clause:
            yield clause
            clause = []
    if clause:
        yield clause


def _looks(token: Token | None, form: re.Pattern[str]) -> bool:
    """With its accents: they are what a future tense has. A noun of German is none of its verbs."""
    text = "" if token is None else token.text if token.start else token.text.casefold()
    return form.fullmatch(text) is not None


def _begins(word: str, stems: Sequence[str]) -> bool:
    return any(word == stem[:-1] if stem.endswith("_") else word.startswith(stem) for stem in stems)


def _at(phrase: Sequence[str], said: Sequence[str]) -> int:
    length = len(phrase)
    rows = (
        index
        for index in range(len(said) - length + 1)
        if tuple(said[index : index + length]) == tuple(phrase)
    )
    return next(rows, -1) if length else -1


def _text(data: Mapping[str, object], key: str) -> str:
    found = data.get(key, "")
    return found if isinstance(found, str) else ""
