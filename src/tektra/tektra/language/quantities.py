# SPDX-License-Identifier: Apache-2.0
"""Quantities in a sentence: "two and a half metres", "a quarter turn", "1 m 50", "fifty percent", "twice", "a bit".

Nothing is guessed in silence: a number whose unit Tektra cannot use is UNKNOWN, one that could be read in two ways says
so in `doubt`, and a number with a common word behind it is a COUNT that names this word (`noun`), for whoever knows whether
it is a thing, a robot or a unit that nobody has heard of.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from tektra.language.amounts import Amount, Amounts
from tektra.language.clock import clock
from tektra.language.quantity_words import Unit, Words, quantity_words
from tektra.language.text import Shape
from tektra.language.units import Kind

__all__ = ["Kind", "Quantity", "find"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """`text[start:end]` of the sentence, and what it measures.

    `value` is in the unit of its kind (units.Kind); NaN where there is no number that could be used (VAGUE, UNKNOWN).
    `unit`: pint's name of the unit that was said, the words of an unknown one, "" for none. `noun`: the word behind a
    bare number, "" for none. `number`: the number as it was said, before any unit. `about`: said to be rough.
    `ordinal`: "the second". `times`: "twice", said in one word. `doubt`: why it should be asked about, "" when it is clear.
    """

    start: int
    end: int
    text: str
    kind: Kind
    value: float
    unit: str = ""
    noun: str = ""
    number: float = math.nan
    about: bool = False
    ordinal: bool = False
    doubt: str = ""
    times: bool = False


def find(text: str, language: str) -> tuple[Quantity, ...]:
    """The quantities of a sentence, in order, never overlapping. Raises ConfigError when the language's data are unfit.

    The first call for a language reads its data and takes about a second; after that a sentence takes microseconds.
    """
    return _Reader(text, quantity_words(language), language).read()


class _Reader:
    """One reading of one sentence."""

    def __init__(self, text: str, words: Words, language: str) -> None:
        self._text = text
        self._words = words
        self._amounts = Amounts(text, words, language)
        self._tokens, self._row = self._amounts.tokens, self._amounts.row
        self._about = False

    def read(self) -> tuple[Quantity, ...]:
        found: list[Quantity] = []
        index = 0
        while index < len(self._tokens):
            skipped = None if self._clock(index) is not None else self._words.never.at(self._row, index)
            about = self._words.about.at(self._row, index)
            quantity = None if skipped else self._quantity(index)
            if quantity is not None:
                end, read = quantity
                found.append(replace(read, about=read.about or self._about))
                index = end
            else:
                index += skipped[0] if skipped else 1
            self._about = quantity is None and about is not None
        return tuple(found)

    def _quantity(self, index: int) -> tuple[int, Quantity] | None:
        if (whole := self._words.whole.at(self._row, index)) is not None:
            length, (kind, value, unit) = whole
            return self._made(index, index + length, kind, value, unit=unit, number=value)
        if (vague := self._words.vague.at(self._row, index)) is not None:
            return self._made(index, index + vague[0], Kind.VAGUE, math.nan)
        if (clock := self._clock(index)) is not None:
            return clock
        amount = self._amounts.at(index)
        return self._unreadable(index) if amount is None else self._measured(index, amount)

    # Units

    def _measured(self, start: int, amount: Amount) -> tuple[int, Quantity] | None:
        index = amount.end
        if amount.fraction or amount.counted or 0 < abs(amount.value) < 1:  # "3/4 of a metre"
            of = self._words.of.at(self._row, index)
            if of is not None and self._amounts.unit(index + of[0], attached=False) is not None:
                index += of[0]
        attached = (
            index > 0
            and index < len(self._tokens)
            and self._tokens[index].start == self._tokens[index - 1].end
        )
        unknown = self._words.unknown.at(self._row, index)
        found = self._amounts.unit(index, attached=attached)
        if unknown is not None and (found is None or unknown[0] > found[0]) and not amount.ordinal:
            if amount.article:
                return None
            end = index + unknown[0]
            return self._made(start, end, Kind.UNKNOWN, math.nan, unit=unknown[1], number=amount.value)
        if found is None or (amount.article and self._is_bare(index, found)):
            return self._bare(start, amount, attached=attached)
        if amount.ordinal:  # "the second minute" measures nothing
            return self._made(start, amount.end, Kind.COUNT, amount.value, number=amount.value, ordinal=True)
        length, unit, doubt = found
        return self._with_unit(start, replace(amount, doubt=amount.doubt or doubt), index + length, unit)

    def _is_bare(self, index: int, found: tuple[int, Unit, str]) -> bool:
        """Whether the unit measures nothing behind an article: "make a turn", "un metros"; so does no corrected word."""
        bare = self._words.bare.at(self._row, index)
        return bool(found[2]) or (bare is not None and bare[0] >= found[0])

    def _with_unit(self, start: int, amount: Amount, end: int, unit: Unit) -> tuple[int, Quantity]:
        if (rate := self._rate(end, unit)) is not None:
            end, unit = rate
        number = amount.value
        value = amount.value * unit.factor
        if (tail := self._words.tails.at(self._row, end)) is not None and self._amounts.unit(
            end + tail[0], attached=False
        ) is None:
            number += tail[1]
            end, value = end + tail[0], value + tail[1] * unit.factor
        kind, name = unit.kind, unit.name
        while (rest := self._smaller(end, unit)) is not None:  # ends: the units get smaller
            end, more, unit = rest
            value += math.copysign(more, amount.value)
        return self._made(start, end, kind, value, unit=name, number=number, doubt=amount.doubt)

    def _rate(self, index: int, unit: Unit) -> tuple[int, Unit] | None:
        """ "per second" behind a length or an angle."""
        kinds = {Kind.LENGTH: Kind.SPEED, Kind.ANGLE: Kind.TURN_RATE}
        per = self._words.per.at(self._row, index)
        if per is None or unit.kind not in kinds:
            return None
        time = self._amounts.unit(index + per[0], attached=True)
        if time is None or time[1].kind is not Kind.DURATION:
            return None
        made = Unit(f"{unit.name} / {time[1].name}", kinds[unit.kind], unit.factor / time[1].factor)
        return index + per[0] + time[0], made

    def _smaller(self, index: int, unit: Unit) -> tuple[int, float, Unit] | None:
        """The inches behind the feet, the centimetres behind the metres: where they end, and how much they are."""
        if unit.kind not in (Kind.LENGTH, Kind.DURATION):
            return None
        joined = (
            index + 1 if self._row[index : index + 1] and self._row[index] in self._words.joins else index
        )
        number = self._amounts.number(joined) if joined < len(self._tokens) else None
        if number is None or number.ordinal:
            return None
        found = self._amounts.unit(number.end, attached=self._amounts.touches(number.end))
        if found is not None:
            length, small, _ = found
            fits = (
                small.kind is unit.kind
                and small.factor < unit.factor
                and number.value * small.factor < unit.factor
            )
            return (number.end + length, number.value * small.factor, small) if fits else None
        short = self._words.short.get(unit.name)
        ends = number.end >= len(self._tokens) or self._tokens[number.end].shape is Shape.MARK
        ends = ends or self._words.onward.at(self._row, number.end) is not None  # "a metre and twenty ahead"
        if (
            short is None
            or (joined != index and not ends)
            or not 10 <= number.value < 100
            or self._counts_something(number.end)
        ):
            return None
        return number.end, number.value * short.factor, short

    def _counts_something(self, index: int) -> bool:
        return (
            self._words.unknown.at(self._row, index) is not None
            or self._words.units.at(self._row, index) is not None
        )

    # What has no unit

    def _bare(self, start: int, amount: Amount, *, attached: bool) -> tuple[int, Quantity] | None:
        if amount.article or amount.guessed:
            return None
        end, token = amount.end, self._tokens[amount.end] if amount.end < len(self._tokens) else None
        if amount.fraction:
            return self._made(start, end, Kind.SHARE, amount.value, number=amount.value, doubt=amount.doubt)
        if attached and token is not None and token.shape is Shape.WORD:
            if self._tokens[end - 1].shape is Shape.NUMBER and token.plain in self._words.ordinal_endings:
                return self._made(start, end + 1, Kind.COUNT, amount.value, number=amount.value, ordinal=True)
            unknown, end = token.plain, end + 1
            while (
                end < len(self._tokens)
                and self._amounts.touches(end)
                and self._tokens[end].shape is not Shape.MARK
            ):
                end += 1
            return self._made(start, end, Kind.UNKNOWN, math.nan, unit=unknown, number=amount.value)
        noun = token.plain if token is not None and token.shape is Shape.WORD and not amount.counted else ""
        end, made = self._made(
            start,
            end,
            Kind.COUNT,
            amount.value,
            noun=noun,
            number=amount.value,
            ordinal=amount.ordinal,
            doubt=amount.doubt,
        )
        return end, replace(made, times=amount.counted and " " not in made.text)

    def _clock(self, index: int) -> tuple[int, Quantity] | None:
        found = clock(self._amounts, index, self._words.clock)
        if found is None:
            return None
        end, seconds, unit = found
        return self._made(index, end, Kind.CLOCK, seconds, unit=unit, number=seconds)

    def _unreadable(self, index: int) -> tuple[int, Quantity] | None:
        """Digits that are no number, such as 1.2.3."""
        if self._tokens[index].shape is not Shape.NUMBER:
            return None
        return self._made(index, index + 1, Kind.UNKNOWN, math.nan)

    def _made(
        self,
        start: int,
        end: int,
        kind: Kind,
        value: float,
        *,
        unit: str = "",
        noun: str = "",
        number: float = math.nan,
        ordinal: bool = False,
        doubt: str = "",
    ) -> tuple[int, Quantity]:
        first, last = self._tokens[start].start, self._tokens[end - 1].end
        said = self._text[first:last]
        return end, Quantity(first, last, said, kind, value, unit, noun, number, ordinal=ordinal, doubt=doubt)
