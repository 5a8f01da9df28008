# SPDX-License-Identifier: Apache-2.0
"""What a socket's messages do."""

from __future__ import annotations

import asyncio

from tektra.common.access import Role
from tektra.common.doubt import is_unsure
from tektra.common.errors import TektraError
from tektra.common.graph import Message
from tektra.common.lateness import SPOKEN_LATE_S, lateness
from tektra.common.picture_size import whole_size
from tektra.common.trace import CURRENT, trace_of_speech
from tektra.language.turns import is_answer
from tektra.web.access.limits import Kind
from tektra.web.access.people import ApiError, SignedInPerson, not_allowed
from tektra.web.client import Piece, Progress, from_base64
from tektra.web.models.talk import ChatAnswer
from tektra.web.parts import Parts
from tektra.web.routes.ai import asker_of, keep_talk, source_of
from tektra.web.routes.robots import change_lease, held_by_nobody_else, known, said_by
from tektra.web.socket import binary
from tektra.web.socket import from_client as c
from tektra.web.socket import messages as m
from tektra.web.socket.session import SocketSession
from tektra.web.socket.sockets import SocketTable, body_of, problem_of, streams_for, whole_of, words

#: Answers, commands and stops of one robot that one socket waits for at a time (with more stops everything is); and 2 s of sound.
MOST_CHATS, MOST_COMMANDS, MOST_STOPS, MAX_VOICE_BYTES = 4, 8, 16, 192_000
AUDIO, SPEECH, IMAGE, TWIST = (
    "tektra_interfaces/msg/AudioChunk",
    "tektra_interfaces/msg/LiveSpeech",
    "sensor_msgs/msg/CompressedImage",
    "geometry_msgs/msg/TwistStamped",
)
CANCELED, PICTURES = "It was cancelled, or somebody else took the robot.", "/camera/web/compressed"


class Handlers:
    """One method a message. On the event loop. Raises ApiError and InputError for what is refused."""

    def __init__(self, parts: Parts, table: SocketTable) -> None:
        self._parts = parts
        self._table = table
        self._voices = parts.voices
        self._asked_aloud = 0
        parts.graph.watch("/humans/voices/*/speech", SPEECH, self._heard)
        for voice in parts.options.voices:
            parts.graph.offer(f"/humans/voices/{voice}/audio", AUDIO)
        parts.graph.offer(PICTURES, IMAGE)

    async def handle(self, one: SocketSession, message: c.FromClient) -> None:
        """Does what a message asks. A stop goes ahead of everything."""
        match message:
            case c.StopIn():
                self._stop(one, message)
            case c.ChatIn():
                self._chat(one, message)
            case c.VoiceIn():
                pcm = from_base64(message.audio, MAX_VOICE_BYTES) if message.audio else b""
                self._in_time(one, Kind.VOICE, Role.GUEST, message.sent_at_ms)
                self._voice(one, pcm, message.sample_rate, message.sequence, last=message.last)
            case c.CameraIn():
                self._in_time(one, Kind.PICTURE, Role.GUEST, message.sent_at_ms)
                self._picture(one, from_base64(message.image, 2_000_000), message.sent_at_ms)
            case c.CommandAsked():
                self._command(one, message)
            case c.DriveIn():
                self._drive(one, message)
            case c.LeaseIn():
                await self._lease(one, message)
            case c.CancelChat() | c.CancelCommand():
                tasks = one.chats if isinstance(message, c.CancelChat) else one.commands
                if message.id in tasks:
                    tasks[message.id].cancel()
            case c.Subscribe():
                self._subscribe(one, message)
            case c.Renew():
                await self._renew(one, message)
            case c.Ping():
                self._count(one.person, Kind.READ)
                one.mail.box.heard(message.seq)
                now_ms = int(self._parts.clock_s() * 1000)
                one.put(body_of(m.Pong(number=message.number, server_time_ms=now_ms)))

    async def handle_bytes(self, one: SocketSession, frame: binary.Frame) -> None:
        """The same for bytes."""
        match frame.kind:
            case binary.Kind.VOICE_IN:
                if not 8000 <= frame.param <= 48000 or len(frame.content) > MAX_VOICE_BYTES:
                    raise ApiError(
                        400, "bad_sound", "sound of another kind", "send 8 to 48 kHz, at most 2 s at a time"
                    )
                self._in_time(one, Kind.VOICE, Role.GUEST, frame.when_ms or None)
                self._voice(one, frame.content, frame.param, frame.sequence, last=frame.last)
            case binary.Kind.CAMERA_IN:
                self._in_time(one, Kind.PICTURE, Role.GUEST, frame.when_ms or None)
                self._picture(one, frame.content, frame.when_ms or None)
            case kind:
                raise ApiError(400, "bad_kind", f"{kind.name.lower()} comes from the server", "send 1 or 2")

    def left(self, one: SocketSession) -> None:
        """A socket is gone: its commands end, its voice is free, and with an account's last page what it held."""
        for task in list(one.commands.values()):
            task.cancel()
        voice = self._voices.let_go(one)
        if voice:
            self._sound(voice, b"", last=True)
        # Where gateways share, their page may be open at another: who is nowhere is silent, and lets go by that.
        if self._parts.common.alone and one.person.account_id not in self._table.drivers():
            for lease in self._parts.leases.drop(one.person.account_id):
                self._parts.tell_lease(lease)

    def _stop(self, one: SocketSession, message: c.StopIn) -> None:
        if not message.robot or (message.robot not in one.stops and len(one.stops) >= MOST_STOPS):
            self._parts.graph.stop(source_of(one.person), message.reason)
            one.put(body_of(m.StopDone()))
        elif message.robot not in one.stops:  # what comes behind it does not wait for the gate's answer
            one.keep(one.stops, message.robot, self._stop_one(one, message))

    async def _stop_one(self, one: SocketSession, message: c.StopIn) -> None:
        await self._parts.client.stop_robot(message.robot, said_by(one.person, message.reason))
        one.put(body_of(m.StopDone(robot=message.robot)))

    def _chat(self, one: SocketSession, message: c.ChatIn) -> None:
        self._in_time(one, Kind.CHAT, Role.GUEST, message.sent_at_ms)
        if len(one.chats) >= MOST_CHATS or message.id in one.chats:
            raise ApiError(
                429, "too_many_chats", "answers are still under way", "wait for them, or cancel one"
            )
        one.keep(one.chats, message.id, self._answer(one, message))

    async def _answer(self, one: SocketSession, message: c.ChatIn) -> None:
        asked = self._parts.client.ask(
            message.text, message.conversation_id, asker_of(one.person), message.sent_at_ms
        )
        index, told = 0, ""
        try:
            async for piece in asked:
                if isinstance(piece, Piece):
                    if piece.delta:
                        one.put(body_of(m.AiResponse(id=message.id, index=index, delta=piece.delta)))
                        index, told = index + 1, told + piece.delta
                    if piece.plan is not None and "plans" not in one.streams:
                        one.put(body_of(m.PlanOut(plan=piece.plan)), f"plan {piece.plan.plan_id}")
                else:
                    # Pieces and the whole come on topics of their own: the last pieces may still be on their way.
                    rest = piece.reply.removeprefix(told) if piece.reply.startswith(told) else ""
                    if rest:
                        one.put(body_of(m.AiResponse(id=message.id, index=index, delta=rest)))
                        index += 1
                    one.put(body_of(whole_of(message.id, index, piece)))
                    await keep_talk(self._parts, one.person, piece)
        except TektraError as error:
            end = m.AiResponse(id=message.id, index=index, last=True, outcome="failed", message=words(error))
            one.put(body_of(end))
        finally:
            await asked.aclose()

    def _command(self, one: SocketSession, message: c.CommandAsked) -> None:
        self._in_time(one, Kind.COMMAND, Role.OPERATOR, message.sent_at_ms)
        known(self._parts, message.robot)
        if len(one.commands) >= MOST_COMMANDS or message.id in one.commands:
            raise ApiError(429, "too_many_commands", "commands are still under way", "wait, or cancel one")
        one.keep(one.commands, message.id, self._carry_out(one, message))

    async def _carry_out(self, one: SocketSession, message: c.CommandAsked) -> None:
        who, sent_ms = source_of(one.person), message.sent_at_ms or self._parts.graph.now_ms()
        running = self._parts.client.command(message.robot, message.skill, message.arguments, who, sent_ms)
        try:
            with self._parts.commands.under_way(message.robot, one.person):
                await held_by_nobody_else(self._parts, message.robot, one.person)
                async for event in running:
                    if isinstance(event, Progress):
                        told = m.CommandProgress(id=message.id, progress=event.share, status=event.status)
                        one.put(body_of(told), f"progress {message.id}")
                    else:
                        end = m.CommandResult(id=message.id, outcome=event.outcome, message=event.message)
                        one.put(body_of(end))
        except asyncio.CancelledError:
            one.put(body_of(m.CommandResult(id=message.id, outcome="canceled", message=CANCELED)))
            raise
        except ApiError as error:
            one.put(body_of(m.ErrorOut(id=message.id, problem=problem_of(error))))
        except TektraError as error:
            one.put(body_of(m.CommandResult(id=message.id, outcome="failed", message=str(error))))
        finally:
            await running.aclose()

    def _drive(self, one: SocketSession, message: c.DriveIn) -> None:
        self._in_time(one, Kind.DRIVE, Role.OPERATOR, message.sent_at_ms)
        known(self._parts, message.robot)
        now_s, velocity = self._parts.steady_s(), (message.linear_m_s, message.angular_rad_s)
        self._parts.leases.drive(message.robot, one.person, one.socket_id, velocity, now_s)
        twist = {
            "header": {"stamp": self._parts.client.stamp(), "frame_id": f"{message.robot}/base_link"},
            "twist": {"linear": {"x": message.linear_m_s}, "angular": {"z": message.angular_rad_s}},
        }
        self._parts.graph.publish(f"/{message.robot}/cmd_vel_request", TWIST, twist)

    async def _lease(self, one: SocketSession, message: c.LeaseIn) -> None:
        self._in_time(one, Kind.WRITE, Role.OPERATOR, None)
        known(self._parts, message.robot)
        to = await self._parts.stored(self._parts.store.account, name=message.to) if message.to else None
        await change_lease(self._parts, message.robot, message.action, one.person, to)
        self._parts.graph.offer(f"/{message.robot}/cmd_vel_request", TWIST)

    def _voice(self, one: SocketSession, pcm: bytes, sample_rate: int, sequence: int, *, last: bool) -> None:
        if len(pcm) % 2:
            raise ApiError(400, "bad_sound", "half a sample", "send 16 bit PCM")
        voice, ended = self._voices.of(one, self._parts.graph.now_ms() / 1000)
        if ended:
            self._sound(voice, b"", last=True)
        self._sound(voice, pcm, sample_rate, sequence, last=last)
        if last:
            self._voices.let_go(one)

    def _sound(
        self, voice: str, pcm: bytes, sample_rate: int = 16000, sequence: int = 0, *, last: bool
    ) -> None:
        chunk = {"stamp": self._parts.client.stamp(), "sequence": sequence, "data": pcm, "last": last}
        chunk |= {"sample_rate": sample_rate, "channels": 1}
        self._parts.graph.publish(f"/humans/voices/{voice}/audio", AUDIO, chunk)

    def _heard(self, topic: str, message: Message) -> None:
        """What somebody said into a page's microphone is asked in their name."""
        stamp = message["header"]["stamp"]
        at_s = stamp["sec"] + stamp["nanosec"] * 1e-9
        one, text = self._voices.who(topic.split("/")[3], at_s), str(message["final"]).strip()
        if one is None or not self._table.is_there(one) or not text:
            return
        try:
            self._in_time(one, Kind.CHAT, Role.GUEST, None)
            late = lateness(self._parts.clock_s() - at_s, SPOKEN_LATE_S)
            if late:
                raise ApiError(400, "too_late", late, "say it again")
            if is_unsure(float(message["confidence"] or 0.0)) and not is_answer(text):
                raise ApiError(400, "hardly_heard", "this was hardly heard", "say it again, or type it")
            if len(one.chats) >= MOST_CHATS:
                raise ApiError(429, "too_many_chats", "answers are still under way", "say it again later")
        except ApiError as error:
            one.put(body_of(m.ErrorOut(problem=problem_of(error))))
            return
        self._asked_aloud += 1
        trace = trace_of_speech(stamp["sec"], stamp["nanosec"])
        one.keep(one.chats, f"aloud {self._asked_aloud}", self._ask_aloud(one, text, trace))

    async def _ask_aloud(self, one: SocketSession, text: str, trace: str) -> None:
        """The answer is spoken, and comes to every page as what was said elsewhere."""
        CURRENT.set(trace)  # the ear has told it by this one; each task has a context of its own
        asked = self._parts.client.ask(text, "", asker_of(one.person))
        try:
            async for piece in asked:
                if isinstance(piece, ChatAnswer):
                    await keep_talk(self._parts, one.person, piece)
        except TektraError as error:
            one.put(body_of(m.AiResponse(last=True, outcome="failed", message=str(error))))
        finally:
            await asked.aclose()

    def _picture(self, one: SocketSession, image: bytes, sent_at_ms: int | None) -> None:
        size = whole_size(image)
        message = {
            "header": {"stamp": self._parts.client.stamp(sent_at_ms), "frame_id": f"web_{one.socket_id}"},
            "format": size.format,
            "data": image,
        }
        self._parts.graph.publish(PICTURES, IMAGE, message)

    def _subscribe(self, one: SocketSession, message: c.Subscribe) -> None:
        self._count(one.person, Kind.WRITE)
        one.streams, refused = streams_for(one.person, message.streams)
        if refused:
            raise ApiError(
                403, "not_allowed", f"your role does not hear {', '.join(refused)}", "ask an admin"
            )

    async def _renew(self, one: SocketSession, message: c.Renew) -> None:
        self._count(one.person, Kind.WRITE)
        person = await self._parts.redeem(message.ticket)
        if person.account_id != one.person.account_id:
            raise ApiError(
                403, "not_allowed", "this ticket is somebody else's", "use one of the same account"
            )
        one.person = person
        one.streams, _ = streams_for(person, one.streams)
        one.put(body_of(m.Renewed(ends_at_ms=int(person.expires_s * 1000))))

    def _in_time(self, one: SocketSession, kind: Kind, role: Role, sent_at_ms: int | None) -> None:
        """Raises ApiError for whoever may not, asks too often, or is too late."""
        if one.person.role < role:
            raise not_allowed(role)
        self._count(one.person, kind)
        self._parts.in_time(sent_at_ms, moves=kind in (Kind.COMMAND, Kind.DRIVE))

    def _count(self, person: SignedInPerson, kind: Kind) -> None:
        self._parts.limits.count(person.account_id, person.role, kind, self._parts.steady_s())
