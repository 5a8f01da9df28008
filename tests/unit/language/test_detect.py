# SPDX-License-Identifier: Apache-2.0
"""The language of a sentence is found by its words; a language that is not here is told as such."""

import pytest

from tektra.language.detect import Detector, detector, plain_words

NAMES = plain_words(["rover1", "rover2", "rover", "arm1", "kitchen", "living_room", "red_cube"])
SAID = {
    "de": [
        "rover1, fahr in die Küche", "bitte einmal winken", "zwei Meter zurück", "wo ist der Rover", "nein, ins Büro",
        "Rover 2 soll sich nach links drehen", "was kannst du alles?", "mach die Hand auf", "nimm den roten", "und jetzt zurück",
        "wenn jemand kommt, dann winke", "wie spät ist es",
    ],
    "en": [
        "rover1, go to the kitchen", "please wave once", "two metres back", "where is the rover", "no, the office",
        "turn rover 2 to the left", "what can you do?", "open the hand", "take the red one", "and now back", "what time is it",
        "if somebody comes then wave",
    ],
    "fr": [
        "rover1, va dans la cuisine", "recule de deux mètres", "où est le rover", "non, dans le bureau", "quelle heure est-il",
        "fais tourner rover 2 à gauche", "ouvre la pince s'il te plaît", "prends le cube rouge", "et maintenant reviens",
    ],
    "es": [
        "rover1, ve a la cocina", "retrocede dos metros", "dónde está el rover", "no, a la oficina", "qué hora es",
        "gira el rover 2 a la izquierda", "abre la pinza por favor", "coge el cubo rojo", "y ahora vuelve",
    ],
    "it": [
        "rover1, vai in cucina", "indietro di due metri", "dov'è il rover", "no, nell'ufficio", "che ore sono",
        "gira rover 2 a sinistra", "apri la pinza per favore", "prendi il cubo rosso", "e adesso torna",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"), [(language, words) for language, said in SAID.items() for words in said]
)
def test_a_sentence_is_found_to_be_in_its_language(language: str, words: str) -> None:
    found = detector().detect(words, names=NAMES)
    assert not found.foreign
    assert found.language == language, found.scores


@pytest.mark.parametrize(
    "words",
    [
        "rover1 jedź do kuchni proszę",
        "rover1 ga naar de keuken alsjeblieft",
        "kör till köket nu tack",
        "поезжай на кухню",
        "ロバー1はキッチンへ",
    ],
)
def test_a_language_that_is_not_here_is_told(words: str) -> None:
    found = detector().detect(words, names=NAMES)
    assert found.foreign
    assert found.likely == ()


@pytest.mark.parametrize(
    "words", ["rover1", "ok", "stop", "", "rover1 kitchen", "1, 2", "navigate rover1 xyzzy"]
)
def test_names_and_common_words_are_of_no_foreign_language(words: str) -> None:
    assert detector().detect(words, names=NAMES).foreign == ""


@pytest.mark.parametrize("before", ["de", "en", "fr", "es", "it"])
def test_where_words_say_nothing_the_language_spoken_before_goes_on(before: str) -> None:
    assert detector().detect("rover1, ok", names=NAMES, before=before).language == before


def test_the_language_spoken_before_outweighs_no_clear_words() -> None:
    assert detector().detect("go to the kitchen please", before="it").language == "en"


def test_without_letters_the_words_decide() -> None:
    found = Detector({"de": {"fahr", "in"}, "it": {"in", "cucina"}}).detect("fahr in")
    assert found.language == "de"
