# SPDX-License-Identifier: Apache-2.0
"""The home in MuJoCo."""

import math
from collections.abc import Sequence
from typing import Any

import mujoco
import numpy as np

from tektra.common.world import World
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.mjcf import TIMESTEP_S, home_mjcf
from tektra.sim.physics import TICK_S, ArmTruth, BodyTruth, Motion
from tektra.sim.things import HIDDEN_M

SUBSTEPS = round(TICK_S / TIMESTEP_S)
LIDAR_M = (
    0.0825  # above the base's origin: over its own wheels, and low enough to see the hull of another rover
)
STILL = 1e-5  # m/s and rad/s: what lies still in MuJoCo has some 1e-10
GRIP_N = 1.0  # both fingers press at least this hard: something is held


class MujocoHome:
    """See Physics. Raises KeyError for a robot or object that the world does not have."""

    def __init__(self, world: World, rover: RoverLimits, arm: ArmLimits) -> None:
        self._model: Any = mujoco.MjModel.from_xml_string(home_mjcf(world, rover, arm))
        self._data: Any = mujoco.MjData(self._model)
        self._wheels: dict[str, tuple[int, ...]] = {}
        self._base_motors: dict[str, tuple[int, ...]] = {}
        self._frees: dict[str, int] = {}
        self._arms: dict[str, tuple[list[int], list[int], list[int]]] = {}
        self._pads: dict[str, tuple[int, ...]] = {}
        self._shells: dict[str, frozenset[int]] = {}
        self._floor = int(self._model.geom("floor").id)
        for robot in world.robots.values():
            if robot.kind != "arm":
                self._add_base(robot.name, ("left", "right") if robot.kind == "rover" else ("vx", "vy", "wz"))
            else:
                self._add_arm(robot.name, arm)
        mujoco.mj_forward(self._model, self._data)

    @property
    def now_s(self) -> float:
        return float(self._data.time)

    @property
    def still(self) -> bool:
        return bool(np.abs(self._data.qvel).max() < STILL)

    def step(self) -> None:
        mujoco.mj_step(self._model, self._data, SUBSTEPS)

    def drive_wheels(self, robot: str, left_radps: float, right_radps: float) -> None:
        self._data.ctrl[list(self._base_motors[robot])] = left_radps, right_radps

    def drive_base(self, robot: str, vx_mps: float, vy_mps: float, wz_radps: float) -> None:
        self._data.ctrl[list(self._base_motors[robot])] = vx_mps, vy_mps, wz_radps

    def drive_joints(self, robot: str, positions_rad: list[float], opening_m: float) -> None:
        motors = self._arms[robot][2]
        self._data.ctrl[motors[:-2]] = positions_rad
        self._data.ctrl[motors[-2:]] = opening_m / 2.0

    def wheels_rad(self, robot: str) -> tuple[float, float]:
        left, right = self._wheels[robot]
        return float(self._data.qpos[left]), float(self._data.qpos[right])

    def body(self, robot: str) -> BodyTruth:
        body = self._data.body(robot)
        x, y, _ = body.xpos
        matrix = body.xmat
        yaw = math.atan2(matrix[3], matrix[0])
        velocity = np.zeros(6)  # rotation, then motion, of the body's origin along the map's axes
        mujoco.mj_objectVelocity(self._model, self._data, mujoco.mjtObj.mjOBJ_XBODY, body.id, velocity, 0)
        cos, sin = math.cos(yaw), math.sin(yaw)
        ahead, left = velocity[3] * cos + velocity[4] * sin, velocity[4] * cos - velocity[3] * sin
        return BodyTruth(float(x), float(y), yaw, float(ahead), float(velocity[2]), float(left))

    def motion(self, robot: str) -> Motion:
        at = self._frees[robot]
        speeds = self._data.qvel[at : at + 6].tolist()  # of a free joint: along map's axes, and about its own
        axes = tuple(self._data.body(robot).xmat.tolist())
        return Motion((speeds[0], speeds[1], speeds[2]), (speeds[3], speeds[4], speeds[5]), axes)

    def arm(self, robot: str) -> ArmTruth:
        positions, speeds, _ = self._arms[robot]
        angles, rates = self._data.qpos[positions], self._data.qvel[speeds]
        return ArmTruth(
            tuple(angles[:-2].tolist()),
            tuple(rates[:-2].tolist()),
            float(angles[-2] + angles[-1]),
            self._holds(robot),
        )

    def position_m(self, thing: str) -> tuple[float, float, float]:
        x, y, z = self._data.body(thing).xpos
        return float(x), float(y), float(z)

    def place(self, thing: str, x_m: float, y_m: float, yaw_rad: float, *, hidden: bool = False) -> None:
        body = int(self._model.body(thing).mocapid[0])
        self._data.mocap_pos[body] = x_m, y_m, HIDDEN_M if hidden else 0.0
        self._data.mocap_quat[body] = math.cos(yaw_rad / 2.0), 0.0, 0.0, math.sin(yaw_rad / 2.0)

    def distances_m(self, robot: str, angles_rad: Sequence[float], far_m: float) -> list[float]:
        body = self._data.body(robot)
        yaw = math.atan2(body.xmat[3], body.xmat[0])
        turned = np.asarray(angles_rad) + yaw
        rays = np.stack((np.cos(turned), np.sin(turned), np.zeros(len(turned))), axis=1).reshape(-1, 1)
        met, found = np.zeros((len(turned), 1), np.int32), np.zeros((len(turned), 1))
        eye = np.array(body.xpos, dtype=float).reshape(3, 1) + [[0.0], [0.0], [LIDAR_M]]
        mujoco.mj_multiRay(
            self._model, self._data, eye, rays, None, True, body.id, met, found, None, len(turned), far_m
        )
        return [float(distance) for distance in found[:, 0]]

    def bumps(self, robot: str) -> bool:
        own = self._shells[robot]
        for one, other in self._data.contact.geom[: self._data.ncon]:
            if (one in own) != (other in own) and self._floor not in (one, other):
                return True
        return False

    def _joint(self, name: str) -> tuple[int, int]:
        joint = self._model.joint(name)
        return int(joint.qposadr[0]), int(joint.dofadr[0])

    def _add_base(self, robot: str, motors: Sequence[str]) -> None:
        names = [f"{robot}/{motor}" for motor in motors]
        if "left" in motors:
            self._wheels[robot] = tuple(self._joint(name)[0] for name in names)
        self._base_motors[robot] = tuple(int(self._model.actuator(name).id) for name in names)
        body = int(self._model.body(robot).id)
        self._frees[robot] = int(self._model.body(robot).dofadr[0])
        roots = self._model.body_rootid[self._model.geom_bodyid]
        self._shells[robot] = frozenset(map(int, np.flatnonzero(roots == body)))

    def _add_arm(self, robot: str, limits: ArmLimits) -> None:
        names = [f"{robot}/{part}" for part in (*limits.names, "left_finger", "right_finger")]
        addresses = [self._joint(name) for name in names]
        motors = [int(self._model.actuator(name).id) for name in names]
        self._arms[robot] = (
            [a for a, _ in addresses],
            [b for _, b in addresses],
            motors,
        )
        self._pads[robot] = tuple(
            int(self._model.geom(f"{robot}/{side}_pad").id) for side in ("left", "right")
        )
        start = [
            *limits.home_rad,
            limits.opening_max_m / 2.0,
            limits.opening_max_m / 2.0,
        ]
        self._data.qpos[self._arms[robot][0]] = start
        self._data.ctrl[motors] = start

    def _holds(self, robot: str) -> bool:
        """Both pads press on the same thing, which is not the other pad."""
        left, right = self._pads[robot]
        pressed: dict[int, set[int]] = {left: set(), right: set()}
        force = np.zeros(6)
        for index in range(self._data.ncon):
            one, other = self._data.contact.geom[index]
            for pad, thing in ((one, other), (other, one)):
                if pad in pressed and thing not in pressed:
                    mujoco.mj_contactForce(self._model, self._data, index, force)
                    if abs(force[0]) >= GRIP_N:
                        pressed[pad].add(int(thing))
        return bool(pressed[left] & pressed[right])
