# SPDX-License-Identifier: Apache-2.0
"""When something was done, how fast a robot can be, which languages are spoken, and who is meant where a language leaves the word out."""

import pytest

GO = {
    "en": "rover1 go to the kitchen",
    "de": "rover1 fahr in die Küche",
    "fr": "rover1 va dans la cuisine",
    "es": "rover1 ve a la cocina",
    "it": "rover1 vai in cucina",
}


@pytest.mark.parametrize(
    ("language", "words", "says"),
    [
        ("en", "when did it arrive?", "Done at"),
        ("en", "when did rover1 get to the kitchen?", "Done at"),
        ("en", "since when is rover1 there?", "Done at"),
        ("de", "wann ist er angekommen?", "Erledigt um"),
        ("de", "seit wann steht rover1 in der Küche?", "Erledigt um"),
        ("fr", "quand est-il arrivé ?", "Fait à"),
        ("es", "¿a qué hora llegó rover1?", "Hecho a las"),
        ("it", "quando è arrivato?", "Fatto alle"),
    ],
)
def test_when_it_was_done_is_told_by_the_clock(home, language, words, says) -> None:
    home.say(GO[language])
    assert says not in home.say(words), "it is under way"
    home.end()
    assert home.say(words).startswith(says)


@pytest.mark.parametrize(
    "words", ["when did it reach the hall?", "when did rover1 get to the hall?", "when did rover2 arrive?"]
)
def test_what_was_not_done_has_no_time(home, words) -> None:
    home.say(GO["en"])
    home.end()
    assert "at" not in home.say(words).split()


@pytest.mark.parametrize(
    "words",
    [
        "how fast can rover1 drive?",
        "what is the top speed of rover1",
        "wie schnell kann rover1 fahren?",
        "à quelle vitesse peut rouler rover1 ?",
        "¿a qué velocidad puede ir rover1?",
        "quanto è veloce rover1?",
    ],
)
def test_how_fast_it_can_be_is_what_it_announced(home, words) -> None:
    said = home.say(words)
    assert "rover1" in said and any(digit in said.replace("rover1", "") for digit in "0123456789")
    assert home.driven == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("which languages do you speak?", "German"),
        ("speak german please", "German"),
        ("do you speak chinese?", "German"),
        ("sprich deutsch", "Deutsch"),
        ("parle anglais", "anglais"),
        ("¿hablas inglés?", "inglés"),
        ("che lingue parli?", "inglese"),
    ],
)
def test_which_languages_are_spoken_is_told_and_not_said_aloud_as_a_text(home, words, says) -> None:
    assert says in home.say(words) and home.driven == []


@pytest.mark.parametrize("words", ["who can wave?", "can anybody wave?"])
def test_who_can_is_told_without_a_yes(home, words) -> None:
    said = home.say(words)
    assert "arm1" in said and not said.startswith("Yes")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "¿dónde está ahora?"),
        ("es", "¿cuánta batería le queda?"),
        ("es", "¿qué está haciendo?"),
        ("it", "dov'è adesso?"),
        ("it", "quanta batteria gli resta?"),
        ("it", "cosa fa?"),
    ],
)
def test_whoever_was_spoken_of_last_is_meant_where_nobody_is_named(home, language, words) -> None:
    home.say(GO[language])
    home.end()
    said = home.say(words)
    assert "rover1" in said and "rover2" not in said and "arm1" not in said
