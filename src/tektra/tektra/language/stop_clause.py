# SPDX-License-Identifier: Apache-2.0
"""Whether one clause stops something, and what in its sentence explains a stop away."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from tektra.language import stop_context as context
from tektra.language import stop_rows as rows
from tektra.language.robot_names import MARK, UNKNOWN
from tektra.language.spelling import one_slip, slipped
from tektra.language.stop_lexicon import MAX_EXPLAINED, Lexicon, Table


class Kind(Enum):
    """What a sentence means for what is under way."""

    STOP = "stop"  # stop what moves, and latch
    END = "end"  # end what lasts and is named ("stop the patrol"); where nothing of the kind is under way, it is a stop
    CANCEL = "cancel"  # end the plan under way, in good order
    HUSH = "hush"  # end the speech
    NONE = "none"


#: What is gentle, and what more may stand behind it.
_GENTLE = (("hush", Kind.HUSH, ("hushed",)), ("cancel", Kind.CANCEL, ("cancelled",)))
#: Between the parts of a verb they say where, what else, or no.
OTHERWISE = ("where", "things", "negations")


class Clause:
    """One clause, between those before and after it in its sentence."""

    def __init__(
        self,
        lexicon: Lexicon,
        row: list[str],
        before: Sequence[list[str]],
        after: Sequence[list[str]],
        *,
        slips: bool,
    ) -> None:
        self._lexicon, self._slips = lexicon, slips
        self._row = rows.without_articles(lexicon, row)
        self._before, self._after = before, after
        self._core = self._skip(0)
        self._span, self._length, self.explained = (0, 0), 0, 0
        self.pauses = False  # it stops by a mere "wait"

    @property
    def weighs(self) -> bool:
        """Whether it holds more than fillers and names."""
        return self._core < len(self._row)

    def kind(self) -> Kind | None:
        """What the clause means; None when it has no words of weight."""
        if not self._slips and self._lexicon.triggers.isdisjoint(self._row):
            return Kind.NONE if self.weighs else None
        if (gentle := self._gentle()) in (Kind.HUSH, Kind.CANCEL):
            return gentle
        explained: set[Kind] = set()
        alone = rows.only_of(self._lexicon, self._row)
        self.pauses = alone and rows.only_pauses(self._lexicon, self._row)
        index = 0
        while index < len(self._row):
            if not self._slips and self._row[index] not in self._lexicon.starts:
                index += 1
                continue
            split = self._split_at(index)
            length = split or self._stop_at(index, alone=alone)
            never = self._lexicon["never"].at(self._row, index)
            held = context.is_held(self._lexicon, self._row, index)
            if ((held and length < 3) or never >= max(length, 1)) and not split:
                index += max(never, 1)
                continue
            if not length:
                index += 1
                continue
            self._span, self._length = (index, index + length), length
            explanation = self._explanation(index, length)
            if explanation is None:
                return Kind.STOP
            explained.add(explanation)
            self.explained += 1
            if self.explained > MAX_EXPLAINED:
                return Kind.STOP
            index += 1 if split else length
        if Kind.END in explained:
            return Kind.END
        if explained:
            return Kind.HUSH if explained == {Kind.HUSH} else Kind.NONE
        return gentle

    # Where a stop stands

    def _stop_at(self, index: int, *, alone: bool) -> int:
        lexicon, row = self._lexicon, self._row
        length = max(lexicon["stop"].at(row, index), lexicon["final"].at(row, index))
        if index <= self._core or alone or lexicon["asides"].ends_at(row, index):
            length = max(length, lexicon["first"].at(row, index))
        if alone:
            waits = lexicon["alone"].at(row, index)
            if not "".join(row[index + waits : index + waits + 1]).isdecimal():  # "wait 10 s" says how long
                length = max(length, waits)
        elif index <= self._core and lexicon["or_else"].at(row, index + lexicon["alone"].at(row, index)):
            length = max(length, lexicon["alone"].at(row, index))  # "stay or you fall"
        last = lexicon["last"].at(row, index)
        if last and self._skip(index + last) == len(row) and lexicon["moves"].at(row, self._core):
            length = max(length, last)  # "turn right halt"
        if not length and self._slips and index == self._core and self._is_slip(row[index]):
            again = rows.repeated(row, index)
            length = again if self._skip(index + again) == len(row) else 0
        return length or context.stop_behind_warning(lexicon, row, index)

    def _split_at(self, index: int) -> int:
        """A verb in two parts: "halt … an". It stops when its second part ends the clause."""
        if self._row[index] not in self._lexicon.split_firsts or len(self._row) - index < 2:
            return 0
        end = len(self._row)
        while (
            end > index + 1
            and (rows.is_mark(self._row[end - 1]) or self._lexicon["fillers"].at(self._row, end - 1) == 1)
            and ((self._row[index], self._row[end - 1]) not in self._lexicon.split)
        ):
            end -= 1
        return end - index if (self._row[index], self._row[end - 1]) in self._lexicon.split else 0

    def _is_slip(self, word: str) -> bool:
        if len(word) < 3 or word in self._lexicon.vocabulary:
            return False
        if one_slip(word, "stop") and word[0] in "sdt":
            return True
        return len(word) >= 4 and any(slipped(word, meant) for meant in self._lexicon.single)

    # What explains it away

    def _explanation(self, index: int, length: int) -> Kind | None:
        row, end = self._row, index + length
        split = (row[index], row[end - 1]) in self._lexicon.split and length > 2
        if self.pauses and context.is_of_else(self._lexicon, self._after):
            return Kind.NONE
        if self._is_negated(index) or self._is_asked(index, end) or self._is_noun(index, end):
            return Kind.NONE
        if split and any(context.holds(self._lexicon, key, row[index + 1 : end - 1]) for key in OTHERWISE):
            return Kind.NONE
        follows = self._skip(end)
        if self._lexicon["until_told"].ends_at(row, index) and self._core < index - 1:
            return Kind.NONE  # "go on until I say stop"
        if rows.names_what_lasts(self._lexicon, row, end):
            return Kind.END
        behind = {end, follows, end - (length > 1)}  # of "para de cantar", "para de" stops
        for key, kind in (("talk", Kind.HUSH), ("harmless", Kind.NONE)):
            if any(self._lexicon[key].at(row, at) for at in behind):
                return kind
        warned = self._lexicon["dangers"].at(row, index) >= length
        beside = not warned and (self._is_thing(end) or self._has_place(index, end, follows))
        if beside or self._is_later(index):
            return Kind.NONE
        of_others = context.is_of_others(self._lexicon, [row, *self._before, *self._after], index, end)
        return Kind.NONE if of_others or self._is_mentioned(index) else None

    def _is_negated(self, index: int) -> bool:
        lexicon = self._lexicon
        if lexicon["not_negated"].ends_at(self._row, index + 1) or lexicon["negations"].at(self._row, index):
            return False  # "don't move" says no already
        after = index + self._length
        stops_anew = max(lexicon[key].at(self._row, after) for key in ("stop", "first", "alone"))
        if (no := lexicon["negated_after"].at(self._row, after)) and not stops_anew:
            rest = self._skip(after + no)
            if rest >= len(self._row) or any(
                lexicon[key].at(self._row, rest) for key in ("where", "talk", "harmless")
            ):
                return True  # "stopp nicht an der Tür"; not "stopp, nicht dahin"
        end = index
        while end > 0:
            if lexicon["negations"].ends_at(self._row, end):
                return not context.is_of_way(lexicon, self._row, end, index)
            if not lexicon["light"].at(self._row, end - 1):
                return False
            end -= 1
        return False

    def _is_asked(self, index: int, end: int) -> bool:
        row, lexicon, first = self._row, self._lexicon, 0
        while first < index and not lexicon["questions"].at(row, first):
            if not self._weightless(row, first) or lexicon["subjects"].at(row, first):
                return False
            first += 1
        if first >= index or (first and context.speaks_to_another(lexicon, row[first:index])):
            return False  # "rover1 is here and rover2 stop"
        return self._skip(end) < len(row) or not lexicon["asides"].ends_at(row, index)

    def _is_noun(self, index: int, end: int) -> bool:
        before = end - index == 1 and self._lexicon["nouns_before"].ends_at(self._row, index)
        return before or self._lexicon["nouns_after"].at(self._row, end) > 0

    def _is_thing(self, end: int) -> bool:
        """ "the kitchen light": something that nobody has to be saved from."""
        row = self._row
        at, things = self._skip(end, only="the"), self._lexicon["things"]
        return (at > end or things.at(row, end) > 0) and any(things.at(row, k) for k in range(at, at + 3))

    def _has_place(self, index: int, end: int, follows: int) -> bool:
        row, lexicon = self._row, self._lexicon
        for at in range(end, min(follows + 1, len(row))):
            if lexicon["despite"].at(row, at):
                break
            if lexicon["where"].at(row, at):
                return True
            if lexicon["then"].at(row, at):
                break
        is_final = lexicon["final"].at(row, index) > 0
        return is_final and any(lexicon["where_before"].at(row, at) for at in range(index))

    def _is_later(self, index: int) -> bool:
        """After another move ("… and stop"), or on a condition."""
        row, lexicon = self._row, self._lexicon
        at = index
        while at > 0 and not lexicon["then"].at(row, at - 1) and lexicon["fillers"].at(row, at - 1) == 1:
            at -= 1
        then = at > 0 and lexicon["then"].at(row, at - 1) > 0
        then = then and not "".join(row[index + self._length :][:1]).startswith(MARK)  # "... and stop rover2"
        earlier = [*(word for clause in self._before for word in clause), *row[:index]]
        at_once = lexicon["urgent"].at(row, index + self._length) > 0
        if then and not at_once and lexicon["moves"].within(earlier):
            return True
        return any(self._is_condition(clause) for clause in (*self._before, row[:index], *self._after[:1]))

    def _is_condition(self, clause: list[str]) -> bool:
        at, table = 0, self._lexicon["conditions"]
        while at < len(clause) and not table.at(clause, at) and self._weightless(clause, at):
            at += 1
        return table.at(clause, at) > 0 >= self._lexicon["not_conditions"].at(clause, at)

    def _is_mentioned(self, index: int) -> bool:
        return any(self._lexicon["mentions"].within(row) for row in (*self._before, self._row[:index]))

    # What is not a stop

    def _gentle(self) -> Kind | None:
        row, lexicon = self._row, self._lexicon
        if self._core >= len(row):
            return None
        for key, kind, allowed in _GENTLE:
            for start in range(self._core + 1):  # of "doch nicht", "doch" alone has no weight
                rest = start + lexicon[key].at(row, start)
                if rest <= max(start, self._core, start + lexicon["alone"].at(row, start) - 1):
                    continue  # "shut it off" is more than "shut it"
                while rest < len(row) and (light := rows.light_behind(lexicon, row, rest, allowed)):
                    rest += light
                if rest >= len(row):
                    return kind
        return Kind.NONE

    # Whom it is for

    def robots(self) -> tuple[str, ...]:
        """The robots that this clause stops, empty for all: also where anything about them is in doubt."""
        start, end = self._span
        inner = self._row[start + 1 : end - 1]
        first, last = context.own_words(self._lexicon, self._row, start, end)
        others = [*self._row[first:start], *self._row[end:last]]
        for clause in reversed(self._before):  # "rover1, rover2, stop"
            if not all(self._weightless(clause, k) for k in range(len(clause))):
                break
            others = [*clause, *others]
        named = [word for word in (*others, *inner) if word.startswith(MARK)]
        everyone, leads = self._lexicon["everyone"], self._lexicon["leads"]
        if not named or UNKNOWN in named:
            return ()
        if everyone.within(others):
            return ()
        at = 0
        while at < len(others):
            bare = rows.is_mark(others[at]) or others[at] in self._lexicon.stopping
            length = max(self._lexicon["fillers"].at(others, at), leads.at(others, at), int(bare))
            if not length:
                return ()
            at += length
        return tuple(dict.fromkeys(name[1:] for name in named))

    # Words without weight

    def _weightless(self, row: list[str], index: int) -> bool:
        return rows.is_mark(row[index]) or self._lexicon["fillers"].at(row, index) > 0

    def _skip(self, index: int, only: str = "") -> int:
        """The first index from here on whose word has weight, or is none of the table `only`."""
        table: Table = self._lexicon[only or "fillers"]
        while index < len(self._row):
            length = table.at(self._row, index)
            if not length and (only or not rows.is_mark(self._row[index])):
                break
            index += length or 1
        return index
