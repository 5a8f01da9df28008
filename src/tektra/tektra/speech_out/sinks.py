# SPDX-License-Identifier: Apache-2.0
"""Where sound goes: a loudspeaker that may go and come back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from tektra.common import backends
from tektra.common.wav import Int16s
from tektra.speech_out.backends import Speaker

#: How often one that is gone, or never was, is looked for: when something is said, not in between.
LOOK_S = 1.0


class LastingSpeaker:
    """Meets Speaker. Without its device, or when that goes in mid-word, sound keeps its pace in silence: who waits for its end, reads
    captions or hears the topic misses nothing. The device is found again within LOOK_S. Threads as Speaker."""

    def __init__(
        self,
        name: str,
        device: Callable[[], Speaker],
        silent: Speaker,
        *,
        now: Callable[[], float],
        report: Callable[[str], None],
    ) -> None:
        """`name`: of its back end. `device`: makes one anew, whose `available` says whether it is there. `now`: s. `report`: hears what became of it."""
        self._name = name
        self._make, self._silent, self._now, self._report = device, silent, now, report
        self._device: Speaker | None = None
        self._lock = threading.RLock()
        self._rate_hz, self._looked_s, self._missing = 0, -LOOK_S, ""

    @property
    def told(self) -> str:
        """In words: what it sounds from, or why from nothing."""
        return self._name if self._device is not None else f"silent: {self._missing}"

    def available(self) -> str:
        self._look()
        return ""

    def open(self, sample_rate_hz: int) -> None:
        self._rate_hz = sample_rate_hz
        self._silent.open(sample_rate_hz)
        self._look()
        self._try(lambda device: device.open(sample_rate_hz))

    def delay_s(self) -> float:
        delays = list[float]()
        self._try(lambda device: delays.append(device.delay_s()))
        return delays[0] if delays else self._silent.delay_s()

    def play(self, samples: Int16s) -> None:
        self._look()
        if not self._try(lambda device: device.play(samples)):
            self._silent.play(samples)

    def drain(self) -> None:
        if not self._try(lambda device: device.drain()):
            self._silent.drain()

    def abort(self) -> None:
        self._silent.abort()
        self._try(lambda device: device.abort())

    def close(self) -> None:
        with self._lock:
            device, self._device = self._device, None
        if device is not None:
            with suppress(Exception):
                device.close()
        self._silent.close()

    def _try(self, act: Callable[[Speaker], None]) -> bool:
        """Does it with the device; False when there is none, or none any more."""
        device = self._device
        if device is None:
            return False
        try:
            act(device)
        except Exception as error:  # also what a sound library raises of its own: sound goes on in silence
            self._lose(device, str(error) or type(error).__name__)
            return False
        return True

    def _lose(self, device: Speaker, why: str) -> None:
        with self._lock:
            if self._device is device:
                self._device, self._missing, self._looked_s = None, why, self._now()
        with suppress(Exception):  # one that was unplugged may not even close
            device.close()
        self._report(f"the loudspeaker is gone ({why}); it is looked for")

    def _look(self) -> None:
        with self._lock:
            if self._device is not None or 0.0 <= self._now() - self._looked_s < LOOK_S:
                return  # a clock that was set back is no reason to wait
            self._looked_s = self._now()
            was_lost = self._missing
            try:
                device = self._make()
                self._missing = device.available()
                if self._missing:
                    return
                if self._rate_hz:
                    device.open(self._rate_hz)
            except Exception as error:
                self._missing = str(error) or type(error).__name__
                return
            self._device = device
        if was_lost:
            self._report("the loudspeaker is there")


def choose_speaker(
    choice: str, device: str = "", *, now: Callable[[], float], report: Callable[[str], None]
) -> LastingSpeaker:
    """The speaker of that name, "auto" for the sound device, and which device of it; looked for at once, and whenever it is gone. Blocks for 0.1 s. Raises
    BackendError for a name that is not known."""
    name = "sounddevice" if choice == "auto" else choice
    backends.load("speaker", name)
    made = LastingSpeaker(
        name,
        lambda: backends.load("speaker", name)(device),
        backends.load("speaker", "null")(),
        now=now,
        report=report,
    )
    made.available()
    return made
