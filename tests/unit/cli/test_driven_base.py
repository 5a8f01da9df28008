# SPDX-License-Identifier: Apache-2.0
"""A base that is driven while its link is cut: by a robot in a box, on a clock of its own."""

import math
import threading
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from tektra.cli import driven_base
from tektra.cli.braking import Unmeasured
from tektra.cli.driven_base import DrivenBase
from tektra.ros.clock import time_msg
from tektra_interfaces.msg import RobotDescription

TICK_S, ODOMETRY_S = 0.01, 0.05
BRAKES_MPS2, DEAD_MAN_S = 1.0, 0.3
SPEED_MPS = 0.4


class Box:
    """A clock, and a robot on it that goes as it was told last, and stands when nobody tells it anything. `link`: it hears and is heard."""

    def __init__(self) -> None:
        self.now_s, self.link = 1000.0, True
        self._x = self._speed = self._asked = 0.0
        self._asked_s = self._told_s = 0.0
        self._due_s = math.inf
        self._heard: dict[str, Callable[[Any], None]] = {}
        self._newest: Any = None
        self._clock = threading.Condition()
        self._owner = threading.get_ident()
        self.node = SimpleNamespace(
            create_subscription=lambda kind, topic, heard, qos: self._heard.__setitem__(topic, heard),
            create_publisher=lambda *_: SimpleNamespace(publish=self._obey, get_subscription_count=lambda: 1),
        )

    time = monotonic = lambda self: self.now_s

    def taking(self, for_s: float, act: Callable[[], None]) -> Callable[[], None]:
        """Does that when so much time has passed: on the thread that spins, nobody listens meanwhile; another one waits for it."""

        def acts() -> None:
            if threading.get_ident() == self._owner:
                self._pass(self.now_s + for_s)
                return act()
            with self._clock:
                self._due_s = self.now_s + for_s
                self._clock.wait_for(lambda: self.now_s >= self._due_s, 10.0)
                self._due_s = math.inf
                try:
                    act()
                finally:
                    self._clock.notify_all()

        return acts

    def spin_until(self, holds: Callable[[], bool], timeout_s: float) -> bool:
        """As a Session's."""
        until_s = self.now_s + timeout_s
        while not holds():
            if self.now_s >= until_s:
                return False
            self._pass(self.now_s + TICK_S)
            if self._newest is not None:
                newest, self._newest = self._newest, None
                self._heard["/rover1/odom"](newest)
        return True

    def _obey(self, message: Any) -> None:
        if self.link:
            self._asked, self._asked_s = message.twist.linear.x, self.now_s

    def _pass(self, until_s: float) -> None:
        while self.now_s < until_s - 1e-9:
            with self._clock:
                self.now_s += TICK_S
                self._clock.notify_all()
                assert self._clock.wait_for(lambda: self.now_s < self._due_s, 10.0)
            wanted = self._asked if self.now_s - self._asked_s < DEAD_MAN_S else 0.0
            change = BRAKES_MPS2 * TICK_S
            self._speed += min(max(wanted - self._speed, -change), change)
            self._x += self._speed * TICK_S
            if self.link and self.now_s - self._told_s >= ODOMETRY_S:
                self._told_s, self._newest = self.now_s, self._odometry()

    def _odometry(self) -> Any:
        """Of those that were not taken the newest is kept (MOTION)."""
        vector = SimpleNamespace(x=self._speed, y=0.0)
        return SimpleNamespace(
            header=SimpleNamespace(stamp=time_msg(self.now_s)),
            pose=SimpleNamespace(pose=SimpleNamespace(position=SimpleNamespace(x=self._x, y=0.0))),
            twist=SimpleNamespace(twist=SimpleNamespace(linear=vector)),
        )


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Box:
    made = Box()
    monkeypatch.setattr(driven_base, "time", made)
    monkeypatch.setattr(
        driven_base, "service_client", lambda *_: SimpleNamespace(service_is_ready=lambda: True)
    )
    return made


@pytest.fixture
def base(box: Box) -> DrivenBase:
    made = DrivenBase(box, "rover1")  # type: ignore[arg-type]
    box._heard["/rover1/description"](RobotDescription())
    made.described()
    return made


@pytest.mark.parametrize("takes_s", [0.0, 1.0])
def test_a_link_is_cut_while_it_drives_however_long_that_takes(
    box: Box, base: DrivenBase, takes_s: float
) -> None:
    cut, mend = (box.taking(takes_s, partial(setattr, box, "link", there)) for there in (False, True))
    stop = base.cut_from(SPEED_MPS, cut, mend)
    assert stop.speed == pytest.approx(SPEED_MPS, rel=0.1)
    # It goes on for the dead man's time, and brakes.
    assert stop.distance == pytest.approx(SPEED_MPS * DEAD_MAN_S + SPEED_MPS**2 / 2.0 / BRAKES_MPS2, abs=0.05)
    assert 1.0 < stop.time_s < 3.5


def test_silence_ends_with_the_link_and_not_with_the_command_that_mends_it(
    box: Box, base: DrivenBase
) -> None:
    def mend() -> None:
        box.link = True
        box.taking(3.0, lambda: None)()

    stop = base.cut_from(SPEED_MPS, partial(setattr, box, "link", False), mend)
    assert stop.time_s < 2.5


@pytest.mark.parametrize("takes_s", [0.0, 1.0])
def test_a_command_that_cuts_nothing_is_no_cut(box: Box, base: DrivenBase, takes_s: float) -> None:
    mended: list[bool] = []
    with pytest.raises(Unmeasured, match="was not cut"):
        base.cut_from(SPEED_MPS, box.taking(takes_s, lambda: None), lambda: mended.append(True))
    assert mended, "half a cut is mended, too"


def test_a_link_is_mended_whose_cutting_failed(box: Box, base: DrivenBase) -> None:
    def fail() -> None:
        box.link = False
        raise Unmeasured("'cut' failed")

    with pytest.raises(Unmeasured, match="'cut' failed"):
        base.cut_from(SPEED_MPS, fail, partial(setattr, box, "link", True))
    assert box.link
