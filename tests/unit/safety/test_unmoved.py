# SPDX-License-Identifier: Apache-2.0
"""A poster that a camera takes for a person, and an operator who says so; whoever may stand there instead counts."""

import math

import pytest

from tektra.common.errors import InputError
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.people import Person
from tektra.safety.unmoved import GAP_S, MOST, NEAR_M, STILL_M, STILL_S, Unmoved

STEP_S = 0.24
POSTER = (1.0, 0.0)
FLOOR = [(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)]


class Hall:
    """A gate, a robot that stands 1 m before a poster, and a camera."""

    def __init__(self, world) -> None:
        self.world, self.goals = world, 0

    def see(self, *places: tuple[float, float], source: str = "camera", seconds: float = STEP_S) -> None:
        for _ in range(max(1, round(seconds / STEP_S))):
            self.world.run(STEP_S, "rover1", pose=(0.0, 0.0, 0.0))
            people = [Person(f"o{number}", x, y) for number, (x, y) in enumerate(places)]
            self.world.gate.people.heard(source, FLOOR, people, self.world.now_s, 0.05)

    @property
    def free(self) -> bool:
        """Whether the robot may drive at the poster, at full speed."""
        self.goals += 1
        asked = self.world.ask("rover1", f"g{self.goals}", motion=Motion(Kind.VELOCITY, twist=Twist(0.3)))
        self.world.tick()
        return bool(self.world.permitted(asked))

    def dismiss(self, name: str = "camera#1", who: str = "Ann") -> None:
        self.world.gate.doubts.no_person(who, name, self.world.now_s)

    def audit(self) -> list[tuple[str, str, str]]:
        self.world.tick()
        return [(r.who, r.event, r.detail) for r in self.world.gate.take_records()]


@pytest.fixture
def hall(ready_with) -> Hall:
    return Hall(ready_with())


@pytest.fixture
def told_away(hall: Hall) -> Hall:
    hall.see(POSTER, seconds=STILL_S + 1.0)
    assert not hall.free
    hall.dismiss()
    hall.audit()
    return hall


def again(hall: Hall) -> bool:
    """Whether it counts as somebody again, and the audit says so."""
    held = not hall.free
    told = any(event == "doubt" and "counts as somebody again" in detail for _, event, detail in hall.audit())
    assert held == told
    return held


def test_a_poster_is_told_away_by_its_name_and_the_audit_says_by_whom(hall: Hall) -> None:
    hall.see(POSTER, seconds=STILL_S + 1.0)
    hall.audit()
    hall.dismiss()
    assert ("Ann", "forget", "camera#1 is said to be no person") in hall.audit()
    assert hall.free
    hall.see(POSTER, seconds=20.0)
    assert hall.free
    told = hall.world.gate.people.doubts(hall.world.now_s)
    assert any("camera#1 at (1.00, 0.00)" in words and "Ann" in words for words in told)


def test_who_did_not_stand_still_for_long_cannot_be_told_away(hall: Hall) -> None:
    hall.see(POSTER, seconds=STILL_S / 2)
    with pytest.raises(InputError, match="does not stand still"):
        hall.dismiss()
    for step in range(round(STILL_S / STEP_S) + 20):  # slowly up and down
        hall.see((1.0, 0.4 * math.sin(0.1 * step)))
    with pytest.raises(InputError, match="does not stand still"):
        hall.dismiss()
    assert not hall.free


def test_no_name_tells_nobody_away_and_is_answered_with_the_names(hall: Hall) -> None:
    hall.see(POSTER, (1.0, -3.5), seconds=STILL_S + 1.0)
    for name in ("", "camera", "camera#9"):
        with pytest.raises(InputError, match=r"camera#1 at \(1.00, 0.00\).*camera#2"):
            hall.dismiss(name)
    assert not hall.free


def test_it_is_somebody_again_when_it_moves(told_away: Hall) -> None:
    told_away.see((POSTER[0], STILL_M + 0.05))
    assert not told_away.free
    told_away.see((POSTER[0], STILL_M + 0.05), seconds=2.0 * GAP_S)
    assert again(told_away)


def test_it_is_somebody_again_when_anybody_comes_near(told_away: Hall) -> None:
    told_away.see(POSTER, (1.0, NEAR_M - 0.2))
    told_away.see(POSTER)
    assert again(told_away)


def test_two_at_its_place_are_two(told_away: Hall) -> None:
    told_away.see(POSTER, (1.05, 0.0))
    assert again(told_away)


def test_who_steps_before_it_from_one_report_to_the_next_counts(hall: Hall) -> None:
    """Somebody sits beside it as still; then the camera tells of one alone, and it may be either."""
    hall.see(POSTER, (1.0, 1.0), seconds=STILL_S + 1.0)
    hall.dismiss()
    hall.audit()
    hall.see(POSTER)
    assert again(hall)


def test_somebody_whom_another_camera_tells_of_near_it_counts_for_it(told_away: Hall) -> None:
    told_away.see((1.0, 1.5), source="door")
    told_away.see(POSTER)
    assert again(told_away)


def test_it_is_somebody_again_after_its_camera_was_blind(told_away: Hall) -> None:
    told_away.world.run(3.0, "rover1", pose=(0.0, 0.0, 0.0))
    told_away.see(POSTER)
    assert again(told_away)


def test_it_is_somebody_again_after_it_was_not_told_of(told_away: Hall) -> None:
    told_away.see(seconds=GAP_S + 2.0 * STEP_S)
    told_away.see(POSTER)
    assert again(told_away)


def test_a_report_that_cannot_place_somebody_ends_it(told_away: Hall) -> None:
    told_away.see(POSTER, (math.nan, 0.0))
    told_away.see(POSTER)
    assert again(told_away)


def test_another_sensor_that_tells_of_somebody_there_is_believed(told_away: Hall) -> None:
    told_away.see(POSTER, source="lidar")
    assert not told_away.free


def test_it_can_be_told_away_anew_only_after_it_stood_still_anew(told_away: Hall) -> None:
    told_away.see(POSTER, (1.0, 1.0))
    told_away.see(POSTER, seconds=STILL_S / 2)
    with pytest.raises(InputError):
        told_away.dismiss()
    told_away.see(POSTER, seconds=STILL_S)
    told_away.dismiss()
    assert told_away.free


def test_it_cannot_be_told_away_while_somebody_is_near(hall: Hall) -> None:
    hall.see(POSTER, seconds=STILL_S + 1.0)
    hall.see(POSTER, (1.0, 2.0))
    with pytest.raises(InputError, match="somebody is within 3 m"):
        hall.dismiss()


def test_in_a_crowd_nobody_is_left_out_and_memory_is_bounded() -> None:
    unmoved = Unmoved()
    for step in range(round(STILL_S / STEP_S) + 2):
        unmoved.of("k", "camera", [Person("p", 0.0, 0.0)], step * STEP_S)
    now_s = (round(STILL_S / STEP_S) + 1) * STEP_S
    unmoved.dismiss("camera#1", "Ann", now_s)
    crowd = [Person("p", 0.0, 0.0), *(Person("", 100.0 + 2.0 * n, 0.0) for n in range(MOST))]
    assert unmoved.of("k", "camera", crowd, now_s + STEP_S) == set()
    for step in range(50):
        unmoved.of(
            "k", "camera", [Person("", 1000.0 * step + 2.0 * n, 0.0) for n in range(MOST)], now_s + step
        )
    assert len(unmoved._places) <= 2 * MOST
