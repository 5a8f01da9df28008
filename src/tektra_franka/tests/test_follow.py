# SPDX-License-Identifier: Apache-2.0
"""From targets to velocities, without an arm; and what happens without franky."""

import sys

import pytest
from tektra_franka.arm import Reading
from tektra_franka.follow import HORIZON_S, velocities
from tektra_franka.link import FrankaLink

from tektra.common.errors import BackendError


def test_a_near_target_is_approached_gently_and_never_passed():
    assert velocities([0.1], [0.0], [1.0]) == pytest.approx([0.1 / HORIZON_S])
    assert velocities([0.0], [0.0], [1.0]) == [0.0]


def test_no_joint_is_faster_than_its_speed_and_all_slow_down_alike():
    rates = velocities([1.0, 0.5], [0.0, 0.0], [0.5, 2.0])
    assert rates == pytest.approx([0.5, 0.25])


def test_a_joint_without_a_target_stays():
    assert velocities([None, -1.0], [3.0, 0.0], [1.0, 1.0]) == pytest.approx([0.0, -1.0])


def test_without_franky_the_pip_line_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "franky", None)
    link = FrankaLink("franka1", "127.0.0.1", 1337)
    with pytest.raises(BackendError, match=r"requirements/franka\.in"):
        link.connect()
    assert not link.up
    link.close()


@pytest.mark.parametrize(
    ("trouble", "contact"),
    [("reflex: it met something", True), ("a user holds its brake", False), ("", False)],
)
def test_a_reflex_of_the_arm_is_contact(trouble, contact):
    link = FrankaLink("franka1", "127.0.0.1", 1337)
    assert not link.collision
    link._newest = Reading(0.0, (0.0,) * 7, (0.0,) * 7, trouble)
    assert link.collision is contact
