# SPDX-License-Identifier: Apache-2.0
"""What a recording is taken for; the detector and the recogniser here are stand-ins."""

import numpy as np
import pytest

from tektra.common.doubt import is_unsure
from tektra.common.wav import Sound
from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s, Transcript
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.recording import transcribe

from .loud import Loud


class Says:
    """Meets Stt: one after the other."""

    def __init__(self, *texts: tuple[str, float]) -> None:
        self._left = list(texts)

    def load(self) -> None: ...
    def close(self) -> None: ...
    def expect(self, names: str, language: str = "") -> None: ...
    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        text, confidence = self._left.pop(0)
        return Transcript(text, confidence, locale, 0.0)


def recording(*lengths_s: float) -> Sound:
    """Speech of these lengths, with silence between."""
    parts = [np.zeros(SAMPLE_RATE_HZ)]
    for length_s in lengths_s:
        count = int(length_s * SAMPLE_RATE_HZ)
        parts += [20_000.0 * np.where(np.arange(count) % 2, 1, -1), np.zeros(2 * SAMPLE_RATE_HZ)]
    return Sound(np.concatenate(parts).astype(np.int16), SAMPLE_RATE_HZ)


def test_a_recording_is_as_sure_as_its_least_sure_sentence() -> None:
    """A short "fifteen meters" that was hardly heard does not vanish in a long sentence that was heard well."""
    stt = Says(("go on along the wall and then", 0.95), ("five meters back", 0.4))
    found = transcribe(recording(5.0, 0.6), stt, Loud(), locale="en", options=SpeechInOptions())
    assert found.transcript is not None
    assert found.transcript.text == "go on along the wall and then five meters back"
    assert found.transcript.confidence == 0.4


@pytest.mark.parametrize(
    ("first", "again", "unsure"),
    [
        (("turn 17 degrees", 0.86), ("turn 70 degrees", 0.86), True),
        (("turn 17 degrees", 0.95), ("turn 70 degrees", 0.95), False),
        (("turn 45 degrees", 0.6), ("Turn forty-five degrees.", 0.6), False),
    ],
)
def test_a_sentence_that_is_heard_otherwise_when_it_is_looked_at_again_is_in_doubt(
    first: tuple[str, float], again: tuple[str, float], unsure: bool
) -> None:
    stt = Says(first, again)
    found = transcribe(recording(2.0), stt, Loud(), locale="en", options=SpeechInOptions())
    assert found.transcript is not None
    assert found.transcript.text == first[0]
    assert is_unsure(found.transcript.confidence) is unsure
