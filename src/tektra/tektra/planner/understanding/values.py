# SPDX-License-Identifier: Apache-2.0
"""What an argument is: the own name or the number in the skill's unit that a clause gives it, or why that is in doubt."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tektra.language.quantities import Kind
from tektra.planner.understanding.arguments import Argument
from tektra.planner.understanding.descriptions import SAID
from tektra.planner.understanding.match import SIGNS, Fill, Match
from tektra.planner.understanding.names import ROBOT
from tektra.planner.understanding.phrasebook import Chunk
from tektra.planner.understanding.pointed import POINTED
from tektra.planner.understanding.reading import Choice, Doubt, Refusal, Span
from tektra.planner.understanding.scene import Named, Scene, Sort

#: What a direction alone turns by, in degrees.
DEFAULT_TURN = {"left": 90.0, "right": -90.0, "around": 180.0}
#: How like a known name an unknown one must be to be asked about.
LIKE = 0.75
#: Arguments that name what is taken hold of.
GRASPS = frozenset({"object", "thing", "item"})
_DOUBTS = {"length": "distance", "angle": "angle", "duration": "duration", "speed": "speed"}


@dataclass(frozen=True)
class Recent:
    """What this sentence spoke of before, newest first, what a robot holds by it, and who has left where it stood."""

    robots: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    things: tuple[str, ...] = ()
    held: str = ""
    people: tuple[str, ...] = ()
    left: frozenset[str] = frozenset()

    def with_(self, *, robots: str = "", places: str = "", things: str = "", people: str = "") -> Recent:
        """With one more robot, place, thing or person in front."""
        return replace(
            self,
            robots=(robots, *self.robots) if robots else self.robots,
            places=(places, *self.places) if places else self.places,
            things=(things, *self.things) if things else self.things,
            people=(people, *self.people) if people else self.people,
        )


@dataclass(frozen=True)
class Value:
    """An argument's value, or what is in doubt or impossible about it; several where several were named. `unsure`: may be another."""

    values: tuple[object, ...] = ()
    span: Span | None = None
    doubt: Doubt | None = None
    refusal: Refusal | None = None
    unsure: bool = False


def value(
    argument: Argument,
    match: Match,
    scene: Scene,
    recent: Recent,
    *,
    who: str,
    small: Mapping[str, float],
    step: int,
) -> Value:
    """The value of an argument that the clause has a place for."""
    fills = match.fills.get(argument.name, [])
    if argument.meaning in ("place", "object", "spot", "person", "places"):
        return _named(argument, fills, match.excluded, scene, recent, who, step)
    if argument.meaning == "robot":
        return _robot(argument, fills, scene, recent, step)
    if argument.meaning in ("length", "angle"):
        return _signed(argument, fills, match.directions, small, step)
    if argument.meaning in ("duration", "speed", "number", "count"):
        return _plain(argument, fills, small, step)
    if argument.meaning == "enum":
        options = tuple(dict.fromkeys(fill.meaning.value.split("=", 1)[1] for fill in fills))
        if len(options) == 1:
            return Value(options, _span(fills))
        return Value(doubt=Doubt("enum", step, argument.name, tuple(Choice(o, o) for o in options)))
    if argument.meaning == "text" and match.text:
        return Value((match.text,), _span(fills))
    return Value(doubt=Doubt("text", step, argument.name))


def _span(fills: Sequence[Fill]) -> Span | None:
    return (fills[0].chunk.start, fills[-1].chunk.end) if fills else None


def fixed_place(
    reference: str, scene: Scene, recent: Recent, who: str, *, step: int, part: str, said: str = ""
) -> Value:
    """ "there", "here", "back": the place that it means now, or the question for it; "rooms": all rooms, in one value."""
    if reference == "rooms":
        places = [named for named in scene.named if named.sort is Sort.PLACE and not named.owner]
        rooms = [named.name for named in places if named.room] or [named.name for named in places]
        return Value((rooms,))
    shown = () if scene.pointed is None or part != "place" else (POINTED,)
    known = {
        "there": next(iter((*recent.places, *shown, *scene.memory.places)), ""),
        "here": scene.asker_at,
        "me": scene.asker_at,
        "back": (scene.stands if who in recent.left else scene.memory.came_from).get(who, ""),
    }.get(reference, "")
    owned = scene.named if reference == "back" and not said and who not in recent.left else ()
    home = next((named.name for named in owned if named.owner == who), "")
    if where := known or home:  # who went nowhere yet comes back to its dock
        return Value((where,), unsure=not known)
    return Value(doubt=Doubt("place", step, part, _choices(scene, Sort.PLACE), said))


def named_choices(scene: Scene, meaning: str) -> tuple[Choice, ...]:
    """All that an argument of that meaning may name here; empty where it names nothing."""
    return _choices(scene, Sort(meaning)) if meaning in tuple(Sort) else ()


def _choices(scene: Scene, sort: Sort) -> tuple[Choice, ...]:
    return tuple(
        Choice(named.name.replace("_", " "), named.name) for named in scene.named if named.sort is sort
    )


def _named(
    argument: Argument,
    fills: Sequence[Fill],
    excluded: Sequence[Chunk],
    scene: Scene,
    recent: Recent,
    who: str,
    step: int,
) -> Value:
    sort = Sort.PLACE if argument.meaning == "places" else Sort(argument.meaning)
    found: list[object] = []
    for fill in fills:
        said = fill.chunk.text
        if fill.unknown:
            return _unknown(argument, fill, sort, scene, step)
        if fill.meaning.kind == SAID:
            return Value((fill.meaning.value,), _span(fills))
        if fill.meaning.kind == "references":
            one = _referred(argument, fill, sort, scene, recent, who, step)
        else:
            one = _own_name(argument, fill.meaning.named, sort, who, said, step)
        if one.doubt or one.refusal:
            return one
        found += one.values
    if argument.meaning == "places" and found:
        return Value((found,), _span(fills))
    if not found:
        return Value(doubt=Doubt(sort.value, step, argument.name, _choices(scene, sort)))
    return Value(tuple(found), _span(fills))


def _own_name(
    argument: Argument, named: Sequence[Named], sort: Sort, who: str, said: str, step: int
) -> Value:
    own = [each for each in named if each.sort is sort]
    if sort is Sort.PLACE and not own:  # what stands somewhere means where it stands
        own = [Named(each.at, Sort.PLACE) for each in named if each.at]
    owned = [each for each in own if each.owner and each.owner == who]
    names = tuple(dict.fromkeys(each.name for each in (owned if len(own) > 1 and owned else own)))
    if len(names) == 1:
        return Value(names)
    choices = tuple(Choice(name.replace("_", " "), name) for name in names)
    return Value(doubt=Doubt(sort.value, step, argument.name, choices, said))


def _referred(
    argument: Argument, fill: Fill, sort: Sort, scene: Scene, recent: Recent, who: str, step: int
) -> Value:
    reference, said = fill.meaning.value, fill.chunk.text
    if sort is Sort.PLACE:
        return fixed_place(reference, scene, recent, who, step=step, part=argument.name, said=said)
    memory = scene.memory
    newest = {
        Sort.OBJECT: (*recent.things, *memory.things) if reference == "it" else (),
        Sort.PERSON: (scene.asker,) if reference == "me" else (*recent.people, *memory.people),
        Sort.SPOT: (),
    }.get(sort, ())
    if name := next((name for name in newest if name), ""):
        return Value((name,))
    return Value(doubt=Doubt(sort.value, step, argument.name, _choices(scene, sort), said))


def _unknown(argument: Argument, fill: Fill, sort: Sort, scene: Scene, step: int) -> Value:
    known = {
        name.replace("_", " ").lower(): named.name
        for named in scene.named
        if named.sort is sort
        for name in (named.name, *named.aliases)
    }
    said = fill.unknown.lower()
    near = difflib.get_close_matches(said, known, 3, LIKE) if len(said) >= 4 else []
    if near:
        choices = tuple(Choice(known[name].replace("_", " "), known[name]) for name in near)
        return Value(
            doubt=Doubt(sort.value, step, argument.name, tuple(dict.fromkeys(choices)), fill.unknown)
        )
    return Value(refusal=Refusal(sort.value, fill.unknown))


def _robot(argument: Argument, fills: Sequence[Fill], scene: Scene, recent: Recent, step: int) -> Value:
    names: list[str] = []
    for fill in fills:
        if fill.meaning.kind == ROBOT:
            names.append(fill.meaning.value)
        elif fill.meaning.kind == "references":
            names += [*recent.robots, *scene.memory.robots][:1]
    if len(names) == 1:
        return Value((names[0],), _span(fills))
    choices = tuple(Choice(robot.name, robot.name) for robot in scene.robots if robot.kind != "assistant")
    return Value(doubt=Doubt("robot", step, argument.name, choices))


def _signed(
    argument: Argument,
    fills: Sequence[Fill],
    directions: Sequence[Fill],
    small: Mapping[str, float],
    step: int,
) -> Value:
    """A length or an angle: its sign is that of a direction in the same clause."""
    signs = SIGNS[argument.meaning]
    said = {signs[d.meaning.value] for d in directions if d.meaning.value in signs} - {0}
    kind = _DOUBTS[argument.meaning]
    sign = next(iter(said), 0)
    span = _span([*fills, *directions])
    amount = _amount(argument, fills, small)
    if amount is not None and (math.isnan(amount) or not amount or _lacks_unit(argument, fills)):
        amount = None
    # "left and right", "minus 90 degrees to the left"
    turned = len(said) > 1 or (amount is not None and amount < 0 and sign != 0)
    if turned and (amount is None or argument.meaning != "angle"):
        return Value(doubt=Doubt(kind, step, argument.name))
    if amount is None:
        if argument.meaning == "angle" and directions and not fills:
            return Value((_in_unit(DEFAULT_TURN[directions[0].meaning.value], argument),), span)
        return Value(doubt=Doubt(kind, step, argument.name, sign=sign))
    if doubtful := _doubtful(fills):
        return Value(
            doubt=Doubt(kind, step, argument.name, (Choice(doubtful, _in_unit(amount, argument)),), doubtful)
        )
    sideless = argument.meaning == "angle" and not sign and amount > 0 and amount % 180 and argument.positive
    if turned or sideless:
        choices = tuple(Choice(name, _in_unit(abs(amount) * s, argument)) for name, s in signs.items() if s)
        return Value(doubt=Doubt("direction", step, argument.name, choices, fills[0].chunk.text))
    return Value((_in_unit(amount * (sign or 1), argument),), span)


def _lacks_unit(argument: Argument, fills: Sequence[Fill]) -> bool:
    """ "forward 50": of what, nobody said."""
    quantity = fills[0].meaning.quantity if fills else None
    kinds = (Kind.COUNT, Kind.UNKNOWN)
    return argument.meaning == "length" and quantity is not None and quantity.kind in kinds


def _plain(argument: Argument, fills: Sequence[Fill], small: Mapping[str, float], step: int) -> Value:
    amount = _amount(argument, fills, small)
    if amount is None or math.isnan(amount) or _doubtful(fills):
        return Value(doubt=Doubt(_DOUBTS.get(argument.meaning, "number"), step, argument.name))
    return Value((_in_unit(amount, argument),), _span(fills))


def _doubtful(fills: Sequence[Fill]) -> str:
    quantity = fills[0].meaning.quantity if fills else None
    return quantity.text if quantity is not None and quantity.doubt else ""


def _amount(argument: Argument, fills: Sequence[Fill], small: Mapping[str, float]) -> float | None:
    quantity = fills[0].meaning.quantity if fills else None
    if quantity is None:
        return None
    return small.get(argument.meaning) if quantity.kind is Kind.VAGUE else quantity.value


def _in_unit(amount: float, argument: Argument) -> float | int:
    if argument.meaning == "count":
        return round(amount)
    return round(amount * argument.per_base, 6)


def held(scene: Scene) -> str:
    """What the last order took hold of, if it put nothing down."""
    for step in reversed(scene.memory.steps):
        for name in GRASPS:
            if isinstance(thing := step.arguments.get(name), str):
                return thing
        if "spot" in step.arguments:
            return ""
    return ""
