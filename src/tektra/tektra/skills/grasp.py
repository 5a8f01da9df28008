# SPDX-License-Identifier: Apache-2.0
"""Picking up and putting down: over the place, straight down, fingers, straight up. Hand always straight down."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tektra.common.arm_geometry import ARM_JOINTS
from tektra.common.errors import InputError
from tektra.common.skills import GRIPPER_CLOSED_M, GRIPPER_OPEN_M
from tektra.common.world import Pose2
from tektra.skills.arm import Gripper, JointPath
from tektra.skills.in_turn import InTurn, Maker
from tektra.skills.kinematics import forward, inverse
from tektra.skills.seen import End, Outcome, Seen, Skill
from tektra.skills.things import Held, Thing, Things

#: Finger tips travel this high over the table that the arm stands on.
TRAVEL_M = 0.13
#: Finger tips stay this far over what an object stands on, and reach no further than this below its top.
FLOOR_M, GRIP_M = 0.01, 0.055
#: The straight way down goes through postures so far apart.
STRIDE_M = 0.03
#: How near joints must come to a posture over an object, where 0.6 m of arm make 0.01 rad 6 mm.
EXACT_RAD = 0.008
#: An object must be so much narrower than the open gripper.
SPARE_M = 0.015
#: Kept free between two objects.
APART_M = 0.045
#: With its hand down over the middle of its reach: where the search for joints begins, but for the waist.
READY = (0.1, 1.5, 0.0, 1.54, 0.0)
Joints = tuple[float, ...]


@dataclass(frozen=True)
class ArmBody:
    """One arm: where it is bolted down, and its joints' ranges (rad) and speeds in the order of ARM_JOINTS."""

    robot: str
    mount: Pose2
    height: float
    ranges: tuple[tuple[float, float], ...]
    speeds: Mapping[str, float]

    def column(
        self, x: float, y: float, bottom: float, closings: Sequence[float]
    ) -> tuple[list[Joints], float]:
        """Joints from over a point of the map down to the tips at height `bottom`, and the fingers' axis used.

        Of the axes that were given the one that turns the hand least. Raises InputError when none is in reach.
        """
        c, s = math.cos(self.mount.yaw_rad), math.sin(self.mount.yaw_rad)
        dx, dy = x - self.mount.x_m, y - self.mount.y_m
        ahead, left = c * dx + s * dy, c * dy - s * dx
        low = bottom - self.height
        strides = max(1, math.ceil((TRAVEL_M - low) / STRIDE_M))
        heights = [TRAVEL_M + (low - TRAVEL_M) * step / strides for step in range(strides + 1)]
        found = []
        for closing in closings:
            way = self._way(ahead, left, heights, closing - self.mount.yaw_rad)
            if way is not None:
                found.append((abs(way[0][-1]), way, closing))
        if not found:
            reach = math.hypot(dx, dy)
            raise InputError(
                f"({x:g}, {y:g}) at height {bottom:.2f} m, {reach:.2f} m from {self.robot}, is out of its reach",
                "give something between 0.25 and 0.6 m from the arm, on its table",
            )
        _, way, closing = min(found)
        return way, closing

    def _way(
        self, ahead: float, left: float, heights: Sequence[float], closing: float
    ) -> list[Joints] | None:
        joints: Joints = (math.atan2(left, ahead), *READY)
        way = []
        for height in heights:
            found = inverse((ahead, left, height), closing, self.ranges, joints)
            if found is None:
                return None
            joints = found
            way.append(joints)
        return way

    def path(self, name: str, postures: Sequence[Joints], *, exact: bool = True) -> JointPath:
        """The skill that goes through them."""
        named = [dict(zip(ARM_JOINTS, joints, strict=True)) for joints in postures]
        return JointPath(name, named, self.speeds, reached_rad=EXACT_RAD if exact else 0.02)

    def travel(self, seen: Seen, over: Joints) -> Skill | End:
        """To a posture at travelling height, first straight up where the hand is lower than that."""
        if missing := [joint for joint in ARM_JOINTS if joint not in seen.joints]:
            return End(Outcome.FAILED, f"the arm does not tell where {', '.join(missing)} is")
        now = tuple(seen.joints[joint] for joint in ARM_JOINTS)
        tip = forward(now)
        way = [over]
        if tip.at[2] < TRAVEL_M - 0.02:
            closing = math.atan2(tip.turned[1, 1], tip.turned[0, 1])
            up = inverse((tip.at[0], tip.at[1], TRAVEL_M), closing, self.ranges, now)
            way = [up or (now[0], *READY), over]
        return self.path("the way there", way)


def grasp(arm: ArmBody, thing: Thing, things: Things) -> Skill:
    """Picks up an object. Raises InputError when it is too wide or out of reach."""
    closings = [
        axis * math.pi / 2.0 for axis in range(-1, 3) if thing.size[axis % 2] <= GRIPPER_OPEN_M - SPARE_M
    ]
    if not closings:
        raise InputError(
            f"the {thing.name} is {min(thing.size[:2]):.3f} m wide", "the gripper takes up to 0.065 m"
        )
    tips = max(thing.bottom + FLOOR_M, thing.z + thing.size[2] / 2.0 - GRIP_M)
    way, closing = arm.column(thing.x, thing.y, tips, closings)
    held = Held(thing, tips - thing.bottom, closing)
    missed = End(
        Outcome.FAILED,
        f"closed on nothing: the {thing.name} is not at ({thing.x:.2f}, {thing.y:.2f}), where I know it to be",
    )

    def begin(seen: Seen) -> Skill | End:
        if seen.gripper_holding:
            what = f"the {things.held.thing.name}" if things.held else "something"
            return End(Outcome.REFUSED, f"the gripper holds {what} already; put it down first")
        things.held = None
        return Gripper(GRIPPER_OPEN_M, closing=False)

    def up(seen: Seen) -> Skill | End:
        if not seen.gripper_holding:
            return InTurn(
                [lambda _: Gripper(GRIPPER_OPEN_M, closing=False), lambda _: rise, lambda _: missed]
            )
        things.took(held)
        return rise

    def end(seen: Seen) -> Skill | End:
        if not seen.gripper_holding:
            things.let_go()
            return End(Outcome.FAILED, f"lost the {thing.name} on the way up")
        return End(Outcome.SUCCEEDED, f"holds the {thing.name}", {"object": thing.name, "holding": True})

    rise = arm.path("the way up", way[::-1])
    makers: list[Maker] = [
        begin,
        lambda seen: arm.travel(seen, way[0]),
        lambda _: arm.path("the way down", way),
        lambda _: Gripper(GRIPPER_CLOSED_M, closing=True),
        up,
        end,
    ]
    return InTurn(makers)


def put_down(arm: ArmBody, x: float, y: float, surface: float, where: str, things: Things) -> Skill:
    """Puts down what is held. Raises InputError when the place is taken or out of reach."""
    held = things.held
    if held is not None and (other := things.near(x, y, max(held.thing.size[:2]) / 2 + APART_M)):
        raise InputError(f"the {other.name} lies at {where}", "choose a free place")
    axis = held.closing_rad if held else 0.0
    closings = [axis, axis + math.pi] if held else [axis + turn * math.pi / 2.0 for turn in range(4)]
    way, _ = arm.column(x, y, surface + (held.above if held else FLOOR_M), closings)
    name = f"the {held.thing.name}" if held else "what it held"

    def begin(seen: Seen) -> Skill | End:
        if not seen.gripper_holding:
            return End(Outcome.REFUSED, "the gripper holds nothing that could be put down")
        return arm.travel(seen, way[0])

    def down(seen: Seen) -> Skill | End:
        if not seen.gripper_holding:
            things.let_go()
            return End(Outcome.FAILED, f"lost {name} on the way")
        return arm.path("the way down", way)

    def up(_: Seen) -> Skill | End:
        things.put(x, y, surface)
        return arm.path("the way up", way[::-1])

    def end(seen: Seen) -> Skill | End:
        if seen.gripper_holding:
            return End(Outcome.FAILED, f"{name} sticks to the gripper")
        result = {"x": round(x, 3), "y": round(y, 3)}
        return End(Outcome.SUCCEEDED, f"put {name} down at {where}", result)

    return InTurn([begin, down, lambda _: Gripper(GRIPPER_OPEN_M, closing=False), up, end])
