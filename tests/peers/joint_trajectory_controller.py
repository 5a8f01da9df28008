# SPDX-License-Identifier: Apache-2.0
"""An arm under a controller of trajectories: rclpy alone, in a process of its own, without Tektra's code.

It keeps the rules that ros2_control's JointTrajectoryController documents for its defaults: a goal names all joints, its
times rise, its last point stands, and one whose beginning is given and whose end is past is rejected; a new goal takes
the place of the one before, which is aborted; from where the arm is the points are joined by cubics; a cancel holds the arm at
once where it is measured; a joint that strays farther than PATH_RAD from its trajectory aborts the goal and is held. The servo
follows with a lag, and within its own acceleration. Topics: <namespace>/arm/joint_states at 100 Hz, also of a joint that no goal moves.
The first line on stdout names the truth port: JSON lines at 50 Hz; what is written to it ({"push": rad}, {"reject": true}, {"ahead": s}) happens.
"""

import json
import math
import os
import socket
import sys
import time

import rclpy
from control_msgs.action import FollowJointTrajectory
from rclpy.action import ActionServer, CancelResponse, GoalResponse
from rclpy.callback_groups import ReentrantCallbackGroup
from rclpy.duration import Duration
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.task import Future
from sensor_msgs.msg import JointState

JOINTS = ["pan", "lift", "elbow"]
PERIOD_S, GAIN, MOST_RADPS2, PATH_RAD = 0.01, 0.8, 40.0, 0.2
Result = FollowJointTrajectory.Result


def seconds(stamp):
    return stamp.sec + stamp.nanosec * 1e-9


def cubic(t, span, p0, v0, p1, v1):
    """Position at t of the cubic that has these places and rates at 0 and span."""
    s = t / span
    a, b = 2.0 * (p0 - p1) + span * (v0 + v1), 3.0 * (p1 - p0) - span * (2.0 * v0 + v1)
    return p0 + s * (span * v0 + s * (b + s * a))


class Controller(Node):
    def __init__(self):
        super().__init__("joint_trajectory_controller")
        self.position, self.velocity = [0.0] * len(JOINTS), [0.0] * len(JOINTS)
        self.servo_s = self.clock_s()
        self.hold()
        self.goal = None  # handle, future of its end
        self.ending = None
        self.accepted = self.rejected = self.cancelled = self.aborted = 0
        self.rejects_all, self.ahead_s = False, 0.0
        self.states = self.create_publisher(JointState, "arm/joint_states", 10)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.setblocking(False)
        self.watchers = []
        self.steps = 0
        self.action = ActionServer(
            self,
            FollowJointTrajectory,
            "joint_trajectory_controller/follow_joint_trajectory",
            self.execute,
            goal_callback=self.on_goal,
            handle_accepted_callback=self.on_accepted,
            cancel_callback=self.on_cancel,
            callback_group=ReentrantCallbackGroup(),
        )
        self.create_timer(PERIOD_S, self.step)
        sys.stdout.write(json.dumps({"truth": self.server.getsockname()[1]}) + "\n")
        sys.stdout.flush()

    # -- goals

    def fault(self, trajectory):
        points = trajectory.points
        if sorted(trajectory.joint_names) != sorted(JOINTS):
            return "joints differ"
        if not points or any(len(point.positions) != len(JOINTS) for point in points):
            return "no points, or not a position for each joint"
        if any(len(point.velocities) not in (0, len(JOINTS)) for point in points):
            return "velocities differ in number"
        if any(abs(rate) > 1e-7 for rate in points[-1].velocities):
            return "its last point does not stand"
        times = [seconds(point.time_from_start) for point in points]
        if any(later <= sooner for sooner, later in zip(times, times[1:], strict=False)):
            return "times do not rise"
        began = seconds(trajectory.header.stamp)
        if began and began + times[-1] < self.clock_s():
            return "it ends in the past"
        return ""

    def on_goal(self, request):
        fault = "told to" if self.rejects_all else self.fault(request.trajectory)
        if fault:
            self.rejected += 1
            sys.stderr.write(f"rejected: {fault}\n")
            return GoalResponse.REJECT
        self.accepted += 1
        return GoalResponse.ACCEPT

    def on_accepted(self, handle):
        if self.goal is not None:
            self.end("abort", Result.INVALID_GOAL)
        self.goal = (handle, Future(executor=self.executor))
        trajectory = handle.request.trajectory
        order = [trajectory.joint_names.index(joint) for joint in JOINTS]
        now_s = self.clock_s()
        began = seconds(trajectory.header.stamp) or now_s
        here = (self.servo_s, list(self.position), list(self.velocity))
        self.path = [here] + [
            (
                began + seconds(point.time_from_start),
                [point.positions[index] for index in order],
                [point.velocities[index] for index in order] if point.velocities else [0.0] * len(JOINTS),
            )
            for point in trajectory.points
        ]
        self.holding = False
        handle.execute()

    async def execute(self, handle):
        return await self.goal[1] if self.goal and self.goal[0] is handle else Result()

    def on_cancel(self, handle):
        if self.goal is not None and self.goal[0].goal_id == handle.goal_id:
            self.hold()
            self.ending = handle  # it is told canceled once this answer is given
        return CancelResponse.ACCEPT

    def end(self, how, code=0):
        handle, future = self.goal
        self.goal = None
        getattr(handle, how)()
        self.aborted += how == "abort" and code != Result.INVALID_GOAL
        future.set_result(Result(error_code=code))

    def hold(self):
        self.path = [(-math.inf, list(self.position), [0.0] * len(JOINTS))]
        self.holding = True

    # -- control

    def clock_s(self):
        return self.get_clock().now().nanoseconds * 1e-9

    def wanted(self, now_s):
        for (t0, p0, v0), (t1, p1, v1) in zip(self.path, self.path[1:], strict=False):
            if now_s < t1:
                span, late = max(t1 - t0, 1e-9), max(now_s - t0, 0.0)
                return [cubic(late, span, *ends) for ends in zip(p0, v0, p1, v1, strict=True)]
        return self.path[-1][1]

    def servo(self, now_s):
        places = self.wanted(now_s)
        for index, place in enumerate(places):
            pull = GAIN * (place - self.position[index]) / PERIOD_S
            change = max(-MOST_RADPS2 * PERIOD_S, min(MOST_RADPS2 * PERIOD_S, pull - self.velocity[index]))
            self.velocity[index] += change
            self.position[index] += self.velocity[index] * PERIOD_S
        return places

    def step(self):
        if os.getppid() == 1:
            raise KeyboardInterrupt
        now_s, places = self.clock_s(), self.position
        if self.goal is not None and self.ending is self.goal[0]:
            self.cancelled += 1
            self.end("canceled")
        self.ending = None
        # A servo runs at its own rate, however late this process is woken.
        while self.servo_s + PERIOD_S <= now_s:
            self.servo_s += PERIOD_S
            places = self.servo(self.servo_s)
        if (
            not self.holding
            and max(abs(p - q) for p, q in zip(places, self.position, strict=False)) > PATH_RAD
        ):
            if self.goal is not None:
                self.end("abort", Result.PATH_TOLERANCE_VIOLATED)
            self.hold()
        elif self.goal is not None and now_s >= self.path[-1][0]:
            self.end("succeed")
        message = JointState(name=["finger", *JOINTS])
        message.header.stamp = (self.get_clock().now() + Duration(seconds=self.ahead_s)).to_msg()
        message.position, message.velocity = [0.01, *self.position], [0.0, *self.velocity]
        self.states.publish(message)
        self.steps += 1
        if self.steps % 2 == 0:
            self.tell()

    def tell(self):
        try:
            watcher = self.server.accept()[0]
            watcher.setblocking(False)
            self.watchers.append(watcher)
        except BlockingIOError:
            pass
        names = ("position", "velocity", "accepted", "rejected", "cancelled", "aborted", "holding")
        line = json.dumps({"t": time.monotonic(), **{name: getattr(self, name) for name in names}}) + "\n"
        for client in list(self.watchers):
            try:
                client.sendall(line.encode())
                self.obey(client)
            except OSError:
                self.watchers.remove(client)

    def obey(self, client):
        try:
            lines = client.recv(4096).decode().split("\n")
        except BlockingIOError:
            return
        for line in filter(None, lines):
            told = json.loads(line)
            self.position[0] += told.get("push", 0.0)
            self.rejects_all = told.get("reject", self.rejects_all)
            self.ahead_s = told.get("ahead", self.ahead_s)


def main():
    rclpy.init()
    node = Controller()
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    try:
        executor.spin()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
