# SPDX-License-Identifier: Apache-2.0
"""A robot that a zone stopped is driven out: slowly, outwards, and while somebody holds on."""

import math

import pytest
from shapely import box

from tektra.common.errors import InputError
from tektra.safety.jog import HELD_S
from tektra.safety.latch import COLLISION, ZONE
from tektra.safety.motion import Kind, Motion, Twist
from tektra.safety.zones import KEEP_OUT, Rules, Zone

STAIRS = Rules(0.2, 0.0, (Zone("stairs", KEEP_OUT, box(4.0, 0.0, 8.0, 10.0)),))
INSIDE = (4.3, 5.0, 0.0)


@pytest.fixture
def inside(ready_with):
    world = ready_with(rules=STAIRS)
    world.hear("rover1", pose=INSIDE, moving=True, twist=Twist(0.4))
    world.run(0.2, "rover1", pose=INSIDE)
    assert world.gate.latch.causes_of("rover1") == {ZONE}
    return world


def jog(world, vx: float = -0.5, wz: float = 0.0, skill: str = "jog", pose=INSIDE):
    """The next request of a jog; what is permitted, or None."""
    world.tick()
    world.hear("rover1", pose=pose)
    asked = world.ask(goal="jog1", skill=skill, motion=Motion(Kind.VELOCITY, twist=Twist(vx, 0.0, wz)))
    decided = world.gate.decide(asked, now_s=world.now_s, stamp_s=world.clock_s)
    return decided[1].motion.twist if decided else None


def test_nobody_jogs_without_an_operator(inside) -> None:
    assert jog(inside) is None


def test_it_drives_out_slowly_and_no_deeper(inside) -> None:
    inside.gate.jog.hold("operator", "rover1", inside.now_s)
    assert inside.gate.why_stopped("rover1", inside.now_s) == []
    permitted = [jog(inside) for _ in range(10)]
    assert all(twist and 0.0 < -twist.vx <= 0.1 for twist in permitted)
    assert jog(inside, vx=0.5) is None, "that is deeper"
    assert "stairs" in inside.last_reason()
    assert inside.gate.latch.causes_of("rover1") == {ZONE}, "the stop holds on"


def test_it_may_turn_on_the_spot_towards_its_way_out(inside) -> None:
    inside.gate.jog.hold("operator", "rover1", inside.now_s)
    twist = jog(inside, vx=0.0, wz=3.0)
    assert twist is not None and 0.0 < twist.wz <= 0.2


def test_who_lets_go_stands_at_once_and_must_be_asked_anew(inside) -> None:
    inside.gate.jog.hold("operator", "rover1", inside.now_s)
    assert jog(inside) is not None
    inside.run(HELD_S + 0.1, "rover1", pose=INSIDE)
    assert jog(inside) is None
    inside.gate.jog.hold("operator", "rover1", inside.now_s)
    assert jog(inside) is None
    assert "revoked" in inside.last_reason()


def test_other_skills_get_nothing_meanwhile(inside) -> None:
    inside.gate.jog.hold("operator", "rover1", inside.now_s)
    assert jog(inside, skill="move") is None


@pytest.mark.parametrize("robot", ["", "rover1"])
def test_where_anything_else_stopped_it_there_is_no_jogging(inside, robot: str) -> None:
    inside.gate.jog.hold("operator", "rover1", inside.now_s)
    inside.gate.stops.stop("operator", "someone", robot=robot)
    assert jog(inside) is None
    with pytest.raises(InputError):
        inside.gate.jog.hold("operator", "rover1", inside.now_s)


def test_what_is_not_stopped_is_not_jogged(inside) -> None:
    with pytest.raises(InputError, match="stopped by nothing"):
        inside.gate.jog.hold("operator", "rover2", inside.now_s)


def test_once_out_it_is_reset_and_drives_as_ever(inside) -> None:
    out, x = math.inf, 4.3
    for _ in range(400):
        inside.gate.jog.hold("operator", "rover1", inside.now_s)
        twist = jog(inside, pose=(x, 5.0, 0.0))
        if twist is None:
            break
        x += twist.vx * 0.04
        if x <= 3.72:
            out = x
            break
    assert out < 3.73
    inside.run(0.1, "rover1", pose=(x, 5.0, 0.0))
    inside.gate.stops.reset("operator", "rover1")
    assert not inside.gate.latch.alone


def test_words_that_were_long_under_way_hold_nothing_whatever_the_clock_of_who_said_them(inside) -> None:
    """By a clock that is ahead a word of long ago is of now, and the dead man's switch was held on after it was let go."""
    with pytest.raises(InputError, match="the clock of who asks is 1.50 s ahead"):
        inside.gate.jog.hold("operator", "rover1", inside.now_s, -1.5)
    inside.gate.jog.hold("operator", "rover1", inside.now_s, HELD_S + 0.1)
    assert jog(inside) is None
    inside.gate.jog.hold("operator", "rover1", inside.now_s, -0.01)
    inside.gate.jog.hold("operator", "rover1", inside.now_s, HELD_S + 0.1)
    assert jog(inside) is not None, "an older word that comes later ends no newer one"


@pytest.mark.parametrize("asked", [Twist(-0.6), Twist(wz=1.5), Twist(0.5, 0.0, -1.0)])
def test_one_that_touches_something_is_jogged_slowly_however_long_it_is_held(
    ready_with, asked: Twist
) -> None:
    """No zone holds it back there, as one does that is left."""
    world = ready_with()
    world.gate.stops.stop(COLLISION, "rover1", "it reports contact", "rover1")
    fastest, turn = 0.0, 0.0
    for _ in range(75):
        world.gate.jog.hold("operator", "rover1", world.now_s)
        twist = jog(world, asked.vx, asked.wz, pose=(0.0, 0.0, 0.0))
        assert twist is not None
        fastest, turn = max(fastest, abs(twist.vx)), max(turn, abs(twist.wz))
    assert fastest <= 0.1 + 1e-9 and turn <= 0.2 + 1e-9
    assert fastest > 0.09 or turn > 0.19, "and is jogged at all"
