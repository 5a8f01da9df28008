# SPDX-License-Identifier: Apache-2.0
"""What `/<robot>/robot_description` tells: the robot's own URDF, or one made of its footprint and joints. Plain text.

The made one's links are named as the frames are (`rover1/base_link`; `base_link` with `namespaced_tf`), so that rviz needs no prefix. Of joints whose place
nobody tells, there is one link each, on top of the base: enough that joint states fit.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

from tektra.common.arm_geometry import ARM_CHAIN, ARM_JOINTS, TIP_M
from tektra.common.errors import OptionError
from tektra.driver.describe import Description, footprint_of, joints_of
from tektra.driver.options import DriverOptions

#: A file that is larger is no description of a robot.
MOST_BYTES = 4_000_000
#: How high a base is drawn, and how thick an arm (m); how long a joint whose place is not told.
BASE_HEIGHT_M, THICK_M, UNTOLD_M = 0.25, 0.04, 0.1
AXES = {"x": "1 0 0", "y": "0 1 0", "z": "0 0 1"}


@dataclasses.dataclass(frozen=True)
class JointLimits:
    """Of one joint, as a URDF has them: rad and rad/s."""

    lower: float
    upper: float
    speed: float


def read_urdf(path: str) -> str:
    """A file's text. Blocks on the disk. Raises OptionError for what is no URDF, naming the file."""
    file = Path(path).expanduser()
    try:
        data = file.read_bytes()[: MOST_BYTES + 1]
        root = _root(data)
    except (OSError, ElementTree.ParseError, ValueError) as error:
        raise OptionError(
            f"urdf_file {str(file)!r} is no URDF: {error}", "give its path (not xacro)"
        ) from error
    if root.tag != "robot":
        raise OptionError(
            f"urdf_file {str(file)!r} is no URDF: it begins with <{root.tag}>", "give a <robot>"
        )
    return data.decode()


def _root(data: bytes) -> ElementTree.Element:
    if len(data) > MOST_BYTES:
        raise ValueError(f"larger than {MOST_BYTES} bytes")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise ValueError("it declares entities")
    return ElementTree.fromstring(data.decode())


def joint_limits(urdf: str) -> dict[str, JointLimits]:
    """Of each joint that turns within limits, by name."""
    found = {}
    for joint in _root(urdf.encode()).iter("joint"):
        limit = joint.find("limit")
        if joint.get("type") != "revolute" or limit is None:
            continue
        numbers = [_number(limit.get(key, "0")) for key in ("lower", "upper", "velocity")]
        if all(map(math.isfinite, numbers)):
            found[joint.get("name", "")] = JointLimits(*numbers)
    return found


def with_limits_of(options: DriverOptions, urdf: str) -> DriverOptions:
    """Limits of joints that no parameter gives are the URDF's own. Raises OptionError for a joint that it does not have."""
    names = joints_of(options)
    if not names:
        return options
    known, taken = joint_limits(urdf), {}
    for key, field in (("joint_lower", "lower"), ("joint_upper", "upper"), ("joint_speed", "speed")):
        if getattr(options, key) != [0.0]:
            continue
        if lacking := [name for name in names if name not in known]:
            raise OptionError(
                f"urdf_file has no limits of the joint {lacking[0]!r}", f"give {key}, or correct it"
            )
        taken[key] = [float(getattr(known[name], field)) for name in names]
    return dataclasses.replace(options, **taken)  # type: ignore[arg-type]


def with_urdf(options: DriverOptions) -> tuple[DriverOptions, str]:
    """The options with what the robot's URDF adds, and that URDF; empty without a file. Raises OptionError."""
    if not options.urdf_file:
        return options, ""
    urdf = read_urdf(options.urdf_file)
    return with_limits_of(options, urdf), urdf


def made_urdf(described: Description, options: DriverOptions) -> str:
    """A URDF of what is known of the robot."""
    base = described.base_frame
    numbers = footprint_of(options)
    parts = [f"<robot name={quoteattr(described.robot)}>", _link(base, _box(numbers) if numbers else "")]
    places = _places(joints_of(options))
    before = base
    for index, (name, (above, axis)) in enumerate(places.items()):
        link, reach = (
            f"{base.removesuffix('base_link')}{name}_link",
            TIP_M if index == len(places) - 1 else UNTOLD_M,
        )
        following = list(places.values())[index + 1 : index + 2]
        reach = following[0][0] if following else reach
        limit = (
            f"<limit lower='{options.joint_lower[index]:g}' upper='{options.joint_upper[index]:g}' "
            f"velocity='{options.joint_speed[index]:g}' effort='0'/>"
        )
        parts.append(
            f"<joint name={quoteattr(name)} type='revolute'><parent link={quoteattr(before)}/>"
            f"<child link={quoteattr(link)}/><origin xyz='0 0 {above:g}'/><axis xyz='{AXES[axis]}'/>{limit}</joint>"
        )
        parts.append(_link(link, _rod(reach) if reach else ""))
        before = link
    return "".join([*parts, "</robot>"])


def _places(joints: tuple[str, ...]) -> Mapping[str, tuple[float, str]]:
    """How far above the joint before it each lies, and about which of its axes it turns."""
    if joints == ARM_JOINTS:
        return {joint.name: (joint.above_m, joint.axis) for joint in ARM_CHAIN}
    return dict.fromkeys(joints, (UNTOLD_M, "y"))


def _box(corners: list[float]) -> str:
    xs, ys = corners[::2], corners[1::2]
    size = f"{max(xs) - min(xs):g} {max(ys) - min(ys):g} {BASE_HEIGHT_M:g}"
    middle = f"{(max(xs) + min(xs)) / 2.0:g} {(max(ys) + min(ys)) / 2.0:g} {BASE_HEIGHT_M / 2.0:g}"
    return f"<origin xyz='{middle}'/><geometry><box size='{size}'/></geometry>"


def _rod(length: float) -> str:
    shape = f"<cylinder radius='{THICK_M:g}' length='{length:g}'/>"
    return f"<origin xyz='0 0 {length / 2.0:g}'/><geometry>{shape}</geometry>"


def _link(name: str, shape: str) -> str:
    shown = f"<visual>{shape}</visual><collision>{shape}</collision>" if shape else ""
    return f"<link name={quoteattr(name)}>{shown}</link>"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
