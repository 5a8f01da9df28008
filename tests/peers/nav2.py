# SPDX-License-Identifier: Apache-2.0
"""Stands in for Nav2: rclpy alone, in a process of its own, without Tektra's code. No planner: it drives straight at its goal.

Serves navigate_to_pose, reads odom, and publishes its velocities as TwistStamped on cmd_vel_nav2 at 20 Hz. A goal beyond
100 m is aborted with an error, as where there is no path.
"""

import json
import math
import os
import sys
import threading
import time

import rclpy
from geometry_msgs.msg import TwistStamped
from nav2_msgs.action import NavigateToPose
from nav_msgs.msg import Odometry
from rclpy.action import ActionServer, CancelResponse
from rclpy.executors import MultiThreadedExecutor
from rclpy.node import Node

PERIOD_S = 0.05


class Navigator(Node):
    def __init__(self):
        super().__init__("bt_navigator")
        self.pose = None
        self.velocity = self.create_publisher(TwistStamped, "cmd_vel_nav2", 10)
        self.create_subscription(Odometry, "odom", self.on_odometry, 10)
        ActionServer(
            self,
            NavigateToPose,
            "navigate_to_pose",
            self.execute,
            cancel_callback=lambda _: CancelResponse.ACCEPT,
        )

    def on_odometry(self, message):
        position, turned = message.pose.pose.position, message.pose.pose.orientation
        self.pose = position.x, position.y, 2.0 * math.atan2(turned.z, turned.w)

    def execute(self, goal):
        aim, result = goal.request.pose.pose.position, NavigateToPose.Result()
        say("goal", x=aim.x, y=aim.y, frame=goal.request.pose.header.frame_id)
        if math.hypot(aim.x, aim.y) > 100.0:
            result.error_code, result.error_msg = 208, "no valid path found"
            goal.abort()
            return result
        while True:
            time.sleep(PERIOD_S)
            if goal.is_cancel_requested:
                goal.canceled()
                say("canceled")
                return result
            if self.pose is None:
                continue
            x, y, yaw = self.pose
            left = math.hypot(aim.x - x, aim.y - y)
            goal.publish_feedback(NavigateToPose.Feedback(distance_remaining=left))
            if left < 0.05:
                goal.succeed()
                return result
            aside = math.remainder(math.atan2(aim.y - y, aim.x - x) - yaw, math.tau)
            message = TwistStamped()
            message.header.stamp = self.get_clock().now().to_msg()
            message.twist.angular.z = max(-1.0, min(1.0, 2.0 * aside))
            message.twist.linear.x = min(2.0, left) if abs(aside) < 0.4 else 0.0  # more than the rover may
            self.velocity.publish(message)


def say(what, **more):
    sys.stdout.write(json.dumps({"what": what, **more}) + "\n")
    sys.stdout.flush()


def end_with_the_test():
    while os.getppid() != 1:
        time.sleep(0.2)
    os._exit(0)


def main():
    threading.Thread(target=end_with_the_test, daemon=True).start()
    rclpy.init()
    executor = MultiThreadedExecutor(4)
    executor.add_node(Navigator())
    say("ready")
    executor.spin()


if __name__ == "__main__":
    main()
