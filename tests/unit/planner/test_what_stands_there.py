# SPDX-License-Identifier: Apache-2.0
"""Questions about a place, a house and people of whom nothing is known: by the map, or it is not known."""

import pytest

from tektra.common import paths
from tektra.common.world import load_world


@pytest.fixture
def world():
    return load_world(paths.share_dir() / "config" / "world.yaml")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("what's on the table?", "By the map these are at the table: red cube, green cube and blue cube."),
        ("Was liegt auf dem Tisch?", "Nach der Karte ist am Tisch: der rote Würfel"),
        ("Qu'est-ce qu'il y a sur la table ?", "D'après la carte, il y a à la table : "),
        ("¿Qué hay sobre la mesa?", "Según el mapa, en la mesa hay: cubo rojo"),
        ("che cosa c'è sul tavolo?", "Secondo la mappa, al tavolo ci sono: cubo rosso"),
    ],
)
def test_what_is_at_a_place_is_told_by_the_map(home, words, says) -> None:
    assert home.say(words).startswith(says)


def test_what_was_taken_is_not_there_any_more(home) -> None:
    home.say("arm1 take the red cube")
    home.end()
    assert "red" not in home.say("what is on the table?")
    home.say("put it on the tray")
    home.end()
    assert "arm1 put red cube down: tray." in home.say("what is on the table?")


def test_how_many_of_a_sort_there_are(home) -> None:
    assert home.say("how many cubes are lying on the table").startswith("3.")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("Is the front door open?", "I do not know that."),
        ("Ist die Haustür abgeschlossen?", "Das weiß ich nicht."),
        ("La porte est-elle ouverte ?", "Je ne le sais pas."),
        ("¿Está abierta la puerta?", "No lo sé."),
        ("La porta è aperta?", "Non lo so."),
        ("What is that person's name?", "I do not know that."),
        ("what's his name?", "I do not know that."),
        ("what's your name?", "I am Tektra."),
        ("Wie heißt diese Person?", "Das weiß ich nicht."),
        ("Wie heißt du?", "Ich bin Tektra."),
        ("Comment s'appelle cette personne ?", "Je ne le sais pas."),
        ("Comment tu t'appelles ?", "Je suis Tektra."),
        ("¿Cómo se llama esa persona?", "No lo sé."),
        ("¿Cómo te llamas?", "Soy Tektra."),
        ("Come si chiama quella persona?", "Non lo so."),
        ("Come ti chiami?", "Sono Tektra."),
    ],
)
def test_what_nobody_here_knows_is_not_known(home, words, says) -> None:
    assert home.say(words) == says


@pytest.mark.parametrize("words", ["who's idle at the minute", "who is free?"])
def test_who_has_nothing_to_do(home, words) -> None:
    assert "rover1 has nothing to do." in home.say(words)


@pytest.mark.parametrize("words", ["where did you park rover1?", "Wo hast du rover1 abgestellt?", "Où as-tu garé rover1 ?", "¿Dónde has aparcado a rover1?", "dove hai parcheggiato rover1?"])  # fmt: skip
def test_where_it_was_left(home, words) -> None:
    assert "rover1" in home.say(words)
