# SPDX-License-Identifier: Apache-2.0
"""What vision saw, as messages."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Protocol

from geometry_msgs.msg import Point32, Polygon
from sensor_msgs.msg import CameraInfo, RegionOfInterest

from tektra.ros.clock import time_msg
from tektra_interfaces.msg import (
    Detection2D,
    Detection2DArray,
    ObjectHypothesisWithPose,
    PeoplePositions,
    PersonPosition,
    Scene,
    SceneObject,
)


class Box(Protocol):
    """A rectangle in an image, px from the left and top."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def width(self) -> float: ...
    @property
    def height(self) -> float: ...


class Seen(Protocol):
    """A thing in an image: its class, score 0..1 and box."""

    @property
    def class_id(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def box(self) -> Box: ...


class Summed(Protocol):
    """A class of things in view: how many, confidence 0..1, and left, centre or right."""

    @property
    def class_id(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def confidence(self) -> float: ...
    @property
    def where(self) -> str: ...


class Spot(Protocol):
    """A place on the map, m, and the radius in which somebody really is."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def uncertainty(self) -> float: ...


class Standing(Protocol):
    """Somebody on the map; velocity in m/s, None where nobody knows it."""

    @property
    def id(self) -> str: ...
    @property
    def spot(self) -> Spot: ...
    @property
    def velocity(self) -> tuple[float, float] | None: ...


class Placed(Protocol):
    """Everybody whom one image shows on the map, and the floor on which it would show anybody."""

    @property
    def people(self) -> Sequence[Standing]: ...
    @property
    def seen(self) -> Sequence[tuple[float, float]]: ...


class Placed3(Protocol):
    """A place on the map, m, and the radius within which the thing really is."""

    @property
    def x(self) -> float: ...
    @property
    def y(self) -> float: ...
    @property
    def z(self) -> float: ...
    @property
    def uncertainty(self) -> float: ...


class Kept(Protocol):
    """A thing that is remembered; `spot` is None where nobody knows where on the map it is."""

    @property
    def id(self) -> str: ...
    @property
    def class_id(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def seen_s(self) -> float: ...
    @property
    def spot(self) -> Placed3 | None: ...


def objects_msg(things: Iterable[Kept], now_s: float) -> Detection2DArray:
    """Things as they are remembered: the stamp of each is when it was seen last, its frame `map`, or empty without a place."""
    array = Detection2DArray()
    array.header.stamp, array.header.frame_id = time_msg(now_s), "map"
    for thing in things:
        one, best = Detection2D(id=thing.id), ObjectHypothesisWithPose()
        one.header.stamp = time_msg(thing.seen_s)
        best.hypothesis.class_id, best.hypothesis.score = thing.class_id, float(thing.confidence)
        if thing.spot is not None:
            one.header.frame_id, pose = "map", best.pose
            pose.pose.position.x, pose.pose.position.y = float(thing.spot.x), float(thing.spot.y)
            pose.pose.position.z, pose.pose.orientation.w = float(thing.spot.z), 1.0
            # Within the radius in two of its standard deviations; which way round it stands nobody knows.
            flat = float(thing.spot.uncertainty / 2.0) ** 2
            pose.covariance = [
                flat,
                *[0.0] * 6,
                flat,
                *[0.0] * 6,
                flat,
                *[0.0] * 6,
                9.9,
                *[0.0] * 6,
                9.9,
                *[0.0] * 6,
                9.9,
            ]
        one.results = [best]
        array.detections.append(one)
    return array


class Calibrated(Protocol):
    """A camera's intrinsics, px, and its model of distortion by the name that sensor_msgs has for it."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def fx(self) -> float: ...
    @property
    def fy(self) -> float: ...
    @property
    def cx(self) -> float: ...
    @property
    def cy(self) -> float: ...
    @property
    def model(self) -> str: ...
    @property
    def distortion(self) -> Sequence[float]: ...
    def at(self, size: tuple[int, int]) -> Calibrated:
        """The same camera with pictures of another width and height. Raises InputError where they were cut."""


def camera_info_msg(camera: Calibrated, stamp_s: float, frame_id: str) -> CameraInfo:
    """How a single camera drew the image of this stamp: nothing is rectified, so R is the identity and P is K."""
    message = CameraInfo(height=camera.height, width=camera.width, distortion_model=camera.model)
    message.header.stamp, message.header.frame_id = time_msg(stamp_s), frame_id
    rows = ((camera.fx, 0.0, camera.cx), (0.0, camera.fy, camera.cy), (0.0, 0.0, 1.0))
    message.d = [float(number) for number in camera.distortion]
    message.k = [number for row in rows for number in row]
    message.p = [number for row in rows for number in (*row, 0.0)]
    message.r = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]
    return message


def detections_msg(things: Iterable[tuple[str, Seen]], stamp_s: float, frame_id: str) -> Detection2DArray:
    """Things, each with its id (empty: not tracked), in an image taken at `stamp_s`."""
    array = Detection2DArray()
    array.header.stamp, array.header.frame_id = time_msg(stamp_s), frame_id
    for track_id, seen in things:
        one = Detection2D(id=track_id, header=array.header)
        best = ObjectHypothesisWithPose()
        best.hypothesis.class_id, best.hypothesis.score = seen.class_id, float(seen.score)
        one.results = [best]
        one.bbox.center.position.x = float(seen.box.x + seen.box.width / 2.0)
        one.bbox.center.position.y = float(seen.box.y + seen.box.height / 2.0)
        one.bbox.size_x, one.bbox.size_y = float(seen.box.width), float(seen.box.height)
        array.detections.append(one)
    return array


def scene_msg(things: Iterable[Summed], description: str, looks: int, stamp_s: float, frame_id: str) -> Scene:
    """What is in view, most certain first, and in words."""
    scene = Scene(description=description, frames=looks)
    scene.header.stamp, scene.header.frame_id = time_msg(stamp_s), frame_id
    scene.objects = [
        SceneObject(class_id=s.class_id, count=s.count, confidence=float(s.confidence), where=s.where)
        for s in things
    ]
    return scene


def positions_msg(placed: Placed, source: str, stamp_s: float) -> PeoplePositions:
    """Where people stand on the map, in an image taken at `stamp_s`."""
    message = PeoplePositions(source=source)
    message.header.stamp, message.header.frame_id = time_msg(stamp_s), "map"
    message.seen = Polygon(points=[Point32(x=x, y=y) for x, y in placed.seen])
    for standing in placed.people:
        one = PersonPosition(id=standing.id, uncertainty=standing.spot.uncertainty)
        one.position.x, one.position.y = standing.spot.x, standing.spot.y
        one.velocity.x, one.velocity.y = standing.velocity or (math.nan, math.nan)
        message.people.append(one)
    return message


def region_msg(box: Box) -> RegionOfInterest:
    """A box in whole pixels."""
    return RegionOfInterest(
        x_offset=int(box.x), y_offset=int(box.y), width=int(box.width), height=int(box.height)
    )
