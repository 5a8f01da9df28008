# SPDX-License-Identifier: Apache-2.0
"""What stops tell of brakes, and when they tell nothing."""

import random

import pytest

from tektra.cli.braking import Braking, Stop, Unmeasured, braking, watchdog
from tektra.cli.track import Moment, Track


def stops(latency_s: float, brakes: float, noise: float = 0.0, speeds=(0.2, 0.3, 0.45, 0.6)) -> list[Stop]:
    chance = random.Random(7)
    return [
        Stop(v, v * latency_s + v * v / (2 * brakes) + chance.gauss(0.0, noise), 0.0)
        for v in speeds
        for _ in range(3)
    ]


@pytest.mark.parametrize(("latency_s", "brakes"), [(0.05, 1.0), (0.15, 0.5), (0.1, 2.0), (0.0, 3.0)])
def test_latency_and_brakes_are_told_apart_through_noise(latency_s: float, brakes: float) -> None:
    found = braking(stops(latency_s, brakes, 0.001), 0.2)
    assert 0.7 * brakes < found.deceleration <= 1.02 * brakes
    assert found.latency_s == pytest.approx(latency_s, abs=0.03)
    assert found.written < brakes


@pytest.mark.parametrize("brakes", [0.3, 1.0, 6.0, 15.0])
def test_what_is_written_covers_every_stop_with_the_gates_reaction(brakes: float) -> None:
    measured = stops(0.12, brakes, 0.004)
    written = braking(measured, 0.2).written
    assert all(stop.distance <= 0.2 * stop.speed + stop.speed**2 / (2 * written) + 1e-9 for stop in measured)


@pytest.mark.parametrize(
    ("measured", "why"),
    [
        (stops(0.1, 1.0)[:3], "too few"),
        (stops(0.1, 1.0, speeds=(0.5, 0.6)), "not apart"),
        ([Stop(v, v * f, 0.0) for v in (0.3, 0.6) for f in (0.1, 0.4, 0.7)], "differ"),
        (stops(0.5, 1.0), "reaction_s"),
        ([Stop(float("nan"), 0.1, 0.0)] * 4, "no positive number"),
    ],
)
def test_what_could_not_be_measured_is_refused_in_words(measured: list[Stop], why: str) -> None:
    with pytest.raises(Unmeasured, match=why):
        braking(measured, 0.2)


def test_a_robot_that_drives_on_while_its_driver_hangs_has_no_watchdog() -> None:
    brakes = Braking(0.1, 2.0, 0.0, 8)
    assert "stands 0.080 m" in watchdog(Stop(0.3, 0.08, 0.2), 1.0, brakes)
    with pytest.raises(Unmeasured, match="no watchdog"):
        watchdog(Stop(0.3, 0.31, 1.1), 1.0, brakes)


def test_a_track_finds_where_it_was_told_to_stop_between_two_looks() -> None:
    track = Track()
    for i in range(40):  # 0.5 m/s until 1.0 s, then it stands 0.1 s later
        at_s = i * 0.05
        track.moved(
            Moment(
                at_s,
                min(at_s, 1.1) * 0.5,
                0.0,
                0.5 if at_s < 1.1 - 1e-9 else 0.0,
                0.5 if at_s < 1.1 - 1e-9 else 0.0,
            )
        )
    assert track.steady(0.5, 4) is False and track.rests(1.02, 0.01, 0.4)
    stop = track.stop(1.02, 0.01)
    assert stop.speed == 0.5 and stop.distance == pytest.approx(0.04)
    assert stop.time_s == pytest.approx(0.08)


def test_odometry_that_is_its_own_localisation_proves_nothing() -> None:
    track = Track()
    for i in range(5):
        track.moved(Moment(float(i), float(i), 0.0, 1.0, 1.0))
        track.placed(float(i), (3.0 + i, 1.0))
    assert "tape" in track.truth()
    track.placed(4.0, (7.4, 1.0))
    assert "within 0.400 m" in track.truth()


def test_who_drives_on_with_its_link_cut_has_no_watchdog() -> None:
    brakes = Braking(0.05, 2.0, 0.0, 8)
    stands = watchdog(Stop(0.3, 0.05, 2.0), 2.0, brakes, "its link was cut")
    assert "after its link was cut" in stands
    with pytest.raises(Unmeasured, match="after its link was cut"):
        watchdog(Stop(0.3, 0.58, 2.0), 2.0, brakes, "its link was cut")
