# SPDX-License-Identifier: Apache-2.0
"""Network cameras by RTSP, HTTP (HLS, MPEG-TS, MP4) and files, by PyAV (FFmpeg)."""

from __future__ import annotations

import re
import threading
import time
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np

from tektra.common.errors import BackendError, InputError
from tektra.common.picture_size import CAMERA_SIDE, SMALLER
from tektra.common.pixels import Pixels
from tektra.vision.backends import MAX_SIDE, Frame
from tektra.vision.backends.opening import Opening, name_of
from tektra.vision.lag import Lag
from tektra.vision.mailbox import Mailbox

#: Connecting takes so long at most, and a stream without a picture in time for so long is lost.
CONNECT_S, SILENT_S = 8.0, 10.0
SCHEMES = re.compile(r"(rtsps?|https?|rtmps?|udp|srt|file)://", re.ASCII)
PROTOCOLS = "tcp,udp,tls,rtp,rtsp,http,https,crypto,srt,rtmp"
#: A picture that lies longer than this between its time in the stream and now means that the stream's clock jumped; one that is
#: further behind is no sign of life.
JUMP_S = 2.0
#: Whoever closes waits so long for the read under way; the rest of it ends by itself within `SILENT_S`.
CLOSE_S = 0.5


class PyAvCamera:
    """A Camera (see backends/__init__.py). `source` is an rtsp, http, udp or srt address, or a file that is played in real time; size
    and rate are the camera's own.

    A thread decodes all that comes, since frames rest on those before them, and the newest wins. FFmpeg does not tell when a
    picture was taken: it counts as taken when it came, less what it is behind by the stream's own times (lag.py), or in a file
    when it is due. Nothing is opened but the address: FFmpeg may follow no list to local files.
    """

    def __init__(
        self, source: str, *, width: int = 640, height: int = 480, rate_hz: float = 30.0, loop: bool = True
    ) -> None:
        self._source = source
        self._name = name_of(source)
        self._net = SCHEMES.match(source) is not None and not source.startswith("file://")
        self._loop = loop and not self._net
        self._opening: Opening[Any] = Opening(self._connect, lambda container: container.close())
        self._stream: _Stream | None = None

    def open(self) -> None:
        if self._stream is not None:
            return
        try:
            container = self._opening.get(CONNECT_S + SILENT_S)
        except TimeoutError:
            raise self._refused(f"no answer within {CONNECT_S + SILENT_S:.0f} s") from None
        self._stream = _Stream(container, live=self._net, loop=self._loop)
        self._stream.start()

    def close(self) -> None:
        self._opening.give_up()
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.end()

    def read(self, timeout_s: float) -> Frame | None:
        stream = self._stream
        if stream is None:
            raise BackendError(f"camera {self._name} is not open", "open it first")
        frame = stream.box.read(timeout_s)
        if frame is None and stream.lost:
            raise BackendError(f"camera {self._name} broke off ({stream.lost})", "it is looked for again")
        if time.monotonic() - stream.came_s > SILENT_S:
            raise BackendError(f"camera {self._name} {stream.fault}", "look at its power and network")
        return frame

    def _refused(self, why: str) -> BackendError:
        return BackendError(
            f"camera {self._name} does not open ({why})", "look at its address, power and network"
        )

    def _connect(self) -> Any:
        if (
            not self._net and not Path(self._source.removeprefix("file://")).is_file()
        ):  # a pipe would wait for a writer
            raise BackendError(f"no video file {self._source!r}", "give a video file, or rtsp://HOST/PATH")
        options = {}
        if self._net:  # to wait for the rate of pictures would cost a second, and nobody asks for it
            options = {"protocol_whitelist": PROTOCOLS, "fpsprobesize": "0", "flags": "low_delay"}
        if self._source.startswith("rtsp"):
            options["rtsp_transport"] = "tcp"
        began_s = time.monotonic()
        try:
            container = av.open(self._source, options=options, timeout=(CONNECT_S, SILENT_S))
        except (av.error.FFmpegError, OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            late = time.monotonic() - began_s >= CONNECT_S
            raise self._refused(
                "no answer in time" if late else why
            ) from None  # whose words hold the password
        video = container.streams.video[0] if container.streams.video else None
        if video is None or not (0 < video.width <= CAMERA_SIDE and 0 < video.height <= CAMERA_SIDE):
            what = "has no video" if video is None else f"is {video.width} by {video.height}"
            container.close()
            raise BackendError(
                f"{self._name} {what}",
                f"give the address of a camera's stream, of at most {CAMERA_SIDE} pixels a side",
            )
        # Frame threads hold pictures back, one for each thread; beside slice threads FFmpeg does not notice what is missing.
        video.thread_type = "NONE"
        return container


class _Stream:
    """One connection, and the thread that decodes it: it alone touches the container."""

    def __init__(self, container: Any, *, live: bool, loop: bool) -> None:
        self.box = Mailbox()
        self.lost, self.fault = "", "says nothing"
        self.came_s = self._began_s = time.monotonic()
        self._container, self._live, self._loop = container, live, loop
        self._lag, self._whole = Lag(), True
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._take_in, name="pyav", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Soon; what still comes is for nobody."""
        self._ending.set()
        self._thread.join(CLOSE_S)

    def _take_in(self) -> None:
        """Until the stream ends or is closed."""
        try:
            while not self._ending.is_set():
                self._play()
                if not self._loop:
                    raise EOFError("it ended")
                self._container.seek(0)
        except Exception as error:  # whatever FFmpeg makes of what a stranger sends
            self.lost = getattr(error, "strerror", None) or str(error) or type(error).__name__
        finally:
            self._container.close()

    def _play(self) -> None:
        due = _Due(self._ending)
        for packet in self._container.demux(video=0):
            if self._ending.is_set():
                return
            try:
                decoded = packet.decode()
            except av.error.InvalidDataError:  # a part was lost on its way
                self._whole, decoded = False, []
            for picture in decoded:
                # Each rests on the one before it, back to a whole one.
                self._whole = (self._whole or picture.key_frame) and not picture.is_corrupt
                if self._live:
                    self._take(picture)
                elif due.now(picture):
                    self._put(picture, 0.0)

    def _take(self, picture: Any) -> None:
        """A picture of a camera."""
        came_s = time.monotonic()
        if picture.time is not None:
            behind_s = self._lag.behind_s(came_s, picture.time)
        else:  # a stream without times; the first ones of others have none either, and lay in store
            behind_s = 0.0 if came_s - self._began_s > JUMP_S else None
        if behind_s is None:
            self.fault = "sends faster than it films: that is a recording"
        else:
            self._put(picture, behind_s)

    def _put(self, picture: Any, behind_s: float) -> None:
        """For whoever reads next. What is late or broken is no sign of life."""
        late = f"is {behind_s:.1f} s behind" if behind_s > JUMP_S else ""
        self.fault = late or ("says nothing" if self._whole else "sends broken pictures")
        if self._whole and not late:
            self.came_s = time.monotonic()
        self.box.put(partial(_bgr if self._whole else _broken, picture), time.time() - behind_s)


class _Due:
    """When pictures of a file are due: in real time, from the first one on."""

    def __init__(self, ending: threading.Event) -> None:
        self._ending = ending
        self._began_s, self._first_s = time.monotonic(), 0.0

    def now(self, picture: Any) -> bool:
        """Waits until it is due; False where the camera is closed meanwhile."""
        at_s = picture.time if picture.time is not None else 0.0
        due_s = self._began_s + at_s - self._first_s
        if abs(due_s - time.monotonic()) > JUMP_S:
            self._began_s, self._first_s = time.monotonic(), at_s
            return not self._ending.is_set()
        return not self._ending.wait(max(0.0, due_s - time.monotonic()))


def _broken(picture: Any) -> Pixels:
    raise InputError("a picture that lost a part on its way", "look at the camera's link")


def _bgr(picture: Any) -> Pixels:
    """Upright. Raises InputError for what cannot be converted."""
    size = {}
    if max(picture.width, picture.height) > MAX_SIDE:  # 8K, which nobody looks at in full
        size = {"width": picture.width // SMALLER, "height": picture.height // SMALLER}
    try:
        image = picture.to_ndarray(format="bgr24", **size)
    except (av.error.FFmpegError, ValueError, MemoryError) as error:
        shape = f"{picture.width}x{picture.height} {picture.format.name}"
        raise InputError(f"a picture of {shape}", "set the camera to another format") from error
    return np.ascontiguousarray(np.rot90(image, round(picture.rotation / 90.0)), np.uint8)
