# SPDX-License-Identifier: Apache-2.0
"""Who answers the watchdog and hears nobody who came later is found out, and nobody else."""

import random

import pytest

from tektra.watchdog.newcomer import FRESH_S, HEARS_S, Newcomer
from tektra.watchdog.options import WatchdogOptions
from tektra.watchdog.witness import ONLY_KNOWN, Sign, Witness

EVERYBODY = (11, 12, 13, 14)


class Watch:
    """Each answers the watchdog each 1.5 s; the newcomer asks each 0.5 s."""

    def __init__(self) -> None:
        self.newcomer, self.now_s = Newcomer(), 100.0
        self.goes_on(10.0)

    def goes_on(
        self, seconds: float, *, hear_it: tuple[int, ...] = (), known: tuple[int, ...] = EVERYBODY
    ) -> None:
        until_s = self.now_s + seconds
        if hear_it:
            self.newcomer.begins()
        while self.now_s < until_s:
            self.now_s += 0.5
            for pid in hear_it:
                self.newcomer.answered(pid, self.now_s, newcomer=True)
            for pid in known if self.now_s % 1.5 == 0.0 else ():
                self.newcomer.answered(pid, self.now_s, newcomer=False)

    @property
    def deaf(self) -> set[int]:
        return set(self.newcomer.deaf(self.now_s))


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_one_that_hears_the_watchdog_alone_is_deaf(watch: Watch) -> None:
    watch.goes_on(HEARS_S - 1.0, hear_it=(11, 12, 14))
    assert not watch.deaf
    watch.goes_on(2.0, hear_it=(11, 12, 14))
    assert watch.deaf == {13}
    watch.newcomer.gone(13)
    assert not watch.deaf


def test_while_nobody_hears_it_or_no_more_than_do_not_it_is_the_newcomers_own_fault(watch: Watch) -> None:
    watch.goes_on(60.0)
    assert not watch.deaf
    watch.goes_on(60.0, hear_it=(11, 12))
    assert not watch.deaf


def test_one_that_finds_it_late_is_well(watch: Watch) -> None:
    watch.goes_on(HEARS_S - 1.0, hear_it=(11, 12, 13))
    watch.goes_on(0.5, hear_it=EVERYBODY)
    watch.goes_on(60.0, hear_it=(11, 12, 13))
    assert not watch.deaf


def test_one_that_came_after_it_or_answers_nobody_is_not_judged_by_it(watch: Watch) -> None:
    watch.goes_on(2.0, hear_it=(11, 12, 13))
    watch.goes_on(60.0, hear_it=(11, 12, 13), known=(*EVERYBODY[:3], 15))
    assert not watch.deaf


def test_another_newcomer_is_given_its_time(watch: Watch) -> None:
    watch.goes_on(HEARS_S + 2.0, hear_it=(11, 12, 14))
    watch.newcomer.ends()
    assert not watch.deaf
    watch.goes_on(HEARS_S - 1.0, hear_it=(11, 12, 14))
    assert not watch.deaf


def test_an_answer_that_comes_when_it_has_left_is_none_to_the_next(watch: Watch) -> None:
    watch.goes_on(2.0, hear_it=EVERYBODY)
    watch.newcomer.ends()
    for pid in (11, 12, 14):
        watch.newcomer.answered(pid, watch.now_s, newcomer=True)
    watch.goes_on(60.0)
    assert not watch.deaf


def test_what_the_watch_itself_was_held_up_counts_for_nobody(watch: Watch) -> None:
    watch.goes_on(HEARS_S / 2, hear_it=(11, 12, 14))
    watch.now_s += HEARS_S
    watch.newcomer.forgive(watch.now_s, HEARS_S)
    watch.goes_on(HEARS_S / 2 - 1.0, hear_it=(11, 12, 14))
    assert not watch.deaf
    watch.goes_on(2.0, hear_it=(11, 12, 14))
    assert watch.deaf == {13}


@pytest.mark.parametrize("seed", range(20))
def test_however_late_within_its_time_each_finds_it_nobody_is_ended(seed: int) -> None:
    chance, watch = random.Random(seed), Watch()
    for _ in range(20):
        finds_s = {pid: chance.uniform(0.0, HEARS_S - 0.6) for pid in EVERYBODY}
        for step in range(60):
            watch.goes_on(0.5, hear_it=tuple(pid for pid in EVERYBODY if finds_s[pid] <= step * 0.5))
            assert not watch.deaf
        watch.newcomer.ends()
        watch.goes_on(chance.uniform(0.0, 2.0 * FRESH_S))


def test_the_witness_ends_it_and_says_why() -> None:
    witness, now_s = Witness(host="here", pid=1, deaf_s=WatchdogOptions().deaf_s, stuck_s=180.0), 100.0
    for step in range(60):
        now_s += 0.5
        number = witness.ask()
        witness.newcomer.begins()
        for pid in EVERYBODY:
            witness.heard(Sign((f"/{pid}",), "here", pid, number), now_s)
            if step > 20 and pid != 12:
                witness.heard(Sign((f"/{pid}",), "here", pid, -number), now_s, by_second=True)
        if ended := witness.deaf(now_s):
            break
    ((sign, why),) = ended
    assert sign.pid == 12 and ONLY_KNOWN in why and "newcomer" in why
    assert 10.0 + HEARS_S < 0.5 * step + 1.0 < 10.0 + HEARS_S + 3.0
