# SPDX-License-Identifier: Apache-2.0
"""Who talks to Tektra under the soak: says, calls, stops, orders; and sees where the rover really is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import rclpy
from diagnostic_msgs.msg import KeyValue
from lifecycle_msgs.srv import GetState
from rclpy.context import Context
from std_msgs.msg import Empty, String

from tektra.common.errors import LinkError
from tektra.ros.calls import action_client, service_client
from tektra.ros.cdr import interface
from tektra.ros.clock import time_msg
from tektra.ros.executor import SteadyExecutor
from tektra.ros.pulse import ANSWER, ASK, found
from tektra.ros.qos import RELIABLE, SAFETY_STATE, SIGNS
from tektra.ros.speaking import SpeakingWatch
from tektra.sim.client import TruthClient
from tektra_interfaces.action import Say
from tektra_interfaces.msg import ReplyDelta, SafetyState
from tektra_interfaces.srv import StopRobot

#: What the gate calls a stop that was said on its topic.
STOP_CAUSE = "topic"
#: Types of what Tektra answers itself.
OURS = ("tektra_interfaces/", "std_srvs/")

#: Between two sentences a voice is at work, too.
QUIET_S = 1.5
#: Whoever has not answered within this was killed with the question.
ANSWERS_S = 2.0


@dataclass(frozen=True)
class Gate:
    """What the gate told last."""

    stopped: bool
    epoch: int
    causes: tuple[str, ...]
    alone: tuple[str, ...] = ()  # robots that a stop of their own holds until they are released

    @property
    def is_free(self) -> bool:
        return not self.stopped and not self.alone

    @property
    def owns_to_stop(self) -> bool:
        """That it heard one said on the topic."""
        return STOP_CAUSE in self.causes


class Said:
    """A sentence that was given to be spoken."""

    def __init__(self, sent: Any) -> None:
        self._sent, self._result = sent, None

    def ended(self) -> bool:
        """Refused, or spoken or given up."""
        if self._result is None and self._sent.done():
            if not self._sent.result().accepted:
                return True
            self._result = self._sent.result().get_result_async()
        return self._result is not None and self._result.done()

    def spoken(self) -> bool:
        return self._result is not None and self._result.done() and bool(self._result.result().result.success)


class Contact:
    """One node, one thread. `spin` lets what came be taken up."""

    def __init__(self, truth_port: int) -> None:
        self.gate: Gate | None = None
        self.replies: list[str] = []
        self._open()
        self._truth = TruthClient(truth_port)
        self._truth.connect()

    def _open(self) -> None:
        context = self._context = Context()
        rclpy.init(context=context)
        self._node = node = rclpy.create_node("soak", context=context)
        self._executor = SteadyExecutor(context=context)
        self._executor.add_node(node)
        node.create_subscription(SafetyState, "/safety/state", self._on_state, SAFETY_STATE)
        self._speaks, self._spoke_s = False, 0.0
        self._voice = SpeakingWatch(node, "tektra", self._on_speaking)
        node.create_subscription(ReplyDelta, "/tektra/reply", lambda m: self.replies.append(m.text), RELIABLE)
        self._stop = node.create_publisher(Empty, "/safety/stop", RELIABLE)
        self._command = node.create_publisher(String, "/tektra/command", RELIABLE)
        # As every node that answers the watchdog has them; so it is seen whether somebody is lost to this one.
        self._signs = node.create_publisher(KeyValue, ANSWER, SIGNS)
        node.create_subscription(KeyValue, ASK, lambda _: None, RELIABLE)
        self._say = action_client(node, Say, "/tektra/say")
        self._reset = service_client(node, StopRobot, "/safety/reset_all")
        self._reset_robot = service_client(node, StopRobot, "/safety/reset_robot")
        # Behind the publisher of orders: whoever answers it has found that, too.
        self._planner = service_client(node, GetState, "/tektra/planner/get_state")
        self._asked: tuple[float, Any] | None = None
        self._clients: dict[str, Any] = {}

    def comes_anew(self) -> None:
        """As another participant, whom all find; as `tektra stop` is one."""
        old, context = self._node, self._context
        self._executor.shutdown(1.0)
        self._open()
        old.destroy_node()
        rclpy.try_shutdown(context=context)

    def finds(self) -> int:
        """How many processes that answer the watchdog are known here."""
        return len(found(self._node)[1])

    def _on_state(self, message: SafetyState) -> None:
        alone = tuple(robot.robot for robot in message.robots if robot.latched)
        self.gate = Gate(message.stopped, message.epoch, tuple(message.causes), alone)

    def _on_speaking(self, speaks: bool) -> None:
        self._speaks, self._spoke_s = speaks, self.now_s()

    def is_quiet(self) -> bool:
        """Nothing has been said for a moment."""
        return not self._speaks and self.now_s() - self._spoke_s > QUIET_S

    def now_s(self) -> float:
        return time.monotonic()

    def date(self) -> Any:
        """Now, as a reset names the time at which it was asked."""
        return time_msg(time.time())

    def spin(self) -> None:
        self._executor.spin_once(timeout_sec=0.02)

    def can_say(self) -> bool:
        return bool(self._say.server_is_ready())

    def say(self, text: str) -> Said:
        return Said(self._say.send_goal_async(Say.Goal(text=text)))

    @property
    def services(self) -> tuple[str, ...]:
        """All that Tektra answers or has answered, but for what every node of ROS has. The graph also names what is only asked for."""
        for name, kinds in self._node.get_service_names_and_types():
            ours = kinds[0].startswith(OURS) and "/_action/" not in name and name not in self._clients
            if ours and self._node.count_services(name):
                self._clients[name] = service_client(self._node, interface(kinds[0]), name)
        return tuple(self._clients)

    def can_call(self, service: str) -> bool:
        return bool(self._clients[service].service_is_ready())

    def call(self, service: str) -> Callable[[], bool]:
        """With nothing in it; whether it is answered, or refused, by now."""
        client = self._clients[service]
        done: Callable[[], bool] = client.call_async(client.srv_type.Request()).done
        return done

    def reset(self, *, epoch: int | None = None, asked: Any = None) -> Callable[[], bool]:
        """One of now; of a stop of that epoch; or asked at another time. Whether it is answered by now."""
        if epoch is not None:
            request = StopRobot.Request(epoch=epoch)
        elif asked is not None:
            request = StopRobot.Request(asked=asked)
        else:
            request = StopRobot.Request(source="soak")
        done: Callable[[], bool] = self._reset.call_async(request).done
        return done

    def reset_robot(self, robot: str) -> Callable[[], bool]:
        """Of the stop of this robot alone. Whether it is answered by now."""
        request = StopRobot.Request(robot=robot, source="soak")
        done: Callable[[], bool] = self._reset_robot.call_async(request).done
        return done

    def stop(self) -> None:
        self._stop.publish(Empty())

    def can_order(self) -> bool:
        """The planner answers now that it is active: it knows who orders here, and not only the other way round. What is published to one
        that does not is lost, as with `ros2 topic pub --once`."""
        if self._asked is not None and self._asked[1].done():
            active = self._asked[1].result().current_state.label == "active"
            self._asked = None
            return bool(active)
        waits = self._asked is not None and self.now_s() - self._asked[0] < ANSWERS_S
        if not waits and self._planner.service_is_ready():
            self._asked = self.now_s(), self._planner.call_async(GetState.Request())
        return False

    def order(self, text: str) -> None:
        self._command.publish(String(data=text))

    def place(self) -> tuple[float, float]:
        """Where rover1 is, m in map."""
        try:
            body = self._truth.latest().robots["rover1"]
        except LinkError:  # nobody read while other things happened, and the simulator waits for nobody
            self._truth.close()
            self._truth.connect()
            body = self._truth.latest().robots["rover1"]
        return body.x_m, body.y_m
