# SPDX-License-Identifier: Apache-2.0
"""What a bridge that was held up passes on: every stop, no motion, and no reset whose age is in doubt."""

import pytest

from tektra.bridge.held_up import refuse_held_up
from tektra.common.errors import InputError

STOPS = [
    "/safety/stop",
    "/safety/stop_request",
    "/safety/emergency_stop",
    "/safety/stop_robot",
    "/rover1/emergency_stop",
]
RESETS = ["/safety/reset", "/safety/reset_robot", "/safety/reset_all"]


@pytest.mark.parametrize("name", STOPS)
def test_a_stop_is_passed_on_however_late_it_is(name: str) -> None:
    refuse_held_up(name, 1000.0)


@pytest.mark.parametrize("name", RESETS)
def test_a_reset_is_not_once_it_may_have_waited(name: str) -> None:
    refuse_held_up(name, 0.0)
    with pytest.raises(InputError, match=r"waited here for 0\.6 s, and a stop may be newer"):
        refuse_held_up(name, 0.6)


def test_whatever_else_is_not_after_two_seconds() -> None:
    refuse_held_up("/tektra/command", 1.9)
    with pytest.raises(InputError, match=r"asked 2\.1 s ago"):
        refuse_held_up("/tektra/command", 2.1)
