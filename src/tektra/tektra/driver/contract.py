# SPDX-License-Identifier: Apache-2.0
"""What every driver back end must do, as tests that any package can run on its own. See docs/new_driver.md.

A package subclasses `DriverContract` in a test file, and gives it one fixture, `peer`: a robot to try it on, in a
process of its own: a simulator, a vendor's emulator, or a few lines that behave as the robot does. No test asks the
link whether the robot moves: the peer is asked, and times are counted on the peer's own clock. Needs pytest alone.
"""

from __future__ import annotations

from tektra.common.robot_wire import RobotHello, State
from tektra.driver.commands import StandStill
from tektra.driver.contract_bench import PATIENCE_S, STEP_S, Bench, Look, Peer, check

__all__ = ["Bench", "DriverContract", "Look", "Peer"]

NOTICED_S = 0.5  # a peer that fell silent is noticed by then


class DriverContract:
    """Subclass it, and add a pytest fixture `peer` that yields a Peer, at rest."""

    def test_building_it_does_nothing(self, peer: Peer) -> None:
        link = peer.make()
        check(not link.up, "it is up before connect()")
        check(bool(link.fault), "it does not say why it is not up")
        check(link.poll(peer.now_s()) == [], "it heard something before connect()")
        check(not peer.look().moving, "the robot moved")

    def test_nothing_is_sent_before_the_robot_answered(self, peer: Peer) -> None:
        bench = Bench(peer)
        check(not bench.send(peer.motion), "it says it sent a motion before connect()")
        bench.link.connect()
        check(not bench.send(peer.motion), "it says it sent a motion before the robot answered")
        bench.stays_standing(5)
        bench.close()

    def test_the_robot_says_who_it_is_and_then_how_it_is(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.connect()
        bench.told()
        told = [event for event in bench.events if isinstance(event, RobotHello | State)]
        check(isinstance(told[0], RobotHello), "a state came before the hello")
        hellos = [event for event in bench.events if isinstance(event, RobotHello)]
        named = [hello.capabilities for hello in hellos]
        check(named == [peer.capabilities], f"not one hello with {peer.capabilities}")
        check(bench.link.fault == "", f"it is up, but complains: {bench.link.fault}")
        bench.close()

    def test_states_come_at_ten_hertz_or_more(self, peer: Peer) -> None:
        bench = Bench(peer)
        bench.connect()
        began = peer.look()
        bench.events.clear()
        ended = bench.until(lambda look: look.t_s - began.t_s > 1.0)
        states = [event for event in bench.events if isinstance(event, State)]
        check(len(states) >= 10.0 * (ended.t_s - began.t_s), f"{len(states)} states in a second")
        numbers = [state.seq for state in states]
        check(numbers == sorted(set(numbers)), "their numbers do not count upwards")
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
        check(bench.link.up, "the link went down")
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
            check(not bench.link.up and silent_s <= NOTICED_S, f"up after {silent_s:.2f} s of silence")
            check(bool(bench.link.fault), "it does not say why it is down")
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
        check(not bench.link.up, "it is up without a robot")
        check(not bench.send(peer.motion), "it says it sent a motion to a robot that is not there")
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
        check(bench.poll() == [] and not bench.link.up, "it lives on after close()")
        check(not bench.send(peer.motion), "it says it sent a motion after close()")
        bench.connect()
        bench.moves()
        bench.close()

    def _halts(self, peer: Peer, category: int) -> None:
        bench = Bench(peer)
        bench.connect()
        bench.moves()
        check(bench.send(StandStill(category)), "the halt was not written")
        # Counted from the first moment after it: a loaded machine may hold the test up before.
        bench.stands_within(peer.halt_s, peer.look())
        check(bench.link.up, "the link went down")
        bench.close()


def _tells_motion(state: State) -> bool:
    return any(abs(rate) > 0.02 for rate in (*state.twist, *state.joints.velocities))
