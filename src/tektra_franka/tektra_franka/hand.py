# SPDX-License-Identifier: Apache-2.0
"""The Franka Hand, through franky, in a thread of its own: it reads its width some 20 times a second, and waits for that."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tektra.driver.commands import MoveGripper, StandStill
from tektra_franka.options import FrankaOptions

PAUSE_S = 0.02
RETRY_S = (0.2, 2.0)
WIDTH_MAX_M = 0.08
THERE_M = 0.001
THING_M = 0.002  # fingers that grasped and are closer have nothing between them


@dataclass(frozen=True)
class Grip:
    """`width_m` between the fingers, and whether they hold something."""

    width_m: float
    holding: bool


class Hand:
    """Reads the newest width, and carries out the newest command. `command`, `grip` and `close` are for any thread."""

    def __init__(self, franky: ModuleType, host: str, options: FrankaOptions) -> None:
        self._franky, self._host, self._options = franky, host, options
        self._wake = threading.Condition()
        self._command: MoveGripper | StandStill | None = None
        self._until_s = float("-inf")  # the motion asked for holds
        self._grip: Grip | None = None
        self._hand: Any = None
        self._under_way: tuple[Any, float] | None = None  # what the hand was told last, and the width
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="franka hand", daemon=True)
        self._thread.start()

    @property
    def grip(self) -> Grip | None:
        """The newest; None without a connection."""
        return self._grip

    def command(self, command: MoveGripper | StandStill) -> None:
        """Takes the place of the one before."""
        lasts_s = command.ttl_s if isinstance(command, MoveGripper) else 0.0
        with self._wake:
            self._command, self._until_s = command, time.monotonic() + lasts_s
            self._wake.notify()

    def close(self, wait_s: float = 1.0) -> None:
        """Waits for the thread no longer than `wait_s`."""
        with self._wake:
            self._ended = True
            self._wake.notify()
        self._thread.join(wait_s)

    # -- in its own thread -------------------------------------------------------------------------------------

    def _run(self) -> None:
        pause_s = RETRY_S[0]
        while not self._ended:
            try:
                self._hand = self._franky.Gripper(self._host)
                pause_s = RETRY_S[0]
                while not self._ended:
                    self._step()
                self._stop()
            except (OSError, self._franky.Exception, self._franky.GripperException):
                self._grip = self._under_way = None
            with self._wake:
                self._command = None
                if not self._ended:
                    self._wake.wait(pause_s)
            pause_s = min(2.0 * pause_s, RETRY_S[1])

    def _step(self) -> None:
        state = self._hand.state
        self._grip = Grip(float(state.width), bool(state.is_grasped) and state.width > THING_M)
        with self._wake:
            if self._command is None:
                self._wake.wait(PAUSE_S)
            command, self._command = self._command, None
        if isinstance(command, MoveGripper):
            self._towards(command.opening_m)
        elif isinstance(command, StandStill) or time.monotonic() > self._until_s:
            self._stop()

    def _towards(self, opening_m: float) -> None:
        """Begins a motion unless the same one is under way or done. Closing is a grasp: it keeps its force."""
        if self._under_way is not None and self._under_way[1] == opening_m:
            return
        self._stop()
        width_m, speed = self._hand.state.width, self._options.grip_speed_mps
        if abs(width_m - opening_m) < THERE_M:
            return
        if opening_m < width_m:
            going = self._hand.grasp_async(
                opening_m, speed, self._options.grip_force_n, epsilon_inner=THERE_M, epsilon_outer=WIDTH_MAX_M
            )
        else:
            going = self._hand.move_async(opening_m, speed)
        self._under_way = (going, opening_m)

    def _stop(self) -> None:
        """Fingers that move are stopped; those that hold something go on holding it."""
        if self._under_way is None:
            return
        going, _ = self._under_way
        self._under_way = None
        if not going.wait(0.0):
            with suppress(self._franky.GripperException):
                self._hand.stop()
