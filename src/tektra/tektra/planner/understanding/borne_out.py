# SPDX-License-Identifier: Apache-2.0
"""Whether a step that a model proposes is in the person's own words. Plain functions on data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from tektra.planner.understanding.reading import Reading
from tektra.planner.understanding.scene import Scene


class ProposedStep(Protocol):
    """As a plan's Step."""

    @property
    def who(self) -> str: ...
    @property
    def skill(self) -> str: ...
    @property
    def arguments(self) -> Mapping[str, object]: ...


class Meaning(Protocol):
    """How near two sentences are in meaning; a back end, or the words that they share."""

    def likeness(self, words: str, sentences: Sequence[str]) -> float:
        """0 (nothing in common) to 1 (the same), for the nearest of the sentences. Blocks for some 20 ms at most."""


@dataclass(frozen=True)
class Problem:
    """What the words do not bear out. `part`: who, skill or an argument; `value`: what the model put there."""

    part: str
    value: object
    why: str


def bears_out(
    step: ProposedStep, reading: Reading, scene: Scene, meaning: Meaning | None = None
) -> tuple[Problem, ...]:
    """What of a proposed step the words do not bear out; empty when they bear out all of it."""
    if reading.indirect:
        return (Problem("skill", step.skill, f"nothing was ordered: {reading.indirect}"),)
    return (Problem("skill", step.skill, "no clause of the sentence was read"),)
