# SPDX-License-Identifier: Apache-2.0
"""Answers about what is done, was done, failed or is planned, from the plans under way and their history. Plain functions."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.planner.conversation.replies import Replies
from tektra.planner.plans.plan import SELF, PlanStatus, StepStatus
from tektra.planner.plans.runner import Progress
from tektra.planner.understanding.reading import Question
from tektra.planner.world.world_view import WorldView


def concerned(about: Sequence[str], view: WorldView) -> list[str]:
    """Those that the question is about; nobody in particular means all."""
    named = [name for name in about if name in view.catalogue.actors]
    return named or [name for name in view.catalogue.robots if not about or "robots" in about]


def doing(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    if about and all(name in view.map.places for name in about):
        return replies.say("answers.there_unknown")  # "is the kitchen free?"
    told = []
    for name in concerned(about, view):
        steps = view.steps_of(name)
        running = [progress.step for progress in steps if progress.status is StepStatus.RUNNING]
        if running:
            told.append(replies.plan(running))
        elif steps:
            told.append(replies.say("answers.plans", names=replies.plan([steps[0].step])))
        elif (state := view.state(name)) is not None and state.moving:
            told.append(replies.say("answers.moving", who=name))
        elif name != SELF:
            told.append(replies.say("answers.idle", who=name))
    return " ".join(filter(None, told)) or replies.say("nothing_under_way")


def did(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    robots = [name for name in about if name in view.catalogue.actors]
    running = [p.step for plan in view.under_way for p in plan if not robots or p.step.who in robots]
    if running:
        return replies.say("answers.doing", what=replies.plan(running))
    ended = view.history.latest(robots)
    if ended is None:
        return replies.say("answers.did_nothing")
    return did_plan(ended.steps, ended.status, ended.why, replies)


def did_plan(steps: Sequence[Progress], status: PlanStatus, why: str, replies: Replies) -> str:
    done = [progress.step for progress in steps if progress.status is StepStatus.SUCCEEDED]
    rest = [progress for progress in steps if progress.status is not StepStatus.SUCCEEDED]
    told = [replies.say("answers.did", what=replies.plan(done))] if done else []
    if rest or not steps:
        reasons = dict.fromkeys(progress.message for progress in rest if progress.message)
        reason = why or "; ".join(reasons) or status.name.lower()
        what = replies.plan([progress.step for progress in rest])
        told.append(replies.say("answers.did_not", what=what, why=reason.rstrip(".")))
    return " ".join(told)


def why_not(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    robots = [name for name in about if name in view.catalogue.robots]
    reasons = [f"{name}: {view.held[name]}" for name in robots if name in view.held]
    failed = view.history.latest(robots, failed=True)
    if view.stopped:
        reasons.append(view.stopped)
    if failed is not None:
        of_steps = [progress.message for progress in failed.steps if progress.message]
        reasons.append(failed.why or "; ".join(dict.fromkeys(of_steps)))
    if not reasons and (words := _asked_for(robots, view)):  # "why did rover1 go to the office?"
        return replies.say("answers.why_asked", words=words)
    reasons = [reason.rstrip(".") for reason in dict.fromkeys(reasons) if reason]
    return (
        replies.say("answers.why", why="; ".join(reasons)) if reasons else replies.say("answers.why_nothing")
    )


def _asked_for(robots: Sequence[str], view: WorldView) -> str:
    """The words of the latest order that was carried out, by one of these robots where some are named."""
    ended = view.history.latest(robots)
    if ended is None or not ended.steps or (robots and ended.robots.isdisjoint(robots)):
        return ""
    return ended.words.strip().rstrip(".!")


def plans(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    own = [plan for plan in view.under_way if plan not in view.rounds]
    told = [replies.plan([p.step for p in plan if not p.status.ended]) for plan in own]
    told += [f"„{words}“" if replies.language == "de" else f'"{words}"' for words in view.lasting]
    names = replies.numbered([each.rstrip(".") for each in told if each])
    return replies.say("answers.plans", names=names.rstrip(".")) if names else replies.say("answers.no_plans")
