# SPDX-License-Identifier: Apache-2.0
"""What the planner is asked in its measurement, and what must come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tektra.planner.plans.checks import moves_something
from tektra.planner.plans.plan import SELF, Step


@dataclass(frozen=True)
class Do:
    """An expected step. Numbers must agree within 2 %, the sign of a half turn aside. `after`: indices of steps before."""

    who: str
    skill: str
    arguments: dict[str, object] = field(default_factory=dict)
    after: tuple[int, ...] = ()


@dataclass(frozen=True)
class Case:
    """A request and what must come of it: steps, or nothing that moves; `reply`: words of which one must be said."""

    kind: str
    words: str
    steps: tuple[Do, ...] = ()
    reply: tuple[str, ...] = ()


def go(who: str, place: str, *after: int) -> Do:
    return Do(who, "navigate_to", {"place": place}, after)


def move(who: str, distance_m: float, *after: int) -> Do:
    return Do(who, "move", {"distance_m": distance_m}, after)


def turn(who: str, angle_deg: float, *after: int) -> Do:
    return Do(who, "turn", {"angle_deg": angle_deg}, after)


CASES = (
    Case("simple", "go forward ten meters", (move("rover1", 10),)),
    Case("simple", "rover2, go to the office", (go("rover2", "office"),)),
    Case("simple", "rover1 turn left", (turn("rover1", 90),)),
    Case("simple", "drive rover2 backwards two metres", (move("rover2", -2),)),
    Case("simple", "rover1 turn right by 45 degrees", (turn("rover1", -45),)),
    Case("simple", "arm1 wave", (Do("arm1", "wave"),)),
    Case("simple", "open the gripper", (Do("arm1", "open_gripper"),)),
    Case("simple", "move the arm to the ready position", (Do("arm1", "arm_pose", {"pose": "ready"}),)),
    Case("paraphrase", "could you send rover 2 over to the bedroom please", (go("rover2", "bedroom"),)),
    Case("paraphrase", "I need rover two in the lounge", (go("rover2", "living_room"),)),
    Case("paraphrase", "let rover1 roll three and a half meters ahead", (move("rover1", 3.5),)),
    Case("paraphrase", "make rover2 face the other way", (turn("rover2", 180),)),
    Case("paraphrase", "have the arm greet us", (Do("arm1", "wave"),)),
    Case("paraphrase", "fold the arm away", (Do("arm1", "arm_pose", {"pose": "home"}),)),
    Case("paraphrase", "bring rover1 back to its dock", (go("rover1", "dock1"),)),
    Case("paraphrase", "grab what is between your fingers, arm1", (Do("arm1", "close_gripper"),)),
    Case("both", "rover1 go to the kitchen while rover2 goes to the hall", (go("rover1", "kitchen"), go("rover2", "hall"))),
    Case("both", "both rovers go to the living room", (go("rover1", "living_room"), go("rover2", "living_room"))),
    Case("both", "rover2 go to the hall and rover1 to the bedroom", (go("rover2", "hall"), go("rover1", "bedroom"))),
    Case("both", "arm1 wave while rover2 goes to the table", (Do("arm1", "wave"), go("rover2", "table"))),
    Case("order", "send rover1 to the office and then rover2 to the bedroom", (go("rover1", "office"), go("rover2", "bedroom", 0))),
    Case("order", "once rover1 has reached the kitchen, rover2 shall come to the office", (go("rover1", "kitchen"), go("rover2", "office", 0))),
    Case("order", "rover1 go to the hall, then turn around", (go("rover1", "hall"), turn("rover1", 180, 0))),
    Case("order", "rover1 drive one meter forward, turn left and drive another two meters", (move("rover1", 1), turn("rover1", 90, 0), move("rover1", 2, 1))),
    Case("order", "close the gripper and then put the arm up", (Do("arm1", "close_gripper"), Do("arm1", "arm_pose", {"pose": "up"}, (0,)))),
    Case("talk", "hello, who are you?", reply=("tektra",)),
    Case("talk", "thank you, well done"),
    Case("talk", "tell me a joke"),
    Case("talk", "which places do you know?", reply=("kitchen",)),
    Case("see", "what do you see?", reply=("person", "bicycle")),
    Case("see", "is anybody in front of the camera?", reply=("person", "yes")),
    Case("unknown place", "rover1 go to the garage"),
    Case("unknown place", "send both rovers into the garden"),
    Case("unknown place", "drive to the bathroom"),
    Case("unknown robot", "rover7 go to the kitchen"),
    Case("unknown robot", "arm2 wave"),
    Case("unknown robot", "optimus, go to the hall"),
    Case("impossible", "rover1 fly to the roof"),
    Case("impossible", "make me a coffee"),
    Case("impossible", "rover1 go forward 500 meters"),
    Case("impossible", "arm1 drive to the kitchen"),
)  # fmt: skip


#: A conversation; what is measured is how soon each answer begins.
TALK = (
    "rover1 go to the kitchen while rover2 goes to the hall",
    "how are you?",
    "send rover2 to the office and then rover1 to the bedroom",
    "rover1 turn left",
    "arm1 wave while rover2 goes to the table",
    "what do you see?",
    "rover2 go forward two meters",
    "both rovers go to the living room",
    "thank you, well done",
)


def is_right(case: Case, reply: str, steps: Sequence[Step], problems: Sequence[str]) -> bool:
    """Whether this is what the person wanted."""
    said = not case.reply or any(word in reply.lower() for word in case.reply)
    if not case.steps:
        return bool(reply) and said and (bool(problems) or not moves_something(steps))
    moving = [step for step in steps if step.who != SELF]
    return said and not problems and len(moving) == len(case.steps) and _all_match(case.steps, moving)


def _all_match(expected: Sequence[Do], steps: Sequence[Step]) -> bool:
    found: list[Step] = []
    for do in expected:
        step = next((step for step in steps if step not in found and _matches(do, step)), None)
        if step is None:
            return False
        found.append(step)
    return all(
        {found[index].id for index in do.after} == set(step.after)
        for do, step in zip(expected, found, strict=True)
    )


def _matches(do: Do, step: Step) -> bool:
    if (do.who, do.skill) != (step.who, step.skill):
        return False
    return all(_same(wanted, step.arguments.get(key)) for key, wanted in do.arguments.items())


def _same(wanted: object, found: object) -> bool:
    if isinstance(wanted, (int, float)) and isinstance(found, (int, float)):
        half_turn = abs(wanted) == 180 and abs(found) == 180
        return half_turn or abs(wanted - found) <= 0.02 * abs(wanted)
    return wanted == found
