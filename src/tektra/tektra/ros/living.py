# SPDX-License-Identifier: Apache-2.0
"""Who of those that the graph names is still there.

The graph keeps a killed process until its lease ends (config/fastdds.xml). Where it ran on this host, and in this container, the
kernel knows better: Fast DDS names a participant by host, process and chance (its GUID: two bytes of the vendor, two of the host, the
lower two of the process's number, the rest), and its process holds Fast DDS's shared memory. What is not known to have ended counts
as there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import rclpy

from tektra.ros.lateness import boot_s

FAST_DDS = "rmw_fastrtps"
#: A participant's part of an endpoint's identity; of that, whose implementation it is, and where the process's number stands.
PARTICIPANT, VENDOR, NUMBER = slice(0, 12), b"\x01\x0f", slice(4, 6)
NUMBERS = 1 << 16
#: What a process that takes part has mapped.
MAPPED = "/fastdds_"
EACH_NODES = "/parameter_events"
#: For so long an answer is kept: who looks at ten topics asks once.
KEPT_S = 0.05
#: How often a single speaker is looked at: once while it lives is enough.
LOOK_S = 5.0
#: So many are remembered; who left the graph is not asked for again.
MOST = 4096

#: A process's number and when it began: the number alone may be another's later.
Process = tuple[int, str]


class Processes:
    """Tells who of the participants that it saw alive has ended. Any thread. `root`: where the kernel tells of processes."""

    def __init__(self, root: Path = Path("/proc"), clock: Callable[[], float] = boot_s) -> None:
        self._root, self._clock = root, clock
        self._known: dict[bytes, tuple[Process, ...]] = {}
        self._ended: set[bytes] = set()
        self._looked: dict[bytes, float] = {}
        self._lock = threading.Lock()

    def ended(self, endpoint: bytes) -> bool:
        """Whether the process of an endpoint (its GUID, 16 or more bytes) ran here when it was asked for before, and runs no more."""
        who = bytes(endpoint)[PARTICIPANT]
        if not who.startswith(VENDOR):
            return False
        with self._lock:
            now_s = self._clock()
            if who not in self._ended and now_s - self._looked.get(who, float("-inf")) >= KEPT_S:
                self._look(who)
                self._looked[who] = now_s
            return who in self._ended

    def _look(self, who: bytes) -> None:
        if who not in self._known:
            if len(self._known) >= MOST:
                self._known, self._ended, self._looked = {}, set(), {}
            self._known[who] = self._find(int.from_bytes(who[NUMBER], "little"))
        elif self._known[who] and not any(self._began(pid) == began for pid, began in self._known[who]):
            self._ended.add(who)

    def _find(self, number: int) -> tuple[Process, ...]:
        """The processes that take part and whose number ends so."""
        try:
            last = int((self._root / "sys/kernel/pid_max").read_text())
        except (OSError, ValueError):
            last = NUMBERS
        pids = range(number, max(last, number) + 1, NUMBERS)
        return tuple((pid, began) for pid in pids if self.takes_part(pid) and (began := self._began(pid)))

    def takes_part(self, pid: int) -> bool:
        with suppress(OSError):
            return MAPPED in (self._root / str(pid) / "maps").read_text(errors="replace")
        return False

    def _began(self, pid: int) -> str:
        """When it began, as the kernel counts; empty for one that runs no more."""
        with suppress(OSError):
            fields = (self._root / str(pid) / "stat").read_text().rpartition(")")[2].split()
            if len(fields) > 19 and fields[0] not in "ZX":
                return fields[19]
        return ""


_PROCESSES = Processes()


def is_fast_dds() -> bool:
    """Whether that is the middleware: what is here told of names and identities holds of no other."""
    return rclpy.get_rmw_implementation_identifier().startswith(FAST_DDS)


def takes_part(pid: int) -> bool:
    """Whether a process of this host is in the graph; with another middleware nobody can tell, and it is taken for one."""
    return not is_fast_dds() or _PROCESSES.takes_part(pid)


def replies_topic(service: str) -> str:
    """The topic of a service's replies, by its full name, as Fast DDS carries them."""
    return f"rr{service}Reply"


def full_name(info: Any) -> str:
    """Of the node that an endpoint belongs to."""
    return f"{info.node_namespace.rstrip('/')}/{info.node_name}"


def _has_ended(info: Any) -> bool:
    return is_fast_dds() and _PROCESSES.ended(bytes(info.endpoint_gid))


def living(node: Any, topic: str, *, no_mangle: bool = False) -> list[Any]:
    """As node.get_publishers_info_by_topic, without those whose process has ended. Who will be asked for again is asked for in time:
    one that ended before the first look is not known to have."""
    found = node.get_publishers_info_by_topic(topic, no_mangle=no_mangle)
    return [info for info in found if not _has_ended(info)]


def count_living(node: Any, topic: str) -> int:
    """As node.count_publishers, so."""
    return len(living(node, topic))


class Speakers:
    """How many living publishers a topic has, for who asks at each message: a single one is only looked at now and then, so that it
    is known when it has ended and its successor comes. One thread."""

    def __init__(self, node: Any, clock: Callable[[], float] = boot_s) -> None:
        self._node, self._clock = node, clock
        self._due_s: dict[str, float] = {}

    def count(self, topic: str) -> int:
        now_s, count = self._clock(), int(self._node.count_publishers(topic))
        if count <= 1 and now_s < self._due_s.get(topic, float("-inf")):
            return count
        self._due_s[topic] = now_s + LOOK_S
        return max(min(count, 1), count_living(self._node, topic))


def ended_nodes(node: Any) -> set[str]:
    """The full names of nodes that the graph still has and whose process has ended. Each node publishes /parameter_events."""
    names: dict[bool, set[str]] = {True: set(), False: set()}
    for info in node.get_publishers_info_by_topic(EACH_NODES):
        names[_has_ended(info)].add(full_name(info))
    return names[True] - names[False]


def is_served(node: Any, service: str) -> bool:
    """Whether anybody living answers a service, by its full name. With another middleware the client alone knows."""
    return not is_fast_dds() or bool(living(node, replies_topic(service), no_mangle=True))
