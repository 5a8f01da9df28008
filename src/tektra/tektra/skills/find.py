# SPDX-License-Identifier: Apache-2.0
"""Looking for a thing: from place to place, round about at each, until vision tells of it, or all was looked at, or time is up.

Vision alone says that it is there; that it was not seen is no word that it is nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tektra.skills.base import NOT_LOCALIZED, BaseLimits, Turn, where
from tektra.skills.claims import claim_of
from tektra.skills.seen import Command, End, Hold, Outcome, Point, Pose, Seen, Skill, Ticket
from tektra.skills.sight import Sight, Spotted, newest

#: The camera and vision have so long to say anything at all (s); a camera that shows nothing for longer is blind.
EYES_S, BLIND_S = 6.0, 8.0
#: Round about in so many turns: a camera sees 45° at least.
HEADINGS = 8
#: A direction counts as looked at after so many looks for objects (vision believes in a thing after three), so long a time (s), and once things were told of after that.
LOOKS, DWELL_S = 4, 2.0
#: So near to a place (m) it need not be driven to.
HERE_M = 0.3


@dataclass(frozen=True)
class Wanted:
    """What is looked for: a kind as vision names it, for how long (s), and how rooms are told: `room(x, y)`, empty for none."""

    kind: str
    seconds: float
    room: Callable[[float, float], str]


@dataclass
class _Look:
    """One direction that is looked at: since when (ns, s), and what has come meanwhile."""

    from_ns: int
    from_s: float
    last_ns: int = 0
    looks: int = 0
    told: int | None = field(default=None)

    def done(self, sight: Sight, now_s: float) -> bool:
        if sight.look_ns > max(self.from_ns, self.last_ns):
            self.last_ns, self.looks = sight.look_ns, self.looks + 1
        if self.looks < LOOKS or now_s - self.from_s < DWELL_S:
            return False
        self.told = sight.told if self.told is None else self.told
        return sight.told > self.told


class Find:
    """See the module. `stops`: where to look round, by name, in any order; `drive` makes the way to one. `here`: it looks ahead
    from where it is first."""

    def __init__(
        self,
        robot: str,
        wanted: Wanted,
        stops: Sequence[tuple[str, Pose]],
        drive: Callable[[str, Sequence[Pose]], Skill],
        limits: BaseLimits,
        *,
        here: bool,
    ) -> None:
        self.progress, self.sighted = 0.0, True
        self._robot, self._wanted, self._drive, self._limits = robot, wanted, drive, limits
        self._left, self._stops = list(stops), len(stops)
        self._stop = ""  # where it is, or is on its way to
        self._part: Skill | None = None  # a way or a turn
        self._look: _Look | None = None
        self._headings = 1 if here else 0  # that are left at this stop
        self._began: tuple[float, int] | None = None
        self._seen_ns = 0  # when the eyes saw last, by the robot's clock
        self._seen_s = 0.0
        self._looked: list[str] = []
        self._missed: list[str] = []

    @property
    def claim(self) -> tuple[Ticket, tuple[Point, ...]] | None:
        """See Claiming: that of the way that it is on."""
        return claim_of(self._part)

    def step(self, seen: Seen) -> Command | End:
        if seen.pose is None:
            return NOT_LOCALIZED
        if self._began is None:
            self._began, self._seen_s = (seen.now_s, seen.stamp_ns), seen.now_s
        began_s, began_ns = self._began
        if seen.sight.look_ns > self._seen_ns:
            self._seen_ns, self._seen_s = seen.sight.look_ns, seen.now_s
        if ended := self._doubt(seen, began_s) or self._found(seen, seen.pose, began_ns):
            return ended
        if not self._seen_ns or seen.sight.known is None:
            return Hold()  # the camera may still say something
        if seen.now_s - began_s > self._wanted.seconds:
            return self._in_vain(f" within {self._wanted.seconds:.0f} s")
        self.progress = min(1.0, (self._stops - len(self._left)) / max(1, self._stops + 1))
        return self._search(seen, seen.pose)

    # -- what vision says ----------------------------------------------------------------------------------------

    def _doubt(self, seen: Seen, began_s: float) -> End | None:
        """Why nothing can be looked for; None when it can."""
        kind, sight = self._wanted.kind, seen.sight
        if sight.known is not None and kind not in sight.known:
            return End(Outcome.REFUSED, f"vision does not know what {_a(kind)} looks like")
        if not self._seen_ns:
            waited = seen.now_s - began_s > EYES_S
            return End(Outcome.REFUSED, f"nothing is seen by the camera of {self._robot}") if waited else None
        if sight.known is None and seen.now_s - began_s > EYES_S:
            return End(Outcome.REFUSED, "vision does not say what it can tell")
        if seen.now_s - self._seen_s > BLIND_S:
            return End(Outcome.FAILED, f"the camera of {self._robot} shows nothing any more", where_to(seen))
        return None

    def _found(self, seen: Seen, pose: Pose, began_ns: int) -> End | None:
        kind = self._wanted.kind
        thing = newest(seen.sight, kind, since_ns=began_ns)
        if thing is not None:
            room = self._wanted.room(thing.x, thing.y)
            at = f"at ({thing.x:.2f}, {thing.y:.2f})" + (f" in the {_plain(room)}" if room else "")
            return End(Outcome.SUCCEEDED, f"found {_a(kind)} {at}", _result(thing, room, pose))
        look = self._look
        # What is no thing that vision places, or a camera without a place: from here it is seen, and no more is known.
        if look and look.told is not None and seen.sight.told > look.told and kind in seen.sight.shown:
            room = self._wanted.room(pose.x, pose.y)
            at = f" from the {_plain(room)}" if room else ""
            result = {"thing": kind, "room": room, **where(pose)}
            return End(Outcome.SUCCEEDED, f"sees {_a(kind)}{at}; where exactly is not known", result)
        return None

    # -- from place to place -------------------------------------------------------------------------------------

    def _search(self, seen: Seen, pose: Pose) -> Command | End:
        if self._part is not None:
            step = self._part.step(seen)
            if not isinstance(step, End):
                return step
            turned, self._part = isinstance(self._part, Turn), None
            if step.outcome is not Outcome.SUCCEEDED:
                self._missed.append(self._stop)
                self._headings = 0
            elif not turned:
                self._headings = HEADINGS
            return Hold()
        if self._headings:
            return self._look_ahead(seen)
        if not self._left:
            return self._in_vain("")
        self._stop, goal = self._left.pop(self._next(seen, pose))
        if pose.distance(goal.x, goal.y) < HERE_M:
            self._headings = HEADINGS
            return Hold()
        self._part = self._drive(self._stop, [goal])
        return Hold()

    def _look_ahead(self, seen: Seen) -> Command | End:
        self._look = self._look or _Look(seen.stamp_ns, seen.now_s)
        if not self._look.done(seen.sight, seen.now_s):
            return Hold()
        self._look, self._headings = None, self._headings - 1
        if self._headings:
            self._part = Turn(2.0 * math.pi / HEADINGS, self._limits)
        elif self._stop:
            self._looked.append(self._stop)
        return Hold()

    def _next(self, seen: Seen, pose: Pose) -> int:
        """First where such a thing was seen before this search, then the nearest."""
        last = newest(seen.sight, self._wanted.kind, since_ns=0)
        at = (last.x, last.y) if last is not None and not self._looked else (pose.x, pose.y)
        return min(range(len(self._left)), key=lambda index: self._left[index][1].distance(*at))

    def _in_vain(self, when: str) -> End:
        looked = f"looked round at {_listed(self._looked)}" if self._looked else "looked round nowhere"
        missed = f"; could not look at {_listed(self._missed)}" if self._missed else ""
        result: dict[str, object] = {"looked": list(self._looked), "missed": list(self._missed)}
        return End(Outcome.FAILED, f"saw no {self._wanted.kind}{when}; {looked}{missed}", result)


def where_to(seen: Seen) -> dict[str, object]:
    """Where the robot is, where it knows."""
    return where(seen.pose) if seen.pose else {}


def _result(thing: Spotted, room: str, pose: Pose) -> dict[str, object]:
    at = {"x": round(thing.x, 2), "y": round(thing.y, 2), "uncertainty_m": round(thing.uncertainty, 2)}
    return {"thing": thing.kind, "found": at, "room": room, **where(pose)}


def _a(kind: str) -> str:
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _listed(names: Sequence[str]) -> str:
    plain = [f"the {_plain(name)}" for name in dict.fromkeys(names)]
    return " and ".join([", ".join(plain[:-1]), plain[-1]]) if len(plain) > 1 else "".join(plain)
