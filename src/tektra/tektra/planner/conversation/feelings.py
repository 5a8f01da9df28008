# SPDX-License-Identifier: Apache-2.0
"""How an answer is meant: an emotion for voice and face, and a gesture of head or hands. Plain functions on data.

What an answer does says it first (a refusal is regretted, a greeting is glad); in free talk, how the person feels. Emotions are
those of Say.action, gestures those of the avatar.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tektra.language.files import folder, read_file
from tektra.planner.conversation.decisions import Decision, Kind
from tektra.planner.plans.plan import PlanStatus
from tektra.planner.understanding.reading import Reading

#: How somebody feels who says so: sad, happy, angry, afraid or neutral.
Felt = Callable[[str], str]


@dataclass(frozen=True)
class Feeling:
    """Empty: nothing in particular."""

    emotion: str = ""
    gesture: str = ""


NONE = Feeling()
REFUSED = Feeling("concerned", "shake")
FAILED = Feeling("concerned")
STOPPING = Feeling("urgent")
AGREED = Feeling("", "nod")
ASKING = Feeling("doubtful", "tilt")
#: Small talk, by its kind (`talk` in config/language/<code>/sentences/questions.yaml).
_TALK: Mapping[str, Feeling] = {
    "hello": Feeling("happy", "wave"),
    "bye": Feeling("calm", "wave"),
    "thanks": Feeling("happy", "bow"),
    "praise": Feeling("happy", "thumbs_up"),
    "well": Feeling("happy"),
    "sorry": Feeling("calm", "nod"),
    "love": Feeling("happy", "tilt"),
}
#: What is answered to somebody who feels so: grief is not answered gladly, nor anger with anger.
_ANSWERED: Mapping[str, Feeling] = {
    "sad": Feeling("concerned", "tilt"),
    "happy": Feeling("happy", "nod"),
    "angry": Feeling("calm"),
    "afraid": Feeling("calm", "nod"),
}
#: How words sound that are said for somebody who feels so.
_SOUNDS: Mapping[str, str] = {"sad": "sad", "happy": "happy", "angry": "angry", "afraid": "concerned"}
_ENDS: Mapping[PlanStatus, Feeling] = {
    PlanStatus.SUCCEEDED: Feeling("happy", "nod"),
    PlanStatus.FAILED: FAILED,
}


def examples() -> Mapping[str, Sequence[str]]:
    """What people say who feel so, of config/language/feelings.yaml. Blocks on the disk. Raises ConfigError."""
    given = read_file(folder() / "feelings.yaml", text_only=True).get("feelings", {})
    known = given if isinstance(given, Mapping) else {}
    return {str(name): tuple(map(str, said)) for name, said in known.items() if isinstance(said, list)}


def of_decision(decision: Decision, reading: Reading | None) -> Feeling:
    """How what was decided is told."""
    if decision.kind is Kind.REFUSE:
        return REFUSED
    if decision.kind is Kind.ASK:
        return ASKING
    if decision.kind in (Kind.CARRY_OUT, Kind.KEEP):
        return AGREED
    return _TALK.get(reading.talk, NONE) if decision.kind is Kind.SAY and reading is not None else NONE


def to_somebody(felt: str) -> Feeling:
    """How somebody is answered who feels so."""
    return _ANSWERED.get(felt, NONE)


def sounds(felt: str) -> str:
    """The emotion of words that are said aloud for somebody."""
    return _SOUNDS.get(felt, "")


def of_end(status: PlanStatus) -> Feeling:
    """How the outcome of a plan is told."""
    return _ENDS.get(status, NONE)
