# SPDX-License-Identifier: Apache-2.0
"""A node whose timers no clock can stop, and which no question about its parameters holds up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rclpy.callback_groups import CallbackGroup
from rclpy.clock import Clock
from rclpy.clock_type import ClockType
from rclpy.node import Node
from rclpy.timer import Timer

from tektra.ros.told_parameters import ToldParameters


class SteadyNode(Node):
    """Its timers run by the steady clock, whoever creates them, unless they name another.

    A timer of the node's own clock stands while that clock is set back, or while `/clock` pauses (`use_sim_time`):
    a watchdog must not. The node's clock serves for stamps alone. Its parameters are told, and never set.
    """

    def __init__(self, name: str, **ros: Any) -> None:
        """See rclpy."""
        super().__init__(name, start_parameter_services=False, **ros)
        self._told_parameters = ToldParameters(self)

    def create_timer(
        self,
        timer_period_sec: float,
        callback: Callable[..., None] | None,
        callback_group: CallbackGroup | None = None,
        clock: Clock | None = None,
        autostart: bool = True,
        **more: Any,
    ) -> Timer:
        """See rclpy."""
        steady = clock or Clock(clock_type=ClockType.STEADY_TIME)
        return super().create_timer(timer_period_sec, callback, callback_group, steady, autostart, **more)
