# SPDX-License-Identifier: Apache-2.0
"""What is recognised twice, and how sure it is then."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.common.doubt import is_unsure
from tektra.common.errors import BackendError
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s, Transcript
from tektra.speech_in.heard_again import confidence_of_both, heard_again, slower, words_of


def heard(text: str, confidence: float = 0.8, locale: str = "en") -> Transcript:
    return Transcript(text, confidence, locale, 0.0)


class Once:
    """Meets Stt: fails whenever it is asked."""

    def load(self) -> None: ...
    def close(self) -> None: ...
    def expect(self, names: str, language: str = "") -> None: ...
    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        raise BackendError("it died", "load it again")


def test_the_second_sound_is_the_first_one_lower_and_longer() -> None:
    at_s = np.arange(SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    made = slower(np.sin(2 * np.pi * 500 * at_s).astype(np.float32))
    spectrum = np.abs(np.fft.rfft(made))
    assert len(made) == pytest.approx(SAMPLE_RATE_HZ / 0.92, rel=1e-3)
    assert spectrum.argmax() * SAMPLE_RATE_HZ / len(made) == pytest.approx(460, abs=2)
    assert made.dtype == np.float32
    assert len(slower(np.zeros(0, np.float32))) == 0


@pytest.mark.parametrize(
    ("locale", "one", "other", "same"),
    [
        ("en", "Rover two, go 2.5 m.", "rover 2 go two point five m", True),
        ("en", "Turn left by 90 degrees.", "turn left by nineteen degrees", False),
        ("en", "Rover one, go.", "Rover two, go.", False),
        ("de", "Fahr zwei Meter.", "fahr 2 Meter", True),
        ("de", "Dreh dich um siebzehn Grad.", "Dreh dich um 70 Grad.", False),
        ("fr", "Avance de seize centimètres.", "avance de 16 centimètres", True),
        ("es", "Gira setenta grados.", "Gira 60 grados.", False),
        ("it", "Gira di sessanta gradi.", "gira di 60 gradi", True),
        ("pt", "Vira 2 metros.", "vira 2 metros", True),  # no words of its own here
    ],
)
def test_words_are_the_same_however_they_are_written(locale: str, one: str, other: str, same: bool) -> None:
    assert (words_of(one, locale) == words_of(other, locale)) is same


def test_a_recogniser_that_fails_at_the_second_look_leaves_doubt() -> None:
    found = heard_again(Once(), np.zeros(16000, np.float32), heard("Go to the hall."))
    assert found.text == "Go to the hall."
    assert is_unsure(found.confidence)


@pytest.mark.parametrize("confidence", [float("nan"), -1.0, 0.54, 0.9, 1.0])
def test_what_is_sure_or_is_asked_about_anyway_is_not_looked_at_again(confidence: float) -> None:
    found = heard_again(Once(), np.zeros(16000, np.float32), heard("Go.", confidence))
    assert found.confidence is confidence


def test_a_number_that_sounds_like_another_wants_both_to_be_sure() -> None:
    first = heard("Go back 40 centimeters.", 0.86)
    assert is_unsure(confidence_of_both(first, heard("go back 40 centimeters", 0.68)))
    assert not is_unsure(confidence_of_both(first, heard("go back 40 centimeters", 0.71)))
    assert not is_unsure(confidence_of_both(heard("Go back 3 m.", 0.86), heard("go back 3 m", 0.4)))


@given(st.text(max_size=40), st.text(max_size=40), st.sampled_from(["en", "de", "fr", "es", "it", "xx"]))
def test_other_words_are_never_sure(one: str, other: str, locale: str) -> None:
    sure = not is_unsure(confidence_of_both(heard(one, 0.85, locale), heard(other, 0.85, locale)))
    assert sure == (words_of(one, locale) == words_of(other, locale))
