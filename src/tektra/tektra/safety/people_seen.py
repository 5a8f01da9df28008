# SPDX-License-Identifier: Apache-2.0
"""Who is where, by what sensors of people tell: each one's newest word, and whom none tells of any more.

Units: m, s, in the frame `map`; times of the monotonic clock.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import compress

from shapely import Polygon

from tektra.safety.last_seen import LastSeen, Lost
from tektra.safety.people_reports import (
    Person,
    Report,
    as_if_silent,
    gathered,
    known,
    missing,
    out_of_time,
    polygon,
)
from tektra.safety.people_rules import PeopleRules
from tektra.safety.separation import Known
from tektra.safety.unmoved import STILL_M, Unmoved

#: A report from so far in the future is one of now: clocks of two computers differ.
AHEAD_S = 0.05
#: So many silent sensors are told of.
SILENT_KEPT = 32
#: Reports of a sensor whose stamps are not believed, or that cannot place somebody, are kept beside its good ones.
OUT_OF_TIME, IN_PART = ", out of time", ", in part"


class Seen:
    """Takes what sensors tell. One thread uses it."""

    def __init__(self, rules: PeopleRules) -> None:
        self._rules = rules
        self._reports: dict[str, Report] = {}
        self._silent: dict[str, str] = {}
        self.last_seen = LastSeen()
        self.unmoved = Unmoved()

    def heard(
        self,
        source: str,
        seen: Sequence[tuple[float, float]],
        people: Sequence[Person],
        now_s: float,
        age_s: float,
        publisher: str = "",
    ) -> str:
        """A sensor saw all of these people, and nobody else within the polygon `seen`, `age_s` ago by its stamp.

        Two publishers of one `source` are two sensors. Tells what of it is not believed, and why; empty when all is.
        """
        key = f"{source}/{publisher}"
        before, seen_s = self._reports.get(key), now_s - max(age_s, 0.0)
        if before is not None and seen_s < before.seen_s:
            return f"{source}: older than its last report"
        self.tick(now_s)
        if not -AHEAD_S <= age_s <= self._rules.stale_s:
            if untimely := out_of_time(self._rules, source, seen, people, now_s, age_s):
                self._keep_beside(key + OUT_OF_TIME, untimely)
            return f"{source}: its stamp is {age_s:.3f} s old"
        faults = [person.fault() for person in people if person.fault()]
        if faults:
            self.unmoved.silent(key, "its sensor cannot place somebody")
        placed = gathered([person for person in people if not person.fault()])
        nobody = self.unmoved.of(key, source, placed, seen_s) if not faults else set()
        placed = [person for index, person in enumerate(placed) if index not in nobody]
        there, ids = (
            tuple(known(self._rules, person) for person in placed),
            tuple(person.id for person in placed),
        )
        if faults:
            if before is not None:  # whom it saw then may be the one whom it cannot place now
                self._reports[key] = replace(before, seen=Polygon())
            self._keep_beside(key + IN_PART, Report(there, ids, Polygon(), Polygon(), seen_s, now_s, source))
            return f"{source}: {faults[0]}"
        floor = polygon(seen)
        report = Report(there, ids, floor, floor, seen_s, now_s, source)
        self._replace(key, before, report)
        return ""

    def tick(self, now_s: float) -> None:
        """Sensors that fell silent: whom they told of stays."""
        for key, report in list(self._reports.items()):
            if not self._fresh(report, now_s):
                del self._reports[key]
                self.unmoved.silent(key, "its sensor fell silent")
                self._lose(report, report.people)
                if report.people and len(self._silent) < SILENT_KEPT:
                    self._silent[key] = report.source

    def doubts(self, now_s: float) -> list[str]:
        """Sensors that had told of people and fell silent, and whom they saw last, in words."""
        names = sorted(set(self._silent.values()))
        silent = [*self.unmoved.words(now_s), *(f"{one} told of people and fell silent" for one in names)]
        lost: dict[str, list[float]] = {}
        for one in self.last_seen:
            lost.setdefault(one.source, []).append(one.around(now_s))
        return silent + [
            f"{len(ways)} whom {source} saw last may be anywhere within {max(ways):.1f} m (/safety/forget_people)"
            for source, ways in sorted(lost.items())
        ]

    def everybody(self) -> list[Lost]:
        """Whom no sensor tells of any more, and whom one does, as they were if it fell silent now."""
        return [*self.last_seen, *as_if_silent(self._rules, self._reports.values())]

    def count(self) -> int:
        """How many `everybody` has."""
        return len(self.last_seen) + sum(len(told.people) for told in self._reports.values())

    def forget(self, source: str, asked_s: float = math.inf) -> int:
        """An operator said then that whom this source saw last is not there; empty: of all sources. How many they were."""
        self._silent = {key: name for key, name in self._silent.items() if source not in ("", name)}
        return self.last_seen.forget(source, asked_s)

    def dismiss(self, name: str, who: str, now_s: float) -> None:
        """An operator says that one who stands still is nobody (unmoved.py). Raises InputError."""
        key, x, y = self.unmoved.dismiss(name, who, now_s)
        report = self._reports[key]
        keep = [math.hypot(one.x - x, one.y - y) > STILL_M for one in report.people]
        people, ids = compress(report.people, keep), compress(report.ids, keep)
        self._reports[key] = replace(report, people=tuple(people), ids=tuple(ids))

    # -- inside ------------------------------------------------------------------------------------------------

    def _replace(self, key: str, before: Report | None, report: Report) -> None:
        """The newest word of one sensor. Whom it knew and does not name now stays where its floor is not seen."""
        self._reports[key] = report
        for other in (key, key + OUT_OF_TIME, key + IN_PART):
            self._silent.pop(other, None)
        if (untimely := self._reports.pop(key + OUT_OF_TIME, None)) is not None:
            self._lose(untimely, untimely.people)
        if before is not None and not (before.floor.is_empty and report.seen.is_empty):
            self._lose(before, missing(before, report))
        elif report.seen.is_empty:
            self.last_seen.speak_again(report.source)
        self.last_seen.see(report.seen, report.seen_s)

    def _keep_beside(self, key: str, report: Report) -> None:
        """A word that saw no floor: whom the one before it named, and it does not, stays."""
        if (before := self._reports.get(key)) is not None:
            self._lose(before, missing(before, report, nameless=True))
        self._reports[key] = report

    def _lose(self, report: Report, people: Sequence[Known]) -> None:
        speed = self._rules.human_speed
        self.last_seen.lose(people, report.floor, report.seen_s, report.source, speed)

    def _fresh(self, report: Report, now_s: float) -> bool:
        """Not stale by its stamp, and not by its receipt."""
        return now_s - report.seen_s <= self._rules.stale_s and now_s >= report.heard_s - AHEAD_S
