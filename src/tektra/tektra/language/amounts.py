# SPDX-License-Identifier: Apache-2.0
"""The numbers of quantities: how many, before their unit says of what."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tektra.language.numbers import Number, spoken, written
from tektra.language.quantity_words import Unit, Words
from tektra.language.spelling import nearest
from tektra.language.text import Shape, tokens

#: Shorter words are too like each other to be corrected.
MIN_CORRECTED = 5


@dataclass(frozen=True, slots=True)
class Amount:
    """A number and the index of the token behind it, before its unit is known."""

    end: int
    value: float
    doubt: str = ""
    article: bool = False  # only "a", which counts nothing without a unit
    fraction: bool = False  # "half": a share, if no unit follows
    counted: bool = False  # "twice", "a couple of"
    ordinal: bool = False
    guessed: bool = False  # another word that sounds like a number, which only a unit makes one


class Amounts:
    """The tokens of one sentence, and the numbers and units among them. Indices are those of `tokens` and `row`."""

    def __init__(self, text: str, words: Words, language: str) -> None:
        self.tokens = tokens(text)
        self.row = [token.plain for token in self.tokens]
        self._text = text
        self._words = words
        self._language = language
        found = spoken(self.tokens, language, words.spelling, words.articles)
        self._spoken = {at: self._unless_rough(at, number) for at, number in found.items()}

    def at(self, index: int) -> Amount | None:
        """The amount that begins at `index`, with its sign."""
        minus = self._minus(index)
        amount = self._amount(index + minus)
        if amount is None:
            return None
        if minus:
            amount = replace(amount, value=-amount.value)
        return self._range(index, amount)

    def unit(self, index: int, *, attached: bool) -> tuple[int, Unit, str] | None:
        """How many tokens the unit at `index` has, which it is, and a doubt about its spelling. `attached`: it stands
        right behind a number, so that a quotation mark is an inch."""
        found = self._words.units.at(self.row, index)
        if found is not None:
            token = self.tokens[index]
            if token.shape is Shape.MARK and not attached and token.text not in "°%":
                return None  # a quotation mark, not an inch
            if self._elided(index + found[0]):
                return None  # "s'il te plaît": no seconds
            return *found, ""
        if index >= len(self.row) or len(self.row[index]) < MIN_CORRECTED:
            return None
        meant = nearest(self.row[index], self._words.units.single_words(), MIN_CORRECTED)
        if meant is None:
            return None
        word, unit = meant
        return 1, unit, f"{self.tokens[index].text!r} may be {word!r}"

    def _unless_rough(self, index: int, number: Number) -> Number:
        """ "unos cuarenta" is about forty: what says that it is rough is no digit before it."""
        rough = index > 0 and self._words.about.at(self.row, index - 1) is not None
        return replace(number, doubt="") if rough and number.start == index else number

    def _elided(self, index: int) -> bool:
        """Whether the letter before this token is tied to it by an apostrophe."""
        if not 0 < index < len(self.tokens) or len(self.tokens[index - 1].text) > 1:
            return False
        return self._text[self.tokens[index - 1].end : self.tokens[index].start] in ("'", "’")

    def touches(self, index: int) -> bool:
        """Whether no space parts this token from the one before it."""
        return 0 < index < len(self.tokens) and self.tokens[index].start == self.tokens[index - 1].end

    def _minus(self, index: int) -> int:
        if (minus := self._words.minus.at(self.row, index)) is not None:
            return minus[0]
        token = self.tokens[index]
        glued = index + 1 < len(self.tokens) and self.tokens[index + 1].start == token.end
        parted = index == 0 or self.tokens[index - 1].end < token.start
        return 1 if token.text in ("-", "−", "–") and glued and parted else 0

    def _amount(self, index: int) -> Amount | None:
        if index >= len(self.tokens):
            return None
        words, row = self._words, self.row
        if (counted := words.counts.at(row, index)) is not None:
            return Amount(index + counted[0], counted[1], counted=True)
        if (ordinal := words.ordinals.at(row, index)) is not None:
            return Amount(index + ordinal[0], ordinal[1], ordinal=True)
        if (fraction := words.fractions.at(row, index)) is not None:
            return Amount(index + fraction[0], fraction[1], fraction=True)
        number = self.number(index)
        if number is not None:
            tail = words.tails.at(row, number.end)
            end, value = (
                (number.end + tail[0], number.value + tail[1]) if tail else (number.end, number.value)
            )
            return Amount(end, value, number.doubt, ordinal=number.ordinal)
        if row[index] in words.articles:
            many = self._spoken.get(index + 1)
            if many is not None and many.value >= 100:  # "a hundred and eighty"
                return Amount(many.end, many.value)
            return Amount(index + 1, 1.0, article=True)
        return self._homophone(index)

    def number(self, index: int) -> Number | None:
        """The number in digits or words that begins at `index`."""
        number = (
            written(self.tokens, index, self._words.thousands)
            or self._spoken.get(index)
            or self._point(index)
        )
        if number is None or not number.ordinal or number.end - number.start < 2:
            return number
        if self._words.units.at(self.row, number.end - 1) is None:
            return number
        parts = spoken(
            self.tokens[number.start : number.end - 1], self._language, self._words.spelling, frozenset()
        )
        if 0 not in parts:
            return number
        said = self._text[self.tokens[number.start].start : self.tokens[number.end - 1].end]
        doubt = f"{said!r} may be one number"
        return replace(number, end=number.end - 1, value=parts[0].value, ordinal=False, doubt=doubt)

    def _point(self, index: int) -> Number | None:
        """ "point five metres": without its unit it may be a place called so."""
        point = self._words.point.at(self.row, index)
        if point is None:
            return None
        digits, end = "", index + point[0]
        while (part := self._spoken.get(end)) is not None and not part.ordinal and part.value.is_integer():
            digits, end = f"{digits}{part.value:.0f}", part.end
        if not digits and end < len(self.tokens) and self.tokens[end].text.isdecimal():
            digits, end = self.tokens[end].text[:15], end + 1
        if not digits or self._words.units.at(self.row, end) is None:
            return None
        return Number(index, end, float(f"0.{digits}"))

    def _homophone(self, index: int) -> Amount | None:
        heard = self._words.homophones.at(self.row, index)
        if heard is None:
            return None
        unit = self._words.units.at(self.row, index + heard[0])
        if unit is None or self.row[index + heard[0]] not in self._words.plurals:
            return None
        doubt = f"{self.row[index]!r} may be {heard[1]:.0f}"
        return Amount(index + heard[0], heard[1], doubt, guessed=True)

    def _range(self, start: int, amount: Amount) -> Amount:
        """ "two or three metres", "2-3 m": the smaller of both, and a doubt."""
        between = self._words.between.at(self.row, amount.end)
        if between is None or amount.article or amount.ordinal:
            return amount
        other = self.number(amount.end + between[0])
        if other is None or other.ordinal or self.unit(other.end, attached=self.touches(other.end)) is None:
            return amount
        said = self._text[self.tokens[start].start : self.tokens[other.end - 1].end]
        return replace(
            amount, end=other.end, value=min(amount.value, other.value), doubt=f"{said!r} may be either"
        )
