# SPDX-License-Identifier: Apache-2.0
"""Arms and hands: what a gesture shows, in the state and in the vertices that every renderer draws."""

from itertools import pairwise

import numpy as np
import pytest

from tektra.avatar import arm_gestures, arms, glb
from tektra.avatar.arkit import weights
from tektra.avatar.avatar import Avatar
from tektra.avatar.body import Body
from tektra.avatar.files import model_file
from tektra.avatar.gestures import GESTURES, Gesturing
from tektra.avatar.look import Look
from tektra.avatar.state import HeadPose

WITH_HANDS = sorted(arm_gestures.TRACKS)
EYES_M = 0.70


@pytest.fixture(scope="module")
def model():
    return glb.read(model_file())


@pytest.fixture(scope="module")
def hand(model):
    """Which vertices are of the right hand: it is drawn left of the face."""
    right = [number for number, joint in enumerate(model.joints) if joint.name == "right_hand"]
    return np.flatnonzero(model.joint_weights[:, right[0]] > 0.9)


def posed(model, gesture, since_s):
    return Body(model).deformed(weights(), HeadPose(), arm_gestures.pose_at(gesture, since_s))[0]


def test_the_gestures_that_people_know_are_there():
    assert {"wave", "point", "shrug", "thumbs_up", "count", "explain"} <= set(GESTURES)
    assert all(track[-1][0] == GESTURES[name][-1][0] for name, track in arm_gestures.TRACKS.items())


def test_arms_hang_while_no_gesture_is_made_and_after_it():
    avatar = Avatar(Look())
    assert arms.reach(avatar.at(0.0).arms) == 0.0
    avatar.gestures.play("wave", 0.0)
    assert arms.reach(avatar.at(1.0).arms) == 1.0
    assert avatar.at(1.0).gesture == "wave"
    assert arms.reach(avatar.at(2.6).arms) == 0.0
    avatar.gestures.play("nod", 3.0)
    assert arms.reach(avatar.at(3.2).arms) == 0.0


@pytest.mark.parametrize("gesture", WITH_HANDS)
def test_a_hand_comes_into_the_picture_and_leaves_it(model, hand, gesture):
    """At its height, in m: above the lower edge of the picture, and not before the face."""
    middle = arm_gestures.TRACKS[gesture][2][0]
    at_rest, raised = posed(model, gesture, -1.0)[hand], posed(model, gesture, middle)[hand]
    assert at_rest[:, 1].max() < 0.3
    assert raised[:, 1].mean() > 0.44
    assert raised[:, 2].min() > 0.05, "in front of the body"
    face = (np.abs(raised[:, 0]) < 0.07) & (raised[:, 1] > EYES_M - 0.12)
    assert not face.any()


@pytest.mark.parametrize("gesture", WITH_HANDS)
def test_it_moves_without_a_jump(gesture):
    steps = [arm_gestures.pose_at(gesture, k / 60.0) for k in range(-6, 240)]
    assert max(float(np.abs(b - a).max()) for a, b in pairwise(steps)) < 0.15


def test_another_gesture_takes_over_from_where_the_arms_are():
    gesturing = Gesturing()
    gesturing.play("wave", 0.0)
    before = gesturing.arms(1.0)
    gesturing.play("shrug", 1.0)
    assert gesturing.arms(1.0) == pytest.approx(before)
    steps = [gesturing.arms(1.0 + k / 60.0) for k in range(100)]
    assert max(float(np.abs(b - a).max()) for a, b in pairwise(steps)) < 0.2


def test_a_nod_lets_raised_arms_sink():
    gesturing = Gesturing()
    gesturing.play("wave", 0.0)
    gesturing.arms(1.0)
    gesturing.play("nod", 1.0)
    assert gesturing.arms(1.1) is not None
    assert gesturing.arms(1.5) is None


def test_counting_shows_one_more_finger_each_time(model):
    tips = {}
    for finger in ("index", "middle", "ring", "little"):
        number = next(n for n, joint in enumerate(model.joints) if joint.name == f"right_{finger}3")
        tips[finger] = np.flatnonzero(model.joint_weights[:, number] > 0.95)
    up = []
    for since_s in (1.0, 1.75, 2.5):
        points = posed(model, "count", since_s)
        fist = posed(model, "count", 0.5)
        up.append([f for f, tip in tips.items() if (points[tip] - fist[tip])[:, 1].mean() > 0.03])
    assert up == [["index"], ["index", "middle"], ["index", "middle", "ring"]]


def test_a_thumb_that_is_up_is_above_its_fingers(model):
    points = posed(model, "thumbs_up", 1.0)

    def tip(finger):
        number = next(n for n, joint in enumerate(model.joints) if joint.name == f"right_{finger}3")
        return points[model.joint_weights[:, number] > 0.95][:, 1].mean()

    assert tip("thumb") > max(tip("index"), tip("little")) + 0.04


def test_both_sides_mirror_each_other(model):
    both = arms.angles({"arm_forward": 0.8, "arm_out": 0.2, "arm_turn": 0.3, "elbow": 1.0, "wrist_bend": 0.3})
    points = Body(model).deformed(weights(), HeadPose(), both)[0]
    sides = [
        points[model.joint_weights[:, n] > 0.9].mean(axis=0)
        for side in arms.SIDES
        for n, joint in enumerate(model.joints)
        if joint.name == f"{side}_hand"
    ]
    assert sides[0] == pytest.approx(sides[1] * [-1, 1, 1], abs=2e-3)


def test_the_picture_steps_back_for_hands_alone():
    assert arms.reach(None) == 0.0
    assert arms.reach(arms.angles({"left_arm_out": -0.4})) == 0.0
    assert arms.reach(arm_gestures.pose_at("wave", 1.0)) == 1.0
