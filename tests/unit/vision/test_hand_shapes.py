# SPDX-License-Identifier: Apache-2.0
"""Hands by their landmarks. The hands here are put together from fingers that fold by so much at each joint."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tektra.vision.hand_shapes import named
from tektra.vision.sightings import Hand

Vector = NDArray[np.float64]
#: Knuckles of the index to the little finger beside each other, m from the wrist; lengths of a finger's three parts.
KNUCKLES, PARTS = (0.03, 0.01, -0.01, -0.03), (0.045, 0.028, 0.022)
STRAIGHT, FOLDED, GRIPPING, HALF = 0.05, 1.45, 1.05, 0.7
#: Beside the fingers, in the plane of the palm; and out of the palm.
ASIDE, OVER = (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


def finger(base: Vector, fold: float) -> list[Vector]:
    told, at = [base], base
    for number, part in enumerate(PARTS):
        bend = fold * (number + 1)
        at = at + part * np.array([math.cos(bend), 0.0, math.sin(bend)])
        told.append(at)
    return told


def hand(fold: float, thumb: str, turn: NDArray[np.float64] | None = None) -> Hand:
    """Fingers along x, the thumb beside the index (y). `thumb`: over the fingers, away from them, far away, or across the palm."""
    start = np.array([0.03, 0.045, 0.005])
    if thumb == "across":
        parts = [start + step * np.array([0.35, -0.94, 0.4]) for step in (0.0, 0.02, 0.04, 0.06)]
    elif thumb in ("away", "far away"):
        long = 1.4 if thumb == "far away" else 1.0
        parts = [start + step * long * np.array([0.35, 0.94, 0.0]) for step in (0.0, 0.035, 0.065, 0.09)]
    else:
        over = np.array([0.075, 0.012, 0.03])
        parts = [start + share * (over - start) for share in (0.0, 0.4, 0.75, 1.0)]
    points = [np.zeros(3), *parts]
    for offset in KNUCKLES:
        points += finger(np.array([0.085, offset, 0.0]), fold)
    landmarks = np.array(points) @ (np.eye(3) if turn is None else turn)
    landmarks = landmarks - landmarks.mean(axis=0)
    return Hand((), tuple((float(x), float(y), float(z)) for x, y, z in landmarks))


def turned(dice: np.random.Generator) -> NDArray[np.float64]:
    """Any rotation."""
    q, r = np.linalg.qr(dice.normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    return np.asarray(q if np.linalg.det(q) > 0 else -q)


#: The thumb's direction of `hand` upwards in a picture (y is down), and downwards.
UP, DOWN = np.diag([1.0, -1.0, -1.0]), np.eye(3)


def test_a_fist_and_a_palm_are_one_however_they_are_turned() -> None:
    dice = np.random.default_rng(4)
    for _ in range(200):
        turn = turned(dice)
        assert named("", 0.0, hand(FOLDED, "over", turn), 0.9) == ("closed_fist", 0.9)
        assert named("", 0.0, hand(STRAIGHT, "away", turn), 0.9) == ("open_palm", 0.9)


def test_a_thumb_counts_by_where_it_points() -> None:
    assert named("", 0.0, hand(FOLDED, "away", UP), 0.9)[0] == "thumb_up"
    assert named("", 0.0, hand(FOLDED, "away", DOWN), 0.9)[0] == "thumb_down"
    sideways = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -1.0]])
    assert named("", 0.0, hand(FOLDED, "away", sideways), 0.9)[0] == ""


def test_a_relaxed_hand_is_nothing_and_keeps_the_word_of_the_recogniser() -> None:
    relaxed = hand(HALF, "away")
    assert named("", 0.0, relaxed, 0.9) == ("", 0.0)
    assert named("victory", 0.7, relaxed, 0.9) == ("victory", 0.7)


def test_a_hand_that_grips_is_no_sure_fist() -> None:
    gesture, score = named("", 0.0, hand(GRIPPING, "over"), 0.99)
    assert gesture == "closed_fist" and score < 0.7
    assert named("closed_fist", 0.8, hand(GRIPPING, "over"), 0.99) == ("closed_fist", 0.8)


def test_landmarks_overrule_a_recogniser_that_sees_another_sign() -> None:
    assert named("thumb_up", 0.7, hand(FOLDED, "over"), 0.9) == ("closed_fist", 0.9)
    assert named("closed_fist", 0.9, hand(STRAIGHT, "away"), 0.8) == ("open_palm", 0.8)


@pytest.mark.parametrize("points", [np.zeros((21, 3)), np.ones((21, 3))])
def test_landmarks_in_one_point_are_nothing(points: NDArray[np.float64]) -> None:
    flat = Hand((), tuple((float(x), float(y), float(z)) for x, y, z in points))
    assert named("", 0.0, flat, 0.9)[0] == ""


def test_four_fingers_with_the_thumb_across_the_palm_are_no_open_palm() -> None:
    """Who showed "four" ended what Tektra was saying: each of fifteen in pictures."""
    dice = np.random.default_rng(5)
    for _ in range(50):
        four = hand(STRAIGHT, "across", turned(dice))
        assert named("", 0.0, four, 0.99) == ("", 0.0)
        assert named("open_palm", 0.7, four, 0.99) == ("", 0.0)


def test_a_thumb_that_seems_to_point_at_the_camera_counts_by_where_it_is_seen_to_point() -> None:
    """Landmarks tell most thumbs as pointing to the camera, and a third of those that were put down counted as nothing."""
    for lean_rad in (0.6, 0.85):
        lean = np.array([[1.0, 0.0, 0.0], [0.0, math.cos(lean_rad), math.sin(lean_rad)],
                         [0.0, -math.sin(lean_rad), math.cos(lean_rad)]])  # fmt: skip
        for turn, told in ((DOWN, "thumb_down"), (UP, "thumb_up")):
            leaning = hand(FOLDED, "away", turn @ (lean if turn is UP else lean.T))
            assert named("", 0.0, leaning, 0.9)[0] == told


def test_a_thumb_is_seen_beside_fingers_that_are_hardly_closed_and_not_beside_open_ones() -> None:
    assert named("", 0.0, hand(0.8, "far away", UP), 0.9)[0] == "thumb_up"
    assert named("", 0.0, hand(HALF, "far away", UP), 0.9)[0] == ""


def test_a_fist_towards_the_camera_of_which_a_thumb_is_told_is_a_fist() -> None:
    """It said no to the question that waited."""
    assert named("thumb_down", 0.7, hand(FOLDED, "over"), 0.95) == ("closed_fist", 0.95)
