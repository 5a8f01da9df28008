# SPDX-License-Identifier: Apache-2.0
"""Hands that point: which do, and where on the floor. The hands here are put together from fingers; a pinhole camera sees them."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from tektra.vision.ground import CameraPose
from tektra.vision.hands import Pointer, points, upwards
from tektra.vision.sightings import Hand

SIZE = (640, 480)
CAMERA = CameraPose(x=1.0, y=2.0, height=2.0, yaw=0.4, pitch=0.35, hfov=1.2)
#: Knuckles of the index to the little finger beside each other, m from the wrist; lengths of a finger's three parts.
KNUCKLES, PARTS = (0.03, 0.01, -0.01, -0.03), (0.045, 0.028, 0.022)


def finger(base: NDArray[np.float64], along: NDArray[np.float64], down: NDArray[np.float64], curled: bool):  # type: ignore[no-untyped-def]
    """Knuckle, two joints and tip."""
    told, at = [base], base
    for number, part in enumerate(PARTS):
        bend = (1.5 * (number + 1)) if curled else 0.1 * number
        at = at + part * (math.cos(bend) * along + math.sin(bend) * down)
        told.append(at)
    return told


def hand_along(
    along: NDArray[np.float64], *, stretched: tuple[bool, ...] = (True, False, False, False)
) -> NDArray[np.float64]:
    """Landmarks about the middle, m, of a hand whose wrist to fingers goes along a direction."""
    along = along / np.linalg.norm(along)
    aside = np.cross(along, [0.0, 0.0, 1.0] if abs(along[2]) < 0.9 else [0.0, 1.0, 0.0])
    aside /= np.linalg.norm(aside)
    down = np.cross(along, aside)
    wrist = np.zeros(3)
    told = [wrist, *finger(0.02 * along + 0.04 * aside, along, down, True)]
    for offset, open_ in zip(KNUCKLES, stretched, strict=True):
        told += finger(0.085 * along + offset * aside, along, down, not open_)
    landmarks = np.array(told)
    return np.asarray(landmarks - landmarks.mean(axis=0))


def seen(
    middle: NDArray[np.float64], world: NDArray[np.float64], camera: CameraPose = CAMERA, scale: float = 1.0
) -> Hand:
    """What a model tells of a hand (landmarks in the optical frame) whose middle is there; by `scale` it errs about the hand's size."""
    focal = SIZE[0] / 2 / math.tan(camera.hfov / 2)
    points_ = middle + world
    image = points_[:, :2] / points_[:, 2:] * focal + np.array(SIZE) / 2
    ray = middle / np.linalg.norm(middle)
    turn, z = np.eye(3), np.array([0.0, 0.0, 1.0])
    if not np.allclose(ray, z):
        v = np.cross(z, ray)
        k = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
        turn = np.eye(3) + k + k @ k / (1 + ray[2])
    own = world @ turn * scale  # as if the camera looked straight at the hand
    return Hand(
        tuple((float(u), float(v)) for u, v in image),
        tuple((float(a), float(b), float(c)) for a, b, c in own),
    )


def optical(vector: NDArray[np.float64], camera: CameraPose = CAMERA) -> NDArray[np.float64]:
    """A direction of the map in the optical frame."""
    cy, sy, cp, sp = (
        math.cos(camera.yaw),
        math.sin(camera.yaw),
        math.cos(camera.pitch),
        math.sin(camera.pitch),
    )
    ahead, right = np.array([cy * cp, sy * cp, -sp]), np.array([sy, -cy, 0.0])
    return np.array([right @ vector, np.cross(ahead, right) @ vector, ahead @ vector])


@pytest.mark.parametrize("seed", range(40))
def test_the_place_that_is_pointed_at_is_found_within_what_is_told_of_it(seed: int) -> None:
    dice = np.random.default_rng(seed)
    forwards, aside = dice.uniform(1.5, 3.0), dice.uniform(-0.6, 0.6)
    cy, sy = math.cos(CAMERA.yaw), math.sin(CAMERA.yaw)
    at = np.array(
        [CAMERA.x + forwards * cy - aside * sy, CAMERA.y + forwards * sy + aside * cy, dice.uniform(1.0, 1.4)]
    )
    angle = dice.uniform(0, 2 * math.pi)
    goal = np.array([at[0] + 0.9 * math.cos(angle), at[1] + 0.9 * math.sin(angle), 0.0])
    middle = optical(at - np.array([CAMERA.x, CAMERA.y, CAMERA.height]))
    hand = seen(middle, hand_along(optical(goal - at)), scale=dice.uniform(0.9, 1.1))
    assert points(hand)
    target = Pointer(CAMERA, 8.0).target(hand, SIZE)
    assert target is not None
    assert 0.1 < target.uncertainty < 1.5
    error = math.hypot(target.x - goal[0], target.y - goal[1])
    assert error < 2.0 * target.uncertainty
    assert error < 0.6
    xx, xy, yy = target.covariance
    assert xx > 0 and yy > 0 and xx * yy - xy * xy > 0


def test_who_points_far_away_is_less_sure_and_who_points_at_the_horizon_points_nowhere() -> None:
    at = np.array([CAMERA.x + 2.0 * math.cos(CAMERA.yaw), CAMERA.y + 2.0 * math.sin(CAMERA.yaw), 1.2])
    middle = optical(at - np.array([CAMERA.x, CAMERA.y, CAMERA.height]))

    def uncertainty(away: float) -> float:
        target = Pointer(CAMERA, 20.0).target(
            seen(middle, hand_along(optical(np.array([0.0, away, -1.2])))), SIZE
        )
        return target.uncertainty if target is not None else math.inf

    assert uncertainty(0.3) < uncertainty(1.0) < uncertainty(2.5)
    assert uncertainty(50.0) == math.inf
    up = seen(middle, hand_along(optical(np.array([0.2, 0.2, 1.0]))))
    assert Pointer(CAMERA, 20.0).target(up, SIZE) is None
    assert upwards(seen(np.array([0.0, 0.0, 1.0]), hand_along(np.array([0.1, -1.0, 0.0]))))


def test_hands_that_do_not_stretch_the_index_finger_alone_do_not_point() -> None:
    middle, ahead = np.array([0.0, 0.0, 1.2]), np.array([1.0, 0.2, 0.1])
    for stretched in ((False,) * 4, (True,) * 4, (True, True, False, False), (False, False, False, True)):
        assert not points(seen(middle, hand_along(ahead, stretched=stretched))), stretched
    assert points(seen(middle, hand_along(ahead)))


def test_landmarks_that_are_no_hand_point_nowhere() -> None:
    for hand in (
        Hand(((0.0, 0.0),) * 21, ((0.0, 0.0, 0.0),) * 21),
        Hand(((5.0, 5.0),) * 21, ((1.0, 0.0, 0.0),) * 21),
    ):
        assert not points(hand)
        assert Pointer(CAMERA, 8.0).target(hand, SIZE) is None
