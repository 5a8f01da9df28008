# SPDX-License-Identifier: Apache-2.0
"""The microphone as a stream of chunks."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from tektra.common import backends, wav
from tektra.common.errors import BackendError
from tektra.speech_in.recorder import Recorder
from tektra.speech_in.voice import Chunk


class FakeMicrophone:
    """Meets Microphone; the test plays the device."""

    made: "list[FakeMicrophone]"
    missing = ""
    sample_rate_hz = 16000

    def __init__(self, device: str = "") -> None:
        type(self).made.append(self)
        self.device = device
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


class Clock:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def settled(made: Recorder, condition) -> None:
    """Checks, as the node does some times a second, until the condition holds."""
    end = time.monotonic() + 10.0
    while not condition():
        assert time.monotonic() < end
        made.check()
        time.sleep(0.005)


def test_a_device_that_goes_is_told_and_found_again_within_two_seconds(
    microphone: type[FakeMicrophone],
) -> None:
    """reachy_mini_conversation_app#337: a microphone that was never heard again."""
    clock = Clock()
    told: list[Exception] = []
    made = Recorder("auto", lambda chunk: None, now=clock, report=told.append)
    made.open()
    microphone.made[0].on_sound(np.ones(512, np.int16))
    clock.now_s += 0.9
    made.check()
    assert "recording" in made.told
    microphone.missing = "no microphone here"
    clock.now_s += 0.3
    settled(made, lambda: told)
    assert "no sound any more" in str(told[0])
    clock.now_s += 0.5
    settled(made, lambda: made.told == "no microphone here")
    assert microphone.made[0].on_sound is None
    microphone.missing = ""
    clock.now_s += 0.5
    settled(made, lambda: "recording" in made.told)
    made.close()


def test_a_device_that_is_plugged_in_later_is_found(microphone: type[FakeMicrophone]) -> None:
    clock = Clock()
    made = Recorder("auto", lambda chunk: None, now=clock, report=print)
    microphone.missing = "no microphone here"
    made.open()
    microphone.missing = ""
    clock.now_s += 5.0
    settled(made, lambda: "recording" in made.told)
    made.close()
    clock.now_s += 50.0
    made.check()
    assert made.told == "the microphone is closed"


def test_an_open_device_that_gives_only_silence_is_noticed(microphone: type[FakeMicrophone]) -> None:
    clock = Clock()
    made = Recorder("auto", lambda chunk: None, now=clock, report=print)
    made.open()
    for _ in range(11):
        clock.now_s += 1.0
        microphone.made[0].on_sound(np.zeros(512, np.int16))
    assert "is it muted?" in made.told
    microphone.made[0].on_sound(np.ones(512, np.int16))
    assert made.told == "recording with auto"
    made.close()


def test_the_device_that_is_named_is_opened(microphone: type[FakeMicrophone]) -> None:
    made = Recorder("auto", lambda chunk: None, "USB mic", now=lambda: 50.0, report=print)
    made.open()
    assert [each.device for each in microphone.made] == ["USB mic"]
    made.close()


def written(file: Path, samples: np.ndarray, rate_hz: int = 16000) -> str:
    file.write_bytes(wav.write(samples, rate_hz))
    return str(file)


def test_a_file_is_heard_once_whole_at_its_rate_and_silence_behind_it(tmp_path: Path) -> None:
    samples = np.arange(1, 1301, dtype=np.int16)
    chunks, enough = [], threading.Event()

    def heard(chunk: Chunk) -> None:
        chunks.append(chunk)
        if sum(len(each.samples) for each in chunks) > 2000:
            enough.set()

    made = Recorder("file", heard, written(tmp_path / "a.wav", samples), now=lambda: 50.0, report=print)
    made.open()
    assert enough.wait(10.0)
    made.close()
    sound = np.concatenate([chunk.samples for chunk in chunks])
    assert np.array_equal(sound[:1300], samples)
    assert not sound[1300:].any()
    assert {chunk.sample_rate_hz for chunk in chunks} == {16000}
    assert not [thread for thread in threading.enumerate() if thread.name == "wav microphone"]


def test_a_file_that_is_none_is_told_with_the_remedy(tmp_path: Path) -> None:
    broken = tmp_path / "b.wav"
    broken.write_bytes(b"RIFF")
    long = tmp_path / "long.wav"
    with long.open("wb") as file:
        file.truncate(10**9)
    for device in ("", str(tmp_path), str(tmp_path / "none.wav"), str(broken), str(long), "/dev/zero", "\0"):
        made = Recorder("file", lambda chunk: None, device, now=lambda: 50.0, report=print)
        with pytest.raises(BackendError, match="no "):
            made.open()
