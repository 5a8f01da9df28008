# SPDX-License-Identifier: Apache-2.0
"""Which topics and services of the graph are offered to clients, and why the others are not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tektra.common.errors import OptionError, TektraError


@dataclass(frozen=True)
class Offer:
    """A topic or service with its type."""

    name: str
    type_name: str


@dataclass(frozen=True)
class Changes:
    """What came into the graph and what left it since the last look."""

    added: tuple[Offer, ...]
    removed: tuple[Offer, ...]


class Catalogue:
    """Follows one kind of name. `wanted(name)` filters; `check(type_name)` raises TektraError for an unusable
    type.

    A name whose type changes is removed and added again. `skipped` says of each name that is not offered why.
    """

    def __init__(self, wanted: Callable[[str], bool], check: Callable[[str], object]) -> None:
        self.skipped: dict[str, str] = {}
        self.offered: dict[str, Offer] = {}
        self._wanted = wanted
        self._check = check

    def update(self, graph: Mapping[str, Sequence[str]]) -> Changes:
        """Takes the names of the graph with their types; tells the difference."""
        present = {name: types for name, types in graph.items() if self._wanted(name)}
        self.skipped = {name: why for name, why in self.skipped.items() if name in present}
        usable = {
            offer.name: offer for offer in map(self._judge, present, present.values()) if offer is not None
        }
        removed = tuple(offer for name, offer in self.offered.items() if usable.get(name) != offer)
        added = tuple(offer for name, offer in usable.items() if self.offered.get(name) != offer)
        self.offered = usable
        return Changes(added, removed)

    def _judge(self, name: str, types: Sequence[str]) -> Offer | None:
        if len(types) != 1:
            self.skipped[name] = f"has several types at once: {', '.join(types)}"
            return None
        known = self.offered.get(name)
        if known is None or known.type_name != types[0]:
            try:
                self._check(types[0])
            except TektraError as error:
                self.skipped[name] = str(error)
                return None
        self.skipped.pop(name, None)
        return Offer(name, types[0])


def is_hidden(name: str) -> bool:
    """True for names that ROS hides: a part begins with an underscore (the inner topics of actions, say)."""
    return any(part.startswith("_") for part in name.split("/"))


def allows(patterns: Iterable[str], name: str) -> bool:
    """True where a pattern fits; `*` stands for exactly one part of a name."""
    parts = name.split("/")
    for pattern in patterns:
        wanted = pattern.split("/")
        if len(wanted) == len(parts) and all(
            one in ("*", part) for one, part in zip(wanted, parts, strict=True)
        ):
            return True
    return False


def publishable(entries: Iterable[str]) -> dict[str, str]:
    """Topics with their types from `topic type` lines. Raises OptionError."""
    found = {}
    for entry in entries:
        topic, _, type_name = entry.partition(" ")
        if not topic.startswith("/") or type_name.count("/") != 2:
            raise OptionError(
                f"publishable: {entry!r}",
                "write a topic and a type, as in '/tektra/command std_msgs/msg/String'",
            )
        found[topic] = type_name
    return found
