# SPDX-License-Identifier: Apache-2.0
import pytest

from tektra.vision.memory import PAUSE_S, MemoryWatch, resident_mb
from tektra.vision.schedule import Schedule
from tektra.vision.sightings import Kind


def run(schedule: Schedule, costs_s: dict[Kind, float], seconds: float) -> dict[Kind, int]:
    """Runs a camera of 30 Hz against the schedule; how often each detector looked."""
    counts = dict.fromkeys(costs_s, 0)
    now_s = 0.0
    while now_s < seconds:
        for kind in schedule.due(now_s):
            counts[kind] += 1
            schedule.ran(kind, now_s, costs_s[kind])
            now_s += costs_s[kind]
        now_s += 1.0 / 30.0
    return counts


def test_cheap_detectors_run_at_their_rates() -> None:
    counts = run(
        Schedule({Kind.OBJECTS: 5.0, Kind.FACES: 2.0}, 0.5), {Kind.OBJECTS: 0.001, Kind.FACES: 0.001}, 10.0
    )
    assert counts[Kind.OBJECTS] == pytest.approx(50, abs=9)
    assert counts[Kind.FACES] == pytest.approx(20, abs=2)


def test_a_slow_detector_is_held_to_its_share_of_a_core() -> None:
    counts = run(Schedule({Kind.OBJECTS: 30.0}, 0.5), {Kind.OBJECTS: 0.2}, 60.0)
    assert counts[Kind.OBJECTS] * 0.2 / 60.0 == pytest.approx(0.5, abs=0.08)


def test_a_slow_detector_does_not_starve_a_cheap_one() -> None:
    counts = run(
        Schedule({Kind.OBJECTS: 30.0, Kind.FACES: 5.0}, 0.5), {Kind.OBJECTS: 0.5, Kind.FACES: 0.01}, 60.0
    )
    assert counts[Kind.FACES] > 60


def test_a_rate_of_zero_means_never() -> None:
    assert Schedule({Kind.FACES: 0.0}, 0.5).due(1e9) == []


def test_a_first_look_that_takes_seconds_blinds_nobody() -> None:
    schedule = Schedule({Kind.OBJECTS: 5.0}, 0.05)
    schedule.ran(Kind.OBJECTS, 0.0, 3.2)
    assert schedule.due(0.2) == [Kind.OBJECTS]


def test_looks_that_had_to_wait_for_the_machine_do_not_count() -> None:
    schedule = Schedule({Kind.OBJECTS: 10.0}, 0.5)
    for took_s in (2.0, 2.0, 0.01, 2.0, 2.0):
        schedule.ran(Kind.OBJECTS, 0.0, took_s)
    assert schedule.period_s(Kind.OBJECTS) == pytest.approx(0.1)
    schedule.ran(Kind.OBJECTS, 0.0, 2.0)  # now it is slow for good
    assert schedule.period_s(Kind.OBJECTS) == pytest.approx(4.0)


def test_too_much_memory_is_told_once_and_not_again_before_the_pause_is_over() -> None:
    watch = MemoryWatch(1000.0)
    assert not watch.exceeded(0.0, 999.0)
    assert watch.exceeded(1.0, 1001.0)
    assert not watch.exceeded(1.0 + PAUSE_S - 0.1, 1001.0)
    assert watch.exceeded(1.0 + PAUSE_S, 1001.0)
    assert watch.reloads == 2


@pytest.mark.parametrize(
    ("text", "mb"), [("Name:\tx\nVmRSS:\t  1000000 kB\n", 1024.0), ("", 0.0), ("VmSize: 5 kB", 0.0)]
)
def test_resident_memory_is_read_from_the_kernels_text(text: str, mb: float) -> None:
    assert resident_mb(text) == pytest.approx(mb)
