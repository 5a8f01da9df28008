# SPDX-License-Identifier: Apache-2.0
"""The machine's loudspeaker by PortAudio (sounddevice, MIT)."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from tektra.common.errors import BackendError
from tektra.common.wav import Int16s

BUFFER_S = 0.06
REMEDY = "plug in or enable a loudspeaker, install libportaudio2, or set speaker to null"


class SoundDeviceSpeaker:
    """Meets Speaker. PortAudio's thread takes sound from a buffer of 60 ms, and plays silence when it is empty. `device`: a part of its
    name, in any case, or all of it; empty: the default output."""

    def __init__(self, device: str = "") -> None:
        self._device = device or None
        self._stream: Any = None
        self._rate_hz = 0
        self._waiting: Int16s = np.zeros(0, dtype=np.int16)
        self._changed = threading.Condition()

    def available(self) -> str:
        try:
            import sounddevice
        except (OSError, ImportError) as error:  # OSError: the package is there, libportaudio is not
            return f"no sound library here ({error})"
        try:
            if self._stream is None:
                # PortAudio lists the devices once, when it is initialized: without this, one that comes later is never seen.
                sounddevice._terminate()
                sounddevice._initialize()
            sounddevice.check_output_settings(
                device=self._device, channels=1, dtype="int16", samplerate=22050
            )
        except (sounddevice.PortAudioError, ValueError) as error:
            return f"no loudspeaker here ({error})"
        return ""

    def open(self, sample_rate_hz: int) -> None:
        if self._stream is not None and sample_rate_hz == self._rate_hz:
            return
        self.close()
        missing = self.available()
        if missing:
            raise BackendError(missing, REMEDY)
        import sounddevice

        try:
            self._stream = sounddevice.OutputStream(
                device=self._device,
                samplerate=sample_rate_hz,
                channels=1,
                dtype="int16",
                latency="low",
                callback=self._fill,
            )
            self._stream.start()
        except (sounddevice.PortAudioError, ValueError) as error:
            self._stream = None
            raise BackendError(f"the loudspeaker does not open: {error}", REMEDY) from error
        self._rate_hz = sample_rate_hz

    def delay_s(self) -> float:
        with self._changed:
            return len(self._waiting) / max(1, self._rate_hz) + self._latency_s()

    def play(self, samples: Int16s) -> None:
        if self._stream is None:
            raise BackendError("the speaker is not open", "call open() first")
        with self._changed:
            self._waiting = np.concatenate([self._waiting, samples])
        self._wait(ahead_s=BUFFER_S)

    def drain(self) -> None:
        self._wait(ahead_s=0.0)

    def abort(self) -> None:
        with self._changed:
            self._waiting = self._waiting[:0]
            self._changed.notify_all()

    def close(self) -> None:
        self.abort()
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()

    def _wait(self, ahead_s: float) -> None:
        """Until no more than `ahead_s` of sound waits. A device that takes nothing for a second is broken."""
        most = int(ahead_s * self._rate_hz)
        with self._changed:
            while len(self._waiting) > most:
                before = len(self._waiting)
                if not self._changed.wait(1.0) and len(self._waiting) >= before:
                    raise BackendError("the loudspeaker takes no sound", REMEDY)

    def _latency_s(self) -> float:
        return float(self._stream.latency) if self._stream is not None else 0.0

    def _fill(self, out: Any, frames: int, when: Any, status: Any) -> None:
        """On PortAudio's thread."""
        with self._changed:
            taken = self._waiting[:frames]
            self._waiting = self._waiting[frames:]
            self._changed.notify_all()
        out[: len(taken), 0] = taken
        out[len(taken) :, 0] = 0
