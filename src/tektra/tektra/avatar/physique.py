# SPDX-License-Identifier: Apache-2.0
"""The character's body as its sliders shape it: where its joints are then, and how each joint's flesh grows.

What a slider does stands with the joints in the character's file, so that the page (lib/physique.ts) does the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float, float]


@dataclass(frozen=True)
class Effect:
    """What a slider does to a joint at its value 1: its flesh grows by the share `grow`, except `along` a unit axis where one is
    told, and it moves by `shift_m` against its parent."""

    slider: str
    grow: float = 0.0
    along: Point | None = None
    shift_m: Point = (0.0, 0.0, 0.0)


class Shapeable(Protocol):
    """A joint: its place in the rest pose, its parent's number (-1: none; a parent comes first), and what sliders do to it."""

    @property
    def origin_m(self) -> Point: ...

    @property
    def parent(self) -> int: ...

    @property
    def body(self) -> tuple[Effect, ...]: ...


@dataclass(frozen=True)
class Shape:
    """origins_m (J, 3): where the joints are; growth (J, 3, 3): of the flesh about each."""

    origins_m: NDArray[np.float64]
    growth: NDArray[np.float64]


def shaped(joints: Sequence[Shapeable], sliders: Mapping[str, float]) -> Shape:
    """The body at these values of its sliders; one that is not named is 0."""
    origins, growth = np.zeros((len(joints), 3)), np.zeros((len(joints), 3, 3))
    for number, joint in enumerate(joints):
        origins[number] = joint.origin_m
        if joint.parent >= 0:
            from_parent = np.subtract(joint.origin_m, joints[joint.parent].origin_m)
            origins[number] = origins[joint.parent] + growth[joint.parent] @ from_parent
        growth[number] = np.eye(3)
        for effect in joint.body:
            value = sliders.get(effect.slider, 0.0)
            axis = np.zeros(3) if effect.along is None else np.array(effect.along)
            origins[number] += value * np.array(effect.shift_m)
            growth[number] += value * effect.grow * (np.eye(3) - np.outer(axis, axis))
    return Shape(origins, growth)
