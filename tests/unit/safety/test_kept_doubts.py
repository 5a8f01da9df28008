# SPDX-License-Identifier: Apache-2.0
"""Who was lost outlives the gate: a gate that is killed starts anew by itself, and must not drive anybody through them."""

import json
import math

import pytest

from tektra.safety.kept import UNREADABLE
from tektra.safety.kept_doubts import LONG_S, KeptDoubts, Times
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.people import Person
from tektra.safety.zones import Rules

from .conftest import ROVER

APART = Rules(0.2, 0.05)
THERE = (3.0, 0.0, math.pi)
FLOOR = [(-9.0, -9.0), (9.0, -9.0), (9.0, 9.0), (-9.0, 9.0)]


def times(world, later_s: float = 0.0) -> Times:
    """The system's clock is as far from the monotonic one as it likes."""
    return Times(world.now_s, 5000.0 + world.now_s + later_s)


def nearest(world, seconds: float = 10.0) -> float:
    """How near rover1 comes to where rover2 stood, driving at it."""
    x, v, closest = 0.5, 0.0, 9.0
    for step in range(round(seconds / 0.04)):
        world.tick()
        world.hear("rover1", pose=(x, 0.0, 0.0), moving=v > 0, twist=Twist(v))
        request = world.ask(goal=f"g{step // 25}", motion=Motion(Kind.VELOCITY, twist=Twist(0.5)))
        decided = world.gate.decide(request, now_s=world.now_s, stamp_s=world.clock_s)
        v = decided[1].motion.twist.vx if decided else max(0.0, v - 6.0 * 0.04)
        x += v * 0.04
        closest = min(closest, 3.0 - x)
    return closest


def lost(world, file, moving: bool = False) -> KeptDoubts:
    """rover2 falls silent; the gate notices, and keeps it."""
    kept = KeptDoubts(file, world.gate, times(world))
    told = {"pose": THERE, "moving": moving, "twist": Twist(0.3 if moving else 0.0)}
    world.run(0.2, "rover1", "rover2", **told)
    world.run(2.0, "rover1")
    kept.keep(times(world))
    return kept


def started_anew(new_world, file, later_s: float = 60.0):
    """Another gate, of which rover1 is the only robot."""
    world = new_world(rules=APART)
    KeptDoubts(file, world.gate, times(world, later_s))
    world.gate.described("rover1", "driver-1", ROVER, 0.3)
    world.run(0.4, "rover1", pose=(0.0, 0.0, 0.0))
    return world


def test_nobody_drives_through_a_robot_that_was_lost_before_the_gate_was_killed(
    ready_with, new_world, tmp_path
) -> None:
    lost(ready_with(rules=APART), tmp_path / "lost.json", moving=True)
    world = started_anew(new_world, tmp_path / "lost.json")
    assert nearest(world) >= 0.3 + 0.3 + 0.05 + 0.3
    assert any(words.startswith("rover2 may be within") for words in world.gate.doubts.told(world.now_s))
    world.gate.stops.stop("operator", "someone")
    world.run(0.4, "rover1")
    assert "rover2 moved when it was reached last" in world.reset_refused()
    world.gate.doubts.forget_robot("operator", "rover2", world.now_s)
    world.gate.stops.reset("operator")
    assert nearest(world) < 0.5


def test_it_is_back_when_it_says_where_it_is(ready_with, new_world, tmp_path) -> None:
    lost(ready_with(rules=APART), tmp_path / "lost.json")
    world = started_anew(new_world, tmp_path / "lost.json")
    world.gate.described("rover2", "driver-2", ROVER, 0.3)
    world.run(0.4, "rover1", "rover2", pose=(5.0, 5.0, 0.0))
    assert not world.gate.doubts.told(world.now_s)
    there = world.gate.known()["rover2"].there(world.now_s)
    assert (there.x, there.y, there.drift) == (5.0, 5.0, 0.0)


def test_whom_a_dead_camera_saw_last_walked_on_while_there_was_no_gate(
    ready_with, new_world, tmp_path
) -> None:
    world = ready_with()
    kept = KeptDoubts(tmp_path / "lost.json", world.gate, times(world))
    world.gate.people.heard("camera", FLOOR, [Person("p", 3.0, 0.0)], world.now_s, 0.0)
    world.run(2.0, "rover1")
    kept.keep(times(world))
    again = started_anew(new_world, tmp_path / "lost.json", later_s=3.0)
    (one,) = again.gate.people.last_seen
    assert one.around(again.now_s) == pytest.approx(1.6 * 3.0, abs=0.4), "by the system's clock"
    assert "whom camera saw last" in " ".join(again.gate.doubts.told(again.now_s))
    again.gate.people.heard("camera", FLOOR, [], again.now_s, 0.0)
    assert not list(again.gate.people.last_seen), "until that floor is seen again"


def test_a_gate_that_ended_in_order_keeps_who_had_been_lost_before_and_nobody_who_left_with_it(
    ready_with, new_world, tmp_path
) -> None:
    world, file = ready_with(rules=APART), tmp_path / "lost.json"
    kept = lost(world, file)
    world.run(0.2, "rover1", pose=(1.0, 0.0, 0.0))
    kept.close(times(world))
    assert json.loads(file.read_text())["robots"] == {}
    world.run(LONG_S, "rover1", pose=(1.0, 0.0, 0.0))
    world.run(0.6)
    kept.close(times(world))
    assert list(json.loads(file.read_text())["robots"]) == ["rover2"]
    again = started_anew(new_world, file)
    KeptDoubts(file, again.gate, times(again)).close(times(again))
    assert list(json.loads(file.read_text())["robots"]) == ["rover2"], "nor does it leave with the next one"


def test_one_that_stood_when_its_driver_ended_in_order_stays_as_it_was_and_holds_nobody(
    ready_with, new_world, tmp_path
) -> None:
    """It stands there still; who carries it away says so by its name."""
    world, file = ready_with(rules=APART), tmp_path / "lost.json"
    kept = KeptDoubts(file, world.gate, times(world))
    world.run(0.4, "rover1", "rover2", pose=THERE)
    world.gate.gone("rover2")
    world.run(2.0, "rover1", pose=(0.0, 0.0, 0.0))
    before = world.gate.known()["rover2"].there(world.now_s)
    kept.keep(times(world))
    again = started_anew(new_world, file)
    there = again.gate.known()["rover2"].there(again.now_s)
    assert (there.x, there.y, there.radius) == (before.x, before.y, before.radius)
    assert there.drift <= before.drift + 0.03
    again.gate.stops.stop("operator", "someone")
    again.gate.stops.reset("operator")


def test_one_that_was_said_to_be_gone_or_never_had_a_place_is_no_ghost_of_the_next_gate(
    ready_with, new_world, tmp_path
) -> None:
    world, file = ready_with(rules=APART), tmp_path / "lost.json"
    kept = lost(world, file)
    world.gate.gone("rover2")
    world.gate.doubts.forget_robot("operator", "rover2", world.now_s)
    world.gate.described("arm1", "driver-1", ROVER, 0.3)
    world.run(0.2, "rover1", "arm1")
    world.gate.gone("arm1")
    world.run(1.2, "rover1", pose=(0.0, 0.0, 0.0))
    kept.keep(times(world))
    again = started_anew(new_world, file)
    assert list(again.gate.known()) == ["rover1"]
    assert not again.gate.doubts.told(again.now_s)


def test_who_is_back_is_kept_where_it_is_and_no_longer_where_it_was_lost(ready_with, tmp_path) -> None:
    world, file = ready_with(rules=APART), tmp_path / "lost.json"
    kept = lost(world, file, moving=True)
    assert json.loads(file.read_text())["robots"]["rover2"]["moving"]
    world.run(1.2, "rover1", "rover2", pose=(5.0, 5.0, 0.0))
    kept.keep(times(world))
    back = json.loads(file.read_text())["robots"]["rover2"]
    assert back["place"] == [5.0, 5.0, 0.0] and not back["moving"] and back["far"] < 0.1


GOOD = {
    "moving": False,
    "height": 2.5,
    "place": [3.0, 0.0, 0.0],
    "far": 0.1,
    "body": [0.3, 6.0, 4.0],
    "flies": False,
}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"wall_s": 1.0, "robots": {}}',
        *(
            json.dumps({"wall_s": 1.0, "robots": {name: {**GOOD, **changes}}, "people": []})
            for name, changes in (
                ("safety", {}),
                ("rover2", {"place": [math.nan, 0.0, 0.0]}),
                ("rover2", {"place": [0.0, 0.0]}),
                ("rover2", {"body": [0.3, 0.0, 4.0]}),
                ("rover2", {"far": "no"}),
            )
        ),
        '{"wall_s": 1.0, "robots": {}, "people": [{"at": [1.0, Infinity]}]}',
    ],
)
def test_a_file_that_cannot_be_read_is_a_stop(new_world, tmp_path, content: str) -> None:
    file, world = tmp_path / "lost.json", new_world(rules=APART)
    file.write_text(content)
    KeptDoubts(file, world.gate, times(world))
    assert UNREADABLE in world.gate.latch.causes
    assert not world.gate.known()
    world.run(0.4)
    world.gate.stops.reset("operator")


def test_a_disk_that_is_full_is_told_and_ends_nothing(ready_with, tmp_path) -> None:
    (tmp_path / "lost.json").mkdir()
    world = ready_with(rules=APART)
    kept = KeptDoubts(tmp_path / "lost.json", world.gate, times(world))
    world.run(0.2, "rover1", "rover2", pose=THERE)
    world.run(2.0, "rover1")
    kept.keep(times(world))
    assert "cannot be written" in kept.fault


@pytest.mark.parametrize(
    "text",
    [
        '{"wall_s": HUGE, "robots": {}, "people": []}',
        '{"wall_s": 1, "robots": {"rover2": {"moving": true, "place": [HUGE, 0, 0], "body": [1, 1, 1], "far": 1}}, "people": []}',
        '{"wall_s": 1, "robots": {"rover2": {"moving": true, "place": [0, 0, 0], "body": [1e308, 1, 1], "far": 1e308}}, "people": []}',
        '{"wall_s": 1, "robots": {}, "people": [{"at": [1e308, 0], "speed": 1, "error": 1, "cause": "", "source": "", "seen_s": 0, "floor": []}]}',
        "NESTED",
        '"text"',
        "null",
        "[]",
    ],
)
def test_a_file_that_no_gate_wrote_is_a_stop_and_ends_no_gate(new_world, tmp_path, text: str) -> None:
    file = tmp_path / "lost.json"
    file.write_text(text.replace("HUGE", "9" * 400).replace("NESTED", "[" * 100_000))
    world = new_world(rules=APART)
    KeptDoubts(file, world.gate, times(world))
    assert UNREADABLE in world.gate.latch.causes


def test_a_floor_that_is_a_point_is_none(new_world, tmp_path) -> None:
    person = {"at": [0.0, 0.0], "speed": 1.6, "error": 0.1, "cause": "c", "source": "s", "seen_s": 0.0}
    told = {"wall_s": 1.0, "robots": {}, "people": [{**person, "floor": [[1.0, 1.0]] * 3}]}
    file = tmp_path / "lost.json"
    file.write_text(json.dumps(told))
    world = new_world(rules=APART)
    kept = KeptDoubts(file, world.gate, times(world))
    world.run(1.2)
    kept.keep(times(world))
    assert not kept.fault and json.loads(file.read_text())["people"][0]["floor"] == []
