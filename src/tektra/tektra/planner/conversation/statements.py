# SPDX-License-Identifier: Apache-2.0
"""Which sentences tell how things are here and now: they are true only when data says so, whoever wrote them.

"Paris is the capital of France" is no such sentence; "rover1 is in the kitchen", "there is somebody at the door", "the
battery is full", "it is ten past five" are. Plain functions on words; data: `statements` in config/language/<code>/replies.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tektra.language.text import words as plain_words
from tektra.planner.understanding.reading import Question, Topic

#: Kinds of words that the data list, each as words or, with blanks, as phrases.
KINDS = ("first", "pronouns", "be", "robots", "states", "battery", "see", "camera", "people", "somebody", "here", "weather", "there_is",
         "hedges", "indefinite", "today", "days", "it_is", "recall", "idioms", "able", "ours", "subjects", "mine", "theirs", "house", "far")  # fmt: skip
#: A clock's time, as it is written.
_CLOCK = re.compile(r"\b\d{1,2}\s?[:.h]\s?\d{2}\b|\b\d{1,2}\s?(?:am|pm|uhr|heures|o'clock)\b", re.IGNORECASE)
#: Kinds of which one word suffices to make a sentence one about what is here.
_ALONE = ("states", "battery", "see", "camera", "somebody", "here", "weather", "today")
#: Words that are no idiom's whole sentence: "I see." says nothing of a picture.
_SHORT = 3


@dataclass(frozen=True)
class StatementWords:
    """Of one language. `kinds`: for each of KINDS its phrases, each as plain words."""

    kinds: Mapping[str, tuple[tuple[str, ...], ...]]

    def has(self, kind: str, said: Sequence[str]) -> bool:
        return any(_at(phrase, said) >= 0 for phrase in self.kinds.get(kind, ()))


@dataclass(frozen=True)
class Names:
    """What here has a name: for each robot, place and thing all that it is called, as plain words."""

    robots: Mapping[str, tuple[tuple[str, ...], ...]]
    things: Mapping[str, tuple[tuple[str, ...], ...]]

    def robots_in(self, said: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name, called in self.robots.items() if any(_at(c, said) >= 0 for c in called))

    def things_in(self, said: Sequence[str], words: StatementWords) -> tuple[str, ...]:
        """Those that are spoken of as the one that is here: "the kitchen", not "a kitchen"."""
        found = []
        indefinite = {phrase[0] for phrase in words.kinds.get("indefinite", ())}
        for name, called in self.things.items():
            at = max((_at(phrase, said) for phrase in called), default=-1)
            if at >= 0 and not (at > 0 and said[at - 1] in indefinite):
                found.append(name)
        return tuple(found)


NO_NAMES = Names({}, {})


@dataclass(frozen=True)
class Claim:
    """What a sentence claims: the question that data answers in its stead, or none where no data could tell. `deed`: that
    something was done, or is going to be; `of_robots`: by a robot."""

    question: Question | None = None
    recalls: bool = False
    deed: bool = False
    of_robots: bool = False


def read_statements(data: Mapping[str, object]) -> StatementWords:
    """A value is words in one text, or a list of phrases."""
    kinds: dict[str, tuple[tuple[str, ...], ...]] = {}
    for kind in KINDS:
        given = data.get(kind, "")
        phrases = given if isinstance(given, list) else str(given).split()
        kinds[kind] = tuple(found for phrase in phrases if (found := plain_words(str(phrase))))
    return StatementWords(kinds)


def names(robots: Iterable[str], things: Mapping[str, Iterable[str]]) -> Names:
    """`things`: of each place and object what it is called besides its own name."""
    called = {name: (_spoken(name), _apart(name)) for name in robots}
    return Names(
        called,
        {name: tuple(dict.fromkeys((_spoken(name), *map(_spoken, also)))) for name, also in things.items()},
    )


def of_elsewhere(question: str, words: StatementWords, known: Names) -> bool:
    """Whether "why ...", "who ..." asks of the world at large: no word of it means a robot, a thing that is here, or who is spoken to.

    Where a verb may stand without its subject, only a question that names one is certain to be of that kind.
    """
    said = plain_words(question)
    of_here = speaks_of_here(question, words, known, but=("today", "weather")) or words.has("ours", said)
    return not of_here and (not words.kinds.get("subjects") or words.has("subjects", said))


def speaks_of_here(text: str, words: StatementWords, known: Names, *, but: Sequence[str] = ()) -> bool:
    """Whether words, a question's as well, are about what is here: nobody but data may answer. `but`: kinds of words that do
    not make them so."""
    said = plain_words(text)
    named = known.robots_in(said) or known.things_in(said, words) or _CLOCK.search(text)
    if named or _of_robots(said, words):
        return True
    has = {kind: words.has(kind, said) for kind in KINDS}
    people = has["people"] and (has["there_is"] or has["see"])
    house = has["house"] and has["be"]
    return people or house or any(has[kind] for kind in _ALONE if kind not in but)


def of_house(text: str, words: StatementWords) -> bool:
    """Whether it says how a part of the house is, or asks: "is the front door locked?"."""
    said = plain_words(text)
    return words.has("house", said) and words.has("be", said)


def of_robots(text: str, words: StatementWords, known: Names) -> bool:
    """Whether it speaks of robots that are here."""
    said = plain_words(text)
    return bool(known.robots_in(said)) or _of_robots(said, words)


def may_claim(begun: str, words: StatementWords, known: Names) -> bool:
    """Whether a sentence that begins so may come to be a claim: it is not given out before its end."""
    said = plain_words(begun)
    kinds = ("first", "pronouns", "there_is", "recall", "people", "it_is", "camera", "battery")
    return any(words.has(kind, said) for kind in kinds) or speaks_of_here(begun, words, known)


def claimed(sentence: str, words: StatementWords, known: Names, *, said_by_person: str = "") -> Claim | None:
    """What the sentence claims; None for what is true or false wherever it is said. `said_by_person`: what may be recalled."""
    said = plain_words(sentence)
    if sentence.rstrip().endswith("?") or words.has("idioms", said):
        return None
    has = {kind: words.has(kind, said) for kind in KINDS}
    if robots := known.robots_in(said):
        return Claim(Question(_about_robots(has, bool(known.things_in(said, words))), robots))
    if has["recall"] and not _in_words(said, plain_words(said_by_person)):
        return Claim(recalls=True)
    if has["battery"] and (has["be"] or has["robots"] or has["first"]):
        return Claim(Question(Topic.BATTERY))
    things = known.things_in(said, words)
    if has["first"] and has["able"] and things:  # "I can look into the bedroom"
        return Claim(Question(Topic.CAN_DO))
    if has["hedges"] and not has["see"]:
        return None
    return _of_here(sentence, said, has, things)


def _of_here(
    sentence: str, said: Sequence[str], has: Mapping[str, bool], things: Sequence[str]
) -> Claim | None:
    sees = has["see"] and has["first"] and len([w for w in said if w.isalnum()]) >= _SHORT
    if sees or has["camera"]:
        return Claim(Question(Topic.SEE))
    if has["it_is"] and _CLOCK.search(sentence):
        return Claim(Question(Topic.TIME))
    if has["today"] and has["days"]:
        return Claim(Question(Topic.DATE))
    seen = has["people"] and (has["there_is"] or has["here"] or things)
    if (seen or has["somebody"]) and (has["be"] or has["there_is"]):
        return Claim(Question(Topic.PEOPLE, tuple(things)))
    if has["robots"] and has["be"] and (things or has["states"] or has["here"]):
        return Claim(Question(Topic.WHERE if things else Topic.STATE))
    if has["robots"] and (has["there_is"] or has["first"]) and any(word.isdigit() for word in said):
        return Claim(Question(Topic.WHICH, ("robots",)))
    of_robot = has["pronouns"] and (has["states"] or has["here"])
    if has["be"] and (things or of_robot or has["weather"]):
        return Claim()
    return None


def _of_robots(said: Sequence[str], words: StatementWords) -> bool:
    """Whether it speaks of robots that are here: "the robot", not "a robot"."""
    indefinite = {phrase[0] for phrase in words.kinds.get("indefinite", ())}
    called = {phrase[0] for phrase in words.kinds.get("robots", ())}
    return any(
        word in called and not (index > 0 and said[index - 1] in indefinite)
        for index, word in enumerate(said)
    )


def _about_robots(has: Mapping[str, bool], placed: bool) -> Topic:
    if has["battery"]:
        return Topic.BATTERY
    if has["see"] or has["camera"]:
        return Topic.SEE
    if has["able"]:
        return Topic.CAN_DO
    return Topic.WHERE if placed else Topic.DOING


def _in_words(said: Sequence[str], known: Sequence[str]) -> bool:
    """Whether all that a sentence recalls was said: its longer words and numbers are among the person's."""
    return {word for word in said if len(word) > 4 or word.isdigit()} <= set(known)


def _at(phrase: Sequence[str], said: Sequence[str]) -> int:
    """Where the words stand in a row; -1 for nowhere."""
    length = len(phrase)
    for index in range(len(said) - length + 1):
        if tuple(said[index : index + length]) == tuple(phrase):
            return index
    return -1


def _spoken(name: str) -> tuple[str, ...]:
    return plain_words(name.replace("_", " "))


def _apart(name: str) -> tuple[str, ...]:
    """ "rover1" as "rover 1"."""
    return plain_words(re.sub(r"(?<=\D)(?=\d)", " ", name.replace("_", " ")))
