# SPDX-License-Identifier: Apache-2.0
"""Which names a recogniser of many languages is told of: those of the language that is spoken. The model here is a stand-in."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tektra.speech_in.backends import Float32s
from tektra.speech_in.backends.faster_whisper import FasterWhisper
from tektra.speech_in.names import home_names, languages_of, sentences


@dataclass
class Model:
    """Finds `spoken`, and keeps what it was told before each text that it made."""

    spoken: str
    told: list[tuple[str, str | None]] = field(default_factory=list)
    supported_languages: tuple[str, ...] = ("en", "de", "fr", "es", "it")
    allowed: tuple[str, ...] = ()
    window_s: float = 30.0

    def transcribe(self, samples: Float32s, **how: Any) -> tuple[Any, Any]:
        language = how["language"] or self.spoken

        def texts() -> Any:
            self.told.append((language, how.get("initial_prompt")))
            yield SimpleNamespace(tokens=[1, 2], avg_logprob=-0.1, text="words", no_speech_prob=0.0)

        return texts(), SimpleNamespace(language=language)


def told(spoken: str, locale: str, *names: tuple[str, str]) -> tuple[str, str | None]:
    stt, model = FasterWhisper("whisper-base", 1), Model(spoken)
    stt._model = model  # type: ignore[assignment]
    for text, language in names:
        stt.expect(text, language)
    assert stt.transcribe(np.zeros(48000, np.float32), locale).locale == spoken
    assert len(model.told) == 1  # one text was made, and not a second one to find the language
    return model.told[0]


@pytest.mark.parametrize("spoken", ["en", "de", "it"])
def test_a_recogniser_hears_each_language_after_its_own_names(spoken: str) -> None:
    names = (("Rover one, hall.", "en"), ("Rover 1, Flur.", "de"), ("Rover 1, corridoio.", "it"))
    wanted = {language: text for text, language in names}[spoken]
    assert told(spoken, "en,de,it", *names) == (spoken, wanted)


def test_names_of_no_language_are_for_all_that_have_none() -> None:
    assert told("de", "de", ("Tektra.", "")) == ("de", "Tektra.")
    assert told("fr", "de,fr", ("Tektra.", ""), ("Tektra, Flur.", "de")) == ("fr", "Tektra.")
    assert told("fr", "fr", ("Tektra, Flur.", "de")) == ("fr", None)
    assert told("de", "de", ("Tektra, Flur.", "de"), ("", "")) == ("de", None)


def test_the_home_is_told_in_each_language_of_the_locale() -> None:
    found = sentences(("Tektra", "rover1", *home_names("")), "en, de-AT,xx,en")
    assert list(found) == list(languages_of("en, de-AT,xx,en")) == ["en", "de", "xx"]
    assert found["en"].startswith("Tektra, rover one, hall, living room")
    assert found["de"].startswith("Tektra, rover 1, Flur, Wohnzimmer")
    assert found["xx"].startswith("Tektra, rover 1, hall")
