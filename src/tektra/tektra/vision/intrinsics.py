# SPDX-License-Identifier: Apache-2.0
"""How a camera's lens draws: its intrinsics, from the YAML that camera_calibration and camera_info_manager write and read.

Models: `plumb_bob` and `rational_polynomial` (Brown, "Close-range camera calibration", 1971, as in OpenCV's calib3d), and
`equidistant` (Kannala and Brandt, "A generic camera model", 2006, OpenCV's fisheye).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import yaml

from tektra.common.errors import ConfigError, InputError
from tektra.vision.settings_file import read_settings

#: Numbers of distortion that each model has.
MODELS = {"plumb_bob": (4, 5), "rational_polynomial": (8,), "equidistant": (4,)}
MAX_BYTES = 20_000
ROUNDS, CLOSE = 40, 1e-9
#: A picture of another size is the same scene scaled, when its shape differs by no more than this share.
SAME_SHAPE = 0.01
HOW = "make the file anew with `tektra camera calibrate`"


@dataclass(frozen=True)
class Intrinsics:
    """A calibrated camera at the size at which it was calibrated: px; `distortion` as its model has it."""

    width: int
    height: int
    fx: float
    fy: float
    cx: float
    cy: float
    model: str = "plumb_bob"
    distortion: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0, 0.0)
    name: str = ""

    @property
    def straight(self) -> bool:
        """Straight lines stay straight."""
        return self.model != "equidistant" and not any(self.distortion)

    def at(self, size: tuple[int, int]) -> Intrinsics:
        """The same camera whose pictures are of another width and height. Raises InputError where they are cut, not scaled."""
        wide, high = size[0] / self.width, size[1] / self.height
        if abs(wide - high) > SAME_SHAPE * max(wide, high):
            raise InputError(
                f"pictures of {size[0]}x{size[1]} from a camera calibrated at {self.width}x{self.height}",
                "set the camera to the shape at which it was calibrated, or calibrate it at this one",
            )
        focal = (self.fx * wide, self.fy * high)
        return Intrinsics(
            *size, *focal, self.cx * wide, self.cy * high, self.model, self.distortion, self.name
        )

    def ray(self, u: float, v: float) -> tuple[float, float]:
        """Along which (x, y, 1) of the optical frame a pixel looks. What lies outside the model's reach is clipped to it."""
        x, y = (u - self.cx) / self.fx, (v - self.cy) / self.fy
        if self.straight:
            return x, y
        return (
            _from_fisheye(x, y, self.distortion)
            if self.model == "equidistant"
            else _straightened(x, y, self.distortion)
        )


class Drawn(Protocol):
    """What a camera_info says of a lens, unchecked; `k` is its matrix row by row."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def k(self) -> Sequence[float]: ...
    @property
    def model(self) -> str: ...
    @property
    def distortion(self) -> Sequence[float]: ...


def intrinsics_told(told: Drawn) -> Intrinsics:
    """Those of a camera_info. Raises InputError where no camera draws so."""
    model = told.model or "plumb_bob"
    distortion = tuple(told.distortion) or (0.0,) * MODELS.get(model, (0,))[0]
    counts = len(told.k) == 9 and len(distortion) in MODELS.get(model, ())
    finite = all(math.isfinite(number) for number in (*told.k, *distortion))
    if not counts or not finite or not _draws(told.width, told.height, told.k):
        words = ", ".join(f"{number:.4g}" for number in list(told.k)[:9])
        raise InputError(
            f"a camera_info of {told.width}x{told.height}, {model[:40]!r}, K [{words}]",
            "calibrate the camera",
        )
    k = told.k
    return Intrinsics(told.width, told.height, k[0], k[4], k[2], k[5], model, distortion)


def _draws(width: int, height: int, k: Sequence[float]) -> bool:
    return 0.0 < k[0] < 1e6 and 0.0 < k[4] < 1e6 and 0.0 <= k[2] <= width and 0.0 <= k[5] <= height


def _straightened(x: float, y: float, told: tuple[float, ...]) -> tuple[float, float]:
    """The inverse of Brown's distortion by fixed-point iteration."""
    k1, k2, p1, p2, k3, k4, k5, k6 = (*told, *(0.0,) * (8 - len(told)))
    a, b = x, y
    for _ in range(ROUNDS):
        r2 = a * a + b * b
        radial = (1.0 + r2 * (k4 + r2 * (k5 + r2 * k6))) / max(0.05, 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3)))
        dx = 2.0 * p1 * a * b + p2 * (r2 + 2.0 * a * a)
        dy = p1 * (r2 + 2.0 * b * b) + 2.0 * p2 * a * b
        new = ((x - dx) * radial, (y - dy) * radial)
        moved, (a, b) = abs(new[0] - a) + abs(new[1] - b), new
        if moved < CLOSE:
            break
    return a, b


def _from_fisheye(x: float, y: float, told: tuple[float, ...]) -> tuple[float, float]:
    """The inverse of Kannala and Brandt's polynomial by Newton's method."""
    bent = math.hypot(x, y)
    if bent < CLOSE:
        return x, y
    theta, (k1, k2, k3, k4) = min(bent, 1.5), told
    for _ in range(ROUNDS):
        t2 = theta * theta
        value = theta * (1.0 + t2 * (k1 + t2 * (k2 + t2 * (k3 + t2 * k4)))) - bent
        slope = 1.0 + t2 * (3.0 * k1 + t2 * (5.0 * k2 + t2 * (7.0 * k3 + t2 * 9.0 * k4)))
        step = value / slope if abs(slope) > CLOSE else 0.0
        theta = min(max(theta - step, 0.0), 1.5)  # beyond 86 degrees nothing is told
        if abs(step) < CLOSE:
            break
    grown = math.tan(theta) / bent
    return x * grown, y * grown


def read_intrinsics(path: Path) -> Intrinsics:
    """A calibration file. Blocks to read it. Raises ConfigError naming file and key."""
    told = read_settings(path, MAX_BYTES, holds="calibration", how=HOW)
    width, height = (_count(path, told, key) for key in ("image_width", "image_height"))
    k = _numbers(path, told, "camera_matrix", (9,))
    model = told.get("distortion_model")
    if model not in MODELS:
        raise ConfigError(f"{path}: distortion_model {str(model)[:40]!r}", f"give one of {', '.join(MODELS)}")
    distortion = _numbers(path, told, "distortion_coefficients", MODELS[model])
    if not _draws(width, height, k):
        raise ConfigError(f"{path}: camera_matrix {k} of no camera of {width}x{height}", HOW)
    name = str(told.get("camera_name", ""))[:64]
    return Intrinsics(width, height, k[0], k[4], k[2], k[5], model, distortion, name)


def _count(path: Path, told: Mapping[Any, Any], key: str) -> int:
    value = told.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 16 <= value <= 16384:
        raise ConfigError(f"{path}: {key} {str(value)[:40]!r}", "give pixels, 16 to 16384")
    return value


def _numbers(path: Path, told: Mapping[Any, Any], key: str, counts: tuple[int, ...]) -> tuple[float, ...]:
    matrix = told.get(key)
    data = matrix.get("data") if isinstance(matrix, dict) else None
    good = isinstance(data, list) and len(data) in counts and all(
        isinstance(n, (int, float)) and not isinstance(n, bool) and math.isfinite(n) for n in data
    )  # fmt: skip
    if not good or data is None:
        raise ConfigError(
            f"{path}: {key}: {str(data)[:60]}", f"give {' or '.join(map(str, counts))} numbers in `data`"
        )
    return tuple(float(number) for number in data)


def to_yaml(camera: Intrinsics) -> str:
    """The file that read_intrinsics, camera_info_manager and image_proc read."""
    k = [camera.fx, 0.0, camera.cx, 0.0, camera.fy, camera.cy, 0.0, 0.0, 1.0]
    matrices = {
        "camera_matrix": (3, 3, k),
        "distortion_coefficients": (1, len(camera.distortion), list(camera.distortion)),
        "rectification_matrix": (3, 3, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]),
        "projection_matrix": (3, 4, [*k[:3], 0.0, *k[3:6], 0.0, *k[6:], 0.0]),
    }
    told: dict[str, object] = {
        "image_width": camera.width,
        "image_height": camera.height,
        "camera_name": camera.name,
        "distortion_model": camera.model,
        **{key: {"rows": rows, "cols": cols, "data": data} for key, (rows, cols, data) in matrices.items()},
    }
    return yaml.safe_dump(told, sort_keys=False, default_flow_style=None, width=120)
