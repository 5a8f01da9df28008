# SPDX-License-Identifier: Apache-2.0
"""Going to a person whom vision sees, once or for as long as they walk about. How near it may come, the safety gate alone says."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tektra.skills.base import NOT_LOCALIZED, BaseLimits, LookAt, where
from tektra.skills.claims import claim_of
from tektra.skills.seen import Command, End, Hold, Outcome, Point, Pose, Seen, Skill, Ticket
from tektra.skills.sight import Somebody, standing

#: So long it looks for somebody at all, and goes on without seeing the one it is with (s).
SEEK_S, LOST_S = 3.0, 2.5
#: The same person is no further from where they were than this, and than a person walks meanwhile, and never further than the last
#: (m, m/s, m).
SAME_M, WALKS_MPS, MOST_M = 0.6, 1.6, 1.6
#: It is near enough within the first; one that follows sets out again beyond the second; a way is for a person who has
#: moved no further than the third (m).
NEAR_M, AGAIN_M, MOVED_M = 0.15, 0.5, 0.5
#: Where the gate keeps it further away for so long (s), and it is within so much (m), it has come.
KEPT_S, KEPT_M = 1.5, 1.0
#: Points round the person that it may stand at; and ways in vain, one after the other, after which it gives up.
ROUND, VAIN = 16, 3


@dataclass(frozen=True)
class Keeping:
    """How far from the person (m), for how long at most (s), and whether it stays with them. `person`: whose id; empty: the only
    one who is there."""

    distance: float
    seconds: float
    stays: bool
    person: str = ""


class ToPerson:
    """See the module. `drive` makes a way; `free` says where it may stand; `room(x, y)` names the room, empty for none."""

    def __init__(
        self,
        keeping: Keeping,
        drive: Callable[[str, Sequence[Pose]], Skill],
        free: Callable[[float, float], bool],
        room: Callable[[float, float], str],
        limits: BaseLimits,
    ) -> None:
        self.progress, self.sighted = -1.0, True
        self._keeping, self._drive, self._free, self._room, self._limits = keeping, drive, free, room, limits
        self._began_s: float | None = None
        self._who: Somebody | None = None
        self._seen_s = 0.0
        self._part: Skill | None = None  # a way, or a turn towards them
        self._for: Point = (0.0, 0.0)  # where they were when the way was made
        self._kept_s: float | None = None
        self._vain = 0

    @property
    def claim(self) -> tuple[Ticket, tuple[Point, ...]] | None:
        """See Claiming: that of the way that it is on."""
        return claim_of(self._part)

    def step(self, seen: Seen) -> Command | End:
        if seen.pose is None:
            return NOT_LOCALIZED
        self._began_s = seen.now_s if self._began_s is None else self._began_s
        if ended := self._watch(seen, seen.now_s - self._began_s):
            return ended
        if self._who is None:
            return Hold()
        if seen.now_s - self._began_s > self._keeping.seconds:
            return self._time_is_up(self._who, seen.pose)
        away = seen.pose.distance(self._who.x, self._who.y)
        if ended := self._kept_away(seen, away):
            return ended
        return self._go(self._who, away, seen, seen.pose)

    # -- who it is -----------------------------------------------------------------------------------------------

    def _watch(self, seen: Seen, waited_s: float) -> End | None:
        """Sees to where the person is; or why it cannot go to anybody."""
        people = standing(seen.sight, now_ns=seen.stamp_ns)
        if self._who is None:
            wanted = self._keeping.person.casefold()
            people = [one for one in people if not wanted or one.id.casefold() == wanted]
            if len(people) > 1:
                return End(Outcome.REFUSED, f"{len(people)} people are seen, and nobody knows which is meant")
            if not people:
                return End(Outcome.REFUSED, "nobody is seen") if waited_s > SEEK_S else None
            self._who, self._seen_s = people[0], seen.now_s
            return None
        last = self._who
        reach = min(SAME_M + WALKS_MPS * (seen.now_s - self._seen_s), MOST_M)
        near = [
            o for o in people if o.seen_ns > last.seen_ns and math.hypot(o.x - last.x, o.y - last.y) <= reach
        ]
        same = [one for one in near if one.id == last.id and one.id] or near
        if len(same) > 1:
            return End(Outcome.FAILED, "several people are near each other, and nobody knows which is meant")
        if same:
            self._who, self._seen_s = same[0], seen.now_s
        elif seen.now_s - self._seen_s > LOST_S:
            there = where(seen.pose) if seen.pose else {}
            return End(Outcome.FAILED, "the person is not seen any more", there)
        return None

    def _time_is_up(self, who: Somebody, pose: Pose) -> End:
        away, seconds = pose.distance(who.x, who.y), self._keeping.seconds
        if self._keeping.stays:
            return End(Outcome.SUCCEEDED, f"followed for {seconds:.0f} s", _there(pose, away))
        text = f"did not come near within {seconds:.0f} s, and stands {away:.1f} m away"
        return End(Outcome.FAILED, text, _there(pose, away))

    # -- how it goes ---------------------------------------------------------------------------------------------

    def _kept_away(self, seen: Seen, away: float) -> End | None:
        """The gate lets it no nearer to somebody whom it was to come to: then this is near."""
        if not seen.barred or self._keeping.stays or away > self._keeping.distance + KEPT_M:
            self._kept_s = None
            return None
        self._kept_s = seen.now_s if self._kept_s is None else self._kept_s
        if seen.now_s - self._kept_s < KEPT_S or seen.pose is None:
            return None
        return End(Outcome.SUCCEEDED, f"stands {away:.1f} m away, as near as it may", _there(seen.pose, away))

    def _go(self, who: Somebody, away: float, seen: Seen, pose: Pose) -> Command | End:
        near = away <= self._keeping.distance + (AGAIN_M if self._keeping.stays else NEAR_M)
        if near and not isinstance(self._part, LookAt):
            self._part, self._for = LookAt("the person", (who.x, who.y), self._limits), (who.x, who.y)
        elif self._part is None or math.hypot(who.x - self._for[0], who.y - self._for[1]) > MOVED_M:
            if near or (goal := self._goal(who, pose)) is None:
                self._part = None
                return Hold() if near else self._failed("there is no free floor near the person", pose)
            self._part, self._for = self._drive("the person", [goal]), (who.x, who.y)
        if seen.barred and near:
            return Hold()
        step = self._part.step(seen)
        if not isinstance(step, End):
            return step
        faces, self._part = isinstance(self._part, LookAt), None
        if step.outcome is not Outcome.SUCCEEDED:
            return self._failed(step.message, pose)
        self._vain = 0
        if faces and not self._keeping.stays:
            return End(Outcome.SUCCEEDED, f"stands {away:.1f} m away", _there(pose, away))
        self._part = LookAt("the person", (who.x, who.y), self._limits) if not faces else None
        return Hold()

    def _failed(self, why: str, pose: Pose) -> Command | End:
        self._vain += 1
        if self._keeping.stays and self._vain < VAIN:
            return Hold()
        return End(Outcome.FAILED, why, where(pose))

    def _goal(self, who: Somebody, pose: Pose) -> Pose | None:
        """The nearest free floor at that distance, in the person's room, facing them."""
        room, found = self._room(who.x, who.y), []
        for index in range(ROUND):
            angle = 2.0 * math.pi * index / ROUND + who_to(who, pose)
            x = who.x + self._keeping.distance * math.cos(angle)
            y = who.y + self._keeping.distance * math.sin(angle)
            if self._room(x, y) == room and self._free(x, y):
                found.append(Pose(x, y, math.atan2(who.y - y, who.x - x)))
        return min(found, key=lambda goal: pose.distance(goal.x, goal.y), default=None)


def who_to(who: Somebody, pose: Pose) -> float:
    """The direction from the person to the robot."""
    return math.atan2(pose.y - who.y, pose.x - who.x)


def _there(pose: Pose, away: float) -> dict[str, object]:
    return {**where(pose), "away_m": round(away, 2)}
