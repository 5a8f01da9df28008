# SPDX-License-Identifier: Apache-2.0
"""Finds the voices in the graph, which come and go, and tells the avatar's mood of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from std_msgs.msg import String

from tektra.avatar.mood import Mood
from tektra.ros.listening import MUTED, STATE
from tektra.ros.living import count_living
from tektra.ros.speaking import SpeakingWatch
from tektra.ros.states import hear_state
from tektra_interfaces.msg import LiveSpeech

PREFIX = "/humans/voices/"


class Voices:
    """Subscribes /humans/voices/<id>/{is_speaking,speech} of every voice that is there. One thread: the node's."""

    def __init__(self, node: Any, mood: Mood, now_s: Callable[[], float], qos: Any) -> None:
        self._node = node
        self._mood = mood
        self._now_s = now_s
        self._qos = qos
        self._heard: dict[str, Any] = {}
        self._ears = hear_state(node, String, STATE, self._on_ears)

    def look(self) -> None:
        """Subscribe what is new, and forget a voice that has left."""
        if count_living(self._node, STATE) == 0:
            self._mood.muted(False)
        for topic, types in self._node.get_topic_names_and_types():
            if not topic.startswith(PREFIX) or topic in self._heard:
                continue
            voice = topic[len(PREFIX) :].split("/")[0]
            if topic.endswith("/is_speaking") and "std_msgs/msg/Bool" in types:
                if count_living(self._node, topic) > 0:
                    self._heard[topic] = SpeakingWatch(self._node, voice, partial(self._on_speaking, voice))
            elif topic.endswith("/speech") and "tektra_interfaces/msg/LiveSpeech" in types:
                self._subscribe(LiveSpeech, topic, self._on_speech)
        for topic in [topic for topic in self._heard if count_living(self._node, topic) == 0]:
            self._mood.hearing(topic[len(PREFIX) :].split("/")[0], speaking=False)
            self._end(self._heard.pop(topic))

    def close(self) -> None:
        """Forget all."""
        for heard in self._heard.values():
            self._end(heard)
        self._heard.clear()
        for subscription in self._ears:
            self._node.destroy_subscription(subscription)
        self._ears = []

    def _end(self, heard: Any) -> None:
        if isinstance(heard, SpeakingWatch):
            heard.close()
        else:
            self._node.destroy_subscription(heard)

    def _subscribe(self, kind: type, topic: str, callback: Callable[[Any], None]) -> None:
        if count_living(self._node, topic) > 0:
            self._heard[topic] = self._node.create_subscription(kind, topic, callback, self._qos)

    def _on_ears(self, message: String) -> None:
        self._mood.muted(message.data == MUTED)

    def _on_speaking(self, voice: str, speaks: bool) -> None:
        self._mood.hearing(voice, speaking=speaks)

    def _on_speech(self, message: LiveSpeech) -> None:
        if message.final:
            self._mood.asked(self._now_s())
