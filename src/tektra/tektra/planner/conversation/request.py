# SPDX-License-Identifier: Apache-2.0
"""A request on its way from its words to its end, and whose it is."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from enum import StrEnum

from tektra.planner.conversation.feelings import NONE, Feeling
from tektra.planner.plans.plan import Step
from tektra.planner.understanding.reading import Act, Clause, Reading

#: Skills that an answer carries out by being given.
ANSWERS = frozenset({"say"})


class Role(StrEnum):
    """What somebody may. Whoever it is, a stop is obeyed."""

    OPERATOR = "operator"  # everything
    GUEST = "guest"  # talk; robots where the house allows it
    OBSERVER = "observer"  # talk
    UNKNOWN = ""  # a guest whom nobody knows


@dataclass
class Request:
    """`epoch`: the safety epoch when it came; a plan is only carried out in the same one.

    `person`: whose words they are, "" when nobody knows. `channel`: on which way they came. `plan_only`: nothing is done,
    only said what would be. `standing`: the words of a lasting order that came due, not of somebody who speaks now.
    `late`: the words came too late to begin anything; what they end is ended. `unsure`: they may have been misheard, so that what moves
    a robot is asked about.
    """

    request_id: str
    conversation_id: str
    words: str
    source: str
    asked_s: float
    epoch: int
    reply: str = ""
    held: str = ""  # the part of the reply that is not given out yet
    steps: tuple[Step, ...] = ()
    earlier: tuple[str, ...] = field(default=())
    person: str = ""
    role: Role = Role.UNKNOWN
    channel: str = ""
    plan_only: bool = False
    standing: bool = False
    late: bool = False
    unsure: bool = False
    language: str = "en"
    reading: Reading | None = None
    options: tuple[str, ...] = ()  # what may be answered, where the reply is a question with a choice
    feeling: Feeling = NONE  # how the answer is meant
    lasting: str = ""  # id of the lasting order that it carries out
    outcome_told: str = ""  # what was said of its outcome, to be kept with the turn

    @property
    def answers(self) -> bool:
        """Whether the words answer a question."""
        return self.reading is not None and self.reading.act is Act.ANSWER

    @property
    def asks(self) -> bool:
        """Whether it asks something, or may: its words were not read."""
        reading = self.reading
        return reading is None or reading.act is Act.QUESTION or self.words.rstrip().endswith("?")

    @property
    def may_plan(self) -> bool:
        """Whether a model may propose steps: only where the words may be an order. All else is talk, and streams."""
        reading = self.reading
        if reading is None:
            return True
        # quoted, reported, supposed: it orders nothing, however little of it was read; for later: a plan begins now
        if reading.indirect or reading.conditional:
            return False
        if not reading.clauses and reading.act is Act.UNCLEAR:
            return True
        return self.may_order

    @property
    def may_order(self) -> bool:
        """Whether it speaks of something that could be done, at once or later, and is no question and no talk."""
        reading = self.reading
        if reading is None or reading.act in (Act.QUESTION, Act.TALK):
            return False
        return not reading.indirect and _names_something(reading)


def _names_something(reading: Reading) -> bool:
    """Whether it speaks of anything that a step could be about; else no step could be borne out by it. "Tell me a long story"
    is done by the answer itself."""
    return any(
        c.robots or set(c.skills) - ANSWERS or c.places or c.objects or c.spots or _measures(c)
        for c in reading.clauses
    )


def _measures(clause: Clause) -> bool:
    """Whether it gives an amount; "something" is one with a direction alone."""
    return any(bool(clause.directions) or not math.isnan(each.value) for each in clause.quantities)


def role_of(text: str) -> Role:
    """A role as a message gives it; one that nobody knows is the least."""
    try:
        return Role(text)
    except ValueError:
        return Role.OBSERVER
