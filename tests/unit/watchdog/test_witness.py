# SPDX-License-Identifier: Apache-2.0
"""Who is deaf, and who only seems so."""

import os
import subprocess
import sys
import time

import pytest

from tektra.watchdog import threads
from tektra.watchdog.options import WatchdogOptions
from tektra.watchdog.threads import CpuWaits
from tektra.watchdog.witness import REMEMBERED, Sign, Witness

OWN = 77
HOST = "here"


class Watch:
    """A witness with a clock; `round` asks, and lets those answer that hear."""

    def __init__(self) -> None:
        self.witness = Witness(host=HOST, pid=OWN, deaf_s=WatchdogOptions().deaf_s, stuck_s=180.0)
        self.now_s = 100.0

    def round(self, *pids: int, seconds: float = 1.5, idle_s: float = 0.0, host: str = HOST) -> None:
        number = self.witness.ask()
        for pid in pids:
            self.witness.heard(Sign((f"/node{pid}",), host, pid, number, idle_s), self.now_s)
        self.now_s += seconds

    def deaf(self) -> list[int]:
        return [sign.pid for sign, _ in self.witness.deaf(self.now_s)]


@pytest.fixture
def watch() -> Watch:
    made = Watch()
    for _ in range(3):
        made.round(3, 1, 2)
    return made


def test_whoever_answers_is_well(watch: Watch) -> None:
    for _ in range(100):
        watch.round(3, 1, 2)
        assert watch.deaf() == []


def test_one_that_answers_no_more_is_deaf_within_ten_seconds(watch: Watch) -> None:
    silent_s = 0.0
    while not watch.deaf():
        watch.round(3, 1)
        silent_s += 1.5
    assert watch.deaf() == [2]
    assert 6.0 <= silent_s <= 10.0
    assert "it is deaf" in watch.witness.deaf(watch.now_s)[0][1]


def test_one_that_is_stopped_is_found_sooner_also_where_the_watch_is_held_up(watch: Watch) -> None:
    """A second participant beside a stopped process took 2.7 s to make: of one that was frozen was known after 12 s."""
    silent_s = 0.0
    while not watch.deaf():
        watch.round(3, 1)
        silent_s += 1.5
        watch.witness.stopped(2, watch.now_s, is_so=silent_s > 2.0)
        if silent_s == 4.5:
            watch.now_s += 2.7
            silent_s += 2.7
            watch.witness.forgive(watch.now_s, 2.7)
    assert watch.deaf() == [2]
    assert silent_s <= 8.0
    assert "SIGSTOP" in watch.witness.deaf(watch.now_s)[0][1]


def test_one_that_is_stopped_for_a_moment_is_left_alone(watch: Watch) -> None:
    for turn in range(20):
        watch.round(*((3, 1) if turn % 4 in (1, 2) else (3, 1, 2)))
        watch.witness.stopped(2, watch.now_s, is_so=turn % 4 == 2)
        assert watch.deaf() == []


def test_one_that_is_deaf_for_two_reasons_is_ended_once(watch: Watch) -> None:
    while not watch.deaf():
        watch.round(3, 1)
    found = watch.witness.deaf(watch.now_s, {2: "7021", 1: "", 999: "7022"})
    assert [sign.pid for sign, _ in found] == [2]
    assert "7021" in found[0][1]


def test_one_is_missed_long_before_it_counts_as_deaf(watch: Watch) -> None:
    """In time for another ear to hear it, if only the two of us lost each other."""
    watch.round(3, 1)
    assert not watch.witness.is_missed(watch.now_s)
    watch.round(3, 1)
    watch.round(3, 1)
    assert watch.witness.is_missed(watch.now_s)
    assert watch.deaf() == []
    watch.round(2)
    assert not watch.witness.is_missed(watch.now_s)


def test_one_that_was_never_heard_starts_or_lives_elsewhere_is_not_missed(watch: Watch) -> None:
    watch.witness.expect(("/late",), 9, watch.now_s)
    watch.witness.heard(Sign(("/loads",), HOST, 8, watch.witness.ask(), starting=True), watch.now_s)
    watch.round(4, host="elsewhere")
    for _ in range(6):
        watch.round(1, 2, 3)
    assert not watch.witness.is_missed(watch.now_s)


def test_while_the_witness_hears_nothing_itself_nobody_is_deaf(watch: Watch) -> None:
    for _ in range(20):
        watch.round(OWN)  # what it hears of itself is handed over within its process
    assert not watch.witness.hears(watch.now_s)
    assert watch.deaf() == []


def test_a_witness_whose_second_participant_hears_everybody_is_deaf_itself_all_the_same(watch: Watch) -> None:
    """The second came within a moment, and the deaf watchdog was never started anew."""
    for _ in range(4):
        number = watch.witness.ask()
        for pid in (1, 2, 3):
            sign = Sign((f"/node{pid}",), HOST, pid, number)
            watch.witness.heard(sign, watch.now_s + 0.5, by_second=True)
        watch.now_s += 1.5
    assert not watch.witness.hears(watch.now_s)
    assert watch.deaf() == []


def test_a_witness_that_one_alone_lost_hears_the_others(watch: Watch) -> None:
    for _ in range(20):
        number = watch.witness.ask()
        for pid in (1, 3):
            watch.witness.heard(Sign((f"/node{pid}",), HOST, pid, number), watch.now_s)
        watch.witness.heard(Sign(("/node2",), HOST, 2, number), watch.now_s, by_second=True)
        watch.now_s += 1.5
    assert watch.witness.hears(watch.now_s)


def test_a_pause_of_the_whole_machine_is_nobodys_fault(watch: Watch) -> None:
    watch.now_s += 60.0
    watch.witness.forgive(watch.now_s, 60.0)
    assert watch.witness.hears(watch.now_s)
    for _ in range(4):
        assert watch.deaf() == []
        watch.round(3, 1)
    for _ in range(3):
        watch.round(3, 1)
    assert watch.deaf() == [2], "the one that did not come back"


def test_a_watch_that_was_held_up_counts_neither_that_time_nor_from_then_on_anew(watch: Watch) -> None:
    """A second participant took it 2.5 s to make, and one that was frozen was found only after 14 s."""
    silent_s = 0.0
    for _ in range(3):
        watch.round(3, 1)
        silent_s += 1.5
    watch.now_s += 2.5
    watch.witness.forgive(watch.now_s, 2.5)
    assert watch.deaf() == []
    while not watch.deaf():
        watch.round(3, 1)
        silent_s += 1.5
    assert watch.deaf() == [2]
    assert silent_s <= WatchdogOptions().deaf_s + 1.5


def test_one_that_should_be_there_and_is_not_found_is_asked_again_before_it_counts_as_deaf(
    watch: Watch,
) -> None:
    """So that one whom this participant alone does not find is not ended for that."""
    began_s = watch.now_s
    watch.witness.expect(("/late",), 9, watch.now_s)
    while not watch.witness.is_missed(watch.now_s):
        watch.round(3, 1, 2)
    assert 30.0 <= watch.now_s - began_s <= 70.0
    assert watch.deaf() == []


def test_old_answers_and_answers_to_nothing_prove_nothing(watch: Watch) -> None:
    for _ in range(REMEMBERED):
        watch.round(3, 1)
    watch.witness.heard(Sign(("/node2",), HOST, 2, 3), watch.now_s)
    watch.witness.heard(Sign(("/node2",), HOST, 2, 10_000), watch.now_s)
    assert watch.deaf() == [2]


def test_a_process_whose_own_thread_does_nothing_hangs(watch: Watch) -> None:
    watch.round(3, 1, idle_s=170.0)
    assert watch.deaf() == []
    watch.round(3, 1, idle_s=181.0)
    (hung, why), *_ = watch.witness.deaf(watch.now_s)
    assert (hung.pid, why) == (3, "has done nothing for 181 s: it hangs")


def test_one_that_should_be_there_and_was_never_heard_is_deaf_once_it_had_time_to_start(watch: Watch) -> None:
    watch.witness.expect(("/node4",), 4, watch.now_s)
    for _ in range(75):
        watch.round(3, 1, 2)
        assert watch.deaf() == []
    for _ in range(10):
        watch.round(3, 1, 2)
    assert watch.deaf() == [4]
    assert "/node4" not in watch.witness.silent_s(watch.now_s), "of whom nothing is known nothing is told"


def test_one_that_loads_its_models_has_more_time(watch: Watch) -> None:
    watch.witness.heard(Sign(("/node2",), HOST, 2, watch.witness.ask(), starting=True), watch.now_s)
    for _ in range(75):
        watch.round(3, 1)
        assert watch.deaf() == []
    for _ in range(10):
        watch.round(3, 1)
    assert watch.deaf() == [2]


def test_one_that_loads_and_gets_no_processor_has_the_time_of_both(watch: Watch) -> None:
    watch.witness.heard(Sign(("/node2",), HOST, 2, watch.witness.ask(), starting=True), watch.now_s)
    waited_s = silent_s = 0.0
    while not watch.deaf():
        watch.round(3, 1)
        silent_s += 1.5
        for pid in watch.witness.suspects(watch.now_s):
            watch.witness.waited(pid, {7: (waited_s := waited_s + 0.75)})
    assert 200.0 < silent_s < 250.0


def test_processes_of_other_hosts_and_ended_ones_are_not_ours_to_end(watch: Watch) -> None:
    watch.round(9, host="elsewhere")
    watch.witness.gone(2)
    for _ in range(10):
        watch.round(3, 1)
    assert watch.deaf() == []
    assert watch.witness.pids == [3, 1]
    assert watch.witness.silent_s(watch.now_s)["/node9"] > 10.0


def test_a_process_that_gets_no_processor_is_late_and_not_deaf_but_not_for_ever(watch: Watch) -> None:
    waited_s, silent_s = 50.0, 0.0
    while not watch.deaf():
        watch.round(3, 1)
        silent_s += 1.5
        for pid in watch.witness.suspects(watch.now_s):
            assert pid == 2
            watch.witness.waited(pid, {1: 500.0, 2: (waited_s := waited_s + 1.4)})
    assert 60.0 < silent_s < 140.0
    watch.round(3, 1, 2)
    assert watch.deaf() == []


def test_a_deaf_process_with_a_processor_to_itself_is_found_as_soon_as_ever(watch: Watch) -> None:
    silent_s = 0.0
    while not watch.deaf():
        watch.round(3, 1)
        silent_s += 1.5
        for pid in watch.witness.suspects(watch.now_s):
            watch.witness.waited(pid, {1: 500.0, 2: 3.0})
    assert silent_s <= 10.0


def test_the_system_tells_how_long_a_process_waited_for_a_processor() -> None:
    crowd = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(3 * (os.cpu_count() or 1))
    ]
    waits = CpuWaits()
    try:
        end_s = time.monotonic() + 60.0
        while max(waits.look(one.pid, time.monotonic()).get(one.pid, 0.0) for one in crowd) < 0.2:
            assert time.monotonic() < end_s, "nobody waited, though three wanted each processor"
            time.sleep(0.05)
    finally:
        for one in crowd:
            one.kill()
            one.wait()
    assert waits.look(2**22 + 1, 0.0) == {}


def test_a_wait_that_is_not_over_counts_and_one_that_ran_meanwhile_waits_no_more(
    tmp_path, monkeypatch
) -> None:
    """The kernel counts a wait when it is over: one that got no processor at all seemed not to wait, and was ended as deaf."""
    monkeypatch.setattr(threads, "PROC", tmp_path)
    task = tmp_path / "7" / "task" / "8"
    task.mkdir(parents=True)
    waits = CpuWaits()

    def look(now_s: float, state: str, schedstat: str) -> float:
        (task / "stat").write_text(f"8 (a) b) {state} 1 1")
        (task / "schedstat").write_text(schedstat)
        return waits.look(7, now_s)[8]

    assert look(10.0, "R", "5000000000 3000000000 9") == pytest.approx(3.0)
    assert look(14.0, "R", "5000000000 3000000000 9") == pytest.approx(7.0)
    assert look(15.0, "R", "5100000000 7900000000 10") == pytest.approx(7.9)
    assert look(16.0, "S", "5100000000 7900000000 10") == pytest.approx(7.9)
    assert look(19.0, "R", "5100000000 7900000000 10") == pytest.approx(7.9)
    waits.keep(set())
    assert look(25.0, "R", "5100000000 7900000000 10") == pytest.approx(7.9)


def idle(watch: Watch, idle_s: float, *, starting: bool = False) -> None:
    """A round in which everybody answers, and process 2 tells that its node has done nothing."""
    number = watch.witness.ask()
    for pid in (3, 1):
        watch.witness.heard(Sign((f"/node{pid}",), HOST, pid, number), watch.now_s)
    watch.witness.heard(Sign(("/node2",), HOST, 2, number, idle_s, starting=starting), watch.now_s)
    watch.now_s += 1.5


@pytest.fixture
def usual() -> Watch:
    """With the options that a node has by default."""
    options = WatchdogOptions()
    made = Watch()
    made.witness = Witness(host=HOST, pid=OWN, deaf_s=options.deaf_s, stuck_s=options.stuck_s)
    for _ in range(3):
        made.round(3, 1, 2)
    return made


def test_a_node_that_hangs_once_it_runs_is_ended_within_ten_seconds(usual: Watch) -> None:
    """It had three minutes, in which whatever it was for did not happen."""
    idle_s = 0.0
    while not usual.deaf():
        idle_s += 1.5
        idle(usual, idle_s)
    assert usual.deaf() == [2]
    assert 6.0 < idle_s + 1.5 <= 10.0


def test_a_node_whose_thread_gets_no_processor_does_not_hang(usual: Watch) -> None:
    waited_s = idle_s = 0.0
    while not usual.deaf():
        idle_s += 1.5
        idle(usual, idle_s)
        for pid in usual.witness.suspects(usual.now_s):
            assert pid == 2
            usual.witness.waited(pid, {2: (waited_s := waited_s + 1.4), 9: 0.0})
    assert 60.0 < idle_s < 140.0, "late, but not for ever"


def test_of_a_hanging_node_it_is_no_excuse_that_other_threads_of_it_wait(usual: Watch) -> None:
    waited_s = idle_s = 0.0
    while not usual.deaf():
        idle_s += 1.5
        idle(usual, idle_s)
        for pid in usual.witness.suspects(usual.now_s):
            usual.witness.waited(pid, {2: 5.0, 9: (waited_s := waited_s + 1.5)})
    assert idle_s <= 10.0


def test_a_planner_that_loads_its_model_on_a_crowded_machine_is_left_alone(usual: Watch) -> None:
    """Its own thread waits for the one that loads, which gets every fourth second of a processor: ended, it would begin anew, and
    never be ready."""
    waited_s = 0.0
    for second in range(400):
        idle(usual, 1.5 * second, starting=True)
        for pid in usual.witness.suspects(usual.now_s):
            usual.witness.waited(pid, {2: 1.0, 9: (waited_s := waited_s + 1.1)})
        assert usual.deaf() == [], second
    for _ in range(3):
        idle(usual, 0.0)
    assert usual.deaf() == []


def test_what_it_waited_for_a_processor_before_is_no_excuse_later(usual: Watch) -> None:
    for round_ in range(4):
        idle(usual, 3.0 + 1.5 * round_)
        usual.witness.waited(2, {2: 10.0 * round_})
    idle(usual, 0.0)
    idle_s = 0.0
    while not usual.deaf():
        idle_s += 1.5
        idle(usual, idle_s)
        for pid in usual.witness.suspects(usual.now_s):
            usual.witness.waited(pid, {2: 30.0})
    assert idle_s <= 10.0


@pytest.mark.parametrize("who", [2, 4], ids=["lost", "never found"])
def test_whom_only_the_second_participant_hears_the_first_has_lost_and_begins_anew(watch, who) -> None:
    """After a pause the planner answered a second participant alone: whoever asked how all stands was told, for minutes, that it
    was not there."""
    for _ in range(20):
        number = watch.witness.ask()
        for pid in {1, 2, 3} - {who}:
            watch.witness.heard(Sign((f"/node{pid}",), HOST, pid, number), watch.now_s)
        watch.witness.heard(Sign((f"/node{who}",), HOST, who, number), watch.now_s, by_second=True)
        lost = watch.witness.lost(watch.now_s)
        watch.now_s += 1.5
        if lost:
            break
    assert lost == (f"/node{who}",)
    assert watch.deaf() == [], "and the other is left alone"


@pytest.mark.parametrize("what", ["starts", "ended", "the watch was held up for long", "heard again"])
def test_the_witness_begins_anew_for_nothing_else(watch, what) -> None:
    for turn in range(20):
        number = watch.witness.ask()
        watch.witness.heard(Sign(("/node1",), HOST, 1, number), watch.now_s)
        if what == "ended" and turn == 5:
            watch.witness.gone(2)
        if what == "the watch was held up for long" and turn % 10 == 9:
            watch.witness.forgive(watch.now_s, 20.0)
        if what == "heard again" and turn % 8 == 7:
            watch.witness.heard(Sign(("/node2",), HOST, 2, number), watch.now_s)
        if not (what == "ended" and turn >= 5):
            sign = Sign(("/node2",), HOST, 2, number, starting=what == "starts")
            watch.witness.heard(sign, watch.now_s, by_second=True)
        assert watch.witness.lost(watch.now_s) == ()
        watch.now_s += 1.5
