# SPDX-License-Identifier: Apache-2.0
"""The robots' firmware wired to the physics of the home. No sockets, no clock: time passes by `tick`."""

import json
import random
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from tektra.common.robot_wire import UDP_SILENCE_S
from tektra.common.world import RobotStart, World
from tektra.sim.firmware.arm import ArmDrive, ArmLimits
from tektra.sim.firmware.firmware import Drive, Firmware
from tektra.sim.firmware.legged import LeggedDrive
from tektra.sim.firmware.mecanum import MecanumDrive
from tektra.sim.firmware.rover import RoverDrive, RoverLimits
from tektra.sim.imu import Imu, ImuLimits
from tektra.sim.lidar import Lidar, LidarLimits
from tektra.sim.physics import TICK_S, Physics
from tektra.sim.things import Things

POSE_EVERY = 10  # ticks between two readings of the rovers' localisation and bumpers: 20 Hz
SCAN_EVERY = 20  # ticks between two scans of their lidars: 10 Hz
IMU_EVERY = 4  # ticks between two measurements of their inertial sensors: 50 Hz
REST_TICKS = 200  # a home in which nothing has moved for so long (1 s) rests, until something is to move
#: The motor control of each kind of base.
BASES = {"rover": RoverDrive, "mecanum": MecanumDrive, "legged": LeggedDrive}


class Home:
    """All robots of a world in one physics. One thread."""

    def __init__(
        self,
        world: World,
        physics: Physics,
        rover: RoverLimits,
        arm: ArmLimits,
        *,
        seed: int,
        keys: Mapping[str, bytes],
        brakes: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        """`brakes`: the deceleration (m/s^2) of bases that have another than `rover` says."""
        self._physics = physics
        self._things = tuple(world.objects)
        self._ticks = 0
        self.firmware: dict[str, Firmware] = {}
        self._rovers: dict[str, RoverDrive] = {}
        self._lidars: dict[str, Lidar] = {}
        self._imus: dict[str, Imu] = {}
        self._strangers = Things()
        self._arms: dict[str, ArmDrive] = {}
        self._still_ticks = 0
        self._true_m: dict[str, list[float]] = {}  # what the lidars of a home at rest would measure
        for robot in world.robots.values():
            drive: RoverDrive | ArmDrive
            if robot.kind != "arm":
                make = BASES[robot.kind]
                drive = self._rovers[robot.name] = make(
                    replace(rover, linear_deceleration_mps2=brakes[robot.name], grips=False)
                    if robot.name in brakes
                    else rover,
                    random.Random(f"{seed}/{robot.name}"),
                )
                noise = random.Random(f"{seed}/{robot.name}/lidar")
                self._lidars[robot.name] = Lidar(LidarLimits(), noise)
                self._imus[robot.name] = Imu(ImuLimits(), random.Random(f"{seed}/{robot.name}/imu"))
            else:
                pose = (robot.pose.x_m, robot.pose.y_m, robot.pose.yaw_rad)
                drive = self._arms[robot.name] = ArmDrive(arm, pose)
            self.firmware[robot.name] = Firmware(
                robot.name, drive, silence_s=_silence_s(robot), key=keys.get(robot.name)
            )
        self._sense()

    @property
    def now_s(self) -> float:
        """The robots' clock: seconds since the home was switched on."""
        return self._ticks * TICK_S

    @property
    def rests(self) -> bool:
        """Nothing moves or is about to: the physics, which would find everything where it is, is left out."""
        return self._still_ticks >= REST_TICKS and not self._stirs()

    def tick(self) -> None:
        """Lets TICK_S pass: firmware, motors, physics, sensors."""
        self._ticks += 1
        for firmware in self.firmware.values():
            firmware.tick(self.now_s, TICK_S)
        for name in self._strangers.step(TICK_S):
            self._show(name)
        if not self.rests:
            self._move()
        self._sense()

    def _move(self) -> None:
        for name, rover in self._rovers.items():
            if isinstance(rover, MecanumDrive):
                self._physics.drive_base(name, *rover.velocity)
            else:
                self._physics.drive_wheels(name, *rover.wheels_radps)
        for name, arm in self._arms.items():
            self._physics.drive_joints(name, arm.positions_rad, arm.opening_m)
        self._physics.step()
        still = self._physics.still and not self._stirs()
        self._still_ticks = self._still_ticks + 1 if still else 0
        self._true_m.clear()

    def _stirs(self) -> bool:
        """A command is in force somewhere, or a motor still slows down."""
        drives: tuple[Drive, ...] = (*self._rovers.values(), *self._arms.values())
        return any(not f.halted for f in self.firmware.values()) or any(drive.busy for drive in drives)

    def obey(self, line: bytes) -> None:
        """What whoever holds the truth port wants of things and people. Raises WireError."""
        self._show(self._strangers.obey(line))

    def _show(self, name: str) -> None:
        self._still_ticks = 0
        thing = self._strangers.there.get(name)
        if thing is None:
            self._physics.place(name, 0.0, 0.0, 0.0, hidden=True)
        else:
            self._physics.place(name, thing.x_m, thing.y_m, thing.yaw_rad)

    def truth(self) -> bytes:
        """Where everything really is, as one JSON line."""
        robots: dict[str, dict[str, object]] = {}
        for name in self.firmware:
            body = self._physics.body(name)
            robots[name] = {
                "x": round(body.x_m, 5), "y": round(body.y_m, 5), "yaw": round(body.yaw_rad, 5),
                "vx": round(body.vx_mps, 5), "vy": round(body.vy_mps, 5), "wz": round(body.wz_radps, 5),
            }  # fmt: skip
        for name in self._arms:
            arm = self._physics.arm(name)
            robots[name]["joints"] = [round(angle, 5) for angle in arm.positions_rad]
            robots[name]["joint_speed"] = round(max(map(abs, arm.velocities_radps)), 5)
            robots[name]["holding"] = arm.holding
        objects = {
            thing: [round(axis, 4) for axis in self._physics.position_m(thing)] for thing in self._things
        }
        line = {
            "type": "truth",
            "t": round(self.now_s, 4),
            "robots": robots,
            "objects": objects,
            "things": {
                name: [round(value, 4) for value in (thing.x_m, thing.y_m, thing.yaw_rad)]
                for name, thing in self._strangers.there.items()
            },
        }
        return json.dumps(line, separators=(",", ":")).encode() + b"\n"

    def _sense(self) -> None:
        rests = self.rests
        for name, rover in self._rovers.items():
            if not rests:
                self._sense_base(name, rover)
            if self._ticks % POSE_EVERY == 0:
                body = self._physics.body(name)
                rover.sense_pose(body.x_m, body.y_m, body.yaw_rad)
                rover.sense_bumper(self._physics.bumps(name))
            if self._ticks % SCAN_EVERY == 0 and self.firmware[name].greeted:
                lidar = self._lidars[name]
                angles, far_m = lidar.limits.angles_rad, lidar.limits.far_m
                if name not in self._true_m:
                    self._true_m[name] = self._physics.distances_m(name, angles, far_m)
                rover.sense_scan(lidar.measure(self.now_s, self._true_m[name]))
            if self._ticks % IMU_EVERY == 0 and self.firmware[name].greeted:
                rover.sense_inertia(self._imus[name].measure(self.now_s, self._physics.motion(name)))
        if self._ticks % 2 == 0 and not rests:
            for name, arm in self._arms.items():
                truth = self._physics.arm(name)
                arm.sense(
                    truth.positions_rad,
                    truth.velocities_radps,
                    opening_m=truth.opening_m,
                    holding=truth.holding,
                )

    def _sense_base(self, name: str, rover: RoverDrive) -> None:
        if isinstance(rover, MecanumDrive):
            body = self._physics.body(name)
            rover.sense_motion(body.vx_mps, body.vy_mps, body.wz_radps, TICK_S)
        else:
            rover.sense_wheels(*self._physics.wheels_rad(name), TICK_S)


def _silence_s(robot: RobotStart) -> float | None:
    return UDP_SILENCE_S if robot.link == "udp" else None
