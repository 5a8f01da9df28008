# SPDX-License-Identifier: Apache-2.0
"""Which conversation a request belongs to, what was said in it, and what is remembered: in memory, and written behind.

Nothing here waits for the disk: what is kept is handed to a Writer, and what is needed was read at the start.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import uuid4

from tektra.planner.backends import Fact, Store, StoredConversation, StoredMessage
from tektra.planner.conversation import kept_words
from tektra.planner.conversation.relevance import ByLetters, Likeness, relevant
from tektra.planner.conversation.summaries import Summaries
from tektra.planner.plans.plan import Step, steps_json

#: A conversation that rested longer is over; the next words begin a new one.
REST_S = 1800.0
#: Messages that may come into a prompt, before the window cuts them: more than it ever holds of the shortest.
LATEST = 80
#: A person's earlier sentences that words like "there" may point to.
EARLIER = 3
#: Conversations, with their texts, and facts that are read at the start.
READ_CONVERSATIONS, READ_TEXTS, READ_FACTS = 200, 20, 500
#: Conversations whose texts are held; the one that rested longest goes first, and is still in the store.
MOST_HELD = 100
#: Facts that skills are about to remember; of one that never came the oldest goes first.
MOST_EXPECTED = 20
#: Asked for as a conversation's id: a new one.
NEW = "new"


class Writer(Protocol):
    """As StoreThread."""

    def do(self, work: Callable[[Store], object], then: Callable[[], None] = ...) -> None: ...


class AtOnce:
    """A Writer that does it in the caller's thread: for tests and benches."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def do(self, work: Callable[[Store], object], then: Callable[[], None] = lambda: None) -> None:
        work(self._store)
        then()


@dataclass(frozen=True)
class Kept:
    """What the store held at the start."""

    conversations: Sequence[StoredConversation] = ()
    texts: dict[str, list[StoredMessage]] = field(default_factory=dict)
    facts: Sequence[Fact] = ()
    owners: dict[str, tuple[str, str]] = field(default_factory=dict)  # of all conversations, also older ones


def read_kept(store: Store, older_than_s: float = 0.0) -> Kept:
    """Forgets what rested since before then, and reads what is left. Blocks on the store. Raises BackendError."""
    if older_than_s > 0.0:
        store.delete_older(older_than_s)
    conversations = store.conversations(READ_CONVERSATIONS)
    texts = {c.conversation_id: store.messages(c.conversation_id, LATEST) for c in conversations[:READ_TEXTS]}
    return Kept(conversations, texts, store.facts(READ_FACTS), store.owners())


class Conversations:
    """One thread uses it. The current conversation of each person on each channel: nobody's words go on in somebody else's."""

    def __init__(self, writer: Writer, kept: Kept = Kept(), likeness: Likeness = ByLetters()) -> None:
        """`likeness`: tells which facts are about something."""
        self._writer = writer
        self._likeness = likeness
        self._current: dict[tuple[str, str], tuple[str, float]] = {}
        self._held: dict[str, deque[StoredMessage]] = {}
        self._facts: list[Fact] = []
        self._deleted: set[str] = set()
        self._expected: dict[str, tuple[str, str]] = {}
        self._owner: dict[str, str] = {}
        self._channel: dict[str, str] = {}
        self._first: dict[str, StoredMessage] = {}  # what was said first in each
        self._latest = ""
        self.summaries = Summaries()
        self.kept(kept)

    def kept(self, kept: Kept) -> None:
        """Takes in what the store held; what was said since stays the newest."""
        for info in kept.conversations:
            key = (info.person, info.channel)
            self._current.setdefault(key, (info.conversation_id, info.updated_s))
        for conversation_id, (person, channel) in kept.owners.items():
            self._owner.setdefault(conversation_id, person)
            self._channel.setdefault(conversation_id, channel)
        for conversation_id, messages in kept.texts.items():
            self._held.setdefault(conversation_id, deque(messages, maxlen=LATEST))
        self._facts = [*kept.facts, *self._facts]
        self._likeness.learn([fact.text for fact in kept.facts])
        if kept.conversations and not self._latest:
            self._latest = kept.conversations[0].conversation_id

    def conversation_for(self, wanted: str, now_s: float, *, person: str = "", channel: str = "") -> str:
        """The id to use: the wanted one, or the current one of that person and channel, or a new one.

        One that is asked for by its id becomes the current one of whoever asked, and of nobody else.
        """
        key = (person, channel)
        if wanted and self._owner.get(wanted, person) != person:
            wanted = NEW  # somebody else's: nobody goes on in it by naming it
        if not wanted:
            current, touched_s = self._current.get(key, ("", 0.0))
            wanted = current if current and now_s - touched_s <= REST_S else NEW
        if wanted == NEW:
            wanted = uuid4().hex[:12]
            # Channels come and go, as a dashboard's clients do: those that rest are forgotten.
            self._current = {k: (id_, at) for k, (id_, at) in self._current.items() if now_s - at <= REST_S}
        self._current[key] = wanted, now_s
        self._latest = wanted
        return wanted

    def begin_anew(self, conversation_id: str) -> None:
        """Whoever speaks in it speaks in a new one from the next words on."""
        self._current = {key: value for key, value in self._current.items() if value[0] != conversation_id}

    @property
    def current(self) -> str:
        """The id of the conversation that was spoken in latest, whoever's it is."""
        return self._latest

    def history(self, conversation_id: str) -> list[StoredMessage]:
        """What was said in it lately, oldest first."""
        return list(self._held.get(conversation_id, ()))

    def earlier_words(self, conversation_id: str) -> tuple[str, ...]:
        """The person's latest sentences in it."""
        said = [message.text for message in self.history(conversation_id) if message.role == "user"]
        return tuple(said[-EARLIER:])

    def asked(
        self, conversation_id: str, words: str, at_s: float, *, person: str = "", channel: str = ""
    ) -> None:
        self._deleted.discard(conversation_id)
        message = StoredMessage(at_s, "user", words)
        self._owner.setdefault(conversation_id, person)
        self._channel.setdefault(conversation_id, channel)
        self._first.setdefault(conversation_id, message)
        self._hold(conversation_id, message)
        self._writer.do(lambda store: store.add(conversation_id, message, person=person, channel=channel))

    def answered(
        self, conversation_id: str, reply: str, steps: Sequence[Step], at_s: float, *, refused: bool = False
    ) -> None:
        """Of a conversation that was deleted while the answer was being made nothing is kept."""
        if reply and conversation_id not in self._deleted:
            message = StoredMessage(at_s, "assistant", reply, steps_json(tuple(steps)), refused)
            self._hold(conversation_id, message)
            self._writer.do(lambda store: store.add(conversation_id, message))

    def cut_short(self, conversation_id: str, reply: str, heard: str) -> None:
        """Somebody spoke over the latest answer of that text: what follows goes on from what was heard of it. In the store, as on a
        screen, it stands whole."""
        held = self._held.get(conversation_id, deque())
        for number in range(len(held) - 1, -1, -1):
            if held[number].role == "assistant" and held[number].text == reply:
                held[number] = replace(held[number], text=heard)
                return

    def written(self, then: Callable[[], None]) -> None:
        """Calls `then`, in the store's thread, when all that was handed over so far is written, or could not be."""
        self._writer.do(lambda store: None, then)

    def expect(self, text: str, person: str, conversation_id: str) -> None:
        """A skill is about to remember it, and is not told whose it is."""
        self._expected[text] = person, conversation_id
        if len(self._expected) > MOST_EXPECTED:
            del self._expected[next(iter(self._expected))]

    def remember(self, text: str, at_s: float, *, person: str = "", conversation_id: str = "") -> None:
        person, conversation_id = self._expected.pop(text, (person, conversation_id))
        if conversation_id in self._deleted:
            return
        known = [fact for fact in self._facts if (fact.text, fact.person) != (text, person)]
        self._facts = [*known, Fact("", text, at_s, person, conversation_id)][-READ_FACTS:]
        self._likeness.learn([text])
        self._writer.do(
            lambda store: store.remember(text, at_s, person=person, conversation_id=conversation_id)
        )

    def recall(self, facts: Sequence[Fact]) -> None:
        """Takes these for all that is remembered: some were corrected or forgotten."""
        self._facts = list(facts)

    def facts_of(self, person: str) -> list[Fact]:
        return [fact for fact in self._facts if fact.person == person]

    def correct(self, old: str, new: str, at_s: float, *, person: str) -> None:
        for number, fact in enumerate(self._facts):
            if (fact.text, fact.person) == (old, person):
                self._facts[number] = replace(fact, text=new, at_s=at_s)
        self._writer.do(lambda store: kept_words.corrected(store, old, new, at_s, person))

    def forget_about(self, words: str, *, person: str) -> None:
        texts = [fact.text for fact in self.facts_of(person) if kept_words.is_about(fact.text, words)]
        self._facts = [f for f in self._facts if f.person != person or f.text not in texts]
        for conversation_id, held in self._held.items():
            if self._owner.get(conversation_id, "") == person:
                self.summaries.forget(conversation_id)
                gone = kept_words.about(held, words)
                self._held[conversation_id] = deque((m for m in held if m not in gone), maxlen=LATEST)
                if self._first.get(conversation_id) in gone:
                    del self._first[conversation_id]
        self._writer.do(lambda store: kept_words.facts_forgotten(store, texts, person))
        self._writer.do(lambda store: kept_words.words_forgotten(store, words, person))

    def forget_person(self, person: str, channel: str) -> list[str]:
        key = (person, channel)
        own = [id_ for id_, of in self._owner.items() if of == person]
        if not person:
            own = [id_ for id_ in own if self._channel.get(id_, "") == channel]
        for conversation_id in own:
            self.forget(conversation_id)
        self._current.pop(key, None)
        self._facts = [fact for fact in self._facts if fact.person != person]
        self._writer.do(lambda store: kept_words.person_forgotten(store, person, channel))
        return own

    def delete(self, conversation_id: str) -> None:
        self.forget(conversation_id)
        self._writer.do(lambda store: kept_words.deleted(store, conversation_id))

    def said_in(self, conversation_id: str) -> list[StoredMessage]:
        said = [message for message in self.history(conversation_id) if message.role == "user"]
        first = self._first.get(conversation_id)
        return said if first is None or first in said else [first, *said]

    def facts_about(self, words: str, most: int, *, person: str = "") -> tuple[str, ...]:
        """What was remembered, by that person or by nobody in particular, that the words are about."""
        own = [fact.text for fact in self._facts if fact.person in ("", person)]
        return self.relevant(words, own, most)

    def relevant(self, words: str, texts: Sequence[str], most: int) -> tuple[str, ...]:
        return relevant(words, texts, most, self._likeness)

    def forget(self, conversation_id: str) -> None:
        """Call when it was deleted: nothing of it is known, and an answer that is being made is not kept."""
        self._deleted.add(conversation_id)
        self.summaries.forget(conversation_id)
        for known in (self._held, self._owner, self._channel, self._first):
            known.pop(conversation_id, None)
        self._facts = [fact for fact in self._facts if fact.conversation_id != conversation_id]
        self.begin_anew(conversation_id)
        if conversation_id == self._latest:
            self._latest = ""

    def _hold(self, conversation_id: str, message: StoredMessage) -> None:
        held = self._held.pop(conversation_id, None) or deque(maxlen=LATEST)
        held.append(message)
        self._held[conversation_id] = held  # the latest last
        if len(self._held) > MOST_HELD:
            del self._held[next(iter(self._held))]
