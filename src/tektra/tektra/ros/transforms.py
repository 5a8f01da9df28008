# SPDX-License-Identifier: Apache-2.0
"""The message of `/tf`, where it is installed: the wheels of ROS 2 on PyPI have no tf2."""

try:
    from tf2_msgs.msg import TFMessage
except ImportError:
    TFMessage = None

__all__ = ["TFMessage"]
