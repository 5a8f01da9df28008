# SPDX-License-Identifier: Apache-2.0
"""A base that is driven back and forth by velocities, under the gate, and how it went by its own odometry."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from std_srvs.srv import Trigger

from tektra.cli.braking import Stop, Unmeasured
from tektra.cli.session import FIND_S, Session
from tektra.cli.track import Moment, Track
from tektra.common.errors import InputError
from tektra.ros.calls import service_client
from tektra.ros.clock import seconds, time_msg
from tektra.ros.qos import LATCHED, MOTION, SENSOR
from tektra.ros.robot_place import place_of
from tektra_interfaces.msg import RobotDescription, RobotState
from tektra_interfaces.srv import StopRobot

#: A speed is reached when so many looks on end say so; it is given up after so long. Standing is so slow, for so long.
LOOKS, REACH_S, STANDING_MPS, REST_S, END_S = 4, 8.0, 0.01, 0.4, 5.0
PERIOD_S, PAUSE_S = 0.05, 0.5
#: Somebody has so long to cut its link while it drives; it is cut when nothing came for so long, stays cut for so long, and must be whole again
#: within so long.
CUT_S, SILENT_S, CUT_PAUSE_S, MEND_S = 8.0, 0.5, 1.0, 60.0


class DrivenBase:
    """One robot that is driven by velocities, and how it went by its own odometry."""

    def __init__(self, session: Session, robot: str) -> None:
        self.track, self.fastest = Track(), 0.0
        self._session, self._robot, self._way = session, robot, 1.0
        self._descriptions: list[RobotDescription] = []
        node = session.node
        node.create_subscription(
            RobotDescription, f"/{robot}/description", self._descriptions.append, LATCHED
        )
        node.create_subscription(Odometry, f"/{robot}/odom", self._on_odometry, MOTION)
        node.create_subscription(RobotState, f"/{robot}/state", self._on_state, MOTION)
        self._velocity = node.create_publisher(TwistStamped, f"/{robot}/cmd_vel_request", SENSOR)
        self._stop = service_client(node, Trigger, f"/{robot}/emergency_stop")

    def described(self) -> RobotDescription:
        """What it declares. Raises InputError when nobody speaks for it."""
        ready = self._session.spin_until(
            lambda: bool(self._descriptions and self.track.moments and self._stop.service_is_ready()), FIND_S
        )
        if not ready:
            raise InputError(f"{self._robot} is not there", "start its driver, its skills and the gate")
        self._session.spin_until(lambda: self._velocity.get_subscription_count() > 0, FIND_S)
        return self._descriptions[-1]

    def stop_from(self, speed: float, act: Callable[[], None]) -> Stop:
        """Drives at this speed, the other way than before, and does `act` then; how it stopped. Raises Unmeasured."""
        self._way = -self._way
        self._reach(self._way * speed)
        told_s = time.time()
        act()
        rests = self._session.spin_until(lambda: self.track.rests(told_s, STANDING_MPS, REST_S), END_S)
        if not rests:
            raise Unmeasured(f"from {speed:.2f} m/s it does not come to a stand within {END_S:g} s")
        stop = self.track.stop(told_s, STANDING_MPS)
        self.fastest = max(self.fastest, stop.speed)
        return stop

    def cut_from(self, speed: float, cut: Callable[[], None], mend: Callable[[], None]) -> Stop:
        """Drives at this speed, the other way than before, on and on until nothing comes over its link any more; how far it went
        until it was heard again. The time is how long nothing came. `mend` follows `cut` whatever happens; both on another thread.
        Raises Unmeasured."""
        self._way = -self._way
        self._reach(self._way * speed)
        until_s = time.monotonic() + CUT_S
        try:
            self._meanwhile(cut, lambda: self._ask(self._way * speed))
            while time.time() - self.track.moments[-1].at_s < SILENT_S:
                if time.monotonic() > until_s:
                    raise Unmeasured(f"its link was not cut within {CUT_S:g} s")
                self._ask(self._way * speed)
            begin = self.track.moments[-1]
            self.pause(CUT_PAUSE_S)
        finally:
            self._meanwhile(mend, lambda: self.pause(PERIOD_S))
        back = self._session.spin_until(
            lambda: (
                self.track.moments[-1].at_s > begin.at_s
                and self.track.rests(begin.at_s, STANDING_MPS, REST_S)
            ),
            MEND_S,
        )
        if not back:
            raise Unmeasured(f"its link did not come back within {MEND_S:g} s, or it does not stand")
        first = next(moment for moment in self.track.moments if moment.at_s > begin.at_s)
        end = self.track.moments[-1]
        return Stop(begin.speed, math.hypot(end.x - begin.x, end.y - begin.y), first.at_s - begin.at_s)

    def emergency_stop(self) -> None:
        """Said, and not waited for."""
        self._stop.call_async(Trigger.Request())

    def reset(self) -> None:
        """Ends that stop. Raises Unmeasured when the gate does not."""
        until_s, why = time.monotonic() + END_S, "no answer"
        while time.monotonic() < until_s:
            request = StopRobot.Request(
                robot=self._robot, source="tektra check-robot", asked=time_msg(time.time())
            )
            response = self._session.call(StopRobot, "/safety/reset_robot", request)
            if response.success:
                break
            why = response.message
            self.pause(0.2)
        else:
            raise Unmeasured(f"the stop cannot be reset: {why}")
        self.pause(PAUSE_S)

    def pause(self, seconds: float) -> None:
        """Looks on, and says nothing: a held robot is let go of."""
        self._session.spin_until(lambda: False, seconds)

    def _meanwhile(self, act: Callable[[], None], look: Callable[[], None]) -> None:
        """Does `act`, which may take a while, and `look` again and again: who does not look on takes what was missed for silence."""
        with ThreadPoolExecutor(1) as elsewhere:
            doing = elsewhere.submit(act)
            while not doing.done():
                look()
            doing.result()

    def _reach(self, velocity: float) -> None:
        until_s = time.monotonic() + REACH_S
        while not self.track.steady(velocity, LOOKS):
            if time.monotonic() > until_s:
                raise Unmeasured(
                    f"{velocity:.2f} m/s was not reached: {self.track.reason or 'something slows it'}"
                )
            self._ask(velocity)

    def _ask(self, velocity: float) -> None:
        message = TwistStamped()
        message.header.stamp = time_msg(time.time())
        message.twist.linear.x = velocity
        self._velocity.publish(message)
        self._session.spin_until(lambda: False, PERIOD_S)

    def _on_odometry(self, message: Odometry) -> None:
        at, speed = message.pose.pose.position, message.twist.twist.linear
        moment = Moment(seconds(message.header.stamp), at.x, at.y, math.hypot(speed.x, speed.y), speed.x)
        self.track.moved(moment)

    def _on_state(self, message: RobotState) -> None:
        self.track.reason = message.fault or (message.halt_reason if message.halted else "")
        place = place_of(message)
        self.track.placed(seconds(message.header.stamp), None if place is None else place[:2])
