# SPDX-License-Identifier: Apache-2.0
"""Records topics into an MCAP file: which ones, and when the file is brought up to date."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tektra.bridge.catalogue import Catalogue, Changes, is_hidden
from tektra.bridge.schemas import Schemas

RAW_IMAGE = "sensor_msgs/msg/Image"
#: How much a killed recording loses at most, in s.
FLUSH_S = 1.0
#: Key under which rosbag2 keeps the QoS of a topic's publishers, so that `ros2 bag play` offers the same.
QOS_KEY = "offered_qos_profiles"


class File(Protocol):
    """What a recording is written to."""

    def write(
        self, topic: str, type_name: str, schema: str, metadata: dict[str, str], data: bytes, stamp_ns: int
    ) -> None:
        """Adds a message."""

    def flush(self) -> None:
        """Everything up to here survives the end of the process."""


@dataclass(frozen=True)
class Qos:
    """What a publisher offers, in the words of rosbag2's metadata."""

    reliable: bool
    transient_local: bool

    def yaml(self) -> str:
        """One entry of the list that rosbag2 reads."""
        return (
            "- history: keep_last\n  depth: 10\n"
            f"  reliability: {'reliable' if self.reliable else 'best_effort'}\n"
            f"  durability: {'transient_local' if self.transient_local else 'volatile'}\n"
            "  deadline: {sec: 9223372036, nsec: 854775807}\n  lifespan: {sec: 9223372036, nsec: 854775807}\n"
            "  liveliness: automatic\n  liveliness_lease_duration: {sec: 9223372036, nsec: 854775807}\n"
            "  avoid_ros_namespace_conventions: false\n"
        )


class Recorder:
    """Takes the graph and its messages, writes what is wanted. For one thread; times are given by the caller.

    `topics` empty means all. Hidden topics (of actions, say) are left out unless they are named.
    `offered(topic)` tells what the topic's publishers offer; it is asked once a topic, at its first message.
    """

    def __init__(
        self,
        file: File,
        schemas: Schemas,
        offered: Callable[[str], Sequence[Qos]],
        *,
        topics: Collection[str] = (),
        raw_images: bool = True,
    ) -> None:
        self.counts: dict[str, int] = {}
        self._file = file
        self._schemas = schemas
        self._offered = offered
        self._topics = frozenset(topics)
        self._raw_images = raw_images
        self._catalogue = Catalogue(self._wants, schemas.message)
        self._flushed_s: float | None = None

    @property
    def skipped(self) -> dict[str, str]:
        """Topics that cannot be recorded, and why."""
        return self._catalogue.skipped

    @property
    def missing(self) -> list[str]:
        """Topics that were asked for by name and said nothing yet."""
        return sorted(self._topics - self.counts.keys())

    def look(self, graph: Mapping[str, Sequence[str]]) -> Changes:
        """Takes the topics of the graph; tells which to subscribe from now on, and which no more."""
        wanted = {name: types for name, types in graph.items() if self._raw_images or RAW_IMAGE not in types}
        return self._catalogue.update(wanted)

    def message(self, topic: str, data: bytes, stamp_ns: int) -> None:
        """Writes a message, received at `stamp_ns` (ns since the epoch). Raises BackendError when the disk is
        full."""
        offer = self._catalogue.offered.get(topic)
        if offer is None:
            return
        metadata = {}
        if topic not in self.counts:
            metadata[QOS_KEY] = "".join(qos.yaml() for qos in self._offered(topic))
        self._file.write(
            topic, offer.type_name, self._schemas.message(offer.type_name), metadata, data, stamp_ns
        )
        self.counts[topic] = self.counts.get(topic, 0) + 1

    def tick(self, now_s: float) -> None:
        """To be called a few times a second: brings the file up to date once a second. Raises
        BackendError."""
        if self._flushed_s is None or now_s - self._flushed_s >= FLUSH_S:
            self._flushed_s = now_s
            self._file.flush()

    def _wants(self, name: str) -> bool:
        return name in self._topics if self._topics else not is_hidden(name)
