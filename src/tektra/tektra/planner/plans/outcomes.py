# SPDX-License-Identifier: Apache-2.0
"""What became of a plan, as sentences to be said. Words come from the steps' own outcomes, which robots tell in English."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.planner.conversation.replies import ENGLISH, Replies
from tektra.planner.plans.plan import SELF, PlanStatus, StepStatus
from tektra.planner.plans.runner import Progress

#: Skills whose outcome is an answer, and not only that it is done.
TOLD = frozenset({"find", "come_to"})


def told(steps: Sequence[Progress], status: PlanStatus, message: str, replies: Replies) -> str:
    """One or two short sentences; empty where nothing is worth saying (Tektra's own deeds speak for themselves)."""
    if status is PlanStatus.CANCELED:
        why = message or "the plan was canceled"
        return _sentence(why) if replies.language == ENGLISH else replies.say("outcomes.canceled", why=why)
    if status is PlanStatus.SUCCEEDED:
        return " ".join(_success(progress, replies) for progress in _last_of_each(steps))
    failed = [step for step in steps if step.status in (StepStatus.FAILED, StepStatus.REFUSED)]
    return " ".join(_failure(progress, replies) for progress in failed) or _sentence(message)


def _last_of_each(steps: Sequence[Progress]) -> list[Progress]:
    latest = {
        progress.step.who: progress
        for progress in steps
        if progress.step.who != SELF and progress.message and progress.status is StepStatus.SUCCEEDED
    }
    return list(latest.values())


def _success(progress: Progress, replies: Replies) -> str:
    if replies.language == ENGLISH:
        return _sentence(f"{progress.step.who} {progress.message}")
    if progress.step.skill in TOLD:
        return _sentence(f"{progress.step.who}: {replies.reason(progress.message)}")
    return replies.say("outcomes.done", who=progress.step.who, what=replies.step(progress.step))


def _failure(progress: Progress, replies: Replies) -> str:
    why = (progress.message or "no reason was given").strip().rstrip(".")
    if replies.language == ENGLISH:
        skill = progress.step.skill.replace("_", " ")
        return _sentence(f"{progress.step.who} did not {skill}: {why}")
    what = replies.step(progress.step).rstrip(".")
    return replies.say("outcomes.failed", who=progress.step.who, what=what, why=why)


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return f"{text}." if text else ""
