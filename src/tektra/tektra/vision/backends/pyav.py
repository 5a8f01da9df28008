# SPDX-License-Identifier: Apache-2.0
"""Network cameras by RTSP, HTTP (HLS, MPEG-TS, MP4) and files, by PyAV (FFmpeg)."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import av
import numpy as np

from tektra.common.errors import BackendError
from tektra.common.picture_size import CAMERA_SIDE, SMALLER
from tektra.common.pixels import Pixels
from tektra.vision.backends import MAX_SIDE, Frame
from tektra.vision.mailbox import Mailbox

#: Connecting takes so long at most, and a stream that says nothing for so long is lost.
CONNECT_S, SILENT_S = 8.0, 10.0
SCHEMES = re.compile(r"(rtsps?|https?|rtmps?|udp|srt|file)://", re.ASCII)
#: A picture that lies longer than this between its time in the stream and now means that the stream's clock jumped.
JUMP_S = 2.0


class PyAvCamera:
    """A Camera (see backends/__init__.py). `source` is an rtsp, http, udp or srt address, or a file that is played in real time; size
    and rate are the camera's own.

    A thread decodes all that comes, since frames rest on those before them, and the newest wins. FFmpeg does not tell when a
    picture was taken: it counts as taken when it came, or in a file when it is due. Nothing is opened but the address: FFmpeg may
    follow no list to local files.
    """

    def __init__(
        self, source: str, *, width: int = 640, height: int = 480, rate_hz: float = 30.0, loop: bool = True
    ) -> None:
        self._source = source
        self._name = re.sub(r"//[^/@]*@", "//", source)  # without a password
        self._net = SCHEMES.match(source) is not None and not source.startswith("file://")
        self._loop = loop
        self._box = Mailbox()
        self._container: Any = None
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None
        self._lost, self._came_s = "", 0.0

    def open(self) -> None:
        if self._container is not None:
            return
        self._container = self._connect()
        self._ending.clear()
        self._lost, self._came_s = "", time.monotonic()
        self._thread = threading.Thread(
            target=self._take_in, args=(self._container,), name="pyav", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        thread, self._thread = self._thread, None
        self._ending.set()
        if thread is not None:
            thread.join(SILENT_S + 1.0)  # a read under way ends by itself after its own limit
        self._container = None
        self._box.close()

    def read(self, timeout_s: float) -> Frame | None:
        if self._container is None:
            raise BackendError(f"camera {self._name} is not open", "open it first")
        frame = self._box.read(timeout_s)
        if frame is None and self._lost:
            raise BackendError(f"camera {self._name} broke off ({self._lost})", "it is looked for again")
        if frame is None and time.monotonic() - self._came_s > SILENT_S:
            raise BackendError(f"camera {self._name} says nothing", "look at its power and network")
        return frame

    def _connect(self) -> Any:
        options = (
            {"protocol_whitelist": "tcp,udp,tls,rtp,rtsp,http,https,crypto,srt,rtmp"} if self._net else {}
        )
        if self._source.startswith("rtsp"):
            options |= {"rtsp_transport": "tcp", "fflags": "nobuffer", "flags": "low_delay"}
        try:
            container = av.open(self._source, options=options, timeout=(CONNECT_S, SILENT_S))
        except (av.error.FFmpegError, OSError, ValueError) as error:
            raise BackendError(
                f"camera {self._name} does not open ({getattr(error, 'strerror', None) or type(error).__name__})",
                "look at its address, power and network",
            ) from None  # whose words hold the password
        if not container.streams.video:
            container.close()
            raise BackendError(f"{self._name} has no video", "give the address of a camera's stream")
        video = container.streams.video[0]
        if not (0 < video.width <= CAMERA_SIDE and 0 < video.height <= CAMERA_SIDE):
            size = f"{video.width} by {video.height}"
            container.close()
            raise BackendError(
                f"{self._name} is {size}", f"set the camera to at most {CAMERA_SIDE} pixels a side"
            )
        video.thread_type = "SLICE"  # frame threads hold pictures back, one for each thread
        return container

    def _take_in(self, container: Any) -> None:
        """In a thread of its own, until the stream ends or is closed. It alone touches the container."""
        try:
            while not self._ending.is_set():
                self._play(container)
                if self._net or not self._loop:
                    raise EOFError("it ended")
                container.seek(0)
        except (av.error.FFmpegError, OSError, ValueError, EOFError) as error:
            self._lost = getattr(error, "strerror", None) or str(error) or type(error).__name__
        finally:
            container.close()

    def _play(self, container: Any) -> None:
        began_s, first_s = time.monotonic(), None
        for picture in container.decode(video=0):
            if not self._net:
                at_s = picture.time if picture.time is not None else 0.0
                first_s = at_s if first_s is None else first_s
                due_s = began_s + at_s - first_s
                if abs(due_s - time.monotonic()) > JUMP_S:
                    began_s, first_s = time.monotonic(), at_s
                elif self._ending.wait(max(0.0, due_s - time.monotonic())):
                    return
            if self._ending.is_set():
                return
            self._came_s = time.monotonic()
            self._box.put(_later(picture), time.time())


def _later(picture: Any) -> Callable[[], Pixels]:
    """Converted by whoever wants it."""
    return partial(_bgr, picture)


def _bgr(picture: Any) -> Pixels:
    size = {}
    if max(picture.width, picture.height) > MAX_SIDE:  # 8K, which nobody looks at in full
        size = {"width": picture.width // SMALLER, "height": picture.height // SMALLER}
    return np.ascontiguousarray(picture.to_ndarray(format="bgr24", **size), np.uint8)
