# SPDX-License-Identifier: Apache-2.0
"""Where config/safety.yaml and the world's file speak of different floors. Each file is checked alone by who reads it."""

from __future__ import annotations

from collections.abc import Sequence

from shapely import Point, Polygon, box
from shapely.validation import explain_validity

from tektra.common.areas import Area
from tektra.common.world import World

#: A zone may reach so far beyond the walls (m).
BEYOND_M = 0.5


def differences(world: World, areas: Sequence[Area]) -> list[str]:
    """Each in words that name the zone, place or robot; empty when the two fit."""
    shapes = {area.name: Polygon(area.corners) for area in areas}
    found = [
        f"the corners of zone {name} are no polygon: {explain_validity(shape)}"
        for name, shape in shapes.items()
        if not shape.is_valid
    ]
    sound = [area for area in areas if shapes[area.name].is_valid]
    bounds = world.bounds
    floor = box(bounds.x_min_m, bounds.y_min_m, bounds.x_max_m, bounds.y_max_m)
    for area in sound:
        if not floor.intersects(shapes[area.name]):
            found.append(f"zone {area.name} lies outside of the world's bounds")
        elif not area.keep_in and not floor.buffer(BEYOND_M).contains(shapes[area.name]):
            found.append(f"zone {area.name} reaches beyond the world's bounds")
        if unknown := [robot for robot in area.robots if world.robots and robot not in world.robots]:
            found.append(f"zone {area.name} binds {', '.join(unknown)}, which the world does not name")
    everyone = [area for area in sound if not area.robots]
    for name, place in world.places.items():
        here = [Point(pose.x_m, pose.y_m) for pose in place.poses]
        for area in everyone:
            inside = [shapes[area.name].contains(point) for point in here]
            if not any(inside) if area.keep_in else all(inside):
                side = "outside of" if area.keep_in else "inside"
                found.append(f"the place {name} lies {side} zone {area.name}: no robot may stand there")
    return found
