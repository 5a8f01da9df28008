# SPDX-License-Identifier: Apache-2.0
"""What coughs and laughs in the benchmark is the same each time, and enough of it; ear and mouth are one loop."""

import numpy as np
import pytest
from voices.body_sounds import RECIPES, laugh
from voices.conversation import BLOCK, Mouth
from voices.interrupting import Outcome, Outcomes
from voices.listeners import Sound

from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ
from tektra.speech_in.own_voice import OwnVoice

LEAST_BY_RECIPE = 150
SOUND = np.ones(FRAME_SAMPLES, np.float32)


@pytest.mark.parametrize(("name", "make", "count"), RECIPES)
def test_each_seed_is_a_sound_of_its_own_and_always_the_same(name, make, count) -> None:
    made = [make(seed) for seed in range(count)]
    for sound, again in zip(made, [make(seed) for seed in range(count)], strict=True):
        assert np.array_equal(sound, again)
        assert np.isfinite(sound).all()
        assert np.abs(sound).max() == pytest.approx(1.0, abs=1e-3)
        assert 0.1 < len(sound) / SAMPLE_RATE_HZ < 2.5
    assert len({len(sound) for sound in made}) > count // 2


def test_there_are_enough_of_them() -> None:
    assert sum(count for _, _, count in RECIPES) >= LEAST_BY_RECIPE


def test_a_laugh_is_four_to_six_pulses_a_second() -> None:
    for seed in range(20):
        sound = laugh(seed)
        loud = np.convolve(sound**2, np.ones(480) / 480, "same")
        spectrum = np.abs(np.fft.rfft(loud - loud.mean(), 1 << 17))
        at_hz = np.fft.rfftfreq(1 << 17, 1 / SAMPLE_RATE_HZ)
        low = (at_hz > 2.5) & (at_hz < 8.0)
        assert 3.3 < at_hz[low][np.argmax(spectrum[low])] < 6.7


def test_what_was_in_the_buffer_at_a_pause_is_said_again() -> None:
    track = np.arange(1, 20 * BLOCK + 1, dtype=np.float32) / (20 * BLOCK)
    mouth = Mouth(track, [], OwnVoice())
    heard = np.concatenate([mouth.play(at) for at in range(0, 4 * FRAME_SAMPLES, FRAME_SAMPLES)])
    last = mouth.silence(4 * FRAME_SAMPLES)
    rest = [mouth.play(at) for at in range(4 * FRAME_SAMPLES, 12 * FRAME_SAMPLES, FRAME_SAMPLES)]
    after = np.concatenate(rest)
    assert np.count_nonzero(after) == last - 4 * FRAME_SAMPLES
    whole = np.concatenate([heard, after[: np.count_nonzero(after)]])
    assert np.array_equal(whole, track[: len(whole)])
    mouth.speaks = True
    again = mouth.play(12 * FRAME_SAMPLES)
    assert 0 < len(whole) - np.searchsorted(track, again[0]) <= 3 * BLOCK


def outcome(key: str, silent_s: float | None, *, ended: bool) -> Outcome:
    return Outcome(Sound("x", key, SOUND), silent_s, ended=ended)


def test_who_is_never_given_the_word_waits_for_ever_in_the_figures() -> None:
    outcomes = Outcomes([outcome("stop", 0.1, ended=True)] * 9 + [outcome("stop", None, ended=False)])
    figures = outcomes.figures()
    assert figures["silent_ms_p50"] == pytest.approx(100.0)
    assert figures["silent_ms_p95"] > 10_000.0
    assert figures["interruptions_taken_share"] == pytest.approx(0.9)


def test_a_cough_that_only_holds_it_up_is_no_interruption_and_is_counted() -> None:
    held = Outcome(Sound("cough", "", SOUND), 0.2, paused_s=0.8)
    gave_way = Outcome(Sound("cough", "", SOUND), 0.2, ended=True, told="Thank you.")
    figures = Outcomes([held] * 3 + [gave_way]).figures()
    assert figures["false_interruptions_share"] == pytest.approx(0.25)
    assert figures["paused_and_went_on_share"] == pytest.approx(0.75)
    assert figures["false_turns_share"] == pytest.approx(0.25)
    assert figures["false_pause_s_p50"] == pytest.approx(0.8)
