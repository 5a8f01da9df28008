# SPDX-License-Identifier: Apache-2.0
"""When processes are started, started again and ended: hours of it in a moment, for time is passed in."""

from signal import SIGINT, SIGKILL, SIGTERM

from tektra.launch.supervision import HEALTHY_S, PAUSE_MAX_S, Patience, Signal, Start, Supervised, Supervision


def supervision(*respawn: bool, pause_s: float = 0.5) -> Supervision:
    made = Supervision(
        [Supervised(respawn=each, first_pause_s=pause_s) for each in respawn], Patience(5.0, 3.0)
    )
    for action in made.due(0.0):
        assert isinstance(action, Start)
        made.processes[action.index].started(0.0)
    return made


def test_everything_is_started_at_once() -> None:
    made = Supervision([Supervised(respawn=False, first_pause_s=0.0) for _ in range(3)], Patience())
    assert made.due(0.0) == [Start(0), Start(1), Start(2)]


def test_a_process_that_ends_is_started_again_after_its_pause() -> None:
    made = supervision(True)
    assert made.exited(0, 0, 1.0) == 0.5
    assert made.due(1.4) == []
    assert made.next_due_s() == 1.5
    assert made.due(1.5) == [Start(0)]


def test_the_pause_doubles_up_to_its_cap() -> None:
    made, now_s, pauses = supervision(True), 0.0, []
    for _ in range(9):
        pause_s = made.exited(0, 1, now_s)
        assert pause_s is not None
        pauses.append(pause_s)
        now_s += pause_s
        made.processes[0].started(now_s)
    assert pauses == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, PAUSE_MAX_S, PAUSE_MAX_S, PAUSE_MAX_S]


def test_a_process_that_lived_long_has_the_first_pause_again() -> None:
    made = supervision(True)
    made.exited(0, 1, 0.1)
    made.processes[0].started(1.0)
    assert made.exited(0, 1, 1.0 + HEALTHY_S) == 0.5


def test_a_program_that_cannot_start_takes_no_whole_core() -> None:
    assert supervision(True, pause_s=0.0).exited(0, 1, 0.0) == 0.2


def test_without_respawn_it_stays_ended_and_a_failure_is_kept() -> None:
    made = supervision(False, False)
    assert made.exited(0, 3, 1.0) is None
    assert not made.done
    made.exited(1, 0, 2.0)
    assert made.done
    assert made.failed == [0]


def test_the_end_asks_then_insists_then_kills() -> None:
    made = supervision(True, False)
    made.end(10.0)
    assert made.due(10.0) == [Signal(0, SIGINT), Signal(1, SIGINT)]
    assert made.next_due_s() == 15.0
    assert made.exited(0, -SIGINT, 11.0) is None
    assert made.due(14.9) == []
    assert made.due(15.0) == [Signal(1, SIGTERM)]
    assert made.due(18.0) == [Signal(1, SIGKILL)]
    made.exited(1, -SIGKILL, 18.1)
    assert made.done
    assert made.failed == [1]


def test_a_second_request_to_end_does_not_wait() -> None:
    made = supervision(False)
    made.end(10.0)
    assert made.due(10.0) == [Signal(0, SIGINT)]
    made.end(10.5)
    assert made.due(10.5) == [Signal(0, SIGTERM)]
    made.end(10.6)
    assert made.due(10.6) == [Signal(0, SIGKILL)]


def test_ending_by_the_signal_that_was_sent_is_no_failure() -> None:
    made = supervision(False)
    made.end(1.0)
    made.due(1.0)
    made.exited(0, -SIGINT, 1.1)
    assert made.done
    assert made.failed == []


def test_what_waits_for_its_respawn_is_not_started_while_ending() -> None:
    made = supervision(True)
    made.exited(0, 1, 1.0)
    made.end(1.1)
    assert made.done
    assert made.due(99.0) == []


def test_a_companion_keeps_nothing_running_and_may_fail() -> None:
    made = Supervision(
        [
            Supervised(respawn=False, first_pause_s=0.0),
            Supervised(respawn=False, first_pause_s=0.0, counts=False),
        ],
        Patience(),
    )
    for process in made.processes:
        process.started(0.0)
    made.exited(1, 9, 1.0)
    assert not made.idle
    assert made.failed == []
    made.exited(0, 0, 2.0)
    assert made.idle
