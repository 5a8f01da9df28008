# SPDX-License-Identifier: Apache-2.0
"""Brows, nods and blinks on stressed words, the jump at a stop, and the feeling that fades."""

import itertools
import math

import numpy as np
import pytest

from tektra.avatar.arkit import INDEX
from tektra.avatar.avatar import NOD_RAD, Avatar
from tektra.avatar.expressions import EXPRESSIONS
from tektra.avatar.look import Look
from tektra.avatar.mood import FELT_AFTER_S, Mood
from tektra.avatar.prosody import ACCENT_GAP_S, BLINK_GAP_S, MAX_PENDING, Prosody, SpokenWord, accents
from tektra.avatar.visemes import Viseme
from tektra.common.errors import InputError

# "the big robot is in the kitchen": when each word begins, and how long it sounds.
CLAUSE = [
    SpokenWord(start_s, duration_s)
    for start_s, duration_s in (
        (1.0, 0.10), (1.1, 0.35), (1.5, 0.40), (1.9, 0.12), (2.05, 0.10), (2.15, 0.10), (2.3, 0.5)
    )
]  # fmt: skip


def speaking(words: list[SpokenWord], *, question: bool = False, emotion: str = "") -> Avatar:
    avatar = Avatar(Look(), seed=5)
    avatar.mood.feels(emotion, words[0].start_s)
    avatar.visemes.add("u", [Viseme("E", word.start_s, word.duration_s) for word in words])
    avatar.prosody.add("u", words, question=question)
    return avatar


def test_the_long_words_and_the_last_of_a_clause_are_stressed_and_never_two_close_together():
    made = accents(CLAUSE, question=False)
    assert [accent.start_s for accent in made] == [1.1, 2.3]
    assert made[-1].strength == max(accent.strength for accent in made)
    long = [SpokenWord(number * 0.2, 0.19) for number in range(200)]
    starts = [accent.start_s for accent in accents(long, question=False)]
    assert all(b - a >= ACCENT_GAP_S for a, b in itertools.pairwise(starts))


def test_brows_rise_and_the_head_nods_with_a_stressed_word_and_rest_between_them():
    prosody = Prosody()
    prosody.add("u", CLAUSE, question=False)
    at = {moment: prosody.at(moment) for moment in (0.8, 1.26, 1.95, 2.46, 3.6)}
    assert at[0.8].brows == at[0.8].nod == 0.0
    assert at[1.26].brows > 0.5
    assert at[1.26].nod > 0.5
    assert at[1.95].nod < 0.1
    assert at[2.46].nod == pytest.approx(1.0)
    assert at[3.6].brows == at[3.6].nod == at[3.6].closed == 0.0


def test_brows_lead_the_head_and_nothing_jumps():
    prosody = Prosody()
    prosody.add("u", CLAUSE, question=False)
    borne = [prosody.at(number / 100) for number in range(400)]
    assert next(i for i, b in enumerate(borne) if b.brows > 0) < next(
        i for i, b in enumerate(borne) if b.nod > 0
    )
    assert max(abs(b.brows - a.brows) for a, b in itertools.pairwise(borne)) < 0.12


def test_a_clause_ends_with_a_blink_but_short_clauses_do_not_blink_each():
    prosody = Prosody()
    prosody.add("u", CLAUSE, question=False)
    assert max(prosody.at(number / 100).closed for number in range(279, 310)) == 1.0
    blinks = []
    for number in range(20):
        prosody.add("v", [SpokenWord(10.0 + 0.5 * number, 0.4)], question=False)
    for number in range(1000, 2100):
        blinks.append(prosody.at(number / 100).closed)
    starts = [i / 100 for i, (a, b) in enumerate(itertools.pairwise(blinks)) if a == 0.0 < b]
    assert 2 <= len(starts) <= 10.0 / BLINK_GAP_S + 1


def test_a_question_keeps_its_brows_up_after_its_last_word_and_does_not_nod_it():
    asked, told = Prosody(), Prosody()
    asked.add("u", CLAUSE, question=True)
    told.add("u", CLAUSE, question=False)
    assert asked.at(2.95).brows > 0.9 > 0.3 > told.at(2.95).brows
    assert asked.at(2.5).nod == 0.0


def test_what_is_cut_off_moves_nothing_any_more_and_what_had_begun_goes_back():
    prosody = Prosody()
    prosody.add("u", CLAUSE, question=True)
    prosody.at(1.2)
    prosody.cancel("u", 1.2)
    assert prosody.at(1.3).brows > 0.3
    assert all(prosody.at(moment) == Prosody().at(0.0) for moment in (1.9, 2.4, 2.9))


@pytest.mark.parametrize(
    "word",
    [SpokenWord(math.nan, 0.1), SpokenWord(1.0, -0.1), SpokenWord(1.0, math.inf), SpokenWord(math.inf, 0.1)],
)
def test_times_that_cannot_be_are_refused_and_change_nothing(word: SpokenWord):
    prosody = Prosody()
    with pytest.raises(InputError):
        prosody.add("u", [*CLAUSE, word], question=False)
    assert prosody.at(2.4).brows == 0.0


def test_words_without_end_are_refused():
    prosody = Prosody()
    with pytest.raises(InputError, match=str(MAX_PENDING)):
        prosody.add("u", [SpokenWord(float(n), 0.3) for n in range(MAX_PENDING + 1)], question=False)


def test_no_words_and_words_without_length_are_borne():
    prosody = Prosody()
    prosody.add("u", [], question=True)
    prosody.add("u", [SpokenWord(1.0, 0.0), SpokenWord(1.0, 0.0)], question=False)
    assert prosody.at(1.16).nod == pytest.approx(1.0)


def test_a_spoken_sentence_moves_brows_and_head_in_the_state_that_all_renderers_follow():
    """Brows and cheeks were still while it spoke."""
    moving, still = speaking(CLAUSE), speaking(CLAUSE)
    still.prosody.cancel("", 0.0)
    pairs = [(moving.at(number / 30), still.at(number / 30)) for number in range(24, 110)]
    brow = INDEX["browOuterUpLeft"]
    assert max(a.weights[brow] - b.weights[brow] for a, b in pairs) > 0.25
    assert max(a.head.pitch_rad - b.head.pitch_rad for a, b in pairs) == pytest.approx(NOD_RAD, rel=0.1)
    jaw = INDEX["jawOpen"]
    assert all(a.weights[jaw] == b.weights[jaw] for a, b in pairs)


def test_anger_does_not_raise_its_brows_on_a_word():
    calm, angry = speaking(CLAUSE), speaking(CLAUSE, emotion="angry")
    for number in range(90):
        states = calm.at(number / 30), angry.at(number / 30)
        if number > 60:
            assert states[1].weights[INDEX["browInnerUp"]] < 0.05
    assert states[1].weights[INDEX["browDownLeft"]] > 0.9


def test_a_feeling_stays_while_it_is_spoken_and_fades_after_the_last_word_without_a_jump():
    avatar = speaking([SpokenWord(1.0 + number, 0.9) for number in range(20)], emotion="happy")
    states = {number: avatar.at(number / 30) for number in range(30, 30 * 27)}
    assert {states[number].expression for number in range(60, 30 * 21)} == {"happy"}
    assert states[30 * 22].expression == "happy"
    assert states[30 * 26].expression == "neutral"
    smile = INDEX["cheekSquintLeft"]
    frames = [state.weights[smile] for number, state in states.items() if number > 30 * 22]
    assert max(a - b for a, b in itertools.pairwise(frames)) < 0.08
    assert frames[-1] < 0.1


def test_after_a_spoken_feeling_the_clock_runs_from_the_last_sound():
    mood = Mood()
    mood.feels("happy", 0.0)
    mood.expression("speaking", 20.0)
    assert mood.expression("idle", 20.0 + FELT_AFTER_S - 0.1) == "happy"
    assert mood.expression("idle", 20.0 + FELT_AFTER_S + 0.1) == "neutral"


def test_a_stop_startles_at_once_and_the_alert_face_stays():
    avatar = Avatar(Look(), seed=2)
    avatar.mood.safety(stopped=False, now_s=0.0)
    calm = [avatar.at(number / 30) for number in range(15)][-1]
    avatar.mood.safety(stopped=True, now_s=0.5)
    avatar.at(0.5)
    avatar.mood.safety(stopped=True, now_s=0.6)
    at_once = avatar.at(0.65)
    for number in range(20, 90):
        avatar.mood.safety(stopped=True, now_s=number / 30)
        late = avatar.at(number / 30)
    wide, jaw = INDEX["eyeWideLeft"], INDEX["jawOpen"]
    assert at_once.weights[wide] > calm.weights[wide] + 0.4
    assert at_once.head.pitch_rad < calm.head.pitch_rad - 0.05
    assert late.weights[jaw] < 0.02 < at_once.weights[jaw]
    assert late.weights[wide] == pytest.approx(EXPRESSIONS["alert"][wide], abs=0.2)


def test_what_begins_stopped_is_not_startled_by_it():
    avatar = Avatar(Look(), seed=2)
    avatar.mood.safety(stopped=True, now_s=0.0)
    assert all(avatar.at(number / 30).weights[INDEX["jawOpen"]] < 0.02 for number in range(20))


def test_it_looks_steadily_at_whom_it_listens_to():
    def restless(listening: bool) -> float:
        avatar = Avatar(Look(), seed=4)
        avatar.mood.hearing("default", speaking=listening)
        return float(np.std([avatar.at(number / 30).gaze[1] for number in range(1800)]))

    assert restless(True) < 0.5 * restless(False)
