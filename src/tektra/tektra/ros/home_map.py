# SPDX-License-Identifier: Apache-2.0
"""The world as messages that rviz and Foxglove show: a map and its named places."""

from __future__ import annotations

import math
from array import array

import numpy as np
from builtin_interfaces.msg import Time
from geometry_msgs.msg import Point, Pose, Quaternion
from nav_msgs.msg import OccupancyGrid
from std_msgs.msg import ColorRGBA
from visualization_msgs.msg import Marker, MarkerArray

from tektra.common.world import Box, World

FREE, OCCUPIED = 0, 100


def occupancy_grid(world: World, resolution_m: float, stamp: Time) -> OccupancyGrid:
    """The floor in cells: occupied where the cell's centre lies in a wall or a piece of furniture."""
    bounds = world.bounds
    columns = max(1, math.ceil((bounds.x_max_m - bounds.x_min_m) / resolution_m))
    rows = max(1, math.ceil((bounds.y_max_m - bounds.y_min_m) / resolution_m))
    x = bounds.x_min_m + (np.arange(columns) + 0.5) * resolution_m
    y = bounds.y_min_m + (np.arange(rows) + 0.5) * resolution_m
    taken = np.zeros((rows, columns), dtype=bool)
    for box in world.obstacles():
        taken |= _covered(box, x[None, :], y[:, None])
    grid = OccupancyGrid()
    grid.header.frame_id, grid.header.stamp = world.frame, stamp
    grid.info.map_load_time, grid.info.resolution = stamp, resolution_m
    grid.info.width, grid.info.height = columns, rows
    grid.info.origin.position.x, grid.info.origin.position.y = bounds.x_min_m, bounds.y_min_m
    grid.data = array("b", np.where(taken, OCCUPIED, FREE).astype(np.int8).tobytes())
    return grid


def place_markers(world: World, stamp: Time) -> MarkerArray:
    """For each place an arrow at its pose and its name above it."""
    markers = []
    for number, place in enumerate(world.places.values()):
        pose = Pose(
            position=Point(x=place.pose.x_m, y=place.pose.y_m, z=0.02), orientation=_yaw(place.pose.yaw_rad)
        )
        arrow = _marker(world.frame, stamp, "places", number, Marker.ARROW)
        arrow.pose = pose
        arrow.scale.x, arrow.scale.y, arrow.scale.z = 0.5, 0.08, 0.08
        arrow.color = ColorRGBA(r=0.1, g=0.5, b=0.9, a=0.8)
        name = _marker(world.frame, stamp, "place_names", number, Marker.TEXT_VIEW_FACING)
        name.pose.position = Point(x=place.pose.x_m, y=place.pose.y_m, z=0.6)
        name.scale.z, name.text = 0.35, place.name
        name.color = ColorRGBA(r=0.1, g=0.1, b=0.1, a=1.0)
        markers += [arrow, name]
    return MarkerArray(markers=markers)


def _covered(box: Box, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    c, s = math.cos(box.yaw_rad), math.sin(box.yaw_rad)
    dx, dy = x - box.x_m, y - box.y_m
    along, across = c * dx + s * dy, -s * dx + c * dy
    return (np.abs(along) <= box.length_m / 2.0) & (np.abs(across) <= box.width_m / 2.0)


def _marker(frame: str, stamp: Time, namespace: str, number: int, kind: int) -> Marker:
    marker = Marker(ns=namespace, id=number, type=kind, action=Marker.ADD)
    marker.header.frame_id, marker.header.stamp = frame, stamp
    marker.pose.orientation.w = 1.0
    return marker


def _yaw(angle_rad: float) -> Quaternion:
    return Quaternion(z=math.sin(angle_rad / 2.0), w=math.cos(angle_rad / 2.0))
