# SPDX-License-Identifier: Apache-2.0
"""One robot's skill runs: one at a time, watched by the safety state and the driver's. A plain class."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from tektra.skills.seen import Command, End, Hold, Outcome, Seen, Skill

#: A driver or gate that was silent for longer ends the run.
SILENT_S = 0.5
#: A run that got no permit for so long ends, with the driver's own reason.
NO_PERMIT_S = 2.0


@dataclass(frozen=True)
class SafetyView:
    """What the gate says: `stopped` and why, and its epoch. `barred`: what is in this robot's way, for the moment."""

    epoch: int
    stopped: bool
    causes: tuple[str, ...]
    heard_s: float
    robot_causes: tuple[str, ...] = ()
    barred: str = ""
    jogged: bool = False  # a stop of this robot alone holds, and an operator drives it out by hand


@dataclass
class Run:
    """A goal under way."""

    goal_id: str
    name: str
    skill: Skill
    epoch: int
    holder: str = ""  # the nodes that hold the robot by their velocities
    sequence: int = 0
    halted_since_s: float | None = field(default=None)


@runtime_checkable
class Closing(Protocol):
    """A skill that has something to end elsewhere."""

    def close(self) -> None:
        """Called once its run is over, however it ended."""


#: The only run of a robot that an operator drives out by hand; the gate knows it by this name.
JOG = "jog"
#: How the gate names the cause when something is in a robot's way: that may pass, and ends no run by itself.
IN_THE_WAY = " is in the way"


def safety_view(
    *,
    epoch: int,
    stopped: bool,
    causes: Iterable[str],
    robot_causes: Sequence[str],
    heard_s: float,
    latched: Sequence[str] = (),
) -> SafetyView:
    """The gate's words, with what is merely in the way set apart."""
    held = [cause for cause in robot_causes if not cause.endswith(IN_THE_WAY)]
    barred = [cause.removesuffix(IN_THE_WAY) for cause in robot_causes if cause.endswith(IN_THE_WAY)]
    jogged = bool(latched) and not held
    return SafetyView(epoch, stopped, tuple(causes), heard_s, tuple(held), ", ".join(barred), jogged)


class Runner:
    """Starts, steps and ends the runs of one robot. One thread uses it.

    Whatever happens to safety or driver while a run is under way ends it: a run never waits and goes on later.
    """

    def __init__(self, robot: str) -> None:
        self.run: Run | None = None
        self._robot = robot
        self._safety: SafetyView | None = None
        self._driver_s: float | None = None
        self._connected = False
        self._halt_reason = ""

    def on_safety(self, view: SafetyView) -> None:
        self._safety = view

    def on_driver(self, *, connected: bool, halt_reason: str, now_s: float) -> None:
        self._driver_s, self._connected, self._halt_reason = now_s, connected, halt_reason

    def obstacle(self, now_s: float) -> str:
        """Why nothing can be carried out now; empty when it can."""
        safety = self._safety
        if safety is None or now_s - safety.heard_s > SILENT_S:
            return "the safety gate is silent"
        if safety.stopped:
            return f"everything is stopped ({', '.join(safety.causes)}); reset first"
        if self._driver_s is None or now_s - self._driver_s > SILENT_S:
            return f"the driver of {self._robot} is silent"
        if not self._connected:
            return f"{self._robot} is not connected"
        if safety.robot_causes:
            return f"{self._robot} may not move: {', '.join(safety.robot_causes)}"
        return ""

    @property
    def jogged(self) -> bool:
        """An operator holds on to it, to drive it out of where it stopped."""
        return self._safety is not None and self._safety.jogged

    def lost(self, now_s: float) -> bool:
        """True while the robot itself, or the way to it, is gone."""
        return self._driver_s is None or now_s - self._driver_s > SILENT_S or not self._connected

    def start(self, goal_id: str, name: str, skill: Skill, now_s: float, *, holder: str = "") -> End | None:
        """Begins a run, or tells why not. `holder`: the nodes that hold the robot by it."""
        if self.run is not None:
            by = f" by {self.run.holder}, which holds it" if self.run.holder else ""
            return End(Outcome.REFUSED, f"{self._robot} is busy with {self.run.name}{by}")
        if obstacle := self.obstacle(now_s):
            return End(Outcome.REFUSED, obstacle, {"lost": True} if self.lost(now_s) else {})
        assert self._safety is not None
        if self._safety.jogged and name != JOG:
            return End(Outcome.REFUSED, f"{self._robot} is stopped, and is driven out by hand")
        self.run = Run(goal_id, name, skill, self._safety.epoch, holder)
        return None

    def step(self, seen: Seen) -> Command | End:
        """The next command of the run, or its end. Only while `run` is set."""
        run = self.run
        if run is None:
            return Hold()
        step: Command | End
        if obstacle := self.obstacle(seen.now_s):
            step = End(Outcome.FAILED, obstacle, {"lost": True} if self.lost(seen.now_s) else {})
        elif self._safety is not None and self._safety.epoch != run.epoch:
            step = End(Outcome.FAILED, "there was a stop; ask anew")
        else:
            barred = self._safety.barred if self._safety else ""
            step = run.skill.step(replace(seen, barred=barred))
            step = self._end_without_permits(run, step, seen.now_s)
        if isinstance(step, End):
            self._close()
        else:
            run.sequence += 1
        return step

    def cancel(self) -> End:
        """Ends the run because someone asked for it."""
        name = self.run.name if self.run else "nothing"
        self._close()
        return End(Outcome.CANCELED, f"{name} was cancelled")

    def _close(self) -> None:
        run, self.run = self.run, None
        if run is not None and isinstance(run.skill, Closing):
            run.skill.close()

    def _end_without_permits(self, run: Run, step: Command | End, now_s: float) -> Command | End:
        asking = not isinstance(step, (End, Hold))
        if not asking or not self._halt_reason:
            run.halted_since_s = None
            return step
        run.halted_since_s = now_s if run.halted_since_s is None else run.halted_since_s
        if now_s - run.halted_since_s > NO_PERMIT_S:
            return End(Outcome.FAILED, f"{self._robot} is held: {self._halt_reason}")
        return step
