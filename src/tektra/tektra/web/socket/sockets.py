# SPDX-License-Identifier: Apache-2.0
"""All open sockets: what the graph says goes to those who hear it, and what ends when a session ends."""

from __future__ import annotations

from collections.abc import Iterable

from tektra.common.access import Role
from tektra.web.access.people import SignedInPerson
from tektra.web.models.base import Seen
from tektra.web.socket import binary
from tektra.web.socket import messages as m
from tektra.web.socket.from_client import Stream
from tektra.web.socket.session import SocketSession

#: The least role that hears a stream. Conversations, and pictures of the home, are not for everybody.
STREAM_ROLES: dict[Stream, Role] = {
    "safety": Role.OBSERVER,
    "robots": Role.OBSERVER,
    "plans": Role.OBSERVER,
    "actions": Role.OBSERVER,
    "avatar": Role.OBSERVER,
    "avatar_binary": Role.OBSERVER,
    "visemes": Role.OBSERVER,
    "voice": Role.GUEST,
    "replies": Role.OPERATOR,
    "captions": Role.OPERATOR,
    "camera": Role.OPERATOR,
}
DEFAULT_STREAMS: tuple[Stream, ...] = ("safety", "robots", "plans", "actions")


def may_hear(role: Role, stream: Stream) -> bool:
    """May the role hear the stream?"""
    return role >= STREAM_ROLES[stream]


class SocketTable:
    """On the event loop."""

    def __init__(self) -> None:
        self.open: dict[str, SocketSession] = {}
        self._avatar_sequence = 0

    def tell(self, stream: str, message: m.Out) -> None:
        """Says it to every socket that hears the stream. Made into text once."""
        listeners = [one for one in self.open.values() if stream in one.streams]
        if listeners:
            key, text = _key(message), body_of(message)
            for one in listeners:
                one.put(text, key)
        if stream == "avatar" and isinstance(message, m.AvatarOut):
            self._tell_avatar(message)

    def tell_bytes(self, stream: str, frame: binary.Frame, key: str = "") -> None:
        """The same for bytes; with a key only the newest waits."""
        data = b""
        for one in self.open.values():
            if stream in one.streams:
                data = data or binary.pack(frame)
                one.put(data, key)

    def hears(self, stream: str) -> bool:
        """Does anybody hear it?"""
        return any(stream in one.streams for one in self.open.values())

    def of_account(self, account_id: str) -> list[SocketSession]:
        """An account's sockets."""
        return [one for one in self.open.values() if one.person.account_id == account_id]

    def of_session(self, session_id: str) -> list[SocketSession]:
        """A session's sockets."""
        return [one for one in self.open.values() if one.person.session_id == session_id]

    def _tell_avatar(self, message: m.AvatarOut) -> None:
        data = b""
        for one in self.open.values():
            if "avatar_binary" not in one.streams:
                continue
            if not data:
                self._avatar_sequence += 1
                state = message.state
                data = binary.avatar(
                    state.weights,
                    (state.head.x, state.head.y, state.head.z),
                    (state.gaze.x, state.gaze.y, state.gaze.z),
                    viseme=state.viseme,
                    sequence=self._avatar_sequence,
                    when_ms=state.stamp_ms,
                )
            one.put(data, "avatar_binary")


def body_of(message: Seen) -> str:
    """A message as JSON without its number, which each socket counts by itself."""
    return message.model_dump_json(exclude={"seq"})


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
        case _:
            return ""


def streams_for(person: SignedInPerson, wanted: Iterable[Stream]) -> tuple[set[Stream], list[Stream]]:
    """What of the wanted streams the person may hear, and what not."""
    asked = list(wanted)
    return {one for one in asked if may_hear(person.role, one)}, [
        one for one in asked if not may_hear(person.role, one)
    ]
