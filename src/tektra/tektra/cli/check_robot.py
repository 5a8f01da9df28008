# SPDX-License-Identifier: Apache-2.0
"""`tektra check-robot`: drives a base under the gate, measures how it stops, and writes what its parameters should say."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from std_srvs.srv import Trigger

from tektra.cli.braking import Braking, Stop, Unmeasured, braking, watchdog
from tektra.cli.session import FIND_S, Session
from tektra.cli.track import Moment, Track
from tektra.common.errors import InputError
from tektra.ros.calls import service_client
from tektra.ros.clock import seconds, time_msg
from tektra.ros.qos import LATCHED, MOTION, SENSOR
from tektra.ros.robot_place import place_of
from tektra_interfaces.msg import RobotDescription, RobotState
from tektra_interfaces.srv import StopRobot

EPILOG = """\
examples:
  tektra check-robot rover1                       asks before anything moves
  tektra check-robot rover1 --driver-pid 4711     also freezes its driver at half speed: does it stand by itself?

It drives back and forth on a straight line, at four shares of its declared speed, stops it at each, and resets that stop.
Whatever could not be measured is not written. Stay beside its own emergency stop.
Exit status: 0 all was measured, 1 something was not, 2 wrong use, 3 nothing answers.
"""
SHARES, REPEATS = (0.4, 0.6, 0.8, 1.0), 2
#: A speed is reached when so many looks on end say so; it is given up after so long. Standing is so slow, for so long.
LOOKS, REACH_S, STANDING_MPS, REST_S, END_S = 4, 8.0, 0.01, 0.4, 5.0
PERIOD_S, FROZEN_S, PAUSE_S = 0.05, 1.0, 0.5


def add_parser(subparsers: Any) -> None:
    """Adds `check-robot` to the command line."""
    parser = subparsers.add_parser(
        "check-robot",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("robot", help="its name; its driver, skills and the gate must run")
    parser.add_argument("--out", type=Path, help="file to write (default: NAME.limits.yaml; must not exist)")
    parser.add_argument(
        "--reaction-s", type=float, default=0.2, help="reaction_s of config/safety.yaml (default 0.2)"
    )
    parser.add_argument(
        "--driver-pid", type=int, help="process of its driver on this machine, to be frozen once"
    )
    parser.add_argument(
        "--consent", metavar="NAME", help="the robot's name once more: its way is clear, begin"
    )


def run(arguments: argparse.Namespace) -> int:
    """Measures, and writes; the exit status."""
    robot, out = arguments.robot, arguments.out or Path(f"{arguments.robot}.limits.yaml")
    if out.exists():
        raise InputError(f"{out} exists", "name another file with --out, or move it away")
    if arguments.driver_pid is not None:
        _check_pid(arguments.driver_pid, robot)
    with Session() as session:
        bench = _Bench(session, robot)
        limits = bench.described().limits
        if not limits.linear_speed > 0.0 or not limits.linear_acceleration > 0.0:
            raise InputError(f"{robot} declares no base", "give its driver first, careful limits")
        way = limits.linear_speed * (limits.linear_speed / limits.linear_acceleration + 1.5)
        if not _consents(arguments, way):
            return 1
        told: list[str] = []
        faults: list[str] = []
        brakes = _brakes(bench, limits.linear_speed, arguments.reaction_s, told, faults)
        if brakes is not None and arguments.driver_pid is not None:
            _freeze(bench, arguments.driver_pid, limits.linear_speed / 2.0, brakes, told, faults)
        elif arguments.driver_pid is None:
            faults.append("its own watchdog: give --driver-pid, or cut its link by hand while it drives")
        told.append(bench.track.truth())
    _write(out, brakes, bench.fastest, told, faults)
    return 1 if faults else 0


class _Bench:
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

    def _reach(self, velocity: float) -> None:
        until_s = time.monotonic() + REACH_S
        while not self.track.steady(velocity, LOOKS):
            if time.monotonic() > until_s:
                raise Unmeasured(
                    f"{velocity:.2f} m/s was not reached: {self.track.reason or 'something slows it'}"
                )
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


def _brakes(
    bench: _Bench, most: float, reaction_s: float, told: list[str], faults: list[str]
) -> Braking | None:
    stops = []
    try:
        for share in SHARES:
            for _ in range(REPEATS):
                stop = bench.stop_from(share * most, bench.emergency_stop)
                stops.append(stop)
                print(f"from {stop.speed:.3f} m/s: {stop.distance:.3f} m, {stop.time_s:.2f} s")
                bench.reset()
        found = braking(stops, reaction_s)
        ceased = bench.stop_from(0.6 * most, lambda: None)
        told.append(f"when velocities cease at {ceased.speed:.2f} m/s it stands after {ceased.time_s:.2f} s")
        bench.pause(PAUSE_S)
    except Unmeasured as fault:
        faults.append(f"linear_deceleration: {fault}")
        return None
    told.append(
        f"{found.stops} stops: it brakes {found.latency_s:.3f} s after it is told, with "
        f"{found.deceleration:.2f} m/s^2 at least; the worst is {found.misfit:.3f} m off"
    )
    return found


def _freeze(
    bench: _Bench, pid: int, speed: float, brakes: Braking, told: list[str], faults: list[str]
) -> None:
    try:
        with _thawed(pid):
            stop = bench.stop_from(speed, lambda: _hang(bench, pid))
        told.append(watchdog(stop, FROZEN_S, brakes))
    except Unmeasured as fault:
        faults.append(f"its own watchdog: {fault}")


def _hang(bench: _Bench, pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    bench.pause(FROZEN_S)
    os.kill(pid, signal.SIGCONT)


@contextmanager
def _thawed(pid: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _check_pid(pid: int, robot: str) -> None:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError as error:
        raise InputError(f"there is no process {pid}", "see `tektra status` for the driver's") from error
    if not any(
        word.startswith("__ns:=") and word.removeprefix("__ns:=").strip("/") == robot for word in words
    ):
        raise InputError(f"process {pid} is not a node of {robot}", "give the driver's, on this machine")


def _consents(arguments: argparse.Namespace, way: float) -> bool:
    print(
        f"{arguments.robot} will drive {way:.1f} m back and forth, nine times, the last of them at its full speed.\n"
        "Clear that way and keep everybody off it; stand at its own emergency stop."
    )
    said = arguments.consent
    if said is None and sys.stdin.isatty():
        said = input("Type its name to begin: ").strip()
    if said != arguments.robot:
        print("Nothing moved: its name was not given.")
    return bool(said == arguments.robot)


def _write(out: Path, brakes: Braking | None, fastest: float, told: list[str], faults: list[str]) -> None:
    lines = [f"# {line}" for line in ["Measured by tektra check-robot.", *told]]
    lines += [f"# NOT MEASURED: {fault}" for fault in faults]
    if brakes is not None:
        lines += ["/**/driver:", "  ros__parameters:", f"    linear_speed: {fastest:.3f}"]
        lines += [f"    linear_deceleration: {brakes.written:.2f}"]
    out.write_text("\n".join(lines) + "\n")
    print("\n".join(lines))
    print(f"wrote {out}" if brakes is not None else f"{out} holds the reasons, and no value")
