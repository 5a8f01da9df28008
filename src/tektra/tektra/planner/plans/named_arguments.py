# SPDX-License-Identifier: Apache-2.0
"""What a step's arguments name: places, objects, spots of a table, robots. They must be there, and in the person's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from tektra.common.errors import InputError
from tektra.common.world import World
from tektra.planner.plans.plan import Step
from tektra.planner.understanding.grounding import names_place, numbers

#: Arguments that mean the same in every skill: the name of a place, or of several, and a point, or several, of the map in metres.
PLACE, PLACES, POINT, POINTS = "place", "places", ("x", "y"), "points"
#: And the name of a small object, of a spot on a table, and of another robot.
OBJECT, SPOT, ROBOT = "object", "spot", "robot"


def with_own_names(step: Step, world: World) -> Step:
    """The step with places, objects and spots by their own names, where it gives an alias or writes them otherwise."""
    arguments = dict(step.arguments)
    finders: dict[str, Callable[[str], str]] = {
        PLACE: lambda name: world.place(name).name,
        OBJECT: lambda name: world.thing(name).name,
        SPOT: lambda name: world.table_spot(name).name,
    }
    for key, find in finders.items():
        if isinstance(name := arguments.get(key), str):
            arguments[key] = _own_name(name, find)
    if isinstance(several := arguments.get(PLACES), list):
        find = finders[PLACE]
        arguments[PLACES] = [_own_name(name, find) if isinstance(name, str) else name for name in several]
    return replace(step, arguments=arguments)


def _own_name(name: str, find: Callable[[str], str]) -> str:
    try:
        return find(name)
    except InputError:
        return name


def of_names(
    step: Step,
    properties: Mapping[str, object],
    world: World,
    robots: Sequence[str],
    said: Sequence[str] | None,
) -> Iterable[str]:
    """What is wrong with them, in sentences. `properties`: the skill's arguments; `said`: the person's words, all of them;
    None where they were looked at already: then only what is there counts."""
    several = step.arguments.get(PLACES)
    for place in [step.arguments.get(PLACE), *(several if isinstance(several, list) else [])]:
        if not isinstance(place, str):
            continue
        known = world.places.get(place)
        if known is None:
            yield f"I know no place called {place[:60]!r}; I know {both(list(world.places))}."
        elif said is not None and not any(names_place(text, (known.name, *known.aliases)) for text in said):
            yield f"I am not sure which place you mean; I know {both(list(world.places))}."
    point = [step.arguments[axis] for axis in POINT if axis in step.arguments and axis in properties]
    points = step.arguments.get(POINTS)
    for each in points if isinstance(points, list) else []:
        point += each if isinstance(each, list) else [each]
    spoken = {number for text in said or () for number in numbers(text)}
    if said is not None and any(
        not isinstance(value, (int, float)) or abs(value) not in spoken for value in point
    ):
        yield f"I am not sure which place you mean; I know {both(list(world.places))}."
    yield from _of_things(step, world, robots, said)


def _of_things(step: Step, world: World, robots: Sequence[str], said: Sequence[str] | None) -> Iterable[str]:
    """Objects, spots and robots that an argument names: they must be there, and in the person's words."""
    thing, spot, robot = (step.arguments.get(key) for key in (OBJECT, SPOT, ROBOT))
    if isinstance(thing, str):
        if thing not in world.objects:
            yield f"I know no object called {thing[:60]!r}; I know {both(list(world.objects))}."
        elif said is not None and not any(names_place(text, (thing,)) for text in said):
            yield f"I am not sure which object you mean; I know {both(list(world.objects))}."
    if isinstance(spot, str):
        known = world.table_spots.get(spot)
        if known is None:
            yield f"I know no spot called {spot[:60]!r}; I know {both(list(world.table_spots))}."
        elif said is not None and not any(names_place(text, (known.name, *known.aliases)) for text in said):
            yield f"I am not sure which spot you mean; I know {both(list(world.table_spots))}."
    if isinstance(robot, str) and robot not in robots:
        yield f"There is no robot called {robot[:60]}; there {are_here(robots)}."


def are_here(robots: Sequence[str]) -> str:
    if not robots:
        return "is none here now"
    return f"is {robots[0]}" if len(robots) == 1 else f"are {both(robots)}"


def both(names: Sequence[str]) -> str:
    return _list(names, "and")


def either(names: Sequence[str]) -> str:
    return _list(names, "or")


def _list(names: Sequence[str], word: str) -> str:
    if len(names) < 2:
        return names[0] if names else "none"
    return f"{', '.join(names[:-1])} {word} {names[-1]}"
