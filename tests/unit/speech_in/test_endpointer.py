# SPDX-License-Identifier: Apache-2.0
"""Where an utterance begins and ends, in sample counts: seconds of sound take microseconds."""

import numpy as np
import pytest

from tektra.speech_in.backends import FRAME_SAMPLES
from tektra.speech_in.endpointer import Endpointer, Event, Kind
from tektra.speech_in.options import SpeechInOptions

FRAME_MS = 32


def run(
    pattern: list[tuple[float, int]], options: SpeechInOptions | None = None
) -> tuple[list[tuple[int, Event]], Endpointer]:
    """Feeds (probability, ms) stretches; each frame's samples hold its index. Events with the frame they came at."""
    endpointer = Endpointer(options or SpeechInOptions())
    events, index = [], 0
    for probability, length_ms in pattern:
        for _ in range(length_ms // FRAME_MS):
            event = endpointer.feed(np.full(FRAME_SAMPLES, index, np.float32), probability)
            if event:
                events.append((index, event))
            index += 1
    return events, endpointer


def kinds(events: list[tuple[int, Event]]) -> list[Kind]:
    return [event.kind for _, event in events]


def test_silence_is_no_utterance() -> None:
    events, _ = run([(0.1, 10_000)])
    assert events == []


def test_a_click_is_no_utterance() -> None:
    events, _ = run([(0.0, 1000), (0.9, 64), (0.0, 1000), (0.9, 64), (0.0, 1000)])
    assert events == []


def test_speech_starts_pauses_and_ends() -> None:
    events, _ = run([(0.0, 960), (0.9, 960), (0.0, 960)], SpeechInOptions(incremental_s=0.0))
    assert kinds(events) == [Kind.STARTED, Kind.PAUSED, Kind.ENDED]
    assert [index for index, _ in events] == [30 + 2, 60 + 5, 60 + 24]  # after 96, 192 and 800 ms


def test_the_onset_is_not_cut_off() -> None:
    events, _ = run([(0.0, 960), (0.9, 960), (0.0, 960)])
    utterance = events[-1][1].utterance
    assert utterance.samples[0] == 20  # 320 ms before the speech began in frame 30
    assert utterance.samples[-1] == 84
    assert utterance.first == 20 * FRAME_SAMPLES
    assert utterance.speech_end == 60 * FRAME_SAMPLES
    assert utterance.speech_s == pytest.approx(0.96)
    assert np.array_equal(np.unique(utterance.samples), np.arange(20, 85))


def test_speech_from_the_first_sample_on_is_whole() -> None:
    events, _ = run([(0.9, 320), (0.0, 960)])
    assert events[-1][1].utterance.first == 0


def test_a_short_pause_does_not_end_it_and_is_told_each_time() -> None:
    events, _ = run([(0.9, 640), (0.0, 320), (0.9, 640), (0.0, 960)], SpeechInOptions(incremental_s=0.0))
    assert kinds(events) == [Kind.STARTED, Kind.PAUSED, Kind.PAUSED, Kind.ENDED]


def test_what_is_between_the_thresholds_goes_on_but_does_not_begin() -> None:
    assert run([(0.4, 2000)])[0] == []
    events, _ = run([(0.9, 320), (0.4, 1280)], SpeechInOptions(incremental_s=0.0))
    assert kinds(events) == [Kind.STARTED]


def test_long_speech_is_recognised_meanwhile() -> None:
    events, _ = run([(0.9, 5120)], SpeechInOptions(incremental_s=1.5))
    assert kinds(events) == [Kind.STARTED, Kind.GROWN, Kind.GROWN, Kind.GROWN]
    assert kinds(run([(0.9, 5120)], SpeechInOptions(incremental_s=0.0))[0]) == [Kind.STARTED]


def test_by_default_it_is_recognised_twice_a_second() -> None:
    events, _ = run([(0.9, 5120)])
    assert kinds(events)[1:] == [Kind.GROWN] * 10
    frames = [index for index, _ in events]
    assert max(later - earlier for earlier, later in zip(frames, frames[1:], strict=False)) * 32 <= 500


def test_at_its_longest_it_is_cut_and_nothing_is_lost() -> None:
    events, _ = run([(0.9, 5120), (0.0, 960)], SpeechInOptions(max_utterance_s=2.0, incremental_s=0.0))
    ended = [event.utterance for _, event in events if event.kind is Kind.ENDED]
    assert len(ended) == 3
    heard = np.concatenate([utterance.samples[::FRAME_SAMPLES] for utterance in ended])
    assert np.array_equal(heard, np.arange(len(heard)))


def test_two_utterances_share_no_speech() -> None:
    events, _ = run([(0.9, 640), (0.0, 832), (0.9, 640), (0.0, 960)])
    first, second = (event.utterance for _, event in events if event.kind is Kind.ENDED)
    assert first.speech_end <= second.first
    assert second.samples[0] >= 20


def test_finish_gives_what_is_under_way_once() -> None:
    _, endpointer = run([(0.9, 640)])
    event = endpointer.finish()
    assert event is not None
    assert event.kind is Kind.ENDED
    assert endpointer.finish() is None


def test_what_the_words_say_of_a_pause_holds_for_that_pause_alone() -> None:
    for silence_ms, frames in ((320, 10), (1600, 50)):
        events, endpointer = run([(0.9, 640), (0.0, 192)])
        endpointer.expect_end(events[-1][1].utterance, silence_ms)
        more = [endpointer.feed(np.zeros(FRAME_SAMPLES, np.float32), 0.0) for _ in range(60)]
        (at,) = [6 + index + 1 for index, event in enumerate(more) if event is not None]
        assert at == frames
    events, endpointer = run([(0.9, 640), (0.0, 192)])
    before = events[-1][1].utterance
    endpointer.feed(np.zeros(FRAME_SAMPLES, np.float32), 0.9)
    endpointer.expect_end(before, 224)
    assert [endpointer.feed(np.zeros(FRAME_SAMPLES, np.float32), 0.0) for _ in range(5)] == [None] * 5


def test_words_that_come_late_end_at_once_a_pause_that_has_been_long_enough() -> None:
    events, endpointer = run([(0.9, 640), (0.0, 480)])
    ended = endpointer.expect_end(events[-1][1].utterance, 320)
    assert ended is not None
    assert ended.kind is Kind.ENDED
    assert endpointer.feed(np.zeros(FRAME_SAMPLES, np.float32), 0.0) is None
