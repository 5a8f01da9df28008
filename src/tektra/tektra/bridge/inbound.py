# SPDX-License-Identifier: Apache-2.0
"""What clients may publish, and under which type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from tektra.common.errors import InputError

#: A std_msgs/Empty carries nothing, so whatever bytes arrive mean the same: a stop must not fail over its
#: padding.
EMPTY = "std_msgs/msg/Empty"


@dataclass(frozen=True)
class ClientChannel:
    """A channel as a client announces it."""

    channel_id: int
    topic: str
    encoding: str
    type_name: str


class Inbound:
    """Remembers which client channel means which topic. Callbacks of several clients come on several
    threads."""

    def __init__(self, allowed: Mapping[str, str], max_bytes: int) -> None:
        self._allowed = dict(allowed)
        self._max_bytes = max_bytes
        self._channels: dict[tuple[int, int], str] = {}
        self._lock = Lock()

    def open(self, client_id: int, channel: ClientChannel) -> None:
        """Accepts a channel. Raises InputError when its topic, type or encoding is not on the list."""
        type_name = self._allowed.get(channel.topic)
        if type_name is None:
            raise InputError(
                f"clients may not publish {channel.topic[:200]!r}",
                f"allowed are {', '.join(self._allowed) or 'none'}",
            )
        if channel.type_name not in (type_name, type_name.replace("/msg/", "/")):
            raise InputError(
                f"{channel.topic} is no {channel.type_name[:200]!r}", f"publish it as {type_name}"
            )
        if channel.encoding != "cdr":
            raise InputError(
                f"{channel.topic}: encoding {channel.encoding[:40]!r} is not understood", "publish it as cdr"
            )
        with self._lock:
            self._channels[client_id, channel.channel_id] = channel.topic

    def close(self, client_id: int, channel_id: int) -> None:
        """Forgets a channel."""
        with self._lock:
            self._channels.pop((client_id, channel_id), None)

    def accept(self, client_id: int, channel_id: int, data: bytes) -> tuple[str, str]:
        """Topic and type under which a client's message is to be read. Raises InputError."""
        with self._lock:
            topic = self._channels.get((client_id, channel_id))
        if topic is None:
            raise InputError(
                f"client channel {channel_id} was not accepted", "advertise a topic of the list first"
            )
        if len(data) > self._max_bytes:
            raise InputError(
                f"{topic}: a message of {len(data)} bytes", f"send at most {self._max_bytes} bytes"
            )
        return topic, self._allowed[topic]
