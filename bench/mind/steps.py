# SPDX-License-Identifier: Apache-2.0
"""Plans as the cases write them, and whether a plan that was carried out is one of them.

    rover1 go kitchen                            one step; arguments in the order that SHORT gives
    rover1 move 2 > rover1 turn 90               the second begins after the first has ended
    rover1 go hall & rover2 go office            at once: neither waits for the other
    rover1 go hall + rover2 go office            in any order, or at once
    (rover1 go hall & rover2 go hall) > arm1 wave

A number agrees within 2 %; `0.1..1` is a range; `~180` leaves the sign free. `rover1|rover2` leaves the robot free.
`rover1 home` is its dock, driven into or driven to. What Tektra itself does is passed over unless the case names it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

SELF = "tektra"
TOLERANCE = 0.02
#: Short forms of skills, and the arguments that follow them.
SHORT: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "go": ("navigate_to", ("place",)),
    "point": ("navigate_to", ("x", "y")),
    "move": ("move", ("distance_m",)),
    "turn": ("turn", ("angle_deg",)),
    "home": ("home", ()),
    "dock": ("dock", ()),
    "face": ("look_at", ("place",)),
    "face_robot": ("look_at", ("robot",)),
    "face_point": ("look_at", ("x", "y")),
    "wait": ("wait", ("seconds",)),
    "pose": ("arm_pose", ("pose",)),
    "wave": ("wave", ()),
    "open": ("open_gripper", ()),
    "close": ("close_gripper", ()),
    "grasp": ("grasp", ("object",)),
    "put": ("place", ("spot",)),
    "put_point": ("place", ("x", "y")),
}
#: May be there though the case does not name it: its bound is the robot's own where nothing was said.
PASSED_OVER: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Made:
    """A step that was carried out."""

    id: int
    who: str
    skill: str
    arguments: Mapping[str, object]
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """A step that a case names. `who`: any of these; values are texts as the case writes them."""

    who: frozenset[str]
    skill: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class WantedPlan:
    """Steps, pairs (first, later) that must follow each other, and pairs of which neither may wait for the other."""

    steps: tuple[Wanted, ...] = ()
    ordered: frozenset[tuple[int, int]] = frozenset()
    at_once: frozenset[tuple[int, int]] = frozenset()


_TOKEN = re.compile(r"\s*([()>&+]|[^()>&+]+)")


def read_plan(text: str) -> WantedPlan:
    """Reads the form above. Raises ValueError naming what is wrong."""
    tokens = [token.strip() for token in _TOKEN.findall(text) if token.strip()]
    plan, rest = _side_by_side(tokens)
    if rest:
        raise ValueError(f"plan {text!r}: {rest[0]!r} is not expected there")
    return plan


def _side_by_side(tokens: list[str]) -> tuple[WantedPlan, list[str]]:
    plan, rest = _one_after_the_other(tokens)
    while rest and rest[0] in "&+":
        sign, (other, rest) = rest[0], _one_after_the_other(rest[1:])
        plan = _joined(plan, other, ordered=False, at_once=sign == "&")
    return plan, rest


def _one_after_the_other(tokens: list[str]) -> tuple[WantedPlan, list[str]]:
    plan, rest = _single(tokens)
    while rest and rest[0] == ">":
        other, rest = _single(rest[1:])
        plan = _joined(plan, other, ordered=True, at_once=False)
    return plan, rest


def _single(tokens: list[str]) -> tuple[WantedPlan, list[str]]:
    if not tokens or tokens[0] in ">&+)":
        raise ValueError(f"a step is missing before {' '.join(tokens[:3])!r}")
    if tokens[0] == "(":
        plan, rest = _side_by_side(tokens[1:])
        if rest[:1] != [")"]:
            raise ValueError("a bracket is not closed")
        return plan, rest[1:]
    return WantedPlan((_wanted(tokens[0]),)), tokens[1:]


def _joined(one: WantedPlan, two: WantedPlan, *, ordered: bool, at_once: bool) -> WantedPlan:
    shift = len(one.steps)
    pairs = {(a, b + shift) for a in range(shift) for b in range(len(two.steps))}
    return WantedPlan(
        one.steps + two.steps,
        one.ordered | {(a + shift, b + shift) for a, b in two.ordered} | (pairs if ordered else set()),
        one.at_once | {(a + shift, b + shift) for a, b in two.at_once} | (pairs if at_once else set()),
    )


def _wanted(text: str) -> Wanted:
    who, skill, *values = text.split()
    name, keys = SHORT.get(skill, (skill, ()))
    arguments: dict[str, str] = {}
    plain = [value for value in values if "=" not in value]
    if skill in SHORT and len(plain) != len(keys):
        raise ValueError(f"step {text!r}: {skill} takes {len(keys)} values")
    arguments |= dict(zip(keys, plain, strict=False))
    arguments |= dict(value.split("=", 1) for value in values if "=" in value)
    return Wanted(frozenset(who.split("|")), name, arguments)


def fits(plan: WantedPlan, made: Sequence[Made]) -> bool:
    """Whether these steps are that plan: no step more, none less, in its order."""
    made = normal(made)
    plan = _normal_wanted(plan)
    others = [step for step in made if step.who != SELF]
    names_self = any(SELF in step.who for step in plan.steps)
    pool = made if names_self else others
    if len(others) > len(plan.steps) or (not names_self and len(others) != len(plan.steps)):
        return False
    before = _before(made)
    return any(_in_order(plan, found, before) for found in _assigned(plan.steps, pool, others))


def _assigned(
    wanted: Sequence[Wanted], pool: Sequence[Made], needed: Sequence[Made]
) -> Iterator[tuple[Made, ...]]:
    """Every way to give each wanted step one of the pool, so that all the needed ones are taken."""
    choices = [[step for step in pool if _is(want, step)] for want in wanted]
    for found in itertools.islice(itertools.product(*choices), 50_000):
        ids = {step.id for step in found}
        if len(ids) == len(found) and all(step.id in ids for step in needed):
            yield found


def _in_order(plan: WantedPlan, found: Sequence[Made], before: Mapping[int, frozenset[int]]) -> bool:
    ids = [step.id for step in found]
    apart = all(
        ids[a] not in before[ids[b]] and ids[b] not in before[ids[a]]
        for a, b in plan.at_once
        if found[a].who != found[b].who  # one robot does one thing after the other
    )
    return apart and all(ids[a] in before[ids[b]] for a, b in plan.ordered)


def _before(made: Sequence[Made]) -> dict[int, frozenset[int]]:
    """For each step, all that have ended when it begins."""
    before: dict[int, frozenset[int]] = {}
    for _ in made:
        before = {
            step.id: frozenset(step.after).union(*(before.get(other, frozenset()) for other in step.after))
            for step in made
        }
    return before


def _is(want: Wanted, step: Made) -> bool:
    if step.who not in want.who:
        return False
    arguments = {key: value for key, value in step.arguments.items() if key not in PASSED_OVER}
    if want.skill == "home":
        own = f"dock{step.who.removeprefix('rover')}"
        return (step.skill, arguments) in (("dock", {}), ("navigate_to", {"place": own}))
    if step.skill != want.skill:
        return False
    free = {key for key, value in want.arguments.items() if value == "*"}
    if set(arguments) - free != set(want.arguments) - free:
        return False
    return all(key in free or same(want.arguments[key], value) for key, value in arguments.items())


def same(wanted: str, found: object) -> bool:
    """Whether a value is the one that a case writes."""
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return isinstance(found, str) and found.casefold() in wanted.casefold().split("|")
    if ".." in wanted:
        low, high = (float(part) for part in wanted.split(".."))
        return low - 1e-9 <= found <= high + 1e-9
    value = float(wanted.removeprefix("~"))
    if wanted.startswith("~"):
        value, found = abs(value), abs(found)
    return abs(value - found) <= max(0.005, TOLERANCE * abs(value))


def normal(made: Sequence[Made]) -> tuple[Made, ...]:
    """A path through places is as many drives; two moves, or two turns to one side, straight after each other are one."""
    steps = list(itertools.chain.from_iterable(_drives(step) for step in made))
    merged = True
    while merged:
        merged = False
        for one, two in itertools.permutations(steps, 2):
            if _continues(one, two, steps):
                key = "distance_m" if one.skill == "move" else "angle_deg"
                total = float(str(one.arguments[key])) + float(str(two.arguments[key]))
                joined = Made(two.id, one.who, one.skill, {**two.arguments, key: total}, one.after)
                steps = [joined if step is two else step for step in steps if step is not one]
                merged = True
                break
    return tuple(steps)


def _drives(step: Made) -> Iterator[Made]:
    places = step.arguments.get("places")
    if step.skill != "follow_path" or not isinstance(places, list) or not places:
        yield step
        return
    after = step.after
    for number, place in enumerate(places, start=1):
        # the last keeps the id, so that what follows the path follows its end
        id_ = step.id if number == len(places) else step.id * 1000 + number
        yield Made(id_, step.who, "navigate_to", {"place": place}, after)
        after = (id_,)


def _continues(one: Made, two: Made, steps: Sequence[Made]) -> bool:
    key = {"move": "distance_m", "turn": "angle_deg"}.get(one.skill, "")
    if (one.who, one.skill) != (two.who, two.skill) or two.after != (one.id,):
        return False
    if sum(one.id in step.after for step in steps) != 1:
        return False
    values = [step.arguments.get(key) for step in (one, two)]
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values):
        return False
    same_rest = {k: v for k, v in one.arguments.items() if k != key} == {
        k: v for k, v in two.arguments.items() if k != key
    }
    return same_rest and float(str(values[0])) * float(str(values[1])) > 0


def _normal_wanted(plan: WantedPlan) -> WantedPlan:
    """The same for a case: "two metres and another metre" may be written as two moves."""
    for a, b in sorted(plan.ordered):
        one, two = plan.steps[a], plan.steps[b]
        key = {"move": "distance_m", "turn": "angle_deg"}.get(one.skill, "")
        between = any((a, c) in plan.ordered and (c, b) in plan.ordered for c in range(len(plan.steps)))
        if not key or between or one.skill != two.skill or one.who != two.who:
            continue
        try:
            first, second = float(one.arguments[key]), float(two.arguments[key])
        except ValueError:
            continue
        if first * second <= 0:
            continue
        steps = list(plan.steps)
        steps[b] = Wanted(two.who, two.skill, {**two.arguments, key: str(first + second)})
        return _normal_wanted(_without(WantedPlan(tuple(steps), plan.ordered, plan.at_once), a))
    return plan


def _without(plan: WantedPlan, gone: int) -> WantedPlan:
    def moved(pairs: frozenset[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        return frozenset((a - (a > gone), b - (b > gone)) for a, b in pairs if gone not in (a, b))

    steps = tuple(step for index, step in enumerate(plan.steps) if index != gone)
    return WantedPlan(steps, moved(plan.ordered), moved(plan.at_once))


def written(made: Sequence[Made]) -> str:
    """The steps in one line, to be read by people."""
    parts = []
    for step in made:
        values = " ".join(f"{key}={value}" for key, value in step.arguments.items())
        after = f" after {list(step.after)}" if step.after else ""
        parts.append(f"{step.id}: {step.who} {step.skill} {values}".rstrip() + after)
    return "; ".join(parts)
