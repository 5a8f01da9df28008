# SPDX-License-Identifier: Apache-2.0
"""A microphone's sound on the topic of its voice."""

from __future__ import annotations

from typing import Protocol

from rclpy.node import Node

from tektra.common.wav import Int16s
from tektra.ros.qos import AUDIO
from tektra.ros.speech_messages import audio_chunk
from tektra_interfaces.msg import AudioChunk


class Piece(Protocol):
    """Mono sound, and when its first sample was captured."""

    @property
    def samples(self) -> Int16s: ...
    @property
    def sample_rate_hz(self) -> int: ...
    @property
    def sequence(self) -> int: ...
    @property
    def last(self) -> bool: ...
    @property
    def stamp_s(self) -> float: ...


class MicrophoneTopic:
    """/humans/voices/<voice>/audio. `publish` from any thread."""

    def __init__(self, node: Node, voice: str, wanted: bool) -> None:
        """`wanted`: without a microphone there is no publisher."""
        self._publisher = None
        if wanted:
            self._publisher = node.create_publisher(AudioChunk, f"/humans/voices/{voice}/audio", AUDIO)

    def publish(self, piece: Piece) -> None:
        if self._publisher is None:
            return
        self._publisher.publish(
            audio_chunk(
                piece.samples,
                piece.sample_rate_hz,
                stamp_s=piece.stamp_s,
                sequence=piece.sequence,
                last=piece.last,
            )
        )
