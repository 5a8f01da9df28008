# SPDX-License-Identifier: Apache-2.0
"""What the gate no longer knows and takes for the worst that it could be; an operator alone may say that it is not."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import replace

from tektra.common.errors import InputError
from tektra.common.lateness import LATE_S
from tektra.safety.journal import Journal
from tektra.safety.known import Known
from tektra.safety.people import People
from tektra.safety.stops import AHEAD_S, Stops


def asked_at_s(now_s: float, age_s: float) -> float:
    """When that was asked; by a clock that is ahead, as long ago as it may have been."""
    return now_s - (LATE_S if age_s < -AHEAD_S else max(age_s, 0.0))


class Doubts:
    """Tells of lost robots, lost people and unheard sensors, and forgets them by name. One thread uses it."""

    def __init__(
        self,
        robots: dict[str, Known],
        people: People,
        stops: Stops,
        journal: Journal,
        *,
        driver_timeout_s: float,
        bolted: Collection[str] = (),
        unknown: Callable[[str], Known],
    ) -> None:
        self._robots, self._people, self._stops, self._journal = robots, people, stops, journal
        self._driver_timeout_s, self._bolted, self._unknown = driver_timeout_s, bolted, unknown

    def told(self, now_s: float) -> list[str]:
        """All of them, in words."""
        words = [self._stops.starting()] if self._stops.starting() else []
        for name, known in sorted(self._robots.items()):
            if known.strays(now_s):
                words.append(f"{name} moves, and nothing is permitted to it")
            there = known.there(now_s)
            if there is not None and known.whereabouts.lost(now_s):
                far = there.drift + there.radius
                words.append(f"{name} may be within {far:.2f} m of ({there.x:.2f}, {there.y:.2f})")
        return words + self._people.doubts(now_s)

    def forget_robot(self, who: str, robot: str, now_s: float, age_s: float = 0.0) -> None:
        """A robot that nobody reaches stands, and is in nobody's way: so it was said `age_s` ago. Raises InputError."""
        known = self._robots.get(robot, Known(gone=True) if robot in self._bolted else None)
        if known is None:
            raise InputError(f"no robot {robot[:40]!r} is known", "see /safety/state for their names")
        if not known.lose(now_s, self._driver_timeout_s):
            raise InputError(
                f"{robot} is reached, and tells itself where it is"
                if known.placed
                else f"{robot} is reached, and does not know where it is",
                "nothing is to be forgotten" if known.placed else "end its driver, then forget it",
            )
        if asked_at_s(now_s, age_s) < known.whereabouts.lost_s < math.inf:
            raise InputError(f"{robot} was reached after that was said", "see where it is, then say it again")
        known.forget()
        if robot in self._bolted and known.gone:
            # Whom nobody knows stands at its bolts: that this one is forgotten must be known.
            self._robots[robot] = replace(self._unknown(robot), forgotten=True, gone=True)
        elif known.gone:
            del self._robots[robot]
        self._journal.add(who, "forget", "it is said to stand, and to be in nobody's way", robot)

    def tell(self) -> None:
        """Writes down what became a doubt again."""
        for words in self._people.unmoved.take_news():
            self._journal.add("safety", "doubt", words)

    def no_person(self, who: str, name: str, now_s: float) -> None:
        """One who stands still is no person; an empty name: none. Raises InputError, which names those that stand still."""
        self._people.dismiss(name, who, now_s)
        self._journal.add(who, "forget", f"{name} is said to be no person")

    def forget_people(self, who: str, source: str, asked_s: float = math.inf) -> int:
        """Whom this sensor saw last is not there; empty: all sensors. How many they were: whoever was seen after it was asked
        stays."""
        forgotten = self._people.forget(source, asked_s)
        self._journal.add(who, "forget", f"{forgotten} whom {source[:40] or 'any sensor'} saw last")
        return forgotten
