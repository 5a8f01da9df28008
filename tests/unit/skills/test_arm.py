# SPDX-License-Identifier: Apache-2.0
"""Skills of an arm, on joints that follow setpoints at their own speed."""

import math

from tektra.skills.arm import Gripper, JointPath
from tektra.skills.seen import End, Grip, Joints, Outcome, Seen

SPEEDS = {"a": 1.0, "b": 0.5}
DT = 0.05


def run(skill, joints: dict[str, float], *, held: bool = False, most_s: float = 30.0) -> End:
    now_s = 0.0
    for _ in range(round(most_s / DT)):
        step = skill.step(Seen(now_s=now_s, pose=None, joints=dict(joints)))
        if isinstance(step, End):
            return step
        if isinstance(step, Joints) and not held:
            for name, goal in step.positions.items():
                joints[name] += max(-SPEEDS[name] * DT, min(SPEEDS[name] * DT, goal - joints[name]))
        now_s += DT
    raise AssertionError(f"not ended: {joints}")


def test_an_arm_goes_through_its_postures_to_the_last() -> None:
    joints = {"a": 0.0, "b": 0.0}
    path = [{"a": 1.0, "b": -0.5}, {"a": -1.0, "b": 0.5}, {"a": 0.2, "b": 0.1}]
    end = run(JointPath("a dance", path, SPEEDS), joints)
    assert end.outcome is Outcome.SUCCEEDED
    assert math.isclose(joints["a"], 0.2, abs_tol=0.03) and math.isclose(joints["b"], 0.1, abs_tol=0.03)


def test_an_arm_that_is_held_fails_in_words() -> None:
    end = run(JointPath("home", [{"a": 1.0}], SPEEDS), {"a": 0.0}, held=True)
    assert end.outcome is Outcome.FAILED and "blocked" in end.message


def test_an_arm_that_does_not_tell_its_joints_is_not_moved() -> None:
    end = JointPath("home", [{"a": 1.0}], SPEEDS).step(Seen(now_s=0.0, pose=None))
    assert isinstance(end, End) and end.outcome is Outcome.FAILED


def test_setpoints_never_run_far_ahead_of_the_joint() -> None:
    step = JointPath("far", [{"a": 3.0}], SPEEDS).step(Seen(now_s=0.0, pose=None, joints={"a": 0.0}))
    assert isinstance(step, Joints) and 0.0 < step.positions["a"] <= 0.25


def test_a_gripper_that_closes_on_something_holds_it() -> None:
    skill = Gripper(0.0, closing=True)
    assert skill.step(Seen(0.0, None, gripper_opening=0.08)) == Grip(0.0)
    assert skill.step(Seen(0.5, None, gripper_opening=0.05, gripper_holding=True)) == Grip(0.0), "it squeezes"
    end = skill.step(Seen(0.9, None, gripper_opening=0.05, gripper_holding=True))
    assert isinstance(end, End) and end.result == {"holding": True}


def test_a_touch_that_does_not_last_is_no_hold() -> None:
    skill = Gripper(0.0, closing=True)
    for now_s, holding in ((0.0, True), (0.2, False), (0.4, True), (0.6, True)):
        assert skill.step(Seen(now_s, None, gripper_opening=0.05, gripper_holding=holding)) == Grip(0.0)
    assert isinstance(skill.step(Seen(0.8, None, gripper_opening=0.05, gripper_holding=True)), End)


def test_a_gripper_that_closes_on_nothing_says_so() -> None:
    end = Gripper(0.0, closing=True).step(Seen(0.0, None, gripper_opening=0.001))
    assert isinstance(end, End) and end.outcome is Outcome.SUCCEEDED and "nothing" in end.message


def test_a_gripper_that_does_not_move_fails() -> None:
    skill = Gripper(0.08, closing=False)
    skill.step(Seen(0.0, None, gripper_opening=0.0))
    end = skill.step(Seen(4.0, None, gripper_opening=0.0))
    assert isinstance(end, End) and end.outcome is Outcome.FAILED
