# SPDX-License-Identifier: Apache-2.0
"""What a client says on the socket: JSON objects told apart by `type`. These classes are the only definition of them.

Sound and pictures also go as bytes (binary.py), which says the same with a third less to send.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter

from tektra.web.models.base import (
    JsonObject,
    Model,
    Name,
    Reason,
    RobotName,
    Seen,
    SentAt,
    StoppedRobot,
    Tag,
    Words,
)

#: What a socket can be told of; which role hears what: sockets.py.
Stream = Literal[
    "safety",
    "robots",
    "plans",
    "replies",
    "captions",
    "ways",
    "people",
    "obstacles",
    "actions",
    "visemes",
    "avatar",
    "avatar_binary",
    "voice",
    "voice_binary",
    "camera",
    "camera_binary",
]


class ChatIn(Model):
    """Something typed. `id` comes back in every ai_response to it."""

    type: Literal["chat_message"]
    id: Tag = ""
    text: Words
    conversation_id: Annotated[str, StringConstraints(max_length=128, pattern=r"^[A-Za-z0-9._:-]*$")] = ""
    sent_at_ms: SentAt = None


class CancelChat(Model):
    """Ends what a chat_message with this id began."""

    type: Literal["cancel_chat"]
    id: Tag


class VoiceIn(Model):
    """Sound of a microphone: 16 bit PCM, mono, little-endian, in base64; at most 2 s. `last` ends the utterance."""

    type: Literal["voice_data"]
    audio: Annotated[str, StringConstraints(max_length=256_000)]
    sample_rate: Annotated[int, Field(ge=8000, le=48000)] = 16000
    sequence: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0
    last: bool = False
    sent_at_ms: SentAt = None


class CameraIn(Model):
    """A picture (JPEG or PNG) of the page's camera, in base64."""

    type: Literal["camera_frame"]
    image: Annotated[str, StringConstraints(min_length=1, max_length=1_900_000)]
    sequence: Annotated[int, Field(ge=0, le=2**32 - 1)] = 0
    sent_at_ms: SentAt = None


class StopIn(Model):
    """Stops `robot`, or everything, also where `robot` is no robot's name. Never too late, too often or malformed."""

    model_config = ConfigDict(extra="ignore")

    type: Literal["stop"]
    robot: StoppedRobot = ""
    reason: Reason = ""


class CommandAsked(Model):
    """A skill of a robot. Its end comes as command_result with this id."""

    type: Literal["robot_command"]
    id: Tag
    robot: RobotName
    skill: Name
    arguments: JsonObject = {}
    sent_at_ms: SentAt = None


class CancelCommand(Model):
    """Ends a robot_command."""

    type: Literal["cancel_command"]
    id: Tag


class DriveIn(Model):
    """A held velocity (keys, gamepad): the robot stands again 0.5 s after the last. Needs the lease of the robot."""

    type: Literal["drive"]
    robot: RobotName
    linear_m_s: Annotated[float, Field(ge=-5.0, le=5.0)]
    angular_rad_s: Annotated[float, Field(ge=-7.0, le=7.0)]
    sent_at_ms: Annotated[int, Field(ge=0, le=2**53)]


class LeaseIn(Model):
    """As POST /robots/{id}/lease."""

    type: Literal["lease"]
    robot: RobotName
    action: Literal["take", "ask", "hand_over", "release"]
    to: Annotated[str, StringConstraints(max_length=64)] = ""


class Subscribe(Model):
    """From now on these streams are heard, and no others."""

    type: Literal["subscribe"]
    streams: Annotated[list[Stream], Field(max_length=16)]


class Renew(Model):
    """A new ticket, before the access token behind the socket ends: the socket then goes on."""

    type: Literal["renew"]
    ticket: Annotated[str, StringConstraints(min_length=1, max_length=128)]


class Ping(Model):
    """Answered by pong with the same number and the server's time. `seq`: the last number that was heard; what is before it
    is not kept any longer to be said again."""

    type: Literal["ping"]
    number: Annotated[int, Field(ge=0, le=2**53)] = 0
    seq: Annotated[int, Field(ge=0, le=2**53)] = 0


FromClient = Annotated[
    ChatIn
    | CancelChat
    | VoiceIn
    | CameraIn
    | StopIn
    | CommandAsked
    | CancelCommand
    | DriveIn
    | LeaseIn
    | Subscribe
    | Renew
    | Ping,
    Field(discriminator="type"),
]


class Tagged(Seen):
    """The id of any message."""

    id: Tag = ""


FROM_CLIENT: TypeAdapter[FromClient] = TypeAdapter(FromClient)
