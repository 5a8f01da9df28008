# SPDX-License-Identifier: Apache-2.0
"""What is so around a case: what the camera reads, what is remembered, who announces itself, how a model would answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

#: Noon of a Tuesday in UTC, 2026-06-02: every case begins then.
NOON_S = 1_780_401_600.0

#: The robots of the default launch: kind and capabilities.
ROBOTS = {"rover1": ("rover", ("base",)), "rover2": ("rover", ("base",)), "arm1": ("arm", ("arm", "gripper"))}


@dataclass(frozen=True)
class Setting:
    """Everything has a default: the home of config/world.yaml with its robots, and nothing out of the ordinary.

    `model`: what a model that is played writes, whatever it is asked; empty: the real one, or none.
    `scene`, `counts`: what the camera sees. `facts`: what was remembered. `history`: what somebody said in an earlier conversation.
    `written`: what vision answers to who asks what is written; empty: nobody can be asked. `announced`: more robots, each {name, kind, skills: [{name, sentence, schema, sentences}]}; `sentences` of the rovers'
    own skills are replaced by `skill_sentence`. `result`: what robots say when a step has succeeded.
    `states`: by robot, {x, y, battery, moving, ...}; `stopped`: why everything is.
    `person`, `role`, `channel`: who speaks. `world`: home, or flat (mind/flat.py).
    """

    model: str = ""
    scene: str = "one person at the left and a bicycle in the centre"
    counts: Mapping[str, int] = field(default_factory=lambda: {"person": 1, "bicycle": 1})
    written: str = ""
    facts: Sequence[str] = ()
    history: Sequence[str] = ()
    announced: Sequence[Mapping[str, Any]] = ()
    skill_sentence: str = ""
    result: str = ""
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stopped: str = ""
    person: str = ""
    role: str = "operator"
    channel: str = "text"
    world: str = "home"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class PlayedModel:
    """A language model that always writes the same: the worst that may stand behind a planner."""

    def __init__(self, output: str) -> None:
        self._output = output
        self.loaded = True

    def stream(
        self,
        messages: object,
        *,
        schema: object,
        max_tokens: int,
        temperature: float,
        stop: threading.Event,
    ) -> Iterator[str]:
        """The answer in pieces of a few characters, as a real one comes."""
        for start in range(0, len(self._output), 7):
            yield self._output[start : start + 7]
