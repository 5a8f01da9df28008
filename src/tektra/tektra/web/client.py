# SPDX-License-Identifier: Apache-2.0
"""What the gateway asks of Tektra: each thing by the name that it has on the wire."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from tektra.common.errors import InputError, TektraError
from tektra.common.graph import Feedback, Graph, Message, Result, Unavailable
from tektra.common.picture_size import whole_size
from tektra.web import reading
from tektra.web.answers import OWN, Judged, found, good
from tektra.web.models.base import JsonObject
from tektra.web.models.face import Analysis, Picture
from tektra.web.models.robots import CommandDone
from tektra.web.models.talk import (
    AiModel,
    ChatAnswer,
    Conversation,
    ConversationInfo,
    Exported,
    Plan,
    Speech,
    Transcript,
    Voice,
)
from tektra.web.models.talk import Message as Said

#: Loading a model is the longest that anything takes.
LOAD_S = 300.0
HEAR_S = 60.0
#: The gate says within this that one robot is stopped, or all are.
ONE_STOP_S = 0.5
MAX_WAV_BYTES = 12_000_000


@dataclass(frozen=True)
class Piece:
    """A piece of an answer, and the plan as it is by then, if it changed."""

    delta: str
    plan: Plan | None


@dataclass(frozen=True)
class Asker:
    """Whose words they are: `source` for the audit, `person` the account's name, `role` as the planner knows it."""

    source: str
    person: str
    role: str


@dataclass(frozen=True)
class Progress:
    """How far a command is."""

    share: float
    status: str


class Client:
    """Asks over a Graph. On its event loop. Raises Unavailable where nobody answers, InputError where it says no."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def ask(
        self, text: str, conversation_id: str, asker: Asker, sent_at_ms: int | None = None
    ) -> AsyncGenerator[Piece | ChatAnswer]:
        """An answer as it comes; the last is the whole. The planner moves nothing for what was sent too long ago. Closing it earlier cancels what was asked. Whether robots are moved
        for the asker's role is the planner's to say."""
        goal = {
            "text": text,
            "conversation_id": conversation_id,
            "source": asker.source,
            "person": asker.person,
            "role": asker.role,
            "channel": "web",
            "stamp": self.stamp(sent_at_ms),
        }
        running = self._graph.run("/tektra/ask", f"{OWN}/action/Ask", goal)
        try:
            async for event in running:
                message = event.message
                if isinstance(event, Feedback):
                    yield Piece(message["delta"], reading.plan(message["plan"]))
                else:
                    yield ChatAnswer(
                        request_id=message["request_id"],
                        conversation_id=message["conversation_id"],
                        reply=message["reply"],
                        plan=reading.plan(message["plan"]),
                        outcome=reading.outcome(message["outcome"]),
                        message=message["message"],
                        first_token_s=reading.number(message["first_token_s"]),
                    )
        finally:
            await running.aclose()

    async def command(
        self, robot: str, skill: str, arguments: JsonObject, source: str, sent_at_ms: int
    ) -> AsyncGenerator[Progress | CommandDone]:
        """A skill as it runs; the last is its end. Closing it earlier cancels it. The robot does nothing that was sent too long
        ago."""
        goal = {
            "skill": skill,
            "arguments": json.dumps(arguments),
            "source": source,
            "stamp": self.stamp(sent_at_ms),
        }
        running = self._graph.run(f"/{robot}/run_skill", f"{OWN}/action/RunSkill", goal)
        try:
            async for event in running:
                message = event.message
                if isinstance(event, Feedback):
                    yield Progress(reading.finite(message["progress"]), message["status"])
                else:
                    known = message["outcome"] in ("succeeded", "failed", "refused", "canceled")
                    yield CommandDone(
                        outcome=message["outcome"] if known else "failed",
                        message=message["message"],
                        result=reading.json_object(message["result"]),
                    )
        finally:
            await running.aclose()

    async def models(self, kind: str) -> list[AiModel]:
        """Models of a kind; empty: of all."""
        answer = await self._said("/tektra/models/list", "ListModels", {"kind": kind})
        return [reading.ai_model(entry) for entry in answer["models"]]

    async def change_model(self, verb: str, name: str) -> str:
        """Loads, unloads or selects a model; what the node says."""
        kind = {"load": "LoadModel", "unload": "UnloadModel", "select": "SelectModel"}[verb]
        answer = await self._said(f"/tektra/models/{verb}", kind, {"name": name}, timeout_s=LOAD_S)
        return str(answer["message"])

    async def transcribe(self, wav: bytes, language: str) -> Transcript:
        """What is said in a WAV file."""
        request = {"wav": wav, "samples": [], "sample_rate": 0, "locale": language}
        answer = await self._said("/tektra/speech_in/transcribe", "Transcribe", request, timeout_s=HEAR_S)
        speech = answer["speech"]
        return Transcript(
            text=speech["final"],
            language=speech["locale"],
            confidence=reading.finite(speech["confidence"]),
            duration_s=reading.finite(answer["duration"]),
            seconds=reading.finite(answer["seconds"]),
        )

    async def synthesize(self, text: str, voice: str, speed: float) -> Speech:
        """A text as sound."""
        request = {"text": text, "voice": voice, "speed": speed}
        answer = await self._said("/tektra/speech_out/synthesize", "Synthesize", request, timeout_s=HEAR_S)
        return Speech(
            audio=base64.b64encode(bytes(answer["wav"])).decode(),
            sample_rate=answer["sample_rate"],
            visemes=reading.visemes(list(answer["visemes"])),
        )

    async def voices(self) -> list[Voice]:
        """Voices that can be asked for."""
        answer = await self._said("/tektra/speech_out/voices", "ListVoices", {})
        return [Voice.model_validate(dict(entry)) for entry in answer["voices"]]

    async def say(self, text: str, voice: str, interrupt: bool) -> str:
        """Says it aloud, to its end."""
        goal = {"text": text, "voice": voice, "interrupt": interrupt}
        running = self._graph.run("/tektra/say", f"{OWN}/action/Say", goal)
        try:
            async for event in running:
                if isinstance(event, Result):
                    return str(good(event.message)["message"])
        finally:
            await running.aclose()
        raise Unavailable("/tektra/say ended without a result", "try again")

    async def express(self, expression: str, intensity: float, duration_s: float) -> str:
        """The avatar wears an expression."""
        request = {"expression": expression, "intensity": intensity, "duration": duration_s}
        return str((await self._said("/tektra/avatar/express", "SetExpression", request))["message"])

    async def gesture(self, gesture: str) -> str:
        """The avatar plays a gesture."""
        return str(
            (await self._said("/tektra/avatar/gesture", "PlayGesture", {"gesture": gesture}))["message"]
        )

    async def customize(self, look: JsonObject) -> JsonObject:
        """The avatar's look as it is then."""
        answer = await self._said("/tektra/avatar/customize", "CustomizeAvatar", {"look": json.dumps(look)})
        return reading.json_object(answer["look"])

    async def capture(self) -> Picture:
        """What the camera sees."""
        answer = await self._said("/tektra/vision/capture", "Capture", {})
        return reading.picture(answer["image"])

    async def analyze(self, image: bytes, question: str) -> Analysis:
        """What is in a picture; empty: in what the camera sees."""
        form = whole_size(image).format if image else ""
        request = {"image": {"format": form, "data": image}, "question": question}
        answer = await self._said("/tektra/vision/analyze", "Analyze", request, timeout_s=HEAR_S)
        return reading.analysis(answer)

    async def conversations(self, limit: int, person: str = "") -> list[ConversationInfo]:
        """The newest conversations, 0: all; of that person, empty: of all."""
        request = {"limit": limit, "person": person}
        answer = await self._said("/tektra/conversations/list", "ListConversations", request)
        return [reading.conversation(entry) for entry in answer["conversations"]]

    async def conversation(self, conversation_id: str) -> Conversation:
        """One with its messages."""
        request = {"conversation_id": conversation_id}
        answer = await self._said("/tektra/conversations/get", "GetConversation", request, judged=found)
        messages = [
            Said(
                role="user" if entry["role"] == "user" else "assistant",
                text=entry["text"],
                stamp_ms=reading.ms(entry["stamp"]),
                plan=reading.json_object(entry["plan"]) or None,
            )
            for entry in answer["messages"]
        ]
        return Conversation(info=reading.conversation(answer["info"]), messages=messages)

    async def delete_conversation(self, conversation_id: str) -> str:
        """Forgets it."""
        request = {"conversation_id": conversation_id}
        delete = "/tektra/conversations/delete"
        return str((await self._said(delete, "DeleteConversation", request, judged=found))["message"])

    async def export_conversation(self, conversation_id: str, form: str) -> Exported:
        """As text."""
        request = {"conversation_id": conversation_id, "format": form}
        answer = await self._said("/tektra/conversations/export", "ExportConversation", request, judged=found)
        return Exported.model_validate({"format": form, "text": answer["text"]})

    async def reset(self, robot: str, who: str, epoch: int, asked_ms: int) -> str:
        """Lets robots be asked again after the stop of that epoch (0: not told), and after none that came after it was asked
        for."""
        service = "/safety/reset_robot" if robot else "/safety/reset_all"
        request = {"robot": robot, "source": who, "epoch": epoch, "asked": self.stamp(asked_ms)}
        return str(good(await self._graph.call(service, f"{OWN}/srv/StopRobot", request))["message"])

    async def stop_robot(self, robot: str, who: str) -> str:
        """Stops one robot; everything, where the gate does not say that it did."""
        request = {"robot": robot, "source": who}
        try:
            answer = await self._graph.call(
                "/safety/stop_robot", f"{OWN}/srv/StopRobot", request, timeout_s=ONE_STOP_S
            )
            return str(good(answer)["message"])
        except TektraError as error:
            self._graph.stop(who, f"the stop of {robot} alone failed")
            return f"everything is stopped, since {robot} could not be stopped alone: {error.what}"

    def stamp(self, sent_at_ms: int | None = None) -> dict[str, int]:
        """Now, as a message's time; or when something was sent, which is not later than now."""
        now_ms = self._graph.now_ms()
        seconds, rest = divmod(now_ms if sent_at_ms is None else min(sent_at_ms, now_ms), 1000)
        return {"sec": seconds, "nanosec": rest * 1_000_000}

    async def _said(
        self,
        service: str,
        kind: str,
        request: Message,
        *,
        timeout_s: float = 10.0,
        judged: Judged | None = None,
    ) -> Message:
        answer = await self._graph.call(service, f"{OWN}/srv/{kind}", request, timeout_s=timeout_s)
        return (judged or good)(answer)


def from_base64(text: str, most: int) -> bytes:
    """Bytes from base64. Raises InputError."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InputError("text that is no base64", "encode the bytes as RFC 4648 says") from None
    if len(data) > most:
        raise InputError(f"{len(data)} bytes", f"send at most {most}")
    return data
