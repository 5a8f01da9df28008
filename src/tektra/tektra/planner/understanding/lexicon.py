# SPDX-License-Identifier: Apache-2.0
"""A language and a scene, each with the tree of its phrases and the sentences that begin with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from tektra.common.errors import ConfigError
from tektra.language.text import Token
from tektra.planner.understanding.arguments import properties
from tektra.planner.understanding.names import NAME, ROBOT, in_language, named_phrases, robot_phrases, stems
from tektra.planner.understanding.phrasebook import HEAD, VALUE, Meaning, Phrasebook
from tektra.planner.understanding.scene import KnownRobot, Named, Scene, Sort
from tektra.planner.understanding.templates import Phrase
from tektra.planner.understanding.tokens import parts, tokens
from tektra.planner.understanding.vocabulary import Frame, Use, Vocabulary, frames_of

#: The annotation of a skill's schema that gives its sentences by language: {"en": ["mow the lawn [for {minutes}]"]}.
SENTENCES = "x-tektra-sentences"
#: So many sentences of a skill are taken, and so many ways to say each.
MAX_OWN, MAX_OWN_FORMS = 20, 200
#: Kinds of words that no chunk is made of: each has a tree of its own.
APART = ("choosing", "at_rest")


@dataclass(frozen=True)
class Lexicon:
    """A vocabulary with its tree of phrases, and its frames by their first run of words. Made once for a language."""

    vocabulary: Vocabulary
    book: Phrasebook
    runs: Phrasebook
    frames: dict[Phrase, list[Frame]]
    #: Words that an order begins with, those that may stand within a sentence's words, all words of the language, and pronouns that a verb may carry at its end.
    verbs: frozenset[str]
    between: frozenset[str]
    light: frozenset[str]
    known: frozenset[str]
    enclitics: Mapping[str, Meaning]
    #: What one chooses with, around the name of what is chosen; and how one says that an order ends.
    choosing: Phrasebook
    at_rest: Phrasebook
    #: Between the word for a sort of thing and what tells it from others ("that is"), and behind that ("der grün ist").
    relative: tuple[Phrase, ...] = ()
    behind: tuple[Phrase, ...] = ()
    #: What a clause is made of that only points out whom the sentence is about ("it is", "that"), by its part.
    cleft: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    #: Words that join clauses: "and"; and those that a recogniser writes for a number in a robot's name: "rover won".
    joining: frozenset[str] = frozenset()
    sounds: Mapping[str, str] = field(default_factory=dict)
    #: Verbs that tell several to do something, and pronouns that mean several: "kommt", "them".
    plural: frozenset[str] = frozenset()
    #: Words that are typed without their apostrophe, as what they are made of: "lets" is "let", "s".
    unapostrophed: Mapping[str, Phrase] = field(default_factory=dict)

    def is_plural(self, text: str) -> bool:
        return " ".join(parts(text)) in self.plural

    def before_pronoun(self, row: Sequence[Token], index: int) -> bool:
        """Whether a pronoun stands there: "il" of "s'il"."""
        found = self.book.at(row, index, {}, self.vocabulary.articles)
        return any(meaning.kind == "references" for _, meant in found for meaning in meant)

    def says_when(self, row: Sequence[Token], first: int, last: int) -> bool:
        """Whether "when", "as soon as" stands within: "tell me when it arrives"."""
        inner = (self.book.at(row, at, {}, self.vocabulary.articles) for at in range(first + 1, last))
        return any(
            m.kind in ("after", "if", "whenever") for found in inner for _, meant in found for m in meant
        )

    def more_within(self, row: Sequence[Token], first: int, last: int) -> list[Meaning]:
        """ "one more metre", "another metre": before the unit it says that so much is meant beside what was ordered before."""
        inner = (self.book.at(row, at, {}, self.vocabulary.articles) for at in range(first, last - 1))
        return [m for found in inner for _, meant in found for m in meant if m.kind == "more"][:1]

    @cached_property
    def plain_orders(self) -> Mapping[tuple[str, tuple[str, ...]], Frame]:
        """By skill and slots, the first way to order it of which the words decide nothing more."""
        orders: dict[tuple[str, tuple[str, ...]], Frame] = {}
        for frame in (frame for begun in self.frames.values() for frame in begun):
            if frame.use is Use.SKILL and not frame.done and not frame.fixed:
                orders.setdefault((frame.name, frame.slots), frame)
        return orders

    @cached_property
    def of_one_value(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Each skill that may be ordered with one slot, and that slot."""
        skills = (frame for begun in self.frames.values() for frame in begun if frame.use is Use.SKILL)
        return tuple({(frame.name, frame.slots): None for frame in skills if len(frame.slots) == 1})


@dataclass(frozen=True)
class SceneLexicon:
    """What a scene adds to a language: names, and the sentences that robots bring. Made once for a scene."""

    book: Phrasebook
    runs: Phrasebook
    frames: dict[Phrase, list[Frame]]
    stems: frozenset[str] = field(default_factory=frozenset)
    #: The words in the names of things and spots.
    called: Mapping[Named, frozenset[str]] = field(default_factory=dict)


class SmallTalk:
    """What people say in any language without ordering anything; a robot that announces such words does not obey them."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._by_first: dict[str, set[Phrase]] = {}
        for phrase in phrases:
            self._by_first.setdefault(phrase[0], set()).add(phrase)

    def with_(self, phrases: Iterable[Phrase]) -> SmallTalk:
        return SmallTalk([*(phrase for known in self._by_first.values() for phrase in known), *phrases])

    def covers(self, words: Sequence[str]) -> bool:
        """Whether the words are such phrases, one behind the other, and nothing else."""
        reached = {0}
        for at in range(len(words)):
            if at in reached:
                known = self._by_first.get(words[at], ())
                reached |= {at + len(p) for p in known if tuple(words[at : at + len(p)]) == p}
        return bool(words) and len(words) in reached


def make_lexicon(vocabulary: Vocabulary) -> Lexicon:
    book, runs = Phrasebook(), Phrasebook()
    apart = {kind: Phrasebook() for kind in APART}
    frames: dict[Phrase, list[Frame]] = {}
    enclitics: dict[str, Meaning] = {}
    for kind, value, phrase in vocabulary.words:
        if kind in (
            "between",
            "light",
            "stating",
            "relative",
            "sounds",
            "plural",
            "hindering",
            "cleft",
            "why_not",
            "among",
            "plural_ends",
            "unapostrophed",
        ):
            continue
        if kind in apart:
            apart[kind].add(phrase, Meaning(kind))
        elif kind == "enclitics":
            enclitics[phrase[0]] = Meaning("references" if value else "fillers", value)
        else:
            book.add(phrase, Meaning(kind, value))
    for argument, table in vocabulary.values.items():
        for value, said in table.items():
            for phrase in said:
                book.add(phrase, Meaning(VALUE, f"{argument}={value}"))
    _add_frames(vocabulary.frames, vocabulary, runs, frames)
    light = frozenset(phrase[0] for kind, _, phrase in vocabulary.words if kind == "light")
    between = vocabulary.articles | {phrase[0] for kind, _, phrase in vocabulary.words if kind == "between"}
    verbs = {run[0] for run, begun in frames.items() if any(frame.use is Use.SKILL for frame in begun)}
    known = {word for kind, _, phrase in vocabulary.words if kind != "at_rest" for word in phrase}
    known |= {word for begun in frames.values() for frame in begun for run in frame.phrases for word in run}
    relative, behind = (
        tuple(phrase for kind, value, phrase in vocabulary.words if kind == "relative" and value == where)
        for where in ("between", "behind")
    )
    return Lexicon(
        vocabulary, book, runs, frames, frozenset(verbs), between, light, frozenset(known), enclitics,
        apart["choosing"], apart["at_rest"], relative, behind, vocabulary.by_value("cleft"),
        frozenset(phrase[0] for kind, _, phrase in vocabulary.words if kind == "and" and len(phrase) == 1),
        {phrase[0]: value for kind, value, phrase in vocabulary.words if kind == "sounds"},
        frozenset(" ".join(phrase) for kind, _, phrase in vocabulary.words if kind == "plural"),
        {"".join(phrase): phrase for kind, _, phrase in vocabulary.words if kind == "unapostrophed"},
    )  # fmt: skip


def make_scene_lexicon(scene: Scene, vocabulary: Vocabulary, small: SmallTalk) -> SceneLexicon:
    book, runs = Phrasebook(), Phrasebook()
    frames: dict[Phrase, list[Frame]] = {}
    for name, phrase in robot_phrases(scene.robots, vocabulary):
        book.add(phrase, Meaning(ROBOT, name))
    called: dict[Named, frozenset[str]] = {}
    for named, phrase in named_phrases(scene, vocabulary):
        book.add(phrase, Meaning(NAME, " ".join(phrase), named=named))
        if len(named) == 1 and named[0].sort in (Sort.OBJECT, Sort.SPOT):
            called[named[0]] = called.get(named[0], frozenset()).union(phrase)
    for robot in scene.robots:
        own = (f for f in _own_frames(robot, vocabulary.language) if not small.covers(sum(f.phrases, ())))
        _add_frames(own, vocabulary, runs, frames)
        for argument, value, phrase in _own_values(robot, vocabulary):
            book.add(phrase, Meaning(VALUE, f"{argument}={value}"))
    return SceneLexicon(book, runs, frames, stems(scene.robots), called)


def _own_frames(robot: KnownRobot, language: str) -> Iterator[Frame]:
    """The sentences that a robot brings. It is outside data: only so many are taken, and one that cannot be read is left out."""
    for skill in robot.skills:
        announced = skill.schema.get(SENTENCES)
        given = announced.get(language) if isinstance(announced, Mapping) else None
        brought = [text for text in given if isinstance(text, str)] if isinstance(given, list) else []
        for said in [*in_language(skill.sentences, language), *brought][:MAX_OWN]:
            try:
                yield from frames_of(Use.SKILL, skill.name, [said], {}, robot=robot.name, most=MAX_OWN_FORMS)
            except ConfigError:
                continue


def _own_values(robot: KnownRobot, vocabulary: Vocabulary) -> Iterator[tuple[str, str, Phrase]]:
    """Values of enums: their own words, and those that the schema gives for the language."""
    for skill in robot.skills:
        for argument, schema in properties(skill).items():
            values = schema.get("enum")
            words = schema.get("x-tektra-words")
            said = words.get(vocabulary.language) if isinstance(words, dict) else None
            for value in values if isinstance(values, list) else []:
                if isinstance(value, str):
                    more = said.get(value, []) if isinstance(said, dict) else []
                    for text in (value, *(more if isinstance(more, list) else [])):
                        if phrase := tuple(token.plain for token in tokens(str(text).replace("_", " "))):
                            yield argument, value, phrase


def _add_frames(
    frames: Iterable[Frame], vocabulary: Vocabulary, runs: Phrasebook, found: dict[Phrase, list[Frame]]
) -> None:
    articles = vocabulary.articles
    prepositions = {phrase for kind, _, phrase in vocabulary.words if kind == "prepositions"}
    alike: dict[tuple[object, ...], list[Frame]] = {}
    added: set[Phrase] = set()
    bares: dict[Phrase, Phrase] = {}
    for frame in frames:
        found_runs: list[Phrase] = []
        made_of: list[int] = [0]  # of so many runs of the template, how many are found
        for run in frame.phrases:
            if (bare := bares.get(run)) is None:
                bare = bares[run] = tuple(word for word in run if word not in articles)
            if len(bare) > 1 and bare[-1:] in prepositions and frame.robot:
                found_runs += [bare[:-1], bare[-1:]]
            elif bare:
                found_runs.append(bare)
            made_of.append(len(found_runs))
        if not found_runs:
            continue
        phrases, after = tuple(found_runs), tuple(made_of[runs] for runs in frame.after)
        alters = (phrases, after) != (frame.phrases, frame.after)
        made = replace(frame, phrases=phrases, after=after) if alters else frame
        known = alike.setdefault((made.name, made.phrases, made.slots, after), [])
        if made in known:
            continue
        known.append(made)
        found.setdefault(found_runs[0], []).append(made)
        for run in found_runs:
            if run not in added:
                added.add(run)
                runs.add(run, Meaning(HEAD, " ".join(run)))
