# SPDX-License-Identifier: Apache-2.0
"""The simulated home from above: what stands in it is seen where it stands, and the process ends with who reads it."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tektra.bridge.backends.home_camera import read_picture
from tektra.common.world import load_world
from tektra.sim.client import SimProcess

WORLD = Path(__file__).parents[2] / "config" / "world.yaml"
PATIENCE_S = 60.0


@pytest.fixture(scope="module")
def cameras() -> Iterator[Any]:
    from tektra.sim.backends.mujoco_cameras import MujocoCameras

    try:
        made = MujocoCameras(load_world(WORLD), 640, 400)
    except (RuntimeError, AttributeError, ImportError) as error:
        pytest.skip(f"no OpenGL off screen: {error}")
    yield made
    made.close()


def truth(things: dict[str, list[float]], **rovers: tuple[float, float, float]) -> dict[str, Any]:
    world = load_world(WORLD)
    poses = {r.name: (r.pose.x_m, r.pose.y_m, r.pose.yaw_rad) for r in world.robots.values()} | rovers
    robots = {name: {"x": x, "y": y, "yaw": yaw, "joints": []} for name, (x, y, yaw) in poses.items()}
    objects = {o.name: [o.x_m, o.y_m, o.z_m] for o in world.objects.values()}
    return {"robots": robots, "objects": objects, "things": things}


def changed(cameras: Any, before: dict[str, Any], after: dict[str, Any]) -> tuple[int, float]:
    """Pixels that are others, and the middle column of them as a share of the width."""
    cameras.put(before)
    first = cameras.home().astype(int)
    cameras.put(after)
    rows, columns = np.nonzero(np.abs(cameras.home().astype(int) - first).sum(axis=2) > 60)
    return len(rows), float(np.median(columns)) / first.shape[1] if len(rows) else 0.0


def test_a_rover_is_seen_where_it_drove_and_a_person_where_one_stands(cameras: Any) -> None:
    away = {"rover1": (1.2, 4.4, 0.0), "rover2": (1.2, 5.6, 0.0)}
    here = truth({}, **away)
    count, _ = changed(cameras, here, truth({}, **{**away, "rover1": (12.0, 5.0, 0.0)}))
    assert count > 50
    count, column = changed(cameras, here, truth({"person1": [13.0, 5.0, 0.0]}, **away))
    assert count > 50 and column > 0.5


def test_a_person_who_left_is_seen_no_more(cameras: Any) -> None:
    assert changed(cameras, truth({}), truth({"person1": [8.0, 5.0, 0.0]}))[0] > 50
    cameras.put(truth({}))
    first = cameras.home().astype(int)
    cameras.put(truth({"person1": [8.0, 5.0, 0.0]}))
    cameras.put(truth({}))
    assert np.abs(cameras.home().astype(int) - first).max() == 0


def test_pictures_come_from_a_running_home_until_their_reader_is_gone(cameras: Any) -> None:
    with SimProcess() as sim:
        command = [
            sys.executable,
            "-m",
            "tektra.sim.home_view",
            "--truth-port",
            str(sim.ports["truth"]),
            "--rate",
            "5",
        ]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as drawing:
            assert drawing.stdin is not None and drawing.stdout is not None
            for _ in range(2):
                jpeg = read_picture(drawing.stdout)
                assert jpeg is not None and Image.open(io.BytesIO(jpeg)).size == (960, 600)
            drawing.stdin.close()
            assert drawing.wait(PATIENCE_S) == 0
