# SPDX-License-Identifier: Apache-2.0
"""How much of a spoken answer was heard: who speaks over it knows no more of it than that, and the conversation goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

#: What is written where somebody spoke over an answer.
BROKEN_OFF = "…"
#: Answers whose sound is waited for; the oldest goes first.
MOST = 50
#: `cut(conversation_id, reply, heard)`: of what is kept as `reply` no more sounded than `heard`.
Cut = Callable[[str, str, str], None]


@dataclass
class _Answer:
    """`heard`: of each sentence in its order what has sounded, None while it is not known. `kept`: conversation and text."""

    sentences: list[str] = field(default_factory=list)
    heard: list[str | None] = field(default_factory=list)
    kept: tuple[str, str] | None = None


class Heard:
    """Of the answers to spoken requests. One thread."""

    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._answers: dict[str, _Answer] = {}

    def sentence(self, request_id: str, text: str) -> Callable[[str], None]:
        """A sentence goes to be spoken. Returns what is to be called with as much of it as has sounded, when it has ended; never, where
        nobody can tell."""
        answer = self._answers.setdefault(request_id, _Answer())
        if len(self._answers) > MOST:
            del self._answers[next(iter(self._answers))]
        answer.sentences.append(text)
        answer.heard.append(None)
        number = len(answer.heard) - 1

        def ended(sounded: str) -> None:
            answer.heard[number] = sounded
            self._tell(request_id, answer)

        return ended

    def kept(self, request_id: str, conversation_id: str, reply: str) -> None:
        """Its text is in the conversation; no further sentence comes."""
        if (answer := self._answers.get(request_id)) is not None:
            answer.kept = conversation_id, reply
            self._tell(request_id, answer)

    def _tell(self, request_id: str, answer: _Answer) -> None:
        """Once, when the text is kept and the first sentence that did not sound whole has ended; or nothing, when all did."""
        if answer.kept is None or request_id not in self._answers:
            return
        whole: list[str] = []
        for text, sounded in zip(answer.sentences, answer.heard, strict=True):
            if sounded is None:
                return
            if sounded.strip() != text.strip():
                heard = " ".join([*whole, f"{sounded.strip()}{BROKEN_OFF}".strip()])
                del self._answers[request_id]
                self._cut(*answer.kept, heard)
                return
            whole.append(text.strip())
        del self._answers[request_id]
