# SPDX-License-Identifier: Apache-2.0
"""Keeps a camera open in a thread of its own, and gives each image on."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable

from tektra.common.errors import BackendError, InputError, TektraError
from tektra.vision.backends import Camera, Frame, require_size

LOG = logging.getLogger("tektra.vision")
READ_TIMEOUT_S = 1.0
RETRY_S = 5.0
#: A camera that is opened just then is closed again so soon.
END_S = 0.2


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
        """Ends the thread and closes the camera, which ends a read or an opening under way. Again does nothing."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._ending.set()
        while thread.is_alive():
            self._camera.close()
            thread.join(END_S)
        self._camera.close()

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._camera.open()
                self._read_on()
            except TektraError as error:
                self._lost(error)
            except (
                Exception
            ) as error:  # of a library that met what it never met before: the thread must not end by it
                where = "".join(
                    traceback.format_tb(error.__traceback__)
                )  # its words may hold the camera's password
                LOG.error("the camera failed with %s:\n%s", type(error).__name__, where)
                self._lost(BackendError(f"the camera failed ({type(error).__name__})", "see the log"))

    def _lost(self, why: TektraError) -> None:
        if not self._ending.is_set():
            self._tell(why)
        self._camera.close()
        self._ending.wait(RETRY_S)

    def _read_on(self) -> None:
        while not self._ending.is_set():
            try:
                frame = self._camera.read(READ_TIMEOUT_S)
                if frame is not None:
                    require_size(frame.image)
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
