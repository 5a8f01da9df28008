# SPDX-License-Identifier: Apache-2.0
"""What the server says on the socket: JSON objects told apart by `type`. These classes are the only definition of them.

`seq` counts the messages of one socket from 1; what is lost on the way leaves a gap, and is said again to a socket that is
opened with `resume` (the `socket_id` of the one whose line broke) and `seq` (the last number that was heard). Sound, pictures and the avatar's
weights also go as bytes (binary.py).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from tektra.web.models.access import Account
from tektra.web.models.base import JsonObject, Problem, Seen
from tektra.web.models.face import AvatarState, Picture
from tektra.web.models.floor import PersonAt
from tektra.web.models.robots import Lease, Point, RobotStatus, SafetyState
from tektra.web.models.talk import EarsState, Locale, Outcome, Plan
from tektra.web.socket.from_client import Stream


class Out(Seen):
    """Every message of the server."""

    seq: int = 0


class Welcome(Out):
    """The first one. `resumed`: the socket that was asked for goes on, behind the number that was heard last; else it is a
    new one, and what was said since on the old one is lost."""

    type: Literal["welcome"] = "welcome"
    socket_id: str
    account: Account
    server_time_ms: int
    ends_at_ms: int
    streams: list[Stream]
    resumed: bool = False


class AiResponse(Out):
    """A piece of an answer (`delta`), or its end (`last`) with the whole reply and the outcome."""

    type: Literal["ai_response"] = "ai_response"
    id: str = ""
    request_id: str = ""
    conversation_id: str = ""
    index: int = 0
    delta: str = ""
    last: bool = False
    reply: str = ""
    outcome: Outcome | None = None
    message: str = ""


class PlanOut(Out):
    """A plan began, or one of its steps changed."""

    type: Literal["plan"] = "plan"
    plan: Plan


class QuestionOut(Out):
    """The reply to that request is a question, and these are what may be answered, as a person would say it."""

    type: Literal["question"] = "question"
    request_id: str
    conversation_id: str
    options: list[str]


class AvatarAction(Out):
    """The avatar began something: what it wears, does, or how it is (`mode`)."""

    type: Literal["avatar_action"] = "avatar_action"
    expression: str
    gesture: str
    mode: str
    look: JsonObject = {}


class EarsOut(Out):
    """Whether Tektra hears changed, at its own microphone and in pages alike."""

    type: Literal["ears"] = "ears"
    state: EarsState


class AvatarOut(Out):
    """All 52 weights, 30 times a second. `avatar_binary` says the same in 264 bytes."""

    type: Literal["avatar_state"] = "avatar_state"
    state: AvatarState


class VisemeAt(Seen):
    """A mouth shape at a time of the server's clock, in ms."""

    shape: str
    weight: float
    at_ms: float
    duration_ms: float


class VisemesOut(Out):
    """Mouth shapes of what is being said, ahead of their sound."""

    type: Literal["visemes"] = "visemes"
    utterance_id: str
    cancelled: bool = False
    visemes: list[VisemeAt]


class RobotOut(Out):
    """A robot as it is now, up to 10 times a second."""

    type: Literal["robot_status"] = "robot_status"
    status: RobotStatus


class RobotGone(Out):
    """A robot left."""

    type: Literal["robot_gone"] = "robot_gone"
    robot: str


class RobotWay(Out):
    """The way that a robot claimed, from where it is on: others keep off it. Empty: it claims none."""

    type: Literal["robot_way"] = "robot_way"
    robot: str
    points: list[Point]


class PeopleSeen(Out):
    """All people whose place is known now."""

    type: Literal["people_seen"] = "people_seen"
    people: list[PersonAt]
    stamp_ms: int


class ObstaclesSeen(Out):
    """Where the lidar of a robot sees something that no map knows: squares of 10 cm, by their middles. Empty: nowhere."""

    type: Literal["obstacles_seen"] = "obstacles_seen"
    robot: str
    cells: list[Point]


class LeaseOut(Out):
    """Who holds a robot changed, or somebody asks for it."""

    type: Literal["lease_changed"] = "lease_changed"
    lease: Lease


class SafetyOut(Out):
    """At once when something of it changed, else once a second."""

    type: Literal["safety_state"] = "safety_state"
    state: SafetyState


class Caption(Out):
    """What was heard (`who` a voice) or is being said (`who` tektra). `final`: it will not change any more."""

    type: Literal["caption"] = "caption"
    who: str
    text: str
    final: bool
    language: Locale = ""


class VoiceOut(Out):
    """Tektra's voice: 16 bit PCM, mono, in base64, to sound at `at_ms` of the server's clock."""

    type: Literal["voice_out"] = "voice_out"
    audio: str
    sample_rate: int
    sequence: int
    at_ms: float
    last: bool = False


class CameraOut(Out):
    """What the camera sees."""

    type: Literal["camera_picture"] = "camera_picture"
    picture: Picture
    stamp_ms: int


class CommandProgress(Out):
    """How far a robot_command is."""

    type: Literal["command_progress"] = "command_progress"
    id: str
    progress: float
    status: str


class CommandResult(Out):
    """The end of a robot_command."""

    type: Literal["command_result"] = "command_result"
    id: str
    outcome: Literal["succeeded", "failed", "refused", "canceled"]
    message: str = ""


class StopDone(Out):
    """The stop was sent to the gate and to every driver; safety_state says what became of it."""

    type: Literal["stop_sent"] = "stop_sent"
    robot: str = ""


class ErrorOut(Out):
    """A message was refused. `id` is that of the message, where it had one."""

    type: Literal["error"] = "error"
    id: str = ""
    problem: Problem


class Pong(Out):
    """The answer to a ping."""

    type: Literal["pong"] = "pong"
    number: int
    server_time_ms: int


class Renewed(Out):
    """The socket now ends later."""

    type: Literal["renewed"] = "renewed"
    ends_at_ms: int


FromServer = (
    Welcome
    | AiResponse
    | PlanOut
    | QuestionOut
    | AvatarAction
    | EarsOut
    | AvatarOut
    | VisemesOut
    | RobotOut
    | RobotGone
    | RobotWay
    | PeopleSeen
    | ObstaclesSeen
    | LeaseOut
    | SafetyOut
    | Caption
    | VoiceOut
    | CameraOut
    | CommandProgress
    | CommandResult
    | StopDone
    | ErrorOut
    | Pong
    | Renewed
)
FROM_SERVER: TypeAdapter[FromServer] = TypeAdapter(Annotated[FromServer, Field(discriminator="type")])
