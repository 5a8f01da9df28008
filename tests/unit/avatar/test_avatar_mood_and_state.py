# SPDX-License-Identifier: Apache-2.0
"""What happens around the avatar, and the one state that comes out."""

import numpy as np
import pytest

from tektra.avatar.arkit import INDEX
from tektra.avatar.avatar import Avatar
from tektra.avatar.look import Look
from tektra.avatar.mood import SAFETY_SILENCE_S, THINKING_AT_MOST_S, Mood
from tektra.avatar.visemes import Viseme


def states(avatar: Avatar, from_s: float, to_s: float):
    return [avatar.at(from_s + number / 30) for number in range(round((to_s - from_s) * 30))]


def test_a_stop_comes_before_everything_else():
    mood = Mood()
    mood.hearing("default", speaking=True)
    mood.asked(0.0)
    mood.safety(stopped=True, now_s=0.0)
    assert mood.mode(0.1, speaking=True) == "stopped"


def test_that_it_hears_nothing_is_shown_unless_it_speaks_or_is_stopped():
    mood = Mood()
    mood.hearing("default", speaking=True)
    mood.muted(True)
    assert mood.mode(0.0, speaking=False) == "muted"
    assert mood.mode(0.0, speaking=True) == "speaking"
    mood.muted(False)
    assert mood.mode(0.0, speaking=False) == "listening"


def test_an_answer_s_feeling_is_worn_while_it_is_spoken_and_shortly_after():
    mood = Mood()
    mood.feels("happy", 1.0)
    worn = [mood.expression(mode, 2.0) for mode in ("speaking", "idle", "stopped", "thinking", "listening")]
    assert worn == ["happy", "happy", "alert", "thinking", "attentive"]
    assert (mood.expression("speaking", 20.0), mood.expression("idle", 23.0)) == ("happy", "neutral")
    mood.feels("", 3.0)
    assert mood.expression("speaking", 3.1) == "neutral"


def test_the_face_wears_how_an_answer_is_meant():
    avatar = Avatar(Look())
    avatar.mood.feels("concerned", 0.0)
    assert {state.expression for state in states(avatar, 0.0, 1.0)} == {"concerned"}


def test_a_gate_that_falls_silent_counts_as_a_stop():
    mood = Mood()
    mood.safety(stopped=False, now_s=0.0)
    assert mood.mode(0.1, speaking=False) == "idle"
    assert mood.mode(SAFETY_SILENCE_S + 0.1, speaking=False) == "stopped"


def test_without_any_gate_the_avatar_is_not_alarmed():
    assert Mood().mode(100.0, speaking=False) == "idle"


def test_it_listens_then_thinks_then_speaks_then_idles():
    mood = Mood()
    mood.hearing("default", speaking=True)
    assert mood.mode(0.0, speaking=False) == "listening"
    mood.hearing("default", speaking=False)
    mood.asked(1.0)
    assert mood.mode(1.5, speaking=False) == "thinking"
    assert mood.mode(2.0, speaking=True) == "speaking"
    mood.answered()
    assert mood.mode(3.0, speaking=False) == "idle"


def test_an_answer_that_never_comes_ends_the_thinking():
    mood = Mood()
    mood.asked(0.0)
    assert mood.mode(THINKING_AT_MOST_S + 1, speaking=False) == "idle"


def test_one_voice_that_ends_does_not_end_the_listening_to_another():
    mood = Mood()
    mood.hearing("a", speaking=True)
    mood.hearing("b", speaking=True)
    mood.hearing("a", speaking=False)
    assert mood.mode(0.0, speaking=False) == "listening"


def test_the_mouth_follows_the_viseme_and_the_state_names_it():
    avatar = Avatar(Look())
    avatar.visemes.add("u", [Viseme("aa", 10.0, 0.3)])
    quiet, speaking = avatar.at(9.0), avatar.at(10.15)
    assert (quiet.viseme, speaking.viseme) == ("sil", "aa")
    assert speaking.mode == "speaking"
    assert speaking.weights[INDEX["jawOpen"]] > quiet.weights[INDEX["jawOpen"]] + 0.3


def test_a_smile_stays_partly_while_it_speaks():
    avatar = Avatar(Look())
    avatar.face.ask("happy", intensity=1.0, duration_s=0.0, now_s=0.0)
    avatar.visemes.add("u", [Viseme("aa", 3.0, 0.3)])
    silent, speaking = states(avatar, 0.0, 2.0)[-1], avatar.at(3.15)
    smile = INDEX["mouthSmileLeft"]
    assert 0.2 < speaking.weights[smile] < silent.weights[smile]


def test_a_stop_shows_as_alert_and_ends_with_it():
    avatar = Avatar(Look())
    avatar.mood.safety(stopped=True, now_s=0.0)
    assert states(avatar, 0.0, 0.5)[-1].expression == "alert"
    avatar.mood.safety(stopped=False, now_s=0.5)
    assert states(avatar, 0.5, 1.0)[-1].expression == "neutral"


def test_thinking_looks_up_and_aside_and_idle_looks_ahead():
    avatar = Avatar(Look(), seed=4)
    ahead = np.mean([state.gaze for state in states(avatar, 0.0, 20.0)], axis=0)
    avatar.mood.asked(20.0)
    thinking = np.mean([state.gaze for state in states(avatar, 20.0, 40.0)], axis=0)
    assert abs(ahead[1]) < 0.05
    assert abs(ahead[2]) < 0.05
    assert thinking[1] > 0.1
    assert thinking[2] > 0.08


def test_the_eyes_stay_with_the_person_while_the_head_turns():
    avatar = Avatar(Look(), seed=4)
    avatar.gestures.play("look_around", 0.0)
    turned = [state for state in states(avatar, 0.0, 2.8) if abs(state.head.yaw_rad) > 0.4]
    assert turned
    assert all(state.gaze[1] * state.head.yaw_rad < 0 for state in turned)


def test_every_state_is_whole_and_within_bounds():
    avatar = Avatar(Look(), seed=8)
    avatar.face.ask("surprised", intensity=1.0, duration_s=0.0, now_s=0.0)
    avatar.gestures.play("shake", 1.0)
    avatar.visemes.add("u", [Viseme("O", 0.5 + number / 10, 0.1) for number in range(20)])
    for state in states(avatar, 0.0, 10.0):
        assert state.weights.shape == (52,)
        assert state.weights.dtype == np.float32
        assert state.weights.min() >= 0
        assert state.weights.max() <= 1
        assert np.linalg.norm(state.gaze) == pytest.approx(1.0)


def test_a_wide_open_eye_still_closes_when_it_blinks():
    avatar = Avatar(Look(), seed=8)
    avatar.face.ask("surprised", intensity=1.0, duration_s=0.0, now_s=0.0)
    blink, wide = INDEX["eyeBlinkLeft"], INDEX["eyeWideLeft"]
    closed = max(states(avatar, 0.0, 30.0), key=lambda state: state.weights[blink])
    assert closed.weights[blink] > 0.9
    assert closed.weights[wide] < 0.1


def test_the_same_seed_and_events_give_the_same_states():
    def told(seed: int) -> list[bytes]:
        return [state.weights.tobytes() for state in states(Avatar(Look(), seed=seed), 0.0, 20.0)]

    assert told(1) == told(1) != told(2)
