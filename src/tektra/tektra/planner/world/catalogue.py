# SPDX-License-Identifier: Apache-2.0
"""Who is there and what they can do: the live robots as they announce themselves, and Tektra. Immutable."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tektra.common.errors import InputError
from tektra.language.stop import stops_by_name
from tektra.planner.plans.plan import SELF, STEP_KEYS
from tektra.planner.world.announced_schema import read_schema

Schema = Mapping[str, object]
#: Sentences or names by language; the key "" holds for all.
ByLanguage = Mapping[str, tuple[str, ...]]
MAX_SKILLS = 64
MAX_ROBOTS = 200
MAX_SENTENCE_CHARS = 300
MAX_WORDS_CHARS = 10_000
#: Sentences or names of one language.
MAX_PHRASES = 40
SKILL_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,47}")
ROBOT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")


@dataclass(frozen=True)
class Skill:
    """A skill as announced: `schema` is the JSON schema (object) of its arguments.

    `sentences`: how people ask for it, by language, as KnownSkill.sentences in understanding/scene.py.
    """

    name: str
    sentence: str
    schema: Schema
    sentences: ByLanguage = field(default_factory=dict)


@dataclass(frozen=True)
class Actor:
    """A robot, or Tektra itself. `instance` differs for each start of its driver.

    `names`: what else it answers to, by language. `refused`: announced skills that are not used, and why.
    """

    name: str
    kind: str
    instance: str
    skills: tuple[Skill, ...]
    names: ByLanguage = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)

    def skill(self, name: str) -> Skill | None:
        return next((skill for skill in self.skills if skill.name == name), None)


@dataclass(frozen=True)
class Catalogue:
    """Everyone who can carry out a step, by name, in the order of names, Tektra last."""

    actors: Mapping[str, Actor] = field(default_factory=dict)

    @property
    def robots(self) -> tuple[str, ...]:
        return tuple(name for name in self.actors if name != SELF)

    def with_actor(self, actor: Actor) -> Catalogue:
        return _ordered({**self.actors, actor.name: actor})

    def without(self, name: str) -> Catalogue:
        return _ordered({known: actor for known, actor in self.actors.items() if known != name})


def _ordered(actors: Mapping[str, Actor]) -> Catalogue:
    return Catalogue(dict(sorted(actors.items(), key=lambda item: (item[0] == SELF, item[0]))))


def read_skill(name: str, sentence: str, schema_text: str, sentences_text: str = "") -> Skill:
    """A skill from an announcement. Raises InputError for one that cannot be used."""
    try:
        if not SKILL_NAME.fullmatch(name):
            raise ValueError("its name is not up to 48 letters, digits and underscores")
        schema = read_schema(schema_text)
        if taken := [key for key in STEP_KEYS if key in schema.get("properties", {})]:
            raise ValueError(f"an argument may not be called {taken[0]!r}")
        sentences = read_words(sentences_text)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"the skill {name[:60]!r} is unusable ({str(error)[:160]})", "correct its driver"
        ) from None
    return Skill(name, one_line(sentence), schema, sentences)


def read_actor(
    name: str, kind: str, instance: str, skills: Iterable[tuple[str, str, str, str]], names_text: str = ""
) -> Actor:
    """A robot from its announcement: a skill that is unusable is left out, all else works.

    `skills`: name, sentence, schema and sentences of each, as read_skill() takes them. Raises InputError for a name that
    cannot be used.
    """
    if not ROBOT_NAME.fullmatch(name):
        raise InputError(f"no robot may be called {name[:60]!r}", "use letters, digits and underscores")
    if stops_by_name(name):
        raise InputError(f"no robot may be called {name!r}: the word stops", "give it a name of its own")
    used: dict[str, Skill] = {}
    refused: dict[str, str] = {}
    for number, skill in enumerate(skills):
        called = one_line(skill[0])[:60]
        if number >= MAX_SKILLS:
            refused[called] = f"a robot may announce {MAX_SKILLS} skills"
            break
        try:
            used.setdefault(skill[0], read_skill(*skill))
        except InputError as error:
            refused[called] = error.what
    try:
        names = read_words(names_text)
    except ValueError as error:
        names, refused["its names"] = {}, str(error)
    return Actor(name, one_line(kind)[:30], instance[:100], tuple(used.values()), names, refused)


def read_words(text: str) -> ByLanguage:
    """Sentences or names by language, from a JSON object. Raises ValueError saying what is wrong."""
    if len(text) > MAX_WORDS_CHARS:
        raise ValueError(f"its sentences have more than {MAX_WORDS_CHARS} characters")
    found = json.loads(text or "{}")
    if not isinstance(found, dict) or len(found) > 30:
        raise ValueError("its sentences are no object by language")
    words = {}
    for language, phrases in found.items():
        if not isinstance(phrases, list) or len(phrases) > MAX_PHRASES or len(language) > 10:
            raise ValueError(f"its sentences of {language[:10]!r} are not a list of at most {MAX_PHRASES}")
        if any(not isinstance(phrase, str) or len(phrase) > MAX_SENTENCE_CHARS for phrase in phrases):
            raise ValueError(
                f"a sentence of {language!r} is no text of at most {MAX_SENTENCE_CHARS} characters"
            )
        words[language] = tuple(map(one_line, phrases))
    return words


def one_line(text: str) -> str:
    """Announced text as one line without control characters, not too long."""
    plain = "".join(character if character.isprintable() else " " for character in text[:MAX_SENTENCE_CHARS])
    return " ".join(plain.split())


def _own(name: str, sentence: str, properties: dict[str, Schema]) -> Skill:
    required = list(properties)
    schema = {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
    return Skill(name, sentence, schema)


#: Faces that Tektra can put on, as /tektra/avatar/express knows them.
EXPRESSIONS = ("neutral", "happy", "sad", "surprised", "thinking", "attentive", "concerned")
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 500}
#: What Tektra itself can do; announced on /tektra/description like a robot's skills.
OWN_SKILLS = (
    _own("say", "Say a sentence aloud.", {"text": _TEXT}),
    _own("look", "Tell what the camera sees now.", {}),
    _own(
        "express",
        "Put on a facial expression.",
        {"expression": {"type": "string", "enum": list(EXPRESSIONS)}},
    ),
    _own("remember", "Keep a fact for later conversations.", {"text": _TEXT}),
    _own("wait", "Wait some seconds.", {"seconds": {"type": "number", "minimum": 0.0, "maximum": 600.0}}),
)


def tektra(instance: str) -> Actor:
    """Tektra as one of those who can carry out a step."""
    return Actor(SELF, "assistant", instance, OWN_SKILLS)
