# SPDX-License-Identifier: Apache-2.0
"""A robot as plain JSON, for a gate that comes after this one: where it may be, how large it is, and whether it moved.

Whom this gate reaches may be lost together with it: one machine runs both, and one fault ends both. So each is kept as a circle
that holds all of where it can be once nobody tells of it any more, and is written anew before a permit leaves that could lead out
of it (`within`). For that to be seldom, one that drives has room for LOOK_S at its own greatest speed; one that stands has ROOM_M,
by which its place may waver.

The file is replaced, and waits for no disk. A process that is killed loses nothing of it. Power that is cut takes what the file
system had not written out, DISK_S at most (ext4 as it comes): in another boot of the machine, whoever was reached is as far away
as it drives in that time. Units: m, s, rad, in the frame `map`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tektra.safety.heights import Tall
from tektra.safety.known import Known
from tektra.safety.path import Placed
from tektra.safety.ramp import STANDING_MPS, Twist
from tektra.safety.whereabouts import UNREACHED_S, Whereabouts

#: How often it is looked at who was lost or found, and where the others are.
LOOK_S = 1.0
#: Who was lost for so long when the gate ended in order had not left with it.
LONG_S = 10.0
#: What stands wavers by no more than this (m), and places are rounded by no more than that.
ROOM_M, ROUNDED_M = 0.05, 0.01
#: No place (m), and no time of the system's clock (s), is told by a number beyond this.
NUMBER_MAX = 1e12
#: What was written longer ago than this is on the disk.
DISK_S = 5.0


def told(known: Known, now_s: float, before: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """What is kept of it: the same as `before` while that holds; None of one that stands and never was anywhere."""
    there, moving = known.there(now_s, UNREACHED_S), _moving(known, now_s)
    if there is None:
        nowhere = {"moving": True, **_kind(known), "place": None}
        return nowhere if moving else None
    far, most = _far(known, there), _most(known)
    room = 0.0 if known.whereabouts.unreachable else ROOM_M
    if most and (moving or known.whereabouts.pace >= STANDING_MPS):
        far, room = there.drift + _way(most, there), most * LOOK_S
    new = {
        "moving": moving,
        **_kind(known),
        "body": [there.radius, there.deceleration, there.turn_deceleration],
        "flies": there.tall.flies,
        "most": most,
    }
    if before is not None and _holds(before, new, there, far, far + 2.0 * room + ROUNDED_M):
        return dict(before)
    place = [round(there.x, 2), round(there.y, 2), there.yaw]
    return {**new, "place": place, "far": math.ceil(100.0 * (far + room)) / 100.0 + ROUNDED_M}


def within(known: Known, kept: Mapping[str, Any] | None, now_s: float) -> bool:
    """Whether what is kept of a robot that was permitted to move just now stays true, wherever that leads."""
    if kept is None or not kept["moving"]:
        return False
    there = known.there(now_s)
    if there is None:
        return True
    return kept["place"] is not None and _off(kept, there) + _far(known, there) <= kept["far"]


def taken_up(kept: Mapping[str, Any], unknown: Known, now_s: float, *, same_boot: bool) -> Known:
    """The same robot, lost for a gate that comes now, and for which it is `unknown`. Raises ValueError, KeyError, TypeError or
    AttributeError for what is none."""
    whereabouts, height = Whereabouts(lost_s=now_s - LONG_S), unknown.height
    if kept["place"] is not None:
        x, y, yaw = map(number, kept["place"])
        radius, brakes, turns = map(number, kept["body"])
        far = number(kept["far"]) + (0.0 if same_boot else number(kept.get("most", 0.0)) * DISK_S)
        if not (radius > 0.0 and brakes > 0.0 and turns > 0.0 and far >= 0.0):
            raise ValueError("a body that is none")
        tall = Tall(bool(kept["flies"]), radius=radius, top=height)
        whereabouts.place = Placed(x, y, yaw, Twist(), radius, brakes, turn_deceleration=turns, tall=tall)
        whereabouts.measured_s = whereabouts.told_s = now_s - LONG_S
        whereabouts.strayed = far
    moving, roams, flew = bool(kept["moving"]), bool(kept.get("roams")), bool(kept.get("flew"))
    return replace(unknown, whereabouts=whereabouts, left_moving=moving, gone=True, roams=roams, flew=flew)


def number(value: object) -> float:
    """Raises ValueError for what is no number of a place, a size or a time."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= NUMBER_MAX:
        raise ValueError(f"{value!r:.40} is no number")
    return float(value)


def _kind(known: Known) -> dict[str, Any]:
    return {"roams": known.roams, "flew": known.flew}


def _holds(
    before: Mapping[str, Any], new: Mapping[str, Any], there: Placed, least: float, most: float
) -> bool:
    """A circle of before is right still, and no larger than need be."""
    same = before["place"] is not None and all(before[key] == new[key] for key in new)
    return same and _off(before, there) + least <= before["far"] <= most


def _moving(known: Known, now_s: float) -> bool:
    return known.left_moving or known.driven(now_s)


def _most(known: Known) -> float:
    """No speed of it is greater; of whom nobody reaches, what it may still go is known already."""
    if known.whereabouts.unreachable:
        return 0.0
    limits = known.limits
    return max(known.whereabouts.pace, limits.linear_speed if limits and not limits.fault() else 0.0)


def _far(known: Known, there: Placed) -> float:
    """How far from there it comes if nobody tells of it from now on."""
    return there.drift + (0.0 if known.whereabouts.unreachable else _way(known.whereabouts.pace, there))


def _way(speed: float, there: Placed) -> float:
    return speed * UNREACHED_S + speed**2 / (2.0 * there.deceleration)


def _off(kept: Mapping[str, Any], there: Placed) -> float:
    x, y, _ = kept["place"]
    return math.hypot(there.x - x, there.y - y) + max(there.radius - kept["body"][0], 0.0)
