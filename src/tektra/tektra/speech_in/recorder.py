# SPDX-License-Identifier: Apache-2.0
"""The microphone's sound as a stream of chunks; or word of why there is none.

A device that gives no sound any more is closed and looked for, until it, or another one, is there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from tektra.common import backends
from tektra.common.errors import BackendError
from tektra.common.wav import Int16s
from tektra.common.worker import Worker
from tektra.speech_in.backends import Microphone
from tektra.speech_in.voice import Chunk

#: 64 blocks of 32 ms: 2 s that the publisher may stall before sound is lost.
DEPTH = 64
#: A device that gave nothing for so long is gone: a block comes every 32 ms.
LOST_S = 1.0
#: How often one that is gone is looked for, and one that never was.
LOOK_S, LOOK_FOR_FIRST_S = 0.5, 5.0
#: A device that gives nothing but zeros for so long is muted, or is the wrong one: every real one has some noise.
MUTE_S = 10.0


class Recorder:
    """Opens the microphone and hands its chunks to `publish`, on a thread of its own: the device never waits.

    `open`, `close` and `check` are for any thread.
    """

    def __init__(
        self,
        choice: str,
        publish: Callable[[Chunk], None],
        device: str = "",
        *,
        now: Callable[[], float],
        report: Callable[[Exception], None],
    ) -> None:
        """`choice`: a back end's name, auto, or none. `device`: which of its devices, empty for the default. `now`: s, the clock of the chunks' stamps."""
        self._choice = choice
        self._publish = publish
        self._device = device
        self._now = now
        self._report = report
        self._worker: Worker[Chunk] = Worker("microphone", publish, depth=DEPTH, on_error=report)
        self._look: Worker[float] = Worker("microphone watch", self._look_after, depth=1, on_error=report)
        self._lock = threading.RLock()
        self._microphone: Microphone | None = None
        self._wanted = self._found_once = False
        self._sequence = 0
        self._heard_s = self._noise_s = self._looked_s = 0.0
        self._state = "no microphone is chosen"

    @property
    def told(self) -> str:
        """In words: what is recorded with, or why nothing is."""
        silent_s = self._now() - self._noise_s
        if self._microphone is not None and silent_s > MUTE_S:
            return f"{self._state}, but nothing but silence has come for {silent_s:.0f} s: is it muted?"
        return self._state

    @property
    def dropped(self) -> int:
        return self._worker.dropped

    def open(self) -> None:
        """Begins to record if there is something to record with; `told` says what came of it.

        Raises BackendError when a microphone was chosen by name and does not open. Again does nothing.
        """
        if self._choice == "none":
            return
        with self._lock:
            self._wanted = True
            self._look.start()
            if self._microphone is None:
                self._open()

    def close(self) -> None:
        """Ends recording; the stream's last chunk is published. Again does nothing."""
        with self._lock:
            self._wanted = False
            self._close("the microphone is closed")
        self._look.close()

    def check(self) -> None:
        """To be called some times a second, returns at once: a device that went is noticed and looked for."""
        if self._wanted and not self._look.waiting:
            self._look.give(self._now())

    def _open(self) -> None:
        self._looked_s = self._now()
        backend = "sounddevice" if self._choice == "auto" else self._choice
        microphone: Microphone = backends.load("microphone", backend)(self._device)
        missing = microphone.available()
        if missing:
            self._state = missing
            if self._choice == "auto":
                return
            raise BackendError(missing, "plug one in, or set microphone to auto or none")
        self._worker.start()
        self._sequence = 0
        self._heard_s = self._noise_s = self._now()
        microphone.open(lambda samples: self._give(samples, microphone.sample_rate_hz))
        self._microphone = microphone
        self._found_once = True
        self._state = f"recording with {self._choice}"

    def _close(self, why: str) -> None:
        microphone, self._microphone = self._microphone, None
        if microphone is None:
            return
        with suppress(Exception):  # one that was unplugged may not even close
            microphone.close()
        self._worker.close()
        empty = np.zeros(0, dtype=np.int16)
        self._publish(Chunk(empty, microphone.sample_rate_hz, 1, self._sequence, True, self._now()))
        self._state = why

    def _look_after(self, now_s: float) -> None:
        """On the watch's thread: opening and closing devices takes a while."""
        with self._lock:
            if not self._wanted:
                return
            # A clock that was set back counts from there on: else a lost device would be missed for as long.
            self._heard_s, self._looked_s = min(self._heard_s, now_s), min(self._looked_s, now_s)
            if self._microphone is not None and now_s - self._heard_s > LOST_S:
                self._close("the microphone gives no sound any more")
                self._report(BackendError(self._state, "plug it in again; it is looked for"))
            every_s = LOOK_S if self._found_once else LOOK_FOR_FIRST_S
            if self._microphone is None and now_s - self._looked_s >= every_s:
                self._find()

    def _find(self) -> None:
        try:
            self._open()
        except Exception as error:  # a sound library raises of its own, too
            self._microphone = None
            self._state = f"looking for the microphone: {error}"

    def _give(self, samples: Int16s, sample_rate_hz: int) -> None:
        """On the device's thread."""
        self._heard_s = self._now()
        if samples.any():
            self._noise_s = self._heard_s
        stamp_s = self._heard_s - len(samples) / sample_rate_hz
        self._worker.give(Chunk(samples, sample_rate_hz, 1, self._sequence, False, stamp_s))
        self._sequence += 1  # also for a dropped chunk: the gap tells the hearer that sound is lost
