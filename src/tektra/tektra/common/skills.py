# SPDX-License-Identifier: Apache-2.0
"""The catalogue of what robots can be asked to do, by what they are able to.

A driver announces the skills of its robot's capabilities; the planner may use no other; the skills stage carries
them out. Schemas are strict: no argument is unknown, none lies beyond its bounds. Immutable.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from tektra.common.arm_geometry import ARM_JOINTS as ARM_JOINTS

Schema = dict[str, object]


@dataclass(frozen=True)
class Skill:
    """One skill. `capability`: what the robot must have for it. `schema`: JSON schema of the arguments, as text.

    The capability `hand` is an arm with a gripper.
    """

    name: str
    sentence: str
    capability: str
    schema: str

    @property
    def arguments_schema(self) -> Schema:
        """A new copy of the schema as Python data."""
        loaded: Schema = json.loads(self.schema)
        return loaded


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
#: How many places or points a path may have.
PATH_MAX = 20
_PLACE: Schema = {"type": "string", "minLength": 1, "maxLength": 60, "description": "name of a place"}


def _number(low: float, high: float, meaning: str) -> Schema:
    return {"type": "number", "minimum": low, "maximum": high, "description": meaning}


def _skill(
    name: str,
    sentence: str,
    capability: str,
    properties: dict[str, Schema],
    required: tuple[str, ...] = (),
    **more: object,
) -> Skill:
    schema: Schema = {"type": "object", "properties": properties, "required": list(required)}
    return Skill(name, sentence, capability, json.dumps({**schema, "additionalProperties": False, **more}))


def _height(meaning: str) -> Schema:
    return {
        **_number(0.5, ALTITUDE_MAX_M, meaning),
        "x-tektra-meaning": "length",
        "x-tektra-unit": "metre",
    }


def _said(**sentences: list[str]) -> Schema:
    """How people ask for it (docs/languages.md)."""
    return {"x-tektra-sentences": sentences}


SKILLS = (
    _skill(
        "move",
        "Drive straight ahead by a distance in metres; a negative distance drives backwards.",
        "base",
        {
            "distance_m": _number(-DISTANCE_MAX_M, DISTANCE_MAX_M, "metres, negative: backwards"),
            "speed_mps": _number(0.05, SPEED_MAX_MPS, "metres per second at most"),
        },
        ("distance_m",),
    ),
    _skill(
        "turn",
        "Turn on the spot by an angle in degrees; positive is to the left, negative to the right.",
        "base",
        {"angle_deg": _number(-720.0, 720.0, "degrees, positive: left")},
        ("angle_deg",),
    ),
    _skill(
        "navigate_to",
        "Drive to a named place, or to a point of the map in metres.",
        "base",
        {
            "place": _PLACE,
            "x": _number(-1000.0, 1000.0, "metres east in the map"),
            "y": _number(-1000.0, 1000.0, "metres north in the map"),
        },
        oneOf=[{"required": ["place"]}, {"required": ["x", "y"]}],
        dependentRequired={"x": ["y"], "y": ["x"]},
    ),
    _skill(
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
                    "items": _number(-1000.0, 1000.0, "metres east, then north in the map"),
                },
            },
        },
        oneOf=[{"required": ["places"]}, {"required": ["points"]}],
    ),
    _skill("dock", "Drive home into the robot's own dock.", "base", {}),
    _skill(
        "look_at",
        "Turn on the spot to face a place, another robot, or a point of the map.",
        "base",
        {
            "place": _PLACE,
            "robot": {"type": "string", "minLength": 1, "maxLength": 60, "description": "name of a robot"},
            "x": _number(-1000.0, 1000.0, "metres east in the map"),
            "y": _number(-1000.0, 1000.0, "metres north in the map"),
        },
        oneOf=[{"required": ["place"]}, {"required": ["robot"]}, {"required": ["x", "y"]}],
        dependentRequired={"x": ["y"], "y": ["x"]},
    ),
    _skill(
        "wait",
        "Stand still for some seconds.",
        "base",
        {"seconds": _number(0.0, 600.0, "seconds")},
        ("seconds",),
    ),
    _skill(
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
    _skill("wave", "Wave with the arm, as a greeting.", "arm", {}),
    _skill("open_gripper", "Open the gripper, letting go of what it holds.", "gripper", {}),
    _skill("close_gripper", "Close the gripper, holding what is between its fingers.", "gripper", {}),
    _skill(
        "grasp",
        "Pick up a named object from the table.",
        "hand",
        {
            "object": {"type": "string", "minLength": 1, "maxLength": 60, "description": "name of an object"},
        },
        ("object",),
    ),
    _skill(
        "place",
        "Put down what the gripper holds, at a named spot or a point of the table.",
        "hand",
        {
            "spot": {"type": "string", "minLength": 1, "maxLength": 60, "description": "name of a spot"},
            "x": _number(-1000.0, 1000.0, "metres east in the map"),
            "y": _number(-1000.0, 1000.0, "metres north in the map"),
        },
        oneOf=[{"required": ["spot"]}, {"required": ["x", "y"]}],
        dependentRequired={"x": ["y"], "y": ["x"]},
    ),
    _skill(
        "take_off",
        "Take off, and rise to a height in metres above the ground.",
        "flight",
        {"altitude_m": _height("metres above where it stood")},
        (),
        **_said(
            en=["take off", "lift off", "(take off|lift off) to {altitude_m}"],
            de=["(starte|heb ab|hebe ab) [auf {altitude_m}]"],
            fr=["décolle [à {altitude_m}]"],
            es=["despega [a {altitude_m}]"],
            it=["decolla [a {altitude_m}]"],
        ),
    ),
    _skill(
        "go_to_height",
        "Rise or sink to a height in metres above where it took off.",
        "flight",
        {"altitude_m": _height("metres above where it stood")},
        ("altitude_m",),
        **_said(
            en=["(go|fly|climb|rise|sink|descend) to a height of {altitude_m}"],
            de=["(flieg|steig|geh|sink) auf eine Höhe von {altitude_m}"],
            fr=["(monte|descends|vole) à une hauteur de {altitude_m}"],
            es=["(sube|baja|vuela) a una altura de {altitude_m}"],
            it=["(sali|scendi|vola) a un'altezza di {altitude_m}"],
        ),
    ),
    _skill(
        "land",
        "Land where it is.",
        "flight",
        {},
        (),
        **_said(en=["land", "touch down"], de=["lande"], fr=["atterris"], es=["aterriza"], it=["atterra"]),
    ),
    _skill(
        "use_tool",
        "Run a tool for some seconds, at a share of its full effect.",
        "tool",
        {
            "tool": {"type": "string", "minLength": 1, "maxLength": 60, "description": "name of the tool"},
            "value": _number(0.0, 1.0, "share of its full effect; 1 when absent"),
            "seconds": _number(0.1, TOOL_MAX_S, "for how long"),
        },
        ("tool", "seconds"),
    ),
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
