# SPDX-License-Identifier: Apache-2.0
"""A graph without ROS, for the page's development and for tests: two rovers that drive where they are told, a planner
that answers in pieces, an avatar that moves its mouth. It is a stand-in, and says so in what it answers."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import AsyncGenerator, Callable
from typing import Any

from tektra.common.graph import Feedback, Message, Result, Unavailable
from tektra.web.backends.fake_messages import (
    MOUTH,
    PIXEL,
    PLACES,
    SPEED,
    VOICE,
    FakeFacts,
    Rover,
    audit_record,
    claim,
    conversation,
    description,
    face,
    fits,
    model,
    robot_state,
    silence,
)

ROBOT_HZ, AVATAR_HZ, SAFETY_HZ = 10.0, 30.0, 25.0
EARS, NONE_STAMP, EMPTY_PLAN = "/tektra/speech_in/state", {"sec": 0, "nanosec": 0}, {"plan_id": ""}


class FakeGraph:
    """A Graph. `start` begins what moves by itself; without it only what is asked happens."""

    def __init__(self, clock_s: Callable[[], float] = time.time) -> None:
        self.published: list[tuple[str, Message]] = []
        self.holds: list[Message] = []
        self.calls: list[tuple[str, Message]] = []
        self.goals: list[tuple[str, Message]] = []
        self.stops: list[tuple[str, str]] = []
        self.canceled: list[str] = []
        self.rovers = {"rover1": Rover("rover1", 8.4, 5.6), "rover2": Rover("rover2", 6.0, 5.6)}
        self.stopped, self.ears, self.look = False, "listening", "{}"  # what the avatar wears, as JSON
        self.missing: set[str] = set()
        #: Pieces of the next answers, how long each takes, and what may be answered where they are a question.
        self.reply = ["This is ", "a stand-in ", "for Tektra."]
        self.piece_s = 0.05
        self.options: list[str] = []
        self.talks = {"": ["c1"]}  # ids of conversations by whose they are, under "" those of all
        self.facts = FakeFacts()  # what is remembered, the oldest first
        self._clock_s = clock_s
        self._epoch, self._count = 1, 0
        self._heard: list[tuple[str, Callable[[str, Message], None]]] = []
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Robots, gate and avatar begin to tell of themselves. On the event loop."""
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(work()) for work in (self._drive, self._guard, self._move_face)]

    def close(self) -> None:
        """Ends that."""
        for task in self._tasks:
            task.cancel()

    async def call(
        self, service: str, type_name: str, request: Message, *, timeout_s: float = 10.0
    ) -> Message:
        self.calls.append((service, request))
        self._require(service)
        await asyncio.sleep(0)
        return self._answer(service, request)

    async def run(self, action: str, type_name: str, goal: Message) -> AsyncGenerator[Feedback | Result]:
        self.goals.append((action, goal))
        self._require(action)
        try:
            if action == "/tektra/ask":
                async for event in self._ask(goal):
                    yield event
            elif action == "/tektra/say":
                await asyncio.sleep(self.piece_s)
                yield Result({"success": True, "message": "said", "utterance_id": "u1", "duration": 1.0})
            else:
                async for event in self._run_skill(action.split("/")[1], goal):
                    yield event
        except (GeneratorExit, asyncio.CancelledError):
            self.canceled.append(action)
            raise

    def offer(self, topic: str, type_name: str) -> None: ...

    def publish(self, topic: str, type_name: str, message: Message) -> None:
        if topic == "/tektra/robot_holds":  # a state, said again and again: it hides nothing that was done
            self.holds.append(message)
            del self.holds[:-100]
            return
        self.published.append((topic, message))
        del self.published[:-10_000]

    def watch(self, topic: str, type_name: str, heard: Callable[[str, Message], None]) -> Callable[[], None]:
        entry = (topic, heard)
        self._heard.append(entry)
        if topic == EARS:  # whoever comes later hears it, too
            heard(topic, {"data": self.ears})
        return lambda: self._heard.remove(entry) if entry in self._heard else None

    def stop(self, who: str, detail: str) -> None:
        self.stops.append((who, detail))
        self._halt(f"{who} {detail}")

    def now_ms(self) -> int:
        return int(self._clock_s() * 1000)

    def say(self, topic: str, message: Message) -> None:
        """Whoever watches the topic hears a message."""
        exact = [heard for pattern, heard in self._heard if pattern == topic]
        # A pattern is watched with a type, and /safety/state is no robot's state.
        for heard in exact or [heard for pattern, heard in self._heard if fits(pattern, topic)]:
            heard(topic, message)

    def say_safety(self) -> None:
        """The gate's heartbeat."""
        told = {"stopped": self.stopped, "causes": ["operator"] if self.stopped else [], "epoch": self._epoch}
        robots = [{"robot": name, **told, "epoch": 0} for name in self.rovers]
        self.say("/safety/state", {"stamp": self._stamp(), "pending": [], "robots": robots, **told})

    def say_robots(self) -> None:
        """Descriptions and states of all rovers."""
        for rover in self.rovers.values():
            self.say(f"/{rover.name}/description", description(rover.name))
            self.say(f"/{rover.name}/state", robot_state(rover, self._stamp(), stopped=self.stopped))
            self.say(f"/{rover.name}/claim", claim(rover, self._stamp()))

    def _require(self, name: str) -> None:
        if name in self.missing:
            raise Unavailable(f"{name} is not there", "see that its node runs")

    def _halt(self, why: str) -> None:
        self.stopped, self._epoch = True, self._epoch + 1
        for rover in self.rovers.values():
            rover.goal = None
        self._audit("stop", why)
        self.say_safety()

    def _audit(self, event: str, detail: str) -> None:
        self.say("/safety/audit", audit_record(event, detail, self._stamp(), self._epoch))

    def _answer(self, service: str, request: Message) -> Message:
        good: dict[str, Any] = {"success": True, "message": "done"}
        match service:
            case "/tektra/facts/list" | "/tektra/facts/correct" | "/tektra/facts/forget":
                return good | self.facts.answer(service, request)
            case "/tektra/models/list":
                return good | {"models": [model("qwen", "llm"), model("whisper", "stt")]}
            case "/tektra/speech_in/transcribe":
                speech = {"final": "go to the kitchen", "locale": "en", "confidence": 0.9}
                return good | {"speech": speech, "duration": 1.5, "seconds": 0.2}
            case "/tektra/speech_out/synthesize":
                return good | {"wav": silence(0.5), "sample_rate": 16000, "visemes": [MOUTH]}
            case "/tektra/speech_in/mute":
                self.ears = "muted" if request["data"] else "listening"
                self.say(EARS, {"data": self.ears})
            case "/tektra/speech_out/voices":
                return good | {"voices": [VOICE]}
            case "/tektra/avatar/customize":
                self.look = json.dumps(json.loads(self.look) | json.loads(request["look"]))
                return good | {"look": self.look}
            case "/tektra/vision/enrol" | "/tektra/speech_in/enrol":
                return good | {"message": f"{request['name']} is known now", "id": "p00000000"}
            case "/tektra/vision/capture":
                return good | {"image": {"format": "png", "data": PIXEL}}
            case "/tektra/vision/analyze":
                return good | {"detections": {"detections": []}, "description": "nothing (a stand-in)"}
            case "/tektra/conversations/list":
                return good | {
                    "conversations": [conversation(id) for id in self.talks.get(request["person"], ())]
                }
            case "/tektra/conversations/get":
                said = {"role": "user", "text": "hello", "stamp": self._stamp(), "plan": ""}
                return good | {"info": conversation(request["conversation_id"]), "messages": [said]}
            case "/tektra/conversations/export":
                return good | {"text": "hello"}
            case "/safety/reset_all" if 0 < request["epoch"] < self._epoch:
                return {"success": False, "message": f"a newer stop: {self._epoch}, not {request['epoch']}"}
            case "/safety/reset_all" | "/safety/reset_robot":
                self.stopped, self._epoch = False, self._epoch + 1
                self._audit("reset", str(request.get("source", "")))
                self.say_safety()
            case "/safety/stop_robot":
                self._halt(str(request["source"]))
        return good

    async def _ask(self, goal: Message) -> AsyncGenerator[Feedback | Result]:
        self._count += 1
        request_id = f"r{self._count}"
        for piece in self.reply:
            await asyncio.sleep(self.piece_s)
            yield Feedback({"delta": piece, "plan": EMPTY_PLAN})
        place = next((name for name in PLACES if name.replace("_", " ") in str(goal["text"]).lower()), None)
        plan: Message = EMPTY_PLAN
        if place is not None:
            async for plan in self._go(request_id, str(goal["text"]), place):
                self.say("/tektra/plan", plan)
                yield Feedback({"delta": "", "plan": plan})
        if self.options:
            asked = {"request_id": request_id, "conversation_id": "c1", "options": self.options}
            self.say("/tektra/question", {"data": json.dumps(asked)})
        done = "answered" if place is None else ("done" if plan["status"] == 2 else "failed")
        yield Result(
            {
                "request_id": request_id,
                "conversation_id": goal["conversation_id"] or "c1",
                "reply": "".join(self.reply),
                "plan": plan,
                "outcome": done,
                "message": "",
                "first_token_s": self.piece_s,
            }
        )

    async def _go(self, request_id: str, text: str, place: str) -> AsyncGenerator[Message]:
        rover = self.rovers["rover1"]
        yield self._plan(request_id, text, place, 1)
        rover.goal = None if self.stopped else PLACES[place]
        while rover.goal is not None:
            await asyncio.sleep(1 / ROBOT_HZ)
        there = math.dist((rover.x, rover.y), PLACES[place]) < 0.1
        yield self._plan(request_id, text, place, 2 if there else 3)

    def _plan(self, request_id: str, text: str, place: str, status: int) -> Message:
        step = {
            "id": 1,
            "who": "rover1",
            "skill": "navigate_to",
            "arguments": json.dumps({"place": place}),
            "after": [],
            "status": status,
            "message": "",
            "started": self._stamp(),
            "ended": NONE_STAMP,
        }
        return {
            "stamp": self._stamp(),
            "plan_id": f"p-{request_id}",
            "request_id": request_id,
            "conversation_id": "c1",
            "text": text,
            "steps": [step],
            "status": status,
            "message": "",
        }

    async def _run_skill(self, robot: str, goal: Message) -> AsyncGenerator[Feedback | Result]:
        if self.stopped:
            yield Result({"outcome": "refused", "message": "everything is stopped", "result": ""})
            return
        for share in (0.25, 0.5, 0.75, 1.0):
            await asyncio.sleep(self.piece_s)
            yield Feedback({"progress": share, "status": "under way"})
        yield Result({"outcome": "succeeded", "message": f"{robot} did {goal['skill']}", "result": "{}"})

    async def _drive(self) -> None:
        while True:
            for rover in self.rovers.values():
                self._step(rover)
            self.say_robots()
            await asyncio.sleep(1 / ROBOT_HZ)

    def _step(self, rover: Rover) -> None:
        if rover.goal is None:
            return
        dx, dy = rover.goal[0] - rover.x, rover.goal[1] - rover.y
        far, step = math.hypot(dx, dy), SPEED / ROBOT_HZ
        if far <= step:
            rover.x, rover.y, rover.goal = *rover.goal, None
        else:
            rover.yaw = math.atan2(dy, dx)
            rover.x, rover.y = rover.x + dx / far * step, rover.y + dy / far * step

    async def _guard(self) -> None:
        while True:
            self.say_safety()
            await asyncio.sleep(1 / SAFETY_HZ)

    async def _move_face(self) -> None:
        while True:
            seen = {"look": self.look, **face(self._clock_s(), self._stamp(), stopped=self.stopped)}
            self.say("/tektra/avatar/state", seen)
            await asyncio.sleep(1 / AVATAR_HZ)

    def _stamp(self) -> Message:
        seconds, rest = divmod(self.now_ms(), 1000)
        return {"sec": seconds, "nanosec": rest * 1_000_000}
