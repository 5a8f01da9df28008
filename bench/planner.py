# SPDX-License-Identifier: Apache-2.0
"""How often the planner makes the right plan of a spoken request, and how fast, with each of two models.

Right means: after the checks, exactly the expected steps (who, skill, arguments, what runs at once) are left; or, where
nothing may move (small talk, questions, unknown robots and places, the impossible), nothing does. Baseline: the 0.5B
model with the same prompt and checks. `--quick` takes every third request; `--model NAME` only one model.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from common import emit, table

from tektra.common import paths, skills
from tektra.common.errors import TektraError
from tektra.common.timings import percentile
from tektra.common.world import load_world
from tektra.planner.backends import LlmOptions
from tektra.planner.backends.llama_cpp import LlamaCpp
from tektra.planner.catalogue import Actor, Catalogue, read_skill, tektra
from tektra.planner.checks import Circumstances, judge, moves_something
from tektra.planner.plan import SELF, Step, parse_draft
from tektra.planner.prompt import Now, Prompt, read_template
from tektra.planner.reply import ReplyStream
from tektra.planner.schema import plan_schema

MODELS = {"1_5b": "qwen2.5-coder-1.5b", "0_5b": "qwen2.5-coder-0.5b"}
SCENE = "one person at the left and a bicycle in the centre"
ROBOTS = {"rover1": ("rover", ("base",)), "rover2": ("rover", ("base",)), "arm1": ("arm", ("arm", "gripper"))}


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


def live_robots() -> Catalogue:
    """The robots of the default launch, as their drivers announce them."""
    catalogue = Catalogue().with_actor(tektra("bench"))
    for name, (kind, capabilities) in ROBOTS.items():
        known = [
            read_skill(skill.name, skill.sentence, skill.schema) for skill in skills.skills_of(capabilities)
        ]
        catalogue = catalogue.with_actor(Actor(name, kind, "bench", tuple(known)))
    return catalogue


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


@dataclass
class Measured:
    """What one model did."""

    right: dict[str, list[bool]] = field(default_factory=dict)
    first_token_s: list[float] = field(default_factory=list)
    plan_s: list[float] = field(default_factory=list)
    check_s: list[float] = field(default_factory=list)

    @property
    def share(self) -> float:
        verdicts = [ok for kind in self.right.values() for ok in kind]
        return sum(verdicts) / len(verdicts)


def measure(model: str, cases: Sequence[Case]) -> Measured:
    """Runs the cases through one model, as the node does: same prompt, schema, and checks."""
    folder = paths.share_dir() / "config"
    world, catalogue = load_world(folder / "world.yaml"), live_robots()
    prompt = Prompt(
        read_template(folder / "prompts" / "planner.md"),
        catalogue,
        tuple(world.places),
    )
    measured = Measured()
    llm = LlamaCpp(model, LlmOptions())
    llm.load()
    try:
        warm = list(
            llm.stream(
                prompt.messages("hello"), schema=None, max_tokens=1, temperature=0.0, stop=threading.Event()
            )
        )
        print(
            f"  warmed with {len(warm)} pieces, {sum(len(m.content) for m in prompt.opening)} characters of prompt"
        )
        for case in cases:
            began, first, stream = time.perf_counter(), None, ReplyStream()
            messages = prompt.messages(case.words, now=Now(scene=SCENE))
            schema = plan_schema(catalogue, max_steps=8, words=case.words)
            for piece in llm.stream(
                messages, schema=schema, max_tokens=400, temperature=0.0, stop=threading.Event()
            ):
                if stream.feed(piece) and first is None:
                    first = time.perf_counter() - began
            planned = time.perf_counter()
            try:
                draft = parse_draft(stream.text)
                reply, verdict = draft.reply, judge(draft.steps, Circumstances(catalogue, world, case.words))
                steps, problems = verdict.steps, verdict.problems
            except TektraError as error:
                reply, steps, problems = "", (), (str(error),)
            ok = is_right(case, reply, steps, problems)
            measured.right.setdefault(case.kind, []).append(ok)
            measured.first_token_s.append(first if first is not None else planned - began)
            measured.plan_s.append(planned - began)
            measured.check_s.append(time.perf_counter() - planned)
            print(f"  {'right' if ok else 'WRONG'}  {planned - began:5.2f} s  {case.words}")
            if not ok:
                print(f"         {stream.text}\n         {' '.join(problems)}")
    finally:
        llm.close()
    return measured


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every third request")
    parser.add_argument("--kind", help="only requests of this kind, e.g. order")
    parser.add_argument("--model", choices=sorted(MODELS.values()), help="only this model")
    arguments = parser.parse_args()
    cases = CASES[::3] if arguments.quick else CASES
    cases = tuple(case for case in cases if arguments.kind in (None, case.kind))
    figures: dict[str, float] = {}
    for key, model in MODELS.items():
        if arguments.model in (None, model):
            print(f"{model}, {len(cases)} requests")
            found = measure(model, cases)
            rows = [(kind, sum(verdicts), len(verdicts)) for kind, verdicts in found.right.items()]
            print(table(("kind", "right", "of"), rows))
            figures |= _figures(key, found)
    targets = {"ok_share_1_5b": ">= 0.85", "first_token_ms_p50": "<= 1500", "check_ms_p99": "<= 20"}
    emit("planner", n=len(cases), figures=figures, targets=targets)


def _figures(key: str, found: Measured) -> dict[str, float]:
    suffix = "" if key == "1_5b" else f"_{key}"
    return {
        f"ok_share_{key}": round(found.share, 3),
        f"plan_s_p50{suffix}": round(percentile(found.plan_s, 0.5), 3),
        f"plan_s_p95{suffix}": round(percentile(found.plan_s, 0.95), 3),
        f"first_token_ms_p50{suffix}": round(1e3 * percentile(found.first_token_s, 0.5), 1),
        f"first_token_ms_p95{suffix}": round(1e3 * percentile(found.first_token_s, 0.95), 1),
        f"check_ms_p99{suffix}": round(1e3 * percentile(found.check_s, 0.99), 3),
    }


if __name__ == "__main__":
    main()
