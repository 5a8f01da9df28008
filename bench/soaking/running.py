# SPDX-License-Identifier: Apache-2.0
"""`tektra up` under the soak: started, read by its log, and whatever is done to its processes from outside."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
from deafen import Deafened

from soaking.growth import Usage
from tektra.cli.demo.main import free_ports
from tektra.common import paths
from tektra.launch.shared_memory import FOLDER, PROC, mapped_by, ports_of

ROOT = Path(__file__).parents[2]
#: The mind runs behind everything else: on two busy cores the planner took more than five minutes to start.
START_MAX_S = 900.0
#: A look at the whole is a process of its own, which takes two seconds of a core.
ASK_AGAIN_S = 3.0
#: So often it is looked whether each process still has the ports that it listens on.
PORTS_S = 1.0
SCRIPT = [
    [
        "ahead",
        json.dumps(
            {"reply": "Ahead.", "steps": [{"who": "rover1", "do": "move", "distance_m": 0.3, "after": []}]}
        ),
    ]
]
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
HELLO = (
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: foxglove.sdk.v1\r\n\r\n"
)
#: What the watchdog writes of a process that it ends, and where its threads stood.
DEAF = re.compile(
    r"\(pid (\d+)\) ((?:gave no sign|has done nothing|has not found|is not found|has lost port|has not heard)[^;\n]*)([^\n]*)"
)
#: A thread that receives waits for packets; for a lock only where the middleware has locked itself up.
LOCKED_UP = re.compile(r"dds\.udp\.\d+ \S+ futex")


class Tektra:
    """`tektra up`, what its log tells, and what happens to its processes."""

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
        self._ask_s = self._ports_s = 0.0
        self.without_port: set[int] = set()
        self.problems: dict[str, str] = {}  # what status said last
        self._shared: set[str] = set()
        words = ["--ready-timeout", str(START_MAX_S)]
        words += [f"{name}:={port}" for name, port in self.ports.items()]
        words += [f"params:={params}", f"llm:={script}", "avatar:=false", "speaker:=null"]
        words += ["--launch-file", str(launch_file)]
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
        """The newest process of each name."""
        return {
            name: int(pid) for name, pid in re.findall(r"^\[(\S+)-\d+\] started, pid (\d+)$", self.log, re.M)
        }

    def ready(self) -> bool:
        """Whether `tektra status` says so that began after the last answer; it is asked beside whatever else is done, now and then."""
        if self._status is None and time.monotonic() >= self._ask_s:
            words = [sys.executable, "-m", "tektra.cli.main", "status", "--json"]
            self._status = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if self._status is None or (code := self._status.poll()) is None:
            return False
        told = self._status.stdout.read() if self._status.stdout is not None else b""
        with suppress(ValueError):
            self.problems = json.loads(told)["problems"] if told else {"status": f"exit status {code}"}
        self._status, self._ask_s = None, time.monotonic() + ASK_AGAIN_S
        return code == 0

    @property
    def deaf(self) -> dict[int, str]:
        """Processes that the watchdog ended, and what it said of each."""
        return {int(found[1]): found[2] for found in DEAF.finditer(self.log)}

    @property
    def locked_up(self) -> set[int]:
        """Those of them that the middleware had locked up by itself."""
        return {int(found[1]) for found in DEAF.finditer(self.log) if LOCKED_UP.search(found[3])}

    def look_at_ports(self) -> None:
        """Remembers who listens on a port of shared memory whose file the middleware took away from under it: nobody who comes later is
        heard there. Now and then."""
        if time.monotonic() - self._ports_s > PORTS_S:
            self._ports_s = time.monotonic()
            self.without_port |= {pid for pid in self.pids.values() if _has_lost_port(pid)}

    def usage(self) -> dict[str, Usage]:
        """What each process has taken, by name; and remembers what they made in /dev/shm: what lies there later and nobody maps was
        left behind by one of them. Ports of others, which they send to, are not theirs."""
        found = {}
        for name, pid in self.pids.items():
            self._shared |= {name for name in mapped_by(pid) if "port" not in name}
            self._shared |= {f"fastdds_port{port}" for port in ports_of(pid)}
            with suppress(psutil.Error, OSError):
                process = psutil.Process(pid)
                lived_s = time.time() - process.create_time()
                rss_mb, files = process.memory_info().rss / 1e6, process.num_fds()
                found[name] = Usage(pid, lived_s, rss_mb, files, _anonymous_mb(pid), len(ports_of(pid)))
        return found

    def lost_in_shared_memory(self) -> tuple[set[str], set[str]]:
        """Of what they made in /dev/shm and nobody maps any more: what nobody will use again, and what a newcomer does. The ports of one
        that was killed are its number's, and a newcomer takes the lowest that is free: so newcomers come, one after the other, until
        everything is in use, and no more of them than Tektra has processes."""
        lost = left = self._unused()
        newcomers: list[subprocess.Popen[bytes]] = []
        try:
            while lost and len(newcomers) < len(self.pids):
                newcomers.append(_stranger())
                lost = self._unused() & left
        finally:
            for each in newcomers:
                each.kill()
                each.communicate()
        return lost, left - lost

    def _unused(self) -> set[str]:
        used = {name for pid in psutil.pids() for name in mapped_by(pid)}
        return {name for name in self._shared - used if (FOLDER / name).exists()}

    # -- what is done to it ------------------------------------------------------------------------------------

    def signal(self, pid: int, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)

    def lives(self, pid: int) -> bool:
        return psutil.pid_exists(pid)

    def deafen(self, pid: int) -> Callable[[], None]:
        """Returns what lets it hear again."""
        return Deafened(pid).close

    def pause(self, seconds: float) -> None:
        """All of it stands still; whoever asks does as well."""
        watchdog = self.pids["watchdog"]  # and who helps it
        children = Path(f"/proc/{watchdog}/task/{watchdog}/children").read_text().split()
        pids = [self.process.pid, *self.pids.values(), *map(int, children)]
        for number, wait_s in ((signal.SIGSTOP, seconds), (signal.SIGCONT, 0.0)):
            for pid in pids:
                self.signal(pid, number)
            time.sleep(wait_s)

    def cut(self, robot: str) -> None:
        """The connection of a robot's driver breaks (`ss`, as root)."""
        port = f":{self.ports[f'{robot}_port']}"
        words = ["ss", "--kill", "--tcp", "dst", "127.0.0.1", "dport", "=", port]
        subprocess.run(words, stdout=subprocess.DEVNULL, check=True)

    def strangers(self) -> Callable[[], None]:
        """Participants that come; returns what makes them vanish without a good-bye."""
        made = [_stranger() for _ in range(3)]

        def vanish() -> None:
            for each in made:
                each.kill()
                each.communicate()

        return vanish

    def greets_bridge(self) -> bool:
        """A client of the bridge says hello and vanishes; whether it was answered. One that is away, or goes away meanwhile, has lost the
        call like one that is silent."""
        answered = b""
        with (
            suppress(OSError),
            socket.create_connection(("127.0.0.1", self.ports["bridge_port"]), 5.0) as client,
        ):
            client.sendall(HELLO)
            client.settimeout(5.0)
            answered = client.recv(12)
        return bool(answered)

    def close(self) -> None:
        if self._status is not None:
            self._status.kill()
            self._status.wait()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30.0)
        except subprocess.TimeoutExpired:
            self.process.kill()


def _anonymous_mb(pid: int) -> float:
    """Of what it takes, what no file stands behind: libraries and models come and go by what else the machine does."""
    told = (PROC / str(pid) / "smaps_rollup").read_text()
    return float(re.search(r"^Anonymous:\s+(\d+) kB", told, re.M)[1]) * 1.024e-3


def _has_lost_port(pid: int) -> bool:
    """It has mapped of a port that it listens on only what has no name any more."""
    try:
        lines = (PROC / str(pid) / "maps").read_text(errors="replace").splitlines()
    except OSError:
        return False
    for port in ports_of(pid):
        name = f"{FOLDER}/fastdds_port{port}"
        if not any(line.endswith(name) for line in lines) and any(
            f"{name} (deleted)" in line for line in lines
        ):
            return True
    return False


def _stranger() -> subprocess.Popen[bytes]:
    """A participant that has come."""
    made = subprocess.Popen([sys.executable, "-c", STRANGER], stdout=subprocess.PIPE)
    if made.stdout is not None:
        made.stdout.readline()
    return made


def _without(nodes: tuple[str, ...]) -> str:
    """Tektra's own launch file without some nodes, wherever it then lies."""
    text = (ROOT / "launch/tektra.launch.xml").read_text().replace("$(dirname)", str(ROOT / "launch"))
    for node in nodes:
        text = re.sub(rf'<node pkg="tektra" exec="{node}".*?</node>', "", text, flags=re.DOTALL)
    return text
