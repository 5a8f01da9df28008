# SPDX-License-Identifier: Apache-2.0
"""A copy of a voice wants a consent that was said, in full, now, by whose voice it is."""

import numpy as np
import pytest

from tektra.common import models
from tektra.common.errors import InputError
from tektra.common.wav import Sound, read
from tektra.speech_in.backends import Float32s, Transcript
from tektra.speech_in.backends.faster_whisper import FasterWhisper
from tektra.speech_in.backends.resemblyzer import ResemblyzerEncoder
from tektra.speech_in.consent import LANGUAGES, LOTS, check_recordings, check_words, sentence_of
from tektra.speech_out.backends.piper import Piper

RATE = 16000


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def last(count: int) -> int:
    return count - 1


def test_the_sentence_itself_is_a_consent_in_each_language(language: str) -> None:
    sentence = sentence_of(language, last)
    check_words(sentence, sentence, language)
    check_words(sentence, sentence.casefold().rstrip("."), language)


def test_each_sentence_has_other_words_by_lot(language: str) -> None:
    assert len({sentence_of(language, lambda count, at=at: at % count) for at in range(12)}) == 12
    assert len(set(LANGUAGES[language].lots)) == len(LANGUAGES[language].lots) >= 4 * LOTS


def test_an_older_recording_with_other_words_is_none(language: str) -> None:
    with pytest.raises(InputError, match="was not heard"):
        check_words(sentence_of(language, last), sentence_of(language, lambda count: 0), language)


def test_half_a_sentence_or_another_one_is_none(language: str) -> None:
    sentence = sentence_of(language, last)
    lots = " " + sentence[LANGUAGES[language].sentence.index("{lots}") :]
    for heard in ("", lots, sentence[: len(sentence) // 2] + lots):
        with pytest.raises(InputError, match=r"of the words|was not heard"):
            check_words(sentence, heard, language)


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("en", "may speak", "may not speak"),
        ("en", "I agree", "I don't agree"),
        ("en", "I agree", "I don’t agree"),
        ("de", "damit einverstanden", "damit nicht einverstanden"),
        ("fr", "J'accepte que", "Je n'accepte pas que"),
        ("es", "Acepto", "No acepto"),
        ("it", "Accetto", "Non accetto mai"),
    ],
)
def test_the_contrary_is_none(language: str, before: str, after: str) -> None:
    sentence = sentence_of(language, last)
    assert before in sentence
    with pytest.raises(InputError, match="which is no consent|of the words"):
        check_words(sentence, sentence.replace(before, after), language)


def test_a_slip_of_the_recogniser_does_not_spoil_it() -> None:
    sentence = sentence_of("en", last)
    check_words(sentence, sentence.replace("Tektra", "Tectra").replace("take it back", "took it back"), "en")


class Says:
    """Meets Stt."""

    def __init__(self, text: str, confidence: float = 0.9) -> None:
        self.made = Transcript(text, confidence, "en", 0.0)

    def load(self) -> None: ...
    def close(self) -> None: ...
    def expect(self, names: str, language: str = "") -> None: ...
    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        return self.made


class Loudness:
    """Meets SpeakerEncoder: whose voice it is, is told by how loud it is."""

    model = "loudness"

    def load(self) -> None: ...
    def close(self) -> None: ...
    def embed(self, samples: Float32s) -> Float32s:
        angle = 4.0 * float(np.abs(samples).mean())
        return np.array([np.cos(angle), np.sin(angle)], np.float32)


def sound(level: int, length_s: float) -> Sound:
    count = int(length_s * RATE)
    return Sound((level * np.where(np.arange(count) % 2, 1, -1)).astype(np.int16), RATE)


ANN, BOB = 6000, 24000
SENTENCE = sentence_of("en", last)


def test_one_voice_in_all_recordings_is_a_consent_and_any_other_is_not() -> None:
    stt, encoder = Says(SENTENCE), Loudness()
    ann, bob = sound(ANN, 10.0), sound(BOB, 10.0)
    check_recordings(SENTENCE, "en", ann, [sound(ANN, 12.0)], stt, encoder)
    for samples in (
        [bob],
        [ann, bob],
        [ann, Sound(np.concatenate([ann.samples, ann.samples, bob.samples[: 5 * RATE]]), RATE)],
    ):
        with pytest.raises(InputError, match="not the voice that agreed|somebody else speaks"):
            check_recordings(SENTENCE, "en", ann, samples, stt, encoder)


def test_whose_voice_is_enrolled_under_the_name_has_to_agree() -> None:
    encoder, ann, bob = Loudness(), sound(ANN, 10.0), sound(BOB, 10.0)
    check_recordings(SENTENCE, "en", ann, [ann], Says(SENTENCE), encoder, encoder.embed(ann.samples / 32768))
    with pytest.raises(InputError, match="enrolled under this name"):
        check_recordings(
            SENTENCE, "en", bob, [bob], Says(SENTENCE), encoder, encoder.embed(ann.samples / 32768)
        )


def test_what_is_hardly_heard_too_short_or_too_long_is_none() -> None:
    ann, encoder = sound(ANN, 10.0), Loudness()
    with pytest.raises(InputError, match="not heard surely"):
        check_recordings(SENTENCE, "en", ann, [ann], Says(SENTENCE, 0.3), encoder)
    for length_s in (2.0, 61.0):
        with pytest.raises(InputError, match="s to copy from"):
            check_recordings(SENTENCE, "en", ann, [sound(ANN, length_s)], Says(SENTENCE), encoder)


@pytest.mark.model
def test_the_real_recogniser_and_speaker_comparison_confirm_the_right_voice_alone() -> None:
    piper, stt, encoder = Piper(["piper-joe"], 2), FasterWhisper("whisper-tiny.en", 2), ResemblyzerEncoder()
    for part in (piper, stt, encoder):
        part.load()

    def said(text: str) -> Sound:
        pieces = list(piper.synthesize(text, "", 0.9))
        return Sound(np.concatenate([piece.samples for piece in pieces]), pieces[0].sample_rate_hz)

    reads = "The rover drives to the kitchen and comes back. It has seen two chairs, a table, and a green bottle there."
    files = sorted(models.path("librivox").rglob("*.wav"))
    somebody = [read(file.read_bytes()) for file in files]
    check_recordings(SENTENCE, "en", said(SENTENCE), [said(reads)], stt, encoder)
    with pytest.raises(InputError, match="not the voice|somebody else"):
        check_recordings(SENTENCE, "en", said(SENTENCE), somebody, stt, encoder)
    with pytest.raises(InputError, match="was not heard|of the words"):
        check_recordings(
            sentence_of("en", lambda count: 0), "en", said(SENTENCE), [said(reads)], stt, encoder
        )
