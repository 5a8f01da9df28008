# SPDX-License-Identifier: Apache-2.0
"""The catalogue of what robots can be asked to do, by what they are able to.

A driver announces the skills of its robot's capabilities; the planner may use no other; the skills stage carries
them out. Schemas are strict: no argument is unknown, none lies beyond its bounds. Immutable.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from tektra.common.arm_geometry import ARM_JOINTS as ARM_JOINTS
from tektra.common.sight_skills import SIGHT_SKILLS
from tektra.common.skill_schemas import Schema as Schema
from tektra.common.skill_schemas import Skill as Skill
from tektra.common.skill_schemas import make_skill, number, said


@dataclass(frozen=True)
class ArmPose:
    """Joint positions (rad) with a name, in the order of ARM_JOINTS."""

    name: str
    positions_rad: tuple[float, ...]


ARM_POSES = (
    ArmPose("home", (0.0, -0.6, 1.9, 0.0, 1.0, 0.0)),  # folded, clear of the table
    ArmPose("ready", (0.0, 0.1, 1.5, 0.0, 1.54, 0.0)),  # over the table, hand straight down
    ArmPose("up", (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)),  # straight up
)
WAVE = (  # from one to the next, then home
    ArmPose("wave middle", (0.0, -0.2, 0.5, 1.57, 0.0, 0.0)),
    ArmPose("wave left", (0.0, -0.2, 0.5, 1.57, 0.7, 0.0)),
    ArmPose("wave right", (0.0, -0.2, 0.5, 1.57, -0.7, 0.0)),
    ArmPose("wave left", (0.0, -0.2, 0.5, 1.57, 0.7, 0.0)),
    ArmPose("wave right", (0.0, -0.2, 0.5, 1.57, -0.7, 0.0)),
)
GRIPPER_OPEN_M = 0.08
GRIPPER_CLOSED_M = 0.0
SPEED_MAX_MPS = 0.6
DISTANCE_MAX_M = 20.0
ALTITUDE_MAX_M = 120.0
TOOL_MAX_S = 600.0
#: The annotation of a schema that tells where a pose's joints are (rad): {"home": {"waist": 0.0}}.
POSES = "x-tektra-poses"
#: What a robot on legs can be told, and the annotation of a schema that tells how high its body is then (m).
POSTURES = ("stand_up", "lie_down", "damp")
HEIGHT = "x-tektra-height"
#: How many places or points a path may have.
PATH_MAX = 20
_PLACE: Schema = {"type": "string", "minLength": 1, "maxLength": 60, "description": "name of a place"}


def _height(meaning: str) -> Schema:
    return {
        **number(0.5, ALTITUDE_MAX_M, meaning),
        "x-tektra-meaning": "length",
        "x-tektra-unit": "metre",
    }


SKILLS = (
    make_skill(
        "move",
        "Drive straight ahead by a distance in metres; a negative distance drives backwards.",
        "base",
        {
            "distance_m": number(-DISTANCE_MAX_M, DISTANCE_MAX_M, "metres, negative: backwards"),
            "speed_mps": number(0.05, SPEED_MAX_MPS, "metres per second at most"),
        },
        ("distance_m",),
    ),
    make_skill(
        "turn",
        "Turn on the spot by an angle in degrees; positive is to the left, negative to the right.",
        "base",
        {"angle_deg": number(-720.0, 720.0, "degrees, positive: left")},
        ("angle_deg",),
    ),
    make_skill(
        "navigate_to",
        "Drive to a named place, or to a point of the map in metres.",
        "base",
        {
            "place": _PLACE,
            "x": number(-1000.0, 1000.0, "metres east in the map"),
            "y": number(-1000.0, 1000.0, "metres north in the map"),
        },
        oneOf=[{"required": ["place"]}, {"required": ["x", "y"]}],
        dependentRequired={"x": ["y"], "y": ["x"]},
    ),
    make_skill(
        "follow_path",
        "Drive through several places, or points of the map, in the order given.",
        "base",
        {
            "places": {"type": "array", "minItems": 1, "maxItems": PATH_MAX, "items": _PLACE},
            "points": {
                "type": "array",
                "minItems": 1,
                "maxItems": PATH_MAX,
                "items": {
                    "type": "array",
                    "minItems": 2,
                    "maxItems": 2,
                    "items": number(-1000.0, 1000.0, "metres east, then north in the map"),
                },
            },
        },
        oneOf=[{"required": ["places"]}, {"required": ["points"]}],
    ),
    make_skill("dock", "Drive home into the robot's own dock.", "base", {}),
    make_skill(
        "look_at",
        "Turn on the spot to face a place, another robot, or a point of the map.",
        "base",
        {
            "place": _PLACE,
            "robot": {"type": "string", "minLength": 1, "maxLength": 60, "description": "name of a robot"},
            "x": number(-1000.0, 1000.0, "metres east in the map"),
            "y": number(-1000.0, 1000.0, "metres north in the map"),
        },
        oneOf=[{"required": ["place"]}, {"required": ["robot"]}, {"required": ["x", "y"]}],
        dependentRequired={"x": ["y"], "y": ["x"]},
    ),
    make_skill(
        "wait",
        "Stand still for some seconds.",
        "base",
        {"seconds": number(0.0, 600.0, "seconds")},
        ("seconds",),
    ),
    make_skill(
        "arm_pose",
        "Move the arm to a named pose: home (folded), ready (over the table) or up.",
        "arm",
        {
            "pose": {
                "type": "string",
                "enum": [pose.name for pose in ARM_POSES],
                "description": "name of the pose",
            }
        },
        ("pose",),
        **{POSES: {pose.name: dict(zip(ARM_JOINTS, pose.positions_rad, strict=True)) for pose in ARM_POSES}},
    ),
    make_skill("wave", "Wave with the arm, as a greeting.", "arm", {}),
    make_skill("open_gripper", "Open the gripper, letting go of what it holds.", "gripper", {}),
    make_skill("close_gripper", "Close the gripper, holding what is between its fingers.", "gripper", {}),
    make_skill(
        "grasp",
        "Pick up a named object from the table.",
        "hand",
        {
            "object": {"type": "string", "minLength": 1, "maxLength": 60, "description": "name of an object"},
        },
        ("object",),
    ),
    make_skill(
        "place",
        "Put down what the gripper holds, at a named spot or a point of the table.",
        "hand",
        {
            "spot": {"type": "string", "minLength": 1, "maxLength": 60, "description": "name of a spot"},
            "x": number(-1000.0, 1000.0, "metres east in the map"),
            "y": number(-1000.0, 1000.0, "metres north in the map"),
        },
        oneOf=[{"required": ["spot"]}, {"required": ["x", "y"]}],
        dependentRequired={"x": ["y"], "y": ["x"]},
    ),
    make_skill(
        "take_off",
        "Take off, and rise to a height in metres above the ground.",
        "flight",
        {"altitude_m": _height("metres above where it stood")},
        (),
        **said(
            en=["take off", "lift off", "(take off|lift off) to {altitude_m}"],
            de=["(starte|heb ab|hebe ab) [auf {altitude_m}]"],
            fr=["décolle [à {altitude_m}]"],
            es=["despega [a {altitude_m}]"],
            it=["decolla [a {altitude_m}]"],
        ),
    ),
    make_skill(
        "go_to_height",
        "Rise or sink to a height in metres above where it took off.",
        "flight",
        {"altitude_m": _height("metres above where it stood")},
        ("altitude_m",),
        **said(
            en=["(go|fly|climb|rise|sink|descend) to a height of {altitude_m}"],
            de=["(flieg|steig|geh|sink) auf eine Höhe von {altitude_m}"],
            fr=["(monte|descends|vole) à une hauteur de {altitude_m}"],
            es=["(sube|baja|vuela) a una altura de {altitude_m}"],
            it=["(sali|scendi|vola) a un'altezza di {altitude_m}"],
        ),
    ),
    make_skill(
        "land",
        "Land where it is.",
        "flight",
        {},
        (),
        **said(en=["land", "touch down"], de=["lande"], fr=["atterris"], es=["aterriza"], it=["atterra"]),
    ),
    make_skill(
        "use_tool",
        "Run a tool for some seconds, at a share of its full effect.",
        "tool",
        {
            "tool": {"type": "string", "minLength": 1, "maxLength": 60, "description": "name of the tool"},
            "value": number(0.0, 1.0, "share of its full effect; 1 when absent"),
            "seconds": number(0.1, TOOL_MAX_S, "for how long"),
        },
        ("tool", "seconds"),
    ),
    make_skill(
        "stand_up",
        "Stand up on its legs.",
        "posture",
        {},
        (),
        **said(
            en=["stand up", "get up"],
            de=["(stell|stelle) dich hin", "aufstehen"],
            fr=["(lève|mets)-toi [debout]"],
            es=["incorpórate"],
            it=["(mettiti|alzati) in piedi"],
        ),
    ),
    make_skill(
        "lie_down",
        "Lie down where it stands.",
        "posture",
        {},
        (),
        **said(
            en=["lie down", "lay down"],
            de=["hinlegen"],
            fr=["couche-toi"],
            es=["túmbate", "échate"],
            it=["sdraiati", "accucciati"],
        ),
    ),
    make_skill(
        "damp",
        "Let the joints of its legs only damp, so that it sinks to the floor.",
        "posture",
        {},
        (),
        **said(
            en=["(damp|relax) (your|the|its) (legs|joints)", "go limp"],
            de=["(entspann|entspanne) die Beine"],
            fr=["relâche les jambes"],
            es=["relaja las patas"],
            it=["rilassa le zampe"],
        ),
    ),
    *SIGHT_SKILLS,
)


def skills_of(capabilities: Iterable[str]) -> tuple[Skill, ...]:
    """The skills of a robot with these capabilities, in the order of the catalogue."""
    able = set(capabilities)
    able |= {"hand"} if {"arm", "gripper"} <= able else set()
    return tuple(skill for skill in SKILLS if skill.capability in able)


def skill(name: str) -> Skill | None:
    """The skill of that name, or None."""
    return next((known for known in SKILLS if known.name == name), None)


def arm_pose(name: str) -> ArmPose | None:
    """The pose of that name, or None."""
    return next((known for known in ARM_POSES if known.name == name), None)
