# SPDX-License-Identifier: Apache-2.0
"""What every speaker must do. One without its device here is passed over, in words; null is always there."""

import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from tektra.common import backends
from tektra.common.errors import BackendError
from tektra.speech_out.backends import Speaker

RATE = 22050


@pytest.fixture(params=backends.names("speaker"))
def speaker(request: pytest.FixtureRequest) -> Iterator[Speaker]:
    made: Speaker = backends.load("speaker", request.param)()
    missing = made.available()
    if missing:
        pytest.skip(missing)
    yield made
    made.close()
    made.close()


def test_sound_takes_about_its_own_time(speaker: Speaker) -> None:
    speaker.open(RATE)
    began = time.monotonic()
    for _ in range(10):
        speaker.play(np.zeros(RATE // 20, np.int16))
    speaker.drain()
    assert (
        time.monotonic() - began >= 0.45
    )  # never faster than real time; how much slower is the machine's affair


def test_the_delay_grows_with_what_is_buffered_and_shrinks_as_it_sounds(speaker: Speaker) -> None:
    speaker.open(RATE)
    empty_s = speaker.delay_s()
    assert 0.0 < empty_s < 1.0
    threading.Thread(target=lambda: speaker.play(np.zeros(RATE * 60, np.int16)), daemon=True).start()
    end = time.monotonic() + 5
    while speaker.delay_s() < empty_s + 0.2:
        assert time.monotonic() < end
    speaker.abort()


def test_abort_is_silence_at_once_and_play_goes_on_afterwards(speaker: Speaker) -> None:
    speaker.open(RATE)
    long = threading.Thread(target=lambda: speaker.play(np.zeros(RATE * 60, np.int16)), daemon=True)
    long.start()
    time.sleep(0.05)
    speaker.abort()
    long.join(5)
    assert not long.is_alive()
    assert speaker.delay_s() < 1.0
    speaker.play(np.zeros(100, np.int16))
    speaker.drain()


def test_another_rate_opens_anew(speaker: Speaker) -> None:
    for rate in (RATE, 24000, RATE):
        speaker.open(rate)
        speaker.play(np.zeros(rate // 50, np.int16))


@pytest.mark.parametrize("name", backends.names("speaker"))
def test_one_that_is_not_open_says_so(name: str) -> None:
    with pytest.raises(BackendError, match="not open"):
        backends.load("speaker", name)().play(np.zeros(10, np.int16))


@pytest.mark.parametrize("name", backends.names("speaker"))
def test_a_missing_device_is_told_in_words_and_opening_it_is_an_error(name: str) -> None:
    made = backends.load("speaker", name)()
    missing = made.available()
    if not missing:
        made.open(RATE)
        made.close()
        return
    assert missing.startswith("no ")
    with pytest.raises(BackendError, match="no "):
        made.open(RATE)
