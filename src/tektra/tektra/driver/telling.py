# SPDX-License-Identifier: Apache-2.0
"""A state of a robot that does not speak the JSON protocol: what only that protocol has is filled in here."""

from __future__ import annotations

import math

from tektra.common.robot_wire import GripperState, JointReadings, State
from tektra.driver.planar import Pose

NOWHERE: Pose = (0.0, 0.0, 0.0)


def told_state(
    seq: int,
    t: float,
    *,
    halted: bool,
    pose: Pose | None = None,
    odom: Pose = NOWHERE,
    velocity: tuple[float, float, float] = (0.0, 0.0, 0.0),
    joints: JointReadings = JointReadings(),
    gripper: GripperState | None = None,
    battery: float = math.nan,
    height: float = math.nan,
    fault: str = "",
) -> State:
    """`t` by the robot's own clock; `velocity`: vx, vy m/s and wz rad/s in its base; `halted`: nothing is in force. What is
    left out, the robot does not tell."""
    return State(
        seq=seq,
        t=t,
        pose=pose,
        odom=odom,
        twist=(velocity[0], velocity[2]),
        vy=velocity[1],
        joints=joints,
        gripper=gripper,
        battery=battery,
        halted=halted,
        halt_reason="halt" if halted else "",
        ack=0,
        rejected=0,
        fault=fault,
        height=height,
    )
