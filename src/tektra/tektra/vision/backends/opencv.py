# SPDX-License-Identifier: Apache-2.0
"""Cameras and video files by OpenCV."""

from __future__ import annotations

import os
import re
import threading
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from tektra.common import models
from tektra.common.errors import BackendError
from tektra.common.picture_size import CAMERA_SIDE, SMALLER
from tektra.common.pixels import Pixels, blank
from tektra.vision.backends import MAX_SIDE, Frame
from tektra.vision.backends.opening import name_of

#: A video file that does not say its rate is played at this one.
USUAL_RATE_HZ = 25.0
CLIP = "clip-"
#: Leaving out what fell due while nobody read takes so long at most: each picture of it must be decoded, and on a machine that is
#: slower than the film ever more would fall due meanwhile. Such a film is played slower.
SKIP_S = 1.0
#: V4L2 stamps a picture when the driver has it, by the monotonic clock; what differs by more is no such stamp.
WAITED_S = 5.0
DEVICE = re.compile(r"^(?:/dev/video)?(\d{1,4})$")


class OpenCvCamera:
    """A Camera (see backends/__init__.py). `source` is a device (/dev/video0, or 0), a video file, or a clip
    of models.lock.

    A file is played in real time: an image comes when it is due, and images that fell due while nobody read
    are left out.
    """

    def __init__(
        self, source: str, *, width: int = 640, height: int = 480, rate_hz: float = 30.0, loop: bool = True
    ) -> None:
        self._source = source
        self._size = (width, height)
        self._shape: tuple[int, ...] = (height, width)
        self._rate_hz = rate_hz
        self._loop = loop
        self._capture: cv2.VideoCapture | None = None
        self._closed = threading.Event()
        self._reading = threading.Lock()
        device = DEVICE.match(source)
        self._number = int(device.group(1)) if device else 0
        self._is_file = device is None

    def open(self) -> None:
        if self._capture is not None:
            return
        self._closed.clear()
        self._capture = self._open_file() if self._is_file else self._open_device()
        self._due_s: float | None = None

    def close(self) -> None:
        self._closed.set()
        with self._reading:  # releasing a capture that another thread reads from aborts the process
            capture, self._capture = self._capture, None
            if capture is not None:
                capture.release()

    def read(self, timeout_s: float) -> Frame | None:
        with self._reading:
            capture = self._capture
            if capture is None:
                raise BackendError(f"camera {self._source} is not open", "open it first")
            return self._read_file(capture, timeout_s) if self._is_file else self._read_device(capture)

    def _open_file(self) -> cv2.VideoCapture:
        path = models.path(self._source) if self._source.startswith(CLIP) else Path(self._source).expanduser()
        if "://" in self._source:
            raise BackendError(f"{name_of(self._source)} is no video file", "set `camera` to pyav or mjpeg")
        if not path.is_file():
            raise BackendError(
                f"no video file {self._source!r}",
                "give a device such as /dev/video0, a video file or a clip's name",
            )
        capture = cv2.VideoCapture(str(path))
        size = (capture.get(cv2.CAP_PROP_FRAME_WIDTH), capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        if not capture.isOpened() or min(size) < 1:
            raise BackendError(
                f"{path} is no video that OpenCV reads", "give an MP4 or another common format"
            )
        if max(size) > CAMERA_SIDE:
            capture.release()
            raise BackendError(
                f"{path} is {size[0]:.0f} by {size[1]:.0f}", f"give at most {CAMERA_SIDE} a side"
            )
        rate_hz = capture.get(cv2.CAP_PROP_FPS)
        self._period_s = 1.0 / (rate_hz if 0.1 < rate_hz < 1000.0 else USUAL_RATE_HZ)
        return capture

    def _open_device(self) -> cv2.VideoCapture:
        number, device = self._number, f"/dev/video{self._number}"
        if os.name == "posix" and Path("/dev").is_dir() and not Path(device).exists():
            raise BackendError(
                f"no camera {device}", "plug one in, or set `source` to another one or to a video file"
            )
        capture = cv2.VideoCapture(number)
        if not capture.isOpened():
            raise BackendError(
                f"{device} cannot be opened", "check that no other program uses it, and the group `video`"
            )
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._size[1])
        capture.set(cv2.CAP_PROP_FPS, self._rate_hz)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        return capture

    def _read_device(self, capture: cv2.VideoCapture) -> Frame:
        ok, image = capture.read()
        if not ok or image is None:
            raise BackendError(
                f"camera {self._source} gives no images", "plug it in again, or choose another"
            )
        return Frame(_fitting(image), _taken_s(capture))

    def _read_file(self, capture: cv2.VideoCapture, timeout_s: float) -> Frame | None:
        now_s = time.monotonic()
        if self._due_s is None:
            self._due_s = now_s
        wait_s = self._due_s - now_s
        if self._closed.wait(max(0.0, min(wait_s, timeout_s))) or wait_s > timeout_s:
            return None
        began_s = time.monotonic()
        late = max(0, int((began_s - self._due_s) / self._period_s))
        self._due_s += (late + 1) * self._period_s
        for _ in range(late):
            if time.monotonic() - began_s > SKIP_S:
                self._due_s = time.monotonic()
                break
            self._grab(capture)
        self._grab(capture)
        return self._retrieve(capture)

    def _retrieve(self, capture: cv2.VideoCapture) -> Frame:
        taken_s = time.time()
        # OpenCV decodes into the memory it is given when its shape fits, and makes its own when not.
        ok, image = capture.retrieve(blank(*self._shape))
        if not ok or image is None:
            raise BackendError(f"{self._source} gave a broken image", "look at its cable or file")
        self._shape = image.shape[:2]
        return Frame(_fitting(image), taken_s)

    def _grab(self, capture: cv2.VideoCapture) -> None:
        if capture.grab():
            return
        if not self._loop:
            raise BackendError(f"{self._source} has ended", "set `loop` to play it again")
        capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
        if not capture.grab():
            raise BackendError(f"{self._source} holds no image", "give another video file")


def _fitting(image: np.ndarray[Any, Any]) -> Pixels:
    """BGR of 8 bits, of which nobody looks at 8K in full."""
    step = SMALLER if max(image.shape[:2]) > MAX_SIDE else 1
    return np.ascontiguousarray(image[::step, ::step], np.uint8) if step > 1 else np.asarray(image, np.uint8)


def _taken_s(capture: cv2.VideoCapture) -> float:
    """When the picture that was just read from a device was taken, s after the epoch."""
    waited_s = time.monotonic() - capture.get(cv2.CAP_PROP_POS_MSEC) / 1000.0
    return time.time() - (waited_s if 0.0 <= waited_s <= WAITED_S else 0.0)
