# SPDX-License-Identifier: Apache-2.0
"""Somebody's own velocities (a keyboard, a joystick, Nav2's controller) as a goal that holds while they come.

Plain classes; one thread. The gate judges each of them like any other request.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence

from tektra.common.robot_place import is_own_frame
from tektra.skills.holds import Holds
from tektra.skills.run import JOG, Runner
from tektra.skills.seen import Command, Drive, End, Outcome, Seen

NAME = "velocity"
#: Who holds a robot and only says zero for so long lets go of it.
IDLE_S = 1.0
#: Clocks of hosts differ by less.
AHEAD_S = 0.25


class HeldVelocity:
    """Drives as it was told last; ends when nothing came for `timeout_s`, the dead man's time."""

    progress = -1.0

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._newest, self._sent_s, self._wanted_s = Drive(), -math.inf, -math.inf
        self._taken_by = ""

    def hear(self, velocity: Drive, sent_s: float) -> None:
        """The newest velocity counts, from when it was sent."""
        self._newest, self._sent_s = velocity, sent_s
        if velocity != Drive():
            self._wanted_s = sent_s

    def take(self, person: str) -> None:
        """A person took the robot over."""
        self._taken_by = person

    def step(self, seen: Seen) -> Command | End:
        if self._taken_by:
            return End(Outcome.CANCELED, f"{self._taken_by} took the robot over")
        if seen.now_s - self._sent_s > self._timeout_s:
            return End(Outcome.SUCCEEDED, f"released: no velocity came for {self._timeout_s:g} s")
        if seen.now_s - self._wanted_s > IDLE_S:
            return End(Outcome.SUCCEEDED, f"released: nothing but zero came for {IDLE_S:g} s")
        return self._newest


class VelocityInput:
    """Takes velocities, and holds the robot with them while it is free.

    A robot that a person holds by a lease is driven by that person's page alone, and whoever drove it before loses it.

    Whatever ended a hold, or kept one from beginning, must be followed by a pause or a zero: a stick that is held, or a
    controller that goes on, takes no robot by itself after a reset, or from whoever had it before. A gap in which messages
    were lost, or while nobody listened here, is no pause: by their numbers the sender went on.
    """

    def __init__(self, runner: Runner, timeout_s: float) -> None:
        self._runner, self._timeout_s = runner, timeout_s
        self._skill: HeldVelocity | None = None
        self._heard_s = -math.inf
        self._newest = ("", 0)  # who sent the newest message, and its number
        self._must_pause = False
        self._holder = ""
        self._names, self._process = "", ""
        self._leases = Holds()

    @property
    def holds(self) -> bool:
        """The run that is under way is one of these velocities."""
        run = self._runner.run
        return run is not None and run.skill is self._skill

    def shown(self, now_s: float) -> str:
        """The nodes that hold the robot, for all to know; empty: none does, or for a person, whom the page tells of."""
        return "" if not self.holds or self._leases.tells(self._process, now_s) else self._names

    def leased(self, teller: str, person: str, told_s: float) -> None:
        """A gateway (its process) tells which person holds the robot; empty: nobody does."""
        self._leases.heard(teller, person, told_s)
        if self.holds:
            self._lose(self._leases.against(self._process, told_s))

    def _lose(self, person: str) -> None:
        if person and self.holds and self._skill is not None:
            self._skill.take(person)

    def ended(self) -> None:
        """The hold is over, for whatever reason."""
        self._skill, self._must_pause = None, True

    def hear(
        self,
        velocity: Drive,
        *,
        age_s: float,
        senders: Sequence[str],
        sender: tuple[str, int] = ("", 0),
        process: str = "",
        frame: str = "",
        now_s: float,
    ) -> str:
        """One velocity, how long ago it was sent, all who send, and who sent this one, however it is told apart, as its how
        many-th message (0: not told), from which process, and the frame that it names. Why it is refused; empty when it is not."""
        (who, number), before = sender, self._newest
        lost = number > 0 and who == before[0] and number != before[1] + 1
        paused, self._heard_s = now_s - self._heard_s > self._timeout_s and not lost, now_s
        self._newest = sender
        if not all(map(math.isfinite, (velocity.vx, velocity.vy, velocity.wz))):
            return "a velocity is not finite"
        if not is_own_frame(frame):
            return f"a velocity is in the frame {frame[:40]!r}: send it in base_link"
        if len(senders) > 1:
            return f"{len(senders)} nodes send velocities ({', '.join(senders)}): put a twist_mux before, or end one"
        if not -AHEAD_S <= age_s <= self._timeout_s:
            return f"a velocity is {age_s:.2f} s old"
        sent_s = now_s - max(age_s, 0.0)  # the dead man's time begins when it was sent
        person = self._leases.against(process, now_s)
        self._lose(person)
        if self.holds and self._skill is not None and not person:
            if who != self._holder:
                return "somebody else holds the robot by velocities"
            self._skill.hear(velocity, sent_s)
            return ""
        moves = velocity != Drive()
        if not moves or paused:
            self._must_pause = False
        if not moves:
            return ""
        if person:
            self._must_pause = True
            return f"{person} holds the robot; ask {person} to let it go, or take it over on the page"
        if self._must_pause:
            return "velocities must cease, or be zero, before they take the robot anew"
        skill = HeldVelocity(self._timeout_s)
        name = JOG if self._runner.jogged else NAME
        names = ", ".join(senders) or "an unnamed node"
        if end := self._runner.start(uuid.uuid4().hex, name, skill, now_s, holder=names):
            self._must_pause = True
            return end.message
        self._skill, self._holder, self._names, self._process = skill, who, names, process
        skill.hear(velocity, sent_s)
        return ""
