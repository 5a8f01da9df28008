# SPDX-License-Identifier: Apache-2.0
"""Where people stand, as one fixed camera tells it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tektra.common import paths
from tektra.common.world import load_world
from tektra.vision.depth import Depth
from tektra.vision.ground import CameraPose, Ground, Spot
from tektra.vision.intrinsics import Intrinsics, read_intrinsics
from tektra.vision.options import VisionOptions
from tektra.vision.ranging import joined_spots, spot_of
from tektra.vision.sightings import Box
from tektra.vision.tracker import Track
from tektra.vision.walks import Walks

PERSON = "person"


@dataclass(frozen=True)
class Standing:
    """Somebody under the name of their track; m and m/s in the frame `map`, no velocity where nobody knows it."""

    id: str
    spot: Spot
    velocity: tuple[float, float] | None


@dataclass(frozen=True)
class Positions:
    """Everybody that one image shows within the range, and the floor on which it would show anybody."""

    people: tuple[Standing, ...]
    seen: tuple[tuple[float, float], ...]


class PeopleFinder:
    """Not for several threads."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._walks = Walks()

    def find(
        self, stamp_s: float, size: tuple[int, int], tracks: Sequence[Track], depth: Depth | None = None
    ) -> Positions:
        """From everything that the detector saw in one image of this width and height, and its depth. Raises InputError for a
        picture that its calibration is not for."""
        found = [
            (t.track_id, self._spot(t.sighting.box, size, depth))
            for t in tracks
            if t.sighting.class_id == PERSON
        ]
        spots = {name: spot for name, spot in found if spot is not None}
        velocities = self._walks.update(stamp_s, {name: (spot.x, spot.y) for name, spot in spots.items()})
        people = tuple(Standing(name, spot, velocities.get(name)) for name, spot in spots.items())
        return Positions(people, tuple(self._ground.seen(size, [track.sighting.box for track in tracks])))

    def _spot(self, box: Box, size: tuple[int, int], depth: Depth | None) -> Spot | None:
        ranged = depth.range_of(box, size) if depth is not None else None
        measured = self._ground.within(spot_of(self._ground.camera, ranged)) if ranged is not None else None
        return joined_spots(self._ground.foot(box, size), measured)


def people_finder(options: VisionOptions) -> PeopleFinder | None:
    """None while nobody said where the camera is, and for one that a robot carries: the gate believes fixed cameras alone. Reads the
    map; raises WorldError, and ConfigError for a bad calibration."""
    camera = camera_pose(options)
    if camera is None or options.camera_robot:
        return None
    world = load_world(options.world_file or paths.share_dir() / "config" / "world.yaml")
    blocks = [box.corners() for box in world.obstacles()]
    return PeopleFinder(Ground(camera, options.people_range_m, options.edge_error, blocks))


def camera_pose(options: VisionOptions) -> CameraPose | None:
    """Where the camera hangs: on the map, or on the robot that carries it; None while nobody said. Raises ConfigError for a bad
    calibration."""
    if not options.camera_height_m:
        return None
    return CameraPose(
        x=options.camera_x_m,
        y=options.camera_y_m,
        height=options.camera_height_m,
        yaw=options.camera_yaw_rad,
        pitch=options.camera_pitch_rad,
        hfov=options.camera_hfov_rad,
        intrinsics=intrinsics_of(options),
    )


def intrinsics_of(options: VisionOptions) -> Intrinsics | None:
    """What the calibration file says; None without one. Blocks to read it. Raises ConfigError."""
    path = options.camera_info_file
    return read_intrinsics(Path(path).expanduser()) if path else None
