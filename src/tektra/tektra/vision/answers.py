# SPDX-License-Identifier: Apache-2.0
"""Answers in English to questions about what is seen, from data alone, and no surer than the data."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tektra.vision.expression import NEUTRAL
from tektra.vision.scene import PROBABLE, SURE, Scene, told
from tektra.vision.sightings import FACE, Kind
from tektra.vision.words import count_of, listed

PERSON = "person"
#: Words for people that are no class of a detector.
PEOPLE = "anybody anyone somebody someone nobody people who man men woman women human humans guest guests child children".split()
#: What a face may show, by the words that ask for it.
MOODS = {
    "happy": "happy smile smiles smiling laugh laughing glad cheerful".split(),
    "sad": "sad unhappy crying".split(),
    "angry": "angry cross furious annoyed".split(),
    "surprised": "surprised astonished amazed".split(),
}
MOOD = "mood expression feel feels feeling face look looks".split()
FREE = "free empty vacant unoccupied".split()
#: Who makes a room other than free.
OCCUPANTS = (PERSON, "cat", "dog")
ASKED = re.compile(
    r"\b(?:is there|are there|do you see|can you see|how many)\s+(?:an?\b|any\b|the\b|some\b)?\s*([a-z]+)"
)


def answer(question: str, scene: Scene, known_classes: Sequence[str]) -> str:
    """What the scene says to a question: of moods, of a room that is free, of the classes that it names; else all of it."""
    words = re.findall(r"[a-z0-9]+", question.lower())
    if not words or not scene.looks:
        return scene.description
    mood = next((mood for mood, names in MOODS.items() if set(words) & set(names)), "")
    if mood:
        return _mood(mood, scene)
    if set(words) & set(FREE):
        return _free(scene)
    asked = _classes(words, known_classes)
    if asked:
        return _of(asked, scene)
    unknown = ASKED.search(" ".join(words))
    if unknown and unknown[1] not in PEOPLE:
        return f"I would not recognise what you call {unknown[1]}. {scene.description}"
    return scene.description


def _classes(words: Sequence[str], known_classes: Sequence[str]) -> list[str]:
    text = f" {' '.join(words)} "
    named = [
        name
        for name in known_classes
        if f" {name} " in text or f" {count_of(name, 2).partition(' ')[2]} " in text
    ]
    # A hot dog is no dog: what stands only inside a longer name was not asked for.
    named = [name for name in named if not any(name != other and name in other.split() for other in named)]
    if set(words) & set(PEOPLE) and PERSON in known_classes and PERSON not in named:
        named.append(PERSON)
    return named


def _of(asked: Sequence[str], scene: Scene) -> str:
    found = {s.class_id: s for s in scene.seen if s.kind is Kind.OBJECTS}
    sure = [told(found[n]) for n in asked if n in found and found[n].confidence >= SURE]
    probable = [told(found[n]) for n in asked if n in found and PROBABLE <= found[n].confidence < SURE]
    possible = [told(found[n]) for n in asked if n in found and found[n].confidence < PROBABLE]
    missed = [count_of(name, 1) for name in asked if name not in found]
    sentences = [f"I see {listed(sure)}."] if sure else []
    sentences += [f"I probably see {listed(probable)}."] if probable else []
    sentences += [f"There may be {listed(possible)}."] if possible else []
    sentences += [f"I do not see {listed(missed, last='or')}."] if missed else []
    return " ".join(sentences)


def _mood(asked: str, scene: Scene) -> str:
    faces = [s for s in scene.seen if s.class_id == FACE]
    if not faces:
        return "I see no face well enough to tell."
    if faces[0].count > 1:
        return f"I see {count_of(FACE, faces[0].count)}, and cannot tell whose you mean."
    shown = faces[0].expression
    if not shown:
        return "I cannot tell: the face shows nothing clearly."
    if shown == asked:
        return f"Yes, the face looks {shown}; what the person feels I cannot see."
    looks = "shows nothing clearly" if shown == NEUTRAL else f"looks {shown}"
    return f"Not that I can see: the face {looks}."


def _free(scene: Scene) -> str:
    there = [s for s in scene.seen if s.class_id in OCCUPANTS or s.class_id == FACE]
    if not there:
        return "I see nobody there; of what the picture does not show I know nothing."
    return f"No: {_of([s.class_id for s in there if s.class_id != FACE], scene) or 'I see a face.'}"
