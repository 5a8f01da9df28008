# SPDX-License-Identifier: Apache-2.0
"""A robot that was called "stop" made the word stop nothing any more: no robot is taken under such a name."""

import pytest

from tektra.common.errors import InputError
from tektra.planner.world.catalogue import read_actor


@pytest.mark.parametrize(
    "name", ["stop", "Stop", "halt", "freeze", "anhalten", "emergency_stop", "cancel", "alto", "basta"]
)
def test_it_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="the word stops"):
        read_actor(name, "rover", "x", [])


@pytest.mark.parametrize("name", ["rover1", "arm1", "spot", "helper", "kitchen_robot"])
def test_other_names_are_taken(name: str) -> None:
    assert read_actor(name, "rover", "x", []).name == name
