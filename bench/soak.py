# SPDX-License-Identifier: Apache-2.0
"""What is lost while people, robots, clients and strangers come and go for an hour: says, calls, stops, and who is deaf.

The whole of Tektra but for recognition, vision and face runs under `tektra up`, with a planner whose model's answers are given.
By fixed seeds one thing after the other happens: sentences at once, calls in parallel, stops and resets (and a reset that is older
than the stop), requests, requests to a planner that is frozen, kills, freezes, processes made deaf (bench/deafen.py), pauses of the
whole, a robot's connection cut (by `ss`, as root), strangers that vanish without a good-bye, clients of the bridge that reload. After
each, everything that was accepted must have been ended, and everything must be as it should be again. `--hours 1` (default), `--quick` four minutes.
Nothing stands beside it but nought: whatever is lost is a fault.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import psutil
import rclpy
from common import emit, table
from deafen import Deafened
from std_msgs.msg import Empty, String
from std_srvs.srv import Trigger

from tektra.cli.demo.main import free_ports
from tektra.common import paths
from tektra.common.errors import LinkError
from tektra.launch.shared_memory import FOLDER, mapped_by
from tektra.ros.calls import action_client, service_client
from tektra.ros.clock import time_msg
from tektra.ros.executor import SteadyExecutor
from tektra.ros.qos import RELIABLE, SAFETY_STATE
from tektra.sim.client import TruthClient
from tektra_interfaces.action import Say
from tektra_interfaces.msg import ReplyDelta, SafetyState
from tektra_interfaces.srv import ListVoices, StopRobot

ROOT = Path(__file__).parents[1]
QUICK_S = 240.0
#: The mind runs behind everything else: on two busy cores the planner took more than five minutes to start.
START_MAX_S = 900.0
#: What is started anew may take as long as the whole did at first, and a half more; no less than this.
PATIENCE_S, ANEW_SHARE = 90.0, 1.5
HEARD_S, MOVED_M = 5.0, 0.05
#: What the gate calls a stop that was said on its topic.
STOP_CAUSE = "topic"
SAID_AGAIN_S = 0.5
#: After the first word of an answer; an order is refused in words when it is taken up too late, as on a machine with too much to do.
MOVES_WITHIN_S = 20.0
#: A look at the whole is a process of its own, which takes two seconds of a core.
ASK_AGAIN_S = 3.0
DISTURBED = (
    "safety",
    "rover1/driver",
    "rover1/skills",
    "rover2/driver",
    "rover2/skills",
    "planner",
    "speech_out",
    "bridge",
)
SCRIPT = [
    [
        "ahead",
        json.dumps(
            {"reply": "Ahead.", "steps": [{"who": "rover1", "do": "move", "distance_m": 0.3, "after": []}]}
        ),
    ]
]
TARGETS = {
    "lost_says": "<= 0", "lost_calls": "<= 0", "unheard_stops": "<= 0", "late_motion": "<= 0", "newer_stops_released": "<= 0",
    "deaf_unnoticed_s": "<= 10", "rss_growth_mb": "<= 20", "fd_growth": "<= 0", "shm_growth": "<= 0",
    "stop_heard_s": "<= 5", "lost_requests": "<= 0", "ended_in_vain": "<= 0", "not_well_again": "<= 0",
}  # fmt: skip
STRANGER = """
import os, rclpy
from std_msgs.msg import String
rclpy.init()
node = rclpy.create_node(f"stranger_{os.getpid()}")
publishers = [node.create_publisher(String, f"/strange/n{number}", 10) for number in range(9)]
node.create_subscription(String, "/tektra/command", print, 10)
print("here", flush=True)
rclpy.spin(node)
"""


class Tektra:
    """`tektra up`, and what its log tells."""

    def __init__(self, folder: Path) -> None:
        names = ("truth_port", "rover1_port", "rover2_port", "arm1_port", "bridge_port", "web_port")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        script, params = folder / "script.json", folder / "params.yaml"
        script.write_text(json.dumps(SCRIPT))
        params.write_text("/tektra/planner:\n  ros__parameters:\n    backend: scripted\n")
        (folder / "models").symlink_to(paths.models_dir())
        os.environ |= {
            "ROS_DOMAIN_ID": str(random.Random(os.getpid()).randint(20, 220)), "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST",
            "TEKTRA_HOME": str(folder), "ROS_LOG_DIR": str(folder / "ros_log"), "NO_COLOR": "1",
            "PYTHONPATH": os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(ROOT / "tests/data/scripted_llm")]),
        }  # fmt: skip
        launch_file = folder / "soak.launch.xml"
        launch_file.write_text(_without(("speech_in", "vision")))
        self._log = folder / "up.log"
        self._status: subprocess.Popen[bytes] | None = None
        self._ask_s = 0.0
        self._shared: set[str] = set()
        words = ["--ready-timeout", str(START_MAX_S)]
        words += [f"{name}:={port}" for name, port in self.ports.items()]
        words += [
            f"params:={params}",
            f"llm:={script}",
            "avatar:=false",
            "speaker:=null",
            "--launch-file",
            str(launch_file),
        ]
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tektra.cli.main", "up", *words],
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def pids(self) -> dict[str, int]:
        return {
            name: int(pid) for name, pid in re.findall(r"^\[(\S+)-\d+\] started, pid (\d+)$", self.log, re.M)
        }

    def ready(self) -> bool:
        """Whether `tektra status` says so that began after the last answer; it is asked beside whatever else is done, now and then."""
        if self._status is None and time.monotonic() >= self._ask_s:
            words = [sys.executable, "-m", "tektra.cli.main", "status", "--json"]
            self._status = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if self._status is None or (code := self._status.poll()) is None:
            return False
        self._status, self._ask_s = None, time.monotonic() + ASK_AGAIN_S
        return code == 0

    @property
    def deaf(self) -> set[int]:
        """Processes that the watchdog ended."""
        return {int(pid) for pid in re.findall(r"\(pid (\d+)\) (?:gave no sign|has done nothing|has not found|is not found)", self.log)}

    def note_memory(self) -> None:
        """Remembers what its processes share: what lies in /dev/shm later and nobody maps was left behind by one of them."""
        for pid in self.pids.values():
            self._shared |= mapped_by(pid)

    @property
    def left_behind(self) -> set[str]:
        used = {name for pid in psutil.pids() for name in mapped_by(pid)}
        return {name for name in self._shared - used if (FOLDER / name).exists()}

    def close(self) -> None:
        if self._status is not None:
            self._status.kill()
            self._status.wait()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30.0)
        except subprocess.TimeoutExpired:
            self.process.kill()


class Soak:
    """Makes things happen, and counts what is lost."""

    def __init__(self, tektra: Tektra, seed: int, started_s: float) -> None:
        """`started_s`: how long all of it took to start."""
        self._patience_s = max(PATIENCE_S, ANEW_SHARE * started_s)
        self.lost: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.deaf_s, self.stop_heard_s = math.nan, 0.0
        self.meant: set[int] = set()
        self._tektra, self._random = tektra, random.Random(seed)
        rclpy.init()
        self._node = rclpy.create_node("soak")
        self._executor = SteadyExecutor()
        self._executor.add_node(self._node)
        self._states: list[SafetyState] = []
        self.replies: list[str] = []
        self._node.create_subscription(SafetyState, "/safety/state", self._on_state, SAFETY_STATE)
        self._node.create_subscription(
            ReplyDelta, "/tektra/reply", lambda m: self.replies.append(m.text), RELIABLE
        )
        self._stop = self._node.create_publisher(Empty, "/safety/stop", RELIABLE)
        self._command = self._node.create_publisher(String, "/tektra/command", RELIABLE)
        self._say = action_client(self._node, Say, "/tektra/say")
        self._reset = service_client(self._node, StopRobot, "/safety/reset_all")
        self._calls = [
            (service_client(self._node, Trigger, "/safety/emergency_stop"), Trigger.Request()),
            (service_client(self._node, ListVoices, "/tektra/speech_out/voices"), ListVoices.Request()),
        ]
        self._truth = TruthClient(tektra.ports["truth_port"])
        self._truth.connect()

    def _on_state(self, message: SafetyState) -> None:
        self._states = [message]

    def until(self, holds: Callable[[], Any], limit_s: float) -> bool:
        end_s = time.monotonic() + limit_s
        while not holds():
            if time.monotonic() > end_s:
                return False
            self._executor.spin_once(timeout_sec=0.02)
        return True

    def during(self, seconds: float) -> None:
        self.until(lambda: False, seconds)

    def well(self) -> None:
        """Everything is as it should be again; then the stop, if there is one, is released."""
        if not self.until(self._tektra.ready, self._patience_s):
            self.lost["not_well_again"] += 1
        self.until(self.released, self._patience_s)

    def released(self) -> bool:
        if self._states and not self._states[0].stopped:
            return True
        answer = self._reset.call_async(StopRobot.Request(source="soak"))
        self.until(answer.done, HEARD_S)
        return self.until(lambda: bool(self._states) and not self._states[0].stopped, 0.5)

    # -- what happens ------------------------------------------------------------------------------------------

    def says(self) -> None:
        """Sentences at once: each is spoken or ended."""
        self.until(self._say.server_is_ready, self._patience_s)
        sent = [self._say.send_goal_async(Say.Goal(text=f"Sentence {number}.")) for number in range(3)]
        self.until(lambda: all(each.done() for each in sent), self._patience_s)
        results = [
            each.result().get_result_async() for each in sent if each.done() and each.result().accepted
        ]
        self.until(lambda: all(each.done() for each in results), self._patience_s)
        self.lost["lost_says"] += 3 - sum(each.done() and each.result().result.success for each in results)

    def calls(self) -> None:
        """Twenty in parallel: each is answered."""
        for client, request in self._calls:
            self.until(client.service_is_ready, self._patience_s)
            asked = [client.call_async(request) for _ in range(20)]
            self.until(lambda asked=asked: all(each.done() for each in asked), self._patience_s)
            if lost := sum(not each.done() for each in asked):
                self.lost["lost_calls"] += lost
                print(f"          of 20 calls of {client.srv_name} {lost} were not answered", flush=True)
        self.until(self.released, self._patience_s)

    def stops(self) -> None:
        """A stop is latched, and a reset that is older releases nothing."""
        self.until(self.released, self._patience_s)
        epoch, asked = self._states[0].epoch, time_msg(time.time())
        self.during(0.2)
        self.stopped()
        for request in (StopRobot.Request(epoch=epoch), StopRobot.Request(asked=asked)):
            answer = self._reset.call_async(request)
            self.until(answer.done, HEARD_S)
        self.during(0.3)
        self.lost["newer_stops_released"] += not self._states[0].stopped

    def stopped(self) -> None:
        """A stop is said until the gate owns to it, as all that is ours says one: a participant that stood still is not known to
        others for a moment, and nothing that is said once reaches it."""
        self._states = []
        began_s = time.monotonic()
        owned = lambda: bool(self._states) and STOP_CAUSE in self._states[0].causes  # noqa: E731
        while not owned() and time.monotonic() - began_s < self._patience_s:
            self._stop.publish(Empty())
            self.until(owned, SAID_AGAIN_S)
        self.stop_heard_s = max(self.stop_heard_s, time.monotonic() - began_s)
        if not owned():
            self.lost["unheard_stops"] += 1
            print(f"          unheard: {self._states[0].causes if self._states else 'no gate'}", flush=True)

    def request(self) -> None:
        """An order of now moves the rover; counted, so that what does not move proves something."""
        self.until(self.released, self._patience_s)
        self._order()
        begin = self._place()
        answered = self.until(lambda: self.replies or self._gone(begin), self._patience_s)
        moved = self.until(lambda: self._gone(begin), MOVES_WITHIN_S if answered else 0.0)
        refused = answered and not moved
        self.events["moved" if moved else "refused in words" if refused else "no answer"] += 1
        self.lost["lost_requests"] += not moved and not refused
        if not moved:
            print(f"          it did not move: {' '.join(self.replies) or 'no answer'}", flush=True)

    def late_request(self) -> None:
        """An order to a planner that is frozen for 4 s moves nothing."""
        pid = self._tektra.pids["planner"]
        os.kill(pid, signal.SIGSTOP)
        self._order()
        self.during(4.0)
        os.kill(pid, signal.SIGCONT)
        self.lost["late_motion"] += self._moves(5.0)

    def kill(self) -> None:
        self._ends(lambda pid: os.kill(pid, signal.SIGKILL), "kill")

    def freeze(self) -> None:
        self.deaf_s = _worst(self.deaf_s, self._ends(lambda pid: os.kill(pid, signal.SIGSTOP), "freeze"))

    def deafen(self) -> None:
        held: list[Deafened] = []
        self.deaf_s = _worst(self.deaf_s, self._ends(lambda pid: held.append(Deafened(pid)), "deafen"))
        for each in held:
            each.close()

    def pause(self) -> None:
        """Everything stands still; a stop said right after is latched."""
        pids = [self._tektra.process.pid, *self._tektra.pids.values()]
        for number, seconds in ((signal.SIGSTOP, self._random.uniform(5.0, 15.0)), (signal.SIGCONT, 0.0)):
            for pid in pids:
                os.kill(pid, number)
            time.sleep(seconds)
        self.stopped()

    def cut_link(self) -> None:
        """The robot's connection breaks while it drives: it stands, and goes on by itself no more when it is back."""
        self.until(self.released, self._patience_s)
        self._order()
        self.events["cut_in_motion"] += self._moves(self._patience_s)
        port = self._tektra.ports["rover1_port"]
        subprocess.run(
            ["ss", "--kill", "--tcp", "dst", "127.0.0.1", "dport", "=", f":{port}"],
            stdout=subprocess.DEVNULL,
            check=True,
        )
        self.during(1.0)
        self.lost["late_motion"] += self._moves(5.0)

    def strangers(self) -> None:
        """Participants that come, and vanish without a good-bye."""
        made = [subprocess.Popen([sys.executable, "-c", STRANGER], stdout=subprocess.PIPE) for _ in range(3)]
        for each in made:
            if each.stdout is not None:
                each.stdout.readline()
        self.during(1.0)
        for each in made:
            each.kill()
            each.communicate()
        self.during(3.0)

    def reload(self) -> None:
        """A client of the bridge comes, says hello and vanishes, again and again."""
        hello = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        hello += (
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: foxglove.sdk.v1\r\n\r\n"
        )
        bridge = ("127.0.0.1", self._tektra.ports["bridge_port"])
        for _ in range(10):
            answered = b""
            # A bridge that is away, or goes away meanwhile, has lost the call like one that is silent.
            with suppress(OSError), socket.create_connection(bridge, 5.0) as client:
                client.sendall(hello)
                client.settimeout(5.0)
                answered = client.recv(12)
            self.lost["lost_calls"] += not answered

    def _ends(self, act: Callable[[int], object], what: str) -> float:
        """One process is disturbed; s until it is started anew."""
        name = self._random.choice(DISTURBED)
        before, began_s = self._tektra.pids[name], time.monotonic()
        self.meant.add(before)
        print(f"          {what} {name}", flush=True)
        act(before)
        gone = lambda: not psutil.pid_exists(before)  # noqa: E731
        if not self.until(gone, self._patience_s):
            self.lost[f"unnoticed_{what}"] += 1
        took_s = time.monotonic() - began_s
        self.until(lambda: self._tektra.pids[name] != before, self._patience_s)
        return took_s

    def _order(self) -> None:
        """Once the planner is known here: `tektra status` is another participant, and may have found it before."""
        self.replies.clear()
        self.until(self._planner_listens, self._patience_s)
        self._command.publish(String(data="rover1 go 0.3 m ahead"))

    def _planner_listens(self) -> bool:
        found = self._node.get_subscriptions_info_by_topic("/tektra/command")
        return any(info.node_name == "planner" for info in found)

    def _moves(self, limit_s: float) -> bool:
        begin = self._place()
        return self.until(lambda: self._gone(begin), limit_s)

    def _gone(self, begin: tuple[float, float]) -> bool:
        return math.dist(self._place(), begin) > MOVED_M

    def _place(self) -> tuple[float, float]:
        try:
            body = self._truth.latest().robots["rover1"]
        except LinkError:  # nobody read while other things happened, and the simulator waits for nobody
            self._truth.close()
            self._truth.connect()
            body = self._truth.latest().robots["rover1"]
        return body.x_m, body.y_m


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=1.0)
    parser.add_argument("--quick", action="store_true", help="four minutes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="an empty folder for logs, which stay there")
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    with (
        nullcontext(arguments.keep)
        if arguments.keep
        else tempfile.TemporaryDirectory(prefix="soak_") as folder
    ):
        tektra = Tektra(Path(folder).resolve())
        try:
            return _soak(tektra, QUICK_S if arguments.quick else 3600.0 * arguments.hours, arguments.seed)
        finally:
            tektra.close()


def _soak(tektra: Tektra, seconds: float, seed: int) -> int:
    starting_s = time.monotonic()
    while "Tektra is ready" not in tektra.log:
        if time.monotonic() - starting_s > START_MAX_S or tektra.process.poll() is not None:
            print(tektra.log)
            return 1
        time.sleep(0.2)
    started_s = time.monotonic() - starting_s
    print(f"started after {started_s:.0f} s", flush=True)
    soak = Soak(tektra, seed, started_s)
    calm = [soak.says, soak.calls, soak.stops, soak.request, soak.reload, soak.strangers]
    rough = [soak.late_request, soak.kill, soak.freeze, soak.deafen, soak.pause, soak.cut_link]
    choose = random.Random(seed)
    soak.well()
    before, began_s = _resources(tektra), time.monotonic()
    deck = [*calm, *rough]  # each comes once in any case
    choose.shuffle(deck)
    while deck or time.monotonic() - began_s < seconds:
        if not deck:
            deck = [*calm, *calm, *rough]
            choose.shuffle(deck)
        act = deck.pop()
        soak.events[act.__name__] += 1
        print(f"{time.monotonic() - began_s:7.1f} s  {act.__name__}", flush=True)
        tektra.note_memory()
        lost = +soak.lost
        act()
        soak.well()
        if missed := +soak.lost - lost:
            print(f"          lost: {dict(missed)}", flush=True)
    soak.during(5.0)
    after, left = _resources(tektra), tektra.left_behind
    grown = [after[name] for name in after if name in before and after[name][0] == before[name][0]]
    old = [before[name] for name in after if name in before and after[name][0] == before[name][0]]
    figures = {key: float(soak.lost[key]) for key in TARGETS} | {
        "deaf_unnoticed_s": soak.deaf_s,
        "stop_heard_s": soak.stop_heard_s,
        "rss_growth_mb": max((now[1] - was[1] for now, was in zip(grown, old, strict=True)), default=0.0),
        "fd_growth": float(max((now[2] - was[2] for now, was in zip(grown, old, strict=True)), default=0)),
        "shm_growth": float(len(left)),
        "ended_in_vain": float(len(tektra.deaf - soak.meant)),
    }
    rows = [
        (name, *(f"{now - was:+.1f}" for now, was in zip(after[name][1:], before[name][1:], strict=True)))
        for name in after
        if name in before and after[name][0] == before[name][0]
    ]
    print(table(["process that lived through all of it", "MB", "files", "maps"], rows))
    print("left in shared memory:", " ".join(sorted(left)) or "nothing")
    print("ended as deaf, and nobody had done anything to them:", sorted(tektra.deaf - soak.meant) or "none")
    print(table(["what happened", "times"], sorted(soak.events.items())))
    print(table(["figure", "value"], sorted(figures.items())))
    emit("soak", n=sum(soak.events.values()), figures=figures, targets=TARGETS)
    return 0


def _worst(known_s: float, took_s: float) -> float:
    return took_s if math.isnan(known_s) else max(known_s, took_s)


def _resources(tektra: Tektra) -> dict[str, tuple[int, float, int, int]]:
    """By name: pid, resident MB, open files, and shared memory of its own that it maps."""
    found = {}
    for name, pid in tektra.pids.items():
        try:
            process = psutil.Process(pid)
            mapped = Path(f"/proc/{pid}/maps").read_text().count("/dev/shm/")
            found[name] = (pid, process.memory_info().rss / 1e6, process.num_fds(), mapped)
        except (psutil.Error, OSError):
            continue
    return found


def _without(nodes: tuple[str, ...]) -> str:
    """Tektra's own launch file without some nodes, wherever it then lies."""
    text = (ROOT / "launch/tektra.launch.xml").read_text().replace("$(dirname)", str(ROOT / "launch"))
    for node in nodes:
        text = re.sub(rf'<node pkg="tektra" exec="{node}".*?</node>', "", text, flags=re.DOTALL)
    return text


if __name__ == "__main__":
    sys.exit(main())
