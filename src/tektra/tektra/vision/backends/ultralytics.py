# SPDX-License-Identifier: Apache-2.0
"""Objects by a detection network that Ultralytics exported to ONNX (YOLOv8 and later), run by ONNX Runtime.

The package itself is not needed, and a .pt file is not read: it runs code when it is loaded. `yolo export model=yolo11n.pt format=onnx imgsz=320` writes
what this reads. Its weights are under AGPL-3.0, so that none come with Tektra.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tektra.common import paths
from tektra.common.errors import BackendError, MissingModel
from tektra.common.pixels import Pixels
from tektra.vision.backends import require_image
from tektra.vision.backends.mediapipe import MediapipeDetector
from tektra.vision.sightings import Box, Kind, Sighting

FILE = "yolo.onnx"
HOW = "export one by `yolo export model=yolo11n.pt format=onnx imgsz=320`, and put it there as yolo.onnx"
#: Boxes of one kind that overlap by more are one thing (the value of Ultralytics' own predictor).
SAME_BOX = 0.7
MOST, MOST_CLASSES = 50, 2000
LEAST_SIDE, MOST_SIDE = 32, 1280
GREY = (114, 114, 114)


class UltralyticsDetector:
    """A Detector (see backends/__init__.py): objects by yolo.onnx in Tektra's folder of models, faces and hands by MediaPipe."""

    def __init__(self, min_score: float, file: Path | None = None) -> None:
        self.classes: Sequence[str] = ()
        self._min_score = min_score
        self._file = file
        self._net: onnxruntime.InferenceSession | None = None
        self._size = (0, 0)
        self._others = MediapipeDetector(min_score)

    def load(self, kinds: Sequence[Kind]) -> None:
        if Kind.OBJECTS in kinds and self._net is None:
            file = self._file or paths.models_dir() / FILE
            if not file.is_file():
                raise MissingModel(f"no detection network at {file}", HOW)
            self._net, names, self._size = _opened(file)
            self.classes = tuple(names[number] for number in sorted(names))
        if others := [kind for kind in kinds if kind is not Kind.OBJECTS]:
            self._others.load(others)

    def close(self) -> None:
        self._net = None
        self._others.close()

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        require_image(image)
        if kind is not Kind.OBJECTS:
            return self._others.detect(image, kind)
        if self._net is None:
            raise BackendError("the detector of objects is not loaded", "load it first")
        given, scale, left, top = _letterboxed(image, self._size)
        try:
            (out,) = self._net.run(None, {self._net.get_inputs()[0].name: given})
        except Exception as error:  # ONNX Runtime's own kinds
            raise BackendError(
                f"{FILE} failed: {str(error)[:120]}", "see the log; the next image is tried"
            ) from error
        return self._read(np.asarray(out), scale, left, top, image.shape[:2])

    def _read(
        self, out: NDArray[Any], scale: float, left: int, top: int, shape: tuple[int, ...]
    ) -> list[Sighting]:
        """One row a candidate: middle, size, and the score of each class."""
        if out.ndim != 3 or out.shape[:2] != (1, 4 + len(self.classes)):
            raise BackendError(f"{FILE} gives {out.shape}, not (1, {4 + len(self.classes)}, n)", HOW)
        rows = out[0].T
        best = rows[:, 4:].argmax(axis=1)
        scores = rows[np.arange(len(rows)), 4 + best]
        kept = np.flatnonzero(np.isfinite(rows).all(axis=1) & (scores >= self._min_score))
        kept = kept[np.argsort(-scores[kept], kind="stable")]
        found: list[Sighting] = []
        for index in kept:
            x, y, wide, high = rows[index, :4]
            box = _inside(
                (x - wide / 2 - left) / scale, (y - high / 2 - top) / scale, wide / scale, high / scale, shape
            )
            seen = Sighting(Kind.OBJECTS, self.classes[best[index]], float(min(1.0, scores[index])), box)
            same = (other for other in found if other.class_id == seen.class_id)
            if (
                box.width > 0.0
                and box.height > 0.0
                and all(other.box.overlap(box) <= SAME_BOX for other in same)
            ):
                found.append(seen)
            if len(found) >= MOST:
                break
        return found


def _opened(file: Path) -> tuple[onnxruntime.InferenceSession, Mapping[int, str], tuple[int, int]]:
    """The network, the names of its classes by number, and width and height of its pictures. Raises BackendError."""
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = settings.inter_op_num_threads = 1
    settings.log_severity_level = 3
    try:
        net = onnxruntime.InferenceSession(str(file), settings, providers=["CPUExecutionProvider"])
        told = net.get_modelmeta().custom_metadata_map
        names: Any = ast.literal_eval(told.get("names", "")[:100_000])
    except Exception as error:  # ONNX Runtime's own kinds; what literal_eval raises
        raise BackendError(f"{file} does not load: {str(error)[:120]}", HOW) from error
    shape = net.get_inputs()[0].shape
    good = isinstance(names, dict) and 0 < len(names) <= MOST_CLASSES and set(names) == set(range(len(names)))
    if told.get("task", "detect") != "detect" or not good or len(shape) != 4 or shape[1] != 3:
        raise BackendError(f"{file} is no detection network of Ultralytics", HOW)
    high, wide = (side if isinstance(side, int) else 320 for side in shape[2:])
    if not (LEAST_SIDE <= wide <= MOST_SIDE and LEAST_SIDE <= high <= MOST_SIDE):
        raise BackendError(
            f"{file} takes pictures of {wide}x{high}", f"export it with imgsz {LEAST_SIDE} to {MOST_SIDE}"
        )
    return net, {number: str(name)[:40] for number, name in names.items()}, (wide, high)


def _letterboxed(image: Pixels, size: tuple[int, int]) -> tuple[NDArray[np.float32], float, int, int]:
    """The picture scaled into `size` with a grey margin, RGB, channels first, 0..1; the scale, and the margin left and above."""
    high, wide = image.shape[:2]
    scale = min(size[0] / wide, size[1] / high)
    fitted = (max(1, round(wide * scale)), max(1, round(high * scale)))
    left, top = (size[0] - fitted[0]) // 2, (size[1] - fitted[1]) // 2
    right, low = size[0] - fitted[0] - left, size[1] - fitted[1] - top
    framed = cv2.copyMakeBorder(
        cv2.resize(image, fitted), top, low, left, right, cv2.BORDER_CONSTANT, value=GREY
    )
    rgb = np.asarray(framed, np.float32)[:, :, ::-1] / 255.0
    return np.ascontiguousarray(rgb.transpose(2, 0, 1)[None]), scale, left, top


def _inside(x: float, y: float, wide: float, high: float, shape: tuple[int, ...]) -> Box:
    left, right = (min(max(float(value), 0.0), float(shape[1])) for value in (x, x + wide))
    top, low = (min(max(float(value), 0.0), float(shape[0])) for value in (y, y + high))
    return Box(left, top, right - left, low - top)
