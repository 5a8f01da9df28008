# SPDX-License-Identifier: Apache-2.0
"""The home from above, with the tracks of its robots, as a PNG."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from tektra.common.world import Place, Pose2, World

OVERSAMPLING = 3
MARGIN_M, HEADER_M = 0.6, 0.9
INK, PAPER, WALL = (38, 42, 48), (250, 249, 246), (70, 74, 82)
FLOORS = ((244, 238, 226), (233, 240, 245), (238, 244, 234), (245, 236, 240), (238, 238, 246))
ROVER_M = (0.42, 0.36)
SAME_SPOT_M = 0.01  # samples closer than this add nothing to a line
Rgb = tuple[int, int, int]
Point = tuple[float, float]


@dataclass
class Track:
    """Where one robot was, in order."""

    robot: str
    poses: list[Pose2] = field(default_factory=list)

    @property
    def length_m(self) -> float:
        pairs = zip(self.poses, self.poses[1:], strict=False)
        return sum(math.hypot(b.x_m - a.x_m, b.y_m - a.y_m) for a, b in pairs)


def tracks(samples: Iterable[Mapping[str, Any]]) -> list[Track]:
    """Tracks of all robots from truth samples, as the simulator's truth port sends them. Raises KeyError."""
    found: dict[str, Track] = {}
    for sample in samples:
        for robot, body in sample["robots"].items():
            track = found.setdefault(robot, Track(robot))
            pose = Pose2(float(body["x"]), float(body["y"]), float(body["yaw"]))
            last = track.poses[-1] if track.poses else None
            moved = last is None or math.hypot(pose.x_m - last.x_m, pose.y_m - last.y_m) > SAME_SPOT_M
            if moved or (
                last is not None and abs(math.remainder(pose.yaw_rad - last.yaw_rad, math.tau)) > 0.05
            ):
                track.poses.append(pose)
    return list(found.values())


def draw(
    world: World, shown: Sequence[Track], path: Path | str, *, title: str = "", width_px: int = 1600
) -> None:
    """Writes the picture. Blocks for about half a second. Raises OSError when the file cannot be written."""
    canvas = _Canvas(world, width_px)
    for index, room in enumerate(world.rooms.values()):
        canvas.polygon(
            _rectangle(room.x_min_m, room.y_min_m, room.x_max_m, room.y_max_m), FLOORS[index % len(FLOORS)]
        )
    canvas.grid()
    for piece in world.furniture.values():
        shade = _rgb(piece.color, towards_white=0.35)
        canvas.polygon(piece.box.corners(), shade, outline=_darker(shade))
        long_side = max(piece.box.length_m, piece.box.width_m)
        if long_side > 0.85 and not any(
            piece.box.distance_m(robot.pose.x_m, robot.pose.y_m) == 0.0 for robot in world.robots.values()
        ):
            upright = piece.box.width_m > piece.box.length_m
            canvas.text(
                (piece.box.x_m, piece.box.y_m),
                piece.name.replace("_", " "),
                0.15,
                _darker(shade, 0.55),
                upright=upright,
            )
    for wall in world.walls.values():
        canvas.polygon(wall.box(world.wall_height_m).corners(), WALL)
    for room in world.rooms.values():
        corner = (room.x_min_m + 0.2, room.y_max_m - 0.32)
        canvas.text(corner, room.name.replace("_", " ").upper(), 0.2, (150, 148, 144), anchor="lm")
    for place in world.places.values():
        _draw_place(canvas, place)
    for track in shown:
        _draw_track(canvas, world, track)
    canvas.header(title or f"{world.name}: {len(shown)} robots")
    canvas.save(path)


def _draw_place(canvas: "_Canvas", place: Place) -> None:
    x, y = place.pose.x_m, place.pose.y_m
    canvas.disc((x, y), 0.09, (255, 255, 255), outline=(110, 108, 104))
    tip = (x + 0.22 * math.cos(place.pose.yaw_rad), y + 0.22 * math.sin(place.pose.yaw_rad))
    canvas.line([(x, y), tip], 0.025, (110, 108, 104))
    canvas.text((x, y - 0.27), place.name.replace("_", " "), 0.18, (90, 88, 84), halo=True)


def _draw_track(canvas: "_Canvas", world: World, track: Track) -> None:
    robot = world.robots.get(track.robot)
    color = _rgb(robot.color if robot else (0.5, 0.5, 0.5))
    if not track.poses:
        return
    if robot is not None and robot.kind == "arm":
        canvas.disc((robot.pose.x_m, robot.pose.y_m), 0.16, color, outline=INK)
        canvas.text((robot.pose.x_m, robot.pose.y_m + 0.32), track.robot, 0.2, INK, halo=True)
        return
    points = [(pose.x_m, pose.y_m) for pose in track.poses]
    if len(points) > 1:
        canvas.line(points, 0.11, (255, 255, 255))
        canvas.line(points, 0.06, color)
    canvas.disc(points[0], 0.1, (255, 255, 255), outline=color, width_m=0.04)
    end = track.poses[-1]
    canvas.polygon(_oriented(end, *ROVER_M), color, outline=INK)
    nose = (end.x_m + 0.14 * math.cos(end.yaw_rad), end.y_m + 0.14 * math.sin(end.yaw_rad))
    canvas.disc(nose, 0.045, (255, 255, 255))
    label = f"{track.robot}  {track.length_m:.1f} m"
    canvas.text((end.x_m, end.y_m + 0.38), label, 0.2, _darker(color, 0.7), halo=True)


class _Canvas:
    """Metres in, pixels out. y points up in metres and down in pixels."""

    def __init__(self, world: World, width_px: int) -> None:
        bounds = world.bounds
        self._world = world
        self._left, self._top = bounds.x_min_m - MARGIN_M, bounds.y_max_m + MARGIN_M + HEADER_M
        width_m = bounds.x_max_m - bounds.x_min_m + 2 * MARGIN_M
        height_m = bounds.y_max_m - bounds.y_min_m + 2 * MARGIN_M + HEADER_M
        self._scale = width_px * OVERSAMPLING / width_m
        self._final = (width_px, round(width_px * height_m / width_m))
        size = (self._final[0] * OVERSAMPLING, self._final[1] * OVERSAMPLING)
        self._image = Image.new("RGB", size, PAPER)
        self._draw = ImageDraw.Draw(self._image)

    def px(self, point: Point) -> Point:
        return (point[0] - self._left) * self._scale, (self._top - point[1]) * self._scale

    def polygon(self, points: Sequence[Point], fill: Rgb, *, outline: Rgb | None = None) -> None:
        width = max(1, round(0.02 * self._scale))
        self._draw.polygon([self.px(point) for point in points], fill=fill, outline=outline, width=width)

    def line(self, points: Sequence[Point], width_m: float, fill: Rgb) -> None:
        pixels = [self.px(point) for point in points]
        self._draw.line(pixels, fill=fill, width=max(1, round(width_m * self._scale)), joint="curve")
        for end in (points[0], points[-1]):
            self.disc(end, width_m / 2.0, fill)

    def disc(
        self, center: Point, radius_m: float, fill: Rgb, *, outline: Rgb | None = None, width_m: float = 0.02
    ) -> None:
        (x, y), r = self.px(center), radius_m * self._scale
        width = max(1, round(width_m * self._scale))
        self._draw.ellipse((x - r, y - r, x + r, y + r), fill=fill, outline=outline, width=width)

    def text(
        self,
        at: Point,
        words: str,
        height_m: float,
        fill: Rgb,
        *,
        anchor: str = "mm",
        halo: bool = False,
        upright: bool = False,
    ) -> None:
        font = ImageFont.load_default(max(8, round(height_m * self._scale)))
        if upright:
            self._upright(at, words, font, fill)
            return
        stroke = round(0.03 * self._scale) if halo else 0
        self._draw.text(
            self.px(at), words, font=font, fill=fill, anchor=anchor, stroke_width=stroke, stroke_fill=PAPER
        )

    def _upright(self, at: Point, words: str, font: Any, fill: Rgb) -> None:
        left, top, right, bottom = font.getbbox(words)
        mask = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4))
        ImageDraw.Draw(mask).text((2 - left, 2 - top), words, font=font, fill=255)
        mask = mask.rotate(90, expand=True)
        x, y = self.px(at)
        self._image.paste(fill, (round(x - mask.width / 2), round(y - mask.height / 2)), mask)

    def grid(self) -> None:
        """Metre marks along the south and the west edge."""
        bounds = self._world.bounds
        for x in range(math.ceil(bounds.x_min_m), math.floor(bounds.x_max_m) + 1, 2):
            self.text((x, bounds.y_min_m - 0.32), f"{x} m", 0.16, (150, 150, 150))
        for y in range(math.ceil(bounds.y_min_m), math.floor(bounds.y_max_m) + 1, 2):
            self.text((bounds.x_min_m - 0.32, y), f"{y}", 0.16, (150, 150, 150))

    def header(self, title: str) -> None:
        bounds = self._world.bounds
        self.text((bounds.x_min_m, bounds.y_max_m + 0.85), title, 0.34, INK, anchor="lm")
        self.text(
            (bounds.x_min_m, bounds.y_max_m + 0.4),
            "circle: start, body: end",
            0.17,
            (130, 130, 130),
            anchor="lm",
        )

    def save(self, path: Path | str) -> None:
        self._image.resize(self._final, Image.Resampling.LANCZOS).save(path)


def _rectangle(x_min: float, y_min: float, x_max: float, y_max: float) -> tuple[Point, ...]:
    return ((x_min, y_min), (x_max, y_min), (x_max, y_max), (x_min, y_max))


def _oriented(pose: Pose2, length_m: float, width_m: float) -> tuple[Point, ...]:
    c, s = math.cos(pose.yaw_rad), math.sin(pose.yaw_rad)
    corners = ((length_m, width_m), (-length_m, width_m), (-length_m, -width_m), (length_m, -width_m))
    return tuple((pose.x_m + (c * i - s * j) / 2.0, pose.y_m + (s * i + c * j) / 2.0) for i, j in corners)


def _rgb(color: tuple[float, float, float], *, towards_white: float = 0.0) -> Rgb:
    r, g, b = (round(255 * (part + (1.0 - part) * towards_white)) for part in color)
    return r, g, b


def _darker(color: Rgb, factor: float = 0.8) -> Rgb:
    r, g, b = (round(part * factor) for part in color)
    return r, g, b
