# SPDX-License-Identifier: Apache-2.0
"""The planner's data as ROS messages. Builds and reads messages only; talks to nobody."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from builtin_interfaces.msg import Time
from std_msgs.msg import String

from tektra.planner.backends import Fact, StoredConversation, StoredMessage
from tektra.planner.conversation.request import Request
from tektra.planner.models.registry import RegisteredModel
from tektra.planner.plans.plan import PlanStatus
from tektra.planner.plans.runner import Progress
from tektra.planner.world.catalogue import Actor, one_line, read_actor
from tektra.planner.world.robot_state import RobotNow
from tektra.ros.robot_place import place_of
from tektra_interfaces.msg import (
    ConversationInfo,
    ConversationMessage,
    ModelInfo,
    Plan,
    PlanStep,
    ReplyDelta,
    RobotDescription,
    RobotState,
    SkillDescription,
)
from tektra_interfaces.msg import Fact as FactMessage


def plan_message(
    request: Request, steps: Sequence[Progress], *, status: PlanStatus, message: str, stamp_s: float
) -> Plan:
    """A plan and how far it has come."""
    return Plan(
        stamp=time_message(stamp_s),
        plan_id=request.request_id,
        request_id=request.request_id,
        conversation_id=request.conversation_id,
        text=request.words,
        steps=[_step(progress) for progress in steps],
        status=int(status),
        message=message,
    )


def question_message(request: Request) -> String:
    """What may be answered to the question that a reply is: {request_id, conversation_id, options, person} as JSON;
    `person` whom it was put to, "" when nobody knows."""
    told = {
        "request_id": request.request_id,
        "conversation_id": request.conversation_id,
        "options": request.options,
        "person": request.person,
    }
    return String(data=json.dumps(told, ensure_ascii=False))


def request_message(request: Request) -> String:
    """That somebody was heard, and will be answered: {request_id, conversation_id, source} as JSON, without words, and without who it was."""
    told = {"request_id": request.request_id, "conversation_id": request.conversation_id}
    return String(data=json.dumps(told | {"source": request.source.partition(":")[0]}))


def answer_message(request: Request, now_s: float) -> ReplyDelta:
    """The whole answer in one piece, for whoever did not hear the pieces."""
    return ReplyDelta(
        stamp=time_message(now_s),
        request_id=request.request_id,
        conversation_id=request.conversation_id,
        text=request.reply,
        last=True,
        language=request.language,
        emotion=request.feeling.emotion,
    )


def _step(progress: Progress) -> PlanStep:
    step = progress.step
    return PlanStep(
        id=step.id,
        who=step.who,
        skill=step.skill,
        arguments=step.arguments_json,
        after=list(step.after),
        status=int(progress.status),
        message=progress.message,
        started=time_message(progress.started_s),
        ended=time_message(progress.ended_s),
    )


def actor_of(message: RobotDescription) -> Actor:
    """A robot from its announcement. Raises InputError for one that cannot be used at all."""
    skills = (
        (skill.name, skill.description, skill.arguments_schema, skill.sentences) for skill in message.skills
    )
    return read_actor(message.robot, message.kind, message.instance, skills, message.names)


def robot_now(message: RobotState, now_s: float) -> RobotNow:
    """How a robot is, by its own news. They count from when they came: another machine's clock may be off."""
    x_m, y_m, _ = place_of(message) or (math.nan,) * 3
    return RobotNow(
        at_s=now_s,
        connected=bool(message.connected),
        moving=bool(message.moving),
        halted=one_line(message.halt_reason) if message.halted else "",
        localized=math.isfinite(x_m),
        x_m=x_m,
        y_m=y_m,
        battery=float(message.battery),
        holding=bool(message.gripper_holding),
        fault=one_line(message.fault),
    )


def description_of(actor: Actor, stamp_s: float) -> RobotDescription:
    """Tektra's own announcement; it has no limits, footprint or frames."""
    skills = [
        SkillDescription(
            name=skill.name, description=skill.sentence, arguments_schema=json.dumps(skill.schema)
        )
        for skill in actor.skills
    ]
    return RobotDescription(
        stamp=time_message(stamp_s), robot=actor.name, kind=actor.kind, instance=actor.instance, skills=skills
    )


def model_info(entry: RegisteredModel) -> ModelInfo:
    return ModelInfo(
        name=entry.name,
        kind=entry.kind,
        backend=entry.backend,
        available=entry.available,
        loaded=entry.loaded,
        selected=entry.selected,
        size_bytes=entry.size_bytes,
        licence=entry.licence,
    )


def conversation_info(info: StoredConversation) -> ConversationInfo:
    return ConversationInfo(
        conversation_id=info.conversation_id,
        title=info.title,
        messages=info.messages,
        created=time_message(info.created_s),
        updated=time_message(info.updated_s),
    )


def conversation_message(message: StoredMessage) -> ConversationMessage:
    return ConversationMessage(
        stamp=time_message(message.at_s), role=message.role, text=message.text, plan=message.plan
    )


def fact_message(fact: Fact) -> FactMessage:
    return FactMessage(
        fact_id=fact.fact_id,
        text=fact.text,
        person=fact.person,
        conversation_id=fact.conversation_id,
        stamp=time_message(fact.at_s),
    )


def time_message(at_s: float) -> Time:
    """Seconds since 1970 as a message."""
    whole = math.floor(at_s)
    return Time(sec=int(whole), nanosec=min(999_999_999, round((at_s - whole) * 1e9)))
