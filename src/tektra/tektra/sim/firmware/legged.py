# SPDX-License-Identifier: Apache-2.0
"""A base on legs: it lies when it is switched on, stands up when it is told to, and walks only while it stands. Sans-I/O.

Its steps are smoothed out: as far as the floor is concerned it glides in every direction as a mecanum base does.
"""

import random

from tektra.common.robot_wire import UseTool, Velocity, WireError
from tektra.sim.firmware.firmware import Motion
from tektra.sim.firmware.mecanum import MecanumDrive
from tektra.sim.firmware.rover import RoverLimits

#: How high its body is (m), how fast it rises and lies down, and how fast it sinks while its joints only damp (m/s).
LYING_M, STANDING_M = 0.08, 0.32
RISES_MPS, SINKS_MPS = 0.2, 0.12
STAND_UP, LIE_DOWN, DAMP = "stand_up", "lie_down", "damp"
#: Within this of standing it stands (m): whoever tells it to is told that it is there a little before.
STANDS_M = 0.03


class LeggedDrive(MecanumDrive):
    """As a mecanum base while it stands. A posture that is no longer asked for is held half-way; joints that damp hold nothing,
    and it sinks until it lies."""

    kind = "legged"
    capabilities: tuple[str, ...] = ("base", "posture")

    def __init__(self, limits: RoverLimits, noise: random.Random, *, noise_m: float = 0.005) -> None:
        super().__init__(limits, noise, noise_m=noise_m)
        self._height_m = self._aim_m = LYING_M
        self._limp = True

    @property
    def stands(self) -> bool:
        return not self._limp and abs(self._height_m - STANDING_M) <= STANDS_M

    def take(self, command: Motion) -> None:
        """See Drive.take."""
        if isinstance(command, Velocity) and not self.stands:
            raise WireError("it does not stand, and walks no step: have it stand up first", command.seq)
        if not isinstance(command, UseTool):
            super().take(command)
            return
        if command.name not in (STAND_UP, LIE_DOWN, DAMP):
            raise WireError(f"it has no posture {command.name!r}: stand_up, lie_down or damp", command.seq)
        if self.velocity != (0.0, 0.0, 0.0):
            raise WireError("it walks: halt it first", command.seq)
        self._limp = command.name == DAMP
        self._aim_m = STANDING_M if command.name == STAND_UP else LYING_M

    def release(self, verb: str) -> None:
        """See Drive.release."""
        if verb == "tool":
            self._hold()
        else:
            super().release(verb)

    def halt(self, category: int) -> None:
        """See Drive.halt. Legs that hold the body go on holding it."""
        super().halt(category)
        self._hold()

    def step(self, dt_s: float) -> None:
        """See Drive.step."""
        super().step(dt_s)
        most = (SINKS_MPS if self._limp else RISES_MPS) * dt_s
        self._height_m += max(-most, min(most, self._aim_m - self._height_m))

    @property
    def busy(self) -> bool:
        """See Drive.busy."""
        return super().busy or self._height_m != self._aim_m

    def height(self) -> float:
        """See Drive.height."""
        return self._height_m

    def fault(self) -> str:
        return "" if self.stands else "it does not stand"

    def _hold(self) -> None:
        if not self._limp:
            self._aim_m = self._height_m
