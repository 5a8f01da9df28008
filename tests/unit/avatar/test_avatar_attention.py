# SPDX-License-Identifier: Apache-2.0
"""Whom the avatar looks at, and that it breathes."""

import math

import numpy as np
import pytest
from std_msgs.msg import String

from tektra.avatar.arkit import INDEX as SHAPE
from tektra.avatar.arms import INDEX, reach
from tektra.avatar.attention import GONE_S, SPOKE_S, YAW_MAX_RAD, Attention, Direction, Lens
from tektra.avatar.avatar import Avatar
from tektra.avatar.convert import request_of
from tektra.avatar.expressions import EXPRESSIONS
from tektra.avatar.life import Breath
from tektra.avatar.look import Look
from tektra.avatar.mood import MANNERS, Mood
from tektra.avatar.state import AvatarState

RATE_HZ = 30


def looked(attention: Attention, from_s: float, to_s: float) -> tuple[Direction, Direction]:
    for number in range(round((to_s - from_s) * RATE_HZ) + 1):
        found = attention.at(from_s + number / RATE_HZ)
    return found


def test_with_nobody_in_view_it_looks_straight_ahead() -> None:
    assert looked(Attention(), 0.0, 1.0) == (Direction(), Direction())


def test_the_eyes_are_with_a_face_at_once_and_the_head_follows_part_of_the_way() -> None:
    attention = Attention()
    attention.at(0.0)
    attention.saw("f1", Direction(0.4, 0.1), 0.2, 0.0)
    eyes, head = looked(attention, 0.0, 0.25)
    assert eyes.yaw_rad > 0.38 and 0.02 < head.yaw_rad < 0.12
    attention.saw("f1", Direction(0.4, 0.1), 0.2, 1.4)
    eyes, head = looked(attention, 0.25, 2.8)
    assert eyes.yaw_rad == pytest.approx(0.4, abs=0.01) and head.yaw_rad == pytest.approx(0.22, abs=0.02)


def test_nothing_jumps_however_faces_come_and_go() -> None:
    attention, chance = Attention(), np.random.default_rng(4)
    before = attention.at(0.0)[1]
    for number in range(1, 600):
        if chance.random() < 0.1:
            at = Direction(float(chance.uniform(-1, 1)), float(chance.uniform(-1, 1)))
            attention.saw(f"f{chance.integers(4)}", at, float(chance.uniform(0, 1)), number / RATE_HZ)
        head = attention.at(number / RATE_HZ, share=float(chance.choice([0.35, 1.0])))[1]
        assert abs(head.yaw_rad - before.yaw_rad) < 0.06
        before = head


def test_who_speaks_is_looked_at_though_another_is_nearer() -> None:
    attention = Attention()
    for at_s in np.arange(0.0, 3.0, 0.5):
        attention.saw("f1", Direction(0.3), 0.4, float(at_s))
        attention.saw("f2", Direction(-0.3), 0.1, float(at_s))
    assert looked(attention, 0.0, 3.0)[0].yaw_rad == pytest.approx(0.3, abs=0.01)
    attention.is_of("f2", "ada")
    attention.spoke("ada", 3.0)
    assert looked(attention, 3.0, 3.5)[0].yaw_rad == pytest.approx(-0.3, abs=0.01)
    for at_s in np.arange(3.0, 6.0 + SPOKE_S, 0.5):
        attention.saw("f1", Direction(0.3), 0.4, float(at_s))
        attention.saw("f2", Direction(-0.3), 0.1, float(at_s))
    assert looked(attention, 4.0 + SPOKE_S, 6.0 + SPOKE_S)[0].yaw_rad == pytest.approx(0.3, abs=0.01)


def test_of_two_people_side_by_side_it_looks_at_one() -> None:
    attention, chance = Attention(), np.random.default_rng(1)
    sides = []
    for number in range(300):
        for face, yaw in (("f1", 0.3), ("f2", -0.3)):
            attention.saw(
                face, Direction(yaw), 0.2 + 0.02 * float(chance.standard_normal()), number / RATE_HZ
            )
        sides.append(attention.at(number / RATE_HZ)[0].yaw_rad > 0.0)
    assert len(set(sides[30:])) == 1


def test_a_face_that_is_gone_is_not_stared_after() -> None:
    attention = Attention()
    attention.saw("f1", Direction(0.4), 0.2, 0.0)
    looked(attention, 0.0, 1.0)
    assert abs(looked(attention, 1.0, GONE_S + 3.0)[0].yaw_rad) < 0.01
    attention.saw("f1", Direction(0.4), 0.2, 5.0)
    looked(attention, 5.0, 5.5)
    attention.keep(frozenset())
    assert abs(looked(attention, 5.5, 7.5)[0].yaw_rad) < 0.01


@pytest.mark.parametrize("nonsense", [math.nan, math.inf])
def test_a_face_that_is_nowhere_is_none(nonsense: float) -> None:
    attention = Attention()
    attention.saw("f1", Direction(nonsense, 0.0), 0.2, 0.0)
    attention.saw("f2", Direction(0.0, 0.0), nonsense, 0.0)
    assert looked(attention, 0.0, 1.0)[0] == Direction()


def test_no_head_turns_farther_than_a_neck_does_and_thousands_of_faces_are_not_kept() -> None:
    attention = Attention()
    for number in range(5000):
        attention.saw(f"f{number}", Direction(3.0, -3.0), 0.2, 0.0)
        attention.is_of(f"f{number}", f"p{number}")
    eyes, head = looked(attention, 0.0, 1.4)
    assert eyes.yaw_rad <= YAW_MAX_RAD and head.yaw_rad < eyes.yaw_rad
    assert len(attention._faces) < 50 and len(attention._face_of) < 50


def test_a_face_on_the_left_of_the_picture_is_on_the_avatars_left_and_a_low_one_down() -> None:
    at, size = Lens().direction(0, 300, 64, 60)
    assert at.yaw_rad == pytest.approx(0.4823, abs=0.01) and at.pitch_rad > 0.1 and size == 0.1
    assert Lens().direction(288, 208, 64, 64)[0] == Direction(-0.0, 0.0)


def test_a_larger_picture_or_a_calibration_is_taken_as_it_is() -> None:
    lens = Lens()
    lens.direction(1800, 900, 100, 100)
    assert lens.direction(900, 460, 100, 80)[0].yaw_rad == pytest.approx(0.0, abs=0.06)
    lens.calibrated(1000.0, 800.0, 500.0)
    assert lens.direction(950, 390, 100, 20)[0].yaw_rad == pytest.approx(-math.pi / 4)
    lens.calibrated(math.nan, 0.0, -1.0)
    assert lens.focal_px == 500.0


def avatar_at(avatar: Avatar, from_s: float, to_s: float) -> AvatarState:
    for number in range(round((to_s - from_s) * RATE_HZ) + 1):
        state = avatar.at(from_s + number / RATE_HZ)
    return state


@pytest.mark.parametrize("yaw", [0.4, -0.4])
def test_eyes_and_head_of_the_state_go_to_the_face(yaw: float) -> None:
    ahead, looking = Avatar(Look(), seed=3), Avatar(Look(), seed=3)
    for number in range(60):
        now_s = number / RATE_HZ
        looking.attention.saw("f1", Direction(yaw), 0.2, now_s)
        one, other = ahead.at(now_s), looking.at(now_s)
    turned = (other.head.yaw_rad - one.head.yaw_rad) + math.asin(other.gaze[1]) - math.asin(one.gaze[1])
    assert turned == pytest.approx(yaw, abs=0.05)
    assert (other.head.yaw_rad - one.head.yaw_rad) * yaw > 0.03
    outer, inner = ("Left", "Right") if yaw > 0 else ("Right", "Left")
    assert other.weights[SHAPE[f"eyeLookOut{outer}"]] > one.weights[SHAPE[f"eyeLookOut{outer}"]]
    assert other.weights[SHAPE[f"eyeLookIn{inner}"]] > one.weights[SHAPE[f"eyeLookIn{inner}"]]


def test_who_thinks_looks_less_at_people() -> None:
    assert MANNERS["thinking"].attention < 0.5 < MANNERS["listening"].attention


def breaths(avatar: Avatar, from_s: float, to_s: float) -> list[float]:
    lift = INDEX["left_shoulder_lift"]
    return [
        float(avatar.at(from_s + n / RATE_HZ).arms[lift]) for n in range(round((to_s - from_s) * RATE_HZ))
    ]


def test_it_breathes_slower_when_it_rests_and_its_hands_stay_below_the_picture() -> None:
    breath = Breath()
    awake = [breath.at(n / RATE_HZ, awake=True) for n in range(60 * RATE_HZ)]
    rests = [breath.at(60.0 + n / RATE_HZ, awake=False) for n in range(120 * RATE_HZ)][-60 * RATE_HZ :]

    def in_a_minute(values: list[float]) -> int:
        return sum(a < 0.5 <= b for a, b in zip(values, values[1:], strict=False))

    assert in_a_minute(awake) in range(15, 18) and in_a_minute(rests) in range(9, 13)
    assert max(abs(b - a) for a, b in zip(awake, awake[1:], strict=False)) < 0.08
    lifts = breaths(Avatar(Look()), 0.0, 8.0)
    assert min(lifts) < 0.002 and 0.03 < max(lifts) < 0.04
    assert reach(Avatar(Look()).at(1.0).arms) == 0.0


def test_a_question_is_asked_with_a_doubtful_face() -> None:
    avatar = Avatar(Look())
    avatar.mood.feels("doubtful", 0.0)
    state = avatar_at(avatar, 0.0, 1.0)
    assert state.expression == "confused"
    raised = SHAPE["browOuterUpRight"]
    assert state.weights[raised] == pytest.approx(EXPRESSIONS["confused"][raised], abs=0.1)


def test_an_answer_that_comes_before_its_request_leaves_nobody_thinking() -> None:
    """They come on two topics: it looked thoughtful for a minute after a quick answer."""
    mood = Mood()
    mood.answered("r1")
    mood.asked(0.0, "r1")
    assert mood.mode(0.1, speaking=False) == "idle"
    mood.asked(0.2, "r2")
    assert mood.mode(0.3, speaking=False) == "thinking"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ('{"request_id": "r"}', "r"),
        ("{}", ""),
        ("[]", ""),
        ("no", ""),
        ('{"request_id": 3}', ""),
        ("[" * 9_000, ""),
    ],
)
def test_what_tells_of_no_request_has_no_id(data: str, found: str) -> None:
    assert request_of(String(data=data)) == found
