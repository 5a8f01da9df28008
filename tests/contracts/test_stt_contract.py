# SPDX-License-Identifier: Apache-2.0
"""What every recogniser must do, with its real model and people's recordings."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tektra.common import backends, models, wav
from tektra.common.errors import BackendError, InputError, MissingModel
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s, Stt
from tektra.speech_in.backends.faster_whisper import FasterWhisper, repeats_itself
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.recording import transcribe
from tektra.speech_in.resample import resample
from tektra.speech_in.trust import refusal
from tektra.speech_out.backends.espeak import Espeak
from tektra.speech_out.backends.piper import Piper

pytestmark = pytest.mark.model
THREADS = 2
MODELS = {"faster_whisper": "whisper-tiny.en"}


@pytest.fixture(scope="module", params=backends.names("stt"))
def stt(request: pytest.FixtureRequest) -> Iterator[Stt]:
    made = backends.load("stt", request.param)(MODELS[request.param], THREADS)
    made.load()
    made.load()
    yield made
    made.close()
    made.close()


def word_error_rate(said: str, heard: str) -> float:
    """Levenshtein distance in words, over the words said; numbers and case as a listener would take them."""
    numbers = {"10": "ten", "20": "twenty", "2": "two", "3": "three"}
    a, b = (
        [numbers.get(word, word) for word in re.findall(r"[a-z0-9']+", text.lower())]
        for text in (said, heard)
    )
    row = list(range(len(b) + 1))
    for i, one in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (one != other))
    return row[-1] / len(a)


def floats(samples: np.ndarray) -> Float32s:
    return samples.astype(np.float32) / np.float32(32768)


def test_a_person_s_command_is_heard_right(stt: Stt) -> None:
    recording = np.fromfile(models.path("goforward"), dtype="<i2")
    transcript = stt.transcribe(floats(recording), "en-US")
    assert word_error_rate("go forward ten meters", transcript.text) == 0.0
    assert transcript.confidence > 0.5
    assert transcript.no_speech < 0.3
    assert transcript.locale == "en"


def test_people_reading_a_novel_are_heard_with_few_errors(stt: Stt) -> None:
    folder = models.path("librivox")
    rates = []
    for path in sorted(Path(folder).glob("*.wav")):
        said = re.sub(r"<[^>]*>|\([^)]*\)", "", path.with_suffix(".txt").read_text())
        rates.append(
            word_error_rate(said, stt.transcribe(floats(wav.read(path.read_bytes()).samples), "en").text)
        )
    assert len(rates) >= 3
    assert float(np.mean(rates)) < 0.15


def test_what_it_makes_of_silence_and_noise_is_refused(stt: Stt) -> None:
    random = np.random.default_rng(3)
    hum = 0.3 * np.sin(2 * np.pi * 50 * np.arange(48000) / 16000)
    sounds = {
        "silence": np.zeros(48000),
        "soft noise": random.normal(0, 0.003, 48000),
        "loud noise": random.normal(0, 0.2, 48000),
        "hum": hum,
        "one second of nothing": np.zeros(16000),
        "noise that fades": random.normal(0, 0.1, 48000) * np.linspace(1, 0, 48000),
    }
    for name, sound in sounds.items():
        transcript = stt.transcribe(sound.astype(np.float32), "en")
        # as if the detector had taken all of it for speech: the recogniser's own figures must do
        assert refusal(transcript, len(sound) / 16000, SpeechInOptions().min_confidence), (name, transcript)


def test_with_the_detector_before_it_silence_and_noise_have_no_text(stt: Stt) -> None:
    vad = backends.load("vad", "silero")()
    vad.load()
    noise = np.random.default_rng(4).normal(0, 5000, 80000).clip(-32768, 32767).astype(np.int16)
    for samples in (np.zeros(80000, np.int16), noise):
        heard = transcribe(wav.Sound(samples, 16000), stt, vad, locale="en", options=SpeechInOptions())
        assert heard.transcript is None
        assert heard.refused


def test_names_that_it_was_told_of_are_heard_and_made_of_nothing_else(stt: Stt) -> None:
    piper = Piper(["piper-joe"], THREADS)
    piper.load()
    said = [
        ("Scout three, drive forward.", "scout"),
        ("Go to the atelier.", "atelier"),
        ("Send rover two to the dock.", "rover"),
        ("Wally, come to bay seven.", "wally"),
    ]
    stt.expect("Scout three, rover two, Wally, atelier, dock, bay seven.")
    heard = 0
    for sentence, name in said:
        (piece,) = piper.synthesize(sentence, "", 1.0)
        text = stt.transcribe(resample(piece.samples, piece.sample_rate_hz), "en").text.lower()
        heard += name in text
    assert heard >= 3
    for sound in (np.zeros(32000), np.random.default_rng(5).normal(0, 0.05, 32000)):
        transcript = stt.transcribe(sound.astype(np.float32), "en")
        assert refusal(transcript, 2.0, SpeechInOptions().min_confidence), transcript
    recording = np.fromfile(models.path("goforward"), dtype="<i2")
    assert word_error_rate("go forward ten meters", stt.transcribe(floats(recording), "en").text) == 0.0
    stt.expect("")


def test_a_command_is_not_said_twice_because_names_are_expected(stt: Stt) -> None:
    """A robot would drive twice as far. Where the sound begins and ends is what brings the decoder to it."""
    recording = np.fromfile(models.path("goforward"), dtype="<i2")
    whole = floats(np.concatenate([recording, np.zeros(SAMPLE_RATE_HZ, np.int16)]))
    stt.expect(
        "Tektra, hall, living room, kitchen, bedroom, office, dock one, dock two, table, red cube, green cube, blue cube."
    )
    heard = {stt.transcribe(whole[3072:end], "en").text.rstrip(".").lower() for end in (49216, 51264, 53312)}
    stt.expect("")
    assert heard == {"go forward 10 meters"}


def test_what_people_do_say_twice_stays(stt: Stt) -> None:
    piper = Piper(["piper-joe"], THREADS)
    piper.load()
    said = [
        resample(piece.samples, piece.sample_rate_hz)
        for piece in piper.synthesize("Turn left. Turn left.", "", 1.0)
    ]
    heard = stt.transcribe(np.concatenate(said), "en").text
    assert heard.lower().count("left") == 2


@pytest.mark.parametrize(
    ("text", "repeats"),
    [
        ("Go forward 10 meters. Go forward 10 meters", True),
        ("well, go on, go on then", True),
        ("Turn left, then turn right", False),
        ("", False),
        ("Wave", False),
    ],
)
def test_what_repeats_itself(text: str, repeats: bool) -> None:
    assert repeats_itself(text) is repeats


@pytest.fixture(scope="module")
def many_languages() -> Iterator[Stt]:
    made = FasterWhisper("whisper-base", THREADS)
    made.load()
    yield made
    made.close()


@pytest.mark.parametrize("allowed", ["en,de,fr,es,it", "it, fr-FR, en-GB", "en,en"])
def test_the_language_that_is_spoken_is_found_by_its_sound(many_languages: Stt, allowed: str) -> None:
    recording = np.fromfile(models.path("goforward"), dtype="<i2")
    transcript = many_languages.transcribe(floats(recording), allowed)
    assert transcript.locale == "en"
    assert "forward" in transcript.text.lower()


def test_another_language_is_found_and_none_but_those_allowed(many_languages: Stt) -> None:
    espeak = Espeak([], 1)
    espeak.load()
    (piece,) = espeak.synthesize("Fahr bitte in die Küche und warte dort.", "espeak-de", 1.0)
    spoken = resample(piece.samples, piece.sample_rate_hz)
    assert many_languages.transcribe(spoken, "en,de,fr,es,it").locale == "de"
    assert many_languages.transcribe(spoken, "fr,it").locale in ("fr", "it")
    for length in (0, 1, 100):
        assert many_languages.transcribe(np.zeros(length, np.float32), "en,de").locale in ("en", "de")


def test_a_language_too_many_for_the_model_is_named(stt: Stt) -> None:
    with pytest.raises(InputError, match="xx"):
        stt.transcribe(np.zeros(16000, np.float32), "en,xx")


def test_an_empty_and_a_tiny_sound_are_no_crash(stt: Stt) -> None:
    for length in (0, 1, 100):
        transcript = stt.transcribe(np.zeros(length, np.float32), "en")
        assert refusal(transcript, length / 16000, 0.2)


def test_a_language_that_it_does_not_know_is_an_input_error(stt: Stt) -> None:
    with pytest.raises(InputError, match="xx-YY"):
        stt.transcribe(np.zeros(16000, np.float32), "xx-YY")


@pytest.mark.parametrize("name", backends.names("stt"))
def test_before_load_it_says_so_and_a_missing_model_names_the_remedy(name: str) -> None:
    made = backends.load("stt", name)(MODELS[name], THREADS)
    with pytest.raises(BackendError, match="not loaded"):
        made.transcribe(np.zeros(16000, np.float32), "en")
    with pytest.raises(MissingModel, match="no model is called 'nothing'"):
        backends.load("stt", name)("nothing", THREADS).load()
