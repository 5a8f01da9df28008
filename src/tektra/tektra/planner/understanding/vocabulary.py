# SPDX-License-Identifier: Apache-2.0
"""One language as data: its small words, and how orders, questions and events are said in it.

All files of config/language/<code>/sentences/ belong together, and those of a person's own folder are
added to them: docs/languages.md tells how to write one. Nothing here is mutable once it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from tektra.common.errors import ConfigError
from tektra.language.files import read_file
from tektra.planner.understanding.templates import Form, Phrase, forms, phrases
from tektra.planner.understanding.tokens import parts

#: Words by what they do in a sentence; each is a list of templates, or a mapping from a value to one.
LISTS = (
    "thanks",
    "articles", "between", "fillers", "requests", "causative", "and", "then", "meanwhile", "same_time", "after", "before", "sooner", "sooner_behind", "until", "if", "whenever",
    "or", "but", "not", "dismiss", "in_place_of", "except", "repair", "instead", "every", "more", "agree", "refuse", "interrogatives", "asks", "able", "impossible", "too", "qualities", "asking", "at_once", "meantime", "stating", "respective", "people", "hesitations", "without", "denials", "supposing", "unquoted", "wishes", "choosing", "leaving", "at_rest", "light", "in_turn", "meets", "only", "circles", "ourselves", "whether", "plural", "using", "because", "telling", "among", "before_amounts", "unapostrophed", "narrated",
)  # fmt: skip
MAPPINGS = (
    "prepositions", "directions", "modals", "groups", "kinds", "references", "ordinals", "repeats", "indirect", "time", "enclitics",
    "relative", "sounds", "asked_of_you", "contracted", "hindering", "cleft", "why_not", "plural_ends",
)  # fmt: skip
#: Those that order nothing, alone or together.
SMALL = frozenset(("fillers", "requests", "wishes", "agree", "refuse", "repair"))
#: What makes it certain that a sentence is meant as it says.
SURE = ("", "measured", "spoken_of", "denied", "timed")
#: Everything else that a file of this kind may hold.
OTHERS = (
    "rules",
    "noun_first",
    "verb_last",
    "small_amounts",
    "letters",
    "no_comma_before",
    "names",
    "skills",
    "values",
    "questions",
    "events",
    "talk",
    "sentences",
)


class Use(StrEnum):
    """What a sentence of that form does."""

    SKILL = "skill"
    QUESTION = "question"
    EVENT = "event"
    TALK = "talk"


@dataclass(frozen=True)
class Part:
    """One skill of several in a row: its arguments from those of the sentence. `unless_held`: left out when that is held."""

    skill: str
    arguments: Mapping[str, str]
    unless_held: str = ""


@dataclass(frozen=True)
class Frame:
    """A way to say something: the runs of words that a clause must hold and the arguments that it may hold.

    `fixed`: arguments that the words decide. `done`: spoken of as over. `steps`: several skills in a row. `robot`: whose
    own sentence it is, empty for all. `opens`: words stand before the first argument. `lasts`: it is done again and again until it is ended.
    `sure`: what makes it certain that this is meant, else it is asked about: "measured" (an amount is given), "spoken_of" (whoever
    acted last can do it), "denied" (it says that nobody is to go: "leave rover1 where it is"), "timed" (it is told when: "remind me at six"), empty: nothing need.
    """

    use: Use
    name: str
    phrases: tuple[Phrase, ...]
    slots: tuple[str, ...]
    fixed: Mapping[str, object] = field(default_factory=dict)
    steps: tuple[Part, ...] = ()
    done: bool = False
    robot: str = ""
    opens: bool = True
    #: For each slot, the number of runs before it.
    after: tuple[int, ...] = ()
    lasts: bool = False
    sure: str = ""

    def runs_before(self, slot: str) -> int:
        return self.after[self.slots.index(slot)] if self.after and slot in self.slots else len(self.phrases)


@dataclass(frozen=True)
class Vocabulary:
    """`words`: (kind, value, phrase). `names`: what things are called in this language. `values`: words for an argument's values.

    `noun_first`: a name begins with the word that says what sort of thing it is ("cube rouge"). `verb_last`: the finite
    verb of a clause may be its last word.
    """

    language: str
    words: tuple[tuple[str, str, Phrase], ...]
    frames: tuple[Frame, ...]
    names: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Mapping[str, tuple[Phrase, ...]]]
    small_amounts: Mapping[str, float]
    sentences: Mapping[str, str]
    articles: frozenset[str]
    #: How letters that a keyboard lacks are written: "oe" for "ö", by their plain forms.
    letters: Mapping[str, str] = field(default_factory=dict)
    noun_first: bool = False
    #: Words before which a comma is spelling, and parts nothing: "sorge dafür, dass ...".
    no_comma_before: frozenset[str] = frozenset()
    verb_last: bool = False

    @cached_property
    def stating(self) -> frozenset[str]:
        """Finite verbs of what is told and not ordered: "is", "has"."""
        return frozenset(word for kind, _, phrase in self.words if kind == "stating" for word in phrase)

    @cached_property
    def hindering(self) -> Mapping[str, frozenset[Phrase]]:
        """What speaks against an order where it is told of a "place", of a "way" to it, or of a "robot"; words for a "way"; and what
        says that it is "over"."""
        return {value: frozenset(said) for value, said in self.by_value("hindering").items()}

    def by_value(self, kind: str) -> Mapping[str, tuple[Phrase, ...]]:
        """The phrases of a mapping of the file, by what they stand for."""
        told = [(value, phrase) for each, value, phrase in self.words if each == kind]
        return {value: tuple(p for of, p in told if of == value) for value in {of for of, _ in told}}

    @property
    def small_talk(self) -> frozenset[Phrase]:
        """What is said without ordering or asking anything: greetings, thanks, yes, no, fillers."""
        said = {phrase for kind, _, phrase in self.words if kind in SMALL}
        talk = (frame for frame in self.frames if frame.use is Use.TALK and not frame.slots)
        return frozenset(said | {tuple(word for run in frame.phrases for word in run) for frame in talk})


def load_vocabulary(language: str, folders: Sequence[Path]) -> Vocabulary:
    """Reads the files <folder>/<language>/sentences/*.yaml of all folders. Blocks on the disk. Raises ConfigError, naming the file."""
    files = sentence_files(language, folders)
    return make_vocabulary(language, [(str(file), read_file(file)) for file in files])


def sentence_files(language: str, folders: Sequence[Path]) -> list[Path]:
    """Of a language, in all folders, in the order in which they count. Blocks on the disk."""
    return [file for folder in folders for file in sorted((folder / language / "sentences").glob("*.yaml"))]


def make_vocabulary(language: str, files: Iterable[tuple[str, Mapping[str, object]]]) -> Vocabulary:
    """A vocabulary from the content of its files, later ones adding to earlier ones. Raises ConfigError."""
    words: list[tuple[str, str, Phrase]] = []
    frames: list[Frame] = []
    names: dict[str, tuple[str, ...]] = {}
    values: dict[str, dict[str, tuple[Phrase, ...]]] = {}
    small_amounts: dict[str, float] = {}
    sentences: dict[str, str] = {}
    noun_first = verb_last = False
    letters: dict[str, str] = {}
    no_comma: set[str] = set()
    for where, content in files:
        try:
            rules = {name: str(text) for name, text in _mapping(content.get("rules"), "rules").items()}
            words += _words(content, rules)
            noun_first = noun_first or content.get("noun_first") is True
            verb_last = verb_last or content.get("verb_last") is True
            frames += _frames(content, rules)
            for name, said in _mapping(content.get("names"), "names").items():
                called = (way for text in _texts(said, name) for way in _called(text, rules))
                names[name] = tuple(dict.fromkeys((*names.get(name, ()), *called)))
            for argument, table in _mapping(content.get("values"), "values").items():
                known = values.setdefault(argument, {})
                for value, ways in _mapping(table, argument).items():
                    known[value] = (*known.get(value, ()), *_all(_texts(ways, value), rules))
            for name, amount in _mapping(content.get("small_amounts"), "small_amounts").items():
                small_amounts[name] = float(str(amount))
            letters |= {a: str(b) for a, b in _mapping(content.get("letters"), "letters").items()}
            phrases_ = _all(_texts(content.get("no_comma_before"), "no_comma_before"), rules)
            no_comma.update(" ".join(phrase) for phrase in phrases_)
            for name, sentence in _mapping(content.get("sentences"), "sentences").items():
                sentences[name] = str(sentence)
        except ConfigError as error:
            raise ConfigError(f"{where}: {error.what}", error.remedy) from None
    articles = frozenset(phrase[0] for kind, _, phrase in words if kind == "articles" and len(phrase) == 1)
    return Vocabulary(
        language, tuple(words), tuple(frames), names, values, small_amounts, sentences, articles, letters,
        noun_first, frozenset(no_comma), verb_last,
    )  # fmt: skip


def frames_of(
    use: Use,
    name: str,
    entries: Iterable[object],
    rules: Mapping[str, str],
    *,
    robot: str = "",
    most: int = 0,
) -> Iterator[Frame]:
    """The frames of some templates, or of mappings with `say`, `done`, `with`, `steps`, `lasts` and `sure`. Raises ConfigError."""
    for entry in entries:
        given = _mapping({"say": [entry]} if isinstance(entry, str) else entry, name)
        fixed = _mapping(given.get("with"), "with")
        steps = tuple(_part(part) for part in _list(given.get("steps"), "steps"))
        lasts = given.get("lasts") is True
        sure = str(given.get("sure", ""))
        if sure not in SURE:
            raise ConfigError(
                f"{name}: sure is {sure!r}", f"write one of {', '.join(SURE[1:])}, or leave it out"
            )
        for done in (False, True):
            for template in _texts(given.get("done" if done else "say"), name):
                for form in forms(template, rules, most=most):
                    yield Frame(
                        use, name, form.phrases, form.slots, fixed, steps, done, robot, form.opens, form.after, lasts, sure,
                    )  # fmt: skip


def _frames(content: Mapping[str, object], rules: Mapping[str, str]) -> Iterator[Frame]:
    for name, entries in _mapping(content.get("skills"), "skills").items():
        yield from frames_of(Use.SKILL, name, _list(entries, name), rules)
    for name, entries in _mapping(content.get("questions"), "questions").items():
        yield from frames_of(Use.QUESTION, name, _list(entries, name), rules)
    for name, entries in _mapping(content.get("events"), "events").items():
        yield from frames_of(Use.EVENT, name, _list(entries, name), rules)
    talk = content.get("talk")
    kinds = talk if isinstance(talk, Mapping) else {"talk": talk}
    for name, entries in kinds.items():
        yield from frames_of(Use.TALK, str(name), _list(entries, str(name)), rules)


def _part(given: object) -> Part:
    part = _mapping(given, "steps")
    arguments = {name: str(text) for name, text in _mapping(part.get("arguments"), "arguments").items()}
    return Part(str(part.get("skill", "")), arguments, str(part.get("unless_held", "")))


def _words(content: Mapping[str, object], rules: Mapping[str, str]) -> Iterator[tuple[str, str, Phrase]]:
    for kind in LISTS:
        if isinstance(given := content.get(kind), list):
            for phrase in _all(_texts(given, kind), rules):
                yield kind, " ".join(phrase), phrase
    for kind in MAPPINGS:
        if isinstance(table := content.get(kind), dict):
            for value, said in table.items():
                for phrase in _all(_texts(said, str(value)), rules):
                    yield kind, str(value), phrase


def _all(templates: Iterable[str], rules: Mapping[str, str]) -> tuple[Phrase, ...]:
    return tuple(
        dict.fromkeys(phrase for template in templates for phrase in phrases(template, rules) if phrase)
    )


def _called(name: str, rules: Mapping[str, str]) -> Iterator[str]:
    """A name, or all that a template stands for: "(red|crimson) cube"."""
    if not any(mark in name for mark in "(|[<"):
        yield name
    else:
        yield from (" ".join(phrase) for phrase in _all([name], rules))


def _mapping(given: object, name: str) -> Mapping[str, object]:
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise ConfigError(f"{name} is no mapping", "write names with their values")
    return {str(key): value for key, value in given.items()}


def _list(given: object, name: str) -> list[object]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise ConfigError(f"{name} is no list", "write a list")
    return given


def _texts(given: object, name: str) -> list[str]:
    texts = [given] if isinstance(given, str) else _list(given, name)
    if not all(isinstance(text, str) for text in texts):
        raise ConfigError(
            f"{name} holds something that is no text", "put words that YAML takes for values in quotes"
        )
    return [str(text) for text in texts]


__all__ = [
    "Form", "Frame", "Part", "Use", "Vocabulary", "frames_of", "load_vocabulary", "make_vocabulary", "parts", "sentence_files",
]  # fmt: skip
