# SPDX-License-Identifier: Apache-2.0
"""For verdicts, tests and benchmarks: start a simulator of one's own, and read where everything really is.

No part of Tektra that moves a robot may use this.
"""

import json
import math
import select
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from tektra.common.errors import BackendError, LinkError

START_S = 20.0
STANDING_MPS, STANDING_RADPS = (
    0.02,
    0.05,
)  # below these a rover counts as standing; a body at rest rocks by less


@dataclass(frozen=True)
class Body:
    """Where a robot is: m and rad in map, m/s and rad/s in its own frame. `joint_speed`: the fastest, rad/s."""

    x_m: float
    y_m: float
    yaw_rad: float
    vx_mps: float
    wz_radps: float
    joint_speed_radps: float = 0.0

    @property
    def standing(self) -> bool:
        still = abs(self.vx_mps) < STANDING_MPS and abs(self.wz_radps) < STANDING_RADPS
        return still and abs(self.joint_speed_radps) < STANDING_RADPS

    def distance_m(self, x_m: float, y_m: float) -> float:
        return math.hypot(self.x_m - x_m, self.y_m - y_m)


@dataclass(frozen=True)
class Truth:
    """The home at one moment of the simulator's clock."""

    t_s: float
    robots: dict[str, Body]
    objects_m: dict[str, tuple[float, float, float]]
    line: dict[str, object]  # as it came, for a picture of tracks


class TruthClient:
    """Reads the truth port. One thread; only `read` waits, and no longer than it is told."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self._rest = b""
        self._ready: list[Truth] = []

    def connect(self) -> None:
        """May be called twice. Raises LinkError when no simulator listens."""
        if self._socket is not None:
            return
        try:
            self._socket = socket.create_connection(self._address, timeout=2.0)
        except OSError as fault:
            host, port = self._address
            raise LinkError(
                f"no simulator tells the truth at {host}:{port} ({fault})", "start `sim` first"
            ) from None
        self._socket.setblocking(False)

    def close(self) -> None:
        """May be called twice. Half a line is no beginning of what comes after another `connect`."""
        self._rest = b""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def poll(self) -> list[Truth]:
        """All that came since the last call; does not wait. Raises LinkError when the simulator is gone."""
        self._receive()
        ready, self._ready = self._ready, []
        return ready

    def read(self, timeout_s: float = 5.0) -> Truth:
        """The next moment. Waits at most `timeout_s` for each piece of it. Raises LinkError."""
        while not self._ready:
            if self._socket is None or not select.select([self._socket], [], [], timeout_s)[0]:
                raise LinkError("the simulator tells nothing", "see whether it still runs")
            self._receive()
        return self._ready.pop(0)

    def latest(self, timeout_s: float = 5.0) -> Truth:
        """The newest moment; what came before it is passed over. Raises LinkError."""
        came = self.poll()
        return came[-1] if came else self.read(timeout_s)

    def _receive(self) -> None:
        while self._socket is not None:
            try:
                data = self._socket.recv(65_536)
            except BlockingIOError:
                return
            except OSError:
                data = b""
            if not data:
                self.close()
                raise LinkError("the simulator is gone", "start it again")
            *lines, self._rest = (self._rest + data).split(b"\n")
            self._ready += [parse_truth(line) for line in lines]


def parse_truth(line: bytes | str) -> Truth:
    """One line of the truth port. Raises KeyError or ValueError for anything else."""
    content = json.loads(line)
    robots = {
        name: Body(body["x"], body["y"], body["yaw"], body["vx"], body["wz"], body.get("joint_speed", 0.0))
        for name, body in content["robots"].items()
    }
    objects = {name: (at[0], at[1], at[2]) for name, at in content["objects"].items()}
    return Truth(content["t"], robots, objects, content)


class SimProcess:
    """A simulator as a child process on free ports. A context manager; `stop` and `kill` may be called twice."""

    def __init__(self, arguments: Sequence[str] = (), ports: dict[str, int] | None = None) -> None:
        self._arguments = list(arguments)
        self._asked = ports or {"truth": 0, "rover1": 0, "rover2": 0, "arm1": 0}
        self._process: subprocess.Popen[str] | None = None
        self.ports: dict[str, int] = {}

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Starts it and waits until it listens. Raises BackendError when it ends instead."""
        asked = ",".join(f"{name}={port}" for name, port in self._asked.items())
        command = [sys.executable, "-m", "tektra.sim", "--ports", asked, *self._arguments]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        ready = select.select([self._process.stdout], [], [], START_S)[0]
        line = self._process.stdout.readline() if ready else ""
        if not line:
            self.kill()
            raise BackendError("the simulator did not start", "run `python -m tektra.sim` to see why")
        self.ports = json.loads(line)["ports"]

    def stop(self) -> int:
        """Ends it in good order, waiting for it; its exit status."""
        return self._end(kill=False)

    def kill(self) -> int:
        """Ends it as a crash would."""
        return self._end(kill=True)

    def _end(self, *, kill: bool) -> int:
        if self._process is None:
            return 0
        process, self._process = self._process, None
        process.kill() if kill else process.terminate()
        code = process.wait(timeout=10.0)
        if process.stdout:
            process.stdout.close()
        return code

    def __enter__(self) -> "SimProcess":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
