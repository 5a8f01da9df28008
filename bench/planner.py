# SPDX-License-Identifier: Apache-2.0
"""What the planner adds to its model: how soon a piece is handed on, how fast it goes, many conversations at once.

A played model writes the time at which it gives each piece; from there to a subscriber of /tektra/reply it is measured, in
another process. Fifty people then ask at once; each must get the answer to their own question. With the small model: tokens
per second through the planner's thread, beside the bare engine; and how soon an answer begins when the model has read
ahead, beside when it has not. What becomes of requests is measured by `bench/run commands`. `--minutes 60`: so long the fifty go on
talking, and the planner's memory between a tenth of that time and its end is told.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import queue
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import psutil
import rclpy
from common import emit, table
from mind.setting import ROBOTS
from rclpy.action import ActionClient
from rclpy.node import Node

from tektra.common import models, paths, skills
from tektra.common.errors import MissingModel
from tektra.common.timings import percentile
from tektra.common.world import load_world
from tektra.planner.backends import LlmOptions, Message, StoredMessage
from tektra.planner.backends.llama_cpp import LlamaCpp
from tektra.planner.conversation.context_window import ContextWindow
from tektra.planner.models.inference_thread import Event, InferenceThread, Job, Thought
from tektra.planner.models.output_schema import plan_schema
from tektra.planner.models.prompt import Now, Prompt, read_template
from tektra.planner.models.registry import ModelRegistry
from tektra.planner.models.reply_stream import ReplyStream
from tektra.planner.models.token_counts import estimated
from tektra.planner.options import PlannerOptions
from tektra.planner.plans.plan import parse_draft, steps_json
from tektra.planner.world.catalogue import Actor, Catalogue, read_skill, tektra
from tektra.ros import qos
from tektra.ros.executor import SteadyExecutor
from tektra_interfaces.action import Ask
from tektra_interfaces.msg import ReplyDelta, SafetyState

MODEL = "qwen2.5-coder-0.5b"
SCRIPTED = Path(__file__).resolve().parents[1] / "tests" / "data" / "scripted_llm"
PEOPLE = 50
READY_S = 60.0
SCENE = "one person at the left and a bicycle in the centre"
#: A conversation; what is measured is how soon each answer begins.
TALK = (
    "hello, who are you?",
    "tell me something about the sea",
    "and what lives in it?",
    "thank you, well done",
    "tell me a joke",
    "I had a long day",
)
TARGETS = {
    "first_token_p99_ms": "<= 10",
    "tokens_share": ">= 0.95",
    "lost": "== 0",
    "mixed": "== 0",
    "opening_kept_s": "<= 1",
    "rss_growth_mb": "<= 20",
}


class Asker(Node):
    """Asks, listens to the replies, and is the heartbeat of a gate that holds nothing."""

    def __init__(self) -> None:
        super().__init__("asker")
        self.heard: list[tuple[str, str, float]] = []
        self.client = ActionClient(self, Ask, "/tektra/ask")
        self._state = self.create_publisher(SafetyState, "/safety/state", qos.SAFETY_STATE)
        self.create_timer(0.04, self._beat)
        self.create_subscription(ReplyDelta, "/tektra/reply", self._on_delta, qos.RELIABLE)
        self.executor_ = SteadyExecutor()
        self.executor_.add_node(self)

    def _beat(self) -> None:
        self._state.publish(SafetyState(epoch=1, stamp=self.get_clock().now().to_msg()))

    def _on_delta(self, delta: ReplyDelta) -> None:
        self.heard.append((delta.request_id, delta.text, time.monotonic()))

    def until(self, condition: Callable[[], object], within_s: float = READY_S) -> bool:
        """Spins until the condition holds; False when it does not in time."""
        end = time.monotonic() + within_s
        while not condition():
            if time.monotonic() > end:
                return False
            self.executor_.spin_once(timeout_sec=0.02)
        return True

    def ask(self, words: str, conversation: str) -> Callable[[], Ask.Result | None]:
        """Sends a request; the answer is there once what it returns is not None."""
        stamp = self.get_clock().now().to_msg()
        goal = Ask.Goal(text=words, conversation_id=conversation, source="bench", stamp=stamp)
        sending = self.client.send_goal_async(goal)
        self.until(sending.done)
        result = sending.result().get_result_async()
        return lambda: result.result().result if result.done() else None


@contextmanager
def planner_node(script: list[list[str]]) -> Iterator[tuple[Asker, psutil.Process]]:
    """The real node in a process of its own, with a played model; and that process."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "script.json"
        file.write_text(json.dumps(script))
        values = {
            "backend": "scripted",
            "model": str(file),
            "store_file": f"{folder}/planner.sqlite",
            "store_key_file": f"{folder}/planner.key",
            "max_waiting": str(PEOPLE),
        }
        options = [part for key, value in values.items() for part in ("-p", f"{key}:={value}")]
        process = subprocess.Popen(
            [sys.executable, "-c", "from tektra.planner.node import main; main()", "--ros-args", *options],
            env={**os.environ, "PYTHONPATH": f"{os.environ.get('PYTHONPATH', '')}{os.pathsep}{SCRIPTED}"},
        )
        rclpy.init()
        asker = Asker()
        try:
            if not asker.until(asker.client.server_is_ready):
                raise SystemExit(f"the planner was not there within {READY_S:g} s")
            answer = asker.ask("tell me nothing", "first")
            if not asker.until(answer):
                raise SystemExit("the planner gave no answer")
            yield asker, psutil.Process(process.pid)
        finally:
            asker.executor_.shutdown()
            asker.destroy_node()
            rclpy.shutdown()
            process.terminate()
            process.wait(20)


def handed_on(asker: Asker, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds from the model's giving to the subscriber's having it: of first pieces, and of all."""
    first, every = [], []
    for number in range(count):
        asker.heard.clear()
        answer = asker.ask("tell me a long story", f"story{number}")
        asker.until(answer)
        took = [
            1e3 * (at_s - float(text))
            for _, text, at_s in asker.heard
            if text.strip().replace(".", "").isdigit()
        ]
        first += took[:1]
        every += took
    return first, every


def many_at_once(asker: Asker) -> tuple[int, int]:
    """How many of fifty got no answer, and how many somebody else's."""
    answers = [
        asker.ask(f"tell me what belongs to person {number} only", f"person{number}")
        for number in range(PEOPLE)
    ]
    asker.until(lambda: all(answer() is not None for answer in answers))
    results = [answer() for answer in answers]
    lost = sum(result is None or not result.reply for result in results)
    mixed = sum(
        result is not None and bool(result.reply) and f"box {number}." not in result.reply
        for number, result in enumerate(results)
    )
    return lost, mixed


def growth(asker: Asker, process: psutil.Process, minutes: float) -> tuple[float, int]:
    """MB that the planner has more at the end than after a tenth of the time, and how many requests it answered."""
    began_s, early_mb, count = time.monotonic(), math.nan, 0
    while (passed := (time.monotonic() - began_s) / (60.0 * minutes)) < 1.0:
        if math.isnan(early_mb) and passed >= 0.1:
            early_mb = process.memory_info().rss / 1e6
        answer = asker.ask(f"tell me what belongs to person {count % PEOPLE} only", f"person{count % PEOPLE}")
        if not asker.until(answer):
            raise SystemExit(f"request {count} got no answer")
        count += 1
    return process.memory_info().rss / 1e6 - early_mb, count


def script() -> list[list[str]]:
    own = [
        [f"person {n} only", json.dumps({"reply": f"That is box {n}.", "steps": []})] for n in range(PEOPLE)
    ]
    return [*own, ["long story", "clock"]]


def tokens_share(prompt: Prompt, catalogue: Catalogue, rounds: int) -> tuple[float, float]:
    """Characters per second through the planner's thread and of the bare engine, in turns."""
    registry = ModelRegistry(PlannerOptions(model=MODEL))
    registry.select(MODEL)
    posted: queue.Queue[Event] = queue.Queue()
    thread = InferenceThread(registry, posted.put, time.perf_counter)
    schema = plan_schema(catalogue, max_steps=8, words="")
    rates: dict[str, list[float]] = {"ours": [], "bare": []}
    try:
        for number in range(2 * rounds + 2):
            way = ("ours", "bare")[number % 2]
            words = f"tell me a story of {TALK[number // 2 % len(TALK)]}"
            job = Job(f"job{number}", prompt.messages(words), schema, 120, 0.0)
            characters, took_s = _ours(thread, posted, job) if way == "ours" else _bare(registry, job)
            if number >= 2:  # the first of each only fills the prompt's cache
                rates[way].append(characters / took_s)
    finally:
        thread.close()
        registry.close()
    return percentile(rates["ours"], 0.5), percentile(rates["bare"], 0.5)


def _bare(registry: ModelRegistry, job: Job) -> tuple[int, float]:
    began = time.perf_counter()
    stream = registry.llm().stream(
        job.messages, schema=job.schema, max_tokens=job.max_tokens, temperature=0.0, stop=threading.Event()
    )
    return sum(len(piece) for piece in stream), time.perf_counter() - began


def _ours(thread: InferenceThread, posted: queue.Queue[Event], job: Job) -> tuple[int, float]:
    began = time.perf_counter()
    thread.think(job)
    while not isinstance(event := posted.get(timeout=120), Thought):
        pass
    return len(event.output), time.perf_counter() - began


def opening(prompt: Prompt) -> tuple[float, float]:
    """Seconds from asking for it to having read what all prompts begin with: the first time, and after a restart."""
    took = []
    with TemporaryDirectory() as folder, patch.object(paths, "cache_dir", lambda: Path(folder)):
        for _ in range(2):
            llm = LlamaCpp(MODEL, LlmOptions())
            llm.load()
            try:
                began = time.perf_counter()
                llm.read(prompt.messages("hello"), lasting=True, stop=threading.Event())
                took.append(time.perf_counter() - began)
            finally:
                llm.close()
    return took[0], took[1]


def turns(prompt: Prompt, catalogue: Catalogue, *, ahead: bool) -> list[float]:
    """Seconds to the first word of each turn of a conversation but its first; `ahead`: the turn before was read then."""
    window, history, firsts = (
        ContextWindow(PlannerOptions().history_tokens, estimated),
        list[StoredMessage](),
        list[float](),
    )
    llm = LlamaCpp(MODEL, LlmOptions())
    llm.load()
    try:
        for number, words in enumerate(TALK):
            shown = window.view(history).shown
            text, first_s = _answer(
                llm, prompt.messages(words, turns=shown, now=Now(scene=SCENE)), catalogue, words
            )
            draft = parse_draft(text)
            history += [
                StoredMessage(2.0 * number, "user", words),
                StoredMessage(2.0 * number + 1, "assistant", draft.reply, steps_json(draft.steps)),
            ]
            firsts.append(first_s)
            if ahead:
                shown = window.view(history).shown
                llm.read(prompt.messages("hello", turns=shown), lasting=False, stop=threading.Event())
    finally:
        llm.close()
    return firsts[1:]


def _answer(llm: LlamaCpp, messages: list[Message], catalogue: Catalogue, words: str) -> tuple[str, float]:
    """The whole output, and seconds to the first word of its reply (to its end, where it has none)."""
    began, first, stream = time.perf_counter(), None, ReplyStream()
    schema = plan_schema(catalogue, max_steps=8, words=words)
    for piece in llm.stream(messages, schema=schema, max_tokens=400, temperature=0.0, stop=threading.Event()):
        if stream.feed(piece) and first is None:
            first = time.perf_counter() - began
    return stream.text, first if first is not None else time.perf_counter() - began


def live_robots() -> Catalogue:
    """The robots of the default launch, as their drivers announce them."""
    catalogue = Catalogue().with_actor(tektra("bench"))
    for name, (kind, able) in ROBOTS.items():
        known = tuple(read_skill(s.name, s.sentence, s.schema) for s in skills.skills_of(able))
        catalogue = catalogue.with_actor(Actor(name, kind, "bench", known))
    return catalogue


def with_model(rounds: int) -> dict[str, float]:
    """What needs the small model; nothing where it is not here."""
    try:
        models.path(MODEL)
    except MissingModel as error:
        print(f"left out: {error}")
        return {}
    config = paths.share_dir() / "config"
    catalogue = live_robots()
    template = read_template(config / "prompts" / "planner.md")
    prompt = Prompt(template, catalogue, tuple(load_world(config / "world.yaml").places))
    ours, bare = tokens_share(prompt, catalogue, rounds)
    first_s, kept_s = opening(prompt)
    ahead = turns(prompt, catalogue, ahead=True)
    behind = turns(prompt, catalogue, ahead=False)
    return {
        "tokens_share": round(ours / bare, 3),
        "opening_s": round(first_s, 2),
        "opening_kept_s": round(kept_s, 3),
        "turn_ms_p50": round(1e3 * percentile(ahead, 0.5), 1),
        "turn_not_ahead_ms_p50": round(1e3 * percentile(behind, 0.5), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer requests, and no language model")
    parser.add_argument(
        "--minutes", type=float, default=1.0, help="for which the planner's memory is watched"
    )
    arguments = parser.parse_args()
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(20, 220))
    os.environ["ROS_AUTOMATIC_DISCOVERY_RANGE"] = "LOCALHOST"
    with planner_node(script()) as (asker, process):
        first, every = handed_on(asker, 10 if arguments.quick else 60)
        lost, mixed = many_at_once(asker)
        grown_mb, talked = growth(asker, process, arguments.minutes)
    print(f"memory over {arguments.minutes:g} minutes and {talked} requests: {grown_mb:+.1f} MB")
    rows = [
        (what, len(ms), percentile(ms, 0.5), percentile(ms, 0.99), max(ms))
        for what, ms in (("first piece", first), ("every piece", every))
    ]
    print(table(("handed on, ms", "n", "p50", "p99", "max"), rows))
    figures = {
        "first_token_p50_ms": round(percentile(first, 0.5), 3),
        "first_token_p99_ms": round(percentile(first, 0.99), 3),
        "piece_p99_ms": round(percentile(every, 0.99), 3),
        "lost": lost,
        "mixed": mixed,
        "rss_growth_mb": round(grown_mb, 1),
    }
    figures |= {} if arguments.quick else with_model(4)
    emit("planner", n=len(first), figures=figures, targets=TARGETS)


if __name__ == "__main__":
    main()
