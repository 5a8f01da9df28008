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
    together: bool = False,
    bends: bool = False,
    most: int = POSES,
) -> Arc:
    """From a pose: for the reaction time towards what is asked, and then to a stand. What grows, grows at once; what
    shrinks, and what turns round, changes no faster than the base brakes; `together`: so does all of a way that changes; `bends`: it
    keeps its bend while it brakes, and so turns for as long.
    `length` counts in s. `radius` as in `arc`. `most`: so many poses."""
    parts = ((has.vx, asked.vx), (has.vy, asked.vy), (has.wz, asked.wz))
    fast, side, rate = (max(abs(had), abs(wanted)) for had, wanted in parts)
    speed = math.hypot(fast, side)
    stands_s = reaction_s + max(speed / deceleration, rate / turn_deceleration)
    poses = min(max(8, math.ceil((speed + rate * radius) * stands_s / STEP_M)), most)
    at_s = np.linspace(0.0, stands_s, poses)
    before, after = np.minimum(at_s, reaction_s), np.maximum(at_s - reaction_s, 0.0)
    wz = _slowed(_towards(*parts[2], turn_deceleration * before), turn_deceleration * after)
    change = math.hypot(asked.vx - has.vx, asked.vy - has.vy)
    if together and change:
        share = np.minimum(deceleration * before / change, 1.0)
        vx, vy = (had + share * (wanted - had) for had, wanted in parts[:2])
    else:
        vx, vy = (_towards(had, wanted, deceleration * before) for had, wanted in parts[:2])
    whole = np.hypot(vx, vy)
    left = _slowed(whole, deceleration * after) / np.maximum(whole, 1e-9)
    vx, vy = vx * left, vy * left
    if bends and speed >= STANDING_MPS:
        wz = np.where(after > 0.0, _towards(*parts[2], turn_deceleration * before) * left, wz)
    yaw = start[2] + _added(wz, at_s)
    cos, sin = np.cos(yaw), np.sin(yaw)
    x, y = start[0] + _added(vx * cos - vy * sin, at_s), start[1] + _added(vx * sin + vy * cos, at_s)
    step = np.hypot(np.diff(x), np.diff(y)) + radius * np.abs(np.diff(yaw))
    return Arc(x, y, yaw, at_s, False, float(step.max()))


def _towards(had: float, wanted: float, most: Floats) -> Floats:
    """Towards what is asked: at once where that is more of the same, by no more than `most` otherwise."""
    grows = abs(wanted) >= abs(had) and had * wanted >= 0.0
    return np.full(len(most), wanted) if grows else had + np.clip(wanted - had, -most, most)


def _slowed(speeds: Floats, by: Floats) -> Floats:
    found: Floats = np.sign(speeds) * np.maximum(np.abs(speeds) - by, 0.0)
    return found


def _added(rates: Floats, at_s: Floats) -> Floats:
    """The integral from the beginning, by trapezoids."""
    pieces = (rates[1:] + rates[:-1]) / 2.0 * np.diff(at_s)
    return np.concatenate(([0.0], np.cumsum(pieces)))
