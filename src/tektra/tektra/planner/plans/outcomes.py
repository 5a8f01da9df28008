# SPDX-License-Identifier: Apache-2.0
"""What became of a plan, as sentences to be said. Words come from the steps' own outcomes."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.planner.plans.plan import SELF, PlanStatus, StepStatus
from tektra.planner.plans.runner import Progress


def told(steps: Sequence[Progress], status: PlanStatus, message: str) -> str:
    """One or two short sentences; empty where nothing is worth saying (Tektra's own deeds speak for themselves)."""
    if status is PlanStatus.CANCELED:
        return _sentence(message or "the plan was canceled")
    if status is PlanStatus.SUCCEEDED:
        return " ".join(
            _sentence(f"{progress.step.who} {progress.message}") for progress in _last_of_each(steps)
        )
    failed = [step for step in steps if step.status in (StepStatus.FAILED, StepStatus.REFUSED)]
    return " ".join(_failure(progress) for progress in failed) or _sentence(message)


def _last_of_each(steps: Sequence[Progress]) -> list[Progress]:
    latest = {
        progress.step.who: progress for progress in steps if progress.step.who != SELF and progress.message
    }
    return list(latest.values())


def _failure(progress: Progress) -> str:
    skill = progress.step.skill.replace("_", " ")
    return _sentence(f"{progress.step.who} did not {skill}: {progress.message or 'no reason was given'}")


def _sentence(text: str) -> str:
    text = text.strip().rstrip(".")
    return f"{text}." if text else ""
