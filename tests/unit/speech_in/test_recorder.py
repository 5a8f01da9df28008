# SPDX-License-Identifier: Apache-2.0
"""The microphone as a stream of chunks."""

import threading

import numpy as np
import pytest

from tektra.common import backends
from tektra.common.errors import BackendError
from tektra.speech_in.recorder import Recorder
from tektra.speech_in.voice import Chunk


class FakeMicrophone:
    """Meets Microphone; the test plays the device."""

    made: "list[FakeMicrophone]"
    missing = ""
    sample_rate_hz = 16000

    def __init__(self) -> None:
        type(self).made.append(self)
        self.on_sound = None

    def available(self) -> str:
        return self.missing

    def open(self, on_sound) -> None:
        self.on_sound = on_sound

    def close(self) -> None:
        self.on_sound = None


@pytest.fixture
def microphone(monkeypatch: pytest.MonkeyPatch) -> type[FakeMicrophone]:
    class Fresh(FakeMicrophone):
        made: "list[FakeMicrophone]" = []  # noqa: RUF012

    monkeypatch.setattr(backends, "load", lambda kind, name: Fresh)
    return Fresh


def recorder(choice: str) -> tuple[Recorder, list[Chunk], threading.Semaphore]:
    chunks: list[Chunk] = []
    came = threading.Semaphore(0)

    def publish(chunk: Chunk) -> None:
        chunks.append(chunk)
        came.release()

    return Recorder(choice, publish, now=lambda: 50.0, report=print), chunks, came


def test_sound_becomes_chunks_stamped_with_their_first_sample(microphone: type[FakeMicrophone]) -> None:
    made, chunks, came = recorder("auto")
    made.open()
    made.open()
    assert len(microphone.made) == 1
    for _ in range(2):
        microphone.made[0].on_sound(np.ones(1600, np.int16))
        assert came.acquire(timeout=5)
    made.close()
    made.close()
    assert [(chunk.sequence, len(chunk.samples), chunk.last) for chunk in chunks] == [
        (0, 1600, False),
        (1, 1600, False),
        (2, 0, True),
    ]
    assert chunks[0].stamp_s == pytest.approx(49.9)


def test_no_sound_device_is_information_when_the_choice_was_left_open(
    microphone: type[FakeMicrophone],
) -> None:
    microphone.missing = "no microphone here"
    made, _, _ = recorder("auto")
    made.open()
    assert made.told == "no microphone here"


def test_no_sound_device_is_an_error_when_it_was_asked_for(microphone: type[FakeMicrophone]) -> None:
    microphone.missing = "no microphone here"
    made, _, _ = recorder("sounddevice")
    with pytest.raises(BackendError, match="no microphone here"):
        made.open()


def test_none_opens_nothing(microphone: type[FakeMicrophone]) -> None:
    made, chunks, _ = recorder("none")
    made.open()
    made.close()
    assert microphone.made == []
    assert chunks == []
