# SPDX-License-Identifier: Apache-2.0
"""From messages to what the bridge's own channels are made of."""

from __future__ import annotations

import math

from tektra.bridge.told import PlanSeen, SafetySeen, StepSeen
from tektra.ros.clock import seconds
from tektra_interfaces.msg import Plan, RobotState, SafetyState


def plan_of(message: Plan) -> PlanSeen:
    """A plan."""
    steps = tuple(
        StepSeen(
            step.id, step.who, step.skill, step.arguments, step.status, step.message,
            seconds(step.started), seconds(step.ended),
        )
        for step in message.steps
    )  # fmt: skip
    return PlanSeen(
        message.plan_id, message.text, message.status, seconds(message.stamp), message.message, steps
    )


def safety_of(message: SafetyState) -> SafetySeen:
    """The gate's state: of robots those that are stopped alone."""
    alone = tuple((robot.robot, tuple(robot.latched)) for robot in message.robots if robot.latched)
    return SafetySeen(
        message.stopped, tuple(message.causes), tuple(message.pending), tuple(message.doubts), alone
    )


def joints_of(state: RobotState) -> dict[str, float]:
    """Positions by name, of those that are told and finite."""
    pairs = zip(state.joints.name, state.joints.position, strict=False)
    return {name: float(at) for name, at in pairs if math.isfinite(at)}


def altitude_of(state: RobotState) -> float:
    """How high it flies, m; 0 where it does not."""
    return float(state.altitude) if math.isfinite(state.altitude) else 0.0
