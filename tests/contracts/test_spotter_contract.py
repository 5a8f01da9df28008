# SPDX-License-Identifier: Apache-2.0
"""What every word spotter must do, with its real model: words by a voice that it was not trained with, and people who say none."""

import threading
from collections.abc import Iterator

import numpy as np
import pytest

from tektra.common import backends, models, wav
from tektra.common.errors import BackendError
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s, Spotter, Transcript
from tektra.speech_in.backends.silero import SileroVad
from tektra.speech_in.dictation import Said
from tektra.speech_in.hearing import Hearing
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.resample import resample
from tektra.speech_in.spotting import NAME, SURE, load_spotter, spotting
from tektra.speech_in.voice import Chunk, Voice
from tektra.speech_out.backends.espeak import Espeak
from tektra.speech_out.backends.piper import Piper

pytestmark = pytest.mark.model


@pytest.fixture(scope="module", params=backends.names("spotter"))
def spotter(request: pytest.FixtureRequest) -> Iterator[Spotter]:
    made = backends.load("spotter", request.param)()
    made.load()
    made.load()
    yield made
    made.close()
    made.close()


def highest(spotter: Spotter, sound: Float32s) -> dict[str, float]:
    """The highest score of each word in any look at a sound, 96 ms apart."""
    sound = np.pad(sound, (spotter.window, 8000))
    ends = range(spotter.window, len(sound), 3 * FRAME_SAMPLES)
    looks = [spotter.scores(sound[end - spotter.window : end]) for end in ends]
    return {word: max(look[word] for look in looks) for word in looks[0]}


def test_a_stop_is_found_and_is_not_its_name(spotter: Spotter) -> None:
    piper = Piper(["piper-joe"], threads=2)
    piper.load()
    # The voice draws its noise anew each time: five stops, most of them surely found.
    stops = []
    for _ in range(5):
        (piece,) = piper.synthesize("Stop!", "", 1.0)
        found = highest(spotter, resample(piece.samples, piece.sample_rate_hz))
        assert found.pop(NAME) < SURE
        stops.append(max(found.values()))
    assert sorted(stops)[2] >= SURE and min(stops) > 0.5


@pytest.mark.parametrize("name", ["goforward", "librivox"])
def test_people_who_say_none_of_the_words_are_left_alone(spotter: Spotter, name: str) -> None:
    path = models.path(name)
    if path.is_dir():
        sounds = [wav.read(file.read_bytes()).samples for file in sorted(path.glob("*.wav"))]
    else:
        sounds = [np.fromfile(path, dtype="<i2")]
    for samples in sounds:
        assert max(highest(spotter, samples.astype(np.float32) / 32768).values()) < SURE


def test_silence_and_noise_are_no_words(spotter: Spotter) -> None:
    noise = np.random.default_rng(1).standard_normal(32000).astype(np.float32) * 0.1
    for sound in (np.zeros(32000, np.float32), noise):
        assert max(highest(spotter, sound).values()) < SURE


def test_another_length_and_before_load_are_errors_that_say_so(spotter: Spotter) -> None:
    with pytest.raises(BackendError, match="sound of shape"):
        spotter.scores(np.zeros(100, np.float32))
    with pytest.raises(BackendError, match="not loaded"):
        type(spotter)().scores(np.zeros(spotter.window, np.float32))


class Busy:
    """Meets Stt; is busy with the first sentence for as long as the test lasts."""

    def __init__(self) -> None:
        self.free = threading.Event()

    def load(self) -> None: ...
    def close(self) -> None: ...
    def expect(self, names: str, language: str = "") -> None: ...
    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        self.free.wait(60)
        raise BackendError("the recogniser is broken", "start it anew")


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "Stop!"), ("de", "Halt!"), ("fr", "Arrête !"), ("es", "¡Para!"), ("it", "Fermati!")],
)
def test_by_default_a_stop_of_five_languages_gets_through_the_ear_though_the_recogniser_is_busy(
    language: str, word: str
) -> None:
    options, stt, vad = SpeechInOptions(), Busy(), SileroVad()
    vad.load()
    spotter, told = load_spotter(options, print)
    assert told == "speech_embedding"
    stopped = threading.Event()

    def tell(said: Said) -> None:
        if said.stops:
            stopped.set()

    hearing = Hearing(
        {"v": Voice("v", vad, options, None, spotting(spotter))},
        stt,
        options,
        tell=tell,
        on_speaking=lambda name, speaks: None,
        report=lambda error: None,
        now=lambda: 0.0,
    )
    espeak = Espeak(["espeak"], threads=1)
    espeak.load()
    (piece,) = espeak.synthesize(word, f"espeak-{language}", 1.0)
    sound = np.pad(resample(piece.samples, piece.sample_rate_hz), (9600, 32000))
    samples = (sound.clip(-1, 1) * 32767).astype(np.int16)
    hearing.start()
    try:
        for sequence, at in enumerate(range(0, len(samples), FRAME_SAMPLES)):
            stamp_s = at / SAMPLE_RATE_HZ
            chunk = Chunk(samples[at : at + FRAME_SAMPLES], SAMPLE_RATE_HZ, 1, sequence, False, stamp_s)
            hearing.feed("v", chunk)
        assert stopped.wait(60), "no stop within its sound"
    finally:
        stt.free.set()
        hearing.close()
