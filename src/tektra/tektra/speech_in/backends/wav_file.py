# SPDX-License-Identifier: Apache-2.0
"""A WAV file as a microphone: played once, at its own pace, and silence behind it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np

from tektra.common import wav
from tektra.common.errors import BackendError, TektraError
from tektra.speech_in.backends import OnSound

BLOCK_S = 0.032
#: No longer file is read: ten minutes of 48 kHz.
MOST_BYTES = 2 * 48000 * 600
REMEDY = "set microphone_device to a WAV file, 16-bit PCM"


class WavFileMicrophone:
    """Meets Microphone. `on_sound` is called on a thread of its own."""

    def __init__(self, device: str = "") -> None:
        self._file = Path(device).expanduser()
        self._given = bool(device)
        self._sound: wav.Sound | None = None
        self._thread: threading.Thread | None = None
        self._over = threading.Event()

    @property
    def sample_rate_hz(self) -> int:
        return self._sound.sample_rate_hz if self._sound is not None else 0

    def available(self) -> str:
        if not self._given:
            return "no file is named"
        try:
            if not self._file.is_file():
                return f"no file is called {self._file}"
            if self._file.stat().st_size > MOST_BYTES:
                return (
                    f"no file of that size is read: {self._file} has more than {MOST_BYTES // 1_000_000} MB"
                )
            self._sound = wav.read(self._file.read_bytes())
        except (OSError, ValueError, TektraError) as error:  # ValueError: a name that no file can have
            return f"no sound in {self._file}: {error}"
        return ""

    def open(self, on_sound: OnSound) -> None:
        if self._thread is not None:
            return
        missing = self.available()
        if missing or self._sound is None:
            raise BackendError(missing, REMEDY)
        self._over.clear()
        self._thread = threading.Thread(
            target=self._play, args=(self._sound, on_sound), name="wav microphone", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        thread, self._thread = self._thread, None
        if thread is not None:
            self._over.set()
            thread.join()

    def _play(self, sound: wav.Sound, on_sound: OnSound) -> None:
        block = round(BLOCK_S * sound.sample_rate_hz)
        began_s, position = time.monotonic(), 0
        while not self._over.wait(max(0.0, began_s + position / sound.sample_rate_hz - time.monotonic())):
            samples = sound.samples[position : position + block]
            on_sound(np.concatenate([samples, np.zeros(block - len(samples), np.int16)]))
            position += block
