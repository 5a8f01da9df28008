# SPDX-License-Identifier: Apache-2.0
"""A socket whose line broke goes on where it was: at the same gateway exactly, at another one by what both know in common.

The same gateway keeps what it said lately, and collects what comes for RESUME_S. What it said is also written down for the
others, before it is sent: events alone, since of a state the newest is told anew. Another gateway says what was written down
and not heard, then what it has heard itself since; answers that the lost gateway waited for end there, and that is told.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from tektra.common.access import Role
from tektra.common.errors import TektraError
from tektra.web.access.people import SignedInPerson
from tektra.web.access.shared import Common
from tektra.web.socket import messages as m
from tektra.web.socket.session import SocketSession
from tektra.web.socket.sockets import SocketTable, body_of, streams_for

RESUME_S = 30.0
#: Parted sockets of one account, and of all: each may hold what an open one holds.
MOST_EACH, MOST = 4, 128
#: Events of one socket that another gateway finds, and for how long.
KEPT_EVENTS, KEPT_S = 300, 120.0
#: What the lost gateway wrote down last may have been heard here so much earlier.
OVERLAP_S = 2.0
#: While what is shared cannot be reached, nothing waits for it again and again.
PAUSE_S = 10.0
MOVED = "The gateway that waited for this answer is gone; what was asked may still be under way. Ask again if need be."
LOG = logging.getLogger("tektra.web")


@dataclass
class Kept:
    """What another gateway has to know of a socket."""

    account: str
    seq: int = 0
    at_s: float = 0.0
    streams: list[str] = field(default_factory=list)
    chats: list[str] = field(default_factory=list)
    events: list[tuple[int, str]] = field(default_factory=list)
    role: str = str(Role.ADMIN)


class Resuming:
    """On the event loop."""

    def __init__(
        self, table: SocketTable, common: Common, clock_s: Callable[[], float], steady_s: Callable[[], float]
    ) -> None:
        self._table = table
        self._common = common
        self._clock_s = clock_s
        self._steady_s = steady_s
        self._written: dict[str, deque[tuple[int, str]]] = {}
        self._pause_until_s = 0.0

    async def resumed(self, person: SignedInPerson, socket_id: str, seq: int) -> SocketSession | None:
        """The socket that goes on in place of one of the same account; None where that cannot be."""
        old = self._table.open.get(socket_id) or self._table.parted.get(socket_id)
        if old is not None:
            if (
                old.person.account_id != person.account_id
                or person.role < old.person.role
                or old.closing is not None
                or old.mail.full
            ):
                return None
            if not old.mail.box.rewind(seq):
                return None
            one = SocketSession(socket_id, person, old)
            if (
                self._table.parted.pop(socket_id, None) is None
            ):  # the line is dead, though nobody said so here
                self._table.open[socket_id] = one
                old.end(1001, "it goes on elsewhere")
        else:
            found = await self._elsewhere(person, socket_id, seq)
            if found is None:
                return None
            one = found
        one.streams, _ = streams_for(person, one.streams)
        return one

    def part(self, one: SocketSession) -> None:
        """Its line broke: it may come back."""
        each = sum(other.person.account_id == one.person.account_id for other in self._table.parted.values())
        if each >= MOST_EACH or len(self._table.parted) >= MOST or one.mail.full:
            self.forget(one)
            return
        one.until_s = self._steady_s() + RESUME_S
        self._table.parted[one.socket_id] = one

    def forget(self, one: SocketSession) -> None:
        """It does not come back."""
        self._table.parted.pop(one.socket_id, None)
        self._written.pop(one.socket_id, None)

    def look(self) -> None:
        """To be called now and then: who did not come back is forgotten."""
        now_s = self._steady_s()
        for one in [one for one in self._table.parted.values() if one.until_s < now_s or one.mail.full]:
            self.forget(one)

    def ended(self, session_id: str) -> None:
        """A session was revoked: nobody comes back to it."""
        for one in [one for one in self._table.parted.values() if one.person.session_id == session_id]:
            one.cancel()
            self.forget(one)

    async def write_down(self, one: SocketSession) -> None:
        """What other gateways are to know, before it is sent."""
        news, one.mail.box.news = one.mail.box.news, []
        if self._common.alone or not news or self._steady_s() < self._pause_until_s:
            return
        events = self._written.setdefault(one.socket_id, deque(maxlen=KEPT_EVENTS))
        events.extend(news)
        kept = Kept(
            one.person.account_id,
            one.mail.box.seq,
            self._clock_s(),
            sorted(one.streams),
            list(one.chats),
            list(events),
            str(one.person.role),
        )
        try:
            await self._common.keep(_name(one.socket_id), json.dumps(asdict(kept)), self._clock_s() + KEPT_S)
        except TektraError as error:
            self._pause_until_s = self._steady_s() + PAUSE_S
            LOG.warning("sockets are not written down for other gateways: %s", error)

    async def _elsewhere(self, person: SignedInPerson, socket_id: str, seq: int) -> SocketSession | None:
        if self._common.alone:
            return None
        try:
            text = await self._common.take(_name(socket_id))
            kept = Kept(**json.loads(text)) if text else None
        except (TektraError, ValueError, TypeError):
            return None
        if kept is None or kept.account != person.account_id or str(person.role) != kept.role:
            return None
        one = SocketSession(socket_id, person)
        one.streams = set(kept.streams)  # type: ignore[arg-type]  # looked through by streams_for
        said = [(int(number), str(text)) for number, text in kept.events]
        one.mail.box.restore(max(seq, kept.seq), [entry for entry in said if entry[0] > seq])
        known = {text.partition(",")[2] for _, text in said}
        for heard_s, stream, text in self._table.lately:
            if heard_s > kept.at_s - OVERLAP_S and stream in one.streams and text[1:] not in known:
                one.put(text)
        for chat in kept.chats:
            end = m.AiResponse(id=chat, last=True, outcome="failed", message=MOVED)
            one.put(body_of(end))
        return one


def _name(socket_id: str) -> str:
    return f"socket:{socket_id}"
