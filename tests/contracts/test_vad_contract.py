# SPDX-License-Identifier: Apache-2.0
"""What every voice activity detector must do, with its real model."""

from collections.abc import Iterator

import numpy as np
import pytest

from tektra.common import backends, models
from tektra.common.errors import BackendError
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Vad
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.voice import Chunk, Voice

pytestmark = pytest.mark.model


@pytest.fixture(params=backends.names("vad"))
def vad(request: pytest.FixtureRequest) -> Iterator[Vad]:
    made = backends.load("vad", request.param)()
    made.load()
    made.load()
    yield made
    made.close()
    made.close()


def frames_of(samples: np.ndarray) -> np.ndarray:
    floats = samples.astype(np.float32) / 32768
    return floats[: len(floats) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)


@pytest.fixture
def speech() -> np.ndarray:
    """A person says "go forward ten meters"."""
    return frames_of(np.fromfile(models.path("goforward"), dtype="<i2"))


def share_of_speech(vad: Vad, frames: np.ndarray) -> float:
    vad.reset()
    return float(np.mean([vad.probability(frame) > 0.5 for frame in frames]))


def test_a_person_s_sentence_is_speech(vad: Vad, speech: np.ndarray) -> None:
    assert share_of_speech(vad, speech) > 0.4


def test_the_silence_around_it_is_not(vad: Vad, speech: np.ndarray) -> None:
    vad.reset()
    probabilities = [vad.probability(frame) for frame in speech]
    assert max(probabilities[:5]) < 0.5
    assert all(0.0 <= probability <= 1.0 for probability in probabilities)


def test_silence_noise_and_hum_are_no_speech(vad: Vad) -> None:
    """snakers4/silero-vad#396: speech in silence."""
    random = np.random.default_rng(3)
    seconds = np.arange(48000) / 16000
    sounds = {
        "silence": np.zeros(48000),
        "white noise": random.normal(0, 3000, 48000),
        "hum": 8000 * np.sin(2 * np.pi * 50 * seconds),
        "clicks": np.where(random.random(48000) < 0.0005, 20000, 0),
    }
    for name, sound in sounds.items():
        assert share_of_speech(vad, frames_of(sound.clip(-32768, 32767))) < 0.03, name


@pytest.mark.parametrize(
    "how",
    [
        "clipped",
        "clipped to a bit",
        "hum",
        "hum and harmonics",
        "far off zero",
        "far off zero and clipped",
        "very quiet",
        "dropouts",
    ],
)
def test_a_sentence_is_found_whole_whatever_was_done_to_its_sound(vad: Vad, how: str) -> None:
    person = np.fromfile(models.path("goforward"), dtype="<i2").astype(np.float64)
    rest = np.zeros(SAMPLE_RATE_HZ)
    sound = np.concatenate([rest, person, rest])
    level, seconds = np.sqrt(np.mean(person**2)), np.arange(len(sound)) / SAMPLE_RATE_HZ
    tones = {count: level * np.sin(2 * np.pi * 50 * count * seconds) for count in range(1, 9)}
    given = {
        "clipped": sound * 60,
        "clipped to a bit": np.sign(sound) * 8000 * (np.abs(sound) > 20),
        "hum": sound + 4 * tones[1],
        "hum and harmonics": sound + sum(tone / count for count, tone in tones.items()),
        "far off zero": sound + 25_000,
        "far off zero and clipped": 4 * sound + 30_000,
        "very quiet": sound * 0.01,
        "dropouts": sound * (np.sin(2 * np.pi * 7 * seconds) > -0.8),
    }[how]
    samples = given.clip(-32768, 32767).astype(np.int16)
    voice, news = Voice("v", vad, SpeechInOptions()), []
    for sequence, at in enumerate(range(0, len(samples), 1600)):
        news += voice.feed(
            Chunk(samples[at : at + 1600], SAMPLE_RATE_HZ, 1, sequence, False, at / 16000), at / 16000
        )
    (sentence,) = [heard.utterance for heard in news + voice.finish() if heard.kind is Kind.ENDED]
    assert sentence.first / SAMPLE_RATE_HZ == pytest.approx(1.2, abs=0.2)
    assert sentence.speech_end / SAMPLE_RATE_HZ == pytest.approx(3.2, abs=0.2)


def test_after_reset_the_same_sound_is_judged_the_same(vad: Vad, speech: np.ndarray) -> None:
    vad.reset()
    first = [vad.probability(frame) for frame in speech[:40]]
    vad.reset()
    assert [vad.probability(frame) for frame in speech[:40]] == pytest.approx(first, abs=1e-5)


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf, 1e30])
def test_a_broken_frame_does_not_deafen_it(vad: Vad, speech: np.ndarray, broken: float) -> None:
    vad.reset()
    assert 0.0 <= vad.probability(np.full(FRAME_SAMPLES, broken, np.float32)) <= 1.0
    assert max(vad.probability(frame) for frame in speech) > 0.5


def test_a_frame_of_another_size_is_an_error(vad: Vad) -> None:
    with pytest.raises(BackendError):
        vad.probability(np.zeros(100, np.float32))


def test_before_load_and_after_close_it_says_so(vad: Vad) -> None:
    vad.close()
    with pytest.raises(BackendError, match="not loaded"):
        vad.probability(np.zeros(FRAME_SAMPLES, np.float32))
