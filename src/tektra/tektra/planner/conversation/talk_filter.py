# SPDX-License-Identifier: Apache-2.0
"""What of a model's talk may be said: what is true or false wherever it is said, and no deed and no state of things here.

Words are given out as they come. A sentence with which a claim may begin ("I ...", "rover1 ..."), or that is not plainly
in the person's language, is held until its end and judged whole. The first that claims something ends the reply: data speaks in its stead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tektra.common.world import World
from tektra.language.detect import detector
from tektra.language.text import words as plain_words
from tektra.planner.conversation.claims import claims_deed, may_claim_deed, says_done
from tektra.planner.conversation.promises import may_promise, promised
from tektra.planner.conversation.replies import Replies, replies
from tektra.planner.conversation.statements import Claim, Names, claimed, may_claim, names, of_robots
from tektra.planner.conversation.unveiled import readings, speaks_of_robots
from tektra.planner.world.catalogue import Catalogue

#: How much a sentence sounds like one that claims a deed: about -1 (talk) to 1 (a claim); 0 where nobody can tell.
SoundsDone = Callable[[str], float]
#: So much like a claim that it is taken for one; so much like talk that a loose rule is not believed. Measured: see
#: docs/decisions/reply-before-plan.md.
SURE, TALK = 0.3, -0.35
#: So much like talk that it is even where robots are spoken of, though none by its name.
SURELY_TALK = -1.0
#: A sentence that is longer is judged as far as it goes, characters.
LONGEST = 300
#: The end of a sentence; a point behind a digit may be one within a number, until more is there.
_END = re.compile(r"(?<=[^\d\s])[.!?…。！？]+[\"”»)]*|\d[.!?…]+(?=\s)|\n|[!?…。！？]+")
_QUOTED = re.compile(r"[\"“„«»”].*?[\"”“«»]")
#: Fewer words beside what is quoted tell nothing of it: what is quoted is what is said.
_FEW = 3
#: Signs, and letters that are set apart: what such a sentence says is known at its end.
_HIDING = re.compile(r"(?<!\w)[^\W\d_][ .\-_*][^\W\d_](?!\w)|[^\w\s.,;:!?'’\"“”„«»()\-–—…/%€$&+=°*#]")
_LAST_WORD = re.compile(r"\S+\Z")
_CLAUSE = re.compile(r"[,;:.!?…—–]+|\s-\s")


class Judge:
    """Which sentences claim something, in whatever language they are written. One thread uses it."""

    def __init__(
        self, world: World, catalogue: Catalogue, sounds_done: SoundsDone = lambda sentence: 0.0
    ) -> None:
        self._world = world
        self._catalogue = catalogue
        self._sounds_done = sounds_done
        self._names: dict[str, Names] = {}

    def claim(self, sentence: str, language: str, said_by_person: str = "") -> Claim | None:
        """What a sentence claims; None for a question, and for talk. `language`: of the request."""
        if sentence.rstrip(' "”»)').endswith(("?", "？")):
            return None
        outside = _QUOTED.sub(" ", sentence)
        told = outside if len(outside.split()) >= _FEW else sentence
        for number, reading in enumerate(readings(told)):
            if number and speaks_of_robots(reading, self._catalogue.robots):
                return Claim(deed=True, of_robots=True)  # who hides that robots are spoken of
            if (claim := self._claim(reading, language, said_by_person)) is not None:
                return claim
        return None

    def may_become(self, begun: str, language: str) -> bool:
        """Whether a sentence that begins so may come to claim something, or hides what it says."""
        if _HIDING.search(begun) or len(list(readings(begun))) > 1:
            return True
        told = replies(language)
        named = self._named(told.language)
        return (
            may_claim_deed(begun, told.claims, self._catalogue.robots)
            or may_claim(begun, told.statements, named)
            or may_promise(begun, told.promises)
        )

    def is_in(self, begun: str, language: str) -> bool:
        """Whether so much of a sentence is in that language, beyond doubt."""
        detected = detector().detect(begun, names=frozenset(self._catalogue.robots))
        return detected.likely == (replies(language).language,)

    def _claim(self, sentence: str, language: str, said_by_person: str) -> Claim | None:
        languages, known = self._languages(sentence, language)
        if not known and speaks_of_robots(sentence, self._catalogue.robots):
            return Claim(deed=True, of_robots=True)
        sounds = self._sounds_done(sentence) if any(c.isalpha() for c in sentence) else TALK
        here = any(self._of_robots(sentence, code) for code in languages)
        by_name = any(self._named(code).robots_in(plain_words(sentence)) for code in languages)
        talk = not by_name and sounds < (SURELY_TALK if here else TALK)
        if self._ruled(sentence, languages, sounds):
            return Claim(deed=True, of_robots=True)
        for code in () if talk else languages:
            told, named = replies(code), self._named(code)
            claim = claimed(sentence, told.statements, named, said_by_person=said_by_person)
            if claim is not None:
                return claim
            if (promise := promised(sentence, told.promises)) is not None:
                return Claim(recalls=promise.memory, deed=not promise.memory)
        return Claim(deed=True, of_robots=here) if sounds >= SURE else None

    def _ruled(self, sentence: str, languages: tuple[str, ...], sounds: float) -> bool:
        """Whether the rules for deeds of robots, of one of these languages, take it for one."""
        words = [replies(code).claims for code in languages]
        if any(says_done(sentence, each) for each in words):
            return True
        return sounds > TALK and any(claims_deed(sentence, each, self._catalogue.robots) for each in words)

    def _of_robots(self, sentence: str, code: str) -> bool:
        return of_robots(sentence, replies(code).statements, self._named(code))

    def _languages(self, sentence: str, language: str) -> tuple[tuple[str, ...], bool]:
        """The languages that the sentence or a clause of it may be in, that of the request first; whether it is in any."""
        robots = frozenset(self._catalogue.robots)
        found, known = [replies(language).language], False
        for part in (sentence, *_CLAUSE.split(sentence)):
            if not any(c.isalpha() for c in part):
                continue
            detected = detector().detect(part, names=robots)
            known = known or any(detected.scores.values())
            found += detected.likely
        return tuple(dict.fromkeys(found)), known

    def _named(self, code: str) -> Names:
        if code not in self._names:
            self._names[code] = called(self._world, self._catalogue, replies(code))
        return self._names[code]


class TalkFilter:
    """`feed` pieces of a reply; it returns what may be said. After a claim nothing more may.

    `claim`: what was claimed, and what data is to be asked instead.
    """

    def __init__(self, judge: Judge, language: str, *, said_by_person: str = "") -> None:
        self._judge = judge
        self._language = language
        self._said = said_by_person
        self._sentence = ""  # the one that is under way
        self._out = 0  # characters of it that were given out
        self._held = False  # until its end
        self._yes = ""  # nothing but that was said so far; it is not given out before more is
        self.claim: Claim | None = None

    @property
    def ended(self) -> bool:
        """Whether something was claimed, so that nothing more is to be said."""
        return self.claim is not None

    @property
    def broke_off(self) -> bool:
        """Whether words of the sentence that claims were given out already."""
        return self.ended and any(c.isalnum() for c in self._sentence[: self._out])

    def feed(self, text: str) -> str:
        free = "".join(self._through(text))
        if not free.strip() or (not self.ended and self._only_assent(self._yes + free)):
            self._yes += free
            return ""
        free, self._yes = self._yes + free, ""
        return free

    def rest(self) -> str:
        """What was held back, when nothing more comes."""
        free, self._yes = self._yes, ""
        rest = "" if self.ended else self._judged(self._sentence)
        return "" if self.ended else free + rest  # no yes to what is not done

    def _through(self, text: str) -> Iterator[str]:
        if self.ended:
            return
        self._sentence += text
        while (end := _END.search(self._sentence)) is not None:
            following = self._sentence[end.end() :]
            yield self._judged(self._sentence[: end.end()])
            if self.ended:
                return
            self._sentence, self._out, self._held = following, 0, False
        yield self._begun()
        wordless = not any(c.isalpha() for c in self._sentence)
        if self._sentence and (wordless or len(self._sentence) - self._out > LONGEST):
            yield self._judged(self._sentence)
            self._out = len(self._sentence)

    def _begun(self) -> str:
        """What may be given out of a sentence that is not whole; its last word may not be whole yet."""
        words = _LAST_WORD.sub("", self._sentence)
        if self._held or len(words) <= self._out or not words.strip():
            return ""
        self._held = self._judge.may_become(words, self._language)
        if self._held or self._only_assent(words) or not self._judge.is_in(words, self._language):
            return ""
        free, self._out = words[self._out :], len(words)
        return free

    def _judged(self, sentence: str) -> str:
        """What of a sentence has not been given out yet, if it claims nothing."""
        self.claim = self._judge.claim(sentence, self._language, self._said)
        return "" if self.ended else sentence[self._out :]

    def _only_assent(self, words: str) -> bool:
        """Whether nothing but a yes was said so far: of what, is not known yet."""
        return not words.strip() or replies(self._language).is_phrase("assent", words, begun=True)


def called(world: World, catalogue: Catalogue, told: Replies) -> Names:
    """What robots, places and things are called in that language and by the map."""
    robots = catalogue.robots
    things = {name: (*place.aliases, *told.called(name)) for name, place in world.places.items()}
    things |= {name: told.called(name) for name in world.objects}
    kinds = {catalogue.actors[robot].kind for robot in robots}
    apart = {name: [alias for alias in also if alias not in kinds] for name, also in things.items()}
    return names(robots, apart)
