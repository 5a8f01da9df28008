# SPDX-License-Identifier: Apache-2.0
"""The newest of what is seen and heard: the avatar, its mouth, voices, the camera."""

from __future__ import annotations

import base64
import sys
from array import array
from collections.abc import Callable
from typing import Any, Protocol, cast, get_args

from tektra.common.errors import InputError, TektraError
from tektra.common.graph import Graph, Message
from tektra.web import reading
from tektra.web.models.face import AvatarState
from tektra.web.models.talk import EarsState
from tektra.web.socket import binary
from tektra.web.socket import messages as out

OWN = "tektra_interfaces/msg"
VOICE, CAMERA = "/tektra/speech_out/audio", "/camera/image_raw/compressed"
EARS, EARS_STATES = "/tektra/speech_in/state", get_args(EarsState)


class Tell(Protocol):
    """Says something to every socket that hears a stream, and as bytes to those that hear `<stream>_binary`."""

    def __call__(
        self, stream: str, message: out.Out, frame: Callable[[], binary.Frame] | None = None
    ) -> None: ...


def action_of(state: AvatarState) -> out.AvatarAction:
    """What the avatar wears and does, without its weights."""
    return out.AvatarAction(
        expression=state.expression, gesture=state.gesture, mode=state.mode, look=state.look
    )


class LiveMedia:
    """On the graph's event loop. `hears(stream)`: does anybody hear it? Sound and pictures are listened to only then."""

    def __init__(self, graph: Graph, tell: Tell, hears: Callable[[str], bool]) -> None:
        self.avatar: AvatarState | None = None
        self.ears: EarsState = ""
        self._graph = graph
        self._tell = tell
        self._hears = hears
        self._on_demand: dict[str, Callable[[], None]] = {}
        self._ends: list[Callable[[], None]] = []
        self._avatars = self._pictures = 0
        self._action: tuple[str, str, str, str] | None = None

    def start(self) -> None:
        """Begins to listen."""
        for topic, type_name, heard in (
            ("/tektra/visemes", f"{OWN}/Visemes", self._heard_visemes),
            ("/humans/voices/*/speech", f"{OWN}/LiveSpeech", self._heard_speech),
            (EARS, "std_msgs/msg/String", self._heard_ears),
        ):
            self._ends.append(self._graph.watch(topic, type_name, heard))

    def stop(self) -> None:
        """Listens no more. May be called twice."""
        for end in (*self._ends, *self._on_demand.values()):
            end()
        self._ends.clear()
        self._on_demand.clear()

    def tick(self) -> None:
        """Some times a second: is there still, or newly, somebody who hears?"""
        for stream, topic, type_name, heard in (
            ("voice", VOICE, f"{OWN}/AudioChunk", self._heard_voice),
            ("camera", CAMERA, "sensor_msgs/msg/CompressedImage", self._heard_camera),
        ):
            if self._hears(stream) and stream not in self._on_demand:
                self._on_demand[stream] = self._graph.watch(topic, type_name, heard)
            elif not self._hears(stream) and stream in self._on_demand:
                self._on_demand.pop(stream)()

    def heard_avatar(self, _: str, message: Message) -> None:
        """Of /tektra/avatar/state, which Live listens to while somebody looks."""
        try:
            self.avatar = state = reading.avatar(message)
        except (TektraError, ValueError):
            return
        self._avatars += 1
        number = self._avatars
        self._tell("avatar", out.AvatarOut(state=state), lambda: avatar_frame(state, number))
        action = (state.expression, state.gesture, state.mode, str(message["look"]))
        if action != self._action:
            self._action = action
            self._tell("actions", action_of(state))

    def _heard_ears(self, _: str, message: Message) -> None:
        self.ears = cast(EarsState, message["data"]) if message["data"] in EARS_STATES else ""
        self._tell("actions", out.EarsOut(state=self.ears))

    def _heard_visemes(self, _: str, message: Message) -> None:
        shapes = [
            out.VisemeAt(
                shape=entry["shape"],
                weight=reading.finite(entry["weight"]),
                at_ms=_ms(entry["stamp"]),
                duration_ms=_ms(entry["duration"]),
            )
            for entry in message["visemes"]
        ]
        told = out.VisemesOut(
            utterance_id=message["utterance_id"], cancelled=message["cancelled"], visemes=shapes
        )
        self._tell("visemes", told)

    def _heard_voice(self, _: str, message: Message) -> None:
        pcm, at_ms = mono(message), _ms(message["stamp"])
        rate, number, last = message["sample_rate"], message["sequence"], message["last"]
        told = out.VoiceOut(
            audio=base64.b64encode(pcm).decode(), sample_rate=rate, sequence=number, at_ms=at_ms, last=last
        )
        kind, flags = binary.Kind.VOICE_OUT, binary.LAST if last else 0
        self._tell(
            "voice", told, lambda: binary.Frame(kind, flags, min(rate, 65535), number, int(at_ms), pcm)
        )

    def _heard_camera(self, _: str, message: Message) -> None:
        try:
            picture = reading.picture(message)
        except InputError:
            return
        self._pictures += 1
        number, data, when_ms = self._pictures, bytes(message["data"]), reading.ms(message["header"]["stamp"])
        form = int(picture.format == "png")
        told = out.CameraOut(picture=picture, stamp_ms=when_ms)
        kind = binary.Kind.CAMERA_OUT
        self._tell("camera", told, lambda: binary.Frame(kind, 0, form, number, when_ms, data))

    def _heard_speech(self, topic: str, message: Message) -> None:
        text = message["final"] or message["incremental"]
        if text:
            caption = out.Caption(who=topic.split("/")[3], text=text, final=bool(message["final"]))
            self._tell("captions", caption)


def mono(message: Message) -> bytes:
    """The first channel of a chunk of sound, as 16 bit PCM, little-endian."""
    samples = array("h", message["data"])[:: max(1, message["channels"])]
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def avatar_frame(state: AvatarState, number: int) -> binary.Frame:
    """The avatar's state as bytes."""
    return binary.avatar(
        state.weights,
        (state.head.x, state.head.y, state.head.z),
        (state.gaze.x, state.gaze.y, state.gaze.z),
        state.arms,
        viseme=state.viseme,
        sequence=number,
        when_ms=state.stamp_ms,
    )


def _ms(stamp: Any) -> float:
    return float(stamp["sec"]) * 1000.0 + float(stamp["nanosec"]) / 1e6
