# SPDX-License-Identifier: Apache-2.0
"""What Tektra says itself, for those who must not take it for somebody else: its sound, and its words as they sound."""

from __future__ import annotations

import threading
from typing import Protocol

import numpy as np
from rclpy.node import Node
from std_srvs.srv import Trigger

from tektra.common.errors import InputError
from tektra.common.wav import Int16s, to_mono
from tektra.ros.calls import service_client
from tektra.ros.clock import seconds
from tektra.ros.living import count_living
from tektra.ros.qos import AUDIO, RELIABLE
from tektra_interfaces.action import Say
from tektra_interfaces.msg import AudioChunk

SOUND = "/tektra/speech_out/audio"
#: The action tells every word as it goes to the loudspeaker, and tells all who listen.
WORDS = "/tektra/say/_action/feedback"
STOP, PAUSE, RESUME = (f"/tektra/speech_out/{name}" for name in ("stop", "pause", "resume"))


class OwnListener(Protocol):
    """Who hears it. Times in s, on the stamps' clock."""

    def hear(self, samples: Int16s, sample_rate_hz: int, stamp_s: float) -> None:
        """Mono sound that sounds from `stamp_s` on. Raises InputError for nonsense."""

    def ended(self, stamp_s: float) -> None:
        """What was to sound later than this did not sound."""

    def said(self, word: str, at_s: float) -> None:
        """A word begins to sound."""


class OwnSpeechWatch:
    """Tells the listener, on the node's executor. `refused` counts chunks that are nonsense."""

    def __init__(self, node: Node, listener: OwnListener) -> None:
        self.refused = 0
        self._node = node
        self._listener = listener
        self._interrupted = self._held = ""
        self._lock = threading.Lock()  # of the two: one thread must not end what another holds meanwhile
        self._stop, self._pause, self._resume = (
            service_client(node, Trigger, name) for name in (STOP, PAUSE, RESUME)
        )
        node.create_subscription(AudioChunk, SOUND, self._on_sound, AUDIO)
        node.create_subscription(Say.Impl.FeedbackMessage, WORDS, self._on_word, RELIABLE)

    @property
    def known(self) -> bool:
        """Somebody tells Tektra's sound."""
        return bool(count_living(self._node, SOUND) > 0)

    @property
    def held(self) -> bool:
        """It is silent because somebody began to speak over it."""
        return bool(self._held)

    def hold(self, by: str) -> None:
        """Silence for now: somebody begins to speak, who may want the word or only cough. Any thread; waits for nothing."""
        with self._lock:
            if self._pause.service_is_ready():
                self._held = by
                self._pause.call_async(Trigger.Request())

    def judged(self, by: str, *, takes: bool, so_far: bool) -> None:
        """What they said is known. `takes`: they take the turn, and it ends, once for each utterance of theirs; else it goes on where it
        broke off, unless that is known only `so_far`. Any thread; waits for nothing."""
        with self._lock:
            if takes:
                self._held = ""
                if by != self._interrupted and self._stop.service_is_ready():
                    self._interrupted = by
                    self._stop.call_async(Trigger.Request())
            elif self._held == by and not so_far:
                self._held = ""
                self._resume.call_async(Trigger.Request())

    def _on_sound(self, message: AudioChunk) -> None:
        stamp_s = seconds(message.stamp)
        try:
            if message.data:
                mono = to_mono(np.array(message.data, dtype=np.int16), message.channels)
                self._listener.hear(mono, message.sample_rate, stamp_s)
        except InputError:
            self.refused += 1
        if message.last:
            self._listener.ended(stamp_s)

    def _on_word(self, message: Say.Impl.FeedbackMessage) -> None:
        if message.feedback.word:
            self._listener.said(message.feedback.word, self._node.get_clock().now().nanoseconds * 1e-9)
