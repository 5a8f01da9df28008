# SPDX-License-Identifier: Apache-2.0
"""Writes parts as one GLB: a skin of torso, neck, head and arms; sparse morph targets; vertex colours; no
textures.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import numpy as np
from avatar_parts.arms import ArmJoint
from avatar_parts.part import FloatArray, Part, vertex_normals
from avatar_parts.physique import effects
from numpy.typing import NDArray

from tektra.avatar.arms import INDEX

ARRAY_BUFFER, INDEX_BUFFER = 34962, 34963
SMALLEST_DELTA_M = 2e-5
#: What turns a normal by less is not seen.
SMALLEST_TURN = 0.04


class GlbWriter:
    """Collects accessors and buffer views; `glb()` gives the bytes. The same input gives the same bytes."""

    def __init__(self) -> None:
        self._blob = bytearray()
        self._views: list[dict[str, Any]] = []
        self._accessors: list[dict[str, Any]] = []

    def glb(
        self,
        parts: list[Part],
        materials: dict[str, dict[str, Any]],
        joints: dict[str, ArmJoint],
        names: list[str],
        extras: dict[str, Any],
    ) -> bytes:
        """`materials` are glTF materials by name, `joints` by name, parent first, `names` the morph
        targets.
        """
        skin_nodes, root = self._joint_nodes(joints)
        meshes: list[dict[str, Any]] = []
        mesh_nodes: list[dict[str, Any]] = []
        used = list(dict.fromkeys(part.material for part in parts))
        for name in dict.fromkeys(part.mesh for part in parts):
            own = [part for part in parts if part.mesh == name]
            moving = any(part.deltas for part in own)
            shading = _Shading(own)
            mesh: dict[str, Any] = {
                "name": name,
                "primitives": [
                    self._primitive(p, used, names if moving else [], partial(shading.of, number))
                    for number, p in enumerate(own)
                ],
            }
            if moving:
                mesh |= {"weights": [0.0] * len(names), "extras": {"targetNames": names}}
            mesh_nodes.append({"name": name, "mesh": len(meshes), "skin": 0})
            meshes.append(mesh)
        inverse = np.tile(np.eye(4, dtype=np.float32), (len(joints), 1, 1))
        for matrix, joint in zip(inverse, joints.values(), strict=True):
            matrix[3, :3] = -joint.origin
        skin = {
            "joints": list(range(len(joints))),
            "skeleton": root,
            "inverseBindMatrices": self._accessor(inverse.reshape(-1, 16), "MAT4", None),
        }
        nodes = skin_nodes + mesh_nodes
        return self._packed(
            {
                "asset": {"version": "2.0", "generator": "Tektra scripts/build_avatar.py", "extras": extras},
                "scene": 0,
                "scenes": [{"name": "tektra_avatar", "nodes": [root, *range(len(skin_nodes), len(nodes))]}],
                "nodes": nodes,
                "meshes": meshes,
                "skins": [skin],
                "materials": [{"name": name} | materials[name] for name in used],
            }
        )

    @staticmethod
    def _joint_nodes(joints: dict[str, ArmJoint]) -> tuple[list[dict[str, Any]], int]:
        nodes: list[dict[str, Any]] = []
        number = {name: at for at, name in enumerate(joints)}
        body = effects(joints)
        for name, joint in joints.items():
            before = joints[joint.parent].origin if joint.parent else np.zeros(3)
            node: dict[str, Any] = {
                "name": name,
                "translation": [round(float(x), 6) for x in joint.origin - before],
            }
            if joint.turns:
                turns = [
                    {"angle": INDEX[t.name], "axis": [round(float(x), 5) for x in t.axis], "share": t.share}
                    for t in joint.turns
                ]
                node["extras"] = {"turns": turns}
            if name in body:
                node.setdefault("extras", {})["body"] = body[name]
            nodes.append(node)
            if joint.parent:
                nodes[number[joint.parent]].setdefault("children", []).append(number[name])
        return nodes, 0

    def _primitive(
        self, part: Part, used: list[str], names: list[str], normals: Callable[[str], FloatArray]
    ) -> dict[str, Any]:
        order = np.argsort(-part.joint_weights, axis=1, kind="stable")
        order = order[:, :4]  # a vertex follows four joints at most
        weights = np.take_along_axis(part.joint_weights, order, axis=1).astype(np.float32)
        weights /= weights.sum(axis=1, keepdims=True)
        numbers = order.astype(np.uint8)
        numbers[weights == 0] = 0
        attributes = {
            "POSITION": self._accessor(part.positions.astype(np.float32), "VEC3", ARRAY_BUFFER, bounds=True),
            "NORMAL": self._accessor(normals("").astype(np.float32), "VEC3", ARRAY_BUFFER),
            "JOINTS_0": self._accessor(numbers, "VEC4", ARRAY_BUFFER),
            "WEIGHTS_0": self._accessor(weights, "VEC4", ARRAY_BUFFER),
        }
        if part.colours is not None:
            rgba = np.column_stack((part.colours, np.ones(len(part.colours)))).clip(0, 1) * 255
            attributes["COLOR_0"] = self._accessor(
                rgba.round().astype(np.uint8), "VEC4", ARRAY_BUFFER, normalised=True
            )
        kind = np.uint16 if len(part.positions) < 65535 else np.uint32
        out: dict[str, Any] = {
            "attributes": attributes, "material": used.index(part.material),
            "indices": self._accessor(part.triangles.astype(kind).reshape(-1), "SCALAR", INDEX_BUFFER),
        }  # fmt: skip
        if names:
            out["targets"] = [
                {
                    "POSITION": self._sparse(part.deltas.get(name), len(part.positions), SMALLEST_DELTA_M),
                    "NORMAL": self._sparse(normals(name) - normals(""), len(part.positions), SMALLEST_TURN),
                }
                for name in names
            ]
        return out

    def _sparse(self, delta: FloatArray | None, count: int, smallest: float) -> int:
        entry: dict[str, Any] = {
            "componentType": 5126,
            "type": "VEC3",
            "count": count,
            "min": [0.0] * 3,
            "max": [0.0] * 3,
        }
        rows = np.zeros(0, int) if delta is None else np.flatnonzero(np.abs(delta).max(axis=1) > smallest)
        if delta is not None and len(rows):
            values = delta[rows].astype(np.float32)
            whole = np.zeros((count, 3), np.float32)
            whole[rows] = values
            entry |= {"min": whole.min(axis=0).tolist(), "max": whole.max(axis=0).tolist()}
            entry["sparse"] = {
                "count": len(rows),
                "indices": {"bufferView": self._view(rows.astype(np.uint16), None), "componentType": 5123},
                "values": {"bufferView": self._view(values, None)},
            }
        self._accessors.append(entry)
        return len(self._accessors) - 1

    def _accessor(
        self,
        values: NDArray[Any],
        kind: str,
        target: int | None,
        *,
        bounds: bool = False,
        normalised: bool = False,
    ) -> int:
        component = {np.dtype(np.uint8): 5121, np.dtype(np.uint16): 5123, np.dtype(np.uint32): 5125}.get(
            values.dtype, 5126
        )
        entry: dict[str, Any] = {
            "bufferView": self._view(values, target),
            "componentType": component,
            "type": kind,
            "count": len(values),
        }
        if bounds:
            entry |= {"min": values.min(axis=0).tolist(), "max": values.max(axis=0).tolist()}
        if normalised:
            entry["normalized"] = True
        self._accessors.append(entry)
        return len(self._accessors) - 1

    def _view(self, values: NDArray[Any], target: int | None) -> int:
        self._blob += b"\0" * (-len(self._blob) % 4)
        view: dict[str, Any] = {"buffer": 0, "byteOffset": len(self._blob), "byteLength": values.nbytes}
        if target is not None:
            view["target"] = target
        self._blob += np.ascontiguousarray(values).tobytes()
        self._views.append(view)
        return len(self._views) - 1

    def _packed(self, document: dict[str, Any]) -> bytes:
        self._blob += b"\0" * (-len(self._blob) % 4)
        document |= {
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": len(self._blob)}],
        }
        text = json.dumps(document, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        chunks = struct.pack("<II", len(text), 0x4E4F534A) + text
        chunks += struct.pack("<II", len(self._blob), 0x004E4942) + bytes(self._blob)
        return struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks


class _Shading:
    """Normals of the parts of one mesh, smooth over the borders of materials, and as they are with one shape worn."""

    def __init__(self, parts: list[Part]) -> None:
        self._parts = parts
        points = np.concatenate([part.positions for part in parts])
        _, weld = np.unique(np.round(points * 1e6).astype(np.int64), axis=0, return_inverse=True)
        self._weld = weld.reshape(-1)
        self._first = np.cumsum([0, *(len(part.positions) for part in parts)])
        self._triangles = np.concatenate(
            [part.triangles + first for part, first in zip(parts, self._first, strict=False)]
        )
        self._made: dict[str, FloatArray] = {}

    def of(self, number: int, shape: str) -> FloatArray:
        """(N, 3) unit, of one of the parts; `shape` "": at rest."""
        if shape not in self._made:
            self._made[shape] = self._all(shape)
        return self._made[shape][self._first[number] : self._first[number + 1]]

    def _all(self, shape: str) -> FloatArray:
        worn: Iterable[FloatArray] = (
            part.positions + part.deltas[shape] if shape in part.deltas else part.positions
            for part in self._parts
        )
        points = np.concatenate(list(worn))
        welded = np.zeros((self._weld.max() + 1, 3))
        welded[self._weld] = points
        out = vertex_normals(welded, self._weld[self._triangles])[self._weld]
        out[np.linalg.norm(out, axis=1) < 0.5] = (0.0, 1.0, 0.0)
        return out
