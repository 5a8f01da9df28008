# SPDX-License-Identifier: Apache-2.0
"""How often the planner makes the right plan of a spoken request, and how fast, with each of two models.

Right means: after the checks, exactly the expected steps (who, skill, arguments, what runs at once) are left; or, where
nothing may move (small talk, questions, unknown robots and places, the impossible), nothing does. Baseline: the 0.5B
model with the same prompt and checks. `--quick` takes every third request; `--model NAME` only one model.

Beside it: how long the model reads what all prompts begin with, the first time and from what it kept on disk; and how soon
the first word of the next turn of a conversation comes when the turn before was read ahead, and when it was not.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from cases.planner import CASES, TALK, Case, is_right
from common import emit, table

from tektra.common import paths, skills
from tektra.common.errors import TektraError
from tektra.common.timings import percentile
from tektra.common.world import World, load_world
from tektra.planner.backends import LlmOptions, Message, StoredMessage
from tektra.planner.backends.llama_cpp import LlamaCpp
from tektra.planner.conversation.context_window import ContextWindow
from tektra.planner.models.output_schema import plan_schema
from tektra.planner.models.prompt import Now, Prompt, read_template
from tektra.planner.models.reply_stream import ReplyStream
from tektra.planner.options import PlannerOptions
from tektra.planner.plans.checks import Circumstances, judge
from tektra.planner.plans.plan import parse_draft, steps_json
from tektra.planner.world.catalogue import Actor, Catalogue, read_skill, tektra

MODELS = {"1_5b": "qwen2.5-coder-1.5b", "0_5b": "qwen2.5-coder-0.5b"}
SCENE = "one person at the left and a bicycle in the centre"
ROBOTS = {"rover1": ("rover", ("base",)), "rover2": ("rover", ("base",)), "arm1": ("arm", ("arm", "gripper"))}


def live_robots() -> Catalogue:
    """The robots of the default launch, as their drivers announce them."""
    catalogue = Catalogue().with_actor(tektra("bench"))
    for name, (kind, capabilities) in ROBOTS.items():
        known = [
            read_skill(skill.name, skill.sentence, skill.schema) for skill in skills.skills_of(capabilities)
        ]
        catalogue = catalogue.with_actor(Actor(name, kind, "bench", tuple(known)))
    return catalogue


@dataclass
class Measured:
    """What one model did."""

    right: dict[str, list[bool]] = field(default_factory=dict)
    first_token_s: list[float] = field(default_factory=list)
    plan_s: list[float] = field(default_factory=list)
    check_s: list[float] = field(default_factory=list)
    opening_s: float = 0.0
    opening_kept_s: float = 0.0
    turn_s: list[float] = field(default_factory=list)
    turn_not_ahead_s: list[float] = field(default_factory=list)

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
    measured.opening_s, measured.opening_kept_s = _opening(model, prompt)
    llm = LlamaCpp(model, LlmOptions())
    llm.load()
    try:
        llm.read(prompt.messages("hello"), lasting=True, stop=threading.Event())
        for case in cases:
            _ask(llm, prompt, case, catalogue, world, measured)
        measured.turn_not_ahead_s = _talk(llm, prompt, catalogue, ahead=False)
        measured.turn_s = _talk(llm, prompt, catalogue, ahead=True)
    finally:
        llm.close()
    return measured


def _opening(model: str, prompt: Prompt) -> tuple[float, float]:
    """Seconds from asking for it to having read what all prompts begin with: the first time, and after a restart."""
    took = []
    for _ in range(2):
        llm = LlamaCpp(model, LlmOptions())
        llm.load()
        try:
            began = time.perf_counter()
            llm.read(prompt.messages("hello"), lasting=True, stop=threading.Event())
            took.append(time.perf_counter() - began)
        finally:
            llm.close()
    characters = sum(len(message.content) for message in prompt.opening)
    print(f"  {characters} characters of prompt read in {took[0]:.2f} s, after a restart in {took[1]:.3f} s")
    return took[0], took[1]


def _ask(
    llm: LlamaCpp, prompt: Prompt, case: Case, catalogue: Catalogue, world: World, measured: Measured
) -> None:
    began = time.perf_counter()
    text, first_s = _answer(llm, prompt.messages(case.words, now=Now(scene=SCENE)), catalogue, case.words)
    planned = time.perf_counter()
    try:
        draft = parse_draft(text)
        reply, verdict = draft.reply, judge(draft.steps, Circumstances(catalogue, world, case.words))
        steps, problems = verdict.steps, verdict.problems
    except TektraError as error:
        reply, steps, problems = "", (), (str(error),)
    ok = is_right(case, reply, steps, problems)
    measured.right.setdefault(case.kind, []).append(ok)
    measured.first_token_s.append(first_s)
    measured.plan_s.append(planned - began)
    measured.check_s.append(time.perf_counter() - planned)
    print(f"  {'right' if ok else 'WRONG'}  {planned - began:5.2f} s  {case.words}")
    if not ok:
        print(f"         {text}\n         {' '.join(problems)}")


def _answer(
    llm: LlamaCpp, messages: Sequence[Message], catalogue: Catalogue, words: str
) -> tuple[str, float]:
    """The whole output, and seconds to the first word of its reply (to its end, where it has none)."""
    began, first, stream = time.perf_counter(), None, ReplyStream()
    schema = plan_schema(catalogue, max_steps=8, words=words)
    for piece in llm.stream(messages, schema=schema, max_tokens=400, temperature=0.0, stop=threading.Event()):
        if stream.feed(piece) and first is None:
            first = time.perf_counter() - began
    return stream.text, first if first is not None else time.perf_counter() - began


def _talk(llm: LlamaCpp, prompt: Prompt, catalogue: Catalogue, *, ahead: bool) -> list[float]:
    """Seconds to the first word of each turn of a conversation but its first; `ahead`: the turn before was read then."""
    window, history, firsts = (
        ContextWindow(PlannerOptions().history_tokens),
        list[StoredMessage](),
        list[float](),
    )
    for number, words in enumerate(TALK):
        turns = window.shown(history)
        text, first_s = _answer(
            llm, prompt.messages(words, turns=turns, now=Now(scene=SCENE)), catalogue, words
        )
        draft = parse_draft(text)
        history += [
            StoredMessage(2.0 * number, "user", words),
            StoredMessage(2.0 * number + 1, "assistant", draft.reply, steps_json(draft.steps)),
        ]
        firsts.append(first_s)
        if ahead:
            turns = window.shown(history)
            llm.read(prompt.messages("hello", turns=turns), lasting=False, stop=threading.Event())
    return firsts[1:]


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
            with TemporaryDirectory() as folder, patch.object(paths, "cache_dir", lambda: Path(folder)):
                found = measure(model, cases)
            rows = [(kind, sum(verdicts), len(verdicts)) for kind, verdicts in found.right.items()]
            print(table(("kind", "right", "of"), rows))
            figures |= _figures(key, found)
    targets = {"ok_share_1_5b": ">= 0.85", "first_token_ms_p50": "<= 1500", "check_ms_p99": "<= 20"}
    targets |= {"opening_kept_s": "<= 1"}
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
        f"opening_s{suffix}": round(found.opening_s, 2),
        f"opening_kept_s{suffix}": round(found.opening_kept_s, 3),
        f"turn_ms_p50{suffix}": round(1e3 * percentile(found.turn_s, 0.5), 1),
        f"turn_not_ahead_ms_p50{suffix}": round(1e3 * percentile(found.turn_not_ahead_s, 0.5), 1),
    }


if __name__ == "__main__":
    main()
