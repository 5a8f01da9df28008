# SPDX-License-Identifier: Apache-2.0
"""From the skills node's parameters to the navigator of its robot."""

from __future__ import annotations

from typing import Any

from tektra.common.backends import load, names
from tektra.ros.parameters import declare
from tektra.skills.backends import Navigator
from tektra.skills.options import SkillsOptions

#: The name under which a robot plans its ways itself.
OWN = "own"


def skills_options(node: Any) -> SkillsOptions:
    """The skills node's own parameters; those below a back end's name are the back end's. Raises OptionError."""
    return declare(node, SkillsOptions, beside=[f"{name}." for name in names("navigator")])


def make_navigator(node: Any, name: str) -> Navigator | None:
    """The back end that drives instead of us; None when we do. Raises BackendError, OptionError."""
    if name == OWN:
        return None
    make = load("navigator", name)
    navigator: Navigator = make(declare(node, make.Options, prefix=f"{name}."))
    navigator.attach(node)
    return navigator
