# SPDX-License-Identifier: Apache-2.0
"""Who watches a server that speaks foxglove's protocol; for bench/web.py as many as watch the avatar and a camera at the gateway."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psutil
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from web_users.people import STAMP, Crowd

READY_S, WATCH_S, SETTLE_S = 60.0, 15.0, 3.0
PICTURES = "/camera/image_raw/compressed"
AVATAR = "/tektra/avatar/state"


@dataclass
class Viewed:
    """Messages that came to viewers, how old pictures were (ms), and the cores that the server took."""

    viewers: int = 0
    frames: int = 0
    pictures: list[float] = field(default_factory=list)
    seconds: float = WATCH_S
    cores: float = 0.0


async def views(port: int, server: psutil.Process, crowd: Crowd) -> Viewed:
    """Watches for WATCH_S."""
    viewed = Viewed(crowd.faces + crowd.cameras)
    wanted = [AVATAR] * crowd.faces + [PICTURES] * crowd.cameras
    wires = [await entered(port) for _ in wanted]
    readers = [
        asyncio.create_task(_view(wire, topic, viewed)) for wire, topic in zip(wires, wanted, strict=True)
    ]
    await asyncio.sleep(SETTLE_S)
    viewed.frames = 0
    viewed.pictures.clear()
    before, began_s = sum(server.cpu_times()[:2]), time.monotonic()
    await asyncio.sleep(WATCH_S)
    viewed.seconds = time.monotonic() - began_s
    viewed.cores = (sum(server.cpu_times()[:2]) - before) / viewed.seconds
    for reader, wire in zip(readers, wires, strict=True):
        reader.cancel()
        await wire.close()
    return viewed


async def entered(port: int) -> Any:
    """A client that is in."""
    until_s = time.monotonic() + READY_S
    while True:
        try:
            return await connect(f"ws://127.0.0.1:{port}", subprotocols=["foxglove.sdk.v1"], max_size=None)  # type: ignore[list-item]
        except OSError:
            if time.monotonic() > until_s:
                raise
            await asyncio.sleep(0.1)


async def _view(wire: Any, topic: str, viewed: Viewed) -> None:
    """One topic, as soon as it is offered."""
    with suppress(ConnectionClosed):
        async for message in wire:
            if isinstance(message, bytes):
                viewed.frames += message[0] == 1
                if message[0] == 1 and topic == PICTURES:
                    viewed.pictures.append((time.time_ns() - STAMP.unpack(message[-STAMP.size :])[0]) / 1e6)
                continue
            await watch_offered(wire, message, (topic,))


async def watch_offered(wire: Any, message: str, topics: Sequence[str]) -> None:
    """Subscribes to those of the topics that this message offers, if it offers any."""
    told = json.loads(message)
    if told.get("op") == "advertise":
        numbers = [channel["id"] for channel in told["channels"] if channel["topic"] in topics]
        entries = [{"id": number, "channelId": number} for number in numbers]
        await wire.send(json.dumps({"op": "subscribe", "subscriptions": entries}))
