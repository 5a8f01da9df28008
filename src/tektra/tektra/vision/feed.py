# SPDX-License-Identifier: Apache-2.0
"""Keeps a camera open in a thread of its own, and gives each image on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tektra.common.errors import InputError, TektraError
from tektra.vision.backends import Camera, Frame

READ_TIMEOUT_S = 1.0
RETRY_S = 5.0


class Feed:
    """`judge` and `on_frame` are called in its thread. What `judge` raises InputError for goes no further, nor does a
    picture that cannot be read. A camera that fails is closed and tried again every 5 s; `problem` says why."""

    def __init__(
        self,
        camera: Camera,
        on_frame: Callable[[Frame], None],
        on_change: Callable[[], None],
        judge: Callable[[Frame], None] = lambda frame: None,
    ) -> None:
        self.problem: TektraError | None = None
        self._camera = camera
        self._on_frame = on_frame
        self._on_change = on_change
        self._judge = judge
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins; again does nothing."""
        if self._thread is None:
            self._ending.clear()
            self._thread = threading.Thread(target=self._run, name="camera", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the thread and closes the camera; blocks for the read under way. Again does nothing."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._ending.set()
            thread.join()
            self._camera.close()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._camera.open()
                self._read_on()
            except TektraError as error:
                self._tell(error)
                self._camera.close()
                self._ending.wait(RETRY_S)

    def _read_on(self) -> None:
        while not self._ending.is_set():
            try:
                frame = self._camera.read(READ_TIMEOUT_S)
                if frame is not None:
                    self._judge(frame)
            except InputError as error:
                self._tell(error)
                continue
            if frame is not None:
                self._tell(None)
                self._on_frame(frame)

    def _tell(self, problem: TektraError | None) -> None:
        changed = str(self.problem) != str(problem)
        self.problem = problem
        if changed:
            self._on_change()
