# SPDX-License-Identifier: Apache-2.0
"""A camera whose images others bring."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tektra.common.pixels import Pixels
from tektra.vision.backends import Frame, require_size


class Mailbox:
    """A Camera (see backends/__init__.py) with room for one picture: a newer one takes the place of what nobody read.

    `put` is for any thread and does no work; the picture is decoded by who reads.
    """

    def __init__(self) -> None:
        self._came = threading.Condition()
        self._newest: tuple[Callable[[], Pixels], float, str] | None = None

    def put(self, decode: Callable[[], Pixels], stamp_s: float, sender: str = "") -> None:
        """A picture that `decode` makes (it may raise InputError), taken at `stamp_s` by its sender's word."""
        with self._came:
            self._newest = (decode, stamp_s, sender)
            self._came.notify()

    def open(self) -> None:
        """Nothing is to be opened."""

    def close(self) -> None:
        """What nobody read is forgotten."""
        with self._came:
            self._newest = None

    def read(self, timeout_s: float) -> Frame | None:
        """The newest picture. Raises InputError when it is none."""
        with self._came:
            self._came.wait_for(lambda: self._newest is not None, timeout_s)
            newest, self._newest = self._newest, None
        if newest is None:
            return None
        decode, stamp_s, sender = newest
        image = decode()
        require_size(image)
        return Frame(image, stamp_s, sender)
