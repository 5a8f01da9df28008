# SPDX-License-Identifier: Apache-2.0
"""Hair and cap, modelled: combed sheets from a side parting over the skull, ridged into locks.

A sheet is a grid: one column a direction of the compass around the head (azimuth, 0 to the front, + to the
avatar's
left), one row a place along the strands from the parting to the ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from avatar_parts.face import Head
from avatar_parts.part import FloatArray, Part, cast, grid_triangles, smoothstep
from avatar_parts.source import EYE_HEIGHT_M

CENTRE = np.array([0.0, EYE_HEIGHT_M + 0.022, 0.025])  # of the skull
COLUMNS, ROWS = 92, 15
EDGE_LIFT_M = 0.0008  # of the hairline over the skin
SEED = 7


@dataclass(frozen=True)
class Style:
    """hairline_deg: elevation of the hair's end by azimuth (pairs); hang_to_m: height of the ends where the
    hair
    falls free, by azimuth (pairs; above the hairline means it does not); lift_m: thickness; ridge_m: depth
    of the
    grooves between locks; curl: how far the free ends turn in."""

    mesh: str
    hairline_deg: tuple[tuple[float, float], ...]
    hang_to_m: tuple[tuple[float, float], ...] | None
    lift_m: float
    ridge_m: float
    curl: float = 0.0


_HAIRLINE = (
    (0.0, 36.0),
    (28.0, 34.0),
    (46.0, 22.0),
    (58.0, 6.0),
    (66.0, -16.0),
    (76.0, -22.0),
    (84.0, -8.0),
    (92.0, 4.0),
    (104.0, -4.0),
    (114.0, -26.0),
    (130.0, -44.0),
    (160.0, -54.0),
    (180.0, -55.0),
)
_BOB_LINE = ((0.0, 36.0), (30.0, 33.0), (44.0, 24.0), (54.0, 12.0), (64.0, 4.0), (80.0, 0.0), (180.0, 0.0))
_BOB_ENDS = ((0.0, 0.80), (44.0, 0.76), (52.0, 0.655), (62.0, 0.622), (90.0, 0.606), (180.0, 0.600))
STYLES = (
    Style("hair_short", _HAIRLINE, None, 0.013, 0.0042),
    Style("hair_bob", _BOB_LINE, _BOB_ENDS, 0.019, 0.0046, 0.14),
    Style("hair_under_cap", _HAIRLINE, None, 0.0045, 0.0015),
)


def hair_parts(head: Head, weights: FloatArray) -> list[Part]:
    """One mesh a style, and the cap with its brim."""
    out = []
    for style in STYLES:
        out.append(_sheet(head, style, weights))
        if style.ridge_m > 0.002:
            out += _fringe(head, style, weights)
    return out + _cap(head, weights)


def _sheet(head: Head, style: Style, weights: FloatArray) -> Part:
    azimuth = np.linspace(-180.0, 180.0, COLUMNS, endpoint=False)
    random = np.random.default_rng(SEED)
    across, height = _locks(random)
    along = np.linspace(0.0, 1.0, ROWS) ** 0.9
    points = np.zeros((ROWS, COLUMNS, 3))
    for column in range(COLUMNS):
        length = 0.985 + 0.015 * height[column]
        points[:, column] = _strand(head, style, azimuth[column], along * length, height[column])
    groove = 0.50 + 0.5 * height
    shade = np.repeat((groove * (0.88 + 0.12 * across))[None, :], ROWS, axis=0)
    shade *= np.interp(along, (0.0, 0.08, 0.35, 0.8, 1.0), (0.55, 0.85, 1.0, 0.95, 0.75))[:, None]
    return _part(style.mesh, "hair", points, shade, weights, closed=True)


def _locks(random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    """For each column: its lock's own brightness 0..1, and how high it lies in the lock 0..1."""
    brightness, height = np.zeros(COLUMNS), np.zeros(COLUMNS)
    column = 0
    while column < COLUMNS:
        width = min(int(random.integers(3, 7)), COLUMNS - column)
        brightness[column : column + width] = random.uniform()
        place = np.arange(width) / width
        height[column : column + width] = (
            np.sin(np.pi * (0.08 + 0.84 * place**0.8)) ** 0.8 if width > 1 else 0.2
        )
        height[column] = 0.05
        column += width
    return brightness, height


def _strand(head: Head, style: Style, azimuth_deg: float, along: FloatArray, ridge: float) -> FloatArray:
    """Points (R, 3) of one strand from the parting (along 0) to its end (1)."""
    turned = abs((azimuth_deg + 180.0) % 360.0 - 180.0)
    end_deg = _between(style.hairline_deg, turned)
    falls_to = None if style.hang_to_m is None else _between(style.hang_to_m, turned)
    start, end = _parting(azimuth_deg), _direction(azimuth_deg, end_deg)
    edge = _on_skull(head, end[None, :], np.zeros(1))[0]
    drop = 0.0 if falls_to is None else max(edge[1] - falls_to, 0.0)
    arc = np.arccos(np.clip(start @ end, -1, 1)) * 0.105
    share = arc / (arc + drop)
    t = np.clip(along / share, 0.0, 1.0)
    free = smoothstep(0.0, 0.03, np.array([drop]))[0]
    directions = _slerp(start, end, t)
    lift = style.lift_m * (0.45 + 0.55 * smoothstep(0.0, 0.35, t))
    lift += style.ridge_m * (ridge - 0.5) * smoothstep(0.0, 0.2, t)
    ending = smoothstep(0.6, 1.0, t) * (1.0 - free)
    points = _on_skull(head, directions, lift * (1 - ending) + EDGE_LIFT_M * ending)
    below = (
        np.clip((along - share) / max(1.0 - float(share), 1e-6), 0.0, 1.0)
        if drop > 0
        else np.zeros_like(along)
    )
    points[:, 1] -= below * drop
    inward = 1.0 - style.curl * below**2.2 + 0.07 * np.sin(np.pi * below**0.8)
    points[:, 0] *= inward
    points[:, 2] = CENTRE[2] + (points[:, 2] - CENTRE[2]) * inward
    return points


def _fringe(head: Head, style: Style, weights: FloatArray) -> list[Part]:
    """Loose locks swept over the forehead, to either side of the parting."""
    random = np.random.default_rng(SEED + 1)
    out = []
    for number, (start_deg, end_az, end_el, width) in enumerate((
        (40, -20, 27, 0.017), (38, -34, 22, 0.018), (34, -48, 14, 0.018), (28, -58, 4, 0.016), (42, -6, 33,
        0.014),
        (40, 33, 27, 0.013), (36, 46, 17, 0.015), (30, 58, 5, 0.014),
    )):  # fmt: skip
        t = np.linspace(0.0, 1.0, 10)
        start, end = _part_line(float(start_deg)), _direction(float(end_az), float(end_el))
        middle = _slerp(start, end, np.array([0.55]))[0] + np.array([0.0, 0.10, 0.10])
        middle /= np.linalg.norm(middle)
        directions = (
            (1 - t)[:, None] ** 2 * start + 2 * (t * (1 - t))[:, None] * middle + t[:, None] ** 2 * end
        )
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        # Beside the forehead a lock is seen from its edge: one that stood off would show the wall behind it.
        aside = smoothstep(8.0, 30.0, np.array([abs(end_az)]))[0]
        bulge = (0.004 + 0.001 * (number % 3)) * (1.0 - aside)
        lift = (style.lift_m + bulge) * (
            0.55 + (0.65 - 0.38 * aside) * np.sin(np.pi * np.clip(t * 0.9, 0, 1))
        )
        path = _on_skull(head, directions, lift)
        out.append(
            _tube(style.mesh, path, width * (0.9 + 0.2 * random.uniform()), weights, random.uniform(0.8, 1.0))
        )
    return out


def _tube(mesh: str, path: FloatArray, width: float, weights: FloatArray, brightness: float) -> Part:
    """A lens-shaped lock along a path (R, 3), pointed at its end."""
    rows = len(path)
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    outward = path - CENTRE
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    side = np.cross(tangent, outward)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    outward = np.cross(side, tangent)
    half = (
        0.5 * width * np.interp(np.linspace(0, 1, rows), (0, 0.15, 0.5, 0.85, 1), (0.35, 0.8, 1.0, 0.6, 0.03))
    )
    ring = ((-1.0, -0.1), (-0.5, 0.28), (0.0, 0.42), (0.5, 0.28), (1.0, -0.1), (0.0, -0.25))
    points = np.stack(
        [path + side * (half * a)[:, None] + outward * (half * b)[:, None] for a, b in ring], axis=1
    )
    shade = np.tile(np.array([0.55, 0.9, 1.0, 0.85, 0.55, 0.5]) * brightness, (rows, 1))
    return _part(mesh, "hair", points, shade, weights, closed=True)


def _cap(head: Head, weights: FloatArray) -> list[Part]:
    """A knitted-looking dome and a brim."""
    azimuth = np.linspace(-180.0, 180.0, 40, endpoint=False)
    rows = 11
    dome = np.zeros((rows, len(azimuth), 3))
    for column, degrees in enumerate(azimuth):
        edge = _cap_edge(degrees)
        elevation = np.linspace(90.0, edge, rows)
        directions = np.stack([_direction(degrees, e) for e in elevation])
        lift = np.full(rows, 0.0125)
        lift[-1] = 0.009
        dome[:, column] = _on_skull(head, directions, lift)
    seam = np.where(np.arange(len(azimuth)) % 5 == 0, 0.82, 1.0)
    out = [_part("cap", "cap", dome, np.tile(seam, (rows, 1)), weights, closed=True)]
    arc = np.radians(np.linspace(-50.0, 50.0, 17))
    rim = np.stack(
        [
            _on_skull(head, _direction(np.degrees(a), _cap_edge(np.degrees(a)))[None], np.array([0.0095]))[0]
            for a in arc
        ]
    )
    reach = 0.055 * np.cos(arc * 1.6).clip(0.0) ** 0.6
    forward = np.stack((0.25 * np.sin(arc), np.full(len(arc), -0.22), np.ones(len(arc))), axis=1)
    outline = ((0.0, 0.0), (0.5, 0.004), (1.0, 0.001), (1.0, -0.002), (0.5, 0.001), (0.0, -0.003))
    brim = np.stack([rim + forward * (reach * share)[:, None] + (0.0, rise, 0.0) for share, rise in outline])
    out.append(_part("cap", "trim", brim, np.ones(brim.shape[:2]), weights, closed=False))
    return out


def _cap_edge(azimuth_deg: float) -> float:
    """Elevation of the cap's edge: low behind, deg."""
    return float(22.0 - 18.0 * (1 - np.cos(np.radians(azimuth_deg))) / 2)


def _part(
    mesh: str, material: str, points: FloatArray, shade: FloatArray, weights: FloatArray, *, closed: bool
) -> Part:
    """A part from a grid of points (R, C, 3) and brightnesses (R, C); its front faces away from the skull."""
    rows, columns, _ = points.shape
    flat = points.reshape(-1, 3)
    triangles = grid_triangles(rows, columns, closed=closed)
    a, b, c = (flat[triangles[:, corner]] for corner in range(3))
    outward = np.einsum("ij,ij->i", np.cross(b - a, c - a), (a + b + c) / 3 - CENTRE).sum()
    if outward < 0:
        triangles = triangles[:, ::-1]
    colours = np.repeat(shade.reshape(-1, 1), 3, axis=1)
    return Part(mesh, material, flat, triangles, np.tile(weights, (len(flat), 1)), colours)


def _direction(azimuth_deg: float, elevation_deg: float) -> FloatArray:
    azimuth, elevation = np.radians(azimuth_deg), np.radians(elevation_deg)
    return np.array(
        [np.cos(elevation) * np.sin(azimuth), np.sin(elevation), np.cos(elevation) * np.cos(azimuth)]
    )


def _part_line(along_deg: float) -> FloatArray:
    """A place on the parting, by its angle from the zenith towards the front."""
    angle = np.radians(along_deg)
    out = np.array([0.27, np.cos(angle), np.sin(angle)])
    return np.asarray(out / np.linalg.norm(out))


def _parting(azimuth_deg: float) -> FloatArray:
    """Where on the parting the strand begins that ends at an azimuth."""
    return _part_line(2.0 + 40.0 * float(np.cos(np.radians(azimuth_deg))))


def _between(table: tuple[tuple[float, float], ...], at: float) -> float:
    """Linear interpolation in a table of pairs."""
    return float(np.interp(at, [x for x, _ in table], [y for _, y in table]))


def _slerp(start: FloatArray, end: FloatArray, t: FloatArray) -> FloatArray:
    angle = np.arccos(np.clip(start @ end, -1.0, 1.0))
    a, b = np.sin((1 - t) * angle) / np.sin(angle), np.sin(t * angle) / np.sin(angle)
    return np.asarray(a[:, None] * start + b[:, None] * end)


def _on_skull(head: Head, directions: FloatArray, lift: FloatArray) -> FloatArray:
    """Points at `lift` above the skin, seen from the skull's centre."""
    hits = cast(
        np.tile(CENTRE, (len(directions), 1)), directions, head.source.vertices, head.triangles, last=True
    )
    return np.asarray(CENTRE + directions * (hits.distance + lift)[:, None])
