# SPDX-License-Identifier: Apache-2.0
"""Which skills a clause means, with the arguments of each. Plain functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tektra.planner.understanding.by_way import VIA, has_way
from tektra.planner.understanding.match import Match


@dataclass(frozen=True)
class Planned:
    """One skill of a clause. `arguments`: by the name in the skill, the name in the clause or a fixed value."""

    skill: str
    slots: Mapping[str, str]
    fixed: Mapping[str, object]
    unless_held: str = ""


def skills_of(match: Match) -> Iterator[Planned]:
    """The skills of a clause, in their order. The match has a frame."""
    frame = match.frame
    assert frame is not None
    if has_way(frame, match):
        yield Planned(frame.name, {"place": VIA}, {})
    if not frame.steps:
        yield Planned(frame.name, {name: name for name in frame.slots if name != "dock"}, frame.fixed)
        return
    for part in frame.steps:
        slots = {key: text[1:-1] for key, text in part.arguments.items() if text.startswith("{")}
        fixed = {key: text for key, text in part.arguments.items() if not text.startswith("{")}
        yield Planned(part.skill, slots, fixed, part.unless_held)
