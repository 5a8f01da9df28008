# SPDX-License-Identifier: Apache-2.0
"""What the model reads while nobody waits for it: what all prompts begin with, then the conversation so far."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tektra.planner.backends import Message

#: Has the model read messages, and then calls done() with the number; `lasting` as in Llm.read.
Warm = Callable[[int, Sequence[Message], bool], None]


class Prefill:
    """Call tick() now and then. `opening` and `talk` give the messages of the moment, `rest` ends what is being read: what
    was read of it is not lost. One thread uses it."""

    def __init__(
        self,
        warm: Warm,
        *,
        rest: Callable[[], None],
        opening: Callable[[], Sequence[Message]],
        talk: Callable[[str], Sequence[Message]],
    ) -> None:
        self._warm = warm
        self._rest = rest
        self._opening = opening
        self._talk = talk
        self._opening_due = True
        self._talk_due = ""  # the conversation that went on
        self._model = ""
        self._number = 0
        self._under_way = ""

    @property
    def ready(self) -> bool:
        """True when a request would be answered without reading the opening first."""
        return not self._opening_due

    def changed(self) -> None:
        """The opening became another: robots came or went."""
        self._opening_due, self._talk_due, self._under_way = True, "", ""

    def answered(self, conversation_id: str) -> None:
        """A conversation became longer. Its prompt held the opening."""
        self._talk_due = conversation_id

    def tick(self, *, busy: bool, model: str) -> None:
        """`busy`: people need the machine, or the model itself. `model`: the one that answers now."""
        if model != self._model:
            self._model = model
            self.changed()
        if busy and self._under_way:
            self._rest()
        elif not busy and not self._under_way and (self._opening_due or self._talk_due):
            self._number += 1
            self._under_way = "opening" if self._opening_due else "talk"
            lasting = self._opening_due
            self._warm(self._number, self._opening() if lasting else self._talk(self._talk_due), lasting)

    def done(self, number: int, *, whole: bool) -> None:
        """The model ended what was given under that number; not `whole`: a request came between, so it is still due."""
        if number != self._number or not self._under_way:
            return
        if whole and self._under_way == "opening":
            self._opening_due = False
        elif whole:
            self._talk_due = ""
        self._under_way = ""
