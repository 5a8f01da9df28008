# SPDX-License-Identifier: Apache-2.0
"""The microphone's sound as a stream of chunks; or word of why there is none."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tektra.common import backends
from tektra.common.errors import BackendError
from tektra.common.wav import Int16s
from tektra.common.worker import Worker
from tektra.speech_in.backends import Microphone
from tektra.speech_in.voice import Chunk

#: 64 blocks of 32 ms: 2 s that the publisher may stall before sound is lost.
DEPTH = 64


class Recorder:
    """Opens the microphone and hands its chunks to `publish`, on a thread of its own: the device never waits."""

    def __init__(
        self,
        choice: str,
        publish: Callable[[Chunk], None],
        *,
        now: Callable[[], float],
        report: Callable[[Exception], None],
    ) -> None:
        """`choice`: a back end's name, auto, or none. `now`: s, the clock of the chunks' stamps."""
        self.told = "no microphone is chosen"
        self._choice = choice
        self._publish = publish
        self._now = now
        self._worker: Worker[Chunk] = Worker("microphone", publish, depth=DEPTH, on_error=report)
        self._microphone: Microphone | None = None
        self._sequence = 0

    @property
    def dropped(self) -> int:
        return self._worker.dropped

    def open(self) -> None:
        """Begins to record if there is something to record with; `told` says what came of it.

        Raises BackendError when a microphone was chosen by name and does not open. Again does nothing.
        """
        if self._choice == "none" or self._microphone is not None:
            return
        microphone: Microphone = backends.load(
            "microphone", "sounddevice" if self._choice == "auto" else self._choice
        )()
        missing = microphone.available()
        if missing and self._choice == "auto":
            self.told = missing
            return
        if missing:
            raise BackendError(missing, "plug one in, or set microphone to auto or none")
        self._worker.start()
        self._sequence = 0
        microphone.open(lambda samples: self._give(samples, microphone.sample_rate_hz))
        self._microphone = microphone
        self.told = f"recording with {self._choice}"

    def close(self) -> None:
        """Ends recording; the stream's last chunk is published. Again does nothing."""
        microphone, self._microphone = self._microphone, None
        if microphone is None:
            return
        microphone.close()
        self._worker.close()
        empty = np.zeros(0, dtype=np.int16)
        self._publish(Chunk(empty, microphone.sample_rate_hz, 1, self._sequence, True, self._now()))
        self.told = "the microphone is closed"

    def _give(self, samples: Int16s, sample_rate_hz: int) -> None:
        """On the device's thread."""
        stamp_s = self._now() - len(samples) / sample_rate_hz
        self._worker.give(Chunk(samples, sample_rate_hz, 1, self._sequence, False, stamp_s))
        self._sequence += 1  # also for a dropped chunk: the gap tells the hearer that sound is lost
