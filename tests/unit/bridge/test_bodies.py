# SPDX-License-Identifier: Apache-2.0
"""Where a robot's solids are: judged by what a person can reckon in their head, and by Tektra's own arm."""

import math

import pytest

from tektra.bridge.bodies import placed, tip
from tektra.common.arm_geometry import ARM_CHAIN, TIP_M
from tektra.common.urdf_shape import Joint, Part, Shape, shape_of

UPRIGHT = [0.0, 0.0, 0.0]


def arm() -> Shape:
    """Tektra's own, a rod from each joint to the next."""
    parts, joints, before = [], [], "base"
    for index, joint in enumerate(ARM_CHAIN):
        reach = ARM_CHAIN[index + 1].above_m if index + 1 < len(ARM_CHAIN) else TIP_M
        axis = {"x": [1.0, 0.0, 0.0], "y": [0.0, 1.0, 0.0], "z": [0.0, 0.0, 1.0]}[joint.axis]
        joints.append(
            Joint(joint.name, "turns", before, joint.name, [0.0, 0.0, joint.above_m], UPRIGHT, axis)
        )
        parts.append(Part(joint.name, "cylinder", [0.04, max(reach, 0.01)], [0.0, 0.0, reach / 2.0], UPRIGHT))
        before = joint.name
    return Shape("base", tuple(parts), tuple(joints))


def test_an_arm_that_is_stretched_up_ends_where_its_lengths_say() -> None:
    top = sum(joint.above_m for joint in ARM_CHAIN) + TIP_M
    assert tip(arm(), {}) == pytest.approx((0.0, 0.0, top))


def test_an_arm_bent_at_the_shoulder_lies_ahead_and_turns_with_its_waist() -> None:
    high = sum(joint.above_m for joint in ARM_CHAIN[:2])
    reach = sum(joint.above_m for joint in ARM_CHAIN[2:]) + TIP_M
    bent = {"shoulder": math.pi / 2.0}
    assert tip(arm(), bent) == pytest.approx((reach, 0.0, high), abs=1e-9)
    assert tip(arm(), {**bent, "waist": math.pi / 2.0}) == pytest.approx((0.0, reach, high), abs=1e-9)


@pytest.mark.parametrize(
    "rpy", [[0.3, -0.4, 0.5], [math.pi, 0.0, 0.0], [0.0, math.pi, 0.0], [0.0, 0.0, math.pi], UPRIGHT]
)
def test_a_rotation_becomes_the_quaternion_that_turns_alike(rpy: list[float]) -> None:
    roll, pitch, yaw = (angle / 2.0 for angle in rpy)
    (cr, sr), (cp, sp), (cy, sy) = ((math.cos(a), math.sin(a)) for a in (roll, pitch, yaw))
    wanted = (
        sr * cp * cy - cr * sp * sy,
        cr * sp * cy + sr * cp * sy,
        cr * cp * sy - sr * sp * cy,
        cr * cp * cy + sr * sp * sy,
    )
    (found,) = placed(Shape("b", (Part("b", "box", [1.0, 1.0, 1.0], [1.0, 2.0, 3.0], rpy),)), {})
    assert found.position_m == (1.0, 2.0, 3.0)
    assert abs(sum(a * b for a, b in zip(found.rotation, wanted, strict=True))) == pytest.approx(1.0)


@pytest.mark.parametrize("at", [math.nan, math.inf, -math.inf])
def test_a_joint_that_is_no_number_is_at_its_zero(at: float) -> None:
    assert placed(arm(), {"shoulder": at}) == placed(arm(), {})


def test_a_sliding_joint_slides() -> None:
    lift = Joint("lift", "slides", "b", "l", UPRIGHT, UPRIGHT, [0.0, 0.0, 2.0])
    shape = Shape("b", (Part("l", "sphere", [0.1], UPRIGHT, UPRIGHT),), (lift,))
    assert placed(shape, {"lift": 0.25})[0].position_m == pytest.approx((0.0, 0.0, 0.25))


def test_a_faulty_urdf_whose_links_hang_on_each_other_is_drawn_in_no_time() -> None:
    """Two joints from each link to the next are 2 to the 60th ways to the last; and one leads back to the first."""
    links = "".join(
        f"<link name='l{n}'><visual><geometry><sphere radius='1'/></geometry></visual></link>"
        for n in range(61)
    )
    joint = "<joint name='j' type='fixed'><parent link='l{}'/><child link='l{}'/></joint>"
    twice = "".join(2 * joint.format(n, n + 1) for n in range(60))
    shape = shape_of(f"<robot>{links}{twice}</robot>")
    assert len(placed(shape, {})) == 61
    shape = shape_of(
        f"<robot>{links}<link name='top'/>{joint.format(60, 60)}{twice}{joint.format(60, 1)}</robot>"
    )
    assert len(placed(shape, {})) <= 61
