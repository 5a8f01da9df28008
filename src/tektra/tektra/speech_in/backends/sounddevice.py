# SPDX-License-Identifier: Apache-2.0
"""The machine's microphone by PortAudio (sounddevice, MIT)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tektra.common.errors import BackendError
from tektra.speech_in.backends import SAMPLE_RATE_HZ, OnSound

#: 32 ms: what the detector takes at a time.
BLOCK_SAMPLES = 512
REMEDY = "plug in or enable a microphone, install libportaudio2, or set microphone to none"


class SoundDeviceMicrophone:
    """Meets Microphone. `device`: a part of its name, in any case, or all of it; empty: the default input. `on_sound` is called on
    PortAudio's thread."""

    def __init__(self, device: str = "") -> None:
        self._device = device or None
        self.sample_rate_hz = SAMPLE_RATE_HZ
        self._stream: Any = None

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
            sounddevice.check_input_settings(
                device=self._device, channels=1, dtype="int16", samplerate=self.sample_rate_hz
            )
        except (sounddevice.PortAudioError, ValueError) as error:
            return f"no microphone here ({error})"
        return ""

    def open(self, on_sound: OnSound) -> None:
        if self._stream is not None:
            return
        missing = self.available()
        if missing:
            raise BackendError(missing, REMEDY)
        import sounddevice

        def callback(data: Any, frames: int, time: Any, status: Any) -> None:
            on_sound(np.array(data[:, 0], dtype=np.int16))

        try:
            self._stream = sounddevice.InputStream(
                device=self._device,
                samplerate=self.sample_rate_hz,
                channels=1,
                dtype="int16",
                blocksize=BLOCK_SAMPLES,
                callback=callback,
            )
            self._stream.start()
        except sounddevice.PortAudioError as error:
            self._stream = None
            raise BackendError(f"the microphone does not open: {error}", REMEDY) from error

    def close(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
