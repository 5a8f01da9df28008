# SPDX-License-Identifier: Apache-2.0
"""An operator on a host of their own: `python far_operator.py ROBOT`. One word a line comes in, one JSON object a line goes out.

In: `go DISTANCE_M`, `stop`, `reset`. Out: {"safety": {heard, stopped, free, ready}} when it changes (`heard`: the gate, within the last
half second; `free`: it holds the robot for no cause of its own; `ready`: all that is needed is within reach), {"goal": outcome} at the
end of a goal, {"reset": true} when it was granted.
"""

from __future__ import annotations

import json
import queue
import sys
import threading
import time

import rclpy
from rclpy.action import ActionClient
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from std_msgs.msg import Empty

from tektra.ros.qos import RELIABLE, SAFETY_STATE
from tektra_interfaces.action import RunSkill
from tektra_interfaces.msg import SafetyState
from tektra_interfaces.srv import StopRobot

LOST_S = 0.5


def tell(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Operator(Node):
    def __init__(self, robot: str) -> None:
        super().__init__("far_operator")
        self._robot = robot
        self._told: dict[str, object] = {}
        self._state: SafetyState | None = None
        self._heard_s = self._asked_s = time.monotonic()
        self._wants_reset = False
        self._skill = ActionClient(self, RunSkill, f"/{robot}/run_skill")
        self._stop = self.create_publisher(Empty, "/safety/stop", RELIABLE)
        self._reset = self.create_client(StopRobot, "/safety/reset_robot")
        self.create_subscription(SafetyState, "/safety/state", self._on_state, SAFETY_STATE)
        self.create_timer(0.1, self._look)

    def obey(self, words: list[str]) -> None:
        if words[0] == "go":
            arguments = json.dumps({"distance_m": float(words[1])})
            sent = self._skill.send_goal_async(RunSkill.Goal(skill="move", arguments=arguments))
            sent.add_done_callback(
                lambda done: done.result().get_result_async().add_done_callback(self._ended)
            )
        elif words[0] == "stop":
            self._stop.publish(Empty())
        elif words[0] == "reset":
            self._wants_reset = True

    def _try_reset(self) -> None:
        """Asks until it is answered: what is within reach again is not found at once."""
        if self._wants_reset and self._reset.service_is_ready() and time.monotonic() > self._asked_s + LOST_S:
            self._asked_s = time.monotonic()
            self._reset.call_async(StopRobot.Request(source="far operator")).add_done_callback(self._released)

    def _released(self, done: object) -> None:
        if self._wants_reset and done.result().success:
            self._wants_reset = False
            tell(reset=True)

    def _ended(self, done: object) -> None:
        tell(goal=done.result().result.outcome)

    def _on_state(self, state: SafetyState) -> None:
        self._heard_s, self._state = time.monotonic(), state
        self._look()

    def _look(self) -> None:
        self._try_reset()
        if self._state is None:
            return
        heard = time.monotonic() - self._heard_s < LOST_S
        held = {entry.robot: entry.stopped for entry in self._state.robots}
        free = not held.get(self._robot, True)
        reached = self._stop.get_subscription_count() >= 2  # the gate and the driver
        reached = reached and self._skill.server_is_ready() and self._reset.service_is_ready()
        stopped = self._state.stopped
        ready = heard and free and reached and not stopped
        now = {"heard": heard, "stopped": stopped, "free": free, "ready": ready}
        if now != self._told:
            self._told = now
            tell(safety=now)


def main() -> None:
    rclpy.init()
    node, words = Operator(sys.argv[1]), queue.SimpleQueue[list[str]]()
    executor = SingleThreadedExecutor()
    executor.add_node(node)

    def read() -> None:
        for line in sys.stdin:
            words.put(line.split())
        words.put([])

    threading.Thread(target=read, daemon=True).start()
    while True:
        executor.spin_once(timeout_sec=0.05)
        while not words.empty():
            said = words.get()
            if not said:
                return
            node.obey(said)


if __name__ == "__main__":
    main()
