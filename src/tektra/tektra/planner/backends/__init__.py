# SPDX-License-Identifier: Apache-2.0
"""Seams of the planner: a language model, and a store of conversations.

Back ends of both kinds: constructors only remember; opening and closing may each be done twice; all of them raise
BackendError (or MissingModel) with a remedy.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from tektra.common.sealing import Sealer

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True)
class Message:
    """One message of a chat, as every chat model knows it."""

    role: Role
    content: str


@dataclass(frozen=True)
class LlmOptions:
    """What an Llm may be told; each back end uses what concerns it.

    `context_tokens`: prompt and answer together. `base_url`: of an OpenAI-compatible endpoint, up to and with /v1.
    `api_key_env`: name of the environment variable that holds its key; empty: none. `timeout_s`: longest silence.
    """

    threads: int = 2
    context_tokens: int = 4096
    base_url: str = ""
    api_key_env: str = ""
    timeout_s: float = 60.0


class Llm(Protocol):
    """A language model. One thread uses it at a time; `stop` may be set from any."""

    def __init__(self, model: str, options: LlmOptions) -> None:
        """`model`: its name, as the back end knows models. Opens nothing."""

    @property
    def loaded(self) -> bool:
        """True between load() and unload()."""

    def load(self) -> None:
        """Makes it ready to answer. Blocks for seconds. Raises MissingModel or BackendError."""

    def unload(self) -> None:
        """Frees what load() took."""

    def close(self) -> None:
        """Unloads, for good."""

    def stream(
        self,
        messages: Sequence[Message],
        *,
        schema: Mapping[str, object] | None,
        max_tokens: int,
        temperature: float,
        stop: threading.Event,
    ) -> Iterator[str]:
        """The answer, in pieces as they are made; blocks between them. With `schema` the whole is one JSON value of it.

        Ends early, without an error, at most one piece after `stop` was set. An answer that `max_tokens` cut short
        just ends: the caller sees that its JSON is not whole. Raises BackendError.
        """

    def tokens(self, text: str) -> int | None:
        """How many tokens it takes, as this model's engine cuts it; None where the engine does not tell. Blocks for
        milliseconds. Raises BackendError."""

    def read(self, messages: Sequence[Message], *, lasting: bool, stop: threading.Event) -> None:
        """Works ahead on what coming prompts begin with, where that lets it answer them sooner; else does nothing.

        `lasting`: they are likely to begin so after a restart too, so the work may be kept on disk. Blocks for seconds;
        ends early as stream() does. Raises BackendError.
        """


@dataclass(frozen=True)
class StoredMessage:
    """One message of a conversation. `at_s`: s since 1970. `plan`: JSON of the steps it led to, or empty.

    `refused`: it says no, by checks or for want of an answer, and is no example of how the model is to answer.
    """

    at_s: float
    role: Literal["user", "assistant"]
    text: str
    plan: str = ""
    refused: bool = False


@dataclass(frozen=True)
class StoredConversation:
    """A conversation without its texts. `title`: first words of its first message, or as it was renamed.

    `person`: whose it is, as an account or recognition names them; empty: nobody's in particular. `channel`: on which way
    it is held (voice, text, web ...).
    """

    conversation_id: str
    title: str
    messages: int
    created_s: float
    updated_s: float
    person: str = ""
    channel: str = ""


@dataclass(frozen=True)
class Found:
    """A message that a search found, and in which conversation."""

    conversation_id: str
    message: StoredMessage


@dataclass(frozen=True)
class Fact:
    """Something to remember. `person`: whom it was learned from; `conversation_id`: in which conversation, or empty."""

    fact_id: str
    text: str
    at_s: float
    person: str = ""
    conversation_id: str = ""


class Store(Protocol):
    """Conversations and facts that outlive the process, even one that is killed: what add() returned from is kept.

    Several threads may use it, one at a time. Calls block: milliseconds as a rule, up to 5 s where the disk is locked or the
    server is away; then they raise BackendError. Texts are encrypted where they lie.
    """

    def open(self) -> None:
        """Opens it, making it where there is none, and brings an older one up to date."""

    def close(self) -> None:
        """Closes it."""

    def add(
        self, conversation_id: str, message: StoredMessage, *, person: str = "", channel: str = ""
    ) -> None:
        """Appends to a conversation, which begins with a user's message, and belongs to `person` from then on.

        Raises InputError for an answer to a conversation that is not there: it was deleted meanwhile.
        """

    def owners(self) -> dict[str, tuple[str, str]]:
        """Person and channel of every conversation, by its id."""

    def conversations(
        self, limit: int = 0, *, person: str | None = None, channel: str | None = None
    ) -> list[StoredConversation]:
        """The latest first, of all or of one person or channel; `limit` 0 means all."""

    def conversation(self, conversation_id: str) -> StoredConversation:
        """Raises InputError when there is none of that id."""

    def messages(self, conversation_id: str, latest: int = 0) -> list[StoredMessage]:
        """In order; with `latest` > 0 only the last so many; none for an unknown id."""

    def rename(self, conversation_id: str, title: str) -> None:
        """Raises InputError when there is none of that id."""

    def search(self, text: str, *, person: str | None = None, limit: int = 20) -> list[Found]:
        """Messages that hold the text, in any case, the latest first. Reads every message: some 50,000 in a second."""

    def forget_messages(self, conversation_id: str, at_s: Collection[float]) -> int:
        """Forgets what was said in it at these times; returns how many messages. None for an unknown id."""

    def delete(self, conversation_id: str) -> None:
        """Forgets it, and the facts that were learned in it. Raises InputError when there is none of that id."""

    def delete_older(self, than_s: float) -> int:
        """Forgets, as delete() does, all conversations that have rested since before then; returns how many."""

    def remember(self, fact: str, at_s: float, *, person: str = "", conversation_id: str = "") -> Fact:
        """Keeps a fact; one that is known of that person already only becomes the latest."""

    def facts(self, limit: int = 20, *, person: str | None = None) -> list[Fact]:
        """The latest facts, of all or of one person, oldest of them first."""

    def correct_fact(self, fact_id: str, text: str, at_s: float) -> None:
        """Puts other words for a fact. Raises InputError when there is none of that id."""

    def forget_fact(self, fact_id: str) -> None:
        """Raises InputError when there is none of that id."""

    def forget_person(self, person: str) -> int:
        """Forgets all conversations and facts of a person; returns how many conversations."""

    def seal_anew(self, sealer: Sealer) -> int:
        """Encrypts everything with that sealer's first key and uses it from then on; returns how many rows changed.

        The sealer must still open what is there. All or nothing.
        """
