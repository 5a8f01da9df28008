# SPDX-License-Identifier: Apache-2.0
"""/api/v1/ws: who may open it, and the two directions of one socket."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping

from fastapi import APIRouter, WebSocket
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect, WebSocketState

from tektra.common.errors import TektraError
from tektra.web.access.guard import bearer
from tektra.web.access.limits import Buckets, Kind, Rate
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.door import MAX_BODY, MAX_DEPTH, too_deep
from tektra.web.live_media import action_of
from tektra.web.models.access import Account
from tektra.web.parts import Parts
from tektra.web.socket import binary
from tektra.web.socket import messages as m
from tektra.web.socket.from_client import FROM_CLIENT, FromClient, StopIn, Tagged
from tektra.web.socket.handlers import Handlers
from tektra.web.socket.resuming import Resuming
from tektra.web.socket.session import SocketSession
from tektra.web.socket.sockets import DEFAULT_STREAMS, SocketTable, body_of, plan_for, problem_of

SOCKET_PATH = "/api/v1/ws"
#: A ticket may also be offered as a subprotocol, where an address is no place for it.
TICKET_PROTOCOL = "tektra.ticket."
PROTOCOL = "tektra.v1"
ENDED, POLICY, LATER = 4401, 1008, 1013
#: Messages that make no sense are answered so often, and after so many more the socket ends.
NONSENSE = Rate(50, 5)
NONSENSE_MOST = 1000
#: Reading 2 MB of members takes half a second, in which nobody's stop is heard; sound and pictures are long, and have few.
MOST_PARTS = 1000
STOP = re.compile(r'"type"\s*:\s*"stop"')
#: How often it is seen to that sessions still hold: a socket ends within this of its token.
LOOK_S = 0.5
#: Which socket is to go on, and behind which number.
SOCKET_ID_BYTES = 16
SOCKET_ID, NUMBER = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9]{1,15}")
#: Who reads nothing gets no goodbye.
GOODBYE_S = 1.0


class Sockets:
    """Opens and closes them. On the event loop."""

    def __init__(self, parts: Parts, table: SocketTable) -> None:
        self.table = table
        self._parts = parts
        self._handlers = Handlers(parts, table)
        self._resuming = Resuming(table, parts.common, parts.clock_s, parts.steady_s)

    def router(self) -> APIRouter:
        """The route. It is open to whoever shows a ticket."""
        router = APIRouter()

        @router.websocket(SOCKET_PATH)
        async def socket(connection: WebSocket) -> None:
            await self._serve(connection)

        return router

    def session_ended(self, session_id: str) -> None:
        """A session was revoked: its sockets end now, and what it asked for with them."""
        for one in self.table.of_session(session_id):
            one.end(ENDED, "the session was ended")
            one.cancel()
        self._resuming.ended(session_id)

    def look(self) -> None:
        """To be called every LOOK_S: sockets end with their tokens."""
        self._resuming.look()
        for one in list(self.table.open.values()):
            if not self._parts.sessions.holds(one.person, self._parts.clock_s()):
                one.end(ENDED, "the access token has ended; renew the socket before")

    async def look_after_leases(self) -> None:
        """The same: who is there, and may drive, keeps what he holds, who is silent lets go, and what changed, here or at another
        gateway, is told."""
        leases, now_s = self._parts.leases, self._parts.clock_s()

        def look() -> None:
            for account_id in self.table.drivers():
                leases.heard(account_id, now_s)
            leases.expire(now_s)

        await self._parts.common.change("leases", leases, look)
        self._parts.tell_leases()
        self._parts.tell_holds()

    async def _serve(self, connection: WebSocket) -> None:
        try:
            person, protocol = await self._admit(connection)
        except (ApiError, TektraError) as error:
            # Before it is accepted this is an HTTP 403; the reason goes into no header.
            await connection.close(POLICY, error.what[:100])
            return
        await connection.accept(subprotocol=protocol)
        one, greeting = await self._begin(connection, person)
        self.table.open[one.socket_id] = one
        sending = asyncio.create_task(self._send(connection, one, greeting))
        reading = asyncio.create_task(self._read(connection, one))
        ending = asyncio.create_task(one.ended.wait())
        try:
            await self._tell_present(one)
            await asyncio.wait({sending, reading, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            # From now on nothing is done that it says, though it may not read that it was ended.
            reading.cancel()
            ending.cancel()
            mine = self.table.open.get(one.socket_id) is one
            if mine:
                del self.table.open[one.socket_id]
            self._handlers.left(one)
            if mine and one.closing is None:
                sending.cancel()
                self._resuming.part(one)
            elif mine:
                self._resuming.forget(one)
            await asyncio.wait({sending}, timeout=GOODBYE_S)
            sending.cancel()
            await asyncio.gather(sending, reading, ending, return_exceptions=True)

    async def _admit(self, connection: WebSocket) -> tuple[SignedInPerson, str | None]:
        """Who opens it, by a ticket or, for programs, by an access token. Raises ApiError."""
        parts = self._parts
        offered = [name.strip() for name in connection.headers.get("sec-websocket-protocol", "").split(",")]
        tickets = connection.query_params.getlist("ticket")
        tickets += [name[len(TICKET_PROTOCOL) :] for name in offered if name.startswith(TICKET_PROTOCOL)]
        if len(tickets) == 1:
            person = await parts.redeem(tickets[0])
        else:
            token = bearer([] if tickets else connection.headers.getlist("authorization"))
            person = parts.sessions.check(token, parts.clock_s())
        if person.must_change:
            raise ApiError(
                403, "password_change", "the password is to be changed first", "POST /auth/password"
            )
        each = len(self.table.of_account(person.account_id))
        if len(self.table.open) >= parts.options.max_sockets or each >= parts.options.max_sockets_each:
            raise ApiError(429, "too_many_sockets", "too many sockets are open", "close others first")
        return person, PROTOCOL if PROTOCOL in offered else None

    async def _begin(self, connection: WebSocket, person: SignedInPerson) -> tuple[SocketSession, str]:
        """A new socket, or one that goes on, and how it is greeted before all else: one that goes on under the number heard last."""
        wanted, seq = connection.query_params.get("resume", ""), connection.query_params.get("seq", "0")
        one = None
        if SOCKET_ID.fullmatch(wanted) and NUMBER.fullmatch(seq):
            one = await self._resuming.resumed(person, wanted, int(seq))
        resumed = one is not None
        if one is None:
            one = SocketSession(secrets.token_hex(SOCKET_ID_BYTES), person)
            one.streams = set(DEFAULT_STREAMS)
        welcome = body_of(self._welcome(one, resumed=resumed))
        if resumed:
            return one, f'{{"seq":{int(seq)},{welcome[1:]}'
        # Taken here, while nobody else knows it: a state that came in between would be said first.
        return one, one.mail.box.first(welcome)

    def _welcome(self, one: SocketSession, *, resumed: bool) -> m.Welcome:
        person = one.person
        account = Account.model_validate(
            {"id": person.account_id, "name": person.name, "role": str(person.role)}
        )
        return m.Welcome(
            socket_id=one.socket_id,
            account=account,
            server_time_ms=int(self._parts.clock_s() * 1000),
            ends_at_ms=int(person.expires_s * 1000),
            streams=sorted(one.streams),
            resumed=resumed,
        )

    async def _tell_present(self, one: SocketSession) -> None:
        """What it says, a stop above all, is obeyed meanwhile."""
        live = self._parts.live
        await live.fresh()
        one.put(body_of(m.SafetyOut(state=live.safety())))
        for robot in live.robots():
            if robot.status is not None:
                one.put(body_of(m.RobotOut(status=robot.status)))
        for plan in live.plans.values():
            if plan.status in ("pending", "running"):
                one.put(body_of(plan_for(one.person.role, plan)))
        if live.media.avatar is not None:
            one.put(body_of(action_of(live.media.avatar)))
        if live.media.ears:
            one.put(body_of(m.EarsOut(state=live.media.ears)))

    async def _send(self, connection: WebSocket, one: SocketSession, greeting: str) -> None:
        await connection.send_text(greeting)
        while (message := await one.next()) is not None:
            await self._resuming.write_down(one)
            if isinstance(message, str):
                await connection.send_text(message)
            else:
                await connection.send_bytes(message)
        if connection.client_state is WebSocketState.CONNECTED and one.closing is not None:
            await connection.close(*one.closing)

    async def _read(self, connection: WebSocket, one: SocketSession) -> None:
        nonsense, unanswered = Buckets(), 0
        while True:
            try:
                received = await connection.receive()
            except WebSocketDisconnect:
                return
            if received["type"] == "websocket.disconnect" or one.closing is not None:
                return
            await asyncio.sleep(
                0
            )  # what has come already is given without one: a stop of somebody else would wait for all of it
            try:
                await self._take(one, received)
            except (ApiError, TektraError, ValidationError) as error:
                if nonsense.take("", NONSENSE, self._parts.steady_s()):
                    unanswered += 1
                    if unanswered > NONSENSE_MOST:
                        one.end(POLICY, "too many messages that make no sense")
                        return
                    continue
                one.put(body_of(m.ErrorOut(id=_tag(received), problem=problem_of(error))))

    async def _take(self, one: SocketSession, received: Mapping[str, object]) -> None:
        text, data = received.get("text"), received.get("bytes")
        if isinstance(text, str):
            message = self._read_text(one, text)
            if not isinstance(message, StopIn) and too_deep(text.encode()):
                raise ApiError(400, "too_deep", f"JSON nested deeper than {MAX_DEPTH}", "send it flatter")
            await self._handlers.handle(one, message)
        elif isinstance(data, bytes):
            await self._handlers.handle_bytes(one, binary.unpack(data))

    def _read_text(self, one: SocketSession, text: str) -> FromClient:
        """Costly texts are refused, or counted, before they are read. A stop that is one of them, or cannot be read, is one of
        everything."""
        parts, long = text.count(","), len(text) > MAX_BODY
        if (parts > MOST_PARTS or long) and STOP.search(text):
            return StopIn(type="stop")
        if parts > MOST_PARTS:
            raise ApiError(413, "too_large", f"a message of {parts} parts", f"send at most {MOST_PARTS}")
        if long:
            person = one.person
            self._parts.limits.count(person.account_id, person.role, Kind.LONG, self._parts.steady_s())
        try:
            return FROM_CLIENT.validate_json(text)
        except ValidationError:
            if STOP.search(text):
                return StopIn(type="stop")
            raise


def _tag(received: Mapping[str, object]) -> str:
    """The id of a refused message, where it is easily found."""
    text = received.get("text")
    if not isinstance(text, str) or len(text) > 4096:
        return ""
    try:
        return Tagged.model_validate_json(text).id
    except ValidationError:
        return ""
