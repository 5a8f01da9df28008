# SPDX-License-Identifier: Apache-2.0
"""What clients may publish, and under which type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from tektra.common.errors import InputError

#: Open channels of all clients together, beyond which none is opened.
MAX_CHANNELS = 1000


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
        self._channels: dict[tuple[int, int], str | InputError] = {}
        self._lock = Lock()

    def open(self, client_id: int, channel: ClientChannel) -> None:
        """A client announces a channel. One that is not on the list is no error yet: dashboards announce all
        that their panels could ever publish. Its messages are refused, each with the reason."""
        with self._lock:
            if len(self._channels) < MAX_CHANNELS:
                self._channels[client_id, channel.channel_id] = self._judge(channel)

    def close(self, client_id: int, channel_id: int) -> None:
        """Forgets a channel."""
        with self._lock:
            self._channels.pop((client_id, channel_id), None)

    def accept(self, client_id: int, channel_id: int, data: bytes) -> tuple[str, str]:
        """Topic and type under which a client's message is to be read. Raises InputError."""
        with self._lock:
            topic = self._channels.get((client_id, channel_id))
        if topic is None:
            raise InputError(f"client channel {channel_id} is not open", "advertise its topic first")
        if isinstance(topic, InputError):
            raise topic
        if len(data) > self._max_bytes:
            raise InputError(
                f"{topic}: a message of {len(data)} bytes", f"send at most {self._max_bytes} bytes"
            )
        return topic, self._allowed[topic]

    def _judge(self, channel: ClientChannel) -> str | InputError:
        """The topic of a channel, or why it is refused."""
        type_name = self._allowed.get(channel.topic)
        if type_name is None:
            allowed = ", ".join(self._allowed) or "none"
            return InputError(f"clients may not publish {channel.topic[:200]!r}", f"allowed are {allowed}")
        if channel.type_name not in (type_name, type_name.replace("/msg/", "/")):
            return InputError(
                f"{channel.topic} is no {channel.type_name[:200]!r}", f"publish it as {type_name}"
            )
        if channel.encoding != "cdr":
            return InputError(f"{channel.topic}: encoding {channel.encoding[:40]!r}", "publish it as cdr")
        return channel.topic
