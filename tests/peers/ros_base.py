# SPDX-License-Identifier: Apache-2.0
"""A differential base as any vendor's driver plays it: rclpy alone, in a process of its own, without Tektra's code.

Takes Twist or TwistStamped on <namespace>/base/cmd_vel, tells <namespace>/base/odom at 50 Hz, and stands when velocities cease for
0.4 s, as diff_drive_controller does. The first line on stdout names its truth port: JSON lines at 50 Hz.
"""

import argparse
import json
import math
import os
import socket
import sys
import time

import rclpy
from geometry_msgs.msg import Twist, TwistStamped
from nav_msgs.msg import Odometry
from rclpy.node import Node

PERIOD_S, TIMEOUT_S = 0.02, 0.4
ACCELERATION, BRAKING, TURNING = 1.5, 5.0, 8.0


class Base(Node):
    def __init__(self, given):
        super().__init__("base_controller")
        self.x = self.y = self.yaw = self.vx = self.wz = 0.0
        self.goal, self.goal_s = (0.0, 0.0), -math.inf
        self.commands = 0
        sort = TwistStamped if given.stamped else Twist
        self.create_subscription(sort, "base/cmd_vel", self.on_velocity, 10)
        self.odometry = self.create_publisher(Odometry, "base/odom", 10)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.setblocking(False)
        self.watchers = []
        self.create_timer(PERIOD_S, self.step)
        sys.stdout.write(json.dumps({"truth": self.server.getsockname()[1]}) + "\n")
        sys.stdout.flush()

    def on_velocity(self, message):
        twist = message.twist if isinstance(message, TwistStamped) else message
        self.goal, self.goal_s = (twist.linear.x, twist.angular.z), time.monotonic()
        self.commands += 1

    def step(self):
        if os.getppid() == 1:
            raise KeyboardInterrupt
        now_s = time.monotonic()
        vx, wz = self.goal if now_s - self.goal_s <= TIMEOUT_S else (0.0, 0.0)
        rate = ACCELERATION if abs(vx) > abs(self.vx) else BRAKING
        self.vx += max(-rate * PERIOD_S, min(rate * PERIOD_S, vx - self.vx))
        self.wz += max(-TURNING * PERIOD_S, min(TURNING * PERIOD_S, wz - self.wz))
        self.x += self.vx * math.cos(self.yaw) * PERIOD_S
        self.y += self.vx * math.sin(self.yaw) * PERIOD_S
        self.yaw += self.wz * PERIOD_S
        message = Odometry(child_frame_id="base_link")
        message.header.frame_id, message.header.stamp = "odom", self.get_clock().now().to_msg()
        message.pose.pose.position.x, message.pose.pose.position.y = self.x, self.y
        message.pose.pose.orientation.z = math.sin(self.yaw / 2.0)
        message.pose.pose.orientation.w = math.cos(self.yaw / 2.0)
        message.twist.twist.linear.x, message.twist.twist.angular.z = self.vx, self.wz
        self.odometry.publish(message)
        self.tell(now_s)

    def tell(self, now_s):
        try:
            self.watchers.append(self.server.accept()[0])
        except BlockingIOError:
            pass
        names = ("x", "y", "yaw", "vx", "wz", "commands")
        line = json.dumps({"t": now_s, **{name: getattr(self, name) for name in names}}) + "\n"
        for client in list(self.watchers):
            try:
                client.sendall(line.encode())
            except OSError:
                self.watchers.remove(client)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stamped", action="store_true")
    given, ros = parser.parse_known_args()
    rclpy.init(args=[sys.argv[0], *ros])
    try:
        rclpy.spin(Base(given))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
