# SPDX-License-Identifier: Apache-2.0
"""The demo's own node: speaks and listens on the same topics as anybody else, and keeps what it heard."""

from __future__ import annotations

import threading
import time
from array import array
from collections.abc import Callable
from typing import TypeVar

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.node import Node
from rclpy.publisher import Publisher
from std_msgs.msg import Empty, String
from std_srvs.srv import Trigger

from tektra.ros.calls import action_client, service_client
from tektra.ros.qos import AUDIO, LATCHED, RELIABLE
from tektra.ros.stops import STOP
from tektra_interfaces.action import Ask
from tektra_interfaces.msg import (
    AudioChunk,
    AvatarState,
    LiveSpeech,
    Plan,
    ReplyDelta,
    Scene,
    Visemes,
)
from tektra_interfaces.srv import Transcribe

T = TypeVar("T")
CHUNK = 512


class Watcher(Node):
    """Spins in a thread of its own; `wait` is for any other thread. All lists grow only."""

    def __init__(self) -> None:
        super().__init__("demo")
        self.heard: list[LiveSpeech] = []
        self.deltas: list[tuple[float, ReplyDelta]] = []
        self.plans: list[tuple[float, Plan]] = []
        self.visemes: list[Visemes] = []
        self.states: list[AvatarState] = []
        self.sound: list[AudioChunk] = []
        self.scenes: list[Scene] = []
        self._changed = threading.Condition()
        self._microphone = self.create_publisher(AudioChunk, "/humans/voices/default/audio", AUDIO)
        self._command = self.create_publisher(String, "/tektra/command", RELIABLE)
        self._stop = self.create_publisher(Empty, STOP, RELIABLE)
        self._reset = service_client(self, Trigger, "/safety/reset")
        self._transcribe = service_client(self, Transcribe, "/tektra/speech_in/transcribe")
        self._ask = action_client(self, Ask, "/tektra/ask")
        listen = self.create_subscription
        listen(LiveSpeech, "/humans/voices/default/speech", self._keeps(self.heard), RELIABLE)
        listen(ReplyDelta, "/tektra/reply", self._keeps_timed(self.deltas), RELIABLE)
        listen(Plan, "/tektra/plan", self._keeps_timed(self.plans), LATCHED)
        listen(Visemes, "/tektra/visemes", self._keeps(self.visemes), RELIABLE)
        listen(AvatarState, "/tektra/avatar/state", self._keeps(self.states), RELIABLE)
        listen(AudioChunk, "/tektra/speech_out/audio", self._keeps(self.sound), AUDIO)
        listen(Scene, "/tektra/vision/scene", self._keeps(self.scenes), LATCHED)
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self)
        threading.Thread(target=self._spin, name="demo-node", daemon=True).start()

    def close(self) -> None:
        self._executor.shutdown(timeout_sec=2.0)
        self.destroy_node()

    def wait(self, what: str, condition: Callable[[], T], timeout_s: float) -> T:
        """The condition's value as soon as it is true. Raises TimeoutError that says what was waited for."""
        with self._changed:
            if not self._changed.wait_for(condition, timeout_s):
                raise TimeoutError(f"no {what} within {timeout_s:.0f} s")
            return condition()

    def wait_for_listeners(self, timeout_s: float) -> None:
        """Until those whom it concerns hear the microphone, the commands and the stop, not only a recorder or a bridge. Raises TimeoutError."""
        listeners = ((self._microphone, "speech_in"), (self._command, "planner"), (self._stop, "safety"))
        end = time.monotonic() + timeout_s
        while deaf := [name for outlet, name in listeners if not self._heard_by(outlet, name)]:
            if time.monotonic() > end:
                raise TimeoutError(f"what the demo says is not heard by {', '.join(deaf)}")
            time.sleep(0.05)

    def _heard_by(self, outlet: Publisher, name: str) -> bool:
        known = self.get_subscriptions_info_by_topic(outlet.topic_name)
        return outlet.get_subscription_count() >= len(known) and name in {info.node_name for info in known}

    def say_into_microphone(self, samples: array[int], rate_hz: int) -> None:
        """Publishes the samples (mono int16) as a microphone would, in real time. Blocks for their length."""
        began = time.monotonic()
        for index, start in enumerate(range(0, len(samples), CHUNK)):
            chunk = AudioChunk(sequence=index, sample_rate=rate_hz, channels=1)
            chunk.stamp = self.get_clock().now().to_msg()
            chunk.data = samples[start : start + CHUNK]
            chunk.last = start + CHUNK >= len(samples)
            self._microphone.publish(chunk)
            due = began + (start + CHUNK) / rate_hz
            time.sleep(max(0.0, due - time.monotonic()))  # a microphone gives sound no faster than it is

    def command(self, text: str) -> None:
        """Says it in text, as `ros2 topic pub /tektra/command` does."""
        self._command.publish(String(data=text))

    def stop(self) -> None:
        self._stop.publish(Empty())

    def reset(self, timeout_s: float) -> Trigger.Response:
        return self._call(self._reset, Trigger.Request(), "answer of /safety/reset", timeout_s)

    def transcribe(self, wav: bytes, timeout_s: float) -> Transcribe.Response:
        request = Transcribe.Request(wav=array("B", wav))
        return self._call(self._transcribe, request, "answer of /tektra/speech_in/transcribe", timeout_s)

    def ask(self, text: str, timeout_s: float) -> Ask.Result:
        """Asks by the action and waits for its result."""
        if not self._ask.wait_for_server(timeout_s):
            raise TimeoutError("nobody offers /tektra/ask")
        handle = self._done(
            self._ask.send_goal_async(Ask.Goal(text=text, source="demo")), "/tektra/ask", timeout_s
        )
        return self._done(handle.get_result_async(), "result of /tektra/ask", timeout_s).result

    def plan_after(self, since: float, timeout_s: float, ended: bool = False) -> Plan:
        """The first plan with steps that came after `since`; with `ended`, its last state."""

        def found() -> Plan | None:
            plans = [
                plan for at, plan in self.plans if at >= since and (plan.steps or plan.status != Plan.RUNNING)
            ]
            first = plans[0].plan_id if plans else ""
            states = [plan for plan in plans if plan.plan_id == first]
            if ended:
                states = [plan for plan in states if plan.status != Plan.RUNNING][-1:]
            return states[0] if states else None

        plan = self.wait("finished plan" if ended else "plan", found, timeout_s)
        assert plan is not None
        return plan

    def reply_after(self, since: float, timeout_s: float) -> tuple[float, str]:
        """When the first piece of the next reply came, and the whole text."""

        def whole() -> list[tuple[float, ReplyDelta]]:
            later = [(at, delta) for at, delta in self.deltas if at >= since]
            mine = [(at, delta) for at, delta in later if delta.request_id == later[0][1].request_id]
            return mine if mine and mine[-1][1].last else []

        pieces = self.wait("whole reply", whole, timeout_s)
        return pieces[0][0], "".join(delta.text for _, delta in pieces)

    def _call(self, client, request, what: str, timeout_s: float):  # type: ignore[no-untyped-def]
        if not client.wait_for_service(timeout_s):
            raise TimeoutError(f"nobody offers {client.srv_name}")
        return self._done(client.call_async(request), what, timeout_s)

    def _done(self, future, what: str, timeout_s: float):  # type: ignore[no-untyped-def]
        done = threading.Event()
        future.add_done_callback(lambda _: done.set())
        if not done.wait(timeout_s):
            raise TimeoutError(f"no {what} within {timeout_s:.0f} s")
        return future.result()

    def _keeps(self, kept: list[T]) -> Callable[[T], None]:
        def keep(message: T) -> None:
            with self._changed:
                kept.append(message)
                self._changed.notify_all()

        return keep

    def _keeps_timed(self, kept: list[tuple[float, T]]) -> Callable[[T], None]:
        keep = self._keeps(kept)
        return lambda message: keep((time.monotonic(), message))

    def _spin(self) -> None:
        try:
            self._executor.spin()
        except ExternalShutdownException:
            return
        except Exception:
            if rclpy.ok():
                raise
