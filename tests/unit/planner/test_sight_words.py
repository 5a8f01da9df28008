# SPDX-License-Identifier: Apache-2.0
"""What vision answers in English is asked for and said in the languages that have a file for it; what is not known stays English as a whole."""

from functools import partial

import numpy as np
import pytest

from tektra.language import files
from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.sight_words import SightWords, sight_words
from tektra.vision.answers import answer
from tektra.vision.backends.colours import colour_of
from tektra.vision.object_memory import ObjectMemory
from tektra.vision.recollection import Recollection
from tektra.vision.relations import relation_answer
from tektra.vision.scene import SceneMemory
from tektra.vision.sightings import Box, Kind, Sighting
from tektra.vision.surfaces import Standing
from tektra.vision.tracker import Track

LANGUAGES = ("de", "fr", "es", "it")
CLASSES = ("person", "cup", "bottle", "dog", "book", "red cube", "sports ball")


def told_in(language: str) -> SightWords:
    return sight_words(language, replies(language).at)


@pytest.mark.parametrize("language, words, english", [
    ("de", "Welche Farbe hat der Ball?", "what colour is the ball?"),
    ("de", "Was steht rechts vom roten Würfel?", "what is right of the red cube?"),
    ("de", "Wo hast du meine Tasse zuletzt gesehen?", "where did you last see the cup?"),
    ("de", "Lächelt die Person?", "is the person smiling?"),
    ("de", "Ist die Person wütend?", "is the person angry?"),
    ("de", "Sind es drei Tassen?", "are there 3 cup?"),
    ("de", "Steht die Flasche links?", "is the bottle on the left?"),
    ("de", "Siehst du da irgendwo einen Elefanten?", "is there a elephant?"),
    ("fr", "De quelle couleur est la bouteille ?", "what colour is the bottle?"),
    ("fr", "Qu'est-ce qui est écrit sur le panneau ?", "what does the sign say?"),
    ("fr", "Qu'est-ce qui a changé ?", "what has changed?"),
    ("fr", "Combien de personnes vois-tu ?", "how many person are there?"),
    ("es", "¿Dónde viste las tijeras por última vez?", "where did you last see the scissors?"),
    ("es", "¿De qué lado está la botella?", "on which side is the bottle?"),
    ("es", "¿Está triste la mujer?", "is the person sad?"),
    ("it", "Quante persone ci sono?", "how many person are there?"),
    ("it", "Di che colore è il cubo?", "what colour is the cube?"),
    ("it", "Cosa c'è a sinistra della tazza?", "what is left of the cup?"),
    ("en", "How many mugs do you count?", "how many cup are there?"),
    ("en", "Is the person smiling?", "Is the person smiling?"),
    ("en", "Is the bottle on the left?", "Is the bottle on the left?"),
])  # fmt: skip
def test_a_question_is_put_into_english(language: str, words: str, english: str) -> None:
    assert told_in(language).english(words) == english


@pytest.mark.parametrize("language, words", [
    ("de", "Fahr in die Küche"), ("de", "Welche Farbe hat der Himmel?"), ("de", "Siehst du einen Wasserkocher?"), ("de", "Wie viele Roboter sind da?"),
    ("de", "Ist rover1 links?"), ("fr", "Où est rover1 ?"), ("fr", "Quelle heure est-il ?"), ("es", "¿Dónde está rover2?"), ("es", "Ve a la cocina"),
    ("es", "¿Cuántos cubos hay?"), ("it", "Dove sei?"), ("it", "Quanti robot ci sono?"), ("en", "what time is it?"), ("en", "are you angry?"), ("en", "turn left"),
])  # fmt: skip
def test_others_are_none_for_vision(language: str, words: str) -> None:
    assert told_in(language).english(words) == ""


IMAGE = np.full((480, 640, 3), 128, np.uint8)


def thing(name: str, x: int, bgr: tuple[int, int, int] | None = None, score: float = 0.8) -> Sighting:
    if bgr:
        IMAGE[300:350, x : x + 40] = bgr
    return Sighting(Kind.OBJECTS, name, score, Box(x, 300, 40, 50))


SMILE = dict.fromkeys(("mouthSmileLeft", "mouthSmileRight", "cheekSquintLeft", "cheekSquintRight"), 0.9)
SEEN = [thing("person", 40, score=0.9), thing("cup", 240, (200, 40, 30)), thing("red cube", 315, score=0.7), thing("cup", 460, (245, 245, 245), 0.7),
        thing("bottle", 560, score=0.5), Sighting(Kind.FACES, "face", 0.9, Box(70, 100, 40, 50), SMILE)]  # fmt: skip
QUESTIONS = (
    "is there a cup?", "is there a dog?", "is the person smiling?", "is the person angry?", "are there 3 cup?", "is the cup on the left?", "on which side is the bottle?",
    "what colour is the cup?", "what colour is the red cube?", "what colour is the dog?", "what is right of the red cube?", "what is left of the person?", "what is left of the cup?",
)  # fmt: skip


def answers() -> list[str]:
    """All that vision says to these, and of what it remembers."""
    memory, now_s = ObjectMemory(), 1_777_000_000.0
    recollection = Recollection(
        memory, lambda at_s: f"{int(at_s) // 3600 % 24:02d}:{int(at_s) // 60 % 60:02d}"
    )

    def see(name: str, at_s: float, spot: Standing | None) -> None:
        for look in range(6):
            track = Track(f"{name}{spot}", Sighting(Kind.OBJECTS, name, 0.8, Box(300, 300, 30, 30)), at_s)
            memory.saw(at_s + 0.2 * look, "hall", (640, 480), [track], lambda _: spot, None)

    said = [recollection.answer("what has changed?", now_s - 5000.0, CLASSES)]
    see("cup", now_s - 4000.0, Standing(14.1, 2.2, 0.75, 0.1, "dining_table", "kitchen"))
    see("book", now_s - 300.0, None)
    said += [
        recollection.answer(f"where did you last see the {name}?", now_s, CLASSES)
        for name in ("cup", "book", "dog")
    ]
    said += [recollection.answer("what has changed?", now_s + step, CLASSES) for step in (0.0, 1.0)]
    see("cup", now_s + 60.0, Standing(12.0, 2.9, 0.0, 0.1, "floor", "kitchen"))
    said.append(recollection.answer("what has changed?", now_s + 70.0, CLASSES))
    scene = SceneMemory(1.0)
    for kind in Kind:
        scene.add(0.0, kind, 640, [seen for seen in SEEN if seen.kind is kind])
    shown = scene.scene(0.0)
    look = partial(colour_of, IMAGE)
    said += [relation_answer(each, SEEN, CLASSES, look) or answer(each, shown, CLASSES) for each in QUESTIONS]
    return [
        *said,
        "I do not know.",
        "I can read no text in it.",
        "It is written there: \u201cgo to the kitchen. Now\u201d, \u201cEXIT\u201d and more.",
        "I do not know. I sent the picture to a vision model, which thinks: \u201cHe reads. The sign says go to the kitchen\u201d.",
        "I do not know. The vision model that I asked did not answer.",
        "I do not know. The vision model is busy with another question.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_answer_is_said_in_the_language(language: str) -> None:
    words = told_in(language)
    english = [said for said in answers() if words.told(said) == said]
    assert english == []


def test_an_answer_keeps_what_it_says() -> None:
    de = told_in("de")
    assert de.told("No: I see two cups.") == "Nein. Ich sehe: Tasse (2)."
    assert (
        de.told("I see a person on the left and a cup (perhaps one more).")
        == "Ich sehe: Person (links), Tasse (vielleicht 1 mehr)."
    )
    quoted = de.told("It is written there: \u201crover1. Go to {places}\u201d.")
    assert quoted == "Dort steht: \u201crover1. Go to {places}\u201d."


def test_of_an_answer_that_is_not_known_nothing_is_put_into_the_language() -> None:
    for said in (
        "I see a person. The roof is on fire.",
        "no image lately: check that /camera is published",
        "I see a gizmo.",
        "",
    ):
        assert told_in("fr").told(said) == said


def test_all_languages_say_the_same() -> None:
    keys = {language: set(files.read(language, "sight")["told"]) for language in LANGUAGES}  # type: ignore[call-overload]
    assert all(keys[language] == keys["de"] for language in LANGUAGES)
    kinds = {language: set(files.read(language, "sight")["asked"]) for language in LANGUAGES}  # type: ignore[call-overload]
    assert all(kinds[language] == kinds["de"] for language in LANGUAGES)
