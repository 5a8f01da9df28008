# SPDX-License-Identifier: Apache-2.0
"""All open sockets: what the graph says goes to those who hear it, and what ends when a session ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from pydantic import ValidationError

from tektra.common.access import Role
from tektra.common.errors import TektraError
from tektra.common.graph import Unavailable
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.models.base import Problem, Seen
from tektra.web.models.talk import ChatAnswer, Plan
from tektra.web.socket import binary
from tektra.web.socket import messages as m
from tektra.web.socket.from_client import Stream
from tektra.web.socket.session import SocketSession

NOT_THERE = "What answers is not there: it is starting, or has failed. Try again in a moment."
#: Events that are kept for who comes from another gateway.
LATELY = 500
#: The least role that hears a stream. Conversations, pictures of the home, and who stands where in it are not for everybody.
STREAM_ROLES: dict[Stream, Role] = {
    "safety": Role.OBSERVER,
    "robots": Role.OBSERVER,
    "plans": Role.OBSERVER,
    "actions": Role.OBSERVER,
    "avatar": Role.OBSERVER,
    "avatar_binary": Role.OBSERVER,
    "visemes": Role.OBSERVER,
    "voice": Role.GUEST,
    "voice_binary": Role.GUEST,
    "replies": Role.OPERATOR,
    "captions": Role.OPERATOR,
    "ways": Role.OBSERVER,
    "people": Role.OPERATOR,
    "obstacles": Role.OPERATOR,
    "camera": Role.OPERATOR,
    "camera_binary": Role.OPERATOR,
}
DEFAULT_STREAMS: tuple[Stream, ...] = ("safety", "robots", "plans", "actions")


def may_hear(role: Role, stream: Stream) -> bool:
    """May the role hear the stream?"""
    return role >= STREAM_ROLES[stream]


def plan_for(role: Role, plan: Plan) -> m.PlanOut:
    """A plan as the role may see it: whoever may not hear what others are answered does not read what they ask."""
    return m.PlanOut(plan=plan if may_hear(role, "replies") else plan.without_words())


class SocketTable:
    """On the event loop."""

    def __init__(self, clock_s: Callable[[], float]) -> None:
        self.open: dict[str, SocketSession] = {}
        #: Those whose line broke, and who may come back: they miss no event meanwhile.
        self.parted: dict[str, SocketSession] = {}
        #: Events that were told lately: when, on which stream, and what. For who comes from another gateway.
        self.lately: deque[tuple[float, str, str]] = deque(maxlen=LATELY)
        self._clock_s = clock_s

    def tell(self, stream: str, message: m.Out, frame: Callable[[], binary.Frame] | None = None) -> None:
        """Says it to every socket that hears the stream, and as `frame` to those that hear its binary form. Made into
        text, or bytes, once, and only if somebody hears it. What people said is not in what others are told of a plan."""
        text, data, key = "", b"", _key(message)
        if not key and frame is None:
            text = body_of(message)
            self.lately.append((self._clock_s(), stream, text))
            for one in self.parted.values():
                if stream in one.streams:
                    one.put(text)
        for one in self.open.values():
            if stream in one.streams:
                if isinstance(message, m.PlanOut):
                    one.put(body_of(plan_for(one.person.role, message.plan)), key)
                    continue
                text = text or body_of(message)
                one.put(text, key)
            if frame is not None and f"{stream}_binary" in one.streams:
                data = data or binary.pack(frame())
                one.put(data, key and f"{key} binary")

    def is_there(self, one: SocketSession) -> bool:
        """Is it open, and to go on?"""
        return self.open.get(one.socket_id) is one and one.closing is None

    def hears(self, stream: str) -> bool:
        """Does anybody hear it, in either form?"""
        return any(not one.streams.isdisjoint({stream, f"{stream}_binary"}) for one in self.open.values())

    def of_account(self, account_id: str) -> list[SocketSession]:
        """An account's sockets."""
        return [one for one in self.open.values() if one.person.account_id == account_id]

    def drivers(self) -> set[str]:
        """Accounts with a page that may drive. One that may not, such as a screen that only looks on, holds no robot."""
        return {one.person.account_id for one in self.open.values() if one.person.role >= Role.OPERATOR}

    def of_session(self, session_id: str) -> list[SocketSession]:
        """A session's sockets."""
        return [one for one in self.open.values() if one.person.session_id == session_id]


def body_of(message: Seen) -> str:
    """A message as JSON without its number, which each socket counts by itself."""
    return message.model_dump_json(exclude={"seq"})


def problem_of(error: Exception) -> Problem:
    """An error as it is told on a socket."""
    match error:
        case ApiError():
            return Problem(code=error.code, message=error.what, remedy=error.remedy)
        case TektraError():
            return Problem(code="bad_input", message=error.what[:500], remedy=error.remedy)
        case ValidationError():
            first = error.errors(include_url=False, include_context=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"][-4:])
            return Problem(
                code="invalid",
                message=f"{where}: {first['msg']}"[:500],
                remedy="see the messages' definition",
            )
        case _:
            return Problem(code="failed", message=type(error).__name__)


def words(error: TektraError) -> str:
    """Why there is no answer, for whoever asked."""
    return f"{NOT_THERE} ({error})" if isinstance(error, Unavailable) else str(error)


def whole_of(tag: str, index: int, answer: ChatAnswer) -> m.AiResponse:
    """The end of an answer, with all of it."""
    return m.AiResponse(
        id=tag,
        request_id=answer.request_id,
        conversation_id=answer.conversation_id,
        index=index,
        last=True,
        reply=answer.reply,
        outcome=answer.outcome,
        message=answer.message,
    )


def _key(message: m.Out) -> str:
    """Under which only the newest waits; empty for what counts one by one."""
    match message:
        case m.SafetyOut():
            return "safety"
        case m.RobotOut():
            return f"robot {message.status.robot}"
        case m.AvatarOut():
            return "avatar"
        case m.PlanOut():
            return f"plan {message.plan.plan_id}"
        case m.CameraOut():
            return "camera"
        case m.RobotWay():
            return f"way {message.robot}"
        case m.PeopleSeen():
            return "people"
        case m.ObstaclesSeen():
            return f"obstacles {message.robot}"
        case _:
            return ""


def streams_for(person: SignedInPerson, wanted: Iterable[Stream]) -> tuple[set[Stream], list[Stream]]:
    """What of the wanted streams the person may hear, and what not."""
    asked = list(wanted)
    return {one for one in asked if may_hear(person.role, one)}, [
        one for one in asked if not may_hear(person.role, one)
    ]
