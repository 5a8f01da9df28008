#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""SROS 2: keys and permissions for each of Tektra's nodes, by `ros2 security` of a full ROS 2.

    scripts/make_keystore.py ~/tektra_keys --robots rover1 arm1
    export ROS_SECURITY_KEYSTORE=~/tektra_keys ROS_SECURITY_ENABLE=true ROS_SECURITY_STRATEGY=Enforce
    ros2 launch tektra_bringup tektra.launch.xml

The launch files give each process its enclave (ROS_SECURITY_ENCLAVE_OVERRIDE). What a policy does not name is denied: the
gate alone permits and tells the state of safety, a robot's driver alone tells its state, its skills alone request motion,
and only bridge, gateway and the command line (enclave /tektra/operator) reset. `--policy-only` writes policy.xml and stops.

`--fleet rover2 rover3` names robots whose drivers share one process, and whose skills another (fleet.launch.xml): an enclave
is a process's, so each of the two may what all of these robots' nodes may.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.etree import ElementTree

sys.path.insert(0, str(Path(__file__).parents[1] / "src" / "tektra"))

from tektra.common.errors import OptionError
from tektra.common.robot_names import check_name

#: A name, or a pattern of names (fnmatch), without ROS's prefixes.
Names = tuple[str, ...]
EVERYBODY_SAYS: Names = ("rosout", "parameter_events", "diagnostics", "tektra/pulse/answer")
STOPS: Names = ("safety/stop", "safety/stop_request")
PARAMETERS = (
    *("describe_parameters", "get_parameter_types", "get_parameters", "list_parameters"),
    *("set_parameters", "set_parameters_atomically", "get_type_description"),
)
#: What a skill that looks for something hears meanwhile.
SEEN: Names = ("tektra/vision/objects", "tektra/vision/kinds", "humans/positions")
MIND = ("speech_in", "planner", "speech_out", "vision", "avatar")
OPERATORS = ("bridge", "web", "operator")
#: Of the processes that several robots share, by the node of theirs that runs in it (launch/fleet.launch.xml).
SHARED = {"driver": "/fleet/drivers", "skills": "/fleet/skills", "watchdog": "/fleet/watchdog"}


@dataclass(frozen=True)
class Profile:
    """What one node may do; everybody may say a little more."""

    namespace: str
    node: str
    publish: Names
    subscribe: Names
    reply: Names = ()
    request: Names = ()
    execute: Names = ()
    call: Names = ()
    #: The node shares its process with those of other robots.
    shared: bool = False

    @property
    def name(self) -> str:
        return f"{self.namespace.rstrip('/')}/{self.node}"

    @property
    def enclave(self) -> str:
        return SHARED[self.node] if self.shared else self.name


def profiles(robots: Iterable[str], fleet: Iterable[str] = ()) -> list[Profile]:
    """One for each node; those of robots in `fleet` share their processes. Raises OptionError for what can be no robot's name."""
    alone, together = list(robots), list(fleet)
    if twice := sorted({*alone} & {*together}):
        raise OptionError(f"{', '.join(twice)} in --robots and in --fleet", "name each robot once")
    names = [check_name(robot, "--robots or --fleet") for robot in (*alone, *together)]
    found = [
        Profile(
            "/", "safety",
            publish=("safety/state", "safety/audit", *(f"{robot}/motion/permitted" for robot in names)),
            subscribe=(*STOPS, "safety/state", "humans/positions", "clock", "*"),
            reply=tuple(f"safety/{verb}" for verb in (
                "emergency_stop", "stop_robot", "reset", "reset_all", "reset_robot", "forget_robot", "forget_people", "jog_robot",
                "no_person",
            )),
        ),
        _watchdog("/tektra"),
    ]  # fmt: skip
    for robot in names:
        found += [replace(profile, shared=robot in together) for profile in _robot(robot)]
    found += [Profile("/tektra", node, **_mind()) for node in MIND]
    return found + [Profile("/tektra", node, **_mind(operates=True)) for node in OPERATORS]


def _robot(robot: str) -> Sequence[Profile]:
    heard = (*STOPS, "safety/state", "clock", "tektra/pulse/ask")
    told = (
        "description",
        "robot_description",
        "state",
        "odom",
        "joint_states",
        "battery_state",
        "scan",
        "imu",
        "tf",
        "base/cmd_vel",
    )
    driver = Profile(
        f"/{robot}", "driver",
        publish=(*(f"{robot}/{topic}" for topic in told), "tf", "safety/stop_request", "safety/stop"),
        subscribe=(*heard, f"{robot}/*"),
        reply=(f"{robot}/emergency_stop", f"{robot}/recover"),
        call=(f"{robot}/*/follow_joint_trajectory",),
    )  # fmt: skip
    skills = Profile(
        f"/{robot}", "skills",
        publish=(f"{robot}/motion/request", f"{robot}/claim", "tektra/velocity_holds"),
        subscribe=(*heard, "tektra/robot_holds", *SEEN, f"camera/{robot}/scene", "*/description", "*/claim", f"{robot}/*"),
        execute=(f"{robot}/run_skill",),
        call=(f"{robot}/navigate_to_pose",),
    )  # fmt: skip
    return driver, skills, _watchdog(f"/{robot}")


def _watchdog(namespace: str) -> Profile:
    """Of one host: /tektra's, or of a robot on a computer of its own."""
    return Profile(namespace, "watchdog", publish=("tektra/pulse/ask",), subscribe=("*",))


def _mind(*, operates: bool = False) -> dict[str, Names]:
    says = ("tektra/*", "humans/*", "camera/*", "map", *STOPS)
    asks = (
        "tektra/*",
        "camera/*",
        "safety/get_parameters",
        "safety/emergency_stop",
        "safety/stop_robot",
        "*/emergency_stop",
    )
    return {
        "publish": (*says, "*/cmd_vel_request", "*/cmd_vel_request_unstamped") if operates else says,
        "subscribe": ("*",),
        "reply": ("tektra/*", "camera/*"),
        "request": (*asks, "safety/*") if operates else asks,
        "execute": ("tektra/*",),
        "call": ("tektra/*", "*/run_skill"),
    }


def policy(robots: Iterable[str], fleet: Iterable[str] = ()) -> str:
    """The policy of all nodes, as sros2's schema 0.2.0 has it."""
    root = ElementTree.Element("policy", version="0.2.0")
    enclaves = ElementTree.SubElement(root, "enclaves")
    inside: dict[str, ElementTree.Element] = {}
    for profile in profiles(robots, fleet):
        if profile.enclave not in inside:
            enclave = ElementTree.SubElement(enclaves, "enclave", path=profile.enclave)
            inside[profile.enclave] = ElementTree.SubElement(enclave, "profiles")
        node = ElementTree.SubElement(
            inside[profile.enclave], "profile", ns=profile.namespace, node=profile.node
        )
        own = tuple(f"{profile.name[1:]}/{service}" for service in PARAMETERS)
        for kind, verb, names in (
            ("topic", "publish", (*profile.publish, *EVERYBODY_SAYS)),
            ("topic", "subscribe", (*profile.subscribe, "tektra/pulse/ask", "parameter_events")),
            ("service", "reply", (*profile.reply, *own)),
            ("service", "request", profile.request),
            ("action", "execute", profile.execute),
            ("action", "call", profile.call),
        ):
            if not names:
                continue
            group = ElementTree.SubElement(node, f"{kind}s", {verb: "ALLOW"})
            for name in sorted(set(names)):
                ElementTree.SubElement(group, kind).text = f"/{name}" if name != "*" else name
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def main() -> int:
    """0 when the keystore is there; 1 when `ros2 security` is not, or fails."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("keystore", type=Path)
    parser.add_argument(
        "--robots", nargs="+", default=[], help="robots whose nodes have processes of their own"
    )
    parser.add_argument("--fleet", nargs="+", default=[], help="robots whose nodes share processes")
    parser.add_argument("--policy-only", action="store_true")
    args = parser.parse_args()
    if not (args.robots or args.fleet):
        parser.error("name robots by --robots, --fleet or both")
    args.keystore.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = args.keystore / "policy.xml"
    file.write_text(policy(args.robots, args.fleet))
    print(f"wrote {file}")
    if args.policy_only:
        return 0
    ros2 = shutil.which("ros2")
    if ros2 is None:
        print("there is no `ros2`: keys are made where a full ROS 2 is installed (sros2)", file=sys.stderr)
        return 1
    try:
        if not (args.keystore / "enclaves").exists():
            subprocess.run([ros2, "security", "create_keystore", args.keystore], check=True)
        for path in dict.fromkeys(profile.enclave for profile in profiles(args.robots, args.fleet)):
            enclave = [args.keystore, path]
            subprocess.run([ros2, "security", "create_enclave", *enclave], check=True)
            subprocess.run([ros2, "security", "create_permission", *enclave, file], check=True)
    except subprocess.CalledProcessError as error:
        print(f"`ros2 security` failed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
