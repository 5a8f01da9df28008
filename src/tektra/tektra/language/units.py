# SPDX-License-Identifier: Apache-2.0
"""Units of measure turned into the one that Tektra uses for their kind, by pint."""

from __future__ import annotations

from enum import Enum
from functools import cache

import pint

from tektra.common.errors import ConfigError


class Kind(Enum):
    """What a quantity measures. The value of a Quantity is in the unit named here."""

    LENGTH = "length"  # metre
    ANGLE = "angle"  # degree
    DURATION = "duration"  # second
    SPEED = "speed"  # metre / second
    TURN_RATE = "turn_rate"  # degree / second
    SHARE = "share"  # of 1
    COUNT = "count"  # things, or times
    CLOCK = "clock"  # seconds after midnight
    VAGUE = "vague"  # "a bit": no number
    UNKNOWN = "unknown"  # a number that cannot be used: its unit is not known, or its form is none


BASE = {
    Kind.LENGTH: "metre",
    Kind.ANGLE: "degree",
    Kind.DURATION: "second",
    Kind.SPEED: "metre / second",
    Kind.TURN_RATE: "degree / second",
    Kind.SHARE: "dimensionless",
    Kind.COUNT: "dimensionless",
    Kind.CLOCK: "second",
}


@cache
def _registry() -> pint.UnitRegistry:  # type: ignore[type-arg]
    registry: pint.UnitRegistry = pint.UnitRegistry(cache_folder=None)  # type: ignore[type-arg]
    registry.define("dozen = 12")
    return registry


@cache
def factor(unit: str, kind: Kind) -> float:
    """How many of the base unit of `kind` one `unit` (a name or expression of pint) is. Raises ConfigError."""
    try:
        return float(_registry().Quantity(1.0, unit).to(BASE[kind]).magnitude)
    except (pint.PintError, KeyError, AttributeError, ValueError) as error:
        raise ConfigError(
            f"{unit!r} is no unit of {kind.value} ({error})", "use a name that pint knows"
        ) from error
