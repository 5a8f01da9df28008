# SPDX-License-Identifier: Apache-2.0
"""What SteadyExecutor runs before everything else."""

from rclpy.callback_groups import MutuallyExclusiveCallbackGroup
from rclpy.subscription import Subscription


class Urgent(MutuallyExclusiveCallbackGroup):
    """A callback group whose subscriptions go before everything else that waits: stops."""


def is_urgent(subscription: Subscription) -> bool:
    return isinstance(subscription.callback_group, Urgent)
