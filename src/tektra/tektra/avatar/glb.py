# SPDX-License-Identifier: Apache-2.0
"""Reads the avatar's GLB: positions, colours, joint weights and the 52 morph targets as numpy arrays.

Our own reader and not trimesh or pygltflib: the first drops morph targets, the second leaves sparse
accessors to the
caller, and what we write ourselves (one buffer, no textures, no Draco) takes a page to read.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tektra.avatar.arkit import INDEX
from tektra.avatar.errors import AvatarFileError
from tektra.avatar.physique import Effect

_COMPONENTS: dict[int, type[np.generic]] = {
    5120: np.int8, 5121: np.uint8, 5122: np.int16, 5123: np.uint16, 5125: np.uint32, 5126: np.float32,
}  # fmt: skip
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_JSON_CHUNK, _BIN_CHUNK = 0x4E4F534A, 0x004E4942


@dataclass(frozen=True)
class Material:
    """A material's name, base colour (linear RGB 0..1), roughness 0..1, and whether its back is seen."""

    name: str
    colour: tuple[float, float, float]
    roughness: float
    two_sided: bool = False


@dataclass(frozen=True)
class Part:
    """One drawable: a run of the index array, of one mesh and one material."""

    mesh: str
    material: str
    first_index: int
    index_count: int


@dataclass(frozen=True)
class Joint:
    """A joint of the skin: its name, its place in metres in the rest pose, the number of its parent (-1: none), and what turns
    it: (which of arms.NAMES, axis, share), the first outermost; and what the body's sliders do to it.
    """

    name: str
    origin_m: tuple[float, float, float]
    parent: int = -1
    turns: tuple[tuple[int, tuple[float, float, float], float], ...] = ()
    body: tuple[Effect, ...] = ()


@dataclass(frozen=True)
class AvatarModel:
    """Everything of the file, joined: N vertices, T triangles.

    positions (N, 3) f32 metres; colours (N, 3) f32 linear multipliers; joint_weights (N, J) f32, rows sum to
    1;
    triangles (T, 3) i32; weld (N,) i32: vertices of one mesh that lie on the same point share a number, so
    that
    shading is smooth over material borders; morphs (52, N, 3) f32 in the order of arkit.NAMES.
    """

    positions: NDArray[np.float32]
    colours: NDArray[np.float32]
    joint_weights: NDArray[np.float32]
    triangles: NDArray[np.int32]
    weld: NDArray[np.int32]
    morphs: NDArray[np.float32]
    parts: tuple[Part, ...]
    materials: tuple[Material, ...]
    joints: tuple[Joint, ...]

    @property
    def meshes(self) -> tuple[str, ...]:
        """Names of the meshes, in the order of the file."""
        return tuple(dict.fromkeys(part.mesh for part in self.parts))


def read(path: Path) -> AvatarModel:
    """Read a GLB from disk. Blocking, some 30 ms.

    Raises AvatarFileError when the file is missing, is no GLB, or lacks a blendshape.
    """
    try:
        document, blob = _chunks(path.read_bytes())
        return _Joiner(document, blob).joined()
    except OSError as error:
        raise AvatarFileError(
            f"cannot read the avatar {path}: {error.strerror}",
            "name its file, or build it by scripts/build_avatar.py",
        ) from error
    except (KeyError, IndexError, ValueError, struct.error) as error:
        raise AvatarFileError(
            f"{path} is not an avatar that Tektra can read: {error!r}",
            "use one built by scripts/build_avatar.py",
        ) from error


def _chunks(raw: bytes) -> tuple[dict[str, Any], bytes]:
    magic, version, length = struct.unpack_from("<4sII", raw)
    if magic != b"glTF" or version != 2 or length > len(raw):
        raise ValueError("no binary glTF 2 header")
    found: dict[int, bytes] = {}
    at = 12
    while at < length:
        size, kind = struct.unpack_from("<II", raw, at)
        found[kind] = raw[at + 8 : at + 8 + size]
        at += 8 + size
    document: dict[str, Any] = json.loads(found[_JSON_CHUNK])
    return document, found[_BIN_CHUNK]


class _Joiner:
    """Collects the primitives of all meshes into the arrays of one AvatarModel."""

    def __init__(self, document: dict[str, Any], blob: bytes) -> None:
        self._document = document
        self._blob = blob
        self._joints = self._read_joints()

    def joined(self) -> AvatarModel:
        positions, colours, weights, triangles, weld, morphs = [], [], [], [], [], []
        parts: list[Part] = []
        vertex_count = index_count = weld_count = 0
        materials = tuple(self._material(entry) for entry in self._document["materials"])
        for node in (node for node in self._document["nodes"] if "mesh" in node):
            mesh = self._document["meshes"][node["mesh"]]
            mesh_positions = []
            for primitive in mesh["primitives"]:
                position = self._accessor(primitive["attributes"]["POSITION"])
                count = len(position)
                indices = self._accessor(primitive["indices"]).astype(np.int32).reshape(-1, 3)
                mesh_positions.append(position)
                positions.append(position)
                colours.append(self._colours(primitive, count))
                weights.append(self._joint_weights(primitive, count))
                triangles.append(indices + vertex_count)
                morphs.append(self._morphs(mesh, primitive, count))
                name = materials[primitive["material"]].name
                parts.append(Part(str(node["name"]), name, index_count, indices.size))
                vertex_count += count
                index_count += indices.size
            keys = np.round(np.concatenate(mesh_positions) * 1e6).astype(np.int64)
            _, number = np.unique(keys, axis=0, return_inverse=True)
            weld.append(number.reshape(-1) + weld_count)
            weld_count += int(number.max()) + 1
        return AvatarModel(
            positions=np.concatenate(positions),
            colours=np.concatenate(colours),
            joint_weights=np.concatenate(weights),
            triangles=np.concatenate(triangles),
            weld=np.concatenate(weld).astype(np.int32),
            morphs=np.concatenate(morphs, axis=1),
            parts=tuple(parts),
            materials=materials,
            joints=self._joints,
        )

    def _read_joints(self) -> tuple[Joint, ...]:
        skin = self._document["skins"][0]
        inverse_binds = self._accessor(skin["inverseBindMatrices"]).reshape(-1, 4, 4)
        out = []
        nodes, numbers = self._document["nodes"], list(skin["joints"])
        parents = {child: numbers.index(n) for n in numbers for child in nodes[n].get("children", ())}
        for number, inverse_bind in zip(numbers, inverse_binds, strict=True):
            x, y, z = (
                -float(value) for value in inverse_bind[3, :3]
            )  # column-major; our joints are not turned
            extras = nodes[number].get("extras", {})
            turns = tuple(
                (int(turn["angle"]), _point(turn["axis"]), float(turn["share"]))
                for turn in extras.get("turns", ())
            )
            body = tuple(map(_effect, extras.get("body", ())))
            out.append(Joint(str(nodes[number]["name"]), (x, y, z), parents.get(number, -1), turns, body))
        return tuple(out)

    def _material(self, entry: dict[str, Any]) -> Material:
        pbr = entry["pbrMetallicRoughness"]
        red, green, blue = (float(value) for value in pbr["baseColorFactor"][:3])
        roughness = float(pbr.get("roughnessFactor", 1.0))
        return Material(str(entry["name"]), (red, green, blue), roughness, bool(entry.get("doubleSided")))

    def _colours(self, primitive: dict[str, Any], count: int) -> NDArray[np.float32]:
        if "COLOR_0" not in primitive["attributes"]:
            return np.ones((count, 3), np.float32)
        raw = self._accessor(primitive["attributes"]["COLOR_0"])
        scale = 1.0 if raw.dtype == np.float32 else 1.0 / float(np.iinfo(raw.dtype).max)
        return (raw[:, :3] * scale).astype(np.float32)

    def _joint_weights(self, primitive: dict[str, Any], count: int) -> NDArray[np.float32]:
        numbers = self._accessor(primitive["attributes"]["JOINTS_0"]).astype(int)
        raw = self._accessor(primitive["attributes"]["WEIGHTS_0"])
        values = raw / 255.0 if raw.dtype == np.uint8 else raw
        out = np.zeros((count, len(self._joints)), np.float32)
        np.add.at(out, (np.arange(count)[:, None], numbers), values)
        return np.asarray(out / out.sum(axis=1, keepdims=True), np.float32)

    def _morphs(self, mesh: dict[str, Any], primitive: dict[str, Any], count: int) -> NDArray[np.float32]:
        out = np.zeros((len(INDEX), count, 3), np.float32)
        if not primitive.get("targets"):
            return out
        names = mesh["extras"]["targetNames"]
        missing = sorted(set(INDEX) - set(names))
        if missing:
            raise ValueError(f"mesh {mesh['name']} lacks the blendshapes {', '.join(missing)}")
        for name, target in zip(names, primitive["targets"], strict=True):
            out[INDEX[name]] = self._accessor(target["POSITION"])
        return out

    def _accessor(self, number: int) -> NDArray[Any]:
        """Values of an accessor, (count,) or (count, width); sparse ones are filled in."""
        entry = self._document["accessors"][number]
        width, dtype = _WIDTHS[entry["type"]], np.dtype(_COMPONENTS[entry["componentType"]])
        if "bufferView" in entry:
            values = self._view(
                entry["bufferView"], entry.get("byteOffset", 0), dtype, entry["count"] * width
            )
        else:
            values = np.zeros(entry["count"] * width, dtype)
        values = values.reshape(-1, width)
        if "sparse" in entry:
            sparse = entry["sparse"]
            kind = np.dtype(_COMPONENTS[sparse["indices"]["componentType"]])
            rows = self._view(sparse["indices"]["bufferView"], 0, kind, sparse["count"])
            new = self._view(sparse["values"]["bufferView"], 0, dtype, sparse["count"] * width)
            values = values.copy()
            values[rows] = new.reshape(-1, width)
        return values[:, 0] if width == 1 else values

    def _view(self, number: int, offset: int, dtype: np.dtype[Any], count: int) -> NDArray[Any]:
        view = self._document["bufferViews"][number]
        if "byteStride" in view:
            raise ValueError("interleaved buffers are not supported")
        return np.frombuffer(self._blob, dtype, count, view.get("byteOffset", 0) + offset)


def _effect(entry: dict[str, Any]) -> Effect:
    along = _point(entry["along"]) if "along" in entry else None
    shift = _point(entry.get("shift", [0.0, 0.0, 0.0]))
    return Effect(str(entry["slider"]), float(entry.get("grow", 0.0)), along, shift)


def _point(values: list[Any]) -> tuple[float, float, float]:
    x, y, z = (float(value) for value in values)
    return x, y, z
