# SPDX-License-Identifier: Apache-2.0
"""Who of two has not found the other is noticed, within ten seconds after a pause, and as few as may be are ended."""

import random

import pytest

from tektra.common.lateness import LEASE_S
from tektra.watchdog.options import WatchdogOptions
from tektra.watchdog.witness import Sign, Witness

HOST, OWN = "here", 77
EVERYBODY = tuple(range(1, 17))


class House:
    """Sixteen processes that all answer; `deaf` holds (who, whom) that one has not found. Ended ones come back as new participants."""

    def __init__(self) -> None:
        options = WatchdogOptions()
        self.ask_s = options.ask_s
        self.witness = Witness(host=HOST, pid=OWN, deaf_s=options.deaf_s, stuck_s=options.stuck_s)
        self.now_s = 100.0
        self.deaf: set[tuple[int, int]] = set()
        self.living = list(EVERYBODY)
        self.ended: list[tuple[int, float]] = []
        self.why: list[str] = []
        self.starting: set[int] = set()
        self.waits_s = 0.0  # of each thread, per second
        self.idle_waits_s = 0.0  # of another thread, long ago

    def run(self, seconds: float) -> None:
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            number = self.witness.ask()
            for pid in self.living:
                found = frozenset(f"m{p}" for p in self.living if (pid, p) not in self.deaf)
                starting = pid in self.starting
                sign = Sign(
                    (f"/node{pid}",), HOST, pid, number, starting=starting, mark=f"m{pid}", found=found
                )
                self.witness.heard(sign, self.now_s)
            self.now_s += self.ask_s
            for pid in self.witness.suspects(self.now_s):
                self.witness.waited(pid, {pid: self.waits_s * self.now_s, -pid: self.idle_waits_s})
            for sign, why in self.witness.deaf(self.now_s):
                self.ended.append((sign.pid, self.now_s))
                self.why.append(why)
                self.witness.gone(sign.pid)
                self.living.remove(sign.pid)
                self.living.append(sign.pid + 100)

    def pause(self, seconds: float) -> None:
        self.now_s += seconds
        self.witness.forgive(self.now_s, seconds)


@pytest.fixture
def house() -> House:
    made = House()
    made.run(30.0)
    assert made.ended == []
    return made


def test_of_two_of_whom_one_does_not_hear_the_other_one_is_ended_within_ten_seconds(house: House) -> None:
    """Both answered the watchdog, and a driver that no stop reached drove on for as long as nobody looked."""
    house.pause(LEASE_S + 5.0)
    resumed_s = house.now_s
    house.deaf = {(3, 9)}
    house.run(30.0)
    ((pid, at_s),) = house.ended
    assert pid in (3, 9)
    assert at_s - resumed_s <= 10.0
    assert ("/node9" if pid == 3 else "/node3") in house.why[0]


def test_one_that_many_have_not_found_is_ended_and_nobody_else(house: House) -> None:
    house.pause(LEASE_S + 5.0)
    house.deaf = {(other, 5) for other in EVERYBODY if other != 5}
    house.run(30.0)
    assert [pid for pid, _ in house.ended] == [5]


@pytest.mark.parametrize("seed", range(40))
def test_after_any_pause_nobody_misses_anybody_for_long_and_few_are_ended(house: House, seed: int) -> None:
    chance = random.Random(seed)
    house.pause(chance.uniform(2.0, 3600.0))
    resumed_s = house.now_s
    for _ in range(chance.randint(1, 8)):
        house.deaf.add(tuple(chance.sample(EVERYBODY, 2)))
    pairs = {frozenset(pair) for pair in house.deaf}
    house.run(60.0)
    assert not [pair for pair in house.deaf if set(pair) <= set(house.living)]
    assert len(house.ended) <= len(pairs)
    assert all(at_s - resumed_s <= 10.0 for _, at_s in house.ended)


def test_what_is_found_a_little_later_is_nobodys_fault(house: House) -> None:
    house.pause(LEASE_S + 5.0)
    house.deaf = {(3, 9), (4, 9)}
    house.run(4.0)
    house.deaf = set()
    house.run(30.0)
    assert house.ended == []


def test_a_new_process_has_time_to_be_found(house: House) -> None:
    house.living.append(50)
    house.deaf = {(other, 50) for other in EVERYBODY}
    house.run(18.0)
    assert house.ended == []
    house.deaf = set()
    house.run(30.0)
    assert house.ended == []


def test_on_a_crowded_machine_discovery_takes_longer_and_not_for_ever(house: House) -> None:
    house.waits_s = 0.9
    house.deaf = {(3, 9)}
    house.run(40.0)
    assert house.ended == []
    house.run(100.0)
    assert len(house.ended) == 1


def test_processes_that_tell_nothing_of_it_are_left_alone(house: House) -> None:
    for _ in range(20):
        number = house.witness.ask()
        for pid in (*EVERYBODY, 60):
            house.witness.heard(Sign((f"/node{pid}",), HOST, pid, number), house.now_s)
        house.now_s += 1.5
        assert house.witness.deaf(house.now_s) == []


def test_of_other_hosts_nobody_is_compared(house: House) -> None:
    for _ in range(20):
        number = house.witness.ask()
        house.witness.heard(Sign(("/far",), "elsewhere", 3, number, mark="far"), house.now_s)
        house.run(1.5)
    assert house.ended == []


def test_one_that_starts_is_not_made_to_start_again(house: House) -> None:
    """A planner on a crowded machine took six minutes to start, was ended, and began anew."""
    house.pause(LEASE_S + 5.0)
    house.deaf = {(3, 9), (4, 9)}
    house.starting = {9}
    house.run(60.0)
    assert house.ended == []
    house.starting = set()
    house.run(15.0)
    assert [pid for pid, _ in house.ended] == [9]


def test_where_no_pause_explains_it_one_is_ended_later(house: House) -> None:
    house.run(60.0)
    began_s = house.now_s
    house.deaf = {(3, 9)}
    house.run(18.0)
    assert house.ended == []
    house.run(30.0)
    ((_, at_s),) = house.ended
    assert at_s - began_s < 25.0


def test_a_watch_that_is_held_up_for_a_second_takes_it_for_no_pause(house: House) -> None:
    """On a crowded machine it was held up again and again, each time was taken for a pause, and a planner ended after 5 s."""
    house.deaf = {(3, 9)}
    for _ in range(3):
        house.pause(1.0)
        house.run(5.0)
    assert house.ended == []
    began_s = house.now_s
    while not house.ended:
        assert house.now_s < began_s + 20.0  # and it is not begun anew each time either
        house.pause(1.0)
        house.run(5.0)


def test_what_another_thread_waited_long_ago_hides_nobodys_hunger(house: House) -> None:
    """The threads of a model had waited for minutes; that of discovery, which waits now, was not seen behind them."""
    house.idle_waits_s, house.waits_s = 500.0, 0.9
    house.deaf = {(3, 9)}
    house.run(40.0)
    assert house.ended == []
    house.run(100.0)
    assert len(house.ended) == 1


def test_what_was_waited_long_ago_excuses_nobody(house: House) -> None:
    """Only one of the two was looked at first: all that the other had ever waited counted as waited since then."""
    house.idle_waits_s = 500.0
    house.deaf = {(3, 9)}
    house.run(25.0)
    assert len(house.ended) == 1


def test_the_end_tells_what_was_seen(house: House) -> None:
    house.deaf = {(3, 9), (9, 4)}
    house.run(40.0)
    assert [pid for pid, _ in house.ended] == [9]
    assert house.why[0].startswith("has not found /node4 and is not found by /node3 for 2")
