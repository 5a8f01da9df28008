# SPDX-License-Identifier: Apache-2.0
"""How Tektra speaks, for everybody and for single persons: read from a file of the house.

everybody: {style: "warm and short, a little dry"}       # what the model is told of its manner in talk
people:
  anna: {style: "formal, no jokes", expressive: false}   # without emotions and gestures
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tektra.common.world_yaml import Reader, read_file

#: A longer style would push the conversation out of the prompt.
STYLE_MAX = 200


@dataclass(frozen=True)
class Manner:
    """`style`: in a few words, for the model; empty: its own. `expressive`: whether emotions and gestures are shown."""

    style: str = ""
    expressive: bool = True


@dataclass(frozen=True)
class Manners:
    """`people`: by the name that requests carry."""

    everybody: Manner = Manner()
    people: Mapping[str, Manner] = field(default_factory=dict)

    def of(self, person: str) -> Manner:
        return self.people.get(person, self.everybody)


def read_manners(path: str) -> Manners:
    """Reads the file; "" for none. Blocks on the disk. Raises ConfigError naming what is wrong."""
    if not path:
        return Manners()
    top = read_file(Path(path).expanduser())
    usual = _manner(top.section("everybody", optional=True), Manner())
    people = {name: _manner(section, usual) for name, section in top.sections("people")}
    top.finish()
    return Manners(usual, people)


def _manner(section: Reader, usual: Manner) -> Manner:
    style = " ".join(section.text("style", default=usual.style).split())
    told = section.text("expressive", among=("true", "false"), default=str(usual.expressive).lower())
    section.finish()
    if len(style) > STYLE_MAX:
        raise section.error("style", f"has {len(style)} characters: say it in {STYLE_MAX}")
    return Manner(style, expressive=told == "true")
