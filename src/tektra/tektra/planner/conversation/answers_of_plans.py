# SPDX-License-Identifier: Apache-2.0
"""Answers about what is done, was done, failed or is planned, from the plans under way and their history. Plain functions."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.language.text import words as plain_words
from tektra.planner.conversation.answers_of_distance import how_far
from tektra.planner.conversation.plan_history import Ended
from tektra.planner.conversation.replies import Replies
from tektra.planner.plans.plan import SELF, PlanStatus, Step, StepStatus
from tektra.planner.plans.runner import Progress
from tektra.planner.understanding.reading import Question
from tektra.planner.world.world_view import WorldView

#: What was done, or is being done: nothing failed then.
_WELL = (PlanStatus.SUCCEEDED, PlanStatus.RUNNING)
#: A reason that is asked for of something that failed here, or of anything else.
TROUBLE = "trouble"
#: Shorter words say nothing of what was asked for.
TELLING = 4
#: Of a step that has hardly begun nobody knows how long it takes.
LEAST_SHARE = 0.05


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
    begun = [p for plan in view.under_way for p in plan if not robots or p.step.who in robots]
    if running := [p.step for p in begun if not p.status.ended]:
        over = [
            p for p in begun if p.status.ended
        ]  # one of two may have failed, or got there, long before the other
        told = did_plan(over, PlanStatus.RUNNING, "", replies) if over else ""
        return f"{replies.say('answers.doing', what=replies.plan(running))} {told}".rstrip()
    ended = view.history.latest(robots)
    if ended is None:
        return replies.say("answers.did_nothing")
    return did_plan(ended.steps, ended.status, ended.why, replies)


def ended(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    """When it was done that was done last, by one of the robots and at the place that the question names."""
    robots = [name for name in about if name in view.catalogue.actors]
    places = {name for name in about if name in view.map.places}

    def meant(step: Step) -> bool:
        return (not robots or step.who in robots) and (not places or bool(places & _names_of(step)))

    running = [p.step for plan in view.under_way for p in plan if not p.status.ended and meant(p.step)]
    if running:
        return replies.say("answers.doing", what=replies.plan(running))
    for entry in view.history.newest_first:
        done = [p.step for p in entry.steps if p.status is StepStatus.SUCCEEDED and meant(p.step)]
        if done:
            return replies.say("answers.did_at", time=replies.time(entry.at_s), what=replies.plan(done))
    return replies.say("answers.unasked") if places else replies.say("answers.did_nothing")


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
    robots = _robots_of(question, about, view)
    if (unheeded := _refused(question, view)) is not None:
        return replies.say("answers.why", why=unheeded.why.rstrip("."))
    if (meant := _meant(question, robots, view)) is not None and meant.status in _WELL:
        return _who_asked(meant, view, replies)
    reasons = [f"{name}: {view.held[name]}" for name in robots if name in view.held]
    failed = view.history.latest(robots, failed=True)
    if view.stopped:
        reasons.append(view.stopped)
    if failed is not None:
        of_steps = [progress.message for progress in failed.steps if progress.message]
        reasons.append(failed.why or "; ".join(dict.fromkeys(of_steps)))
    if not reasons and TROUBLE in about:
        return ""  # "what is the problem with capitalism?"
    if not reasons and (found := _latest(robots, view)) is not None:  # "why did rover1 go there?"
        return _who_asked(found, view, replies)
    if not reasons and robots:
        return replies.say("answers.why_unasked", who=replies.listed(robots))
    reasons = list(dict.fromkeys(reason.rstrip(".") for reason in reasons if reason))
    return (
        replies.say("answers.why", why="; ".join(reasons)) if reasons else replies.say("answers.why_nothing")
    )


def asked(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    """Who asked for it, and when: of what is under way, and of what was done."""
    robots = _robots_of(question, about, view)
    found = _meant(question, robots, view)
    if found is None and not _named(question, view):
        found = _latest(robots, view)
    if found is None:
        return replies.say("answers.why_unasked" if robots else "answers.unasked", who=replies.listed(robots))
    return _who_asked(found, view, replies)


def how_long(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    """What is left of a step by how far it has come; nobody knows more."""
    robots = [name for name in about if name in view.catalogue.robots]
    running = [p for plan in view.under_way for p in plan if p.status is StepStatus.RUNNING]
    told = []
    for progress in running:
        if robots and progress.step.who not in robots:
            continue
        gone_s = view.now_s - progress.started_s
        if progress.share > LEAST_SHARE and gone_s > 0.0:
            left_s = gone_s * (1.0 - progress.share) / progress.share
            told.append(replies.say("answers.left", who=progress.step.who, seconds=max(1, round(left_s))))
    if told:
        return " ".join(told)
    if len(about) == 2 and (far := how_far(question, about, view, replies)):
        return f"{far} {replies.say('answers.left_unknown')}"
    unknown = replies.say("answers.left_unknown")
    if any(not robots or progress.step.who in robots for progress in running):
        return f"{doing(question, about, view, replies)} {unknown}"
    return unknown


def _robots_of(question: Question, about: Sequence[str], view: WorldView) -> list[str]:
    """Those that the question is about, or that its free words name."""
    close = question.said.casefold().replace(" ", "")
    return [name for name in view.catalogue.robots if name in about or name.casefold() in close]


def _meant(question: Question, robots: Sequence[str], view: WorldView) -> Ended | None:
    """The latest plan that took one of these robots to the place that the question names, or did something with the thing."""
    named = _named(question, view)
    for entry in (*view.running, *view.history.newest_first):
        went = (p.step for p in entry.steps if not robots or p.step.who in robots)
        if named and any(named & _names_of(step) for step in went):
            return entry
    return None


def _refused(question: Question, view: WorldView) -> Ended | None:
    """What was refused in words that the question holds too: "why did you not go to the bathroom?", also when more was asked since."""
    said = {word for word in plain_words(question.said) if len(word) >= TELLING}
    said -= {word for name in view.catalogue.robots for word in plain_words(name)}
    entries = (*view.running, *view.history.newest_first)
    shared = [(len(said & set(plain_words(entry.words))), entry) for entry in entries]
    count, meant = max(shared, key=lambda found: found[0], default=(0, None))
    refused = meant is not None and not meant.steps and meant.status not in _WELL and meant.why
    return meant if count and refused else None


def _named(question: Question, view: WorldView) -> set[str]:
    """Places and things that its free words name, or that it is about. "The green one" names what alone is green."""
    row = [word for word in plain_words(question.said) if word[0].isalnum()]
    called = {place.name: (place.name, *place.aliases) for place in view.map.places.values()}
    called |= {name: (name,) for name in view.map.objects}
    found = {name for name, names in called.items() if any(_in_row(each, row) for each in names)}
    parts = {name: set(plain_words(name.replace("_", " "))) for name in view.map.objects}
    shared = [word for words in parts.values() for word in words]
    own = {n for n, words in parts.items() if any(w in row and shared.count(w) == 1 for w in words)}
    return found | own or {name for name in question.about if name in called}


def _in_row(name: str, row: Sequence[str]) -> bool:
    called = [word for word in plain_words(name.replace("_", " ")) if word[0].isalnum()]
    return bool(called) and any(row[at : at + len(called)] == called for at in range(len(row)))


def _names_of(step: Step) -> set[str]:
    given = step.arguments.get("places")
    listed = given if isinstance(given, list) else []
    return {str(name) for name in (*(step.arguments.get(k) for k in ("place", "object")), *listed) if name}


def _latest(robots: Sequence[str], view: WorldView) -> Ended | None:
    """What was asked for last, of one of these robots where some are named."""
    for entry in (*view.running, *view.history.newest_first):
        if entry.steps and not (robots and entry.robots.isdisjoint(robots)):
            return entry
    return None


def _who_asked(entry: Ended, view: WorldView, replies: Replies) -> str:
    words, time = entry.words.strip().rstrip(".!"), replies.time(entry.asked_s or entry.at_s)
    if entry.person and entry.person == view.asker:
        return replies.say("answers.why_asked_you", words=words, time=time)
    if entry.person:
        return replies.say("answers.why_asked_by", words=words, time=time, who=entry.person)
    return replies.say("answers.why_asked", words=words, time=time)


def plans(question: Question, about: Sequence[str], view: WorldView, replies: Replies) -> str:
    own = [plan for plan in view.under_way if plan not in view.rounds]
    told = [replies.plan([p.step for p in plan if not p.status.ended]) for plan in own]
    told += [replies.quoted(words) for words in view.lasting]
    names = replies.numbered([each.rstrip(".") for each in told if each])
    return replies.say("answers.plans", names=names.rstrip(".")) if names else replies.say("answers.no_plans")
