# SPDX-License-Identifier: Apache-2.0
"""The arm itself, through franky, in a thread of its own: libfranka's calls wait, a driver's must not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tektra.driver.commands import MoveJoints, StandStill
from tektra_franka.follow import velocities
from tektra_franka.options import FrankaOptions

COMMAND_PORT = 1337
CONNECT_S = 1.0
RETRY_S = (0.1, 2.0)  # first and longest pause before another attempt
LOOK_S = 0.005  # between two looks at the state
SPEED_RADPS = 1.0  # of a joint for which no speed was given


@dataclass(frozen=True)
class Reading:
    """The arm at one moment of its own clock: rad, rad/s. `trouble`: why it takes no motion; empty while it does."""

    t_s: float
    positions_rad: tuple[float, ...]
    rates_radps: tuple[float, ...]
    trouble: str


class Arm:
    """Reads the newest state, and carries out the newest command. `command` and the properties are for any thread."""

    def __init__(self, franky: ModuleType, host: str, options: FrankaOptions) -> None:
        self._franky, self._host, self._options = franky, host, options
        self._wake = threading.Condition()
        self._command: tuple[MoveJoints | StandStill, float] | None = None  # and when it runs out
        self._reading: Reading | None = None
        self._fault = "not connected yet"
        self._ended = False
        self._recovering = False  # an operator said that it may be made ready again
        self._robot: Any = None
        self._thread = threading.Thread(target=self._run, name="franka arm", daemon=True)
        self._thread.start()

    @property
    def reading(self) -> Reading | None:
        """The newest; None without a connection."""
        return self._reading

    @property
    def fault(self) -> str:
        """Why there is no reading."""
        return self._fault

    def command(self, command: MoveJoints | StandStill) -> None:
        """Takes the place of the one before; a motion that was not begun within its ttl is dropped."""
        lasts_s = command.ttl_s if isinstance(command, MoveJoints) else float("inf")
        with self._wake:
            self._command = (command, time.monotonic() + lasts_s)
            self._wake.notify()

    def recover(self) -> bool:
        """An operator says that it may be made ready again after a reflex, which moves nothing. False when it needs none."""
        stuck = self._stuck
        self._recovering = stuck
        return stuck

    def close(self, wait_s: float = 1.5) -> None:
        """It brakes. Waits for the thread no longer than `wait_s`."""
        with self._wake:
            self._ended = True
            self._wake.notify()
        self._thread.join(wait_s)

    # -- in its own thread -------------------------------------------------------------------------------------

    def _run(self) -> None:
        pause_s = RETRY_S[0]
        while not self._ended:
            try:
                self._robot = self._connect()
                pause_s = RETRY_S[0]
                self._serve()
            except (OSError, self._franky.Exception) as fault:
                self._lost(fault)
            with self._wake:
                self._command = None
                if not self._ended:
                    self._wake.wait(pause_s)
            pause_s = min(2.0 * pause_s, RETRY_S[1])

    def _connect(self) -> Any:
        with socket.create_connection((self._host, COMMAND_PORT), CONNECT_S):
            pass  # franky would wait for minutes where nobody is
        config = self._franky.RealtimeConfig
        chosen = config.Enforce if self._options.realtime else config.Ignore
        return self._franky.Robot(self._host, realtime_config=chosen)

    def _serve(self) -> None:
        while not self._ended:
            self._read()
            with self._wake:
                if self._command is None:
                    self._wake.wait(LOOK_S)
                taken, self._command = self._command, None
            if taken is not None:
                self._carry_out(*taken)
            self._recover()
        self._stand(0)

    def _read(self) -> None:
        state = self._robot.state
        self._reading = Reading(
            state.time.to_msec() / 1000.0,
            tuple(map(float, state.q)),
            tuple(map(float, state.dq)),
            _trouble(str(state.robot_mode).rpartition(".")[2], str(state.current_errors)),
        )
        self._fault = ""

    def _carry_out(self, command: MoveJoints | StandStill, until_s: float) -> None:
        if isinstance(command, StandStill):
            self._stand(command.category)
            return
        left_ms = int((until_s - time.monotonic()) * 1000.0)
        if left_ms <= 0 or self._reading is None or self._reading.trouble:
            return
        rates = self._rates(command, self._reading.positions_rad)
        franky = self._franky
        motion = franky.JointVelocityMotion(
            rates,
            duration=franky.Duration(left_ms),
            relative_dynamics_factor=self._factor(self._options.dynamics),
        )
        self._move(motion)

    def _rates(self, command: MoveJoints, positions_rad: Sequence[float]) -> list[float]:
        names = self._options.joint_names
        targets: list[float | None] = [None] * len(names)
        speeds = [SPEED_RADPS] * len(names)
        for index, name in enumerate(command.names):
            joint = names.index(name)
            targets[joint] = command.positions_rad[index]
            if command.speeds_radps:
                speeds[joint] = command.speeds_radps[index]
        return velocities(targets, positions_rad, speeds)

    def _stand(self, category: int) -> None:
        """Category 1 slows down within the arm's limits; 0 ends the motion: libfranka brakes as hard as the arm can."""
        if not self._robot.is_in_control:
            return
        if category == 0:
            with suppress(self._franky.Exception):
                self._robot.stop()
            self._join()
        else:
            self._move(self._franky.JointVelocityStopMotion(self._factor(self._options.stop_dynamics)))

    def _factor(self, share: float) -> Any:
        return self._franky.RelativeDynamicsFactor(1.0, share, share)

    def _move(self, motion: Any) -> None:
        try:
            self._robot.move(motion, asynchronous=True)
        except self._franky.NetworkException:
            raise
        except self._franky.Exception:
            self._join()  # what ended the motion before is told by its state

    def _join(self) -> None:
        """Takes note of how the last motion ended, so that the next may begin."""
        with suppress(self._franky.ControlException, self._franky.CommandException):
            self._robot.join_motion(timeout=0.05)

    def _recover(self) -> None:
        if self._recovering:
            self._recovering = False
            self._join()
            self._robot.recover_from_errors()

    @property
    def _stuck(self) -> bool:
        return self._reading is not None and self._reading.trouble.startswith("reflex")

    def _lost(self, fault: Exception) -> None:
        self._reading, self._robot, self._recovering = None, None, False
        self._fault = f"no arm at {self._host}:{COMMAND_PORT} ({fault}); is it on, and FCI active?"


def _trouble(mode: str, errors: str) -> str:
    if mode in ("Idle", "Move"):
        return ""
    if mode == "Reflex":
        return f"reflex: {errors or 'it met something'}"
    told = {"UserStopped": "its stop button is pressed", "Guiding": "somebody guides it by hand"}
    return told.get(mode, f"it is in mode {mode}")
