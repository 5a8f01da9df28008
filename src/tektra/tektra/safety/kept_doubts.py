# SPDX-License-Identifier: Apache-2.0
"""Who was lost outlives the gate's process: where lost robots and people may be is kept in a small file beside the latch.

A gate that is killed, or ended since it was deaf, is started anew by itself, and takes up all of it. One that somebody ends
in order keeps the robots that had been lost for LONG_S by then: those that left just before left with it.

Ages of people are by the system's clock, which goes on while no gate is there. Units: m, s, rad, in the frame `map`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shapely import Polygon

from tektra.common.robot_names import name_fault
from tektra.safety.gate import Gate
from tektra.safety.heights import Tall
from tektra.safety.kept import UNREADABLE, put
from tektra.safety.known import Known
from tektra.safety.last_seen import Lost
from tektra.safety.path import Placed
from tektra.safety.ramp import Twist
from tektra.safety.separation import Known as Person
from tektra.safety.whereabouts import UNREACHED_S, Whereabouts

#: How often it is looked at whether somebody was lost, or found.
LOOK_S = 1.0
#: Who was lost for so long when the gate ended in order had not left with it.
LONG_S = 10.0
#: Of floor with more corners its hull is kept; and places are rounded by no more than this (m).
CORNERS_MAX, ROUNDED_M = 64, 0.01


@dataclass(frozen=True)
class Times:
    """One moment by the monotonic clock, and by the system's."""

    now_s: float
    wall_s: float


class KeptDoubts:
    """One gate's file. One thread uses it; `keep` writes seldom, and waits for no disk, `settle` at once, and waits for it."""

    def __init__(self, path: Path, gate: Gate, at: Times) -> None:
        """Reads what the gate before this one left. What cannot be read is a stop: somebody may be lost, and nobody knows where."""
        self.fault = ""
        self._path, self._gate, self._looked_s = path, gate, -math.inf
        self._written: object = None
        self._on_disk = False
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            recall(gate, kept, at)
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            gate.stops.stop(UNREADABLE, "safety", f"{path} cannot be read: who was lost is unknown")

    def keep(self, at: Times) -> None:
        """Writes who is lost, when that has changed."""
        if at.now_s - self._looked_s < LOOK_S:
            return
        self._looked_s = at.now_s
        self._write(remembered(self._gate, at), at)

    def settle(self, at: Times) -> str:
        """Somebody was forgotten: a gate that is killed the moment after that was answered, or loses its power, must not bring
        them back. Why it could; empty: it cannot."""
        self._looked_s = at.now_s
        self._write(remembered(self._gate, at), at, lasting=True)
        return self.fault

    def close(self, at: Times) -> None:
        """The gate ends in order."""
        self._write({"robots": remembered(self._gate, at, lost_s=LONG_S)["robots"], "people": []}, at)

    def _write(self, who: Mapping[str, Any], at: Times, *, lasting: bool = False) -> None:
        kept = who == self._written and (self._on_disk or not lasting)
        if kept or (not any(who.values()) and not self._path.exists()):
            return
        try:
            put(self._path, {"wall_s": at.wall_s, **who}, lasting=lasting)
            self._written, self._on_disk, self.fault = who, lasting, ""
        except OSError as error:
            self.fault = (
                f"{self._path} cannot be written ({error}): who is lost would be forgotten with this gate"
            )


def remembered(gate: Gate, at: Times, lost_s: float = 0.0) -> dict[str, Any]:
    """Robots that have been lost for `lost_s` or longer, by name, and people whom no sensor tells of any more, as plain JSON."""
    robots = {
        name: _robot(known, at.now_s)
        for name, known in gate.known().items()
        if _lost(known, at.now_s) and at.now_s - _since_s(known.whereabouts) >= lost_s
    }
    return {"robots": robots, "people": [_person(lost, at) for lost in gate.people.last_seen]}


def recall(gate: Gate, kept: Mapping[str, Any], at: Times) -> None:
    """Takes up what was remembered. Raises ValueError, KeyError, TypeError or AttributeError for what is none."""
    wall_s = max(
        at.wall_s, _number(kept["wall_s"])
    )  # a clock that was set back makes nobody's absence shorter
    robots = {str(name): _known(one, at.now_s) for name, one in kept["robots"].items()}
    if any(map(name_fault, robots)):
        raise ValueError("a name that no robot can have")
    people = [_lost_person(one, Times(at.now_s, wall_s)) for one in kept["people"]]
    for name, known in robots.items():
        gate.known().setdefault(name, known)
    gate.people.last_seen.recall(people)


def _lost(known: Known, now_s: float) -> bool:
    there = known.there(now_s)
    return known.left_moving and known.gone if there is None else known.whereabouts.lost(now_s)


def _since_s(whereabouts: Whereabouts) -> float:
    return whereabouts.lost_s if whereabouts.unreachable else whereabouts.measured_s


def _robot(known: Known, now_s: float) -> dict[str, Any]:
    there = known.there(now_s, UNREACHED_S)
    told: dict[str, Any] = {"moving": known.left_moving, "height": known.height, "place": None}
    if there is not None:
        far, pace = there.drift, known.whereabouts.pace
        if (
            not known.whereabouts.unreachable
        ):  # it tells how it moves, and may go on until its driver falls silent, too
            far += pace * (LOOK_S + UNREACHED_S) + pace**2 / (2.0 * there.deceleration)
        told["place"] = [round(there.x, 2), round(there.y, 2), there.yaw]
        told["far"] = math.ceil(100.0 * far) / 100.0 + ROUNDED_M
        told["body"] = [there.radius, there.deceleration, there.turn_deceleration]
        told["flies"] = there.tall.flies
    return told


def _known(told: Mapping[str, Any], now_s: float) -> Known:
    whereabouts, height = Whereabouts(lost_s=now_s - LONG_S), _number(told["height"])
    if told["place"] is not None:
        x, y, yaw = map(_number, told["place"])
        radius, brakes, turns = map(_number, told["body"])
        if not (radius > 0.0 and brakes > 0.0 and turns > 0.0):
            raise ValueError("a body that is none")
        tall = Tall(bool(told["flies"]), radius=radius, top=height)
        whereabouts.place = Placed(x, y, yaw, Twist(), radius, brakes, turn_deceleration=turns, tall=tall)
        whereabouts.measured_s, whereabouts.strayed = now_s - LONG_S, _number(told["far"])
    return Known(whereabouts=whereabouts, left_moving=bool(told["moving"]), gone=True, height=height)


def _person(lost: Lost, at: Times) -> dict[str, Any]:
    one, floor = lost.person, lost.floor
    simple = isinstance(floor, Polygon) and len(floor.exterior.coords) <= CORNERS_MAX
    corners = floor if simple else floor.convex_hull
    return {
        "at": [one.x, one.y],
        "speed": one.speed,
        "error": one.error if math.isfinite(one.error) else None,
        "cause": one.cause,
        "source": lost.source,
        "seen_s": round(at.wall_s - (at.now_s - lost.seen_s), 1),
        "floor": [list(corner) for corner in corners.exterior.coords] if not floor.is_empty else [],
    }


def _lost_person(told: Mapping[str, Any], at: Times) -> Lost:
    x, y = map(_number, told["at"])
    error = math.inf if told["error"] is None else _number(told["error"])
    person = Person(x, y, _number(told["speed"]), error, str(told["cause"]))
    corners = [(_number(a), _number(b)) for a, b in told["floor"]]
    floor = Polygon(corners) if corners else Polygon()
    if not floor.is_valid:
        floor = floor.convex_hull
    age_s = max(at.wall_s - _number(told["seen_s"]), 0.0)
    return Lost(person, at.now_s - age_s, floor, str(told["source"]))


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)
