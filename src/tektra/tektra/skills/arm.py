# SPDX-License-Identifier: Apache-2.0
"""Skills of an arm and its gripper: poses, a wave, open and close."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tektra.skills.seen import Command, End, Grip, Hold, Joints, Outcome, Seen

#: Where a joint counts as there, and a gripper opening.
REACHED_RAD, REACHED_M = 0.02, 0.003
#: The gripper goes on closing for so long after it first felt something, so that it holds firmly.
FIRM_S = 0.3
#: Share of a joint's speed limit that skills use.
SPEED_SHARE = 0.6
#: Joints or fingers that came no nearer for so long are blocked.
STUCK_S = 3.0
#: A setpoint never runs further ahead of the joint than this, so that an arm that was held starts gently again.
LEASH_RAD = 0.25


class JointPath:
    """Brings the joints through some postures one after the other, all joints of a posture arriving together."""

    def __init__(
        self,
        name: str,
        postures: Sequence[Mapping[str, float]],
        speeds: Mapping[str, float],
        *,
        reached_rad: float = REACHED_RAD,
    ) -> None:
        self.progress = 0.0
        self._name = name
        self._postures = list(postures)
        self._done = 0
        self._speeds = speeds
        self._reached_rad = reached_rad
        self._nearest = math.inf
        self._nearer_s: float | None = None

    def step(self, seen: Seen) -> Command | End:
        posture = self._postures[self._done]
        if missing := sorted(posture.keys() - seen.joints.keys()):
            return End(Outcome.FAILED, f"the arm does not tell where {', '.join(missing)} is")
        errors = {joint: goal - seen.joints[joint] for joint, goal in posture.items()}
        worst = max(abs(error) for error in errors.values())
        self._note_progress(worst, seen.now_s)
        if worst <= self._reached_rad:
            self._done += 1
            self._nearest = math.inf
            self.progress = self._done / len(self._postures)
            if self._done == len(self._postures):
                return End(Outcome.SUCCEEDED, f"did {self._name}")
            return Hold()
        if self._nearer_s is not None and seen.now_s - self._nearer_s > STUCK_S:
            return End(Outcome.FAILED, f"the arm is blocked on its way to {self._name}")
        return self._setpoint(errors, seen)

    def _setpoint(self, errors: Mapping[str, float], seen: Seen) -> Joints:
        seconds = max(abs(error) / (SPEED_SHARE * self._speeds[joint]) for joint, error in errors.items())
        share = min(1.0, LEASH_RAD / max(abs(error) for error in errors.values()), 0.25 / max(seconds, 1e-6))
        return Joints({joint: seen.joints[joint] + share * error for joint, error in errors.items()})

    def _note_progress(self, worst: float, now_s: float) -> None:
        if worst < self._nearest - 0.005 or self._nearer_s is None:
            self._nearest, self._nearer_s = worst, now_s


class Gripper:
    """Opens or closes the fingers; closing also ends well when it holds something."""

    def __init__(self, opening: float, *, closing: bool) -> None:
        self.progress = -1.0
        self._opening, self._closing = opening, closing
        self._since_s: float | None = None
        self._felt_s: float | None = None

    def step(self, seen: Seen) -> Command | End:
        self._since_s = seen.now_s if self._since_s is None else self._since_s
        if not seen.gripper_holding:
            self._felt_s = None
        elif self._felt_s is None:
            self._felt_s = seen.now_s
        if self._closing and self._felt_s is not None and seen.now_s - self._felt_s >= FIRM_S:
            return End(Outcome.SUCCEEDED, "holds something", {"holding": True})
        if abs(seen.gripper_opening - self._opening) <= REACHED_M:
            text = "closed, and holds nothing" if self._closing else "opened"
            return End(Outcome.SUCCEEDED, text, {"opening_m": round(seen.gripper_opening, 3)})
        if seen.now_s - self._since_s > STUCK_S:
            return End(Outcome.FAILED, f"the gripper stays at {seen.gripper_opening:.3f} m")
        return Grip(self._opening)
