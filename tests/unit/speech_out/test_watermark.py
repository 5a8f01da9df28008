# SPDX-License-Identifier: Apache-2.0
"""A copied voice can be told from a person's, and sounds the same."""

import numpy as np
import pytest

from tektra.speech_out.watermark import BELOW_DB, is_marked, mark, score

RATE = 24000


def speechlike(seed: int, length_s: float) -> np.ndarray:
    """Low noise in syllables."""
    rng = np.random.default_rng(seed)
    noise = np.convolve(rng.standard_normal(int(length_s * RATE)), np.ones(24) / 24, "same")
    syllables = np.maximum(0.0, np.sin(2 * np.pi * 4 * np.arange(len(noise)) / RATE))
    return (noise / np.abs(noise).max() * syllables * 20000).astype(np.int16)


@pytest.mark.parametrize("seed", range(5))
def test_it_is_found_also_quieter_and_cut_and_nowhere_else(seed: int) -> None:
    plain = speechlike(seed, 4.0)
    marked = mark(plain, RATE)
    assert not is_marked(plain, RATE)
    assert is_marked(marked, RATE)
    assert is_marked((marked * 0.3).astype(np.int16), RATE)
    assert is_marked(marked[7001:], RATE)


def test_it_is_far_below_the_sound_and_silence_stays_silence() -> None:
    plain = speechlike(1, 3.0)
    off = mark(plain, RATE).astype(float) - plain
    assert 10 * np.log10(np.mean(off**2) / np.mean(plain.astype(float) ** 2)) == pytest.approx(
        -BELOW_DB, abs=1.5
    )
    assert not mark(np.zeros(RATE, np.int16), RATE).any()
    assert len(mark(np.zeros(0, np.int16), RATE)) == 0
    assert mark(np.full(RATE, 32767, np.int16), RATE).max() == 32767


def test_it_goes_on_from_sentence_to_sentence() -> None:
    plain = speechlike(2, 5.0)
    parts = np.concatenate(
        [mark(plain[: 2 * RATE + 99], RATE), mark(plain[2 * RATE + 99 :], RATE, 2 * RATE + 99)]
    )
    assert score(parts, RATE) == pytest.approx(score(mark(plain, RATE), RATE), rel=0.1)


def test_nothing_is_found_in_silence() -> None:
    assert score(np.zeros(RATE, np.int16), RATE) < 1.0
