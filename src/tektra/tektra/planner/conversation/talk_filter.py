# SPDX-License-Identifier: Apache-2.0
"""What of a model's talk may be said: what is true or false wherever it is said, and no deed and no state of things here.

Words are given out as they come. A sentence with which such a claim may begin ("I ...", "rover1 ...", "in the kitchen ...")
is held until its end and judged as a whole. The first that claims something ends the reply: data speaks in its stead.
"""

from __future__ import annotations

import re

from tektra.common.world import World
from tektra.planner.conversation.claims import ClaimFilter
from tektra.planner.conversation.promises import may_promise, promised
from tektra.planner.conversation.replies import Replies
from tektra.planner.conversation.statements import Claim, Names, claimed, may_claim, names
from tektra.planner.world.catalogue import Catalogue

#: The end of a sentence; a point behind a digit may be one within a number, until more is there.
_END = re.compile(r"(?<=[^\d\s])[.!?…]+[\"”»)]*|\d[.!?…]+(?=\s)|\n|[!?…]+")
_LAST_WORD = re.compile(r"\S*\s*$")


class TalkFilter:
    """`feed` pieces of a reply; it returns what may be said. After a claim nothing more may.

    `claimed`: a deed was claimed. `claim`: how things are was claimed, and what data is to be asked instead.
    """

    def __init__(self, replies: Replies, names: Names, *, said_by_person: str = "") -> None:
        self._deeds = ClaimFilter(replies.claims, names.robots)
        self._replies = replies
        self._names = names
        self._said = said_by_person
        self._sentence = ""  # the one that is under way
        self._out = 0  # characters of it that were given out
        self._yes = ""  # nothing but that was said so far; it is not given out before more is
        self.claim: Claim | None = None

    @property
    def claimed(self) -> bool:
        return self._deeds.claimed

    @property
    def ended(self) -> bool:
        """Whether something was claimed, so that nothing more is to be said."""
        return self.claimed or self.claim is not None

    @property
    def broke_off(self) -> bool:
        """Whether the words before the claim were given out already."""
        return self.claim is not None and self._out > 0

    def feed(self, text: str) -> str:
        free = self._through(self._deeds.feed(text), whole=False)
        if not free.strip() or (not self.ended and self._only_assent(self._yes + free)):
            self._yes += free
            return ""
        free, self._yes = self._yes + free, ""
        return free

    def rest(self) -> str:
        """What was held back, when nothing more comes."""
        free, self._yes = self._yes, ""
        return free + self._through(self._deeds.rest(), whole=True)

    def _through(self, text: str, *, whole: bool) -> str:
        if self.claim is not None:
            return ""
        self._sentence += text
        free = ""
        while (end := _END.search(self._sentence)) is not None:
            following = self._sentence[end.end() :]
            free += self._judged(self._sentence[: end.end()])
            if self.claim is not None:
                return free
            self._sentence, self._out = following, 0
        if self.claimed:
            return free
        return free + (self._judged(self._sentence) if whole else self._begun())

    def _judged(self, sentence: str) -> str:
        """What of a whole sentence has not been given out yet, if it claims nothing."""
        words = self._replies.statements
        self.claim = claimed(sentence, words, self._names, said_by_person=self._said)
        if self.claim is None and (promise := promised(sentence, self._replies.promises)) is not None:
            self.claim = Claim(recalls=promise.memory, deed=not promise.memory)
        return "" if self.claim is not None else sentence[self._out :]

    def _begun(self) -> str:
        """What may be given out of a sentence that is not whole; its last word may not be whole yet."""
        last = _LAST_WORD.search(self._sentence)
        words = self._sentence[
            : last.start() if last is not None and not last[0].endswith((" ", "\n")) else None
        ]
        told = self._replies
        may = may_claim(words, told.statements, self._names) or may_promise(words, told.promises)
        if may or self._only_assent(words):
            return ""
        free, self._out = words[self._out :], max(self._out, len(words))
        return free

    def _only_assent(self, words: str) -> bool:
        """Whether nothing but a yes was said so far: of what, is not known yet."""
        return not words.strip() or self._replies.is_phrase("assent", words, begun=True)


def called(world: World, catalogue: Catalogue, told: Replies) -> Names:
    """What robots, places and things are called in that language and by the map."""
    robots = catalogue.robots
    things = {name: (*place.aliases, *told.called(name)) for name, place in world.places.items()}
    things |= {name: told.called(name) for name in world.objects}
    kinds = {catalogue.actors[robot].kind for robot in robots}
    apart = {name: [alias for alias in also if alias not in kinds] for name, also in things.items()}
    return names(robots, apart)
