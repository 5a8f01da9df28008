# SPDX-License-Identifier: Apache-2.0
"""What operators ask of the gate is as old as the middleware, or their own stamp, says: what comes late is not done."""

from types import SimpleNamespace

import pytest

from tektra.common.lateness import LATE_S
from tektra.ros import lateness
from tektra.ros.clock import time_msg
from tektra.safety.latch import ZONE
from tektra.safety.people import Person

from .test_forgotten_for_good import HERE, Services

NOW_S, LATE = 1_700_000_000.0, LATE_S + 1.0


@pytest.fixture
def services(ready, tmp_path, monkeypatch) -> Services:
    """rover1 is held by a zone alone, all others by an operator; rover2 is lost."""
    monkeypatch.setattr(lateness, "time", SimpleNamespace(time=lambda: NOW_S))
    ready.run(0.2, "rover1", "rover2", pose=HERE)
    ready.run(2.0, "rover1", pose=HERE)
    return Services(ready, tmp_path / "lost.json")


def stop_all(world) -> None:
    world.gate.stops.stop("operator", "somebody", now_s=world.now_s)
    world.run(0.2, "rover1", pose=HERE)


def stop_one(world) -> None:
    world.gate.stops.stop(ZONE, "rover1", robot="rover1", now_s=world.now_s)
    world.run(0.2, "rover1", pose=HERE)


CALLS = {
    "/safety/reset": (stop_all, ""),
    "/safety/reset_all": (stop_all, ""),
    "/safety/reset_robot": (stop_one, "rover1"),
    "/safety/jog_robot": (stop_one, "rover1"),
    "/safety/forget_robot": (lambda world: None, "rover2"),
    "/safety/forget_people": (lambda world: None, "camera"),
}


@pytest.mark.parametrize("name", CALLS)
def test_in_time_each_is_done(services, name: str) -> None:
    before, robot = CALLS[name]
    before(services.world)
    answer = services.call(name, robot, sent_s=NOW_S)
    assert answer.success, answer.message


@pytest.mark.parametrize("name", CALLS)
def test_what_the_middleware_says_is_late_is_not_done(services, name: str) -> None:
    before, robot = CALLS[name]
    before(services.world)
    answer = services.call(name, robot, sent_s=NOW_S - LATE)
    assert not answer.success and "ago" in answer.message


@pytest.mark.parametrize("name", [name for name in CALLS if name != "/safety/reset"])
@pytest.mark.parametrize("ago_s", [LATE, -LATE])
def test_nor_what_was_asked_long_ago_or_by_a_clock_far_ahead_however_new_its_message(
    services, name: str, ago_s: float
) -> None:
    before, robot = CALLS[name]
    before(services.world)
    answer = services.call(name, robot, sent_s=NOW_S, asked=time_msg(NOW_S - ago_s))
    assert not answer.success


def test_a_reset_that_was_asked_before_the_stop_releases_it_not(services) -> None:
    """The stop came while the reset was under way."""
    stop_all(services.world)
    ago = time_msg(NOW_S - 1.0)
    answer = services.call("/safety/reset_all", "", sent_s=NOW_S, asked=ago)
    assert not answer.success and "after this reset was asked for" in answer.message
    services.world.run(1.2, "rover1", pose=HERE)
    assert services.call("/safety/reset_all", "", sent_s=NOW_S, asked=ago).success


def test_a_reset_that_names_an_older_epoch_releases_nothing(services) -> None:
    """Who asks has not seen the newest stop."""
    stop_all(services.world)
    seen = services.world.gate.latch.epoch
    services.world.gate.stops.stop("voice", "somebody else", now_s=services.world.now_s)
    services.world.run(0.2, "rover1", pose=HERE)
    answer = services.call("/safety/reset_all", "", epoch=seen)
    assert not answer.success and "newest stop is of epoch" in answer.message
    assert services.call("/safety/reset_all", "", epoch=seen + 1).success


def test_a_robot_that_was_reached_after_it_was_said_to_be_gone_is_not_forgotten(services) -> None:
    services.world.run(0.08, "rover2", pose=HERE)
    services.world.run(0.6, "rover1", pose=HERE)
    answer = services.call("/safety/forget_robot", "rover2", asked=time_msg(NOW_S - 1.5))
    assert not answer.success and "reached after that was said" in answer.message
    assert services.call("/safety/forget_robot", "rover2", asked=time_msg(NOW_S)).success


def test_a_hold_counts_from_when_it_was_said(services) -> None:
    stop_one(services.world)
    now_s = services.world.now_s
    assert services.call("/safety/jog_robot", "rover1", sent_s=NOW_S - 0.4).success
    assert services.world.gate.jog.holds("rover1", now_s + 0.05)
    assert not services.world.gate.jog.holds("rover1", now_s + 0.2)


def test_who_was_seen_after_it_was_said_that_nobody_is_there_stays(services) -> None:
    world, floor = services.world, [(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)]
    world.gate.people.heard("camera", floor, [Person("p", 5.0, 0.0)], world.now_s, 0.0)
    world.run(1.2, "rover1", pose=HERE)
    assert services.call("/safety/forget_people", "camera", asked=time_msg(NOW_S - 1.5)).message.startswith(
        "0 "
    )
    assert services.call("/safety/forget_people", "camera", asked=time_msg(NOW_S)).message.startswith("1 ")
