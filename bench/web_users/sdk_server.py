# SPDX-License-Identifier: Apache-2.0
"""foxglove-sdk's own server over ROS, without a door: what bench/bridge.py and bench/web.py compare with.

`sdk_server.py PORT [web]`."""

from __future__ import annotations

import sys
from typing import Any

import foxglove
import rclpy
from foxglove.websocket import Capability
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage, JointState
from std_msgs.msg import Empty

from tektra.ros.qos import RELIABLE, SENSOR
from tektra_interfaces.msg import AvatarState

BRIDGE = (("/bench/joint_states", JointState, RELIABLE), ("/bench/image", CompressedImage, SENSOR))
WEB = (
    ("/tektra/avatar/state", AvatarState, SENSOR),
    ("/camera/image_raw/compressed", CompressedImage, SENSOR),
)


def main() -> None:
    """Serves until it is killed."""
    rclpy.init()
    node = Node("sdk_server")
    stops = node.create_publisher(Empty, "/safety/stop", RELIABLE)

    class Listener:
        def on_message_data(self, client: Any, channel: int, data: bytes) -> None:
            stops.publish(Empty())

    foxglove.start_server(
        host="127.0.0.1",
        port=int(sys.argv[1]),
        capabilities=[Capability.ClientPublish],
        supported_encodings=["cdr"],
        server_listener=Listener(),
        message_backlog_size=512,
    )
    for topic, kind, qos in WEB if sys.argv[2:] == ["web"] else BRIDGE:
        name = f"{kind.__module__.partition('.')[0]}/msg/{kind.__name__}"
        schema = foxglove.Schema(name=name, encoding="ros2msg", data=b"")
        channel = foxglove.Channel(topic, schema=schema, message_encoding="cdr")
        node.create_subscription(kind, topic, channel.log, qos, raw=True)
    rclpy.spin(node)


if __name__ == "__main__":
    main()
