# SPDX-License-Identifier: Apache-2.0
"""What comes from other threads while a node closes."""

from types import SimpleNamespace
from typing import Any

from rclpy._rclpy_pybind11 import InvalidHandle

from tektra.ros.mailbox import Mailbox


def test_a_thread_that_posts_while_it_is_closed_is_left_in_peace() -> None:
    """It was ended by an error of the middleware's, in the midst of its own work."""
    closed: list[Any] = []

    def trigger() -> None:
        if closed:
            raise InvalidHandle("destroyed")

    node: Any = SimpleNamespace(
        create_guard_condition=lambda _: SimpleNamespace(trigger=trigger),
        destroy_guard_condition=closed.append,
    )
    mail: Mailbox[int] = Mailbox(node, lambda _: None)
    mail.post(1)
    mail.close()
    mail.post(2)
    assert len(closed) == 1
