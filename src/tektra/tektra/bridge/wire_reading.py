# SPDX-License-Identifier: Apache-2.0
"""What a client's bytes and JSON mean in Foxglove's WebSocket protocol (see wire.py), or why they mean nothing."""

from __future__ import annotations

import json
import struct
from typing import Any

from tektra.bridge.wire import (
    Advertise,
    Call,
    ClientChannel,
    Fetch,
    Publish,
    Said,
    Subscribe,
    Unadvertise,
    Unserved,
    Unsubscribe,
)
from tektra.common.errors import InputError

#: Entries of one list in a client's message, beyond which the whole is refused.
MAX_ENTRIES = 1024
#: Text that is longer is not even looked into.
MAX_TEXT = 262_144
#: An id is an unsigned 32 bit number.
MAX_ID = 0xFFFF_FFFF
UNSERVED = {
    "getParameters": "parameters",
    "setParameters": "parameters",
    "subscribeParameterUpdates": "parameters",
    "unsubscribeParameterUpdates": "parameters",
    "subscribeConnectionGraph": "connection graph",
    "unsubscribeConnectionGraph": "connection graph",
}


def read(message: str | bytes) -> Said:
    """What a client said. Raises InputError."""
    return _read_text(message) if isinstance(message, str) else _read_binary(message)


def _read_binary(message: bytes) -> Said:
    if len(message) >= 5 and message[0] == 1:
        return Publish(struct.unpack_from("<I", message, 1)[0], message[5:])
    if len(message) >= 13 and message[0] == 2:
        service, number, length = struct.unpack_from("<III", message, 1)
        if length <= 32 and len(message) >= 13 + length:
            encoding = message[13 : 13 + length].decode("ascii", errors="replace")
            return Call(service, number, encoding, message[13 + length :])
    raise _wrong(f"{len(message)} bytes beginning with {message[:13].hex() or 'nothing'} are no message")


def _read_text(message: str) -> Said:
    if len(message) > MAX_TEXT:
        raise _wrong(f"{len(message)} letters; send at most {MAX_TEXT}")
    try:
        content = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise _wrong(f"no JSON ({str(error)[:80]})") from None
    if not isinstance(content, dict):
        raise _wrong("no JSON object")
    match content.get("op"):
        case "subscribe":
            pairs = [(_id(entry, "id"), _id(entry, "channelId")) for entry in _list(content, "subscriptions")]
            return Subscribe(tuple(pairs))
        case "unsubscribe":
            return Unsubscribe(_ids(content, "subscriptionIds"))
        case "advertise":
            return Advertise(tuple(_channel(entry) for entry in _list(content, "channels")))
        case "unadvertise":
            return Unadvertise(_ids(content, "channelIds"))
        case "fetchAsset":
            return Fetch(_id(content, "requestId"), _str(content, "uri", 4096))
        case str() as op if op in UNSERVED:
            return Unserved(UNSERVED[op])
        case op:
            raise _wrong(f"unknown op {str(op)[:40]!r}")


def _channel(entry: Any) -> ClientChannel:
    number = _id(entry, "id")
    return ClientChannel(
        number, _str(entry, "topic", 256), _str(entry, "encoding", 40), _str(entry, "schemaName", 256)
    )


def _list(content: dict[str, Any], key: str) -> list[Any]:
    value = content.get(key)
    if not isinstance(value, list) or len(value) > MAX_ENTRIES:
        raise _wrong(f"{key} is no list of at most {MAX_ENTRIES}")
    return value


def _ids(content: dict[str, Any], key: str) -> tuple[int, ...]:
    return tuple(_number(value, key) for value in _list(content, key))


def _id(entry: Any, key: str) -> int:
    return _number(entry.get(key) if isinstance(entry, dict) else None, key)


def _number(value: Any, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ID:
        raise _wrong(f"{key} is no unsigned 32 bit number")
    return value


def _str(entry: dict[str, Any], key: str, most: int) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or len(value) > most:
        raise _wrong(f"{key} is no text of at most {most} letters")
    return value


def _wrong(what: str) -> InputError:
    return InputError(f"Invalid message: {what}", "see Foxglove's WebSocket protocol")
