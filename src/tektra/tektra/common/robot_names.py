# SPDX-License-Identifier: Apache-2.0
"""What a robot may be called: its name is a namespace of ROS, and stands beside those of others."""

from __future__ import annotations

import re

from tektra.common.errors import OptionError

#: First parts of names that are taken: Tektra's own (docs/interfaces.md), and those of ROS.
RESERVED = frozenset(
    {
        "camera",
        "clock",
        "description",
        "diagnostics",
        "humans",
        "map",
        "parameter_events",
        "robot_description",
        "rosout",
        "safety",
        "tektra",
        "tf",
        "tf_static",
    }
)
LENGTH_MAX = 64
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)


def name_fault(name: str) -> str:
    """Why no robot can have this name; empty when one can."""
    if not name:
        return "it is empty"
    if name.casefold() in RESERVED:
        return "it is reserved"
    if len(name) > LENGTH_MAX:
        return f"it has {len(name)} characters, and {LENGTH_MAX} are allowed"
    if not _NAME.fullmatch(name) or "__" in name:
        return "it is not made of letters, digits and single _, beginning with a letter"
    return ""


def check_name(name: str, where: str) -> str:
    """The name. Raises OptionError, naming it and `where` it stood, when no robot can have it."""
    if fault := name_fault(name):
        raise OptionError(
            f"robot name {name[:LENGTH_MAX]!r} in {where}: {fault}",
            f"give letters, digits and _, beginning with a letter; reserved are {', '.join(sorted(RESERVED))}",
        )
    return name
