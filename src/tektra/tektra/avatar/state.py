# SPDX-License-Identifier: Apache-2.0
"""The one state that every renderer of the avatar follows."""

from __future__ import annotations

from dataclasses import dataclass, field

from tektra.avatar import arkit
from tektra.avatar.arms import Angles
from tektra.avatar.look import Look


@dataclass(frozen=True)
class HeadPose:
    """Where the head is turned, rad, as in REP-103: yaw > 0 to its left, pitch > 0 down, roll > 0 to its
    right.
    """

    yaw_rad: float = 0.0
    pitch_rad: float = 0.0
    roll_rad: float = 0.0


@dataclass(frozen=True)
class AvatarState:
    """One moment of the avatar. weights (52,) f32 in the order of arkit.NAMES hold the gaze and the viseme
    too.
    """

    weights: arkit.Weights = field(default_factory=arkit.weights)
    head: HeadPose = field(default_factory=HeadPose)
    arms: Angles | None = None  # (30,) rad in the order of arms.NAMES; None while they hang
    gaze: tuple[float, float, float] = (1.0, 0.0, 0.0)  # unit, in the head's frame: forward, left, up
    expression: str = "neutral"
    viseme: str = "sil"
    gesture: str = ""
    mode: str = "idle"
    look: Look = field(default_factory=Look)
