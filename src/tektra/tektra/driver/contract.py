# SPDX-License-Identifier: Apache-2.0
"""What every driver back end must do, as tests that any package can run on its own. See docs/new_driver.md.

A package subclasses `DriverContract` in a test file, and gives it one fixture, `peer`: a robot to try it on, in a
process of its own: a simulator, a vendor's emulator, or a few lines that behave as the robot does. No test asks the
link whether the robot moves: the peer is asked, and times are counted on the peer's own clock. Needs pytest alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tektra.common.robot_wire import RobotHello, State
from tektra.driver.backends import Event, RobotLink
from tektra.driver.commands import Command, Motion, StandStill

PATIENCE_S = 20.0  # of the wall clock: how long anything may take before a test gives up
SEND_EVERY_S = 0.05  # as permits come
NOTICED_S = 0.5  # a peer that fell silent is noticed by then
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
        """time.monotonic()."""

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
        _check(moved_s <= limit_s, f"it moved after {moved_s:.2f} s, and {limit_s:.2f} s are allowed")

    def stays_standing(self, looks: int = 20) -> None:
        for _ in range(looks):
            self.poll()
            _check(not self.peer.look().moving, "it moved though nobody told it to")

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


class DriverContract:
    """Subclass it, and add a pytest fixture `peer` that yields a Peer, at rest."""

    def test_building_it_does_nothing(self, peer: Peer) -> None:
        link = peer.make()
        _check(not link.up, "it is up before connect()")
        _check(bool(link.fault), "it does not say why it is not up")
        _check(link.poll(peer.now_s()) == [], "it heard something before connect()")
        _check(not peer.look().moving, "the robot moved")

    def test_nothing_is_sent_before_the_robot_answered(self, peer: Peer) -> None:
        bench = Bench(peer)
        _check(not bench.send(peer.motion), "it says it sent a motion before connect()")
        bench.link.connect()
        _check(not bench.send(peer.motion), "it says it sent a motion before the robot answered")
        bench.stays_standing(5)
        bench.close()

    def test_the_robot_says_who_it_is_and_then_how_it_is(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.connect()
        bench.told()
        told = [event for event in bench.events if isinstance(event, RobotHello | State)]
        _check(isinstance(told[0], RobotHello), "a state came before the hello")
        hellos = [event for event in bench.events if isinstance(event, RobotHello)]
        named = [hello.capabilities for hello in hellos]
        _check(named == [peer.capabilities], f"not one hello with {peer.capabilities}")
        _check(bench.link.fault == "", f"it is up, but complains: {bench.link.fault}")
        bench.close()

    def test_states_come_at_ten_hertz_or_more(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.connect()
        began = peer.look()
        bench.events.clear()
        ended = bench.until(lambda look: look.t_s - began.t_s > 1.0)
        states = [event for event in bench.events if isinstance(event, State)]
        _check(len(states) >= 10.0 * (ended.t_s - began.t_s), f"{len(states)} states in a second")
        numbers = [state.seq for state in states]
        _check(numbers == sorted(set(numbers)), "their numbers do not count upwards")
        bench.close()

    def test_it_moves_while_it_is_told_to_and_says_so(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.connect()
        bench.moves()
        bench.told(_tells_motion, sending=peer.motion)
        bench.close()

    def test_a_halt_of_category_0_makes_it_stand(self, peer: Peer) -> None:
        self._halts(peer, 0)

    def test_a_halt_of_category_1_makes_it_stand(self, peer: Peer) -> None:
        self._halts(peer, 1)

    def test_it_moves_again_after_a_halt_only_when_told_anew(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.connect()
        bench.moves()
        bench.send(StandStill(1))
        bench.until(lambda look: not look.moving)
        bench.stays_standing()
        bench.moves()
        bench.close()

    def test_it_stands_when_the_ttl_runs_out_though_the_link_is_alive(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.connect()
        bench.stands_within(peer.motion.ttl_s + peer.halt_s + 0.05, bench.moves())
        _check(bench.link.up, "the link went down")
        bench.close()

    def test_it_stands_when_the_driver_lets_go_of_the_link(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.connect()
        bench.moves()
        bench.close()
        bench.stands_within(peer.motion.ttl_s + peer.halt_s, peer.look(), polling=False)

    def test_it_stands_when_the_driver_hangs(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.connect()
        bench.stands_within(peer.orphan_s, bench.moves(), polling=False)
        bench.close()

    def test_a_robot_that_falls_silent_is_noticed(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.connect()
        peer.hang()
        try:
            while bench.poll():
                pass  # what was under way
            silent_s = 0.0
            while bench.link.up and silent_s <= 2.0 * NOTICED_S:
                bench.skip(STEP_S)
                silent_s += STEP_S
                bench.poll()
            _check(not bench.link.up and silent_s <= NOTICED_S, f"up after {silent_s:.2f} s of silence")
            _check(bool(bench.link.fault), "it does not say why it is down")
        finally:
            peer.resume()
        bench.until(lambda _: bench.link.up)
        bench.close()

    def test_a_robot_that_dies_and_comes_back_is_found_and_does_nothing_of_itself(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.connect()
        bench.moves()
        peer.kill()
        end_s = peer.now_s() + PATIENCE_S
        while bench.link.up and peer.now_s() < end_s:
            bench.poll()
        _check(not bench.link.up, "it is up without a robot")
        _check(not bench.send(peer.motion), "it says it sent a motion to a robot that is not there")
        peer.restart()
        bench.until(lambda _: bench.link.up)
        bench.stays_standing()
        bench.moves()
        bench.close()

    def test_connect_and_close_may_be_called_twice(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.link.connect()
        bench.connect()
        bench.close()
        bench.close()
        _check(bench.poll() == [] and not bench.link.up, "it lives on after close()")
        _check(not bench.send(peer.motion), "it says it sent a motion after close()")
        bench.connect()
        bench.moves()
        bench.close()

    def _halts(self, peer: Peer, category: int) -> None:
        bench = Bench(peer)
        bench.connect()
        bench.moves()
        _check(bench.send(StandStill(category)), "the halt was not written")
        # Counted from the first moment after it: a loaded machine may hold the test up before.
        bench.stands_within(peer.halt_s, peer.look())
        _check(bench.link.up, "the link went down")
        bench.close()


def _tells_motion(state: State) -> bool:
    return any(abs(rate) > 0.02 for rate in (*state.twist, *state.joints.velocities))


def _check(holds: bool, otherwise: str) -> None:
    """pytest rewrites no assertions here: the message says what went wrong."""
    if not holds:
        raise AssertionError(otherwise)
