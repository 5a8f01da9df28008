# SPDX-License-Identifier: Apache-2.0
"""Chat, plans, conversations, models, sound."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from tektra.web.models.base import Base64, JsonObject, Key, Model, Name, Seen, SentAt, Words

StepStatus = Literal["pending", "running", "succeeded", "failed", "canceled", "refused"]
#: In the order of PlanStep.msg and Plan.msg.
STEP_STATUS: tuple[StepStatus, ...] = ("pending", "running", "succeeded", "failed", "canceled", "refused")
Outcome = Literal["answered", "done", "failed", "refused", "canceled"]
Locale = Annotated[str, StringConstraints(max_length=16, pattern=r"^[A-Za-z0-9-]*$")]


class ChatMessage(Model):
    """Something that a person typed. `conversation_id` empty begins or goes on in the person's current one."""

    text: Words
    conversation_id: Annotated[str, StringConstraints(max_length=128, pattern=r"^[A-Za-z0-9._:-]*$")] = ""
    sent_at_ms: SentAt = None


#: Whose steps are said, remembered and shown, and move nothing.
TEKTRA = "tektra"


class PlanStep(Seen):
    """One step: who does what. `after`: the steps that must have succeeded before."""

    id: int
    who: str
    skill: str
    arguments: JsonObject = {}
    after: list[int] = []
    status: StepStatus
    message: str = ""
    started_ms: int | None = None
    ended_ms: int | None = None


class Plan(Seen):
    """What is being done for a request."""

    plan_id: str
    request_id: str
    conversation_id: str = ""
    text: str = ""
    status: StepStatus
    message: str = ""
    steps: list[PlanStep] = []
    stamp_ms: int = 0

    def without_words(self) -> Plan:
        """Who does what, without what was said, and what Tektra is to say or to remember."""
        quiet = {"arguments": {}, "message": ""}
        steps = [step.model_copy(update=quiet) if step.who == TEKTRA else step for step in self.steps]
        return self.model_copy(update={"text": "", "steps": steps})


class ChatAnswer(Seen):
    """The whole answer, once all is done."""

    request_id: str
    conversation_id: str
    reply: str
    plan: Plan | None = None
    outcome: Outcome
    message: str = ""
    first_token_s: float | None = None


class AiModel(Seen):
    """A model: its files (`available`), whether it runs (`loaded`), whether it is used (`selected`)."""

    name: str
    kind: str
    backend: str
    available: bool
    loaded: bool
    selected: bool
    size_bytes: int
    licence: str


class ModelChoice(Model):
    """Which model to load, unload or select."""

    name: Name


class Message(Seen):
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    text: str
    stamp_ms: int
    plan: JsonObject | None = None


class ConversationInfo(Seen):
    """A conversation in a list."""

    conversation_id: str
    title: str
    messages: int
    created_ms: int
    updated_ms: int


class Conversation(Seen):
    """A conversation with its messages."""

    info: ConversationInfo
    messages: list[Message]


class Fact(Seen):
    """Something that Tektra remembers. `person`: whom it learned it from."""

    fact_id: str
    text: str
    person: str = ""
    conversation_id: str = ""
    stamp_ms: int = 0


class FactCorrection(Model):
    """Other words for a fact."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=2000, strip_whitespace=True)]


class Exported(Seen):
    """A conversation as text."""

    format: Literal["json", "markdown"]
    text: str


#: It hears; hears, but waits for its name; was stopped until it is started; is muted until that is taken back; does not run.
#: Empty: nobody told yet.
EarsState = Literal["", "listening", "waiting", "stopped", "muted", "off"]


class Ears(Seen):
    """Whether Tektra hears."""

    state: EarsState = ""


class EarsMuted(Model):
    """Whether Tektra is to hear nobody, not even a spoken stop."""

    muted: bool


class SoundToRead(Model):
    """A WAV file (PCM, at most 60 s) in base64. `language` empty: find out."""

    audio: Base64
    language: Locale = ""


class Transcript(Seen):
    """What was heard."""

    text: str
    language: str
    confidence: float
    duration_s: float
    seconds: float = Field(description="how long it took to hear it")


class TextToSpeak(Model):
    """`voice` empty: the one in use."""

    text: Words
    voice: Name | Literal[""] = ""
    speed: Annotated[float, Field(ge=0.5, le=2.0)] = 1.0


class Viseme(Seen):
    """A mouth shape (Oculus) and when it sounds, from the beginning of the sound."""

    shape: str
    weight: float
    at_s: float
    duration_s: float


class Speech(Seen):
    """A WAV file in base64, with its mouth shapes."""

    audio: str
    sample_rate: int
    visemes: list[Viseme]


class Voice(Seen):
    """A voice that can be asked for."""

    name: str
    backend: str
    locale: str
    sample_rate: int


class PlanKey(Model):
    """Names a plan."""

    plan_id: Key
