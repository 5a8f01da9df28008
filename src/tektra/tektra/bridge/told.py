# SPDX-License-Identifier: Apache-2.0
"""Plan and safety as a person at a dashboard reads them: in words, and so that nothing old looks as if it were now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

#: As the constants of Plan.msg and PlanStep.msg, but for a plan's 0, which is `planned`.
STATES = ("waiting", "running", "succeeded", "failed", "canceled", "refused")
RUNNING, SUCCEEDED = 1, 2
#: A plan that ended longer ago is history: its steps are not shown.
HISTORY_S = 600.0
#: The gate speaks 25 times a second: one that is silent for so long has stopped everything.
SILENT_S = 2.0
#: A table without a row says that it can show nothing.
NO_STEP = {"step": "", "who": "", "does": "no steps", "state": "", "why": ""}
MINUTE_S, HOUR_S, DAY_S = 60.0, 3600.0, 86_400.0


@dataclass(frozen=True)
class StepSeen:
    """A PlanStep. Times in s since the epoch, 0: not yet."""

    id: int
    who: str
    skill: str
    arguments: str
    status: int
    message: str = ""
    started_s: float = 0.0
    ended_s: float = 0.0


@dataclass(frozen=True)
class PlanSeen:
    """A Plan as it was told last."""

    plan_id: str
    text: str
    status: int
    stamp_s: float
    message: str = ""
    steps: tuple[StepSeen, ...] = ()


@dataclass(frozen=True)
class SafetySeen:
    """A SafetyState. `robots`: those that are stopped by themselves alone, and why."""

    stopped: bool
    causes: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    robots: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())


def plan_told(plan: PlanSeen | None, now_s: float, *, planner: bool) -> dict[str, Any]:
    """What the panel shows. `planner`: it is there; a plan that runs is of no account without it."""
    if plan is None:
        return {
            "state": "none",
            "when": "nothing was planned yet",
            "asked": "",
            "why": "",
            "steps": [NO_STEP],
        }
    since_s = max(0.0, now_s - plan.stamp_s)
    state = "planned" if plan.status == 0 else _state(plan.status)
    if plan.status == RUNNING:
        when = "now" if planner else "the planner is gone: nobody knows"
        return _plan(plan, state if planner else "unknown", when, plan.steps)
    if since_s >= HISTORY_S:
        return _plan(plan, "none", f"the last one {state} {ago(since_s)}", ())
    return _plan(plan, state, ago(since_s), plan.steps)


def safety_told(safety: SafetySeen | None, silent_s: float) -> dict[str, Any]:
    """What the panel shows; `short`: what is read from across the room, "" where nothing is stopped. `silent_s`: since the gate was
    heard last."""
    if safety is None and silent_s <= SILENT_S:
        return _safety("silent", "", "Listens for the safety gate", SafetySeen(True))
    if safety is None or silent_s > SILENT_S:
        words = "The safety gate is not heard: nothing may move"
        return _safety("silent", "NO SAFETY GATE", words, SafetySeen(True))
    alone = ", ".join(robot for robot, _ in safety.robots)
    if safety.stopped:
        words = f"STOPPED ({', '.join(safety.causes)}): nothing moves until it is reset"
        return _safety("stopped", "STOPPED", words, safety)
    if alone:
        return _safety("one", f"{alone} STOPPED", f"Stopped until a reset: {alone}", safety)
    return _safety("free", "", "Robots may move", safety)


def _safety(state: str, short: str, words: str, safety: SafetySeen) -> dict[str, Any]:
    return {
        "state": state,
        "short": short,
        "words": words,
        "pending": list(safety.pending),
        "doubts": list(safety.doubts),
        "robots": [{"robot": robot, "why": ", ".join(causes)} for robot, causes in safety.robots],
    }


def ago(seconds: float) -> str:
    """How long ago, as a person says it."""
    for unit_s, one, many in (
        (DAY_S, "a day", "days"),
        (HOUR_S, "an hour", "hours"),
        (MINUTE_S, "a minute", "minutes"),
    ):
        if seconds >= unit_s:
            count = int(seconds / unit_s)
            return f"{one} ago" if count == 1 else f"{count} {many} ago"
    return "just now" if seconds < 10.0 else f"{int(seconds / 10.0) * 10} seconds ago"


def _plan(plan: PlanSeen, state: str, when: str, steps: Sequence[StepSeen]) -> dict[str, Any]:
    shown = [
        {
            "step": f"{step.id}",
            "who": step.who,
            "does": _does(step),
            "state": _state(step.status),
            "why": step.message,
        }
        for step in steps
    ]
    return {
        "state": state,
        "when": when,
        "asked": plan.text,
        "why": plan.message,
        "steps": shown or [NO_STEP],
    }


def _does(step: StepSeen) -> str:
    """`drive_to {"place": "kitchen"}` as `drive_to place: kitchen`: the JSON's own marks tell a person nothing."""
    told = step.arguments.strip().removeprefix("{").removesuffix("}").replace('"', "")
    return f"{step.skill} {told}".strip()


def _state(status: int) -> str:
    return STATES[status] if 0 <= status < len(STATES) else "unknown"
