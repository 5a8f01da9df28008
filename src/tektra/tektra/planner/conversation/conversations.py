# SPDX-License-Identifier: Apache-2.0
"""Which conversation a request belongs to, and what of it is kept. A plain class over a Store; time is passed in."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from tektra.planner.backends import Store, StoredMessage
from tektra.planner.plans.plan import Step, steps_json

#: A conversation that rested longer is over; the next words begin a new one.
REST_S = 1800.0
#: Messages that may come into a prompt, before the window cuts them: more than it ever holds of the shortest.
LATEST = 80
#: A person's earlier sentences that words like "there" may point to.
EARLIER = 3


#: Asked for as a conversation's id: a new one.
NEW = "new"


class Conversations:
    """The current conversation of each person on each channel: nobody's words go on in somebody else's.

    They outlive a restart: the latest stored one of a person and channel goes on until it has rested.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._current: dict[tuple[str, str], tuple[str, float]] = {}
        self._latest = ""

    def conversation_for(self, wanted: str, now_s: float, *, person: str = "", channel: str = "") -> str:
        """The id to use: the wanted one, or the current one of that person and channel, or a new one.

        One that is asked for by its id becomes the current one of whoever asked, and of nobody else.
        """
        key = (person, channel)
        if not wanted:
            current, touched_s = self._current.get(key) or self._stored(*key)
            wanted = current if current and now_s - touched_s <= REST_S else NEW
        if wanted == NEW:
            wanted = uuid4().hex[:12]
        self._current[key] = wanted, now_s
        self._latest = wanted
        return wanted

    def begin_anew(self, *, person: str = "", channel: str = "") -> None:
        """The next words of that person on that channel begin a new conversation."""
        self._current[(person, channel)] = "", 0.0

    @property
    def current(self) -> str:
        """The id of the conversation that was spoken in latest, whoever's it is."""
        return self._latest

    def _stored(self, person: str, channel: str) -> tuple[str, float]:
        latest = self._store.conversations(1, person=person, channel=channel)
        return (latest[0].conversation_id, latest[0].updated_s) if latest else ("", 0.0)

    def history(self, conversation_id: str) -> list[StoredMessage]:
        """What was said in it, oldest first."""
        return self._store.messages(conversation_id, LATEST)

    def earlier_words(self, conversation_id: str) -> tuple[str, ...]:
        """The person's latest sentences in it."""
        said = [message.text for message in self.history(conversation_id) if message.role == "user"]
        return tuple(said[-EARLIER:])

    def asked(
        self, conversation_id: str, words: str, at_s: float, *, person: str = "", channel: str = ""
    ) -> None:
        self._store.add(conversation_id, StoredMessage(at_s, "user", words), person=person, channel=channel)

    def answered(
        self, conversation_id: str, reply: str, steps: Sequence[Step], at_s: float, *, refused: bool = False
    ) -> None:
        if reply:
            plan = steps_json(tuple(steps))
            self._store.add(conversation_id, StoredMessage(at_s, "assistant", reply, plan, refused))

    def forget_if_current(self, conversation_id: str) -> None:
        """Call when it was deleted."""
        self._current = {k: v for k, v in self._current.items() if v[0] != conversation_id}
        if conversation_id == self._latest:
            self._latest = ""
