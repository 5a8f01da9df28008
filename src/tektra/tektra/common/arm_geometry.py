# SPDX-License-Identifier: Apache-2.0
"""The shape of Tektra's own arm, the one place where it is written: the simulator builds it, the skills reckon with it.

At zero every joint's frame stands upright above the one before. Metres; axes as letters of the joint's own frame.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ArmJoint:
    """A joint: how far above the joint before it lies, and the axis about which it turns."""

    name: str
    above_m: float
    axis: str


#: From where the arm is bolted down to the waist's joint, and on to the shoulder's.
WAIST_M, SHOULDER_M = 0.06, 0.06
UPPER_ARM_M, FOREARM_M = 0.35, 0.30
#: From the wrist to the palm, and from the palm to the fingers' tips.
PALM_M, FINGER_M = 0.10, 0.07

ARM_CHAIN = (
    ArmJoint("waist", WAIST_M, "z"),
    ArmJoint("shoulder", SHOULDER_M, "y"),
    ArmJoint("elbow", UPPER_ARM_M, "y"),
    ArmJoint("forearm_roll", FOREARM_M / 2.0, "z"),
    ArmJoint("wrist", FOREARM_M / 2.0, "y"),
    ArmJoint("hand_roll", 0.0, "z"),
)
ARM_JOINTS = tuple(joint.name for joint in ARM_CHAIN)
#: From the last joint to the fingers' tips; the fingers close along the hand's y axis.
TIP_M = PALM_M + FINGER_M
