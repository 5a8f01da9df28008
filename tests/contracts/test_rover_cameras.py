# SPDX-License-Identifier: Apache-2.0
"""What the simulated rovers see, judged by where everything really is."""

import copy
import json
import math
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tektra.common.errors import BackendError
from tektra.common.pixels import Pixels
from tektra.common.world import load_world
from tektra.vision.backends.colours import ColourDetector
from tektra.vision.backends.mjpeg import MjpegCamera
from tektra.vision.cameras import cameras_of
from tektra.vision.ground import CameraPose
from tektra.vision.options import VisionOptions
from tektra.vision.positions import camera_pose
from tektra.vision.sightings import Kind
from tektra.vision.surfaces import Surfaces

WORLD = Path(__file__).parents[2] / "config" / "world.yaml"
PATIENCE_S = 60.0
ROVER_CAMERAS = WORLD.parent / "rover_cameras.yaml"
CUBES = {"red_cube", "green_cube", "blue_cube"}
TABLE = (13.2, 8.6, 0.0)
#: A third of a cube's pixels hidden, or fewer than this, and nobody is asked to see it.
LEAST_PX = 36


def truth(**rovers: tuple[float, float, float]) -> dict[str, Any]:
    world = load_world(WORLD)
    poses = {
        robot.name: (robot.pose.x_m, robot.pose.y_m, robot.pose.yaw_rad) for robot in world.robots.values()
    }
    robots = {
        name: {"x": x, "y": y, "yaw": yaw, "joints": []} for name, (x, y, yaw) in {**poses, **rovers}.items()
    }
    return {
        "robots": robots,
        "objects": {o.name: [o.x_m, o.y_m, o.z_m] for o in world.objects.values()},
    }


@pytest.fixture(scope="module")
def cameras() -> Iterator[Any]:
    from tektra.sim.backends.mujoco_cameras import MujocoCameras

    try:
        made = MujocoCameras(load_world(WORLD), 640, 480)
    except (RuntimeError, AttributeError, ImportError) as error:
        pytest.skip(f"no OpenGL off screen: {error}")
    yield made
    made.close()


def seen(
    cameras: Any, state: dict[str, Any]
) -> tuple[list[str], dict[str, tuple[int, int, int, int]], Pixels]:
    """What the detector names of rover1's picture, and the truth about it."""
    cameras.put(state)
    image = np.ascontiguousarray(cameras.picture("rover1")[:, :, ::-1])
    found = ColourDetector(0.4).detect(image, Kind.OBJECTS)
    return sorted(s.class_id for s in found), cameras.visible("rover1"), image


def test_before_the_table_it_sees_the_cubes_and_where_there_is_none_it_sees_none(cameras: Any) -> None:
    named, visible, _ = seen(cameras, truth(rover1=TABLE))
    assert visible.keys() >= CUBES
    assert named == ["blue cube", "green cube", "red cube"]
    away = truth(rover1=TABLE)
    for thing in CUBES:
        away["objects"][thing] = [1.0, 1.0, 5.0]
    named, visible, _ = seen(cameras, away)
    assert not CUBES & visible.keys()
    assert named == []


def test_a_cube_that_was_carried_off_is_not_seen_any_more(cameras: Any) -> None:
    state = truth(rover1=TABLE)
    state["objects"]["red_cube"] = [3.0, 1.7, 0.43]
    named, visible, _ = seen(cameras, state)
    assert "red_cube" not in visible
    assert named == ["blue cube", "green cube"]


def test_over_many_places_no_cube_is_invented_and_those_in_view_are_found(cameras: Any) -> None:
    dice, places, told, right, shown, missed = np.random.default_rng(9), 0, 0, 0, 0, 0
    while places < 40:
        x, y = (float(dice.uniform(low, high)) for low, high in ((12.0, 13.6), (7.2, 9.3)))
        yaw = math.atan2(8.6 - y, 14.4 - x) + float(dice.uniform(-0.6, 0.6))
        named, visible, _ = seen(cameras, truth(rover1=(x, y, yaw)))
        names = {name for name in named if name.endswith(" cube")}
        large = {n for n in CUBES & visible.keys() if visible[n][2] * visible[n][3] >= LEAST_PX}
        told += len(names)
        right += len({name.replace(" ", "_") for name in names} & visible.keys())
        shown += len(large)
        missed += len(large - {name.replace(" ", "_") for name in names})
        places += 1
    assert shown >= 40
    assert right >= 0.98 * told, f"{told - right} of {told} cubes were invented"
    assert missed <= 0.1 * shown, f"{missed} of {shown} cubes were missed"


def test_what_a_rover_sees_is_placed_on_the_map_where_it_really_is(cameras: Any) -> None:
    """Through the camera's own parameters, from several places: cubes on the table, and one on the floor."""
    (own,) = (
        o
        for name, o in cameras_of(VisionOptions(cameras_file=str(ROVER_CAMERAS))).items()
        if name == "rover1"
    )
    mounted, surfaces, placed = camera_pose(own), Surfaces(load_world(WORLD)), 0
    assert mounted is not None
    for x, y in ((13.2, 8.6), (13.0, 8.2), (13.3, 9.0), (12.6, 8.6)):
        yaw = math.atan2(8.6 - y, 14.4 - x)
        state = truth(rover1=(x, y, yaw))
        state["objects"]["blue_cube"] = [13.9, 7.5, 0.025]
        cameras.put(state)
        image = np.ascontiguousarray(cameras.picture("rover1")[:, :, ::-1])
        place = {"x": x + mounted.x * math.cos(yaw), "y": y + mounted.x * math.sin(yaw), "yaw": yaw}
        pose = CameraPose(**{**vars(mounted), **place})
        for found in ColourDetector(0.4).detect(image, Kind.OBJECTS):
            true = state["objects"].get(found.class_id.replace(" ", "_"))
            stands = surfaces.stands(pose, found.box, (640, 480), own.edge_error)
            if true is None or stands is None:
                continue
            placed += 1
            assert math.hypot(stands.x - true[0], stands.y - true[1]) <= stands.uncertainty + 0.05, (
                found,
                stands,
            )
            assert stands.on in ("floor" if found.class_id == "blue cube" else "arm_table", "")
    assert placed >= 8


def test_two_pictures_of_a_still_room_differ_as_those_of_a_sensor_do(cameras: Any) -> None:
    _, _, one = seen(cameras, truth(rover1=TABLE))
    _, _, other = seen(cameras, truth(rover1=TABLE))
    assert 0 < float(np.abs(one.astype(int) - other.astype(int)).mean()) < 5.0


def test_the_network_camera_shows_it_with_its_time() -> None:
    """The process as it is started, with a truth port of the test."""
    line = json.dumps(copy.deepcopy(truth(rover1=TABLE))).encode() + b"\n"
    listener = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def tell() -> None:
        client, _ = listener.accept()
        with client, suppress(OSError):  # the process ended
            while not ended.wait(0.05):
                client.sendall(line)

    threading.Thread(target=tell, daemon=True).start()
    port = listener.getsockname()[1]
    command = [sys.executable, "-m", "tektra.sim.cameras", "--port", "0", "--truth-port", str(port)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    )
    try:
        assert process.stdout is not None and process.stderr is not None
        first = process.stdout.readline()
        if not first:
            pytest.skip(f"no OpenGL off screen: {process.stderr.read()[-200:]}")
        at = f"http://127.0.0.1:{json.loads(first)['port']}"
        camera = MjpegCamera(f"{at}/rover1.mjpg")
        camera.open()
        frame, end_s = None, time.monotonic() + PATIENCE_S
        while frame is None and time.monotonic() < end_s:
            frame = camera.read(1.0)
        assert frame is not None
        assert abs(time.time() - frame.stamp_s) < PATIENCE_S
        named = {s.class_id for s in ColourDetector(0.4).detect(frame.image, Kind.OBJECTS)}
        assert named == {"blue cube", "green cube", "red cube"}
        with urllib.request.urlopen(f"{at}/rover1.json", timeout=PATIENCE_S) as answer:
            assert json.load(answer)["visible"].keys() >= CUBES
        camera.close()
        for wrong in ("/rover9.mjpg", "/arm1.mjpg", "/rover1.gif", "/../etc/passwd"):
            with pytest.raises(BackendError, match="404"):
                MjpegCamera(at + wrong).open()
        process.terminate()
        assert process.wait(PATIENCE_S) == 0
    finally:
        process.kill()
        ended.set()
        listener.close()
