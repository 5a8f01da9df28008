# SPDX-License-Identifier: Apache-2.0
"""The stop that latches (after ISO 13850: a stop overrides everything, and its reset starts no motion)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tektra.common.errors import InputError

#: The gate has not yet found itself healthy. Clears by itself, unlike every other cause.
START_UP = "start_up"
#: Somebody said stop: `topic` is anyone who did not say more.
OPERATOR, TOPIC, VOICE, BRIDGE, DRIVER = "operator", "topic", "voice", "bridge", "driver"
#: Something was found out. While it holds, a reset is refused.
ZONE, HEARTBEAT, COLLISION, SENSOR, RIVAL = "zone", "heartbeat", "collision", "sensor", "rival_gate"
#: What a StopRequest may name; another cause counts as `topic`.
REQUESTED = frozenset({OPERATOR, VOICE, BRIDGE, HEARTBEAT, COLLISION, SENSOR})
#: No driver has seen more stops than this: a larger epoch is garbage, unless the gate itself has come so far.
EPOCH_MAX = 2**62
#: The gate's own counter, which may have been led up to EPOCH_MAX by a lie, grows on from there, one at a time.
COUNTER_MAX = 2**63


@dataclass(frozen=True)
class LatchState:
    """What survives a restart of the gate: the newest epoch, and the causes of all and of single robots."""

    epoch: int
    causes: frozenset[str]
    robots: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass
class _Alone:
    """The stop of one robot alone."""

    epoch: int = 0
    causes: set[str] = field(default_factory=set)


class Latch:
    """Causes of stops, and the epochs that make void whatever was asked for before a stop or reset.

    One counter grows at every stop and at every reset. `epoch` is its value at the newest stop or reset of all;
    a robot's own, `epoch_of`, at the newest that concerned it, of all or of it alone. So a stop of one robot voids
    its requests and permits, and nobody else's. The counter begins above the one that was kept, so that it grows
    over restarts too. One thread uses it.
    """

    def __init__(self, kept: LatchState | None = None) -> None:
        before = kept or LatchState(epoch=0, causes=frozenset())
        self.epoch = self._newest = before.epoch + 1
        self.causes: set[str] = {START_UP} | set(before.causes)
        self._alone = {robot: _Alone(0, set(causes)) for robot, causes in before.robots.items()}

    @property
    def stopped(self) -> bool:
        """All are stopped."""
        return bool(self.causes)

    @property
    def alone(self) -> Mapping[str, frozenset[str]]:
        """The robots that are stopped alone, whatever holds for all, and why."""
        return {robot: frozenset(own.causes) for robot, own in self._alone.items() if own.causes}

    def told(self) -> str:
        """All causes but that of having just started, in words."""
        alone = [f"{robot}: {', '.join(sorted(why))}" for robot, why in sorted(self.alone.items())]
        return ", ".join(sorted(self.causes - {START_UP}) + alone) or "none"

    def causes_of(self, robot: str) -> frozenset[str]:
        """Why this robot alone is stopped; empty when it is not."""
        return frozenset(self._alone[robot].causes) if robot in self._alone else frozenset()

    def own_epoch(self, robot: str) -> int:
        """The epoch of the newest stop or reset of this robot alone; 0 without one."""
        return self._alone[robot].epoch if robot in self._alone else 0

    def epoch_of(self, robot: str) -> int:
        """The epoch that requests and permits of this robot must carry."""
        return max(self.epoch, self.own_epoch(robot))

    def stop(self, cause: str, robot: str = "") -> bool:
        """Latches a cause, for all or for one robot. True when it did not hold yet."""
        causes = self._alone.setdefault(robot, _Alone()).causes if robot else self.causes
        new = cause not in causes
        if new:  # also one that joins others: a reset that names the epoch before it does not mean it
            self._grow(robot)
        causes.add(cause)
        return new

    def outgrow(self, epoch: int, robot: str) -> None:
        """Takes an epoch that a robot's driver has seen, and goes beyond it: it never meets an old epoch again."""
        if self.epoch_of(robot) < epoch <= EPOCH_MAX:
            self._newest = max(self._newest, epoch)
            self._grow(robot)

    def void(self, robot: str) -> None:
        """Whatever was asked of this robot before is void, though it is not stopped: it left, and may come back."""
        self._grow(robot)

    def started(self) -> bool:
        """The first healthy check: clears the start-up cause alone. True when that released the latch."""
        if START_UP not in self.causes:
            return False
        self.causes.discard(START_UP)
        self._grow()
        return not self.stopped

    def reset(self, robot: str = "") -> None:
        """Clears the causes of all, or of one robot alone. Raises InputError when there are none, or it is too early."""
        if robot:
            if not self.causes_of(robot):
                raise InputError(f"{robot} is not stopped alone", "a reset is needed only after a stop")
            self._alone[robot].causes.clear()
            self._grow(robot)
            return
        if not self.stopped:
            raise InputError("nothing is stopped", "a reset is needed only after a stop")
        if START_UP in self.causes:
            raise InputError(
                "the safety gate has not finished its first check", "wait a moment, then reset again"
            )
        self.causes.clear()
        self._grow()

    def kept(self) -> LatchState:
        """What to keep for the next start."""
        return LatchState(self._newest, frozenset(self.causes - {START_UP}), self.alone)

    def _grow(self, robot: str = "") -> None:
        self._newest += 1
        if robot:
            self._alone.setdefault(robot, _Alone()).epoch = self._newest
        else:
            self.epoch = self._newest
