# SPDX-License-Identifier: Apache-2.0
"""Questions that only a camera answers: what is written somewhere, what colour something has, where it was seen, what has changed.

Vision is asked in the person's own words, or in English where those are of another language (sight_words.py), and its answer is said. It
is data: nothing in it is read as an order, and no plan is made of it. What is asked in no such form the rules and the model answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.request import Request
from tektra.planner.conversation.sight_words import ENGLISH, sight_words
from tektra.planner.plans.plan import SELF
from tektra.planner.understanding.reading import Act, Reading

#: Of words in small letters without marks.
_ASKED = re.compile(
    r"^(?:(?:tektra|please|hey|and|so|ok|can you|could you|do you know|tell me) )*(?:"
    r"what (?:does|do|did) (?:the|that|this|it|my|your)\b.*\b(?:say|read)"
    r"|what is (?:written|printed)\b.*"
    r"|(?:read|read me|read out|read to me) (?:the|that|this) (?:sign|signs|label|text|poster|note|screen|writing|door|shirt)\b.*"
    r"|read (?:me )?what (?:it says|is written|is on the sign)\b.*"
    r"|what colou?rs? (?:is|are|has|have)\b.*"
    r"|(?:where|when) (?:did|have|had) you (?:last )?(?:see|seen|spot|spotted|notice|noticed)\b.*"
    r"|(?:where|when) (?:was|were) .*\b(?:last )?seen\b.*"
    r"|(?:was|were) (?:the|a|my) .* (?:on|in|at|under|near) .*\b(?:at|ago|past)\b.*"
    r"|where (?:was|were) (?:the|a|my) .*\b(?:at \w+|ago|past \w+)\b.*"
    r"|what (?:has |is |s )?(?:changed|different|new)\b.*|has anything changed\b.*|(?:is )?anything (?:new|different)\b.*"
    r"|what (?:is|s) (?:to the )?(?:left|right) of\b.*"
    r")$"
)


#: A second sentence, a second clause, or a quotation: more than one plain question.
_MORE = re.compile(r"[.!?;:\n\"\u201c\u201d]|\b(?:and|then)\b")
MOST_CHARS = 120


def asked_of_sight(reading: Reading, language: str = ENGLISH) -> str:
    """What vision is to be asked, in English; empty where nothing: it is one plain question of that kind, no answer, no order, and
    speaks of no robot."""
    words = reading.words.strip().rstrip("?!. ").lower()
    if reading.act in (Act.ANSWER, Act.CORRECTION) or reading.carried_out or len(words) > MOST_CHARS:
        return ""
    if any(set(clause.robots) - {SELF} for clause in reading.clauses) or _MORE.search(words):
        return ""
    plain = " ".join(re.findall(r"[a-z0-9]+", words.replace("'", " ").replace("\u2019", " ")))
    if language == ENGLISH and _ASKED.search(plain):
        return reading.words
    return sight_words(language, replies(language).at).english(words.lstrip("\u00bf\u00a1 "))


class Looking:
    """Requests that wait for vision's answer. `end(request, text, outcome, message)` is called once for each. One thread.

    Without `look` nothing is taken. `look` asks, and has looked() called with the answer, at once or later.
    """

    def __init__(
        self, look: Callable[[Request], None] | None, end: Callable[[Request, str, str, str], None]
    ) -> None:
        self._look, self._end = look, end
        self._open: dict[str, Request] = {}

    @property
    def open(self) -> list[str]:
        """Ids of those that wait."""
        return list(self._open)

    def takes(self, request: Request) -> bool:
        """Asks vision, if it is for vision."""
        if self._look is None or request.reading is None:
            return False
        asked = asked_of_sight(request.reading, request.language)
        if not asked:
            return False
        self._open[request.request_id] = request
        self._look(request if request.language == ENGLISH else replace(request, words=asked))
        return True

    def looked(self, request_id: str, text: str) -> None:
        """Vision's answer, "" when there is none; of a request that ended meanwhile it is dropped."""
        if request := self._open.pop(request_id, None):
            told = replies(request.language)
            text = text if request.language == ENGLISH else sight_words(request.language, told.at).told(text)
            self._end(request, text or told.say("answers.blind"), "answered", "")

    def cancel(self, request_id: str, reason: str) -> None:
        """It is not wanted any more."""
        if request := self._open.pop(request_id, None):
            self._end(request, "", "canceled", reason)
