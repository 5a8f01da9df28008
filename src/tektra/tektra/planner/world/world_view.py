# SPDX-License-Identifier: Apache-2.0
"""All that questions about the world are answered from, at one moment. Nothing in it is a person's or a model's word."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tektra.common.world import World
from tektra.planner.conversation.plan_history import Ended, PlanHistory
from tektra.planner.plans.runner import Progress
from tektra.planner.world.catalogue import Catalogue
from tektra.planner.world.robot_state import RobotNow


@dataclass(frozen=True)
class Seen:
    """What the camera saw lately: a sentence, and how many of each kind. `fresh`: a picture that counts came in the last
    seconds; where none did, the sentence says why, or is empty. `by_robot`: what the cameras of robots saw, each by itself."""

    fresh: bool = False
    sentence: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    by_robot: Mapping[str, Seen] = field(default_factory=dict)


@dataclass(frozen=True)
class WorldView:
    """`stopped`: why everything is, in words; empty when nothing is. `under_way`: the steps of each plan that runs.

    `held`: robots that may not move now, and why. `lasting`: the words of lasting orders; `rounds`: those of `under_way` that carry one out;
    `running`: who asked for what is under way, and when. `asker`: who asks, "" unknown.
    """

    catalogue: Catalogue
    map: World
    now_s: float
    robots: Mapping[str, RobotNow] = field(default_factory=dict)
    seen: Seen = Seen()
    stopped: str = ""
    held: Mapping[str, str] = field(default_factory=dict)
    under_way: Sequence[tuple[Progress, ...]] = ()
    rounds: Sequence[tuple[Progress, ...]] = ()
    running: Sequence[Ended] = ()
    history: PlanHistory = field(default_factory=PlanHistory)
    lasting: Sequence[str] = ()
    asker: str = ""

    def state(self, robot: str) -> RobotNow | None:
        """How the robot is, if it told lately. Of one without a link nobody knows more than that: it may have been moved."""
        found = self.robots.get(robot)
        if found is None or not found.fresh(self.now_s):
            return None
        return found if found.connected else replace(found, localized=False, moving=False, battery=math.nan)

    def steps_of(self, robot: str) -> tuple[Progress, ...]:
        """The robot's steps that have not ended."""
        open_ = (progress for plan in self.under_way for progress in plan if not progress.status.ended)
        return tuple(progress for progress in open_ if progress.step.who == robot)
