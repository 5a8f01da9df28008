# SPDX-License-Identifier: Apache-2.0
"""What words are read against: who is here and can do what, what has a name, and what was said and done before. Immutable.

Lengths in metres, angles in degrees, durations in seconds, as the skills' own arguments have them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tektra.planner.understanding.reading import Doubt, Hindrance, Question, ReadStep

#: Sentences or names by language ("en"); the key "" holds for all languages.
ByLanguage = Mapping[str, tuple[str, ...]]
#: Where a robot is or was: the name of a place, or x and y in m on the map.
Whereabouts = str | tuple[float, float]
#: Skills behind which a robot stands elsewhere: "come back" means where it was before.
LEAVES = frozenset(("navigate_to", "follow_path", "dock", "move"))
NO_WORDS: ByLanguage = {}


class Sort(StrEnum):
    """What something with a name is."""

    PLACE = "place"
    OBJECT = "object"  # can be picked up
    SPOT = "spot"  # of a table, where things are put down
    PERSON = "person"


@dataclass(frozen=True)
class KnownSkill:
    """A skill as announced.

    `schema`: JSON schema (object) of the arguments. An argument's annotation `x-tektra-meaning` says what it is: place,
    object, spot, person, robot, length (m), angle (deg), duration (s), speed (m/s), number, text; `x-tektra-unit` names
    another unit than those. `x-tektra-words` gives words by language for the values of an enum:
    {"en": {"ready": ["ready", "the working position"]}}. The schema's own annotation `x-tektra-sentences` does for an
    announced skill what `sentences` does here. `sentences`: templates by language in the syntax of hassil,
    as "(mow|cut) the (lawn|grass) [for {minutes}]"; the names in braces are arguments.
    """

    name: str
    sentence: str
    schema: Mapping[str, object]
    sentences: ByLanguage = field(default_factory=lambda: NO_WORDS)


@dataclass(frozen=True)
class KnownRobot:
    """Somebody who can carry out steps: a robot, or Tektra itself (kind "assistant"). `names`: what else it answers to."""

    name: str
    kind: str
    skills: tuple[KnownSkill, ...]
    names: ByLanguage = field(default_factory=lambda: NO_WORDS)

    def skill(self, name: str) -> KnownSkill | None:
        return next((skill for skill in self.skills if skill.name == name), None)


@dataclass(frozen=True)
class Named:
    """A place, object, spot or person with a name. `at`: the place where it stands, if known, `inside`: the room; `owner`: whose
    dock it is; `room`: whether it is a room, which a patrol goes through.

    Furniture goes in as an alias of the place where it stands.
    """

    name: str
    sort: Sort
    aliases: tuple[str, ...] = ()
    at: str = ""
    owner: str = ""
    room: bool = False
    inside: str = ""


@dataclass(frozen=True)
class Pending:
    """The question that Tektra asked last and got no answer to yet: the order as read, and its doubts, the asked one first."""

    steps: tuple[ReadStep, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True)
class Memory:
    """What this conversation is about, newest first. `steps`: those of the last order, as carried out or refused."""

    robots: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    steps: tuple[ReadStep, ...] = ()
    #: Where each robot came from: where it was before its last drive.
    came_from: Mapping[str, Whereabouts] = field(default_factory=dict)
    pending: Pending | None = None
    #: A question that waits no more: what would have answered it moves nothing, and is told so.
    over: Pending | None = None
    #: What was refused just now, for a name or a robot that it takes another of: "ok, then rover2". It is no question.
    refused: Pending | None = None
    #: The question that was answered last, where nothing was ordered since.
    asked: Question | None = None
    #: What was told before, and speaks against orders.
    hindrances: tuple[Hindrance, ...] = ()
    #: The language that was spoken last, "" for none.
    language: str = ""

    @property
    def told(self) -> tuple[str, ...]:
        """Who was told to do something by the last order."""
        return tuple(dict.fromkeys(step.who for step in self.steps))


@dataclass(frozen=True)
class Pointed:
    """Where on the floor somebody points just now, m on the map, as the arguments x and y have it. `vague`: it may as well be elsewhere."""

    x: float
    y: float
    vague: bool = False


@dataclass(frozen=True)
class Scene:
    """Everything that a sentence may speak of. `robots` in the order in which they are chosen from; Tektra last.

    `asker`: the person who speaks, "" when nobody knows. `asker_at`: the place where that person stands, if known.
    `pointed`: what "there" means before all that was spoken of earlier. `stands`: where each robot is now, if known.
    """

    robots: tuple[KnownRobot, ...]
    named: tuple[Named, ...] = ()
    asker: str = ""
    asker_at: str = ""
    memory: Memory = field(default_factory=Memory)
    pointed: Pointed | None = None
    stands: Mapping[str, Whereabouts] = field(default_factory=dict)

    def robot(self, name: str) -> KnownRobot | None:
        return next((robot for robot in self.robots if robot.name == name), None)


def going_to(where: Whereabouts) -> dict[str, object]:
    """The arguments of navigate_to that lead there."""
    return {"place": where} if isinstance(where, str) else {"x": where[0], "y": where[1]}
