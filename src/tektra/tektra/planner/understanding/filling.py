# SPDX-License-Identifier: Apache-2.0
"""What each chunk of a clause is there: a robot that acts, an argument, a direction, a small word, or nothing that could be read."""

from __future__ import annotations

from collections.abc import Callable

from tektra.language.quantities import Kind
from tektra.planner.understanding import circles, small_words, who_acts
from tektra.planner.understanding.by_way import VIA, settle, stands_on_way
from tektra.planner.understanding.match import (
    AGENTS,
    FAVOURS,
    INNER_COMMA,
    REFERENCES,
    REPAIRS,
    SEVERAL,
    SIGNS,
    THEN_WITHIN,
    Fill,
    Match,
    repetitions,
    slots_of_name,
    takes,
)
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import COMMA, QUANTITY, VALUE, Chunk, Meaning
from tektra.planner.understanding.vocabulary import Use


class Filling:
    """Goes through the chunks that are no words of the sentence's own, once, and gives each a part."""

    def __init__(
        self, match: Match, meanings: dict[str, str], headless: bool, *, stands: bool = True
    ) -> None:
        self._match = match
        self._stands = stands  # "visit the table": a thing means where it stands
        self._meanings = meanings
        self._headless = headless
        filled = (fill.chunk for fills in match.fills.values() for fill in fills)
        taken = {id(chunk) for chunk in (*match.heads, *filled)}
        self._rest = [chunk for chunk in match.chunks if id(chunk) not in taken]
        self._head_at, self._head_end = next(((head.first, head.last) for head in match.heads), (-1, -1))
        self._last, self._joined = "", False  # what the chunk before became; "and" or a comma joins them
        self._waiting: list[Chunk] = []  # until it is known what those stand before: prepositions, "not" ...
        self._before: Chunk | None = None

    def run(self) -> None:
        for chunk, following in zip(self._rest, [*self._rest[1:], None], strict=False):
            self._take(chunk, following)
            self._before = chunk
        settle(self._match, tuple(self._meanings))
        nots = [chunk for chunk in self._waiting if chunk.has("not")]
        self._match.unread += small_words.elsewhere(self._match)
        left = self._match.fills or self._match.directions or not self._meanings
        if self._head_at >= 0 and (nots or (self._match.excluded and not left)):
            self._match.negated = True  # "fahr nicht in die Küche", "wink nicht": nothing is left to be done
        small_words.leave(self._match, self._waiting, self._head_at, self._meanings)

    def _take(self, chunk: Chunk, following: Chunk | None) -> None:
        steps: tuple[Callable[[Chunk, Chunk | None], bool], ...] = (
            self._joint, self._time, self._agent_or_robot, self._named, self._quantity, self._value,
            self._direction, self._reference, self._small_word, self._filler,
        )  # fmt: skip
        if any(step(chunk, following) for step in steps):
            return
        if (chunk.has("prepositions") or chunk.has("time")) and not chunk.has("time", "vague"):
            self._waiting.append(chunk)
            return
        self._match.unread.append(chunk)
        self._last, self._joined, self._waiting = "", False, []  # it is known now what those stood before

    def _became(self, what: str) -> bool:
        self._last, self._joined = what, False
        self._match.unread += small_words.restricting(self._waiting)  # "not quite ninety degrees"
        self._waiting = []  # it is known now what they stood before
        return True

    def _fill(self, slot: str, chunk: Chunk, meaning: Meaning) -> bool:
        self._match.fills.setdefault(slot, []).append(Fill(chunk, meaning))
        return self._became(slot)

    def _free(self, name: str) -> bool:
        """An argument takes one thing, or several that are joined."""
        return name not in self._match.fills or (self._joined and self._last == name)

    def _removed(self, chunk: Chunk) -> bool:
        """ "not the kitchen", "except rover1": it is said not to be meant."""
        self._waiting = small_words.not_of_name(chunk, self._waiting, self._match, self._last)
        agents = self._match.agents
        if any(word.has("not") or who_acts.excepts(word, agents) for word in self._waiting):
            denied = small_words.deniable(chunk, self._waiting)  # "all but one"
            (self._match.excluded if denied else self._match.unread).append(chunk)
            self._waiting = []
            return self._became("excluded")
        return False

    def _joint(self, chunk: Chunk, following: Chunk | None) -> bool:
        if chunk.has(COMMA):
            self._joined, self._match.cost = True, self._match.cost + INNER_COMMA
            self._waiting = small_words.behind_comma(self._match, self._waiting)
            return True
        if chunk.has("and") or chunk.has("or"):
            if not self._last or following is None:
                return False
            self._joined = True
            self._match.alternative = self._match.alternative or chunk.has("or")
            self._waiting.append(chunk)
            return True
        return False

    def _time(self, chunk: Chunk, following: Chunk | None) -> bool:
        if said := small_words.when(chunk, self._waiting, self._match.chunks):
            self._match.times.append((said, chunk))
        return bool(said) and self._became("time")

    def _agent_or_robot(self, chunk: Chunk, following: Chunk | None) -> bool:
        measured = following.quantity if following is not None else None
        if chunk.has("time") and measured is not None and measured.kind is Kind.DURATION:
            return False  # "alle zehn Minuten", "ogni ora": no robots
        listed, free = self._joined and self._last == "agent", not (self._last or self._waiting)
        numbered = who_acts.numbered_robot(
            chunk, following, self._match, self._meanings, listed=listed, free=free
        )
        if not any(chunk.has(kind) for kind in AGENTS) and not numbered:
            return False
        if numbered and who_acts.counted(chunk, self._match):
            self._match.marks.append(Meaning("unsure"))
        if self._removed(chunk) or (who_acts.looked_for(chunk, self._head_at) and self._value(chunk, None)):
            return True
        slot = next((n for n, m in self._meanings.items() if m in ("robot", "about") and self._free(n)), None)
        called = small_words.called_last(self._rest) if not self._match.agents else []
        slot = None if slot in self._match.fills and chunk in called else slot
        led = any(word.has("prepositions") for word in self._waiting)
        if chunk.has(NAME) and led and self._slot_of_name(chunk):
            return False
        if (
            slot is not None
            and (self._meanings[slot] == "about" or chunk.first > self._head_at)
            and chunk.has(ROBOT)
        ):
            later = [c for c in self._rest if c.first > chunk.first and c.has(ROBOT)]
            if self._meanings[slot] == "about" or not later or later == called:
                return self._fill(slot, chunk, chunk.get(ROBOT) or chunk.meanings[0])
        if slot is not None and self._meanings[slot] == "about":
            meaning = chunk.get("kinds") or chunk.get("groups") or chunk.meanings[0]
            return self._fill(slot, chunk, meaning)
        follows = self._last == "agent" and who_acts.stands_beside(
            chunk, self._match, self._waiting, self._joined
        )
        if self._match.agents and not follows and not who_acts.joined_agents(chunk, self._match):
            return False
        if self._match.frame is not None and self._match.frame.use is Use.EVENT:
            return False  # "once rover1 is there, rover2 ...": what happens is of who was named first
        if not self._joined:
            who_acts.tell(self._before, self._match, chunk)
        self._match.agents.append(chunk)
        return self._became("agent")

    def _slot_of_name(self, chunk: Chunk) -> str:
        near = small_words.may_be_near(chunk, self._match, self._waiting, stands=self._stands)
        goal = not small_words.with_only(self._waiting)
        fitting = slots_of_name(chunk, self._meanings, near=near, goal=goal)
        return next(
            (s for s in fitting if self._free(s) or (self._meanings[s] == "places" and not self._joined)), ""
        )

    def _named(self, chunk: Chunk, following: Chunk | None) -> bool:
        if (meaning := chunk.get(NAME)) is None or self._removed(chunk):
            return meaning is not None
        if small_words.comes_from(chunk, self._waiting, self._match, self._meanings):
            self._match.dropped.append(chunk)
            return self._became("origin")
        if stands_on_way(chunk, self._waiting, self._match, listed=self._joined and self._last == VIA):
            return self._fill(VIA, chunk, meaning)
        slot = self._slot_of_name(chunk)
        if self._meanings.get(slot) == "spot" and small_words.beside_only(self._waiting):
            return False  # "next to the tray" is not on it
        if not slot and self._headless and (self._last in small_words.BARE or self._joined):
            slot = "name"
        return bool(slot) and self._fill(slot, chunk, meaning)

    def _quantity(self, chunk: Chunk, following: Chunk | None) -> bool:
        meaning, quantity = chunk.get(QUANTITY), chunk.quantity
        if meaning is None or quantity is None:
            return False
        for slot, wanted in self._meanings.items():
            if takes(wanted, quantity) and small_words.more_exact(
                quantity, self._match.fills.get(slot), self._last == slot
            ):
                self._match.fills[slot] = [Fill(chunk, meaning)]
                return self._became(slot)
        if self._headless and quantity.kind in small_words.AMOUNTS and "quantity" not in self._match.fills:
            return self._fill("quantity", chunk, meaning)
        later = any(w.has("time", "in") for w in self._waiting)  # "tra un po'"
        if quantity.kind is Kind.VAGUE and not later and "place" in self._meanings.values():
            self._match.dropped.append(chunk)  # "go to the hall a bit", not "open the gripper a bit"
            return self._became("")
        if times := repetitions(quantity):
            self._match.cost += THEN_WITHIN * chunk.has("after")  # "tell me once rover1 arrives"
            self._match.count = times
            return self._became("count")
        return False

    def _value(self, chunk: Chunk, following: Chunk | None) -> bool:
        for slot, wanted in self._meanings.items():
            for meaning in chunk.meanings:
                named = meaning.kind == VALUE and wanted == "enum" and meaning.value.startswith(f"{slot}=")
                if named and (slot not in self._match.fills or not chunk.has("fillers")):
                    return self._fill(slot, chunk, meaning)
        return False

    def _direction(self, chunk: Chunk, following: Chunk | None) -> bool:
        meaning = chunk.get("directions")
        if meaning is None or circles.is_of_thing(chunk, following):
            return False
        signed = [n for n, m in self._meanings.items() if meaning.value in SIGNS.get(m, {})]
        if (signed or self._headless) and self._removed(chunk):
            return True
        if signed or self._headless or circles.has_side(self._match, chunk):
            slot = next(iter(signed), "direction")
            if self._match.frame is not None and slot in self._match.frame.fixed:
                # "recule un peu en arrière" says it twice
                return self._match.frame.fixed[slot] == f"@{meaning.value}" and self._became("direction")
            self._match.directions.append(Fill(chunk, meaning))
            led_back = self._joined and "name" in self._match.fills  # "the hall and back"
            self._match.cost += SEVERAL * led_back
            if self._meanings.get(slot) == "angle":
                self._match.fills.setdefault(slot, [])
            return self._became("direction")
        return False

    def _reference(self, chunk: Chunk, following: Chunk | None) -> bool:
        left = small_words.origin(self._waiting) and "about" not in self._meanings.values()
        for meaning in (m for m in chunk.meanings if m.kind == "references" and not left):  # "out of there"
            for slot, wanted in self._meanings.items():
                listed = self._joined and slot in self._match.fills  # "a cup, it": no list
                if meaning.value in REFERENCES.get(wanted, ()) and self._free(slot) and not listed:
                    if meaning.value in FAVOURS.get(wanted, ()) and any(c.has(NAME) for c in self._rest):
                        return meaning.value == "me"  # "me llevarías a rover2 al dormitorio": a favour
                    return self._fill(slot, chunk, meaning)
            wished = who_acts.wished(chunk, self._rest)
            if (
                meaning.value in ("others", "he") and not wished
            ):  # "he goes there" tells; "rover1, is he there?" asks
                return meaning.value == "he" and "about" in self._meanings.values()
            if meaning.value == "dock" and "dock" in self._meanings and "dock" not in self._match.fills:
                return self._fill("dock", chunk, meaning)
            if (wished or meaning.value in ("it", "him", "one")) and not self._match.agents:
                if not self._removed(chunk):
                    self._match.agents.append(chunk)
                return self._became("agent")
            if meaning.value == "there" and small_words.done_anywhere(self._match.frame, self._meanings):
                self._match.marks.append(Meaning("there"))
                return self._became("reference")
            if self._headless and meaning.value in ("there", "here", "back", "it", "one"):
                return self._fill("reference", chunk, meaning)
        return False

    def _small_word(self, chunk: Chunk, following: Chunk | None) -> bool:
        if (chunk.has("not") and not small_words.mends(chunk, following)) or who_acts.excepts(
            chunk, self._match.agents, following
        ):
            named = self._last == "agent" or small_words.set_apart(chunk, following, self._rest)
            denied = small_words.replaced(chunk, following, self._rest)
            if small_words.verb_negated(chunk, denied, self._head_at, self._head_end, named=named):
                self._match.negated = True
            else:
                self._waiting.append(chunk)
            return True
        if chunk.has("interrogatives") and any(other.has("able") for other in self._rest):
            return True  # "is rover2 able to wave"
        for kind, meaning in ((kind, chunk.get(kind)) for kind in small_words.MARKS):
            more = kind == "repeats" and self._joined and self._head_at >= 0  # "a metre and the same again"
            if meaning and not (more or small_words.before_that(chunk, following, kind, self._head_at)):
                self._match.marks.append(meaning)
                return True
        if chunk.has("then"):
            self._match.marks.append(Meaning("then"))
            self._match.cost += small_words.then_within(self._match, following, self._last, self._headless)
            return True
        if chunk.has("every") and following is not None and any(map(following.has, AGENTS)):
            self._match.agents.append(chunk)
            return self._became("agent")
        return False

    def _filler(self, chunk: Chunk, following: Chunk | None) -> bool:
        if chunk.has("time", "vague") or small_words.leads(chunk, following):
            return False  # "bientôt" is no filler
        if chunk.has("causative") and (self._head_at >= 0 or self._headless) and following is not None:
            return small_words.causes(chunk, following, self._head_at, self._before, self._rest)
        self._match.cost += small_words.behind_reason(chunk, self._match)
        if chunk.has("repair") or (chunk.has("hesitations") and self._joined):
            self._match.cost += REPAIRS
            self._joined, self._last = False, ""  # "the red cube, actually the blue one" is no list
        if small_words.waved_at(chunk, self._match):
            return self._became("whom")
        return small_words.says_nothing(chunk, following)
