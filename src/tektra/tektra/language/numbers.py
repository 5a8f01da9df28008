# SPDX-License-Identifier: Apache-2.0
"""Numbers in a row of tokens: digits as people write them, and spoken ones by text2num."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from text_to_num import find_numbers

from tektra.language.text import Shape, Token

MAX_DIGITS = 15
#: text2num's own bound between "one" the number and "one" the pronoun; who calls decides that here.
_ALL = 0.0
_ISOLATED_MARKS = frozenset(".,;:!?")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of `tokens[start:end]`. `doubt`: why another reading of its form is as likely, or ""."""

    start: int
    end: int
    value: float
    ordinal: bool = False
    doubt: str = ""


@dataclass(frozen=True)
class _Spoken:
    """A token as text2num wants it."""

    word: str
    parted: bool

    def text(self) -> str:
        return self.word

    def nt_separated(self, previous: _Spoken) -> bool:
        return self.parted

    def not_a_number_part(self) -> bool:
        return not self.word


def spoken(
    tokens: Sequence[Token], language: str, spelling: Mapping[str, str], never: frozenset[str]
) -> dict[int, Number]:
    """Spoken numbers by the index of their first token. `spelling`: parts of words to write as text2num knows them;
    `never`: words that are no number by themselves, such as articles."""
    row: list[_Spoken] = []
    parted = False
    where: list[int] = []
    for index, token in enumerate(tokens):
        if token.shape is Shape.WORD:
            row.append(_Spoken(_respelled(token.text.lower(), spelling), parted))
            where.append(index)
        else:  # a mark or digits part what is spoken; a dash does not part "twenty-one", which `tokens` has joined
            row.append(_Spoken("", parted=True))
            where.append(index)
        parted = token.shape is not Shape.WORD
    found: dict[int, Number] = {}
    article = -1
    for hit in find_numbers(row, language, _ALL):
        start, end = where[hit.start], where[hit.end - 1] + 1
        if end - start == 1 and tokens[start].plain in never:
            article = end
            continue
        if end - start == 1 and hit.value == 0 and row[hit.start].word != tokens[start].text.lower():
            continue  # "oh" is a nought only before another digit
        first = start - 1 if article == start and not row[hit.start].parted else start
        said = " ".join(token.text for token in tokens[first:end])
        one_by_one = first < start or re.fullmatch(r"0\d+", hit.text) is not None
        doubt = f"{said!r} may be one number, or digits one by one" if one_by_one else ""
        found[start] = Number(start, end, float(hit.value), ordinal=bool(hit.is_ordinal), doubt=doubt)
    return found


def written(tokens: Sequence[Token], index: int, thousands: str) -> Number | None:
    """The number in digits at `index`: "2.5", "2,5", "1,000.5", "1 1/2", "½", "3½". `thousands`: the mark that the
    language sets between thousands. None when there is none, or none that can be read."""
    token = tokens[index]
    if token.shape is Shape.MARK:
        share = _vulgar(token.text)
        return _point(tokens, index) if share is None else Number(index, index + 1, share)
    value, doubt = _value(token.text, thousands) if token.shape is Shape.NUMBER else (None, "")
    if value is None:
        return None
    if (groups := spaced(tokens, index)) is not None:
        return groups
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if after is not None and (share := _vulgar(after.text)) is not None:
        return Number(index, index + 2, value + share)
    if (ratio := _ratio(tokens, index)) is not None:
        return Number(index, index + 3, ratio)
    if (ratio := _ratio(tokens, index + 1)) is not None and after is not None and after.start > token.end:
        return Number(index, index + 4, value + ratio)
    return Number(index, index + 1, value, doubt=doubt)


def _point(tokens: Sequence[Token], index: int) -> Number | None:
    """ ".5" """
    token, after = tokens[index], tokens[index + 1] if index + 1 < len(tokens) else None
    parted = index == 0 or tokens[index - 1].end < token.start
    if (
        after is None
        or token.text not in ".,"
        or after.start > token.end
        or not parted
        or not after.text.isdecimal()
    ):
        return None
    return Number(index, index + 2, float("0." + after.text[:MAX_DIGITS]))


def spaced(tokens: Sequence[Token], index: int) -> Number | None:
    """Digits in groups with spaces, "1 000" or "2 500": one number, or several beside each other. The doubt says so,
    unless a group begins with 0, as no other number does."""
    end = index + 1
    while (
        end < len(tokens)
        and re.fullmatch(r"\d{3}", tokens[end].text)
        and tokens[end].start == tokens[end - 1].end + 1
    ):
        end += 1
    parts = [token.text for token in tokens[index:end]]
    if len(parts) < 2 or not re.fullmatch(r"[1-9]\d{0,2}", parts[0]):
        return None
    doubt = (
        ""
        if any(part[0] == "0" for part in parts[1:])
        else f"{' '.join(parts)!r} may be one number or several"
    )
    return Number(index, end, float("".join(parts)), doubt=doubt)


def _ratio(tokens: Sequence[Token], index: int) -> float | None:
    """ "3/4" of small whole numbers, without spaces."""
    parts = tokens[index : index + 3]
    if (
        len(parts) < 3
        or parts[1].text not in "/⁄"
        or parts[0].end != parts[1].start
        or parts[1].end != parts[2].start
    ):
        return None
    if not re.fullmatch(r"\d{1,2}", parts[0].text) or not re.fullmatch(r"\d{1,2}", parts[2].text):
        return None
    below = int(parts[2].text)
    return int(parts[0].text) / below if below else None


def _vulgar(text: str) -> float | None:
    return (
        unicodedata.numeric(text)
        if len(text) == 1 and "VULGAR FRACTION" in unicodedata.name(text, "")
        else None
    )


def _value(text: str, thousands: str) -> tuple[float | None, str]:
    if ":" in text or sum(c.isdigit() for c in text) > MAX_DIGITS:
        return None, ""
    marks = re.sub(r"\d", "", text)
    other = "." if thousands == "," else ","
    if not marks:
        return float(text), ""
    if len(set(marks)) == 2:  # the last one is the decimal mark, whatever the language
        decimal, grouping = marks[-1], marks[0]
        grouped = text[: text.rindex(decimal)]
        if marks.count(decimal) > 1 or not _grouped(grouped, grouping):
            return None, ""
        return float(text.replace(grouping, "").replace(decimal, ".")), ""
    if len(marks) > 1:
        return (float(text.replace(marks[0], "")), "") if _grouped(text, marks[0]) else (None, "")
    if marks == thousands and _grouped(text, marks):
        return float(text.replace(marks, "")), f"{text!r} may be a thousand or a fraction"
    if marks == other and _grouped(text, marks):
        return float(text.replace(marks, ".")), f"{text!r} may be a thousand or a fraction"
    return float(text.replace(marks, ".")), ""


def _grouped(text: str, mark: str) -> bool:
    return re.fullmatch(rf"[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+", text) is not None


def _respelled(word: str, spelling: Mapping[str, str]) -> str:
    for wrong, right in spelling.items():
        if wrong.endswith("$"):
            word = word[: 1 - len(wrong)] + right if word.endswith(wrong[:-1]) else word
        elif wrong in word:
            word = word.replace(wrong, right)
    return word
