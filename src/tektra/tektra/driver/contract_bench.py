# SPDX-License-Identifier: Apache-2.0
"""A driver's link on the bench with its robot, for the tests of contract.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tektra.common.robot_wire import State
from tektra.driver.backends import Event, RobotLink
from tektra.driver.commands import Command, Motion

PATIENCE_S = 20.0  # of the wall clock: how long anything may take before a test gives up
SEND_EVERY_S = 0.05  # as permits come
STEP_S = 0.02  # a driver polls at 50 Hz
SEEN_S = 0.1  # moments of a peer that are further apart than this were not all seen


@dataclass(frozen=True)
class Look:
    """The peer at one moment of its own clock, by its own measure: wheels, joints or fingers."""

    t_s: float
    moving: bool


class Peer(Protocol):
    """The robot, and how a test treats it.

    `motion`: what it can do for some seconds, with a ttl_s of 0.15 or so. `halt_s`: how long it takes to stand from
    full speed; `orphan_s`: the same when its driver says nothing more. `capabilities`: what it says it is able to do.
    """

    motion: Motion
    halt_s: float
    orphan_s: float
    capabilities: tuple[str, ...]

    def make(self) -> RobotLink:
        """A new link to it, not connected."""

    def now_s(self) -> float:
        """A clock that never steps, s."""

    def look(self) -> Look:
        """Its next moment; waits for it, some 20 ms, and does what the link needs besides (spins a node, say)."""

    def hang(self) -> None:
        """SIGSTOP: it is there, and says nothing more."""

    def resume(self) -> None:
        """SIGCONT."""

    def kill(self) -> None:
        """SIGKILL."""

    def restart(self) -> None:
        """The same robot at the same address, after `kill`."""


class Bench:
    """A link and its peer; every wait polls the link as a driver's loop does, unless told not to."""

    def __init__(self, peer: Peer) -> None:
        self.peer, self.link = peer, peer.make()
        self.events: list[Event] = []
        self._ahead_s = 0.0  # of the link's clock

    def now_s(self) -> float:
        return self.peer.now_s() + self._ahead_s

    def poll(self) -> list[Event]:
        came = self.link.poll(self.now_s())
        self.events += came
        return came

    def send(self, command: Command) -> bool:
        return self.link.send(command, self.now_s())

    def skip(self, seconds: float) -> None:
        """For the link, so much time has passed."""
        self._ahead_s += seconds

    def until(
        self, condition: Callable[[Look], bool], *, sending: Command | None = None, polling: bool = True
    ) -> Look:
        """Waits for the condition, sending the command at 20 Hz meanwhile; the peer's moment when it held."""
        end, next_s = self.peer.now_s() + PATIENCE_S, 0.0
        while self.peer.now_s() < end:
            if polling:
                self.poll()
            if sending is not None and self.peer.now_s() >= next_s:
                self.send(sending)
                next_s = self.peer.now_s() + SEND_EVERY_S
            look = self.peer.look()
            if condition(look):
                return look
        raise AssertionError(f"never came true; the link says: {self.link.fault or 'up'}")

    def connect(self) -> None:
        self.link.connect()
        self.until(lambda _: self.link.up)

    def moves(self) -> Look:
        """Has it move for some moments on end, as told; the last of them."""
        seen = 0

        def steadily(look: Look) -> bool:
            nonlocal seen
            seen = seen + 1 if look.moving else 0
            return seen >= 10

        return self.until(steadily, sending=self.peer.motion)

    def stands_within(self, limit_s: float, began: Look, *, polling: bool = True) -> None:
        """It is not seen to move any later. What a loaded machine let nobody see, or held up the peer, is not counted."""
        last, moved_s, unseen_s = began, 0.0, 0.0

        def stands(look: Look) -> bool:
            nonlocal last, moved_s, unseen_s
            unseen_s += max(look.t_s - last.t_s - SEEN_S, 0.0)
            last = look
            moved_s = look.t_s - began.t_s - unseen_s if look.moving else moved_s
            return not look.moving

        self.until(stands, polling=polling)
        check(moved_s <= limit_s, f"it moved after {moved_s:.2f} s, and {limit_s:.2f} s are allowed")

    def stays_standing(self, looks: int = 20) -> None:
        for _ in range(looks):
            self.poll()
            check(not self.peer.look().moving, "it moved though nobody told it to")

    def told(
        self, condition: Callable[[State], bool] = lambda _: True, *, sending: Command | None = None
    ) -> State:
        """Waits until the robot's newest state is such a one; that state."""
        self.until(lambda _: (told := self.newest()) is not None and condition(told), sending=sending)
        newest = self.newest()
        assert newest is not None
        return newest

    def newest(self) -> State | None:
        return next((event for event in reversed(self.events) if isinstance(event, State)), None)

    def close(self) -> None:
        self.link.close()


def check(holds: bool, otherwise: str) -> None:
    """pytest rewrites no assertions here: the message says what went wrong."""
    if not holds:
        raise AssertionError(otherwise)
