# SPDX-License-Identifier: Apache-2.0
"""Pictures of the simulated home, drawn by a process that lives only while somebody watches them."""

from __future__ import annotations

import logging
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO

from tektra.bridge.options import BridgeOptions

#: No picture of the home is larger.
MOST_BYTES = 4_000_000
#: A drawing process that ended, because there is no OpenGL, say, is started again after this long.
AGAIN_S = 10.0
LENGTH = struct.Struct("<I")
LOG = logging.getLogger("tektra.bridge")


class HomeCamera:
    """`on_picture(jpeg)` is called on a thread of its own. `watched` is for one thread."""

    def __init__(
        self, options: BridgeOptions, on_picture: Callable[[bytes], None], command: list[str] | None = None
    ) -> None:
        drawing = [sys.executable, "-m", "tektra.sim.home_view", "--truth-port", str(options.home_port)]
        drawing += ["--rate", f"{options.home_rate_hz:g}"]
        drawing += ["--world", options.world_file] if options.world_file else []
        self._command = command or drawing
        self._on_picture = on_picture
        self._ended: threading.Event | None = None
        self._thread: threading.Thread | None = None

    def watched(self, watchers: int) -> None:
        """So many watch now. Does not wait for the process's end when nobody does any more."""
        if watchers and self._thread is None:
            self._ended = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(self._ended,), name="home camera", daemon=True
            )
            self._thread.start()
        elif not watchers and self._thread is not None and self._ended is not None:
            self._ended.set()
            self._thread = self._ended = None  # it ends its process by itself

    def _run(self, ended: threading.Event) -> None:
        while not ended.is_set():
            try:
                self._draw(ended)
            except OSError as error:
                LOG.warning("no process could be started that draws the home: %s", error)
            ended.wait(AGAIN_S)

    def _draw(self, ended: threading.Event) -> None:
        with subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as drawing:
            watching = threading.Thread(target=_end_with, args=(ended, drawing), daemon=True)
            watching.start()
            assert drawing.stdout is not None
            while not ended.is_set() and (jpeg := read_picture(drawing.stdout)) is not None:
                self._on_picture(jpeg)
            drawing.kill()


def read_picture(stream: IO[bytes]) -> bytes | None:
    """The next picture: its length in 4 bytes, little-endian, then JPEG. None at the end, or for what is none."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size or (length := LENGTH.unpack(head)[0]) > MOST_BYTES:
        return None
    jpeg = stream.read(length)
    return jpeg if len(jpeg) == length else None


def _end_with(ended: threading.Event, process: subprocess.Popen[bytes]) -> None:
    """Ends the process as soon as nobody watches, also in the midst of a picture."""
    while process.poll() is None:
        if ended.wait(1.0):
            process.kill()
            return
