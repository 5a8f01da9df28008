# SPDX-License-Identifier: Apache-2.0
"""The way that a base really goes when its motion changes: what it has does not end at once, so that it neither goes on as it
did, nor yet as it is told. Units: m, s, rad, in `base_link` as it is now."""

from __future__ import annotations

import math

import numpy as np

from tektra.safety.ramp import STANDING_MPS, Twist
from tektra.safety.sweep import POSES, STEP_M, Arc, Floats

#: A turn slower than this (rad/s) leads nowhere before it has ended.
IDLE_RADPS = 0.05
#: Ways that part by less than this share are one: directions in rad, bends by the footprint's radius.
SAME = 0.05


def leads_elsewhere(has: Twist, asked: Twist, radius: float) -> bool:
    """Whether a base that has this motion, and is told another, leaves the way of the other."""
    had, wanted = math.hypot(has.vx, has.vy), math.hypot(asked.vx, asked.vy)
    if had < STANDING_MPS:
        return abs(has.wz) > IDLE_RADPS and (wanted >= STANDING_MPS or has.wz * asked.wz < 0.0)
    if wanted < STANDING_MPS:
        return abs(asked.wz) > IDLE_RADPS
    ahead = (has.vx * asked.vx + has.vy * asked.vy) / (had * wanted)
    return ahead < math.cos(SAME) or abs(has.wz / had - asked.wz / wanted) * radius > SAME


def onward(
    has: Twist,
    asked: Twist,
    *,
    reaction_s: float,
    deceleration: float,
    turn_deceleration: float,
    radius: float,
    start: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> Arc:
    """From a pose: for the reaction time towards what is asked, and then to a stand. What grows, grows at once; what
    shrinks, and what turns round, changes no faster than the base brakes. `length` counts in s. `radius` as in `arc`."""
    slows = (deceleration, deceleration, turn_deceleration)
    parts = tuple(zip((has.vx, has.vy, has.wz), (asked.vx, asked.vy, asked.wz), slows, strict=True))
    stands_s = reaction_s + max(max(abs(had), abs(wanted)) / slow for had, wanted, slow in parts)
    speed, rate = (max(math.hypot(t.vx, t.vy) for t in (has, asked)), max(abs(has.wz), abs(asked.wz)))
    poses = min(max(8, math.ceil((speed + rate * radius) * stands_s / STEP_M)), POSES)
    at_s = np.linspace(0.0, stands_s, poses)
    vx, vy, wz = (_speeds(had, wanted, slow, at_s, reaction_s) for had, wanted, slow in parts)
    yaw = start[2] + _added(wz, at_s)
    cos, sin = np.cos(yaw), np.sin(yaw)
    x, y = start[0] + _added(vx * cos - vy * sin, at_s), start[1] + _added(vx * sin + vy * cos, at_s)
    step = np.hypot(np.diff(x), np.diff(y)) + radius * np.abs(np.diff(yaw))
    return Arc(x, y, yaw, at_s, False, float(step.max()))


def _speeds(had: float, wanted: float, slow: float, at_s: Floats, reaction_s: float) -> Floats:
    grows = abs(wanted) >= abs(had) and had * wanted >= 0.0
    before = np.minimum(at_s, reaction_s)
    told = np.full(len(at_s), wanted) if grows else had + np.clip(wanted - had, -slow * before, slow * before)
    left = np.abs(told) - slow * np.maximum(at_s - reaction_s, 0.0)
    found: Floats = np.sign(told) * np.maximum(left, 0.0)
    return found


def _added(rates: Floats, at_s: Floats) -> Floats:
    """The integral from the beginning, by trapezoids."""
    pieces = (rates[1:] + rates[:-1]) / 2.0 * np.diff(at_s)
    return np.concatenate(([0.0], np.cumsum(pieces)))
