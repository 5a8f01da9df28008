# SPDX-License-Identifier: Apache-2.0
"""What every echo canceller promises."""

import numpy as np
import pytest

from tektra.common import backends
from tektra.speech_in.backends import FRAME_SAMPLES, EchoCanceller

FRAMES = 200


@pytest.fixture(params=backends.names("echo_canceller"))
def canceller(request: pytest.FixtureRequest) -> EchoCanceller:
    made: EchoCanceller = backends.load("echo_canceller", request.param)()
    return made


def noise(seed: int) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal((FRAMES, FRAME_SAMPLES)) * 0.05).astype(np.float32)


def test_frames_keep_their_shape_and_never_get_louder(canceller: EchoCanceller) -> None:
    for near, far in zip(noise(1), noise(2), strict=True):
        clean = canceller.process(near, far)
        assert (clean.shape, clean.dtype) == ((FRAME_SAMPLES,), np.float32)
        assert np.mean(clean**2) <= np.mean(near**2) * 1.0001


def test_an_echo_gets_quieter_and_that_is_told(canceller: EchoCanceller) -> None:
    assert canceller.reduction_db() == 0.0
    far = noise(2)
    late = np.concatenate([np.zeros(800, np.float32), far.ravel() * 0.3])[: far.size].reshape(far.shape)
    clean = [canceller.process(near, played) for near, played in zip(late, far, strict=True)]
    assert np.mean(np.square(clean[-30:])) < 0.1 * np.mean(np.square(late[-30:]))
    assert canceller.reduction_db() > 8.0


def test_what_is_not_finite_does_not_stay(canceller: EchoCanceller) -> None:
    """A broken device's NaN is in one frame, not in all that come after."""
    far = noise(2)
    with np.errstate(invalid="ignore"):
        canceller.process(np.full(FRAME_SAMPLES, np.nan, np.float32), far[0])
        canceller.process(far[0], np.full(FRAME_SAMPLES, np.inf, np.float32))
        clean = [canceller.process(played * 0.3, played) for played in far[1:]]
    assert np.mean(np.square(clean[-30:])) < 0.1 * np.mean(np.square(far[-30:] * 0.3))
