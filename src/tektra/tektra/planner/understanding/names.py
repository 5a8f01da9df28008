# SPDX-License-Identifier: Apache-2.0
"""By which phrases the robots, places, things and people of a scene are called. Plain functions on data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tektra.language.quantities import Kind, find
from tektra.planner.understanding.scene import ByLanguage, KnownRobot, Named, Scene, Sort
from tektra.planner.understanding.templates import Phrase
from tektra.planner.understanding.tokens import parts
from tektra.planner.understanding.vocabulary import Vocabulary

#: Kinds of chunk that names make; the value is the own name, or several own names where a phrase fits several.
ROBOT, NAME = "robot", "name"


def in_language(words: ByLanguage, language: str) -> tuple[str, ...]:
    """The words of that language, and those that hold for all."""
    return (*words.get(language, ()), *words.get("", ()))


def robot_phrases(robots: Sequence[KnownRobot], vocabulary: Vocabulary) -> Iterator[tuple[str, Phrase]]:
    """(own name, phrase) for each way to call each robot."""
    kinds, ordinals = _of_one_word("kinds", vocabulary), _of_one_word("ordinals", vocabulary)
    for robot in robots:
        for name in (robot.name, *in_language(robot.names, vocabulary.language)):
            if phrase := without_articles(parts(name), vocabulary):
                yield robot.name, phrase
        own = parts(robot.name)
        number = own[-1] if len(own) == 2 else ""  # "the second rover" is the one that has it
        called = sorted({*kinds.get(robot.kind, ()), own[:1]})
        yield from ((robot.name, (*nth, *one)) for nth in ordinals.get(number, ()) for one in called)


def _of_one_word(kind: str, vocabulary: Vocabulary) -> dict[str, list[Phrase]]:
    """By value, the words of that kind that are one word, each once."""
    found: dict[str, dict[Phrase, None]] = {}
    for own, value, phrase in vocabulary.words:
        if own == kind and len(phrase) == 1:
            found.setdefault(value, {})[phrase] = None
    return {value: list(said) for value, said in found.items()}


def named_phrases(scene: Scene, vocabulary: Vocabulary) -> Iterator[tuple[tuple[Named, ...], Phrase]]:
    """(what it may mean, phrase) for each way to call what has a name.

    A part of a name that says what sort of thing it is ("cube" of "red cube", "dock" of "dock1") means all things that
    are called so; what tells them apart is enough where "one" follows ("the red one").
    """
    own: dict[Phrase, dict[str, Named]] = {}
    partly: dict[Phrase, dict[str, Named]] = {}
    ones = [phrase for kind, value, phrase in vocabulary.words if (kind, value) == ("references", "one")]
    ends = [value for kind, value, _ in vocabulary.words if kind == "plural_ends"]
    among = [
        tuple(word for word in phrase if word not in vocabulary.articles)
        for kind, _, phrase in vocabulary.words
        if kind == "among"
    ]
    for named in scene.named:
        for name in (named.name, *named.aliases, *vocabulary.names.get(named.name, ())):
            phrase = without_articles(parts(name), vocabulary)
            if not phrase:
                continue
            own.setdefault(phrase, {})[named.name] = named
            if len(phrase) < 2 or named.sort is Sort.PERSON:
                continue
            head, tells = _parted(phrase, vocabulary)
            numbered = _is_number(phrase[-1], vocabulary.language)
            if numbered or named.sort is not Sort.PLACE or not vocabulary.noun_first:
                partly.setdefault(head, {})[named.name] = named
            if named.sort is Sort.OBJECT and not numbered:
                for plural in _plurals(head, ends):
                    for one_of in among:
                        partly.setdefault((*one_of, *plural), {})[named.name] = named
            if named.sort in (Sort.OBJECT, Sort.SPOT) and not numbered:
                for one in ones:
                    told = (*one, *tells) if vocabulary.noun_first else (*tells, *one)
                    partly.setdefault(told, {})[named.name] = named
                if vocabulary.noun_first and len(tells) == 1:
                    partly.setdefault(tells, {})[named.name] = named  # "le rouge"
    for phrase, found in own.items():
        yield tuple(found.values()), phrase
    for phrase, found in partly.items():
        if phrase not in own:
            yield tuple(found.values()), phrase


def _parted(phrase: Phrase, vocabulary: Vocabulary) -> tuple[Phrase, Phrase]:
    """The words that say what sort of thing it is, and those that tell it from others of its sort."""
    if _is_number(phrase[-1], vocabulary.language):
        return phrase[:-1], phrase[-1:]
    return (phrase[:1], phrase[1:]) if vocabulary.noun_first else (phrase[-1:], phrase[:-1])


def _plurals(head: Phrase, ends: Sequence[str]) -> set[Phrase]:
    """ "one of the cubes": any of several of a sort, whose word may be in the plural; an ending behind "-" takes the last letter's
    place."""
    several = (f"{head[-1][:-1]}{end[1:]}" if end[0] == "-" else head[-1] + end for end in ends)
    return {head, *((*head[:-1], word) for word in several)}


def _is_number(word: str, language: str) -> bool:
    """ "2", "two": it tells the second dock from the first, and is no dock itself."""
    return word.isdigit() or any(q.kind is Kind.COUNT and q.text == word for q in find(word, language))


def without_articles(phrase: Phrase, vocabulary: Vocabulary) -> Phrase:
    return tuple(word for word in phrase if word not in vocabulary.articles) or phrase


def stems(robots: Sequence[KnownRobot]) -> frozenset[str]:
    """What stands before the number in robots' names: "rover" of rover1."""
    cut = (parts(robot.name) for robot in robots)
    return frozenset(name[0] for name in cut if len(name) == 2 and name[1].isdigit())
