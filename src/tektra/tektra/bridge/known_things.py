# SPDX-License-Identifier: Apache-2.0
"""Where small things are, as far as plans tell: where the map has them, until an arm grasps one and places it elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tektra.bridge.told import SUCCEEDED, PlanSeen, StepSeen
from tektra.common.errors import InputError
from tektra.common.world import World

Point = tuple[float, float, float]
#: Skills after which nobody knows where what was held lies.
LETS_GO = frozenset({"open_gripper"})
#: Steps that are remembered as done already.
MOST_DONE = 1000


class KnownThings:
    """For one thread."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._where: dict[str, Point | str] = {
            thing.name: (thing.x_m, thing.y_m, thing.z_m) for thing in world.objects.values()
        }
        self._done: dict[tuple[str, int], None] = {}

    def lying(self) -> Iterator[tuple[str, Point]]:
        """Those that lie somewhere, by their middle on the map."""
        for name, where in self._where.items():
            if not isinstance(where, str):
                yield name, where

    def held(self) -> Iterator[tuple[str, str]]:
        """Those that a robot holds, and which does."""
        for name, where in self._where.items():
            if isinstance(where, str):
                yield name, where

    def heard(self, plan: PlanSeen) -> set[str]:
        """A plan's steps as they are now. Which things are elsewhere by it, or nobody knows where."""
        changed: set[str] = set()
        for step in sorted(plan.steps, key=lambda step: step.ended_s):
            key = plan.plan_id, step.id
            if step.status == SUCCEEDED and key not in self._done:
                self._done[key] = None
                changed |= self._did(step)
        while len(self._done) > MOST_DONE:
            del self._done[next(iter(self._done))]
        return changed

    def _did(self, step: StepSeen) -> set[str]:
        held = {name for name, who in self.held() if who == step.who}
        if step.skill == "grasp":
            name = self._thing(step)
            if name is not None:
                self._where[name] = step.who
                return {name}
        elif step.skill == "place" and held:
            for name in held:
                self._put(name, self._spot(step, name))
            return held
        elif step.skill in LETS_GO and held:
            for name in held:
                self._put(name, None)
            return held
        return set()

    def _put(self, name: str, where: Point | None) -> None:
        self._where.pop(name, None)
        if where is not None:
            self._where[name] = where

    def _thing(self, step: StepSeen) -> str | None:
        try:
            return self._world.thing(str(_arguments(step).get("object", ""))).name
        except InputError:
            return None

    def _spot(self, step: StepSeen, name: str) -> Point | None:
        """Where it was put; None where the step does not tell."""
        told, thing = _arguments(step), self._world.objects[name]
        half = thing.size_m[2] / 2.0
        try:
            if "spot" in told:
                spot = self._world.table_spot(str(told["spot"]))
                return spot.x_m, spot.y_m, spot.z_m + half
            return float(told["x"]), float(told["y"]), thing.z_m
        except (InputError, KeyError, TypeError, ValueError):
            return None


def _arguments(step: StepSeen) -> dict[str, Any]:
    try:
        told = json.loads(step.arguments or "{}")
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
