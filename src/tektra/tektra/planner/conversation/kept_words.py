# SPDX-License-Identifier: Apache-2.0
"""What is kept of a person, seen, corrected and forgotten by that person's own words: in memory at once, in the store behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tektra.common.errors import InputError
from tektra.planner.backends import Fact, Store, StoredMessage
from tektra.planner.conversation.relevance import relevant

#: Of what is forgotten, so much is looked for in the store.
MOST_FOUND = 5000


class Kept(Protocol):
    """As Conversations. `person`: whose it is; empty: of those whom nobody knows."""

    def facts_of(self, person: str) -> list[Fact]:
        """All that was remembered of that person, oldest first."""

    def relevant(self, words: str, texts: Sequence[str], most: int) -> tuple[str, ...]:
        """Those of the facts that the words are about, best first."""

    def correct(self, old: str, new: str, at_s: float, *, person: str) -> None:
        """Puts other words for a fact."""

    def forget_about(self, words: str, *, person: str) -> None:
        """Forgets all facts, and all that was said, that the words are about."""

    def forget_person(self, person: str, channel: str) -> list[str]:
        """Forgets everything of a person; of those whom nobody knows, what was said on that channel. Returns the conversations' ids."""

    def delete(self, conversation_id: str) -> None:
        """Deletes a conversation with all that was learned in it."""

    def begin_anew(self, conversation_id: str) -> None:
        """Whoever speaks in it speaks in a new one from the next words on."""

    def said_in(self, conversation_id: str) -> list[StoredMessage]:
        """What the person said in it, oldest first; the first of all is among it, however long it went on."""


class Nothing:
    """Keeps nothing: for a planner without conversations."""

    def facts_of(self, person: str) -> list[Fact]:
        return []

    def relevant(self, words: str, texts: Sequence[str], most: int) -> tuple[str, ...]:
        return relevant(words, texts, most)

    def correct(self, old: str, new: str, at_s: float, *, person: str) -> None:
        return None

    def forget_about(self, words: str, *, person: str) -> None:
        return None

    def forget_person(self, person: str, channel: str) -> list[str]:
        return []

    def delete(self, conversation_id: str) -> None:
        return None

    def begin_anew(self, conversation_id: str) -> None:
        return None

    def said_in(self, conversation_id: str) -> list[StoredMessage]:
        return []


def is_about(text: str, words: str) -> bool:
    """Whether a text shares a word with those that says something."""
    return bool(relevant(words, (text,), 1))


def corrected(store: Store, old: str, new: str, at_s: float, person: str) -> None:
    """Blocks on the store."""
    for fact in store.facts(MOST_FOUND, person=person):
        if fact.text == old:
            store.correct_fact(fact.fact_id, new, at_s)


def facts_forgotten(store: Store, texts: Sequence[str], person: str) -> None:
    """Blocks on the store."""
    for fact in store.facts(MOST_FOUND, person=person):
        if fact.text in texts:
            store.forget_fact(fact.fact_id)


def words_forgotten(store: Store, words: str, person: str) -> None:
    """What that person said about it, in every conversation, with the answers to it. Blocks on the store."""
    for info in store.conversations(person=person):
        messages = store.messages(info.conversation_id)
        times = [message.at_s for message in about(messages, words)]
        if times:
            store.forget_messages(info.conversation_id, times)


def about(messages: Sequence[StoredMessage], words: str) -> list[StoredMessage]:
    """Messages about it, and the answers that follow what was said about it."""
    found: list[StoredMessage] = []
    answers = False
    for message in messages:
        if message.role == "user":
            answers = is_about(message.text, words)
        if answers or is_about(message.text, words):
            found.append(message)
    return found


def deleted(store: Store, conversation_id: str) -> None:
    """Blocks on the store. One that was never written is gone already."""
    try:
        store.delete(conversation_id)
    except InputError:
        return


def person_forgotten(store: Store, person: str, channel: str) -> None:
    """Blocks on the store."""
    if person:
        store.forget_person(person)
        return
    for fact in store.facts(MOST_FOUND, person=""):
        store.forget_fact(fact.fact_id)
    for info in store.conversations(person="", channel=channel):
        deleted(store, info.conversation_id)
