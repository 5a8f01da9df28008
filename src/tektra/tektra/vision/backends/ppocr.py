# SPDX-License-Identifier: Apache-2.0
"""Text in pictures by PP-OCRv4 (PaddlePaddle, Apache-2.0), with ONNX Runtime: English and Chinese letters, no umlauts.

Where text is: differentiable binarisation (Liao et al. 2020, "Real-time scene text detection with differentiable binarization"). What it
says: SVTR letters by the CTC rule. Its own Python package brings a polygon clipper and a second opencv for what is a box here.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

from tektra.common import models
from tektra.common.errors import BackendError
from tektra.common.pixels import Pixels
from tektra.vision.backends import Text, require_image

MODEL = "text-in-pictures"
#: The longer side of the picture in which text is looked for, in steps of the network's stride.
LOOKED_AT, STRIDE = 960, 32
#: Least probability of text in a pixel and in a box, and by how much a box is larger than its letters' kernel.
PIXEL, BOX, UNCLIP = 0.3, 0.5, 1.6
LEAST_SIDE, MOST_BOXES = 4.0, 40
#: Height and greatest width of a line for the recogniser, and the least mean probability of its letters.
LINE_HEIGHT, LINE_WIDTH, LEAST_SCORE = 48, 1600, 0.6


class PpOcrReader:
    """Meets TextReader. 16 MB; one thread; about a second for 640 by 480."""

    def __init__(self) -> None:
        self._find: onnxruntime.InferenceSession | None = None
        self._read: onnxruntime.InferenceSession | None = None
        self._letters: list[str] = []

    def load(self) -> None:
        if self._read is not None:
            return
        folder = models.path(MODEL)
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = settings.inter_op_num_threads = 1
        settings.log_severity_level = 3
        try:
            self._find, read = (
                onnxruntime.InferenceSession(str(folder / name), settings, providers=["CPUExecutionProvider"])
                for name in ("find.onnx", "read.onnx")
            )
        except Exception as error:  # ONNX Runtime's own kinds
            raise BackendError(
                f"{folder} does not load: {error}", f"run `tektra models pull {MODEL}`"
            ) from error
        letters = read.get_modelmeta().custom_metadata_map["character"].splitlines()
        self._read, self._letters = read, ["", *letters, " "]

    def close(self) -> None:
        self._find = self._read = None

    def read(self, image: Pixels) -> list[Text]:
        require_image(image)
        if self._find is None or self._read is None:
            raise BackendError("the reader of text is not loaded", "call load() first")
        if min(image.shape[:2]) < 2 * LEAST_SIDE:
            return []
        try:
            texts = [self._line(image, corners) for corners in self._boxes(image)]
        except Exception as error:  # ONNX Runtime's and OpenCV's own kinds
            raise BackendError(f"no text could be read: {error}", "try another picture") from error
        found = [text for text in texts if text.words and text.score >= LEAST_SCORE]
        return sorted(found, key=lambda text: (round(text.y / (1.5 * LINE_HEIGHT)), text.x))

    def _boxes(self, image: Pixels) -> list[NDArray[np.float32]]:
        """Four corners of each line, clockwise from the upper left, px."""
        height, width = image.shape[:2]
        scale = LOOKED_AT / max(height, width)
        size = [max(STRIDE, round(side * scale / STRIDE) * STRIDE) for side in (width, height)]
        given = _normal(cv2.resize(image, size))[None]
        assert self._find is not None
        (maps,) = self._find.run(None, {self._find.get_inputs()[0].name: given})
        likely = np.asarray(maps)[0, 0]
        mask = cv2.dilate((likely > PIXEL).astype(np.uint8), np.ones((2, 2), np.uint8))
        outlines, _ = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
        back = np.array([width / size[0], height / size[1]], np.float32)
        found = []
        for outline in sorted(outlines, key=cv2.contourArea, reverse=True)[:MOST_BOXES]:
            box = cv2.minAreaRect(outline)
            if min(box[1]) < LEAST_SIDE or _inside(likely, outline) < BOX:
                continue
            grown = box[1][0] * box[1][1] * UNCLIP / (2.0 * (box[1][0] + box[1][1]))
            larger = (box[0], (box[1][0] + 2.0 * grown, box[1][1] + 2.0 * grown), box[2])
            found.append(_ordered(np.asarray(cv2.boxPoints(larger), np.float32)) * back)
        return found

    def _line(self, image: Pixels, corners: NDArray[np.float32]) -> Text:
        """What stands in a box; one that is higher than wide is turned."""
        width = float(max(np.linalg.norm(corners[0] - corners[1]), np.linalg.norm(corners[3] - corners[2])))
        height = float(max(np.linalg.norm(corners[0] - corners[3]), np.linalg.norm(corners[1] - corners[2])))
        square = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        turn = cv2.getPerspectiveTransform(corners.astype(np.float32), square)
        line = cv2.warpPerspective(
            image, turn, (max(1, int(width)), max(1, int(height))), flags=cv2.INTER_CUBIC
        )
        if line.shape[0] >= 1.5 * line.shape[1]:
            line = np.rot90(line)
        wide = min(LINE_WIDTH, max(LINE_HEIGHT, round(LINE_HEIGHT * line.shape[1] / line.shape[0])))
        assert self._read is not None
        given = _normal(cv2.resize(line, (wide, LINE_HEIGHT)))[None]
        (steps,) = self._read.run(None, {self._read.get_inputs()[0].name: given})
        words, score = self._decoded(np.asarray(steps)[0])
        return Text(words, score, float(corners[:, 0].min()), float(corners[:, 1].mean()))

    def _decoded(self, steps: NDArray[Any]) -> tuple[str, float]:
        """Letters by the CTC rule: repeated ones count once, the blank never."""
        best, sure = steps.argmax(axis=1), steps.max(axis=1)
        kept, at = [], 0
        for letter, run in groupby(best):
            if letter:
                kept.append((self._letters[letter], float(sure[at])))
            at += len(list(run))
        words = "".join(letter for letter, _ in kept).strip()
        return words, sum(score for _, score in kept) / len(kept) if kept else 0.0


def _normal(image: Any) -> NDArray[np.float32]:
    """BGR to channels first, -1..1."""
    return np.ascontiguousarray((image.astype(np.float32) / 127.5 - 1.0).transpose(2, 0, 1))


def _inside(likely: NDArray[Any], outline: Any) -> float:
    """The mean probability within an outline."""
    x, y, width, height = cv2.boundingRect(outline)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [outline - (x, y)], 1)
    return float(cv2.mean(likely[y : y + height, x : x + width], mask)[0])


def _ordered(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    """Clockwise from the upper left."""
    left, right = np.split(corners[np.argsort(corners[:, 0], kind="stable")], 2)
    upper_left, lower_left = left[np.argsort(left[:, 1])]
    upper_right, lower_right = right[np.argsort(right[:, 1])]
    return np.array([upper_left, upper_right, lower_right, lower_left], np.float32)
