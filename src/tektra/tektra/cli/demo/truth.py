# SPDX-License-Identifier: Apache-2.0
"""The simulator's own poses, read from its truth port: the demo's verdict rests on nothing else."""

from __future__ import annotations

import json
import math
import socket
import threading
from dataclasses import dataclass

#: A robot slower than this stands.
STANDING_MPS, STANDING_RPS = 0.01, 0.02
CONNECT_S = 5.0


@dataclass(frozen=True)
class TruePose:
    """A robot's true pose in map and velocity at the simulator's time `t`; m, rad, s."""

    t: float
    x: float
    y: float
    yaw: float
    vx: float
    wz: float

    @property
    def standing(self) -> bool:
        return abs(self.vx) < STANDING_MPS and abs(self.wz) < STANDING_RPS

    def distance(self, other: TruePose) -> float:
        return math.hypot(self.x - other.x, self.y - other.y)


class Truth:
    """Reads samples in a thread of its own and keeps all of them. `tracks` may be read at any time."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._socket: socket.socket | None = None
        self._new = threading.Condition()
        self.tracks: dict[str, list[TruePose]] = {}

    def connect(self) -> None:
        """Connects and starts to read. Raises OSError."""
        self._socket = socket.create_connection(self._address, timeout=CONNECT_S)
        self._socket.settimeout(None)
        threading.Thread(target=self._read, args=(self._socket,), name="truth", daemon=True).start()

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def now(self, robot: str) -> TruePose:
        """The newest pose; waits for the first one, 5 s at most. Raises TimeoutError."""
        with self._new:
            if not self._new.wait_for(lambda: self.tracks.get(robot), timeout=CONNECT_S):
                raise TimeoutError(f"the simulator tells nothing of {robot}")
            return self.tracks[robot][-1]

    def since(self, robot: str, t: float) -> list[TruePose]:
        """The samples from the simulator's time `t` on."""
        return [pose for pose in list(self.tracks.get(robot, ())) if pose.t >= t]

    def _read(self, connection: socket.socket) -> None:
        try:
            for line in connection.makefile("r", encoding="utf-8"):
                message = json.loads(line)
                if message.get("type") != "truth":
                    continue
                with self._new:
                    for robot, pose in message["robots"].items():
                        known = {key: float(pose.get(key, 0.0)) for key in ("x", "y", "yaw", "vx", "wz")}
                        self.tracks.setdefault(robot, []).append(TruePose(t=float(message["t"]), **known))
                    self._new.notify_all()
        except (OSError, ValueError):
            return


def stopping_time_s(samples: list[TruePose]) -> float:
    """From the first sample to the first of those from which the robot stands for good; infinite when it never does."""
    standing_since = math.inf
    for pose in samples:
        if not pose.standing:
            standing_since = math.inf
        elif standing_since == math.inf:
            standing_since = pose.t
    return standing_since - samples[0].t if samples else math.inf


def moved_together(one: list[TruePose], other: list[TruePose]) -> float:
    """For how many seconds both moved at once."""
    moving = {round(pose.t, 2) for pose in one if not pose.standing}
    both = sorted(round(pose.t, 2) for pose in other if not pose.standing and round(pose.t, 2) in moving)
    return len(both) * (both[-1] - both[0]) / max(1, len(both) - 1) if both else 0.0
