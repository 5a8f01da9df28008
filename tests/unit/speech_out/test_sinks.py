# SPDX-License-Identifier: Apache-2.0
"""A loudspeaker that goes and comes back."""

import numpy as np
import pytest

from tektra.common.errors import BackendError
from tektra.common.wav import Int16s
from tektra.speech_out.sinks import LOOK_S, LastingSpeaker

RATE_HZ = 22050
BLOCK: Int16s = np.ones(441, np.int16)


class Plug:
    """Whether the device is plugged in, and what was heard of it."""

    def __init__(self) -> None:
        self.here, self.heard, self.opened, self.closed = True, 0, 0, 0


class Device:
    """Meets Speaker."""

    def __init__(self, plug: Plug) -> None:
        self._plug, self._open = plug, False

    def available(self) -> str:
        return "" if self._plug.here else "no loudspeaker here"

    def open(self, sample_rate_hz: int) -> None:
        assert sample_rate_hz == RATE_HZ
        self._check()
        self._plug.opened += not self._open
        self._open = True

    def delay_s(self) -> float:
        return 0.1

    def play(self, samples: Int16s) -> None:
        self._check()
        assert self._open
        self._plug.heard += len(samples)

    def drain(self) -> None:
        self._check()

    def abort(self) -> None: ...

    def close(self) -> None:
        self._plug.closed += 1

    def _check(self) -> None:
        if not self._plug.here:
            raise BackendError("the loudspeaker takes no sound", "plug it in")


class Silent(Device):
    """Meets Speaker, and is always there."""

    def __init__(self) -> None:
        super().__init__(Plug())
        self.plug = self._plug


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def plug() -> Plug:
    return Plug()


@pytest.fixture
def silent() -> Silent:
    return Silent()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def speaker(plug: Plug, silent: Silent, clock: list[float], told: list[str]) -> LastingSpeaker:
    return LastingSpeaker("device", lambda: Device(plug), silent, now=lambda: clock[0], report=told.append)


def test_one_that_goes_in_mid_word_is_found_again_and_the_sentence_goes_on(
    speaker: LastingSpeaker, plug: Plug, silent: Silent, clock: list[float], told: list[str]
) -> None:
    speaker.open(RATE_HZ)
    speaker.play(BLOCK)
    plug.here = False
    speaker.play(BLOCK)
    speaker.drain()
    assert (plug.heard, silent.plug.heard, plug.closed) == (441, 441, 1)
    assert "no sound" in speaker.told
    plug.here = True
    clock[0] += 0.5 * LOOK_S
    speaker.play(BLOCK)
    clock[0] += 0.6 * LOOK_S
    speaker.play(BLOCK)
    assert (plug.heard, plug.opened, speaker.told) == (882, 2, "device")
    assert ["gone" in one for one in told] == [True, False]


def test_one_that_comes_later_is_found(speaker: LastingSpeaker, plug: Plug, clock: list[float]) -> None:
    """OM1#1520: it ended where there was no sound server."""
    plug.here = False
    speaker.open(RATE_HZ)
    speaker.play(BLOCK)
    plug.here = True
    clock[0] += LOOK_S
    speaker.open(RATE_HZ)
    speaker.play(BLOCK)
    assert plug.heard == 441


def test_it_is_not_looked_for_at_every_block(speaker: LastingSpeaker, plug: Plug, clock: list[float]) -> None:
    plug.here = False
    speaker.open(RATE_HZ)
    plug.here = True
    for _ in range(10):
        speaker.play(BLOCK)
    assert plug.heard == 0


def test_closing_twice_and_a_stop_without_a_device_are_nothing_special(speaker: LastingSpeaker) -> None:
    speaker.abort()
    speaker.close()
    speaker.close()
    assert speaker.delay_s() == 0.1


class Broken(Device):
    """Raises as a sound library does, with errors of its own."""

    def __init__(self, plug: Plug, where: str) -> None:
        super().__init__(plug)
        self._where = where

    def __getattribute__(self, name: str) -> object:
        if not name.startswith("_") and name == self._where and not self._plug.here:
            raise OSError(-9999, "Unanticipated host error")
        return super().__getattribute__(name)

    def _check(self) -> None: ...


@pytest.mark.parametrize("where", ["open", "play", "drain", "close", "abort", "delay_s", "available"])
def test_a_library_that_raises_errors_of_its_own_is_a_device_that_is_gone(
    plug: Plug, silent: Silent, clock: list[float], told: list[str], where: str
) -> None:
    made = LastingSpeaker(
        "device", lambda: Broken(plug, where), silent, now=lambda: clock[0], report=told.append
    )
    made.open(RATE_HZ)
    made.play(BLOCK)
    plug.here = False
    made.abort()
    assert made.delay_s() == 0.1
    made.open(RATE_HZ)
    made.play(BLOCK)
    made.drain()
    plug.here = True
    clock[0] += LOOK_S
    heard = plug.heard
    made.play(BLOCK)
    assert plug.heard == heard + len(BLOCK)
    plug.here = False
    made.close()


@pytest.mark.parametrize("back_s", [2.0, 3600.0])
def test_it_is_looked_for_also_after_the_clock_was_set_back(
    speaker: LastingSpeaker, plug: Plug, clock: list[float], back_s: float
) -> None:
    clock[0] = 7200.0
    plug.here = False
    speaker.open(RATE_HZ)
    plug.here = True
    clock[0] -= back_s
    speaker.play(BLOCK)
    assert plug.heard == len(BLOCK)
