# SPDX-License-Identifier: Apache-2.0
"""What the planner publishes besides its actions and services."""

from __future__ import annotations

from typing import Any

from std_msgs.msg import String
from visualization_msgs.msg import MarkerArray

from tektra.common.world import World
from tektra.planner.interface.messages import description_of, time_message
from tektra.planner.world.catalogue import Actor
from tektra.ros import qos
from tektra.ros.calls import service_client
from tektra.ros.home_map import occupancy_grid, place_markers
from tektra.ros.home_map_topic import HomeMapTopic
from tektra.ros.stops import StopPublisher
from tektra.ros.zone_check import ZoneCheck
from tektra_interfaces.msg import Plan, ReplyDelta, RobotDescription
from tektra_interfaces.srv import PlayGesture


class Publishers:
    """Made once for the node's life; what is latched stays to be had while the node is not active."""

    def __init__(self, node: Any) -> None:
        self.delta = node.create_publisher(ReplyDelta, "/tektra/reply", qos.RELIABLE)
        self.request = node.create_publisher(String, "/tektra/request", qos.RELIABLE)
        self.answer = node.create_publisher(ReplyDelta, "/tektra/answer", qos.RELIABLE)
        self.question = node.create_publisher(String, "/tektra/question", qos.RELIABLE)
        self.plan = node.create_publisher(Plan, "/tektra/plan", qos.LATCHED)
        self._gesture = service_client(node, PlayGesture, "/tektra/avatar/gesture")
        self._stop = StopPublisher(node, "voice", "planner")
        self._description = node.create_publisher(RobotDescription, "/tektra/description", qos.LATCHED)
        self._map, self._zones = HomeMapTopic(node), ZoneCheck(node)
        self._places = node.create_publisher(MarkerArray, "/tektra/places", qos.LATCHED)

    def gesture(self, name: str) -> None:
        """Has the face make it, where there is one; waits for nothing."""
        if self._gesture.service_is_ready():
            self._gesture.call_async(PlayGesture.Request(gesture=name))

    def stop(self) -> None:
        """Stops everything: what somebody asked for, typed or said, was a stop."""
        self._stop.stop("asked to stop")

    def stop_robot(self, robot: str) -> None:
        """Stops that robot alone: its driver halts by itself, and the gate holds it."""
        self._stop.stop_robot(robot, "asked to stop")

    def announce(self, tektra: Actor, world: World, resolution_m: float, now_s: float) -> None:
        """Tells who Tektra is and what the world looks like."""
        stamp = time_message(now_s)
        self._description.publish(description_of(tektra, now_s))
        self._map.set(occupancy_grid(world, resolution_m, stamp))
        self._zones.set(world)
        self._places.publish(place_markers(world, stamp))
