# SPDX-License-Identifier: Apache-2.0
"""English as people say and type it: sides, names by number and by ear, who is called, what is said of somebody else."""

from dataclasses import replace

import pytest

from tektra.planner.understanding.scene import Memory


def carried(reading) -> list[tuple[str, str, dict[str, object]]]:
    assert reading.carried_out, (reading.act, reading.doubts, reading.refusals)
    return [(step.who, step.skill, dict(step.arguments)) for step in reading.steps]


def turns(who: str, angle: float):
    return (who, "turn", {"angle_deg": angle})


def moves(who: str, distance: float):
    return (who, "move", {"distance_m": distance})


def goes(who: str, place: str):
    return (who, "navigate_to", {"place": place})


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("rover1 ninety to the right then a metre ahead", [turns("rover1", -90), moves("rover1", 1)]),
        ("right then, rover2 turn left", [turns("rover2", 90)]),
        ("right, rover2 go left 90 degrees", [turns("rover2", 90)]),
        ("rover2 turn left forty five degrees, no, make it right", [turns("rover2", -45)]),
        ("rover1: forward 50cm; rover2: back 50cm", [moves("rover1", 0.5), moves("rover2", -0.5)]),
        ("rovers 1 & 2 go to the hall", [goes("rover1", "hall"), goes("rover2", "hall")]),
        ("rover won go to the kitchen", [goes("rover1", "kitchen")]),
        ("rover too go to the bedroom", [goes("rover2", "bedroom")]),
        ("the second rover should go to the kitchen", [goes("rover2", "kitchen")]),
        ("i'd love it if the second rover came to the kitchen", [goes("rover2", "kitchen")]),
        ("the arm's fine, but have rover2 turn left", [turns("rover2", 90)]),
        ("take rover1 round to the study would you", [goes("rover1", "office")]),
    ],
)  # fmt: skip
def test_it_is_done_as_said(read, words, steps) -> None:
    assert carried(read(words)) == steps


@pytest.mark.parametrize(
    "words",
    [
        "rover1 should have turned left",
        "rover1 must have gone to the hall",
        "you could have sent rover1 home",
    ],
)
def test_what_did_not_happen_is_no_order(read, words) -> None:
    reading = read(words)
    assert not reading.carried_out
    assert reading.indirect


@pytest.mark.parametrize("words", ["rover2 go left", "close it", "open it again"])
def test_what_may_mean_something_else_is_asked_about(read, words) -> None:
    reading = read(words)
    assert [doubt.kind for doubt in reading.doubts] == ["sure"]


def test_it_is_closed_again_where_the_gripper_was_spoken_of(read, scene) -> None:
    memory = Memory(("arm1",), steps=read("open the gripper").steps)
    assert carried(read("close it", replace(scene, memory=memory))) == [("arm1", "close_gripper", {})]


def test_left_or_right_is_asked(read) -> None:
    reading = read("rover1 turn left or right")
    assert not reading.carried_out and len(reading.steps) == 1


def test_a_name_that_is_denied_does_not_do_the_last_order(read, scene) -> None:
    memory = Memory(("rover1",), ("kitchen",), steps=read("rover1 go to the kitchen").steps)
    there = replace(scene, memory=memory)
    assert not read("rover2 not", there).carried_out
    assert carried(read("not that, the hall", there)) == [goes("rover1", "hall")]


def test_a_time_of_twelve_hours_is_told_apart(read) -> None:
    conditions = [
        read(f"rover1 go to the kitchen at {time}").conditions[0] for time in ("half past three", "15:30")
    ]
    assert [(each.seconds, each.twelve) for each in conditions] == [(12600.0, True), (55800.0, False)]


def test_an_hour_alone_is_no_order_for_now(read) -> None:
    reading = read("rover1 go to the kitchen at three")
    assert reading.conditional and not reading.carried_out


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("let go of the red cube", [("arm1", "open_gripper", {})]),
        ("arm1 go home", [("arm1", "arm_pose", {"pose": "home"})]),
        ("rover1 go home", [("rover1", "dock", {})]),
        (
            "arm pick up the red cube and hold it up",
            [("arm1", "grasp", {"object": "red_cube"}), ("arm1", "arm_pose", {"pose": "up"})],
        ),
        ("rover2 shift yourself to the kitchen", [goes("rover2", "kitchen")]),
        (
            "first rover1 to the kitchen then rover2 to the hall",
            [goes("rover1", "kitchen"), goes("rover2", "hall")],
        ),
        ("rover2 turn right but only a little", [turns("rover2", -15)]),
    ],
)
def test_who_is_named_does_what_it_can(read, words, steps) -> None:
    assert carried(read(words)) == steps


def test_home_behind_the_arm_is_no_rovers_dock(read) -> None:
    assert not read("arm home, then wave, then home again").carried_out


def test_now_goes_on_from_the_last_order(read, scene) -> None:
    memory = Memory(("rover1",), ("hall",), steps=read("rover1 go to the hall").steps)
    assert carried(read("now the kitchen", replace(scene, memory=memory))) == [goes("rover1", "kitchen")]


@pytest.mark.parametrize(
    "words",
    [
        "rover1 face away from rover2",
        "rover1 turn away from the kitchen",
        "rover1 go to the room next to the kitchen",
        "i'd rather rover1 didn't go to the hall",
    ],
)
def test_what_is_another_way_or_place_is_not_done_as_this_one(read, words) -> None:
    assert not read(words).carried_out


def test_who_is_denied_beside_who_is_meant_stays(read) -> None:
    assert carried(read("rover2 not rover1 go to the bedroom")) == [goes("rover2", "bedroom")]
    assert carried(read("i'd rather rover1 went to the hall")) == [goes("rover1", "hall")]
