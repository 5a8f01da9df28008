# SPDX-License-Identifier: Apache-2.0
"""Any base that takes `cmd_vel` (Twist or TwistStamped) and tells `odom` (docs/ros_base.md)."""

import math
from typing import Protocol

from tektra.common.robot_kinds import ANY_BASE
from tektra.common.robot_wire import RobotHello, State
from tektra.driver.backends import Event
from tektra.driver.backends.link_options import RosBaseOptions
from tektra.driver.commands import Command, Drive, StandStill
from tektra.driver.localization import Fix, Localization
from tektra.driver.planar import Pose
from tektra.driver.telling import told_state

FRESH_S = 0.3  # odometry older than this says nothing of now
LOOK_EVERY_S = 0.2  # at the graph: who listens, who else drives


class Topics(Protocol):
    """tektra.ros.base_topics.BaseTopics."""

    def drive(self, vx_mps: float, vy_mps: float, wz_radps: float) -> None: ...
    def listeners(self) -> int: ...
    def rivals(self) -> list[str]: ...
    def several(self) -> str: ...
    @property
    def odometry_fault(self) -> str: ...


class RosBaseLink:
    """See RobotLink; its address is the node's own graph, and host and port mean nothing. One thread: the executor's.

    A base must stand by itself when velocities cease: most do after 0.5 s (cmd_vel_timeout and the like).
    """

    Options = RosBaseOptions

    def __init__(self, robot: str, host: str, port: int, options: RosBaseOptions | None = None) -> None:
        self._robot = robot
        self._options = options or RosBaseOptions()
        self._topics: Topics | None = None
        self._open = self._up = self._told = False
        self._new: State | None = None
        self._where = Localization(self._options)
        self._now_s = 0.0
        self._late = ""
        self._measured_s = math.nan
        self._odometry_s = self._looked_s = -math.inf
        self._until_s = -math.inf  # the motion in force ends
        self._seq = 0
        self._battery = math.nan
        self._fault = "not connected yet"
        self._rivals: list[str] = []
        self._listeners, self._several = 0, ""

    def attach(self, node: object) -> None:
        """Opens the topics on the driver's node. Raises OptionError for topics that cannot be."""
        from tektra.ros.base_topics import BaseTopics

        options = self._options
        topics = BaseTopics(
            node,
            cmd_vel=options.cmd_vel_topic,
            stamped=options.stamped,
            odom=options.odom_topic,
            on_odometry=self.on_odometry,
        )
        if options.pose_source == "pose":
            topics.listen_for_poses(options.pose_topic, self.on_pose)
        if options.battery_topic:
            topics.listen_for_battery(options.battery_topic, self.on_charge)
        self._topics = topics

    @property
    def up(self) -> bool:
        """See RobotLink.up. Needs fresh odometry and somebody who listens to velocities."""
        return self._up

    @property
    def fault(self) -> str:
        """See RobotLink.fault."""
        return self._fault

    def connect(self) -> None:
        """See RobotLink.connect."""
        self._open = True

    def close(self) -> None:
        """See RobotLink.close: a last zero."""
        if self._open and self._up:
            self._drive(0.0, 0.0, 0.0)
        self._open = self._up = self._told = False
        self._new, self._fault, self._until_s = None, "closed", -math.inf
        self._odometry_s = -math.inf

    def send(self, command: Command, now_s: float) -> bool:
        """See RobotLink.send. Both categories of a halt are a zero: how a base slows down is its own."""
        if not self._open or self._topics is None:
            return False
        if isinstance(command, StandStill):
            self._until_s = -math.inf
            self._drive(0.0, 0.0, 0.0)
            return self._listeners > 0
        if not isinstance(command, Drive) or not self._up or self._why_not():
            if self._until_s > -math.inf:  # at once: what it was told last it would do until that runs out
                self.send(StandStill(), now_s)
            return False
        self._until_s = now_s + command.ttl_s
        self._drive(command.vx_mps, command.vy_mps, command.wz_radps)
        return True

    def poll(self, now_s: float) -> list[Event]:
        """See RobotLink.poll."""
        if not self._open or self._topics is None:
            return []
        self._now_s = now_s
        state, self._new = self._new, None
        if state is not None:
            self._odometry_s = now_s
        if now_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = now_s
            self._listeners, self._rivals = self._topics.listeners(), self._topics.rivals()
            self._several = self._topics.several()
        if self._until_s < now_s < math.inf and self._until_s > -math.inf:
            self._until_s = -math.inf
            self._drive(0.0, 0.0, 0.0)
        down = self._why_down(now_s)
        self._up, self._fault = not down, down or self._why_not()
        hello = [RobotHello(self._robot, ANY_BASE, ("base",))] if self._up and not self._told else []
        self._told = self._up
        return [*hello, state] if state is not None and self._up else [*hello]

    def on_odometry(
        self, pose: Pose, velocity: tuple[float, float, float], stamp_s: float, age_s: float = 0.0
    ) -> None:
        """From the base: where its wheels say it is, how fast it moves in its own frame, when, and how long ago that was."""
        most_s = self._options.odom_late_max_s
        self._late = f"stamped {age_s:.2f} s ago" if most_s and not -most_s <= age_s <= most_s else ""
        if self._late:
            return
        self._where.odometry(pose, stamp_s, math.hypot(velocity[0], velocity[1]), self._now_s)
        self._measured_s = stamp_s
        self._seq += 1
        self._new = told_state(
            self._seq,
            stamp_s,
            halted=self._until_s == -math.inf,
            pose=self._where.pose,
            odom=pose,
            velocity=velocity,
            battery=self._battery,
        )

    def on_pose(
        self,
        pose: Pose,
        stamp_s: float,
        frame: str = "map",
        deviation_m: float = 0.0,
        deviation_rad: float = 0.0,
    ) -> None:
        """From a localiser: see Fix."""
        self._where.fix(Fix(pose, stamp_s, frame, deviation_m, deviation_rad), self._now_s)

    @property
    def measured_s(self) -> float:
        """See RobotLink."""
        return self._measured_s if self._options.odom_late_max_s else math.nan

    def on_charge(self, charge: float) -> None:
        """From the base: 0 to 1; NaN: unknown."""
        self._battery = charge

    def _why_down(self, now_s: float) -> str:
        if self._several:
            return self._several
        if (
            fault := self._topics.odometry_fault if self._topics else ""
        ) and now_s - self._odometry_s > FRESH_S:
            return f"odometry on {self._options.odom_topic} is none: {fault}"
        if self._odometry_s == -math.inf:
            late = f": what comes is {self._late}" if self._late else ""
            return f"no odometry on {self._options.odom_topic}{late}"
        if now_s - self._odometry_s > FRESH_S:
            return f"odometry on {self._options.odom_topic} {f'is {self._late}' if self._late else 'ceased'}"
        if leapt := self._where.leapt(now_s):
            return f"{leapt}: ask anew"
        if not self._listeners:
            sort = "TwistStamped" if self._options.stamped else "Twist"
            return f"nobody takes {sort} on {self._options.cmd_vel_topic}"
        return ""

    def _why_not(self) -> str:
        if self._rivals and self._options.exclusive:
            return (
                f"{', '.join(self._rivals)} also drives {self._options.cmd_vel_topic}, past the safety gate"
            )
        return self._where.fault

    def _drive(self, vx_mps: float, vy_mps: float, wz_radps: float) -> None:
        if self._topics is not None:
            self._topics.drive(vx_mps, vy_mps, wz_radps)
