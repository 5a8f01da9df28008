# SPDX-License-Identifier: Apache-2.0
"""Answers in English to questions about what is seen, from data alone, and no surer than the data."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tektra.vision.asked import BEGINS, COMPARED, NEGATED, PLAIN, SORTS, beyond, number_of, side_of
from tektra.vision.expression import NEUTRAL
from tektra.vision.scene import PROBABLE, SURE, Scene, told
from tektra.vision.sightings import FACE, Kind
from tektra.vision.words import count_of, listed

PERSON = "person"
#: Words for people that are no class of a detector.
PEOPLE = "anybody anyone somebody someone nobody people who man men woman women human humans guest guests child children boy boys girl girls baby babies kid kids".split()
#: What a face may show, by the words that ask for it.
MOODS = {
    "happy": "happy smile smiles smiling laugh laughing glad cheerful".split(),
    "sad": "sad unhappy crying".split(),
    "angry": "angry cross furious annoyed".split(),
    "surprised": "surprised astonished amazed".split(),
}
MOOD = "mood expression feel feels feeling face look looks".split()
FREE = "free empty vacant unoccupied".split()
#: What is free when nobody is in it, and what only when nothing lies there, which no detector tells of whatever it does not know.
ROOMS = "room kitchen hall hallway bathroom bedroom office studio lab workshop garage garden porch lounge place house home here there it".split()
GROUND = "way path passage route floor ground corridor aisle door doorway shelf desk dock track".split()
UNKNOWN, UNNAMED = "I do not know.", "I would not recognise what you call"
#: Who makes a room other than free.
OCCUPANTS = (PERSON, "cat", "dog")
ASKED = re.compile(
    r"\b(?:is there|are there|do you see|can you see|how many)\s+(?:an?\b|any\b|the\b|some\b)?\s*([a-z]+)"
)


def answer(question: str, scene: Scene, known_classes: Sequence[str]) -> str:
    """What the scene says to a question: of moods, of a room that is free, of the classes that it names; else all of it. What the
    question asks beyond that is not known, and that is said first."""
    words = re.findall(r"[a-z0-9]+", question.lower())
    if not words or not scene.looks:
        return scene.description
    asked = _classes(words, known_classes)
    if moods := [mood for mood, names in MOODS.items() if set(words) & set(names)]:
        others = [name for name in asked if name != PERSON]
        return f"{UNKNOWN} {_of(others, scene)}" if others else _mood(moods, words, scene)
    if set(words) & set(FREE):
        return _free(words, asked, scene)
    more = beyond(words, asked, [*PEOPLE, *SORTS])
    if asked:
        return _asked_of(words, asked, more, scene)
    unknown = ASKED.search(" ".join(words))
    if unknown and unknown[1] not in (*PEOPLE, *PLAIN):
        return f"{UNNAMED} {unknown[1]}. {scene.description}"
    return f"{UNKNOWN} {scene.description}" if more and words[0] in BEGINS else scene.description


def answers(words: str) -> bool:
    """Whether an answer tells anything of what was asked, and not only what is seen besides."""
    return not words.startswith((UNKNOWN, UNNAMED))


def _asked_of(words: Sequence[str], asked: Sequence[str], more: Sequence[str], scene: Scene) -> str:
    """Of these classes."""
    seen = [s for s in scene.seen if s.kind is Kind.OBJECTS and s.class_id in asked]
    sort = next((word for word in words if word in SORTS), "")
    if not seen:  # of what is not there, nothing else is to be told
        return _of(asked, scene)
    if more or COMPARED.search(" ".join(words)):
        return f"{UNKNOWN} {_of(asked, scene)}"
    if NEGATED.search(" ".join(words)):
        return f"Judge for yourself: {_of(asked, scene)}"
    if sort and any(s.class_id == PERSON for s in seen):
        return f"{_of(asked, scene)} Who of people is called {sort} I cannot tell."
    side = side_of(words)
    if side and any(s.count > 1 for s in seen):
        return f"{_of(asked, scene)} How many of them are on that side I do not know."
    number = number_of(words)
    if (
        number is not None
        and len(seen) == 1
        and len(asked) == 1
        and seen[0].confidence >= SURE
        and not seen[0].more
    ):
        right = seen[0].count == number and side in ("", seen[0].where)
        return f"{'Yes' if right else 'No'}: {_of(asked, scene)}"
    return _of(asked, scene)


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


def _mood(asked: Sequence[str], words: Sequence[str], scene: Scene) -> str:
    faces = [s for s in scene.seen if s.class_id == FACE]
    if not faces:
        return "I see no face well enough to tell."
    if faces[0].count > 1:
        return f"I see {count_of(FACE, faces[0].count)}, and cannot tell whose you mean."
    shown = faces[0].expression
    if not shown:
        return "I cannot tell: the face shows nothing clearly."
    looks = "shows nothing clearly" if shown == NEUTRAL else f"looks {shown}"
    people = sum(s.count + s.more for s in scene.seen if s.class_id == PERSON)
    if (
        len(asked) > 1
        or people > 1
        or NEGATED.search(" ".join(words))
        or words[0] in ("who", "whose", "why", "which")
    ):
        return f"The face that I see {looks}; whose it is, and what the person feels, I do not know."
    if shown == asked[0]:
        return f"Yes, the face looks {shown}; what the person feels I cannot see."
    return f"Not that I can see: the face {looks}."


def _free(words: Sequence[str], asked: Sequence[str], scene: Scene) -> str:
    there = [s for s in scene.seen if s.class_id in OCCUPANTS or s.class_id == FACE]
    told = _of([s.class_id for s in there if s.class_id != FACE], scene) or "I see a face."
    things = [name for name in asked if name != PERSON]
    if things:
        return f"I do not know whether anybody uses it: {_of(things, scene)}{f' {told}' if there else ''}"
    if set(words) & set(GROUND):
        return f"I do not know: I cannot see whether something lies there. {scene.description}"
    if not set(words) & set(ROOMS):
        return f"{UNKNOWN} {scene.description}"
    if not there:
        return "I see nobody there; of what the picture does not show I know nothing."
    return f"No: {told}"
