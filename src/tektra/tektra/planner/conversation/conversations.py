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


class Conversations:
    """The current conversation. It outlives a restart: the latest stored one goes on until it has rested."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._current = ""
        self._touched_s = 0.0

    def conversation_for(self, wanted: str, now_s: float) -> str:
        """The id to use: the wanted one, or the current one, or a new one. It is the current one from now on."""
        if not wanted:
            latest = self._store.conversations(1) if not self._current else []
            if latest:
                self._current, self._touched_s = latest[0].conversation_id, latest[0].updated_s
            rested = now_s - self._touched_s > REST_S
            wanted = self._current if self._current and not rested else uuid4().hex[:12]
        self._current, self._touched_s = wanted, now_s
        return wanted

    @property
    def current(self) -> str:
        """The id of the conversation that was spoken in latest."""
        return self._current

    def history(self, conversation_id: str) -> list[StoredMessage]:
        """What was said in it, oldest first."""
        return self._store.messages(conversation_id, LATEST)

    def earlier_words(self, conversation_id: str) -> tuple[str, ...]:
        """The person's latest sentences in it."""
        said = [message.text for message in self.history(conversation_id) if message.role == "user"]
        return tuple(said[-EARLIER:])

    def asked(self, conversation_id: str, words: str, at_s: float) -> None:
        self._store.add(conversation_id, StoredMessage(at_s, "user", words))

    def answered(
        self, conversation_id: str, reply: str, steps: Sequence[Step], at_s: float, *, refused: bool = False
    ) -> None:
        if reply:
            plan = steps_json(tuple(steps))
            self._store.add(conversation_id, StoredMessage(at_s, "assistant", reply, plan, refused))

    def forget_if_current(self, conversation_id: str) -> None:
        """Call when it was deleted."""
        if conversation_id == self._current:
            self._current = ""
