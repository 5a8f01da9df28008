# SPDX-License-Identifier: Apache-2.0
"""How long after a process of the body was killed or frozen, or a robot's link was cut, the rovers stand in the simulated home.

Two rovers (one on TCP, one on UDP) drive between places by their real skills, gate and drivers, without a mind. Once both are
at speed one thing happens: SIGKILL or SIGSTOP to the gate, to both skills nodes or to both drivers; both links cut (silence, all
connections left open) or broken (TCP closed, UDP refused), by a relay between driver and simulator. The time runs from the signal
to the first of the simulator's samples (50 a second) from which on the rover stands for good, by the simulator's own clock. Then
everything is brought back and asked anew. Baseline, in turn with them: an ordinary stop by /safety/stop.
rover1 brakes at 6 m/s^2, rover2 at 1 m/s^2, as a base of that size really does (`--brakes`). `ms`: until rover1 stood. `reaction_ms`:
of both, what of the time is not their braking: until they stood, less speed over deceleration. `way_share`: of both, how far they went of
what the safety gate reckons with (its reaction time at their speed, and their braking).
100 times each, two rovers, so 200 samples; `--quick` 5 times.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import rclpy
from common import emit, table
from rclpy.action import ActionClient
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.task import Future
from std_msgs.msg import Empty
from stopping.processes import Child, Family

from tektra.cli.demo.truth import stopping_time_s
from tektra.common import paths
from tektra.common.scheduling import be_nice
from tektra.common.timings import percentile
from tektra.ros.qos import RELIABLE, SAFETY_STATE
from tektra.safety.zones import Rules
from tektra.sim.client import SimProcess, Truth, TruthClient
from tektra_interfaces.action import RunSkill
from tektra_interfaces.msg import SafetyState
from tektra_interfaces.srv import StopRobot

ROVERS = {"rover1": ("dock1", "kitchen"), "rover2": ("dock2", "office")}
#: How hard they brake (m/s^2): the first as the demo's, the second as a real one of its weight.
BRAKES = {"rover1": 6.0, "rover2": 1.0}
AT_SPEED_MPS = 0.5
TIMES, QUICK_TIMES = 100, 5
WATCH_S, ANSWER_S, PATIENCE_S = 1.2, 1.0, 60.0
CAUSES = (
    "stop", "kill_safety", "freeze_safety", "kill_skills", "freeze_skills", "kill_driver", "freeze_driver", "cut_link", "break_link",
)  # fmt: skip
TARGETS = {f"p99_ms_{cause}": "<= 250" for cause in CAUSES} | {
    f"way_share_max_{cause}": "<= 1" for cause in CAUSES
}


@dataclass(frozen=True)
class Stood:
    """How one rover came to stand: after how long, how long of that it did not brake, and how far of what is reckoned with."""

    rover: str
    ms: float
    reaction_ms: float
    way_share: float


@dataclass(frozen=True)
class Sample:
    """One moment of the simulator, and when it came here by the monotonic clock."""

    truth: Truth
    came_s: float


class Watch:
    """Reads the simulator's truth in a thread; keeps the last ten seconds. A context manager."""

    def __init__(self, port: int) -> None:
        self._client = TruthClient(port)
        self._client.connect()
        self._samples: list[Sample] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(PATIENCE_S)

    def _read(self) -> None:
        while not self._ended.is_set():
            truth = self._client.read()
            self._samples = [*self._samples[-500:], Sample(truth, time.monotonic())]

    @property
    def newest(self) -> Sample | None:
        return self._samples[-1] if self._samples else None

    def at_speed(self) -> bool:
        newest = self.newest
        return newest is not None and all(
            newest.truth.robots[rover].vx_mps > AT_SPEED_MPS for rover in ROVERS
        )

    def now_s(self) -> float:
        """The simulator's clock now: that of its newest sample, and what has gone by since that came."""
        assert self.newest is not None
        return self.newest.truth.t_s + time.monotonic() - self.newest.came_s

    def since(self, t_s: float) -> list[Truth]:
        return [sample.truth for sample in self._samples if sample.truth.t_s >= t_s]


class Body:
    """The processes of the body, each of which can be ended and started anew."""

    def __init__(self, family: Family, ports: dict[str, int], scratch: str) -> None:
        self._family, self._ports, self._scratch = family, ports, scratch
        self._running: dict[str, Child] = {}
        self.cable = family.start("-m", "stopping.cable", f"tcp={ports['rover1']}", f"udp={ports['rover2']}")
        near = family.told.get(timeout=PATIENCE_S)[1]["ports"]
        self._near = dict(zip(ROVERS, near, strict=True))

    def start(self, *names: str) -> None:
        config = paths.share_dir() / "config"
        for name in names:
            robot, _, stage = name.rpartition("/")
            files = ["--params-file", str(config / "robots" / f"{robot}.yaml")] if robot else []
            given = {
                "safety": [f"state_file:={self._scratch}/safety.json"],
                "driver": [
                    f"port:={self._near.get(robot, 0)}",
                    f"linear_deceleration:={BRAKES.get(robot, 0.0)}",
                ],
                "skills": [f"world_file:={config / 'world.yaml'}"],
            }[stage]
            self._running[name] = self._family.node(stage, stage, *given, namespace=robot, files=files)

    def signal(self, stage: str, number: signal.Signals) -> None:
        """To all of that stage, as close together as can be."""
        for name in self.of(stage):
            os.kill(self._running[name].pid, number)

    def of(self, stage: str) -> list[str]:
        return [name for name in self._running if name.rpartition("/")[2] == stage]

    def again(self, stage: str) -> None:
        """What was killed is started anew."""
        for name in self.of(stage):
            self._running[name].process.wait()
            self._family.children.remove(self._running[name])
        self.start(*self.of(stage))

    def link(self, word: str) -> None:
        assert self.cable.process.stdin is not None
        self.cable.process.stdin.write(f"{word}\n".encode())
        self.cable.process.stdin.flush()


class Operator(Node):
    """Sends the rovers about, stops and resets."""

    def __init__(self) -> None:
        super().__init__("bench_operator")
        self.state: SafetyState | None = None
        self.heard_s = 0.0
        self.stop = self.create_publisher(Empty, "/safety/stop", RELIABLE)
        self.reset = self.create_client(StopRobot, "/safety/reset_robot")
        self.create_subscription(SafetyState, "/safety/state", self._on_state, SAFETY_STATE)
        self._skill_clients = {rover: ActionClient(self, RunSkill, f"/{rover}/run_skill") for rover in ROVERS}
        self._ahead = dict.fromkeys(ROVERS, 1)  # which of its two places a rover is on its way to
        self._sent: dict[str, Future] = {}
        self._sent_s: dict[str, float] = {}
        self._ended: dict[str, Future] = {}

    def _on_state(self, state: SafetyState) -> None:
        self.state, self.heard_s = state, time.monotonic()

    @property
    def fresh(self) -> bool:
        """The gate has been heard just now."""
        return self.state is not None and time.monotonic() - self.heard_s < 0.2

    @property
    def latched(self) -> bool:
        """A stop of all, or of one of them, waits for a reset."""
        return self.state is not None and (
            self.state.stopped or any(entry.latched for entry in self.state.robots)
        )

    @property
    def free(self) -> bool:
        """The gate is there, and holds neither all nor one of the rovers."""
        if not self.fresh or self.state.stopped:
            return False
        held = {entry.robot: entry.stopped for entry in self.state.robots}
        return all(not held.get(rover, True) for rover in ROVERS)

    def forget(self) -> None:
        """No goal of before counts."""
        self._sent.clear()
        self._ended.clear()

    def send(self) -> None:
        """Each rover that has no goal gets one; whoever has arrived turns back."""
        for rover, client in self._skill_clients.items():
            sent = self._sent.get(rover)
            if sent is not None and not sent.done() and time.monotonic() - self._sent_s[rover] > ANSWER_S:
                del self._sent[rover]  # it went to one that was killed
            elif sent is not None and sent.done() and rover not in self._ended:
                if not sent.result().accepted:
                    del self._sent[rover]
                    continue
                self._ended[rover] = sent.result().get_result_async()
            if (ended := self._ended.get(rover)) and ended.done():
                self._ahead[rover] ^= ended.result().result.outcome == "succeeded"
                del self._sent[rover], self._ended[rover]
            if rover not in self._sent and client.server_is_ready():
                place = json.dumps({"place": ROVERS[rover][self._ahead[rover]]})
                self._sent_s[rover] = time.monotonic()
                self._sent[rover] = client.send_goal_async(
                    RunSkill.Goal(skill="navigate_to", arguments=place)
                )


class Trial:
    """Brings both rovers to speed, lets something happen, and watches them stand."""

    def __init__(self, family: Family, body: Body, watch: Watch) -> None:
        self._family, self._body, self._watch = family, body, watch
        self._operator = Operator()
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self._operator)

    def close(self) -> None:
        self._executor.shutdown()
        self._operator.destroy_node()

    def take(self, cause: str) -> list[Stood]:
        """One trial: how each rover came to stand."""
        self._to_speed()
        began_s = self._watch.now_s()
        self._happen(cause)
        self._until(lambda: self._watch.now_s() > began_s + WATCH_S, "the simulator's clock")
        came = self._watch.since(began_s)
        stood = [self._stood(rover, came, came[0].t_s - began_s) for rover in ROVERS]
        self._undo(cause)
        self._operator.forget()
        return stood

    @staticmethod
    def _stood(rover: str, came: list[Truth], lead_s: float) -> Stood:
        took_s = stopping_time_s(came, rover) + lead_s
        bodies = [truth.robots[rover] for truth in came]
        fastest = max(abs(body.vx_mps) for body in bodies)
        went_m = sum(a.distance_m(b.x_m, b.y_m) for a, b in pairwise(bodies)) + fastest * lead_s
        braking_s = fastest / BRAKES[rover]
        reckoned_m = fastest * Rules().reaction_s + fastest * braking_s / 2.0
        return Stood(rover, took_s * 1e3, (took_s - braking_s) * 1e3, went_m / reckoned_m)

    def _to_speed(self) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not self._watch.at_speed():
            self._executor.spin_once(timeout_sec=0.005)
            if self._operator.free:
                self._operator.send()
            elif self._operator.fresh and self._operator.latched:
                self._reset()
            self._family.check()
            if time.monotonic() > until_s:
                raise SystemExit(
                    f"not within {PATIENCE_S:g} s: both rovers at speed; the gate says {self._operator.state}"
                )

    def _reset(self) -> None:
        answer = self._operator.reset.call_async(StopRobot.Request(source="bench"))
        until_s = time.monotonic() + ANSWER_S
        self._until(lambda: answer.done() or time.monotonic() > until_s, "an answer to the reset")
        self._operator.forget()
        self._spin(0.1)

    def _happen(self, cause: str) -> None:
        act, _, what = cause.partition("_")
        if cause == "stop":
            self._operator.stop.publish(Empty())
        elif what == "link":
            self._body.link(act)
        else:
            self._body.signal(what, signal.SIGKILL if act == "kill" else signal.SIGSTOP)

    def _undo(self, cause: str) -> None:
        act, _, what = cause.partition("_")
        if what == "link":
            self._body.link("mend")
        elif act == "kill":
            self._body.again(what)
        elif act == "freeze":
            self._body.signal(what, signal.SIGCONT)
        # What was there before may still be believed for a moment: let the gate and the graph speak first.
        self._spin(0.3)

    def _until(self, holds: Callable[[], object], what: str) -> None:
        until_s = time.monotonic() + PATIENCE_S
        while not holds():
            self._executor.spin_once(timeout_sec=0.005)
            if time.monotonic() > until_s:
                raise SystemExit(f"not within {PATIENCE_S:g} s: {what}")

    def _spin(self, seconds: float) -> None:
        until_s = time.monotonic() + seconds
        self._until(lambda: time.monotonic() > until_s, "time")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_TIMES} times each instead of {TIMES}")
    parser.add_argument("--times", type=int, help="as many times each")
    parser.add_argument("--causes", nargs="+", default=CAUSES, choices=CAUSES, help="only these")
    args = parser.parse_args()
    times = args.times or (QUICK_TIMES if args.quick else TIMES)
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(20, 220))
    be_nice(0)
    found: dict[str, list[Stood]] = {cause: [] for cause in args.causes}
    with (
        tempfile.TemporaryDirectory() as scratch,
        SimProcess(["--brakes", f"rover2={BRAKES['rover2']}"]) as sim,
        Watch(sim.ports["truth"]) as watch,
        Family() as family,
    ):
        body = Body(family, sim.ports, scratch)
        body.start("safety", *(f"{rover}/{stage}" for rover in ROVERS for stage in ("driver", "skills")))
        rclpy.init()
        trial = Trial(family, body, watch)
        try:
            for number in range(times):
                for cause in args.causes:
                    print(f"\r{number + 1}/{times} {cause:16}", end="", file=sys.stderr, flush=True)
                    found[cause] += trial.take(cause)
            print(file=sys.stderr)
        finally:
            trial.close()
            rclpy.try_shutdown()
    rows: list[list[object]] = []
    figures: dict[str, float] = {}
    for cause, stood in found.items():
        first = [one.ms for one in stood if one.rover == "rover1"]
        reaction, way = [one.reaction_ms for one in stood], max(one.way_share for one in stood)
        shares = (0.5, 0.95, 0.99, 1.0)
        rows.append(
            [cause, len(stood), *(percentile(ms, p) for ms in (first, reaction) for p in shares), way]
        )
        figures[f"p99_ms_{cause}"] = round(percentile(first, 0.99), 1)
        figures[f"reaction_p99_ms_{cause}"] = round(percentile(reaction, 0.99), 1)
        figures[f"way_share_max_{cause}"] = round(way, 3)
    print(
        "ms until rover1 stood (6 m/s2), and what of it was no braking (both rovers), by the simulator's clock"
    )
    head = [
        "what happened",
        "n",
        "p50",
        "p95",
        "p99",
        "max",
        "reaction p50",
        "p95",
        "p99",
        "max",
        "way share",
    ]
    print(table(head, rows))
    targets = {name: target for name, target in TARGETS.items() if name in figures}
    emit("watchdog", n=sum(map(len, found.values())), figures=figures, targets=targets)


if __name__ == "__main__":
    main()
