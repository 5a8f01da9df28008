# SPDX-License-Identifier: Apache-2.0
"""A rover looks for things with its own eyes: pictures that MuJoCo draws, the detector, trackers and memory of vision, and the skill.

Only its wheels are an idea: it goes exactly as it is asked. Judged by where the things really are.
"""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tektra.common.skills import skills_of
from tektra.common.world import load_world
from tektra.skills.base import BaseLimits
from tektra.skills.library import Body, Library
from tektra.skills.seen import Drive, End, Outcome, Pose, Seen, wrapped
from tektra.skills.sight import SightInput
from tektra.vision.backends import Frame
from tektra.vision.backends.colours import ColourDetector
from tektra.vision.cameras import cameras_of
from tektra.vision.looker import Look
from tektra.vision.options import VisionOptions
from tektra.vision.scene import Scene
from tektra.vision.sightings import Kind
from tektra.vision.tracker import Tracker
from tektra.vision.whereabouts import Whereabouts

CONFIG = Path(__file__).parents[2] / "config"
WORLD = load_world(CONFIG / "world.yaml")
BODY = Body({s.name: s.schema for s in skills_of(["base", "sight"])}, BaseLimits(0.6, 1.5, 6.0, 3.0), {}, 0.3)
DT, NS, MOST_S = 0.05, 1_000_000_000, 300.0
#: So often vision looks, and tells of what it remembers (s).
LOOK_S, TELL_S = 0.2, 1.0


@pytest.fixture(scope="module")
def cameras() -> Iterator[Any]:
    from tektra.sim.backends.mujoco_cameras import MujocoCameras

    try:
        made = MujocoCameras(WORLD, 640, 480)
    except (RuntimeError, AttributeError, ImportError) as error:
        pytest.skip(f"no OpenGL off screen: {error}")
    yield made
    made.close()


class Searcher:
    """rover1 and its eye. While it stands, one picture is drawn and looked at again and again."""

    def __init__(
        self, cameras: Any, x: float, y: float, yaw: float, **objects: tuple[float, float, float]
    ) -> None:
        self.cameras, self.x, self.y, self.yaw, self.now_s = cameras, x, y, yaw, 1000.0
        self.objects = {o.name: (o.x_m, o.y_m, o.z_m) for o in WORLD.objects.values()} | objects
        named = cameras_of(VisionOptions(cameras_file=str(CONFIG / "rover_cameras.yaml")))
        self.detector = ColourDetector(0.4)
        self.where = Whereabouts(named, self.detector.classes)
        self.tracker, self.told = Tracker("rover1_o", keep_s=3.0), SightInput()
        self.told.knows(self.detector.classes)
        self._drawn: tuple[tuple[float, float, float], Any] | None = None

    def picture(self) -> Any:
        at = (round(self.x, 3), round(self.y, 3), round(self.yaw, 3))
        if self._drawn is None or self._drawn[0] != at:
            starts = WORLD.robots.values()
            robots = {
                r.name: {"x": r.pose.x_m, "y": r.pose.y_m, "yaw": r.pose.yaw_rad, "joints": []}
                for r in starts
            }
            robots["rover1"] |= {"x": self.x, "y": self.y, "yaw": self.yaw}
            self.cameras.put({"robots": robots, "objects": self.objects})
            image = np.ascontiguousarray(self.cameras.picture("rover1")[:, :, ::-1])
            self._drawn = at, (image, self.detector.detect(image, Kind.OBJECTS))
        return self._drawn[1]

    def look(self, tick: int, driving: bool) -> None:
        self.where.robot_at("rover1", self.now_s, self.x, self.y, wrapped(self.yaw))
        now_ns = round(self.now_s * NS)
        # On its way it looks seldom, as drawing takes the time of this test.
        if tick % round((2.0 if driving else LOOK_S) / DT) == 0:
            image, seen = self.picture()
            tracks = {Kind.OBJECTS: self.tracker.update(self.now_s, seen)}
            self.where.saw(Look(Frame(image, self.now_s), tracks, {}, Scene((), "", 1), eye="rover1"))
            self.told.looked(now_ns, 1, [s.class_id for s in seen], now_ns)
        if tick % round(TELL_S / DT) == 0:
            things = (
                (t.class_id, t.spot.x, t.spot.y, t.spot.uncertainty, round(t.seen_s * NS))
                for t in self.where.told()
                if t.spot is not None
            )
            self.told.saw(things, now_ns)

    def find(self, **arguments: object) -> End:
        skill, step = Library("rover1", BODY, WORLD).make("find", json.dumps(arguments)), None
        for tick in range(round(MOST_S / DT)):
            self.look(tick, isinstance(step, Drive))
            pose, now_ns = Pose(self.x, self.y, wrapped(self.yaw)), round(self.now_s * NS)
            step = skill.step(Seen(self.now_s, pose, stamp_ns=now_ns, sight=self.told.now))
            if isinstance(step, End):
                return step
            if isinstance(step, Drive):
                self.yaw += step.wz * DT
                self.x += step.vx * math.cos(self.yaw) * DT
                self.y += step.vx * math.sin(self.yaw) * DT
            self.now_s += DT
        raise AssertionError(f"not ended after {MOST_S} s")


def test_a_cube_in_the_next_corner_is_found_where_it_really_is(cameras: Any) -> None:
    searcher = Searcher(cameras, 9.7, 5.0, math.pi)
    end = searcher.find(thing="red cube", place="table")
    assert end.outcome is Outcome.SUCCEEDED, end.message
    told = re.search(r"at \((\S+), (\S+)\) in the office", end.message)
    assert told is not None
    x, y, _ = searcher.objects["red_cube"]
    found = end.result["found"]
    assert isinstance(found, dict)
    assert math.hypot(float(told[1]) - x, float(told[2]) - y) <= found["uncertainty_m"] + 0.05


def test_what_was_carried_elsewhere_is_not_said_to_be_there(cameras: Any) -> None:
    searcher = Searcher(cameras, 12.6, 8.6, 0.0, red_cube=(1.0, 1.0, 0.9))
    end = searcher.find(thing="red cube", place="table")
    assert end.outcome is Outcome.FAILED
    assert end.message == "saw no red cube; looked round at the table"


def test_one_that_lies_behind_it_is_found_by_turning_round(cameras: Any) -> None:
    searcher = Searcher(cameras, 12.2, 1.9, -math.pi / 2, blue_cube=(11.4, 2.9, 0.025))
    end = searcher.find(thing="blue cube", place="kitchen")
    assert end.outcome is Outcome.SUCCEEDED, end.message
    found = end.result["found"]
    assert isinstance(found, dict)
    assert math.hypot(found["x"] - 11.4, found["y"] - 2.9) <= found["uncertainty_m"] + 0.05
