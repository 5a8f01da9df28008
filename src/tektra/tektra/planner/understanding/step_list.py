# SPDX-License-Identifier: Apache-2.0
"""The steps of a sentence while they are read, with what each waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tektra.planner.understanding.reading import Doubt, ReadStep, Refusal, Span

DOCK = "dock"


@dataclass
class Plan:
    """What is built, step by step. `barrier`: steps that all new ones follow; `open`: those since then."""

    steps: list[ReadStep] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    barrier: tuple[int, ...] = ()
    open: list[int] = field(default_factory=list)
    #: It is one of several things that the words may mean.
    unsure: bool = False

    def then(self) -> None:
        """What follows waits for all that came since the last time."""
        if self.open:
            waited = {other for step in self.steps if step.id in self.open for other in step.after}
            self.barrier = tuple(id_ for id_ in self.open if id_ not in waited)
            self.open = []

    def stays(self, who: str, skill: str, arguments: Mapping[str, object]) -> int:
        """The latest step of that robot, if it goes where it is told to go or stay now, or takes what it is told to lift: "go to
        the hall and stay there", "take the cube and lift it"; else 0."""
        latest = next((step for step in reversed(self.steps) if step.who == who), None)
        same = latest is not None and latest.skill == skill and latest.arguments == arguments
        stays = skill == DOCK or {"place", "object"} & set(arguments)  # "it needs charging so send it home"
        return latest.id if latest is not None and same and stays else 0

    def add(self, who: str, skill: str, arguments: Mapping[str, object], spans: Mapping[str, Span]) -> int:
        latest = next((step.id for step in reversed(self.steps) if step.who == who), None)
        in_group = latest is not None and latest in self.open
        after = () if in_group else self.barrier
        if latest is not None and latest not in after:
            after = (*after, latest)
        id_ = len(self.steps) + 1
        self.steps.append(ReadStep(id_, who, skill, dict(arguments), tuple(sorted(after)), dict(spans)))
        self.open.append(id_)
        return id_


def renumbered(steps: Sequence[ReadStep]) -> tuple[ReadStep, ...]:
    """The steps with ids from 1 on, of which only `after` speaks; what the words said of them is gone."""
    ids = {step.id: number for number, step in enumerate(steps, start=1)}
    return tuple(
        replace(
            step, id=ids[step.id], after=tuple(ids[other] for other in step.after if other in ids), spans={}
        )
        for step in steps
    )
