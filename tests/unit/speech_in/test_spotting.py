# SPDX-License-Identifier: Apache-2.0
"""When a word that was spotted in the sound is a stop. The detector and the spotter here say what they are told to."""

import numpy as np

from tektra.common.errors import BackendError
from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s, Transcript
from tektra.speech_in.dictation import Said
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.hearing import Hearing
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.spotting import LIKELY, LOOK, PATIENCE_S, PATIENCE_WITHIN_S, SURE, Spotting
from tektra.speech_in.voice import Chunk, Heard, Voice

from .loud import Loud

FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ


class Marked:
    """Meets Spotter: a word ends where the sound is at its loudest."""

    window = 16 * FRAME_SAMPLES

    def __init__(self, word: str = "stop", score: float = 1.0, loud_above: float = 0.9) -> None:
        self.word, self.score, self.looks, self.loud_above = word, score, 0, loud_above

    def load(self) -> None: ...
    def close(self) -> None: ...
    def scores(self, samples: Float32s) -> dict[str, float]:
        self.looks += 1
        return {self.word: self.score * float(np.abs(samples).max() > self.loud_above)}


def sound(*parts: tuple[float, float]) -> np.ndarray:
    """Levels and how long they last, in s."""
    frames = [np.full(round(length_s / FRAME_S) * FRAME_SAMPLES, level) for level, length_s in parts]
    whole = np.concatenate(frames)
    return (whole * np.where(np.arange(len(whole)) % 2, 32767, -32767)).astype(np.int16)


def voice(spotter: Marked) -> Voice:
    return Voice("v", Loud(), SpeechInOptions(), None, Spotting(spotter))


def told(made: Voice, samples: np.ndarray, from_s: float = 0.0) -> list[tuple[Kind, float]]:
    """What is told of a sound in its own time, and when."""
    news = []
    for sequence, at in enumerate(range(0, len(samples), FRAME_SAMPLES)):
        now_s = from_s + at / SAMPLE_RATE_HZ + FRAME_S
        chunk = Chunk(samples[at : at + FRAME_SAMPLES], SAMPLE_RATE_HZ, 1, sequence, False, now_s - FRAME_S)
        news += [(one.kind, now_s) for one in made.feed(chunk, now_s)]
    return news


def spotted(news: list[tuple[Kind, float]]) -> list[float]:
    return [when_s for kind, when_s in news if kind is Kind.SPOTTED]


QUIET, LOW, WORD = 0.0, 0.5, 0.95


def test_a_word_alone_stops_as_soon_as_silence_follows() -> None:
    news = told(voice(Marked()), sound((QUIET, 1.0), (LOW, 0.2), (WORD, 0.2), (QUIET, 2.0)))
    assert len(spotted(news)) == 1
    assert 1.5 < spotted(news)[0] < 1.7


def test_with_more_words_behind_it_the_recogniser_has_its_time() -> None:
    news = told(voice(Marked()), sound((QUIET, 1.0), (WORD, 0.3), (LOW, 4.0), (QUIET, 0.5)))
    assert len(spotted(news)) == 1
    assert 1.0 + PATIENCE_WITHIN_S < spotted(news)[0] < 1.5 + PATIENCE_WITHIN_S


def test_a_word_that_is_louder_than_the_music_around_it_stops_as_soon_as_it_is_over() -> None:
    music, loud = 0.2, 0.9  # the music is taken for speech without an end
    news = told(voice(Marked(loud_above=0.8)), sound((music, 4.0), (loud, 0.4), (music, 3.0)))
    assert len(spotted(news)) == 1
    assert 4.4 < spotted(news)[0] < 4.7


def test_a_word_that_is_no_louder_than_the_talk_around_it_waits_for_the_recogniser() -> None:
    talk, loud = 0.6, 0.9
    news = told(voice(Marked(loud_above=0.8)), sound((talk, 4.0), (loud, 0.4), (talk, 4.0)))
    assert spotted(news)[0] > 4.0 + PATIENCE_WITHIN_S


def test_a_loud_sentence_over_quiet_music_is_no_word_alone() -> None:
    news = told(
        voice(Marked(loud_above=0.8)), sound((0.2, 4.0), (0.6, 1.2), (0.9, 0.3), (0.6, 0.4), (0.2, 2.0))
    )
    assert not [when_s for when_s in spotted(news) if when_s < 4.0 + 1.2 + PATIENCE_WITHIN_S]


def test_what_the_recogniser_explains_away_stops_nothing() -> None:
    made = voice(Marked())
    begun = told(made, sound((QUIET, 1.0), (WORD, 0.3), (LOW, 0.3)))
    assert not spotted(begun)
    utterance = made._endpointer.so_far()
    made.judged(Heard("v", Kind.PAUSED, utterance, False, 0.0))
    assert not spotted(told(made, sound((LOW, 3.0), (QUIET, 1.0)), from_s=1.6))


UNSURE = (SURE + LIKELY) / 2


def test_a_word_alone_of_which_the_spotter_is_not_sure_is_asked_of_the_recogniser() -> None:
    made = voice(Marked(score=UNSURE))
    news = []
    samples = sound((QUIET, 1.0), (WORD, 0.3), (QUIET, 0.7))
    for sequence, at in enumerate(range(0, len(samples), FRAME_SAMPLES)):
        chunk = Chunk(samples[at : at + FRAME_SAMPLES], SAMPLE_RATE_HZ, 1, sequence, False, 0.0)
        news += made.feed(chunk, at / SAMPLE_RATE_HZ)
    assert [one.likely_stop for one in news if one.kind is Kind.PAUSED] == [True]
    assert Kind.SPOTTED not in [one.kind for one in news]
    made.judged(next(one for one in news if one.kind is Kind.PAUSED))
    assert not spotted(told(made, sound((QUIET, 2.0)), from_s=2.0))


def test_it_stops_when_the_recogniser_does_not_answer_but_not_within_a_sentence() -> None:
    alone, within = (voice(Marked(score=UNSURE)) for _ in range(2))
    assert len(spotted(told(alone, sound((QUIET, 1.0), (WORD, 0.3), (QUIET, 2.5))))) == 1
    assert not spotted(told(within, sound((QUIET, 1.0), (LOW, 2.0), (WORD, 0.3), (LOW, 2.0), (QUIET, 3.5))))


def test_when_no_more_sound_comes_it_stops_all_the_same() -> None:
    made = voice(Marked())
    assert not spotted(told(made, sound((QUIET, 1.0), (WORD, 0.3), (LOW, 0.1))))
    assert next(one.kind for one in made.check(1.5 + PATIENCE_S)) is Kind.SPOTTED


def test_tektras_name_stops_nothing_and_is_told_of_its_utterance() -> None:
    made = voice(Marked("wake"))
    news: list[Heard] = []
    samples = sound((QUIET, 1.0), (LOW, 0.3), (WORD, 0.3), (QUIET, 2.0))
    for sequence, at in enumerate(range(0, len(samples), FRAME_SAMPLES)):
        news += made.feed(
            Chunk(samples[at : at + FRAME_SAMPLES], SAMPLE_RATE_HZ, 1, sequence, False, 0.0), at / 16000
        )
    assert Kind.SPOTTED not in [one.kind for one in news]
    assert [one.named for one in news if one.kind is Kind.ENDED] == [True]


def test_silence_costs_no_look() -> None:
    spotter = Marked()
    told(voice(spotter), sound((QUIET, 10.0)))
    assert spotter.looks == 0
    told(voice(spotter), sound((LOW, 8.0)))
    assert abs(spotter.looks - 8.0 * SAMPLE_RATE_HZ / LOOK) < 25


class Dead:
    """Meets Stt, and never answers."""

    def load(self) -> None: ...
    def expect(self, names: str, language: str = "") -> None: ...
    def close(self) -> None: ...
    def transcribe(self, samples: Float32s, locale: str) -> Transcript:
        raise BackendError("the recogniser is broken", "start it anew")


def test_a_stop_goes_out_also_when_the_recogniser_is_dead() -> None:
    said: list[Said] = []
    hearing = Hearing(
        {"v": voice(Marked())},
        Dead(),
        SpeechInOptions(),
        tell=said.append,
        on_speaking=lambda name, speaks: None,
        report=lambda error: None,
        now=lambda: 0.0,
    )
    hearing.start()
    samples = sound((QUIET, 1.0), (WORD, 0.3), (QUIET, 1.0))
    hearing.feed("v", Chunk(samples, SAMPLE_RATE_HZ, 1, 0, True, 0.0))
    while hearing._ear.waiting:
        pass
    hearing.close()
    assert [one.stops for one in said if one.stops] == [True]
