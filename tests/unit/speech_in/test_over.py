# SPDX-License-Identifier: Apache-2.0
"""Whoever begins to speak over Tektra makes it silent at once, is heard to the end, and a click holds it up for a moment only."""

import numpy as np
import pytest

from tektra.speech_in.backends import FRAME_SAMPLES, SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.endpointer import Kind, Utterance
from tektra.speech_in.hearing import Hearing
from tektra.speech_in.options import SpeechInOptions
from tektra.speech_in.own_sound import OwnSpeech
from tektra.speech_in.voice import Chunk, Heard, Voice

from .loud import Loud

FRAME_S = FRAME_SAMPLES / SAMPLE_RATE_HZ
TELLS = (Kind.STIRRED, Kind.CALMED, Kind.STARTED, Kind.ENDED)


class Echoes:
    """Meets OwnSound as far as a voice asks. `person`: whether more is heard than Tektra's echo."""

    known, person = True, True

    def reset(self) -> None: ...
    def line_up(self, position: int, stamp_s: float) -> None: ...
    def take_out(self, frame: Float32s, position: int) -> Float32s:
        return frame

    def person_over(self, position: int) -> bool:
        return self.person

    def said_stop(self, position: int) -> bool:
        return False

    def within(self, utterance: Utterance) -> OwnSpeech | None:
        return None


class Room:
    """A voice in it, and Tektra, which speaks."""

    def __init__(self, **options: object) -> None:
        self.own = Echoes()
        self.voice = Voice("v", Loud(), SpeechInOptions(incremental_s=0.0, **options), self.own)  # type: ignore[arg-type]
        self._sequence = 0
        self.tell(self.voice.tektra_speaks(True))

    def tell(self, news: list[Heard]) -> list[Heard]:
        return [one for one in news if one.kind in TELLS]

    def hear(self, *frames: int) -> list[Heard]:
        """1: a loud frame, 0: a silent one."""
        news: list[Heard] = []
        for loud in frames:
            samples = np.full(FRAME_SAMPLES, 8000 * loud, np.int16) * (-1) ** np.arange(FRAME_SAMPLES)
            at_s = self._sequence * FRAME_S
            chunk = Chunk(samples.astype(np.int16), SAMPLE_RATE_HZ, 1, self._sequence, False, at_s)
            news += self.voice.feed(chunk, at_s)
            self._sequence += 1
        return self.tell(news)


def kinds(news: list[Heard]) -> list[Kind]:
    return [one.kind for one in news]


def test_the_first_frame_of_speech_is_told() -> None:
    room = Room()
    assert kinds(room.hear(0, 0, 0)) == []
    assert kinds(room.hear(1)) == [Kind.STIRRED]


def test_what_becomes_an_utterance_is_told_with_its_begin_and_its_end_has_the_same_key() -> None:
    room = Room()
    news = room.hear(*[0] * 20, *[1] * 10, *[0] * 40)
    assert kinds(news) == [Kind.STIRRED, Kind.STARTED, Kind.STIRRED, Kind.ENDED]
    assert len({one.key for one in news[1:]}) == 1


@pytest.mark.parametrize("clicks", [1, 2])
def test_of_a_click_it_is_told_that_it_was_nothing(clicks: int) -> None:
    room = Room()
    news = room.hear(*[0] * 5, *[1] * clicks, *[0] * 20)
    assert kinds(news) == [Kind.STIRRED, Kind.CALMED]
    assert news[0].key == news[1].key


def test_each_click_is_one_of_its_own() -> None:
    room = Room()
    news = room.hear(*([0] * 20 + [1]) * 3, *[0] * 20)
    assert kinds(news) == [Kind.STIRRED, Kind.CALMED] * 3
    assert len({one.key for one in news}) == 3


@pytest.mark.parametrize(
    "how", ["the stream ends", "the sound stops coming", "Tektra's sound is not known any more"]
)
def test_nobody_is_left_waiting_when_the_sound_breaks_off_after_a_click(how: str) -> None:
    room = Room()
    told = room.hear(0, 0, 1)
    match how:
        case "the stream ends":
            news = room.voice.finish()
        case "the sound stops coming":
            news = room.voice.check(60.0)
        case _:
            news = room.voice.own_sound_known(False)
            room.own.known = False
            news += room.voice.tektra_speaks(True) + room.voice.finish()
    assert kinds(room.tell(news)) == [Kind.CALMED]
    assert told[0].key == room.tell(news)[0].key


def test_tektras_own_echo_stirs_nobody() -> None:
    room = Room()
    room.own.person = False
    assert Kind.STIRRED not in kinds(room.hear(*[0] * 5, *[1] * 10, *[0] * 40))


def test_who_begins_within_what_was_taken_for_an_echo_is_told_too() -> None:
    room = Room()
    room.own.person = False
    assert kinds(room.hear(*[0] * 5, *[1] * 10)) == [Kind.STARTED]
    room.own.person = True
    assert kinds(room.hear(*[1] * 10)) == [Kind.STIRRED]


def test_without_the_canceller_nothing_is_told_before_it_is_an_utterance() -> None:
    """Half duplex: nobody knows whether it is Tektra itself."""
    room = Room()
    room.own.known = False
    assert Kind.STIRRED not in kinds(room.hear(*[0] * 5, *[1] * 10, *[0] * 40))


@pytest.mark.parametrize("silent_after", [3, 10])
def test_who_made_tektra_silent_is_heard_to_the_end(silent_after: int) -> None:
    """livekit/agents#2493, reachy_mini_conversation_app#355: 300 ms after Tektra had fallen silent for them, their sentence was cut in two,
    its first half counted for Tektra's echo, and Tektra spoke on over the second."""
    room = Room()
    news = room.hear(*[0] * 20, *[1] * silent_after)
    news += room.tell(room.voice.tektra_speaks(False))
    news += room.hear(*[1] * 40, *[0] * 40)
    (ended,) = [one for one in news if one.kind is Kind.ENDED]
    assert ended.utterance.speech_s == pytest.approx((silent_after + 40) * FRAME_S)
    assert not ended.while_tektra_spoke


def test_in_half_duplex_what_began_within_the_echos_tail_is_cut_from_what_comes_after() -> None:
    room = Room()
    room.own.known = False
    news = room.hear(*[0] * 20, *[1] * 5)
    news += room.tell(room.voice.tektra_speaks(False))
    news += room.hear(*[1] * 30, *[0] * 40)
    assert [one.while_tektra_spoke for one in news if one.kind is Kind.ENDED] == [True, False]


def test_the_stage_tells_both_at_once_and_recognises_neither() -> None:
    told: list[tuple[str, str]] = []
    room = Room()
    hearing = Hearing(
        {"v": room.voice},
        None,  # type: ignore[arg-type]
        SpeechInOptions(),
        tell=lambda said: None,
        on_speaking=lambda voice, speaks: told.append((voice, str(speaks))),
        report=lambda error: None,
        now=lambda: 0.0,
        begins_over=lambda heard: told.append(("begins", heard.key)),
        calmed=lambda heard: told.append(("calmed", heard.key)),
    )
    hearing._listen(lambda: room.hear(*[0] * 5, 1, *[0] * 20))
    begins, calmed = told
    assert (begins[0], calmed[0]) == ("begins", "calmed")
    assert begins[1] == calmed[1]
    assert hearing._stt.waiting == 0
