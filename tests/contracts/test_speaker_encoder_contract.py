# SPDX-License-Identifier: Apache-2.0
"""What every speaker encoder must do, with its real model: one person's sentences are alike, another's are not."""

from collections.abc import Iterator

import numpy as np
import pytest

from tektra.common import backends, models, wav
from tektra.common.errors import BackendError, InputError, MissingModel
from tektra.speech_in.backends import SAMPLE_RATE_HZ, SpeakerEncoder
from tektra.speech_in.speakers import THRESHOLD

pytestmark = pytest.mark.model


@pytest.fixture(scope="module", params=backends.names("speaker_encoder"))
def encoder(request: pytest.FixtureRequest) -> Iterator[SpeakerEncoder]:
    made: SpeakerEncoder = backends.load("speaker_encoder", request.param)()
    try:
        made.load()
    except MissingModel as error:
        pytest.skip(str(error))
    made.load()
    yield made
    made.close()
    made.close()


@pytest.fixture(scope="module")
def reader() -> list[np.ndarray]:
    """Sentences that one person reads, 16 kHz."""
    files = sorted(models.path("librivox").glob("*.wav"))
    sounds = [wav.read(file.read_bytes()) for file in files]
    assert all(sound.sample_rate_hz == SAMPLE_RATE_HZ for sound in sounds)
    return [sound.samples.reshape(-1).astype(np.float32) / 32768 for sound in sounds]


@pytest.fixture(scope="module")
def other() -> np.ndarray:
    """Another person."""
    return np.fromfile(models.path("goforward"), dtype="<i2").astype(np.float32) / 32768


def test_a_persons_sentences_are_alike_and_anothers_are_not(
    encoder: SpeakerEncoder, reader: list[np.ndarray], other: np.ndarray
) -> None:
    prints = [encoder.embed(samples) for samples in reader]
    assert all(abs(float(np.linalg.norm(p)) - 1.0) < 1e-5 and p.dtype == np.float32 for p in prints)
    for n, one in enumerate(prints):
        assert all(float(one @ two) > THRESHOLD for two in prints[n + 1 :])
        assert float(one @ encoder.embed(other)) < THRESHOLD


def test_neither_loudness_nor_the_silence_around_changes_a_print(
    encoder: SpeakerEncoder, reader: list[np.ndarray]
) -> None:
    plain = encoder.embed(reader[0])
    silence = np.zeros(SAMPLE_RATE_HZ, np.float32)
    assert float(plain @ encoder.embed(reader[0] * np.float32(0.2))) > 0.9
    assert float(plain @ encoder.embed(np.concatenate([silence, reader[0], silence]))) > 0.9


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0),
        np.zeros(50000),
        np.full(1600, 0.1),
        np.full(50000, np.nan),
        np.zeros((2, 50000)),
    ],
)
def test_what_holds_no_speech_is_refused(encoder: SpeakerEncoder, sound: np.ndarray) -> None:
    with pytest.raises(InputError):
        encoder.embed(sound.astype(np.float32))


def test_before_load_it_says_so(encoder: SpeakerEncoder, other: np.ndarray) -> None:
    with pytest.raises(BackendError, match="not loaded"):
        type(encoder)().embed(other)
