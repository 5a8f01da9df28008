# SPDX-License-Identifier: Apache-2.0
"""What the model does while nobody waits for it: it reads what all prompts begin with, then the conversation so far, and sums up
what is not shown of it any more."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tektra.planner.backends import Message

#: Has the model read messages, and then calls done() with the number; `lasting` as in Llm.read.
Warm = Callable[[int, Sequence[Message], bool], None]


#: Has the model sum up under that number, and then calls done(); False where nothing is to be summed up.
Digest = Callable[[int], bool]
#: In a row, so often must nobody have waited before anything is summed up: it takes the place of what was read ahead.
QUIET_TICKS = 5


class Prefill:
    """Call tick() now and then. `opening` and `talk` give the messages of the moment, `rest` ends what is being read: what
    was read of it is not lost. `digested`: takes the summary. One thread uses it."""

    def __init__(
        self,
        warm: Warm,
        *,
        rest: Callable[[], None],
        opening: Callable[[], Sequence[Message]],
        talk: Callable[[str], Sequence[Message]],
        digest: Digest = lambda number: False,
        digested: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._warm = warm
        self._rest = rest
        self._opening = opening
        self._talk = talk
        self._digest = digest
        self._digested = digested
        self._quiet = 0
        self._opening_due = True
        self._talk_due = ""  # the conversation that went on
        self._latest = ""
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
        self._talk_due = self._latest = conversation_id

    def tick(self, *, busy: bool, model: str) -> None:
        """`busy`: people need the machine, or the model itself. `model`: the one that answers now."""
        if model != self._model:
            self._model = model
            self.changed()
        self._quiet = 0 if busy else self._quiet + 1
        if busy and self._under_way:
            self._rest()
        elif not busy and not self._under_way and (self._opening_due or self._talk_due):
            self._number += 1
            self._under_way = "opening" if self._opening_due else "talk"
            lasting = self._opening_due
            self._warm(self._number, self._opening() if lasting else self._talk(self._talk_due), lasting)
        elif not self._under_way and self._quiet >= QUIET_TICKS and self._digest(self._number + 1):
            self._number += 1
            self._under_way = "summary"

    def done(self, number: int, *, whole: bool, text: str = "") -> None:
        """The model ended what was given under that number; not `whole`: a request came between, so it is still due."""
        if number != self._number or not self._under_way:
            return
        if self._under_way == "summary":
            # the engine keeps one prompt's work: all is read again
            self._opening_due, self._talk_due = True, self._talk_due or self._latest
            if whole:
                self._digested(text)
        elif whole and self._under_way == "opening":
            self._opening_due = False
        elif whole:
            self._talk_due = ""
        self._under_way = ""
