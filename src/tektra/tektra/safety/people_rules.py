# SPDX-License-Identifier: Apache-2.0
"""The numbers of speed and separation towards people, as config/safety.yaml gives them under `people`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tektra.common.areas import GROUND_M
from tektra.common.world_yaml import Reader


@dataclass(frozen=True)
class Arm:
    """Where an arm is bolted (m, frame `map`; of one that drives about its base tells), how far it reaches, and at which heights."""

    x: float
    y: float
    reach: float
    low: float = -math.inf  # no part of it comes lower than this, nor higher than that (m)
    high: float = GROUND_M
    #: Within these (rad, by joint) all of it is out of the way of arms whose reaches meet its own.
    clear: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    apart: tuple[str, ...] = ()  # arms that it cannot meet though their reaches do


@dataclass(frozen=True)
class PeopleRules:
    """The terms of ISO/TS 15066:2016, 5.5.4.2.3, and for how long a sensor is believed. Defaults hold where the
    file names none: people are kept away from even then.

    ISO/TS 15066 takes speeds and reaches from ISO 13855:2010, and clauses named here are that edition's. ISO 13855:2024 has replaced
    it: it is ordered anew from clause 5 on, adds to the distances, and has dynamic separation distances for what is mobile. The
    terms here are not drawn from it; who must meet it compares them with its own.
    """

    human_speed: float = 1.6  # m/s, v_h of a person whose velocity nobody knows (ISO 13855:2010, 5)
    human_speed_min: float = 1.6  # m/s, v_h is never less, however slowly a sensor says that somebody walks
    reaction_s: float = 0.25  # T_r, from the last good judgement to the brake
    intrusion: float = 0.3  # m, C towards a base: half a body, as a position is its middle
    intrusion_arm: float = 0.85  # m, C towards an arm: an outstretched arm (ISO 13855:2010, 6.2)
    person_error: float = 0.1  # m, Z_d; a sensor that says more of itself is believed
    robot_error: float = 0.05  # m, Z_r
    turn_deceleration: float = 3.0  # rad/s^2, how a base at least ends a turn
    arm_deceleration: float = 2.0  # m/s^2, how the tip of an arm at least slows down
    stale_s: float = 1.0  # s, what is older says nothing
    arms: Mapping[str, Arm] = field(default_factory=dict)

    def reach(self, robot: str, radius: float) -> float:
        """How far from its base (m) its parts come; of a base without an arm, its footprint's radius."""
        arm = self.arms.get(robot)
        return arm.reach if arm else radius


def read_people(reader: Reader) -> PeopleRules:
    """The section `people`. Raises WorldError, which names file, line and key."""
    known = PeopleRules()
    rules = PeopleRules(
        human_speed=reader.number("human_speed_mps", low=0.5, high=10.0, default=known.human_speed),
        human_speed_min=reader.number(
            "human_speed_min_mps", low=0.0, high=10.0, default=known.human_speed_min
        ),
        reaction_s=reader.number("reaction_s", low=0.02, high=5.0, default=known.reaction_s),
        intrusion=reader.number("intrusion_m", low=0.0, high=5.0, default=known.intrusion),
        intrusion_arm=reader.number("intrusion_arm_m", low=0.0, high=5.0, default=known.intrusion_arm),
        person_error=reader.number("person_error_m", low=0.0, high=5.0, default=known.person_error),
        robot_error=reader.number("robot_error_m", low=0.0, high=5.0, default=known.robot_error),
        turn_deceleration=reader.number(
            "turn_deceleration_rps2", low=0.1, high=100.0, default=known.turn_deceleration
        ),
        arm_deceleration=reader.number(
            "arm_deceleration_mps2", low=0.1, high=100.0, default=known.arm_deceleration
        ),
        stale_s=reader.number("stale_s", low=0.05, high=10.0, default=known.stale_s),
        arms={name: _arm(arm) for name, arm in reader.sections("arms")},
    )
    if rules.human_speed_min > rules.human_speed:
        raise reader.error("human_speed_min_mps", f"is more than human_speed_mps, {rules.human_speed:g}")
    reader.finish()
    return rules


def _arm(reader: Reader) -> Arm:
    place = (reader.number("x_m"), reader.number("y_m"), reader.number("reach_m", low=0.0, high=20.0))
    arm = Arm(*place, reader.number("low_m", default=-math.inf), reader.number("high_m", default=GROUND_M))
    if not arm.low < arm.high:
        raise reader.error("high_m", f"is not above low_m, {arm.low:g}")
    arm = replace(
        arm,
        clear={joint: _range(span) for joint, span in reader.sections("clear")},
        apart=reader.texts("apart"),
    )
    reader.finish()
    return arm


def _range(reader: Reader) -> tuple[float, float]:
    low, high = reader.number("low_rad"), reader.number("high_rad")
    if not low <= high:
        raise reader.error("high_rad", f"is less than low_rad, {low:g}")
    reader.finish()
    return low, high
