# SPDX-License-Identifier: Apache-2.0
"""What bench/web.py's gateway talks to: a scripted planner, an avatar, a camera, an ear; and a bare hop to compare with."""

from __future__ import annotations

import struct
import threading
import time
from array import array
from typing import Any

from web_users.people import STAMP

PIECES, PIECE_S = 20, 0.02
PICTURE_BYTES = 30_000


def serve_peer(pipe: Any, microphones: int) -> None:
    """Serves until it is told to end. At each word it tells the latencies of voice frames and of the bare hop since the last, in ms."""
    import rclpy
    from rclpy.callback_groups import ReentrantCallbackGroup
    from rclpy.executors import MultiThreadedExecutor
    from rclpy.node import Node
    from sensor_msgs.msg import CompressedImage
    from std_msgs.msg import Int64

    from tektra.ros.calls import action_server
    from tektra.ros.qos import AUDIO, RELIABLE, SENSOR
    from tektra_interfaces.action import Ask
    from tektra_interfaces.msg import AudioChunk, AvatarState

    rclpy.init()
    node = Node("bench_peer")
    voices: list[float] = []
    bare: list[float] = []

    def heard(message: AudioChunk) -> None:
        if message.data:  # the last one, of a microphone that was closed, holds none
            voices.append((time.time_ns() - struct.unpack("<q", message.data.tobytes()[:8])[0]) / 1e6)

    def ask(goal: Any) -> Ask.Result:
        words = []
        for number in range(PIECES):
            words.append(f"{time.time_ns()} word{number} ")
            goal.publish_feedback(Ask.Feedback(delta=words[-1]))
            time.sleep(PIECE_S)
        goal.succeed()
        return Ask.Result(request_id="r", reply="".join(words), outcome=Ask.Result.OUTCOME_ANSWERED)

    for number in range(microphones):
        node.create_subscription(AudioChunk, f"/humans/voices/web{number}/audio", heard, AUDIO)
    node.create_subscription(
        Int64, "/bench/bare", lambda m: bare.append((time.time_ns() - m.data) / 1e6), RELIABLE
    )
    hop = node.create_publisher(Int64, "/bench/bare", RELIABLE)
    avatar = node.create_publisher(AvatarState, "/tektra/avatar/state", SENSOR)
    camera = node.create_publisher(CompressedImage, "/camera/image_raw/compressed", SENSOR)
    picture = jpeg(PICTURE_BYTES - STAMP.size)

    def shoot() -> None:
        data = array("B", picture + STAMP.pack(time.time_ns()))
        camera.publish(CompressedImage(format="jpeg", data=data))

    node.create_timer(
        1 / 30, lambda: avatar.publish(AvatarState(stamp=node.get_clock().now().to_msg(), look="{}"))
    )
    node.create_timer(1 / 10, shoot)
    node.create_timer(1 / 50, lambda: hop.publish(Int64(data=time.time_ns())))
    action_server(node, Ask, "/tektra/ask", ask, callback_group=ReentrantCallbackGroup())
    executor = MultiThreadedExecutor(32)
    executor.add_node(node)
    threading.Thread(target=executor.spin, daemon=True).start()
    while True:
        word = pipe.recv()
        pipe.send({"voices": list(voices), "bare": list(bare)})
        voices.clear()
        bare.clear()
        if word == "end":
            break
    executor.shutdown(1.0)


def jpeg(size: int) -> bytes:
    """Bytes with the head of a JPEG of 640 by 480."""
    head = b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", 480, 640) + b"\x03" + bytes(9)
    return head + bytes(size - len(head))
