# SPDX-License-Identifier: Apache-2.0
"""A small figure as another program would export it: VRM 0.x or 1.0, of boxes and a ball, made by code. No file of anybody's."""

from __future__ import annotations

import io
import json
import struct
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[Any]
#: By bone its parent and its place in m, in the T-pose, facing +Z.
BONES: dict[str, tuple[str, tuple[float, float, float]]] = {
    "hips": ("", (0.0, 0.90, 0.0)),
    "spine": ("hips", (0.0, 1.05, 0.0)),
    "chest": ("spine", (0.0, 1.20, 0.0)),
    "neck": ("chest", (0.0, 1.40, 0.0)),
    "head": ("neck", (0.0, 1.48, 0.0)),
    "leftEye": ("head", (0.035, 1.57, 0.09)),
    "rightEye": ("head", (-0.035, 1.57, 0.09)),
}
for side, x in (("left", 1.0), ("right", -1.0)):
    BONES |= {
        f"{side}Shoulder": ("chest", (0.03 * x, 1.36, 0.0)),
        f"{side}UpperArm": (f"{side}Shoulder", (0.15 * x, 1.36, 0.0)),
        f"{side}LowerArm": (f"{side}UpperArm", (0.40 * x, 1.36, 0.0)),
        f"{side}Hand": (f"{side}LowerArm", (0.62 * x, 1.36, 0.0)),
        f"{side}IndexProximal": (f"{side}Hand", (0.70 * x, 1.36, 0.02)),
        f"{side}UpperLeg": ("hips", (0.09 * x, 0.86, 0.0)),
        f"{side}LowerLeg": (f"{side}UpperLeg", (0.09 * x, 0.47, 0.0)),
        f"{side}Foot": (f"{side}LowerLeg", (0.09 * x, 0.07, 0.0)),
    }
NAMES = list(BONES)
LIPS = {
    "aa": (0.0, -0.030),
    "ih": (0.012, -0.006),
    "ou": (-0.014, -0.012),
    "ee": (0.020, -0.003),
    "oh": (-0.006, -0.022),
}
MORPHS = (*LIPS, "blink", "happy", "sad", "angry", "surprised")
FORMER = {
    "aa": "a",
    "ih": "i",
    "ou": "u",
    "ee": "e",
    "oh": "o",
    "happy": "joy",
    "sad": "sorrow",
    "angry": "angry",
}
COLOURS = ("#e8b89a", "#355c7d", "#1d1d28", "#b0413e", "#6a3d2a")


@dataclass
class Mesh:
    """Vertices, the bone of each, triangles by material, and what each morph moves."""

    points: list[Array] = field(default_factory=list)
    bones: list[int] = field(default_factory=list)
    triangles: dict[int, list[Array]] = field(default_factory=dict)
    morphs: dict[str, dict[int, Array]] = field(default_factory=lambda: {name: {} for name in MORPHS})

    def add(self, points: Array, triangles: Array, bone: str, material: int) -> range:
        """A piece that follows one bone; where its vertices are."""
        first = sum(map(len, self.points))
        self.points.append(points)
        self.bones += [NAMES.index(bone)] * len(points)
        self.triangles.setdefault(material, []).append(triangles + first)
        return range(first, first + len(points))


def ball(centre: Array, radius: Array, rows: int = 10) -> tuple[Array, Array]:
    """An ellipsoid."""
    up, around = np.meshgrid(
        np.linspace(0, np.pi, rows + 1), np.linspace(0, 2 * np.pi, 2 * rows + 1), indexing="ij"
    )
    unit = np.stack((np.sin(up) * np.sin(around), np.cos(up), np.sin(up) * np.cos(around)), -1).reshape(-1, 3)
    width, out = 2 * rows + 1, []
    for row in range(rows):
        for column in range(2 * rows):
            a = row * width + column
            out += [(a, a + width, a + 1), (a + 1, a + width, a + width + 1)]
    return centre + unit * radius, np.array(out)


@cache
def shape() -> Mesh:
    """The figure itself; nobody changes it."""
    mesh = Mesh()
    for bone, (parent, at) in BONES.items():
        if not parent or bone in ("head", "leftEye", "rightEye"):
            continue
        here, above = np.array(at), np.array(BONES[parent][1])
        thick = 0.04 if "Arm" in bone or "Hand" in bone or "Index" in bone else 0.065
        radius = np.maximum(np.abs(here - above) * 0.6, thick)
        mesh.add(*ball((here + above) / 2, radius, 6), parent, 0 if "Hand" in parent or bone == "neck" else 1)
    mesh.add(*ball(np.array([0.0, 1.22, 0.0]), np.array([0.15, 0.20, 0.09]), 8), "chest", 1)
    for side in (1.0, -1.0):
        mesh.add(
            *ball(np.array([0.67 * side, 1.36, 0.0]), np.array([0.07, 0.02, 0.04]), 6),
            "leftHand" if side > 0 else "rightHand",
            0,
        )
    mesh.add(*ball(np.array([0.0, 1.57, 0.0]), np.array([0.095, 0.12, 0.10]), 12), "head", 0)
    mesh.add(*ball(np.array([0.0, 1.62, -0.02]), np.array([0.105, 0.10, 0.105]), 10), "head", 4)
    for side, bone in ((1.0, "leftEye"), (-1.0, "rightEye")):
        eye = mesh.add(
            *ball(np.array([0.035 * side, 1.57, 0.094]), np.array([0.014, 0.018, 0.008]), 6), bone, 2
        )
        brow = mesh.add(
            *ball(np.array([0.037 * side, 1.605, 0.094]), np.array([0.02, 0.004, 0.008]), 4), "head", 4
        )
        _eye(mesh, eye, brow, side)
    mouth = mesh.add(*ball(np.array([0.0, 1.515, 0.088]), np.array([0.026, 0.006, 0.008]), 8), "head", 3)
    _mouth(mesh, mouth)
    return mesh


def _eye(mesh: Mesh, eye: range, brow: range, side: float) -> None:
    points = np.concatenate(mesh.points)
    for at in eye:
        mesh.morphs["blink"][at] = np.array([0.0, -0.9 * (points[at, 1] - 1.57), 0.0])
        mesh.morphs["surprised"][at] = np.array([0.0, 0.5 * (points[at, 1] - 1.57), 0.0])
    for at in brow:
        inner = (points[at, 0] * side - 0.037) / 0.02
        mesh.morphs["angry"][at] = np.array([0.0, 0.014 * inner - 0.006, 0.0])
        mesh.morphs["sad"][at] = np.array([0.0, -0.014 * inner + 0.004, 0.0])
        mesh.morphs["surprised"][at] = np.array([0.0, 0.014, 0.0])


def _mouth(mesh: Mesh, mouth: range) -> None:
    points = np.concatenate(mesh.points)
    for at in mouth:
        aside, below = points[at, 0] / 0.026, max(0.0, (1.515 - points[at, 1]) / 0.006)
        for name, (wide, low) in LIPS.items():
            mesh.morphs[name][at] = np.array([wide * aside, low * below, 0.0])
        mesh.morphs["happy"][at] = np.array([0.008 * aside, 0.014 * aside * aside, 0.0])
        mesh.morphs["sad"][at] = np.array([0.0, -0.012 * aside * aside, 0.0])


class Figure:
    """What will be written: `document` and `binary` may be spoiled first."""

    def __init__(self, version: int = 1, *, picture: bytes = b"", title: str = "Boxy") -> None:
        self.binary = bytearray()
        self.document: dict[str, Any] = {
            "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0, len(NAMES)]}],
            "buffers": [{}], "bufferViews": [], "accessors": [],
        }  # fmt: skip
        # A model of VRM 0.x looks the other way.
        self._front = np.array([1.0, 1.0, 1.0]) if version else np.array([-1.0, 1.0, -1.0])
        self._mesh = shape()
        self._nodes()
        self._pictures(picture or png())
        self._faces()
        (self._vrm_1 if version else self._vrm_0)(title)

    def written(self) -> bytes:
        """The file."""
        self.document["buffers"] = [{**self.document["buffers"][0], "byteLength": len(self.binary)}]
        return glb(json.dumps(self.document).encode(), bytes(self.binary))

    def view(self, data: bytes) -> int:
        """Bytes of their own; the number of their view."""
        self.binary += bytes(-len(self.binary) % 4)
        self.document["bufferViews"].append(
            {"buffer": 0, "byteOffset": len(self.binary), "byteLength": len(data)}
        )
        self.binary += data
        return len(self.document["bufferViews"]) - 1

    def accessor(self, values: Array, kind: str, component: int) -> int:
        """Values as an accessor; its number."""
        dtype = {5126: "<f4", 5125: "<u4", 5123: "<u2"}[component]
        entry = {
            "bufferView": self.view(values.astype(dtype).tobytes()),
            "componentType": component,
            "type": kind,
        }
        self.document["accessors"].append({**entry, "count": len(values)})
        return len(self.document["accessors"]) - 1

    def _nodes(self) -> None:
        nodes = []
        for name, (parent, at) in BONES.items():
            above = np.array(BONES[parent][1] if parent else (0.0, 0.0, 0.0))
            children = [NAMES.index(other) for other, (its, _) in BONES.items() if its == name]
            place = ((np.array(at) - above) * self._front).tolist()
            nodes.append({"name": name, "translation": place} | ({"children": children} if children else {}))
        self.document["nodes"] = [*nodes, {"name": "body", "mesh": 0, "skin": 0}]
        binds = np.tile(np.eye(4), (len(NAMES), 1, 1))
        binds[:, 3, :3] = -np.array([at for _, at in BONES.values()]) * self._front
        matrices = self.accessor(binds.reshape(-1, 16), "MAT4", 5126)
        self.document["skins"] = [{"joints": list(range(len(NAMES))), "inverseBindMatrices": matrices}]

    def _pictures(self, picture: bytes) -> None:
        self.document["images"] = [{"bufferView": self.view(picture), "mimeType": "image/png"}]
        self.document["textures"] = [{"source": 0}]
        self.document["materials"] = [
            {
                "name": f"m{at}",
                "pbrMetallicRoughness": {"baseColorFactor": [*rgb(colour), 1.0], "metallicFactor": 0.0},
            }
            for at, colour in enumerate(COLOURS)
        ]
        self.document["materials"][1]["pbrMetallicRoughness"]["baseColorTexture"] = {"index": 0}

    def _faces(self) -> None:
        points = np.concatenate(self._mesh.points)
        count = len(points)
        joints, weights = np.zeros((count, 4)), np.zeros((count, 4))
        joints[:, 0], weights[:, 0] = self._mesh.bones, 1.0
        attributes = {
            "POSITION": self.accessor(points * self._front, "VEC3", 5126),
            "NORMAL": self.accessor(self._normals(points) * self._front, "VEC3", 5126),
            "TEXCOORD_0": self.accessor(points[:, :2], "VEC2", 5126),
            "JOINTS_0": self.accessor(joints, "VEC4", 5123),
            "WEIGHTS_0": self.accessor(weights, "VEC4", 5126),
        }
        self.document["accessors"][attributes["POSITION"]] |= {
            "min": [-1.0, 0.0, -1.0],
            "max": [1.0, 2.0, 1.0],
        }
        targets = []
        for name in MORPHS:
            moved = np.zeros((count, 3))
            for at, by in self._mesh.morphs[name].items():
                moved[at] = by
            targets.append({"POSITION": self.accessor(moved * self._front, "VEC3", 5126)})
        primitives = [
            {"attributes": attributes, "targets": targets, "material": material,
             "indices": self.accessor(np.concatenate(pieces).reshape(-1), "SCALAR", 5125)}
            for material, pieces in sorted(self._mesh.triangles.items())
        ]  # fmt: skip
        self.document["meshes"] = [{"primitives": primitives, "extras": {"targetNames": list(MORPHS)}}]

    def _normals(self, points: Array) -> Array:
        out = np.zeros_like(points)
        corners = np.concatenate([piece for pieces in self._mesh.triangles.values() for piece in pieces])
        a, b, c = (points[corners[:, at]] for at in range(3))
        np.add.at(out, corners.reshape(-1), np.repeat(np.cross(b - a, c - a), 3, axis=0))
        lengths = np.linalg.norm(out, axis=1, keepdims=True)
        return np.where(lengths > 1e-9, out / np.maximum(lengths, 1e-9), np.array([0.0, 1.0, 0.0]))

    def _vrm_1(self, title: str) -> None:
        body = len(NAMES)
        preset = {
            name: {"morphTargetBinds": [{"node": body, "index": at, "weight": 1.0}]}
            for at, name in enumerate(MORPHS)
        }
        meta = {
            "name": title, "authors": ["Nobody"], "licenseUrl": "https://vrm.dev/licenses/1.0/",
            "avatarPermission": "everyone", "commercialUsage": "corporation", "allowRedistribution": True,
        }  # fmt: skip
        look = {"horizontalInner", "horizontalOuter", "verticalDown", "verticalUp"}
        range_ = {
            f"rangeMap{one[0].upper()}{one[1:]}": {"inputMaxValue": 90.0, "outputScale": 10.0} for one in look
        }
        vrm = {
            "specVersion": "1.0", "meta": meta, "expressions": {"preset": preset},
            "humanoid": {"humanBones": {name: {"node": at} for at, name in enumerate(NAMES)}},
            "lookAt": {"type": "bone", "offsetFromHeadBone": [0.0, 0.08, 0.0], **range_},
        }  # fmt: skip
        self.document |= {"extensionsUsed": ["VRMC_vrm"], "extensions": {"VRMC_vrm": vrm}}

    def _vrm_0(self, title: str) -> None:
        groups = [
            {"name": name, "presetName": FORMER.get(name, name if name == "blink" else "unknown"),
             "binds": [{"mesh": 0, "index": at, "weight": 100.0}], "materialValues": [], "isBinary": False}
            for at, name in enumerate(MORPHS)
        ]  # fmt: skip
        curve = {"curve": [0, 0, 0, 1, 1, 1, 1, 0], "xRange": 90.0, "yRange": 10.0}
        meta = {
            "title": title, "author": "Nobody", "licenseName": "CC0", "allowedUserName": "Everyone",
            "commercialUssageName": "Allow", "violentUssageName": "Disallow", "sexualUssageName": "Disallow",
        }  # fmt: skip
        vrm = {
            "exporterVersion": "by-hand", "specVersion": "0.0", "meta": meta,
            "humanoid": {"humanBones": [{"bone": name, "node": at, "useDefaultValues": True} for at, name in enumerate(NAMES)]},
            "firstPerson": {
                "firstPersonBone": NAMES.index("head"), "firstPersonBoneOffset": {"x": 0.0, "y": 0.08, "z": 0.0},
                "meshAnnotations": [], "lookAtTypeName": "Bone", "lookAtHorizontalInner": curve,
                "lookAtHorizontalOuter": curve, "lookAtVerticalDown": curve, "lookAtVerticalUp": curve,
            },
            "blendShapeMaster": {"blendShapeGroups": groups},
            "secondaryAnimation": {"boneGroups": [], "colliderGroups": []},
            "materialProperties": [
                {"name": f"m{at}", "shader": "VRM_USE_GLTFSHADER", "renderQueue": 2000, "floatProperties": {},
                 "vectorProperties": {}, "textureProperties": {}, "keywordMap": {}, "tagMap": {}}
                for at in range(len(COLOURS))
            ],
        }  # fmt: skip
        self.document |= {"extensionsUsed": ["VRM"], "extensions": {"VRM": vrm}}


def glb(text: bytes, binary: bytes, *, length: int | None = None, version: int = 2) -> bytes:
    """A binary glTF file of these two chunks."""
    text += b" " * (-len(text) % 4)
    binary += bytes(-len(binary) % 4)
    body = (
        struct.pack("<II", len(text), 0x4E4F534A)
        + text
        + struct.pack("<II", len(binary), 0x004E4942)
        + binary
    )
    return struct.pack("<4sII", b"glTF", version, 12 + len(body) if length is None else length) + body


def png(width: int = 8, height: int = 8) -> bytes:
    """A picture of stripes."""
    out = io.BytesIO()
    stripes = np.full((height, width, 3), 255, np.uint8)
    stripes[::2] = 170
    Image.fromarray(stripes).save(out, "PNG")
    return out.getvalue()


def rgb(colour: str) -> list[float]:
    """Linear, nearly."""
    return [(int(colour[at : at + 2], 16) / 255) ** 2.2 for at in (1, 3, 5)]


if __name__ == "__main__":
    import sys

    for version in (0, 1):
        with open(f"{sys.argv[1]}/boxy{version}.vrm", "wb") as file:
            file.write(Figure(version).written())
