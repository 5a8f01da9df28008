# SPDX-License-Identifier: Apache-2.0
"""Where everybody was outlives the gate's process, robots and people, in a small file beside the latch.

A gate that is killed, or ended since it was deaf, is started anew by itself, and takes up all of it: every robot is lost until it
speaks, or an operator forgets it. One that somebody ends in order keeps the robots that had been lost for LONG_S by then: those
that left just before left with it.

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
from tektra.safety.kept import UNREADABLE, put
from tektra.safety.kept_places import LONG_S, LOOK_S, number, taken_up, told, within
from tektra.safety.known import Known
from tektra.safety.last_seen import Lost
from tektra.safety.separation import Known as Person
from tektra.safety.whereabouts import Whereabouts

#: Of floor with more corners its hull is kept.
CORNERS_MAX = 64


@dataclass(frozen=True)
class Times:
    """One moment by the monotonic clock, and by the system's."""

    now_s: float
    wall_s: float
    boot: str = ""  # of which boot of the machine; empty: nobody knows


class KeptDoubts:
    """One gate's file. One thread uses it; `keep` writes seldom, and waits for no disk, `settle` at once, and waits for it."""

    def __init__(self, path: Path, gate: Gate, at: Times) -> None:
        """Reads what the gate before this one left. What cannot be read is a stop: somebody may be lost, and nobody knows where."""
        self.fault = ""
        self._path, self._gate, self._looked_s = path, gate, -math.inf
        self._written: Mapping[str, Any] = {}
        self._on_disk = False
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
            recall(gate, kept, at)
        except FileNotFoundError:
            pass
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            gate.stops.stop(UNREADABLE, "safety", f"{path} cannot be read: who was lost is unknown")

    def keep(self, at: Times) -> None:
        """Writes who is where, when that has changed; of one who is new, at once."""
        known, before = self._gate.known(), self._robots
        new = any(name not in before and one.whereabouts.place for name, one in known.items())
        new = new or self._gate.people.count() > len(self._written.get("people", ()))
        if at.now_s - self._looked_s >= LOOK_S or (new and not self.fault):
            self._look(at)

    def permitted(self, robot: str, at: Times) -> None:
        """It was permitted to move: where that leads is kept before it hears of it, seldom by writing anything."""
        held_up = self.fault and at.now_s - self._looked_s < LOOK_S
        known = self._gate.known().get(robot)
        if known is not None and not held_up and not within(known, self._robots.get(robot), at.now_s):
            self._look(at)

    def settle(self, at: Times) -> str:
        """Somebody was forgotten: a gate that is killed the moment after that was answered, or loses its power, must not bring
        them back. Why it could; empty: it cannot."""
        self._look(at, lasting=True)
        return self.fault

    def close(self, at: Times) -> None:
        """The gate ends in order."""
        gone = {
            name: known
            for name, known in self._gate.known().items()
            if _lost(known, at.now_s) and at.now_s - _since_s(known.whereabouts) >= LONG_S
        }
        self._write({"robots": _robots(gone, at, {}), "people": []}, at)

    @property
    def _robots(self) -> Mapping[str, Any]:
        robots: Mapping[str, Any] = self._written.get("robots", {})
        return robots

    def _look(self, at: Times, *, lasting: bool = False) -> None:
        self._looked_s = at.now_s
        robots = _robots(self._gate.known(), at, self._robots)
        people = [_person(lost, at) for lost in self._gate.people.everybody()]
        self._write({"robots": robots, "people": people}, at, lasting=lasting)

    def _write(self, who: Mapping[str, Any], at: Times, *, lasting: bool = False) -> None:
        kept = who == self._written and (self._on_disk or not lasting)
        if kept or (not any(who.values()) and not self._path.exists()):
            return
        try:
            put(self._path, {"wall_s": at.wall_s, "boot": at.boot, **who}, lasting=lasting)
            self._written, self._on_disk, self.fault = who, lasting, ""
        except OSError as error:
            self.fault = (
                f"{self._path} cannot be written ({error}): who is lost would be forgotten with this gate"
            )


def recall(gate: Gate, kept: Mapping[str, Any], at: Times) -> None:
    """Takes up what was remembered. Raises ValueError, KeyError, TypeError or AttributeError for what is none."""
    # A clock that was set back makes nobody's absence shorter.
    wall_s = max(at.wall_s, number(kept["wall_s"]))
    same_boot = bool(at.boot) and kept.get("boot") == at.boot
    robots = {
        str(name): taken_up(one, gate.unknown(str(name)), at.now_s, same_boot=same_boot)
        for name, one in kept["robots"].items()
    }
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


def _robots(known: Mapping[str, Known], at: Times, before: Mapping[str, Any]) -> dict[str, Any]:
    """By name, of all who are, were or may be somewhere."""
    found = {name: told(one, at.now_s, before.get(name)) for name, one in known.items()}
    return {name: one for name, one in found.items() if one is not None}


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
    x, y = map(number, told["at"])
    error = math.inf if told["error"] is None else number(told["error"])
    person = Person(x, y, number(told["speed"]), error, str(told["cause"]))
    corners = [(number(a), number(b)) for a, b in told["floor"]]
    floor = Polygon(corners) if corners else Polygon()
    if not floor.is_valid:
        floor = floor.convex_hull
    if not isinstance(floor, Polygon):
        floor = Polygon()
    age_s = max(at.wall_s - number(told["seen_s"]), 0.0)
    return Lost(person, at.now_s - age_s, floor, str(told["source"]))
