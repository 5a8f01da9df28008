# SPDX-License-Identifier: Apache-2.0
"""What people say to Tektra, typed, spoken or by a sign of the hand, and whether it comes too late to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rclpy.node import Node
from rclpy.subscription import Subscription
from std_msgs.msg import String

from tektra.common.lateness import SPOKEN_LATE_S, lateness
from tektra.common.trace import trace_of_speech
from tektra.ros.clock import seconds
from tektra.ros.gesture_topics import SIGNS
from tektra.ros.lateness import message_age_s, stamp_age_s
from tektra.ros.qos import RELIABLE
from tektra_interfaces.msg import LiveSpeech

#: Words, where they come from ("text", "voice", "gesture"), why they come too late (empty: they do not), whose they are and what role that
#: person has, both empty when nobody knows; how surely they were heard, 0..1; since when a sign is shown (s), 0 of words; and the trace of
#: what was spoken.
OnWords = Callable[[str, str, str, str, str, float, float, str], None]


class Words:
    """Hears /tektra/command, the speech of one voice, and the signs that vision tells of. On the node's executor."""

    def __init__(self, node: Node, voice: str, on_words: OnWords) -> None:
        self._on_words = on_words
        speech = f"/humans/voices/{voice}/speech"
        self.subscriptions: list[Subscription] = [
            node.create_subscription(String, "/tektra/command", self._on_command, RELIABLE),
            node.create_subscription(LiveSpeech, speech, self._on_speech, RELIABLE),
            node.create_subscription(LiveSpeech, SIGNS, self._on_sign, RELIABLE),
        ]

    def _on_command(self, message: String, info: Mapping[str, Any]) -> None:
        self._on_words(message.data, "text", lateness(message_age_s(info)), "", "", 1.0, 0.0, "")

    def _on_speech(self, message: LiveSpeech, info: Mapping[str, Any]) -> None:
        if message.final.strip():
            late = lateness(message_age_s(info)) or lateness(stamp_age_s(message.header.stamp), SPOKEN_LATE_S)
            who, trace = (message.person, message.role), trace_of_speech(*_parts(message))
            self._on_words(message.final, "voice", late, *who, message.confidence, 0.0, trace)

    def _on_sign(self, message: LiveSpeech, info: Mapping[str, Any]) -> None:
        late = lateness(message_age_s(info)) or lateness(stamp_age_s(message.header.stamp), SPOKEN_LATE_S)
        since_s = seconds(message.header.stamp)
        self._on_words(message.final, "gesture", late, message.person, message.role, 1.0, since_s, "")


def _parts(message: LiveSpeech) -> tuple[int, int]:
    """Its stamp: s and ns."""
    return message.header.stamp.sec, message.header.stamp.nanosec
