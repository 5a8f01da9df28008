# SPDX-License-Identifier: Apache-2.0
"""Fifty people at the gateway at once: from a token, a voice frame and a stop to where they are to be, in ms.

All 50 are signed in with a socket open and hear safety, robots and plans; each asks something every ten seconds and is
answered by a scripted planner (20 pieces, 20 ms apart), 10 have an open microphone (50 frames a second), 20 the avatar's
weights (30 a second), 5 a camera (30 kB, 10 a second). One more presses stop every second. The gateway is its node over
real ROS beside the real safety gate; planner, avatar, camera and the ear are one process more, the people another.
A token counts from where the planner gave it to where the page has it; a voice frame from the page to the subscriber of
/humans/voices; a stop from the press to the gate's state that says so. Baseline in the same run: the same pieces, frames
and stops between two plain rclpy nodes' processes. Ten minutes; `--quick` twenty seconds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import random
import secrets
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2 as httpx
import psutil
from common import emit, table
from web_users.peer import serve_peer
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tektra.cli.demo.main import free_ports
from tektra.common.access import Role
from tektra.common.timings import percentile
from tektra.web.access.sessions import AccountRow, Sessions
from tektra.web.access.tokens import AccessTokens, load_key
from tektra.web.backends.server import DATABASE
from tektra.web.backends.sql_store import SqlStore

USERS, MICROPHONES, FACES, CAMERAS = 50, 10, 20, 5
LONG_S, QUICK_S, WARM_S = 600.0, 20.0, 3.0
CHAT_EVERY_S, STOP_EVERY_S, FRAME_S = 10.0, 1.0, 0.02
READY_S, SETTLE_S = 60.0, 3.0
TARGETS = {
    "errors": "<= 0",
    "lost": "<= 0",
    "token_p99_ms": "<= 100",
    "voice_p99_ms": "<= 50",
    "stop_p99_ms": "<= 100",
    "growth_mb": "<= 30",
}


@dataclass
class Found:
    """What was measured, in ms, and what went wrong."""

    tokens: list[float] = field(default_factory=list)
    stops: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lost: int = 0
    avatar_frames: int = 0
    pictures: int = 0
    sent_frames: int = 0


def main() -> None:
    """Prints the table and the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    seconds = QUICK_S if parser.parse_args().quick else LONG_S
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(100, 220))
    with tempfile.TemporaryDirectory(prefix="tektra-bench-") as kept, ExitStack() as stack:
        folder = Path(kept)
        os.environ |= {"TEKTRA_HOME": kept, "ROS_LOG_DIR": kept}
        tokens = accounts(folder)
        peer = stack.enter_context(peer_process())
        stack.enter_context(program("from tektra.safety.node import main; main()"))
        (port,) = free_ports(1)
        gateway = stack.enter_context(
            program(
                "from tektra.web.node import main; main()",
                *("-p", f"port:={port}", "-p", voices(), "-p", "access_s:=3600.0"),
            )
        )
        found, grown_mb, cpu = asyncio.run(run(port, tokens, seconds, psutil.Process(gateway.pid)))
        time.sleep(SETTLE_S)  # what is under way arrives
        peer.send("end")
        heard = peer.recv()
    report(found, heard, grown_mb, cpu)


def report(found: Found, heard: dict[str, Any], grown_mb: float, cpu: float) -> None:
    """The table for people, and the line for machines."""
    lost_frames = found.sent_frames - len(heard["voices"])
    lost = found.lost + lost_frames
    rows = [
        [name, len(values), *(percentile(values, share) for share in (0.5, 0.95, 0.99))]
        for name, values in (
            ("token: planner to page", found.tokens),
            ("voice: page to /humans/voices", heard["voices"]),
            ("stop: press to /safety/state", found.stops),
            ("baseline: one hop of ROS", heard["bare"]),
        )
    ]
    print(table(["what", "n", "p50 ms", "p95 ms", "p99 ms"], rows))
    print(f"avatar frames {found.avatar_frames}, pictures {found.pictures}, errors {found.errors[:5]}")
    print(f"lost: {found.lost} pieces of answers, {lost_frames} of {found.sent_frames} voice frames")
    figures = {
        "users": float(USERS),
        "errors": float(len(found.errors)),
        "lost": float(lost),
        "token_p99_ms": percentile(found.tokens, 0.99),
        "voice_p99_ms": percentile(heard["voices"], 0.99),
        "stop_p99_ms": percentile(found.stops, 0.99),
        "bare_p99_ms": percentile(heard["bare"], 0.99),
        "growth_mb": grown_mb,
        "cpu_cores": cpu,
    }
    emit("web", n=len(found.tokens), figures=figures, targets=TARGETS)


async def run(
    port: int, tokens: list[str], seconds: float, process: psutil.Process
) -> tuple[Found, float, float]:
    """Everybody at once. Latencies, MB that the gateway grew by, and the cores that it took."""
    found = Found()
    await listening(port)
    people = [Person(number, port, token, found) for number, token in enumerate(tokens)]
    work = [asyncio.create_task(person.live()) for person in people]
    await asyncio.sleep(WARM_S + 2.0)
    found.tokens.clear()
    found.stops.clear()
    before, cpu_before, began_s = process.memory_info().rss, sum(process.cpu_times()[:2]), time.monotonic()
    await asyncio.sleep(seconds)
    grown_mb = (process.memory_info().rss - before) / 1e6
    cpu = (sum(process.cpu_times()[:2]) - cpu_before) / (time.monotonic() - began_s)
    for person in people:
        person.leaving = True
    await asyncio.wait(work, timeout=10.0)
    for task in work:
        if not task.done():
            task.cancel()
        elif task.exception() is not None:
            found.errors.append(repr(task.exception()))
    return found, grown_mb, cpu


class Person:
    """One at a page."""

    def __init__(self, number: int, port: int, token: str, found: Found) -> None:
        self.number = number
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
        async with connect(self._url, additional_headers=self._headers, max_size=None) as wire:
            streams = ["safety", "robots", "plans"]
            streams += ["avatar_binary"] * (self.number < FACES)
            streams += ["camera_binary"] * (FACES <= self.number < FACES + CAMERAS)
            await wire.send(json.dumps({"type": "subscribe", "streams": streams}))
            tasks = [asyncio.create_task(self._read(wire))]
            if self.number == USERS:
                tasks.append(asyncio.create_task(self._stop(wire)))
            else:
                tasks.append(asyncio.create_task(self._chat(wire)))
            if USERS - MICROPHONES <= self.number < USERS:
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
                    self._found.pictures += message[0] == 18
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


def accounts(folder: Path) -> list[str]:
    """An access token for each of 51 operators, in the gateway's own database; their passwords are nobody's."""
    store = SqlStore("", folder / DATABASE)
    store.connect()
    sessions = Sessions(store, AccessTokens(load_key(folder), 3600.0), 3600.0)
    tokens = []
    for number in range(USERS + 1):
        row = AccountRow(
            f"u{number}", f"user{number}", Role.OPERATOR, secrets.token_hex(8), False, False, time.time()
        )
        store.put_account(row)
        tokens.append(sessions.begin(row, address="", client="bench", now_s=time.time()).access)
    store.close()
    return tokens


async def listening(port: int) -> None:
    """Returns when the gateway listens."""
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return
        await asyncio.sleep(0.1)
    raise RuntimeError("the gateway does not listen")


def voices() -> str:
    """A voice for each microphone."""
    return "voices:=" + json.dumps([f"web{number}" for number in range(MICROPHONES)])


@contextmanager
def peer_process() -> Iterator[Any]:
    """The process of web_users/peer.py, and a pipe to it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve_peer, args=(theirs, MICROPHONES), daemon=True)
    process.start()
    try:
        yield ours
    finally:
        process.join(5.0)
        process.kill()


@contextmanager
def program(source: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A node as a process of its own."""
    command = [sys.executable, "-c", source]
    command += ["--ros-args", *arguments] if arguments else []
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(12.0)
        process.kill()


if __name__ == "__main__":
    main()
