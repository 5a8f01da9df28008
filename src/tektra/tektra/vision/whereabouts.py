# SPDX-License-Identifier: Apache-2.0
"""Fills the object memory from the looks of all cameras: those that hang somewhere, and those that robots carry."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tektra.common import paths
from tektra.common.errors import InputError
from tektra.common.world import load_world
from tektra.vision.backends.marker_range import marker_range
from tektra.vision.depth import Depth
from tektra.vision.ground import CameraPose
from tektra.vision.looker import Look
from tektra.vision.object_memory import ObjectMemory, Thing
from tektra.vision.options import VisionOptions
from tektra.vision.positions import camera_pose
from tektra.vision.ranging import joined, standing_of
from tektra.vision.recollection import Recollection
from tektra.vision.sightings import Kind, Sighting
from tektra.vision.surfaces import Standing, Surfaces

#: A robot's pose is one of a picture when both were taken within this (s); poses come at 10 Hz and more.
APART_S = 0.15
#: Two poses tell how it moves where they are no further apart (s).
LONGEST_S = 0.5
#: A robot that turns faster (rad/s) is not where its newest pose says for long enough to place anything; one that is told to drive
#: faster (m/s) was not driven but found elsewhere.
TURNING_RADPS, DRIVING_MPS = 0.4, 3.0
#: A carried camera of which nobody knew for so long where it is remembers by its picture alone; before, what it sees while its robot
#: turns is not remembered.
LOST_S = 5.0
KEPT_POSES = 100


@dataclass(frozen=True)
class Told:
    """A thing as it is published: where it was seen last, and when (s since the epoch); `spot` in `map`, None where unknown."""

    id: str
    class_id: str
    confidence: float
    seen_s: float
    spot: Standing | None


class Whereabouts:
    """`saw` and `answer` are for the detector's thread, the rest for any."""

    def __init__(self, cameras: Mapping[str, VisionOptions], classes: Sequence[str]) -> None:
        self.memory = ObjectMemory()
        self._recollection = Recollection(
            self.memory, lambda at_s: time.strftime("%H:%M", time.localtime(at_s))
        )
        self._cameras, self._classes = cameras, classes
        self._fixed = {name: camera_pose(own) for name, own in cameras.items()}
        files = {own.world_file for name, own in cameras.items() if self._fixed[name] is not None}
        self._surfaces = {file: Surfaces(load_world(file or _usual_world())) for file in files}
        self._poses: dict[str, deque[tuple[float, float, float, float]]] = {}

    @property
    def carried(self) -> bool:
        """Does any robot carry one of the cameras?"""
        return any(own.camera_robot for own in self._cameras.values())

    def robot_at(self, robot: str, stamp_s: float, x: float, y: float, yaw: float) -> None:
        """Where a robot's driver says that it is, m and rad on the map. What comes out of order is left out."""
        poses = self._poses.setdefault(robot, deque(maxlen=KEPT_POSES))
        if poses and stamp_s < poses[-1][0] - LOST_S:
            poses.clear()  # its clock was set back
        if not poses or stamp_s > poses[-1][0]:
            poses.append((stamp_s, x, y, yaw))

    def saw(self, look: Look) -> None:
        """A look of one camera; what is in doubt, and what is no look for objects, is left out."""
        if look.doubt or Kind.OBJECTS not in look.tracks:
            return
        own, size = self._cameras[look.eye], (look.frame.image.shape[1], look.frame.image.shape[0])
        pose = self.pose(look.eye, look.frame.stamp_s)
        if pose is None and self._turns(own.camera_robot, look.frame.stamp_s):
            return
        surfaces = self._surfaces.get(own.world_file)

        def stands(seen: Sighting) -> Standing | None:
            if pose is None or surfaces is None:
                return None
            try:
                return _placed(seen, pose, surfaces, size, own.edge_error, look.depth)
            except InputError:  # a picture that its calibration is not for
                return None

        def pixel(x: float, y: float, z: float) -> tuple[float, float] | None:
            return surfaces.pixel(pose, x, y, z, size) if pose is not None and surfaces is not None else None

        knows = pose is not None or own.camera_robot
        tracks = look.tracks[Kind.OBJECTS]
        self.memory.saw(look.frame.stamp_s, look.eye, size, tracks, stands, pixel if knows else None)

    def pose(self, eye: str, stamp_s: float) -> CameraPose | None:
        """Where the camera was then; None where nobody knows."""
        mounted, robot = self._fixed[eye], self._cameras[eye].camera_robot
        if mounted is None or not robot:
            return mounted
        base = _at(list(self._poses.get(robot, ())), stamp_s)
        if base is None:
            return None
        x, y, yaw = base
        c, s = math.cos(yaw), math.sin(yaw)
        at_x, at_y = x + c * mounted.x - s * mounted.y, y + s * mounted.x + c * mounted.y
        return replace(mounted, x=at_x, y=at_y, yaw=yaw + mounted.yaw)

    def _turns(self, robot: str, stamp_s: float) -> bool:
        """Whether it is known where the robot is, but not at this moment."""
        poses = self._poses.get(robot)
        return poses is not None and abs(poses[-1][0] - stamp_s) <= LOST_S

    def answer(self, question: str, now_s: float) -> str:
        """What is known of what was seen before; empty for other questions."""
        return self._recollection.answer(question, now_s, self._classes)

    def told(self) -> Iterator[Told]:
        """All things, as they are published."""
        for thing in list(self.memory.things.values()):
            yield _told(thing)


def _placed(
    seen: Sighting,
    pose: CameraPose,
    surfaces: Surfaces,
    size: tuple[int, int],
    edge_error: float,
    depth: Depth | None,
) -> Standing | None:
    """By what it seems to stand on and by its range, where that is measured: by its marker, else by depth."""
    ranged = marker_range(seen.marker, pose, size) if seen.marker is not None else None
    if ranged is None and depth is not None:
        ranged = depth.range_of(seen.box, size)
    measured = standing_of(pose, ranged, surfaces) if ranged is not None else None
    return joined(surfaces.stands(pose, seen.box, size, edge_error), measured)


def _told(thing: Thing) -> Told:
    last = thing.last
    return Told(thing.id, thing.class_id, thing.confidence, last.to_s, last.place.spot)


def _at(
    poses: Sequence[tuple[float, float, float, float]], stamp_s: float
) -> tuple[float, float, float] | None:
    """By the two poses round this time, or the two nearest; None where none is near, or the robot turns fast or jumps."""
    after = next((index for index, pose in enumerate(poses) if pose[0] >= stamp_s), len(poses))
    begin = max(0, min(after - 1, len(poses) - 2))
    around = poses[begin : begin + 2]
    if not around or min(abs(pose[0] - stamp_s) for pose in around) > APART_S:
        return None
    first, last = around[0], around[-1]
    lasted = last[0] - first[0]
    if 0 < after < len(poses) and max(abs(pose[0] - stamp_s) for pose in around) > APART_S:
        return None
    if not 0.0 < lasted <= LONGEST_S:
        return min(around, key=lambda pose: abs(pose[0] - stamp_s))[1:]
    turned = math.remainder(last[3] - first[3], math.tau)
    if abs(turned) / lasted > TURNING_RADPS or math.dist(first[1:3], last[1:3]) / lasted > DRIVING_MPS:
        return None
    share = (stamp_s - first[0]) / lasted
    return (
        first[1] + share * (last[1] - first[1]),
        first[2] + share * (last[2] - first[2]),
        first[3] + share * turned,
    )


def _usual_world() -> Path:
    return paths.share_dir() / "config" / "world.yaml"
