# SPDX-License-Identifier: Apache-2.0
"""What SteadyExecutor runs before everything else."""

from rclpy.callback_groups import MutuallyExclusiveCallbackGroup


class Urgent(MutuallyExclusiveCallbackGroup):
    """A callback group whose subscriptions go before everything else that waits: stops."""
