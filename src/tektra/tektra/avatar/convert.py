# SPDX-License-Identifier: Apache-2.0
"""Between the avatar's state and its messages."""

from __future__ import annotations

import json
from array import array

from builtin_interfaces.msg import Time
from geometry_msgs.msg import Vector3
from sensor_msgs.msg import CompressedImage, JointState
from std_msgs.msg import String

from tektra.avatar.head_joints import joint_positions
from tektra.avatar.prosody import SpokenWord
from tektra.avatar.state import AvatarState
from tektra.avatar.visemes import Viseme
from tektra_interfaces.msg import AvatarState as AvatarStateMsg
from tektra_interfaces.msg import Captions, Visemes

#: The root link of urdf/tektra_head.urdf.
FRAME = "avatar_base"
#: What is longer tells of no request.
MOST_LETTERS = 10_000


def state_message(state: AvatarState, stamp: Time) -> AvatarStateMsg:
    """The state that every renderer follows."""
    forward, left, up = state.gaze
    return AvatarStateMsg(
        stamp=stamp,
        weights=state.weights,
        head=Vector3(x=state.head.roll_rad, y=state.head.pitch_rad, z=state.head.yaw_rad),
        gaze=Vector3(x=forward, y=left, z=up),
        expression=state.expression,
        viseme=state.viseme,
        gesture=state.gesture,
        mode=state.mode,
        look=state.look.to_json(),
        arms=[] if state.arms is None else state.arms,
    )


def joints_message(state: AvatarState, stamp: Time) -> JointState:
    """The joints of the URDF head in a state."""
    positions = joint_positions(state.weights, state.head)
    message = JointState(name=list(positions), position=array("d", positions.values()))
    message.header.stamp = stamp
    return message


def picture_message(jpeg: bytes, stamp: Time) -> CompressedImage:
    """A drawn picture."""
    message = CompressedImage(format="jpeg", data=array("B", jpeg))
    message.header.stamp = stamp
    message.header.frame_id = FRAME
    return message


def visemes_of(message: Visemes) -> list[Viseme]:
    """The visemes of a message, in seconds of the clock of their stamps."""
    return [
        Viseme(
            entry.shape,
            entry.stamp.sec + entry.stamp.nanosec * 1e-9,
            entry.duration.sec + entry.duration.nanosec * 1e-9,
            entry.weight,
        )
        for entry in message.visemes
    ]


def request_of(message: String) -> str:
    """The id of the request that /tektra/request tells of; "" where it tells none."""
    try:
        told = json.loads(message.data) if len(message.data) <= MOST_LETTERS else None
    except (ValueError, RecursionError):
        return ""
    found = told.get("request_id") if isinstance(told, dict) else None
    return found if isinstance(found, str) else ""


def words_of(message: Captions) -> list[SpokenWord]:
    """The words of a message, in seconds of the clock of their stamps."""
    return [
        SpokenWord(
            entry.stamp.sec + entry.stamp.nanosec * 1e-9, entry.duration.sec + entry.duration.nanosec * 1e-9
        )
        for entry in message.words
    ]
