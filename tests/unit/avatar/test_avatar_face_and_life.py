# SPDX-License-Identifier: Apache-2.0
"""Expressions, blinking, idle movement, gestures."""

import itertools
import math

import numpy as np
import pytest

from tektra.avatar import gestures
from tektra.avatar.arkit import INDEX, NAMES
from tektra.avatar.errors import UnknownNameError
from tektra.avatar.expressions import EXPRESSIONS, Face
from tektra.avatar.life import BLINK_S, CLOSING_S, Blinker, Sway, Wander, closure
from tektra.avatar.state import HeadPose
from tektra.common.errors import InputError


def worn(face: Face, from_s: float, to_s: float):
    """The face's weights after 30 frames a second."""
    frames = round((to_s - from_s) * 30)
    for number in range(frames + 1):
        weights = face.at(from_s + number / 30)
    return weights


def test_there_are_52_different_blendshapes():
    assert len(NAMES) == len(set(NAMES)) == 52


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_each_expression_is_reached_and_within_bounds(name: str):
    face = Face()
    face.ask(name, intensity=1.0, duration_s=0.0, now_s=0.0)
    weights = worn(face, 0.0, 2.0)
    assert weights == pytest.approx(EXPRESSIONS[name], abs=1e-3)
    assert weights.min() >= 0
    assert weights.max() <= 1
    assert face.expression == name


def test_an_expression_comes_gradually():
    face = Face()
    face.at(0.0)
    face.ask("surprised", intensity=1.0, duration_s=0.0, now_s=0.0)
    first, later = (face.at(at_s)[INDEX["browInnerUp"]] for at_s in (1 / 30, 0.5))
    assert 0 < first < 0.3 * EXPRESSIONS["surprised"][INDEX["browInnerUp"]] < later


def test_half_an_intensity_is_half_the_expression():
    face = Face()
    face.ask("surprised", intensity=0.5, duration_s=0.0, now_s=0.0)
    weights = worn(face, 0.0, 2.0)
    assert weights == pytest.approx(0.5 * EXPRESSIONS["surprised"] + 0.5 * EXPRESSIONS["neutral"], abs=1e-3)


def test_after_its_time_the_face_goes_back_to_the_mood():
    face = Face()
    face.set_mood("attentive")
    face.ask("happy", intensity=0.0, duration_s=1.0, now_s=0.0)
    assert worn(face, 0.0, 0.9)[INDEX["mouthSmileLeft"]] > 0.5
    assert worn(face, 0.9, 3.0) == pytest.approx(EXPRESSIONS["attentive"], abs=1e-3)


def test_asking_for_neutral_hands_back_to_the_mood():
    face = Face()
    face.set_mood("thinking")
    face.ask("happy", intensity=1.0, duration_s=0.0, now_s=0.0)
    face.ask("neutral", intensity=1.0, duration_s=0.0, now_s=0.0)
    assert face.expression == "thinking"


def test_an_unknown_expression_is_refused_by_name_and_the_old_one_stays():
    face = Face()
    face.ask("happy", intensity=1.0, duration_s=0.0, now_s=0.0)
    with pytest.raises(UnknownNameError, match=r"'smug'.*happy"):
        face.ask("smug", intensity=1.0, duration_s=0.0, now_s=0.0)
    assert face.expression == "happy"


@pytest.mark.parametrize(
    ("intensity", "duration_s"), [(1.1, 0.0), (-0.1, 0.0), (math.nan, 0.0), (1.0, -1.0), (1.0, math.inf)]
)
def test_an_intensity_or_duration_that_cannot_be_is_refused(intensity: float, duration_s: float):
    with pytest.raises(InputError):
        Face().ask("happy", intensity=intensity, duration_s=duration_s, now_s=0.0)


def test_it_blinks_between_5_and_40_times_a_minute_and_closes_fully():
    blinker = Blinker(seed=3)
    closures = [blinker.at(number / 100) for number in range(60_000)]
    blinks = sum(before < 0.5 <= after for before, after in itertools.pairwise(closures))
    assert 5 < blinks / 10 < 40
    assert max(closures) == 1.0
    assert sum(value > 0 for value in closures) < 0.2 * len(closures)


def test_a_blink_begins_and_ends_open():
    assert closure(-0.1) == closure(0.0) == closure(BLINK_S) == 0.0


def test_a_lid_closes_faster_than_it_opens_and_neither_at_once():
    closing = [closure(CLOSING_S * part) for part in (0.2, 0.5, 0.8)]
    assert 0.1 < closing[0] < closing[1] < closing[2] < 1.0
    assert sum(closure(n / 1000) < 0.5 for n in range(120)) < sum(
        closure(n / 1000) < 0.5 for n in range(120, 240)
    )


def test_the_same_seed_gives_the_same_life_and_another_seed_another():
    def life(seed: int) -> list[object]:
        blinker, wander, sway = Blinker(seed), Wander(seed), Sway(seed)
        return [(blinker.at(n / 10), wander.at(n / 10), sway.at(n / 10)) for n in range(300)]

    assert life(5) == life(5) != life(6)


def test_the_head_sways_little_and_never_jumps():
    sway = Sway(seed=2)
    poses = [sway.at(number / 30) for number in range(9000)]
    assert 0.005 < max(abs(pose.yaw_rad) for pose in poses) < math.radians(2)
    assert max(abs(b.yaw_rad - a.yaw_rad) for a, b in itertools.pairwise(poses)) < 0.005


@pytest.mark.parametrize("name", gestures.NAMES)
def test_a_gesture_moves_the_head_smoothly_and_ends_where_it_began(name: str):
    gesturing = gestures.Gesturing()
    gesturing.play(name, 100.0)
    played = [gesturing.at(100.0 + number / 60) for number in range(240)]
    names = [told for told, _ in played]
    assert names[1] == name
    assert names[-1] == ""
    assert played[-1][1] == HeadPose()
    turns = [max(abs(p.yaw_rad), abs(p.pitch_rad), abs(p.roll_rad)) for _, p in played]
    assert max(turns) > 0.1
    assert max(abs(b - a) for a, b in itertools.pairwise(turns)) < 0.06


def test_a_nod_goes_down_first_and_a_shake_to_both_sides():
    gesturing = gestures.Gesturing()
    gesturing.play("nod", 0.0)
    assert gesturing.at(0.15)[1].pitch_rad > 0.1
    gesturing.play("shake", 1.0)
    yaws = [gesturing.at(1.0 + number / 30)[1].yaw_rad for number in range(32)]
    assert min(yaws) < -0.15
    assert max(yaws) > 0.15


def test_an_unknown_gesture_is_refused_by_name():
    with pytest.raises(UnknownNameError, match=r"'juggle'.*nod"):
        gestures.Gesturing().play("juggle", 0.0)


def test_feelings_are_told_apart_from_across_the_room() -> None:
    """Angry, sad and concerned hardly differed, and a smile showed no teeth."""
    for one, other in itertools.combinations(
        ("neutral", "happy", "sad", "angry", "concerned", "surprised"), 2
    ):
        moved = np.abs(EXPRESSIONS[one] - EXPRESSIONS[other])
        brows_and_lids = moved[[i for i, name in enumerate(NAMES) if name.startswith(("brow", "eye"))]].sum()
        mouth = moved[[i for i, name in enumerate(NAMES) if name.startswith(("mouth", "jaw"))]].sum()
        assert moved.sum() > 2.0 and brows_and_lids > 0.5 and mouth > 0.5, (one, other, brows_and_lids, mouth)
    happy = EXPRESSIONS["happy"]
    assert min(happy[INDEX["mouthUpperUpLeft"]], happy[INDEX["mouthUpperUpRight"]]) >= 0.4
