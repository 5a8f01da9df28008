# SPDX-License-Identifier: Apache-2.0
"""Sentences of a household in five languages, by people's recordings and synthetic voices: for what is recognised of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml

from tektra.common import models, wav
from tektra.speech_in.backends import Float32s
from voices.speakers import ManyVoices, Speaker


def kokoro(*names: str) -> list[Speaker]:
    return [Speaker("kokoro", ((name, 1.0),)) for name in names]


CASES = Path(__file__).resolve().parents[1] / "cases" / "household.yaml"
OWN = (
    "I see two people and a bicycle. The red cube is on the table in the office, and nobody has moved it since this morning.",
    "Rover two will turn left and wait at the door. The battery of rover one is at eighty percent, which is enough for an hour.",
)
#: Who speaks which language as its own; for German there is espeak-ng alone.
NATIVE = {
    "en": [Speaker("piper"), *kokoro("af_heart", "am_michael", "bf_emma", "bm_george")],
    "de": [Speaker("espeak"), Speaker("espeak", (), 1.15)],
    "fr": kokoro("ff_siwis"),
    "es": kokoro("ef_dora", "em_alex"),
    "it": kokoro("if_sara", "im_nicola"),
}
#: Full scale being 1.
PERSON_RMS = 0.05


@dataclass(frozen=True)
class Sentence:
    """Somebody's words. `samples`: float32 at 16 kHz, as loud as PERSON_RMS."""

    who: str
    language: str
    text: str
    samples: Float32s


def sentences(voices: ManyVoices, people: Path | None, step: int) -> Iterator[Sentence]:
    """All that is said, in a fixed order."""
    goforward = np.fromfile(models.path("goforward"), dtype="<i2").astype(np.float32) / np.float32(32768)
    yield _sentence("people", "en", "go forward ten meters", goforward)
    for folder in (models.path("librivox"), *([people] if people else [])):
        for file in sorted(folder.rglob("*.wav"))[::step]:
            sound = wav.read(file.read_bytes()).samples.astype(np.float32) / np.float32(32768)
            yield _sentence("people", "en", file.with_suffix(".txt").read_text(encoding="utf-8"), sound)
    for language, texts in yaml.safe_load(CASES.read_text(encoding="utf-8")).items():
        for number, text in enumerate(texts[::step]):
            speaker = NATIVE[language][number % len(NATIVE[language])]
            yield _sentence(speaker.engine, language, text, voices.say(text, language, speaker))


def _sentence(who: str, language: str, text: str, sound: Float32s) -> Sentence:
    loud = PERSON_RMS / float(np.sqrt(np.mean(sound**2)))
    return Sentence(who, language, text, (sound * loud).astype(np.float32))
