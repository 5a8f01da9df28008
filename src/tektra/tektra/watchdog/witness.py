# SPDX-License-Identifier: Apache-2.0
"""Who gives signs of life, and who is deaf: a plain class, time is passed in.

Everybody is asked every few seconds under a new number, and answers with it: so it hears, and is heard. While nobody at all
answers, the fault is the witness's own, and nobody is deaf. (A second participant in its own process would prove nothing: Fast
DDS hands messages over within a process, past all that may hang.)
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from tektra.common.lateness import LEASE_S
from tektra.watchdog.newcomer import Newcomer
from tektra.watchdog.one_sided import OneSided, Reason

ONE_SIDED = "messages between them are lost"
ONLY_KNOWN = "it is deaf to whoever came later"
#: A question is remembered for so many that follow; an older answer was on its way for too long.
REMEMBERED = 8
#: After this share of the time in which a silent one counts as deaf, another ear listens for it.
MISSED_SHARE = 2.2
#: After this share of it a witness that hears nobody at all takes itself for the deaf one.
HEARS_SHARE = 1.75
#: Whom the first participant has not heard for so long, while the second hears it, it has lost for good: discovery takes a few seconds.
LOST_S = 20.0
#: A process that was started may take so long until its first sign.
START_S = 120.0


#: A process whose node has done nothing for so long while it starts, or loads something, hangs.
LOADS_S = 180.0
#: One that is stopped (SIGSTOP) and silent for so long is not asked by anybody else first: it is certain, and to make another participant
#: beside it takes seconds.
STOPPED_S = 3.0
#: So long may one that starts wait for a processor: ended it would begin anew, and take as long again.
STARVED_MAX_S = 900.0
#: By thread, waited for a processor: when first looked, and now.
Waits = tuple[Mapping[int, float], Mapping[int, float]]


@dataclass(frozen=True)
class Sign:
    """An answer: which nodes the process runs, where, and how long they have done nothing. `starting`: they load what they need,
    and a library may hold the whole interpreter meanwhile."""

    nodes: tuple[str, ...]
    host: str
    pid: int
    number: int
    idle_s: float = 0.0
    starting: bool = False
    #: A mark of the process on the graph, and those of all that it has found there; none where it does not tell.
    mark: str = ""
    found: frozenset[str] = frozenset()


@dataclass
class Watched:
    """A process, by its newest sign."""

    sign: Sign
    heard_s: float
    asked: list[int] = field(default_factory=list)  # questions since then
    #: By thread, waited for a processor: when first looked since then, and now.
    cpu_waits_s: Waits | None = None
    #: The same since its node does nothing.
    idle_waits_s: Waits | None = None
    #: Since when it is seen to be stopped.
    stopped_s: float | None = None

    @property
    def starved_s(self) -> float:
        """Of its silence, how long that of its threads that waited longest wanted to run and got no processor."""
        return max(_longer(self.cpu_waits_s).values(), default=0.0)

    def excused_s(self, starved_s: float) -> float:
        """How much longer it may take for that."""
        return min(starved_s, STARVED_MAX_S if self.sign.starting else START_S)

    @property
    def idle_starved_s(self) -> float:
        """Of the time in which its node has done nothing, how long its own thread got no processor; while it loads, any thread."""
        waits_s = _longer(self.idle_waits_s)
        return max(waits_s.values(), default=0.0) if self.sign.starting else waits_s.get(self.sign.pid, 0.0)


class Witness:
    """`ask` gives the number of the next question, `heard` takes an answer, `deaf` tells who must be ended. One thread."""

    def __init__(self, *, host: str, pid: int, deaf_s: float, stuck_s: float) -> None:
        """`pid`: its own process, whose answers prove nothing."""
        self._host, self._pid = host, pid
        self._deaf_s, self._stuck_s = deaf_s, stuck_s
        self._number = 0
        self._watched: dict[tuple[str, int], Watched] = {}
        self._one_sided = OneSided()
        self.newcomer = Newcomer()  # the second participant
        self._since_s = float("-inf")  # silence before this says nothing: it was our own
        self._first_s = float("nan")  # the newest answer to its own participant
        #: The same, of each process of this host; of one that only the second found, since when.
        self._first_of: dict[int, float] = {}

    def ask(self) -> int:
        self._number += 1
        for watched in self._watched.values():
            watched.asked.append(self._number)
        return self._number

    def heard(self, sign: Sign, now_s: float, *, by_second: bool = False) -> None:
        """An answer. One to a question that was never asked, or long ago, proves nothing. `by_second`: it came to the second
        participant, and says nothing of the first. A number below zero is the question of the second."""
        own = (sign.host, sign.pid) == (self._host, self._pid)
        if not own and self._number - REMEMBERED < abs(sign.number) <= self._number:
            if sign.host == self._host:
                self.newcomer.answered(sign.pid, now_s, newcomer=sign.number < 0)
            if not by_second:
                self._first_s = now_s
                if sign.host == self._host:
                    self._first_of[sign.pid] = now_s
            elif sign.host == self._host:
                self._first_of.setdefault(sign.pid, now_s)  # from now on the first has time to find it
            before = self._watched.get((sign.host, sign.pid))
            self._watched[sign.host, sign.pid] = new = Watched(sign, now_s)
            if sign.host == self._host:
                self._one_sided.heard(sign.pid, sign.mark, sign.found, now_s, starting=sign.starting)
            if before is not None and 0.0 < before.sign.idle_s <= sign.idle_s:
                new.idle_waits_s = before.idle_waits_s

    def expect(self, nodes: tuple[str, ...], pid: int, now_s: float) -> None:
        """A process of this host that there should be; one that was never heard counts as silent once it had time to start."""
        if pid and pid != self._pid and (self._host, pid) not in self._watched:
            unheard = Sign(nodes, self._host, pid, 0)
            self._watched[self._host, pid] = Watched(unheard, now_s + START_S - self._deaf_s)

    def forgive(self, now_s: float, gap_s: float) -> None:
        """The witness itself did not look for `gap_s`, which counts as nobody's silence; after a long one, for which others may have lost
        it, nor does what was before."""
        if gap_s > LEASE_S:
            self._since_s = now_s
        else:
            self._first_s = min(now_s, self._first_s + gap_s)
            self._first_of = {pid: min(now_s, at_s + gap_s) for pid, at_s in self._first_of.items()}
            for watched in self._watched.values():
                watched.heard_s = max(watched.heard_s, min(now_s, watched.heard_s + gap_s))
        self._one_sided.forgive(now_s, gap_s)
        self.newcomer.forgive(now_s, gap_s)

    def hears(self, now_s: float) -> bool:
        """Whether its own participant hears anybody; true where nobody was heard yet, and where nobody is left to be heard."""
        if math.isnan(self._first_s) or not any(watched.sign.number for watched in self._watched.values()):
            return True
        return now_s - max(self._first_s, self._since_s) <= self._deaf_s / HEARS_SHARE

    def is_missed(self, now_s: float) -> bool:
        """Somebody here who was heard before has missed two questions, or was never heard though it had half its time to start, and may
        only be lost between the two of us. One that starts is silent while it loads, and is given time in any case."""
        return any(
            host == self._host
            and not watched.sign.starting
            and now_s - max(watched.heard_s, self._since_s)
            > (self._deaf_s / MISSED_SHARE if watched.sign.number else self._deaf_s - START_S / 2.0)
            for (host, _), watched in self._watched.items()
        )

    def lost(self, now_s: float) -> tuple[str, ...]:
        """The nodes of a process of this host that the first participant hears no more, or never found, though the second hears it: of the two
        it is the witness that is to begin anew, since that costs least. Whoever asks it how all stands would be told that they are gone."""
        for (host, pid), watched in self._watched.items():
            first_s = self._first_of.get(pid)
            if host != self._host or first_s is None or watched.sign.starting:
                continue
            if watched.heard_s - max(first_s, self._since_s) > LOST_S and self.hears(now_s):
                return watched.sign.nodes
        return ()

    def suspects(self, now_s: float) -> list[int]:
        """Processes of this host that missed a question, or whose node does nothing: call `waited` for them before `deaf`."""
        return [
            pid
            for (host, pid), watched in self._watched.items()
            if host == self._host
            and (
                max(now_s - watched.heard_s, watched.sign.idle_s) > min(self._deaf_s, self._stuck_s) / 3.0
                or pid in self._one_sided.suspects
            )
        ]

    def waited(self, pid: int, waits_s: Mapping[int, float]) -> None:
        """How long each thread of that process has waited for a processor since it began. On a machine with too much to do a
        process is late and not deaf: such time does not count as silence.
        """
        watched = self._watched.get((self._host, pid))
        if watched is not None:
            watched.cpu_waits_s = (watched.cpu_waits_s or (waits_s, {}))[0], waits_s
            self._one_sided.waited(pid, waits_s)
            watched.idle_waits_s = (watched.idle_waits_s or (waits_s, {}))[0], waits_s

    def stopped(self, pid: int, now_s: float, *, is_so: bool) -> None:
        """Whether the system has stopped that process, as it is seen now."""
        watched = self._watched.get((self._host, pid))
        if watched is not None:
            before_s = now_s if watched.stopped_s is None else watched.stopped_s
            watched.stopped_s = before_s if is_so else None

    def gone(self, pid: int) -> None:
        """A process of this host has ended."""
        self._watched.pop((self._host, pid), None)
        self._first_of.pop(pid, None)
        self._one_sided.gone(pid)
        self.newcomer.gone(pid)

    def silent_s(self, now_s: float) -> dict[str, float]:
        """By node, how long its process has given no sign."""
        return {
            node: now_s - watched.heard_s
            for watched in self._watched.values()
            if watched.sign.number
            for node in watched.sign.nodes
        }

    def deaf(self, now_s: float, lost_ports: Mapping[int, str] | None = None) -> list[tuple[Sign, str]]:
        """The processes of this host that are to be ended, each once, and why. `lost_ports`: by process, a port of shared memory that it
        has lost, or nothing. None for another reason while the witness itself hears nothing."""
        found = self._without_port(lost_ports or {})
        if self.hears(now_s):
            found += self._silent(now_s)
            told = {pid: self._told_of(reason) for pid, reason in self._one_sided.to_end(now_s).items()}
            for pid, for_s in self.newcomer.deaf(now_s).items():
                told[pid] = f"has not heard a newcomer for {for_s:.0f} s: {ONLY_KNOWN}"
            found += [(sign, told[sign.pid]) for sign in self.signs if sign.pid in told and not sign.starting]
        ended: dict[int, tuple[Sign, str]] = {}
        for sign, why in found:
            ended.setdefault(sign.pid, (sign, why))
        return list(ended.values())

    def _without_port(self, lost_ports: Mapping[int, str]) -> list[tuple[Sign, str]]:
        """Who hears nobody that comes later."""
        return [
            (sign, f"has lost port {port} of shared memory: {ONLY_KNOWN}")
            for sign in self.signs
            if (port := lost_ports.get(sign.pid))
        ]

    def _silent(self, now_s: float) -> list[tuple[Sign, str]]:
        """Who gives no sign, or whose node does nothing."""
        found = []
        for (host, _), watched in self._watched.items():
            if host != self._host:
                continue
            silent_s = now_s - max(watched.heard_s, self._since_s)
            limit_s = START_S if watched.sign.starting else self._deaf_s
            limit_s += watched.excused_s(watched.starved_s)
            if watched.stopped_s is not None and now_s - max(watched.stopped_s, self._since_s) > STOPPED_S:
                found.append((watched.sign, f"gave no sign for {silent_s:.0f} s: it is stopped (SIGSTOP)"))
            elif silent_s > limit_s and len(watched.asked) >= 3:
                found.append((watched.sign, f"gave no sign for {silent_s:.0f} s: it is deaf, mute or hangs"))
            elif watched.sign.idle_s > self._stuck_limit_s(watched):
                found.append((watched.sign, f"has done nothing for {watched.sign.idle_s:.0f} s: it hangs"))
        return found

    def _told_of(self, reason: Reason) -> str:
        parts = [
            f"{words} {', '.join(node for pid in pids for node in self._nodes_of(pid))}"
            for words, pids in (("has not found", reason.misses), ("is not found by", reason.missed_by))
            if pids
        ]
        starved = f", {reason.starved_s:.0f} s of it without a processor" if reason.starved_s >= 0.5 else ""
        return f"{' and '.join(parts)} for {reason.for_s:.0f} s{starved}: {ONE_SIDED}"

    def _nodes_of(self, pid: int) -> tuple[str, ...]:
        watched = self._watched.get((self._host, pid))
        return watched.sign.nodes if watched is not None else ()

    def _stuck_limit_s(self, watched: Watched) -> float:
        limit_s = max(LOADS_S, self._stuck_s) if watched.sign.starting else self._stuck_s
        return limit_s + watched.excused_s(watched.idle_starved_s)

    @property
    def pids(self) -> list[int]:
        """Processes of this host."""
        return [pid for host, pid in self._watched if host == self._host]

    @property
    def signs(self) -> list[Sign]:
        """The newest of each of them that was heard."""
        return [
            known.sign
            for (host, _), known in self._watched.items()
            if host == self._host and known.sign.number
        ]


def _longer(waits_s: Waits | None) -> dict[int, float]:
    """By thread, how much longer it has waited than when it was first looked at."""
    first, now = waits_s or ({}, {})
    return {thread: waited_s - first.get(thread, 0.0) for thread, waited_s in now.items()}
