# SPDX-License-Identifier: Apache-2.0
"""The whole of Tektra, or a part of it, as a person starts it: `tektra up` in processes of its own.

`start_tektra(...)` gives a running one on a ROS domain, ports and a home of its own, and ends it surely after the test.
"""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tektra.cli.demo.truth import TruthLog, stopping_time_s
from tektra.common import paths

READY = "Tektra is ready"
SCRIPTED = Path(__file__).parents[1] / "data" / "scripted_llm"
PORTS = ("truth_port", "rover1_port", "arm1_port", "bridge_port", "web_port")

#: Another launch file than Tektra's own, or what writes it for given ports.
LaunchFile = Path | Callable[[dict[str, int]], Path]

# Whoever ends the tests ends what they started.
signal.signal(signal.SIGTERM, signal.default_int_handler)


class RunningTektra:
    """`tektra up` under test. `log` is all that it wrote, `pids` the newest process of each name in it."""

    def __init__(
        self,
        folder: Path,
        arguments: tuple[str, ...],
        *,
        launch_file: LaunchFile | None = None,
        kept: Path | None = None,
    ) -> None:
        self.domain = random.randint(20, 220)
        self.ports = free_ports()
        self.environment = {
            **os.environ,
            "ROS_DOMAIN_ID": str(self.domain),
            "ROS_AUTOMATIC_DISCOVERY_RANGE": "LOCALHOST",
            "TEKTRA_HOME": str(home(kept or folder)),
            "ROS_LOG_DIR": str(folder / "ros_log"),
            "NO_COLOR": "1",
            "PYTHONPATH": os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(SCRIPTED)]),
        }
        self._log_file = folder / "up.log"
        words = ["up", *arguments]
        if launch_file is None:
            given = {word.partition(":=")[0] for word in arguments}
            words += [f"{name}:={port}" for name, port in self.ports.items() if name not in given]
        else:
            words += ["--launch-file", str(launch_file(self.ports) if callable(launch_file) else launch_file)]
        with self._log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tektra.cli.main", *words],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def log(self) -> str:
        return self._log_file.read_text(errors="replace")

    @property
    def pids(self) -> dict[str, int]:
        """By name as in the log (safety, rover1/driver, planner, sim ...): its newest process."""
        return {
            name: int(pid) for name, pid in re.findall(r"^\[(\S+)-\d+\] started, pid (\d+)$", self.log, re.M)
        }

    def starts(self, name: str) -> int:
        """How often a process was started."""
        return len(re.findall(rf"^\[{re.escape(name)}-\d+\] started, pid", self.log, re.M))

    def wait_until(self, holds: Callable[[], object], what: str, timeout_s: float = 30.0) -> None:
        """Fails the test when it does not come to hold, or `tektra up` ends before."""
        until_s = time.monotonic() + timeout_s
        while not holds():
            alive = self.process.poll() is None
            assert alive, f"tektra up ended with {self.process.returncode} before {what}:\n{self.log}"
            assert time.monotonic() < until_s, f"not within {timeout_s} s: {what}:\n{self.log}"
            time.sleep(0.05)

    def wait_ready(self, timeout_s: float = 120.0) -> None:
        """Until every node, robot and the safety gate is up, as `tektra up` itself tells."""
        self.wait_until(lambda: READY in self.log, "everything is ready", timeout_s)

    def cli(self, *words: str, timeout_s: float = 60.0) -> subprocess.CompletedProcess[str]:
        """`tektra WORDS...` beside it, to its end."""
        command = [sys.executable, "-m", "tektra.cli.main", *words]
        return subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=timeout_s, check=False
        )

    def end(self, timeout_s: float = 30.0) -> int:
        """Ends it as Ctrl-C does; its exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout_s)

    def close(self) -> None:
        """Ends it whatever it does: when it is killed, its guard ends the rest."""
        try:
            self.end()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def free_ports() -> dict[str, int]:
    """A free port for each launch argument that names one (TCP but for rover2's)."""
    kinds = dict.fromkeys(PORTS, socket.SOCK_STREAM) | {"rover2_port": socket.SOCK_DGRAM}
    sockets = {name: socket.socket(socket.AF_INET, kind) for name, kind in kinds.items()}
    for each in sockets.values():
        each.bind(("127.0.0.1", 0))
    ports = {name: each.getsockname()[1] for name, each in sockets.items()}
    for each in sockets.values():
        each.close()
    return ports


@pytest.fixture(scope="module")
def plan() -> Callable[..., str]:
    """`plan(reply, (who, skill, arguments), ...)`: what a model says that wants these steps, all at once."""

    def output(reply: str, *steps: tuple[str, str, dict]) -> str:
        listed = [{"who": who, "do": skill, **arguments} for who, skill, arguments in steps]
        return json.dumps({"reply": reply, "steps": listed})

    return output


@pytest.fixture(scope="module")
def model_that_says(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[str]]:
    """`model_that_says([[words, output], ...])` gives the launch arguments of a planner whose model says that."""

    def arguments(script: list[list[str]]) -> list[str]:
        folder = tmp_path_factory.mktemp("script")
        told, params = folder / "script.json", folder / "params.yaml"
        told.write_text(json.dumps(script))
        params.write_text("/tektra/planner:\n  ros__parameters:\n    backend: scripted\n")
        return [f"params:={params}", f"llm:={told}"]

    return arguments


def home(folder: Path) -> Path:
    """A folder for what Tektra keeps, with the person's models in it: they are too large to copy."""
    made = folder / "home"
    made.mkdir(exist_ok=True)
    models = paths.models_dir()
    if models.is_dir() and not (made / "models").exists():
        (made / "models").symlink_to(models)
    return made


Start = Callable[..., RunningTektra]


def _starter(folder: Path) -> Iterator[Start]:
    started: list[RunningTektra] = []

    def start(
        *arguments: str,
        ready: bool = True,
        timeout_s: float = 120.0,
        launch_file: LaunchFile | None = None,
        kept: Path | None = None,
    ) -> RunningTektra:
        own = folder / f"tektra{len(started)}"
        own.mkdir()
        running = RunningTektra(own, arguments, launch_file=launch_file, kept=kept)
        started.append(running)
        if ready:
            running.wait_ready(timeout_s)
        return running

    yield start
    for running in started:
        running.close()


@pytest.fixture
def start_tektra(tmp_path: Path) -> Iterator[Start]:
    """`start_tektra("mind:=false")` starts it and waits until it is ready; `ready=False` does not wait; what it keeps is in `kept`, or
    in a folder of its own."""
    yield from _starter(tmp_path)


@pytest.fixture(scope="module")
def start_for_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Start]:
    """The same, for one that all tests of a file share."""
    yield from _starter(tmp_path_factory.mktemp("shared"))


class Person:
    """Somebody who talks to a running Tektra over ROS, and sees where the rovers really are."""

    def __init__(self, running: RunningTektra) -> None:
        import rclpy
        from rclpy.action import ActionClient
        from rclpy.context import Context
        from rclpy.executors import SingleThreadedExecutor
        from std_msgs.msg import Empty, String

        from tektra.ros.qos import RELIABLE, SAFETY_STATE
        from tektra_interfaces.action import Ask
        from tektra_interfaces.msg import SafetyState

        self.running = running
        self.truth: TruthLog = TruthLog(running.ports["truth_port"])
        self.truth.connect()
        self.safety: list[SafetyState] = []
        self._context = Context()
        rclpy.init(context=self._context, domain_id=running.domain)
        self.node = rclpy.create_node(f"person_{os.getpid()}", context=self._context)
        self._ask = ActionClient(self.node, Ask, "/tektra/ask")
        self.command = self.node.create_publisher(String, "/tektra/command", RELIABLE)
        self.stop = self.node.create_publisher(Empty, "/safety/stop", RELIABLE)
        self.node.create_subscription(SafetyState, "/safety/state", self.safety.append, SAFETY_STATE)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self.node)

    def close(self) -> None:
        self._executor.shutdown()
        self.node.destroy_node()
        self._context.try_shutdown()

    def until(self, holds: Callable[[], object], what: str, timeout_s: float = 60.0) -> object:
        """The value of `holds` once it is true; fails the test when that takes too long."""
        until_s = time.monotonic() + timeout_s
        while not (value := holds()):
            assert time.monotonic() < until_s, f"not within {timeout_s} s: {what}\n{self.running.log[-6000:]}"
            self._executor.spin_once(timeout_sec=0.02)
        return value

    def spin(self) -> None:
        """Takes up what came."""
        self._executor.spin_once(timeout_sec=0.02)

    def ask(self, text: str, timeout_s: float = 120.0):
        """Asks, and waits for the end of it: the result of /tektra/ask."""
        return self.end_of(self.begin(text), timeout_s)

    def begin(self, text: str):
        """Asks, and returns as soon as the goal is accepted."""
        from tektra_interfaces.action import Ask

        self.until(self._ask.server_is_ready, "a planner that takes requests")
        sent = self._ask.send_goal_async(Ask.Goal(text=text, source="test"))
        self.until(sent.done, "an answer to the goal")
        assert sent.result().accepted
        return sent.result().get_result_async()

    def end_of(self, result, timeout_s: float = 120.0):
        self.until(result.done, "the result of /tektra/ask", timeout_s)
        return result.result().result

    def call(self, kind, name: str, request, timeout_s: float = 60.0):
        """The response of a service."""
        client = self.node.create_client(kind, name)
        try:
            self.until(client.service_is_ready, f"the service {name}")
            future = client.call_async(request)
            self.until(future.done, f"an answer of {name}", timeout_s)
            return future.result()
        finally:
            self.node.destroy_client(client)

    def reset(self):
        from std_srvs.srv import Trigger

        return self.call(Trigger, "/safety/reset", Trigger.Request())

    def under_way(self, robot: str = "rover1") -> None:
        """Until the robot really drives."""
        self.until(lambda: self.truth.body(robot).vx_mps > 0.3, f"{robot} on its way")

    def stopping_time_s(self, robot: str, t_s: float) -> float:
        """From then until it stands for good: a body that halts rocks, and passes through standing first."""
        self.until(lambda: self.truth.now.t_s > t_s + 1.5, "time to stand")
        return stopping_time_s(self.truth.since(t_s), robot)

    def nothing_moves_for(self, seconds: float) -> None:
        """By the simulator's clock."""
        t_s = self.truth.now.t_s
        self.until(lambda: self.truth.now.t_s > t_s + seconds, "time of the simulator", 60.0)
        moved = [
            (f"{sample.t_s - t_s:.2f} s", name, body)
            for sample in self.truth.since(t_s)
            for name, body in sample.robots.items()
            if not body.standing
        ]
        assert not moved, moved[:20]


@pytest.fixture(scope="module")
def meet() -> Iterator[Callable[[RunningTektra], Person]]:
    """`meet(running)` gives somebody to talk to it."""
    met: list[Person] = []

    def make(running: RunningTektra) -> Person:
        met.append(Person(running))
        return met[-1]

    yield make
    for person in met:
        person.close()
