# SPDX-License-Identifier: Apache-2.0
"""People at a page, for bench/web.py: how many there are of each kind, what they do, and what they find."""

from __future__ import annotations

import asyncio
import json
import random
import struct
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

CHAT_EVERY_S, STOP_EVERY_S, FRAME_S, WARM_S = 10.0, 1.0, 0.02, 3.0
#: The last bytes of a picture are when it was made, in ns.
STAMP = struct.Struct("<q")


@dataclass(frozen=True)
class Crowd:
    """So many people, and of them so many with a microphone, the avatar's weights, a camera."""

    users: int

    @property
    def microphones(self) -> int:
        return self.users // 5

    @property
    def faces(self) -> int:
        return 2 * self.users // 5

    @property
    def cameras(self) -> int:
        return self.users // 10


@dataclass
class Found:
    """What was measured, in ms, and what went wrong."""

    tokens: list[float] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    pictures: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lost: int = 0
    avatar_frames: int = 0
    sent_frames: int = 0

    def clear(self) -> None:
        """What was measured until now is none of it."""
        for values in (self.tokens, self.stops, self.pictures):
            values.clear()
        self.avatar_frames = 0


class Person:
    """One at a page."""

    def __init__(self, number: int, port: int, token: str, found: Found, crowd: Crowd) -> None:
        self.number, self._crowd = number, crowd
        self.leaving = False
        self._url = f"ws://127.0.0.1:{port}/api/v1/ws"
        self._headers = {"authorization": f"Bearer {token}"}
        self._found = found
        self._stopped = asyncio.Event()
        self._free = asyncio.Event()
        self._answered = asyncio.Event()
        self._words = ""

    async def live(self) -> None:
        """Signed in until the end."""
        crowd = self._crowd
        async with connect(self._url, additional_headers=self._headers, max_size=None) as wire:
            streams = ["safety", "robots", "plans"]
            streams += ["avatar_binary"] * (self.number < crowd.faces)
            streams += ["camera_binary"] * (crowd.faces <= self.number < crowd.faces + crowd.cameras)
            await wire.send(json.dumps({"type": "subscribe", "streams": streams}))
            tasks = [asyncio.create_task(self._read(wire))]
            if self.number == crowd.users:
                tasks.append(asyncio.create_task(self._stop(wire)))
            else:
                tasks.append(asyncio.create_task(self._chat(wire)))
            if crowd.users - crowd.microphones <= self.number < crowd.users:
                tasks.append(asyncio.create_task(self._speak(wire)))
            try:
                while not self.leaving:
                    await asyncio.sleep(0.2)
                    for task in tasks:
                        if task.done():
                            task.result()
            finally:
                for task in tasks:
                    task.cancel()

    async def _read(self, wire: Any) -> None:
        with suppress(ConnectionClosed):
            async for message in wire:
                if isinstance(message, bytes):
                    self._found.avatar_frames += message[0] == 19
                    if message[0] == 18:
                        self._found.pictures.append((time.time_ns() - STAMP.unpack(message[-8:])[0]) / 1e6)
                    continue
                self._told(json.loads(message))

    def _told(self, message: dict[str, Any]) -> None:
        match message["type"]:
            case "ai_response" if message["delta"]:
                given_ns = int(message["delta"].partition(" ")[0])
                self._found.tokens.append((time.time_ns() - given_ns) / 1e6)
                self._words += message["delta"]
            case "ai_response" if message["last"]:
                missing = (
                    message["reply"].removeprefix(self._words) if message["reply"] != self._words else ""
                )
                self._found.lost += missing.count("word")
                if message["outcome"] != "answered":
                    self._found.errors.append(str(message))
                self._answered.set()
            case "safety_state":
                stopped = message["state"]["stopped"]
                (self._stopped if stopped else self._free).set()
                (self._free if stopped else self._stopped).clear()
            case "error":
                self._found.errors.append(str(message["problem"]))

    async def _chat(self, wire: Any) -> None:
        await asyncio.sleep(random.uniform(0.0, CHAT_EVERY_S))
        for count in range(10**9):
            self._answered.clear()
            self._words = ""
            await wire.send(json.dumps({"type": "chat_message", "id": f"q{count}", "text": "tell me more"}))
            await asyncio.wait_for(self._answered.wait(), 30.0)
            await asyncio.sleep(CHAT_EVERY_S)

    async def _speak(self, wire: Any) -> None:
        await asyncio.sleep(WARM_S)  # until both ends of the topic have found each other
        begin = time.monotonic()
        for count in range(10**9):
            await asyncio.sleep(max(0.0, begin + count * FRAME_S - time.monotonic()))
            pcm = struct.pack("<q", time.time_ns()) + bytes(632)
            await wire.send(struct.pack("<BBHIQ", 1, 0, 16000, count & 0xFFFFFFFF, 0) + pcm)
            self._found.sent_frames += 1

    async def _stop(self, wire: Any) -> None:
        async with httpx.AsyncClient(headers=self._headers) as http:
            while True:
                while not self._free.is_set():
                    await http.post(
                        self._url.replace("ws:", "http:").replace("/ws", "/safety/reset"), json={}
                    )
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._free.wait(), STOP_EVERY_S)
                await asyncio.sleep(random.uniform(0.0, STOP_EVERY_S))
                pressed = time.perf_counter()
                await wire.send(json.dumps({"type": "stop", "reason": "bench"}))
                await asyncio.wait_for(self._stopped.wait(), 10.0)
                self._found.stops.append((time.perf_counter() - pressed) * 1e3)
