# SPDX-License-Identifier: Apache-2.0
"""Foxglove's WebSocket protocol, server's side: its messages, and how the server's go out as bytes and JSON.

Format: https://github.com/foxglove/ws-protocol/blob/main/docs/spec.md , as subprotocol `foxglove.sdk.v1`. All numbers are little-endian.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

SUBPROTOCOL = "foxglove.sdk.v1"
CAPABILITIES = ("clientPublish", "services", "assets")


class Level(IntEnum):
    """How bad a status is."""

    INFO = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True)
class Schema:
    """What messages look like: `data` as text (ros2msg, jsonschema) or, for protobuf, as bytes."""

    name: str
    encoding: str
    data: str | bytes

    def text(self) -> str:
        """As it stands in JSON: bytes in base64."""
        return self.data if isinstance(self.data, str) else base64.b64encode(self.data).decode()


@dataclass(frozen=True)
class Channel:
    """A topic as it is offered. `encoding` is that of messages: cdr, protobuf or json."""

    number: int
    topic: str
    encoding: str
    schema: Schema


@dataclass(frozen=True)
class Service:
    """A service as it is offered."""

    number: int
    name: str
    type_name: str
    request: str
    response: str


@dataclass(frozen=True)
class Subscribe:
    """Pairs of subscription (chosen by the client) and channel."""

    pairs: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Unsubscribe:
    """Subscriptions that end."""

    numbers: tuple[int, ...]


@dataclass(frozen=True)
class ClientChannel:
    """A channel on which a client wants to publish."""

    number: int
    topic: str
    encoding: str
    type_name: str


@dataclass(frozen=True)
class Advertise:
    """Channels of a client."""

    channels: tuple[ClientChannel, ...]


@dataclass(frozen=True)
class Unadvertise:
    """Channels that a client closes."""

    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Publish:
    """A message on a client's channel."""

    channel: int
    data: bytes


@dataclass(frozen=True)
class Call:
    """A call of a service. `number` is the client's own for it."""

    service: int
    number: int
    encoding: str
    data: bytes


@dataclass(frozen=True)
class Fetch:
    """A file is asked for."""

    number: int
    address: str


@dataclass(frozen=True)
class Unserved:
    """Something that the protocol knows and this server does not offer."""

    what: str


Said = Subscribe | Unsubscribe | Advertise | Unadvertise | Publish | Call | Fetch | Unserved


def server_info(name: str, session: str) -> str:
    """The first message to a client."""
    return _json(
        op="serverInfo",
        name=name,
        capabilities=CAPABILITIES,
        supportedEncodings=["cdr"],
        metadata={},
        sessionId=session,
    )


def advertise(channels: Iterable[Channel]) -> str:
    """These topics are offered."""
    offered = [
        {
            "id": channel.number,
            "topic": channel.topic,
            "encoding": channel.encoding,
            "schemaName": channel.schema.name,
            "schemaEncoding": channel.schema.encoding,
            "schema": channel.schema.text(),
        }
        for channel in channels
    ]
    return _json(op="advertise", channels=offered)


def unadvertise(numbers: Iterable[int]) -> str:
    """These topics are offered no more."""
    return _json(op="unadvertise", channelIds=list(numbers))


def advertise_services(services: Iterable[Service]) -> str:
    """These services are offered."""
    offered = [
        {
            "id": service.number,
            "name": service.name,
            "type": service.type_name,
            "request": _part(f"{service.type_name}_Request", service.request),
            "response": _part(f"{service.type_name}_Response", service.response),
        }
        for service in services
    ]
    return _json(op="advertiseServices", services=offered)


def unadvertise_services(numbers: Iterable[int]) -> str:
    """These services are offered no more."""
    return _json(op="unadvertiseServices", serviceIds=list(numbers))


def status(level: Level, message: str, key: str = "") -> str:
    """A problem, shown to the client; the same key replaces what it said before."""
    return _json(op="status", level=int(level), message=message, **({"id": key} if key else {}))


def message_data(subscription: int, stamp_ns: int, data: bytes) -> bytes:
    """A message of a topic, logged at `stamp_ns` (ns since the epoch)."""
    return struct.pack("<BIQ", 1, subscription, stamp_ns) + data


def call_answer(service: int, number: int, encoding: str, data: bytes) -> bytes:
    """What a service answered."""
    name = encoding.encode()
    return struct.pack("<BIII", 3, service, number, len(name)) + name + data


def call_failure(service: int, number: int, why: str) -> str:
    """A service did not answer."""
    return _json(op="serviceCallFailure", serviceId=service, callId=number, message=why)


def asset(number: int, data: bytes) -> bytes:
    """The file that was asked for."""
    return struct.pack("<BIBI", 4, number, 0, 0) + data


def asset_failure(number: int, why: str) -> bytes:
    """A file that is not served."""
    text = why.encode()
    return struct.pack("<BIBI", 4, number, 1, len(text)) + text


def _part(name: str, schema: str) -> dict[str, str]:
    return {"encoding": "cdr", "schemaName": name, "schemaEncoding": "ros2msg", "schema": schema}


def _json(**content: Any) -> str:
    return json.dumps(content, separators=(",", ":"))
