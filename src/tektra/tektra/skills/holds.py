# SPDX-License-Identifier: Apache-2.0
"""Who holds this robot by a lease, as the gateways tell it. Plain class; one thread; time is passed in."""

from __future__ import annotations

#: Gateways tell once a second; what is older holds nothing, since nobody is there who could let go.
OLD_S = 3.0
MAX_NAME_CHARS = 60


class Holds:
    """By who tells it. A gateway lets drive whom it tells of and nobody else, and so its own velocities are the holder's."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[str, float]] = {}

    def heard(self, teller: str, holder: str, told_s: float) -> None:
        """`teller`: the process that tells; `holder`: the name of a person, empty: it knows of nobody."""
        self._told = {who: told for who, told in self._told.items() if told_s - told[1] < OLD_S}
        self._told[teller] = holder, told_s

    def against(self, sender: str, now_s: float) -> str:
        """Who holds it, where the process `sender` is no gateway; empty: nobody, or it may."""
        fresh = {who: holder for who, (holder, told_s) in self._told.items() if now_s - told_s < OLD_S}
        if sender and sender in fresh:
            return ""
        return next((_printable(holder) for holder in fresh.values() if holder), "")

    def tells(self, sender: str, now_s: float) -> bool:
        """Whether the process is a gateway that holds the robot for somebody."""
        holder, told_s = self._told.get(sender, ("", -OLD_S))
        return bool(holder) and now_s - told_s < OLD_S


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:MAX_NAME_CHARS])
