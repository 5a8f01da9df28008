# SPDX-License-Identifier: Apache-2.0
"""What cameras on the rovers of the home see, and the home from above, drawn by MuJoCo off screen (EGL or OSMesa; MUJOCO_GL).

Nothing is simulated here: bodies are put where the simulator says that they are.
"""

import math
import os
from collections.abc import Mapping
from typing import Any

os.environ.setdefault("MUJOCO_GL", "egl")

import mujoco
import numpy as np
from numpy.typing import NDArray

from tektra.common.world import World
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.mjcf import home_mjcf
from tektra.sim.things import HIDDEN_M, THINGS

#: Noise of a sensor, standard deviation of 255. Without it two pictures of a still room would be the same to the last bit.
NOISE = 2.0
#: Shadows are most of the work of drawing in software.
SHADOWS = mujoco.mjtRndFlag.mjRND_SHADOW

Pixels = NDArray[np.uint8]


class MujocoCameras:
    """For the one thread that made it: a context of OpenGL belongs to a thread. Raises RuntimeError without one."""

    def __init__(self, world: World, width_px: int, height_px: int, seed: int = 1) -> None:
        rover = RoverLimits()
        self._radius_m = rover.wheel_radius_m
        self._model: Any = mujoco.MjModel.from_xml_string(home_mjcf(world, rover, ArmLimits()))
        self._data: Any = mujoco.MjData(self._model)
        self._bases = [robot.name for robot in world.robots.values() if robot.kind != "arm"]
        self._arms = [robot.name for robot in world.robots.values() if robot.kind == "arm"]
        self._joints = ArmLimits().names
        self._renderer = mujoco.Renderer(self._model, height_px, width_px)
        self._renderer.scene.flags[SHADOWS] = 0
        self._noise = np.random.default_rng(seed)
        mujoco.mj_forward(self._model, self._data)

    def put(self, truth: Mapping[str, Any]) -> None:
        """Robots and things stand where a line of the truth port says. Raises KeyError for a line of another world."""
        for name in self._bases:
            body = truth["robots"][name]
            yaw = float(body["yaw"]) / 2.0
            at = int(self._model.joint(f"{name}/free").qposadr[0])
            turned = (math.cos(yaw), 0.0, 0.0, math.sin(yaw))
            self._data.qpos[at : at + 7] = (body["x"], body["y"], self._radius_m, *turned)
        for name in self._arms:
            for joint, angle in zip(self._joints, truth["robots"][name].get("joints", ()), strict=False):
                self._data.qpos[int(self._model.joint(f"{name}/{joint}").qposadr[0])] = angle
        for thing, position in truth["objects"].items():
            at = int(self._model.jnt_qposadr[self._model.body(thing).jntadr[0]])
            self._data.qpos[at : at + 3] = position
        for name in THINGS:
            x, y, yaw = truth.get("things", {}).get(name, (0.0, 0.0, 0.0))
            body = int(self._model.body(name).mocapid[0])
            self._data.mocap_pos[body] = x, y, 0.0 if name in truth.get("things", {}) else HIDDEN_M
            self._data.mocap_quat[body] = math.cos(yaw / 2.0), 0.0, 0.0, math.sin(yaw / 2.0)
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)

    def picture(self, robot: str) -> Pixels:
        """What its camera sees: height x width x 3, uint8 RGB. Some 30 ms for 640x480 on one core."""
        self._renderer.update_scene(self._data, f"{robot}/camera")
        self._renderer.scene.flags[SHADOWS] = 0
        drawn = self._renderer.render()
        noisy = drawn + self._noise.normal(0.0, NOISE, drawn.shape)
        return np.clip(noisy, 0, 255).astype(np.uint8)

    def depth(self, robot: str) -> NDArray[np.float32]:
        """How far away what its camera sees is: m along the optical axis, height x width, as a depth image registered to `picture`."""
        self._renderer.enable_depth_rendering()
        try:
            self._renderer.update_scene(self._data, f"{robot}/camera")
            drawn: NDArray[np.float32] = self._renderer.render().copy()
        finally:
            self._renderer.disable_depth_rendering()
        return drawn

    def home(self) -> Pixels:
        """The whole home from above and the south: height x width x 3, uint8 RGB. Some 60 ms for 960x600 on one core."""
        camera = mujoco.MjvCamera()
        camera.lookat = self._model.stat.center
        camera.distance, camera.azimuth, camera.elevation = 15.0, 90.0, -62.0
        self._renderer.update_scene(self._data, camera)
        self._renderer.scene.flags[SHADOWS] = 0
        drawn: Pixels = self._renderer.render()
        return drawn

    def visible(self, robot: str) -> dict[str, tuple[int, int, int, int]]:
        """The truth for tests: which named things its picture shows, and the box of their pixels (x, y, width, height)."""
        self._renderer.enable_segmentation_rendering()
        try:
            self._renderer.update_scene(self._data, f"{robot}/camera")
            ids, kinds = np.moveaxis(self._renderer.render(), 2, 0)
        finally:
            self._renderer.disable_segmentation_rendering()
        found: dict[str, tuple[int, int, int, int]] = {}
        for geom in np.unique(ids[kinds == int(mujoco.mjtObj.mjOBJ_GEOM)]):
            body = int(self._model.geom_bodyid[geom])
            name = (self._model.geom(int(geom)).name or self._model.body(body).name).partition("/")[0]
            rows, columns = np.nonzero((ids == geom) & (kinds == int(mujoco.mjtObj.mjOBJ_GEOM)))
            box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
            if name in found:
                x, y, w, h = found[name]
                box = (min(x, box[0]), min(y, box[1]), max(x + w, box[2]), max(y + h, box[3]))
            if name not in ("", "floor", "world", robot):
                found[name] = (box[0], box[1], box[2] - box[0], box[3] - box[1])
        return found

    def close(self) -> None:
        self._renderer.close()
