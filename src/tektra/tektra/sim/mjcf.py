# SPDX-License-Identifier: Apache-2.0
"""The home and its robots as an MJCF model (MuJoCo's XML), made from a `World`. Pure text: no MuJoCo here.

Contacts: `implicitfast` with armature on the wheels keeps stiff wheel motors stable at 2.5 ms; the casters are
frictionless and win the contact parameters by priority, so that only the driven wheels hold the floor.
"""

import math
from xml.sax.saxutils import quoteattr

from tektra.common.arm_geometry import FINGER_M, FOREARM_M, PALM_M, SHOULDER_M, UPPER_ARM_M, WAIST_M
from tektra.common.world import Box, Color, RobotStart, SmallObject, World
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.things import things_mjcf

TIMESTEP_S = 0.0025
#: Cameras of the rovers stand on a mast that nothing runs into, and look down a little (tangent).
CAMERA_M, CAMERA_DOWN = 1.0, 0.2
DARK: Color = (0.25, 0.27, 0.30)


def home_mjcf(world: World, rover: RoverLimits, arm: ArmLimits) -> str:
    """The whole model. Bodies, joints and motors of a robot are called `<robot>/<part>`."""
    bodies, motors = [_floor(world)], []
    bodies += [
        _box(box, (0.86, 0.84, 0.80)) for box in (w.box(world.wall_height_m) for w in world.walls.values())
    ]
    bodies += [_box(piece.box, piece.color) for piece in world.furniture.values()]
    bodies += [_small(thing) for thing in world.objects.values()]
    for robot in world.robots.values():
        if robot.kind == "rover":
            bodies.append(_rover(robot, rover))
            motors += [_wheel_motor(robot.name, side) for side in ("left", "right")]
        elif robot.kind != "arm":
            bodies.append(_mecanum(robot, rover))
            motors += _mecanum_motors(robot.name)
        else:
            bodies.append(_arm(robot, arm))
            motors += _arm_motors(robot.name, arm)
    bodies.append(things_mjcf())
    middle_x, middle_y = world.bounds.center_m
    return f"""<mujoco model={quoteattr(world.name)}>
  <compiler angle="radian" autolimits="true"/>
  <option timestep="{TIMESTEP_S}" integrator="implicitfast" cone="elliptic" impratio="5"/>
  <size memory="64M"/>
  <visual>
    <global offwidth="1600" offheight="1000"/>
    <headlight ambient="0.45 0.45 0.45" diffuse="0.4 0.4 0.4" specular="0 0 0"/>
    <quality shadowsize="4096"/>
    <map znear="0.01" zfar="60"/>
  </visual>
  <asset><texture type="skybox" builtin="gradient" rgb1="0.75 0.82 0.88" rgb2="0.9 0.92 0.94" width="64" height="64"/></asset>
  <worldbody>
    <light pos="{middle_x} {middle_y} 12" dir="0.1 0.15 -1" diffuse="0.5 0.5 0.5" directional="true"/>
    {"".join(bodies)}
  </worldbody>
  <actuator>{"".join(motors)}</actuator>
</mujoco>"""


def _rgba(color: Color) -> str:
    return f'rgba="{color[0]:g} {color[1]:g} {color[2]:g} 1"'


def _turn(yaw_rad: float) -> str:
    return f'quat="{math.cos(yaw_rad / 2.0):.9g} 0 0 {math.sin(yaw_rad / 2.0):.9g}"'


def _floor(world: World) -> str:
    x, y = world.bounds.center_m
    tiles = []
    shades = (
        (0.78, 0.72, 0.62),
        (0.70, 0.66, 0.60),
        (0.74, 0.76, 0.76),
        (0.72, 0.68, 0.70),
        (0.68, 0.72, 0.68),
    )
    for index, room in enumerate(world.rooms.values()):
        half_x, half_y = (
            (room.x_max_m - room.x_min_m) / 2.0,
            (room.y_max_m - room.y_min_m) / 2.0,
        )
        tiles.append(
            f'<geom type="box" contype="0" conaffinity="0" pos="{room.center_m[0]} {room.center_m[1]} -0.004" '
            f'size="{half_x} {half_y} 0.005" {_rgba(shades[index % len(shades)])}/>'
        )
    plane = f'<geom name="floor" type="plane" pos="{x} {y} 0" size="12 9 0.1" friction="1.5 0.01 0.001" {_rgba((0.5, 0.5, 0.5))}/>'
    return plane + "".join(tiles)


def _box(box: Box, color: Color) -> str:
    return (
        f'<geom name={quoteattr(box.name)} type="box" pos="{box.x_m} {box.y_m} {box.height_m / 2.0}" {_turn(box.yaw_rad)} '
        f'size="{box.length_m / 2.0} {box.width_m / 2.0} {box.height_m / 2.0}" friction="0.7 0.01 0.001" {_rgba(color)}/>'
    )


def _small(thing: SmallObject) -> str:
    size = " ".join(f"{edge / 2.0:g}" for edge in thing.size_m)
    return (
        f'<body name={quoteattr(thing.name)} pos="{thing.x_m} {thing.y_m} {thing.z_m}"><freejoint/>'
        f'<geom type="box" size="{size}" mass="{thing.mass_kg}" friction="1.2 0.02 0.001" condim="4" {_rgba(thing.color)}/></body>'
    )


def _rover(robot: RobotStart, limits: RoverLimits) -> str:
    name, radius, half_track = robot.name, limits.wheel_radius_m, limits.track_m / 2.0
    wheels = "".join(
        f'<body name="{name}/{side}_wheel" pos="0 {y:g} 0"><joint name="{name}/{side}" type="hinge" axis="0 1 0" armature="0.02" '
        f'damping="0.02"/><geom type="cylinder" size="{radius} 0.005" euler="1.5707963 0 0" mass="0.8" '  # a crowned tyre
        f'friction="1.5 0.01 0.001" {_rgba((0.12, 0.12, 0.13))}/><geom type="cylinder" size="{radius - 0.002:g} 0.02" '
        f'euler="1.5707963 0 0" mass="0" contype="0" conaffinity="0" {_rgba((0.12, 0.12, 0.13))}/><geom type="box" size="0.045 0.021 0.012" mass="0" contype="0" conaffinity="0" '
        f"{_rgba((0.75, 0.75, 0.75))}/></body>"
        for side, y in (("left", half_track), ("right", -half_track))
    )
    casters = "".join(
        f'<geom type="sphere" pos="{x} 0 {0.031 - radius:g}" size="0.03" mass="0.2" priority="1" condim="1" '
        f"{_rgba((0.2, 0.2, 0.2))}/>"
        for x in (0.15, -0.15)
    )
    return f"""
    <body name="{name}" pos="{robot.pose.x_m} {robot.pose.y_m} {radius}" {_turn(robot.pose.yaw_rad)}>
      <freejoint name="{name}/free"/>
      <geom type="box" pos="0 0 0.035" size="0.21 0.14 0.05" mass="10" friction="0.3 0.01 0.001" {_rgba(robot.color)}/>
      <geom type="box" pos="0.205 0 0.04" size="0.008 0.09 0.02" mass="0" contype="0" conaffinity="0" {_rgba((0.95, 0.95, 0.9))}/>
      <geom type="cylinder" pos="0.06 0 0.12" size="0.05 0.035" mass="0.5" {_rgba((0.15, 0.15, 0.17))}/>
      <geom type="cylinder" fromto="-0.05 0 0.08 -0.05 0 {CAMERA_M - radius - 0.03:g}" size="0.012" mass="0" contype="0" conaffinity="0" {_rgba(DARK)}/>
      <geom type="box" pos="-0.05 0 {CAMERA_M - radius:g}" size="0.02 0.05 0.02" mass="0" contype="0" conaffinity="0" {_rgba(DARK)}/>
      <camera name="{name}/camera" pos="-0.02 0 {CAMERA_M - radius:g}" xyaxes="0 -1 0 {CAMERA_DOWN:g} 0 1" fovy="50"/>
      {wheels}{casters}
    </body>"""


def _mecanum(robot: RobotStart, limits: RoverLimits) -> str:
    """Its rollers hold the floor in no direction: what four wheels do together is a force on the middle of the base."""
    name, radius = robot.name, limits.wheel_radius_m
    wheels = "".join(
        f'<geom type="sphere" pos="{x} {y} 0" size="{radius}" mass="0.8" priority="1" condim="1" {_rgba(DARK)}/>'
        for x in (0.14, -0.14)
        for y in (limits.track_m / 2.0, -limits.track_m / 2.0)
    )
    return f"""
    <body name="{name}" pos="{robot.pose.x_m} {robot.pose.y_m} {radius}" {_turn(robot.pose.yaw_rad)}>
      <freejoint name="{name}/free"/>
      <site name="{name}/middle"/>
      <geom type="box" pos="0 0 0.035" size="0.21 0.12 0.05" mass="10" friction="0.3 0.01 0.001" {_rgba(robot.color)}/>
      <camera name="{name}/camera" pos="-0.02 0 {CAMERA_M - radius:g}" xyaxes="0 -1 0 {CAMERA_DOWN:g} 0 1" fovy="50"/>
      {wheels}
    </body>"""


def _mecanum_motors(robot: str) -> list[str]:
    axes = (("vx", "1 0 0 0 0 0", 400, 150), ("vy", "0 1 0 0 0 0", 400, 150), ("wz", "0 0 0 0 0 1", 12, 20))
    return [
        f'<velocity name="{robot}/{axis}" site="{robot}/middle" gear="{gear}" kv="{kv}" forcerange="-{force} {force}"/>'
        for axis, gear, kv, force in axes
    ]


def _wheel_motor(robot: str, side: str) -> str:
    return f'<velocity name="{robot}/{side}" joint="{robot}/{side}" kv="12" forcerange="-8 8"/>'


def _arm(robot: RobotStart, limits: ArmLimits) -> str:
    upper, fore, hand = UPPER_ARM_M, FOREARM_M, PALM_M
    name, paint, dark = robot.name, _rgba(robot.color), _rgba(DARK)

    def joint(index: int, axis: str) -> str:
        bounds = f'range="{limits.lower_rad[index]} {limits.upper_rad[index]}"'
        return (
            f'<joint name="{name}/{limits.names[index]}" axis="{axis}" {bounds} armature="0.1" damping="2"/>'
        )

    solid = 'contype="0" conaffinity="0"'  # links pass each other; palm, fingers and forearm touch the world
    return f"""
    <body name="{name}" pos="{robot.pose.x_m} {robot.pose.y_m} {robot.z_m}" {_turn(robot.pose.yaw_rad)}>
      <geom type="cylinder" fromto="0 0 0 0 0 {WAIST_M}" size="0.075" {solid} {dark}/>
      <body name="{name}/waist" pos="0 0 {WAIST_M}" gravcomp="1">{joint(0, "0 0 1")}
        <geom type="cylinder" fromto="0 0 0 0 0 {SHOULDER_M}" size="0.06" mass="3" {solid} {paint}/>
        <body name="{name}/upper" pos="0 0 {SHOULDER_M}" gravcomp="1">{joint(1, "0 1 0")}
          <geom type="cylinder" fromto="0 -0.07 0 0 0.07 0" size="0.055" mass="1.5" {solid} {dark}/>
          <geom type="capsule" fromto="0 0 0 0 0 {upper}" size="0.042" mass="3" {solid} {paint}/>
          <body name="{name}/fore" pos="0 0 {upper}" gravcomp="1">{joint(2, "0 1 0")}
            <geom type="cylinder" fromto="0 -0.055 0 0 0.055 0" size="0.048" mass="1" {solid} {dark}/>
            <geom type="capsule" fromto="0 0 0 0 0 {fore / 2.0}" size="0.036" mass="1" {solid} {paint}/>
            <body name="{name}/roll" pos="0 0 {fore / 2.0}" gravcomp="1">{joint(3, "0 0 1")}
              <geom type="capsule" fromto="0 0 0 0 0 {fore / 2.0}" size="0.034" mass="1" {paint}/>
              <body name="{name}/wrist" pos="0 0 {fore / 2.0}" gravcomp="1">{joint(4, "0 1 0")}
                <geom type="cylinder" fromto="0 -0.045 0 0 0.045 0" size="0.036" mass="0.5" {solid} {dark}/>
                <body name="{name}/hand" gravcomp="1">{joint(5, "0 0 1")}
                  <geom type="cylinder" fromto="0 0 0.02 0 0 {hand - 0.015:g}" size="0.030" mass="0.4" {paint}/>
                  <geom type="box" pos="0 0 {hand - 0.01:g}" size="0.025 0.06 0.012" mass="0.1" {dark}/>
                  {_fingers(name, limits)}
                </body>
              </body>
            </body>
          </body>
        </body>
      </body>
    </body>"""


def _fingers(name: str, limits: ArmLimits) -> str:
    half = limits.opening_max_m / 2.0
    return "".join(
        f'<body name="{name}/{side}_finger" pos="0 0 {PALM_M}" gravcomp="1"><joint name="{name}/{side}_finger" type="slide" '
        f'axis="0 {sign} 0" range="0 {half}" armature="0.1" damping="5"/>'
        f'<geom name="{name}/{side}_pad" type="box" pos="0 {sign * 0.008:g} {FINGER_M / 2.0:g}" size="0.012 0.008 {FINGER_M / 2.0:g}" mass="0.05" condim="4" '
        f'friction="1.5 0.05 0.001" solimp="0.95 0.99 0.001" {_rgba(DARK)}/></body>'
        for side, sign in (("left", 1), ("right", -1))
    )


def _arm_motors(robot: str, limits: ArmLimits) -> list[str]:
    strong = (
        (1200, 80, 150),
        (1600, 100, 200),
        (1200, 80, 150),
        (400, 20, 40),
        (400, 20, 40),
        (200, 10, 20),
    )
    motors = [
        f'<position name="{robot}/{joint}" joint="{robot}/{joint}" kp="{kp}" kv="{kv}" forcerange="-{force} {force}"/>'
        for joint, (kp, kv, force) in zip(limits.names, strong, strict=True)
    ]
    motors += [
        f'<position name="{robot}/{side}_finger" joint="{robot}/{side}_finger" kp="800" kv="40" forcerange="-15 15"/>'
        for side in ("left", "right")
    ]
    return motors
