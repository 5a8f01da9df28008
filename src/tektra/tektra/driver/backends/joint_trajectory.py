# SPDX-License-Identifier: Apache-2.0
"""Any arm under ros2_control's JointTrajectoryController, or whatever else serves FollowJointTrajectory (docs/arms.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from tektra.common.errors import BackendError, OptionError
from tektra.common.robot_wire import JointReadings, RobotHello, State
from tektra.driver.backends import Event
from tektra.driver.backends.link_options import JointTrajectoryOptions
from tektra.driver.commands import Command, MoveJoints, StandStill
from tektra.driver.joint_course import Waypoint, brake, course
from tektra.driver.telling import told_state

FRESH_S = 0.3  # joints told longer ago say nothing of now
LOOK_EVERY_S = 0.2  # at the graph: is the controller there, who else drives it
SULK_S = 1.0  # what the controller refuses or gives up is told, and not tried again, for so long
SAME_S = 0.002  # a motion that would end no later than what is under way need not be sent
STANDS_RADPS = 0.02  # slower joints have come to a stand
STAY_S = 2.0  # slow enough to pull no joint that was moved meanwhile
LATE_BRAKE_S = 0.1  # who still moves so long after the brake should have ended is not braked by it


class Controller(Protocol):
    """tektra.ros.trajectory_action.TrajectoryAction."""

    @property
    def ready(self) -> bool | None: ...
    def send(self, names: Sequence[str], points: Sequence[Waypoint]) -> int: ...
    def cancel(self) -> None: ...
    def there(self) -> bool: ...
    def rivals(self) -> list[str]: ...


class JointTrajectoryLink:
    """See RobotLink; its address is the node's own graph, and host and port mean nothing. One thread: the executor's.

    Each motion becomes a goal that takes the place of the one before, lasts as long as its permit and then brakes: whatever
    happens to this process, the arm's own controller has it stand `ttl_s` and a brake later. A goal begins when the controller
    takes it up: one that told when it was to begin would be made up for, faster than permitted, when it comes late.
    """

    Options = JointTrajectoryOptions

    def __init__(
        self, robot: str, host: str, port: int, options: JointTrajectoryOptions | None = None
    ) -> None:
        self._robot, self._options = robot, options or JointTrajectoryOptions()
        self._names = tuple(self._options.joint_names)
        given = self._options.deceleration
        self._brakes = list(given) if len(given) > 1 else list(given) * len(self._names)
        self._controller: Controller | None = None
        self._open = self._up = self._told = self._there = False
        self._here: tuple[float, ...] = ()
        self._rates: tuple[float, ...] = ()
        self._measured_s = math.nan
        self._new: State | None = None
        self._seq, self._now_s = 0, 0.0
        self._heard_s = self._looked_s = -math.inf
        self._aim: MoveJoints | None = None
        self._until_s = self._brakes_until_s = -math.inf  # the motion in force ends; and the arm stands
        self._unsettled = True  # it is not known yet that nothing is under way
        self._newest = self._answered = self._braking = (
            0  # goals: sent last, answered last, the last that was a brake
        )
        self._trouble, self._trouble_s = "", -math.inf
        self._rivals: list[str] = []
        self._teller, self._told_s, self._two_s = "", -math.inf, -math.inf
        self._late, self._fault = "", "not connected yet"

    def attach(self, node: object) -> None:
        """Opens action and topics on the driver's node. Raises OptionError for options that cannot be, BackendError where
        control_msgs is not installed."""
        if not all(self._names) or len(set(self._names)) != len(self._names):
            raise OptionError(
                "joint_trajectory.joint_names is empty or names a joint twice", "name all joints"
            )
        if len(self._brakes) != len(self._names) or not all(most > 0.0 for most in self._brakes):
            raise OptionError(
                f"joint_trajectory.deceleration = {self._options.deceleration}",
                "give one for each of joint_names, in rad/s^2, or one for all",
            )
        try:
            from tektra.ros.trajectory_action import TrajectoryAction
        except ImportError as missing:
            raise BackendError(
                f"the driver back end 'joint_trajectory' needs control_msgs ({missing})",
                "apt install ros-$ROS_DISTRO-control-msgs",
            ) from missing

        self._controller = TrajectoryAction(
            node,
            action=self._options.action,
            joint_states=self._options.joint_states_topic,
            ready=self._options.ready_topic,
            on_joints=self.on_joints,
            on_answer=self.on_answer,
            on_given_up=self.on_given_up,
        )

    @property
    def up(self) -> bool:
        """See RobotLink.up. Needs fresh joints and a controller that serves its action."""
        return self._up

    @property
    def fault(self) -> str:
        """See RobotLink.fault."""
        return self._fault

    @property
    def measured_s(self) -> float:
        """See RobotLink."""
        return self._measured_s if self._options.late_max_s else math.nan

    def connect(self) -> None:
        """See RobotLink.connect."""
        self._open = True

    def close(self) -> None:
        """See RobotLink.close: the arm brakes."""
        if self._open and self._up:
            self._halt(1, self._now_s)
        self._open = self._up = self._told = False
        self._new, self._fault, self._heard_s = None, "closed", -math.inf

    def send(self, command: Command, now_s: float) -> bool:
        """See RobotLink.send. Category 1 is a goal that brakes; category 0 cancels: the controller holds the arm where it is."""
        if not self._open or self._controller is None:
            return False
        if isinstance(command, StandStill):
            return self._halt(command.category, now_s)
        if not isinstance(command, MoveJoints) or not self._up or self._why_not(now_s):
            return False
        if not command.speeds_radps or not set(command.names) <= set(self._names):
            return False
        until_s = now_s + command.ttl_s
        aim = replace(command, ttl_s=0.0)
        if aim == self._aim and until_s <= self._until_s + SAME_S:
            return True  # the goal under way lasts as long
        targets = dict(zip(command.names, command.positions_rad, strict=True))
        speeds = dict(zip(command.names, command.speeds_radps, strict=True))
        self._go(
            course(
                self._here,
                self._rates,
                [targets.get(name) for name in self._names],
                [speeds.get(name, 0.0) for name in self._names],
                self._brakes,
                command.ttl_s,
            ),
            now_s,
        )
        self._aim, self._until_s = aim, until_s
        return True

    def poll(self, now_s: float) -> list[Event]:
        """See RobotLink.poll."""
        if not self._open or self._controller is None:
            return []
        self._now_s = now_s
        state, self._new = self._new, None
        if state is not None:
            self._heard_s = now_s
        if now_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = now_s
            self._there, self._rivals = self._controller.there(), self._controller.rivals()
        if now_s >= self._until_s:
            self._until_s, self._aim = -math.inf, None
        down = self._why_down(now_s)
        self._up, self._fault = not down, down or self._why_not(now_s)
        if down:
            self._unsettled = True
        hello = [RobotHello(self._robot, "arm", ("arm",))] if self._up and not self._told else []
        self._told = self._up
        return [*hello, state] if state is not None and self._up else [*hello]

    def on_joints(
        self, joints: Mapping[str, tuple[float, float]], stamp_s: float, age_s: float, who: str = ""
    ) -> None:
        """From the arm: position and velocity (NaN: not told) by joint, when, how long ago that was, and who told. Of joints of others
        among them, and of what leaves one of this arm's out, nothing is taken."""
        if any(name not in joints for name in self._names):
            return
        if who != self._teller and self._now_s - self._told_s <= SULK_S:
            self._two_s = self._now_s  # a joint_state_publisher beside the arm, say: its zeros are no places
        self._teller, self._told_s = who, self._now_s
        most_s = self._options.late_max_s
        self._late = f"stamped {age_s:.2f} s ago" if most_s and not -most_s <= age_s <= most_s else ""
        here = tuple(joints[name][0] for name in self._names)
        since_s = stamp_s - self._measured_s
        before = self._here if 0.0 < since_s < FRESH_S else here
        rates = tuple(
            joints[name][1]
            if math.isfinite(joints[name][1])
            else (now - then) / max(since_s, 1e-3)
            if now != then
            else 0.0
            for name, now, then in zip(self._names, here, before, strict=True)
        )
        if self._late or not all(map(math.isfinite, here)):
            return
        self._here, self._rates, self._measured_s = here, rates, stamp_s
        self._seq += 1
        readings = JointReadings(self._names, here, rates)
        self._new = told_state(self._seq, stamp_s, halted=self._until_s == -math.inf, joints=readings)

    def on_answer(self, number: int, accepted: bool) -> None:
        """From the controller: whether it takes the goal of that number."""
        self._answered = max(self._answered, number)
        if accepted:
            if number > self._braking and self._until_s == -math.inf and self._controller is not None:
                self._controller.cancel()  # goals and cancels travel apart: it may have been taken up after the halt
            return
        if number == self._braking and self._controller is not None:
            self._controller.cancel()
        self._sulk("the controller refuses goals: is it active, and are joint_names all of its joints?")

    def on_given_up(self, number: int, *, strayed: bool) -> None:
        """From the controller: it ended that goal unfinished, since a joint strayed from its trajectory, or for another."""
        if strayed:
            self._sulk(
                "the controller gave up a motion: a joint strayed from its trajectory; is something in the way?"
            )
        elif number == self._newest:
            self._sulk("the controller gave up a motion: did another client send one?")

    def _sulk(self, why: str) -> None:
        self._trouble, self._trouble_s = why, self._now_s
        self._until_s, self._aim, self._unsettled = -math.inf, None, True

    def _go(self, points: list[Waypoint], now_s: float) -> None:
        assert self._controller is not None
        self._newest = self._controller.send(self._names, points)
        self._brakes_until_s = now_s + points[-1].at_s + LATE_BRAKE_S
        self._unsettled = True

    def _halt(self, category: int, now_s: float) -> bool:
        """Written again and again while it stands: what does not come to a stand by its brake is cancelled."""
        assert self._controller is not None
        under_way = self._until_s > -math.inf
        self._until_s, self._aim = -math.inf, None
        if not self._controller.there():
            return False
        fresh = now_s - self._heard_s <= FRESH_S
        if under_way and category == 1 and fresh:
            self._go(brake(self._here, self._rates, self._brakes), now_s)
            self._braking = self._newest
            return True
        if not fresh and self._here and self._newest not in (self._answered, self._braking):
            # A controller that hangs would carry out, when it goes on, what it was sent last: now that is to stay.
            stay = Waypoint(STAY_S, self._here, (0.0,) * len(self._here))
            self._braking = self._newest = self._controller.send(self._names, [stay])
        moves = not fresh or any(abs(rate) > STANDS_RADPS for rate in self._rates)
        if category == 0 or now_s >= self._brakes_until_s:
            if under_way or self._unsettled or moves or (self._rivals and self._options.exclusive):
                self._controller.cancel()
            self._unsettled = moves
        return True

    def _why_down(self, now_s: float) -> str:
        if now_s - self._two_s < SULK_S:
            return (
                f"several nodes tell the arm's joints on {self._options.joint_states_topic}: end all but one"
            )
        topic, late = self._options.joint_states_topic, f" is {self._late}" if self._late else ""
        if self._heard_s == -math.inf:
            return f"no {', '.join(self._names)} on {topic}{': what comes' + late if late else ''}"
        if now_s - self._heard_s > FRESH_S:
            return f"joints on {topic}{late or ' ceased'}"
        return "" if self._there else f"nobody serves {self._options.action}"

    def _why_not(self, now_s: float) -> str:
        if self._trouble and now_s - self._trouble_s < SULK_S:
            return self._trouble
        if self._rivals and self._options.exclusive:
            return f"{', '.join(self._rivals)} also moves the arm, past the safety gate"
        assert self._controller is not None
        if not self._controller.ready:
            return f"{self._options.ready_topic} does not say that the arm is ready"
        return ""
