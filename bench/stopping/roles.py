# SPDX-License-Identifier: Apache-2.0
"""The other processes of bench/stop_latency.py: `python -m stopping.roles ROLE ...`, in bench/.

skills: asks for motion of some robots, twenty times a second each, as their skills would: under the newest epoch, a new goal
after each reset. bare: the plainest subscriber, beside which our stop is measured. llm, stt: a mind at work without a pause.
viewer: somebody who looks at the camera's images, and counts them.
"""

from __future__ import annotations

import sys
import threading
import time
import uuid
from collections.abc import Callable

import numpy as np
from rclpy.node import Node
from sensor_msgs.msg import Image
from std_msgs.msg import Empty

from stopping.robots import tell
from tektra.common import models
from tektra.common.scheduling import DRIVER_PRIORITY, SKILLS_PRIORITY, behind_the_body
from tektra.ros.clock import duration_msg
from tektra.ros.process import run_body, run_mind
from tektra.ros.qos import MOTION, RELIABLE, SAFETY_STATE
from tektra.ros.vision_topics import IMAGES
from tektra_interfaces.msg import MotionRequest, SafetyState

BARE = "/bare/stop"
TURN_RADPS, PERIOD_S = 0.5, 0.05
QUESTION = (
    "Tell me a long story about a robot that lived in a house with many rooms, and describe every room."
)


class FakeSkills(Node):
    """Each robot turns on the spot whenever nothing is stopped."""

    def __init__(self, robots: list[str]) -> None:
        super().__init__("fake_skills")
        self._epoch, self._goal, self._sequence = -1, "", 0
        self._free: set[str] = set()
        self._requests = {
            robot: self.create_publisher(MotionRequest, f"/{robot}/motion/request", MOTION)
            for robot in robots
        }
        self.create_subscription(SafetyState, "/safety/state", self._on_safety, SAFETY_STATE)
        self.create_timer(PERIOD_S, self._ask)

    def _on_safety(self, state: SafetyState) -> None:
        if state.epoch != self._epoch:
            self._epoch, self._goal, self._sequence = state.epoch, uuid.uuid4().hex, 0
        # A robot that is held for a cause of its own is asked for nothing, as skills do it.
        self._free = set() if state.stopped else {entry.robot for entry in state.robots if not entry.stopped}

    def _ask(self) -> None:
        self._sequence += 1
        for robot in self._free & self._requests.keys():
            message = MotionRequest(robot=robot, goal_id=f"{self._goal}{robot}", skill="turn")
            message.sequence, message.epoch, message.kind = (
                self._sequence,
                self._epoch,
                MotionRequest.VELOCITY,
            )
            message.stamp, message.period = self.get_clock().now().to_msg(), duration_msg(PERIOD_S)
            message.twist.angular.z = TURN_RADPS
            self._requests[robot].publish(message)


class Bare(Node):
    """Reads the clock first, and tells it."""

    def __init__(self) -> None:
        super().__init__("bare")
        self.create_subscription(Empty, BARE, lambda _: tell({"bare_ns": time.time_ns()}), RELIABLE)


class Viewer(Node):
    """Takes every image, as the bridge does for a dashboard."""

    def __init__(self) -> None:
        super().__init__("viewer")
        self.create_subscription(Image, "/camera/image_raw", lambda _: tell({"images": 1}), IMAGES, raw=True)


def llm() -> None:
    """The planner's own back end and model answer without end; tokens are counted."""
    from tektra.planner.backends import LlmOptions, Message
    from tektra.planner.backends.llama_cpp import LlamaCpp

    behind_the_body()
    model = LlamaCpp("qwen2.5-coder-1.5b", LlmOptions())
    model.load()
    tell({"ready": "llm"})
    while True:
        talk = [Message("user", QUESTION)]
        answer = model.stream(talk, schema=None, max_tokens=1000, temperature=0.7, stop=threading.Event())
        for number, _ in enumerate(answer, 1):
            if number % 10 == 0:
                tell({"llm_tokens": 10})


def stt() -> None:
    """Speech recognition hears a person's recording again and again; its seconds are counted."""
    from tektra.speech_in.backends.faster_whisper import FasterWhisper
    from tektra.speech_in.options import SpeechInOptions

    behind_the_body()
    options = SpeechInOptions()
    whisper = FasterWhisper(options.stt_model, options.stt_threads)
    whisper.load()
    sound = np.fromfile(models.path("goforward"), dtype="<i2").astype(np.float32) / 32768
    tell({"ready": "stt"})
    while True:
        whisper.transcribe(sound, options.locale)
        tell({"stt_s": len(sound) / 16_000})


ROLES: dict[str, Callable[[], None]] = {
    "skills": lambda: run_body(lambda: FakeSkills(sys.argv[2:]), priority=SKILLS_PRIORITY),
    "bare": lambda: run_body(Bare, priority=DRIVER_PRIORITY),
    "viewer": lambda: run_mind(Viewer),
    "llm": llm,
    "stt": stt,
}

if __name__ == "__main__":
    ROLES[sys.argv[1]]()
