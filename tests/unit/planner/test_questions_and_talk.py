# SPDX-License-Identifier: Apache-2.0
"""Questions about what is here are answered from data; questions about the world at large, and talk, are the model's."""

import re

import pytest

from tektra.planner.world.robot_state import RobotNow
from tektra.planner.world.world_view import Seen

OFFICE = {
    "en": "rover1 go to the hall",
    "fr": "rover1 va dans le couloir",
    "es": "rover1 ve al pasillo",
    "it": "rover1 vai nel corridoio",
}


@pytest.fixture
def thought(home) -> list[str]:
    """The words that were put to the model."""
    found: list[str] = []
    home.out.think = lambda request: found.append(request.words)
    home.out.stop_thinking = lambda request: None
    return found


@pytest.mark.parametrize(
    "words",
    [
        "Why is the sky blue?",
        "why do cats purr?",
        "Are you alive?",
        "Warum ist der Himmel blau?",
        "Wer hat das Telefon erfunden?",
        "Was kannst du mir zum Frühstück empfehlen?",
        "Pourquoi dit-on bonjour ?",
        "¿Por qué vuelan los pájaros?",
        "¿Cómo te ha ido hoy?",
        "Mi consigli un film?",
        "Perché le foglie cadono in autunno?",
    ],
)
def test_a_question_about_nothing_that_is_here_is_the_models(home, thought, words) -> None:
    assert home.say(words) == ""
    assert thought == [words]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("why is it not moving?", "I know"),
        ("why did you stop?", "I know"),
        ("why not?", "I know"),
        ("warum geht das nicht?", "Ich weiß"),
        ("pourquoi tu ne bouges pas ?", "Je"),
        ("¿por qué no se mueve?", "No sé"),
        ("perché non ti muovi?", "Non so"),
    ],
)
def test_why_of_what_is_done_here_is_no_matter_of_a_model(home, words, says) -> None:
    assert home.say(words).startswith(says)


@pytest.mark.parametrize("words", ["can you hear me?", "are you still there?"])
def test_who_asks_whether_somebody_listens_is_told_so_and_no_states_of_robots(home, words) -> None:
    assert home.say(words) == "Yes, I am here."


def test_the_name_of_an_account_is_told_as_what_is_known_and_not_with_tektras_own(home) -> None:
    assert home.say("what's my name?", person="ann") == "I know you as ann."
    assert home.say("what is your name?", person="ann") == "I am Tektra."


def test_what_can_you_do_is_short_and_the_rest_is_told_to_who_asks_what_else(home) -> None:
    short = home.say("what can you do?")
    assert len(re.findall(r"\w+", short)) <= 45
    assert "rover1 and rover2 can" in short and "gripper" not in short
    assert short.endswith("Ask what else, and I name the rest.")
    whole = home.say("what else can you do?")
    assert "open the gripper" in whole and "remember something" in whole
    assert whole.count("go to its dock") == 1, "robots that can do the same are told of together"


def test_whether_somebody_can_is_told_of_those_who_are_meant(home) -> None:
    assert home.say("does either of the rovers know how to wave?").startswith("No, rover1 cannot")
    assert home.say("is anybody able to wave?").count("Yes") <= 1


@pytest.mark.parametrize(
    ("language", "words", "yes"),
    [("es", "¿Ya llegó?", "Sí"), ("it", "È arrivato?", "Sì"), ("fr", "Il est arrivé ?", "Oui")],
)
def test_whether_it_arrived_is_asked_of_who_was_sent_last(home, language, words, yes) -> None:
    home.say(OFFICE[language])
    assert home.say(words).split(":")[0].strip() in ("Todavía no", "Non ancora", "Pas encore")
    home.end()
    hall = home.manager.mind._world.places["hall"].pose
    home.gate = lambda stopped: None
    now = RobotNow(home.now_s + 0.1, connected=True, localized=True, x_m=hall.x_m, y_m=hall.y_m)
    home.manager.mind.robots["rover1"] = now
    assert home.say(words).startswith(f"{yes}, rover1")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("how many cups are there in front of you?", "cups (2)"),
        ("Wie viele Tassen siehst du?", "Tassen (2)"),
        ("Combien de tasses vois-tu ?", "tasses (2)"),
        ("¿Cuántas tazas ves?", "tazas (2)"),
        ("Quante tazze vedi?", "tazze (2)"),
        ("Was siehst du?", "Tasse (2)"),
        ("Wie viele Flaschen siehst du?", "Nein"),
    ],
)
def test_things_in_view_are_counted_and_called_as_people_call_them(home, words, says) -> None:
    home.manager.mind.seen = lambda: Seen(True, "two cups", {"cup": 2})
    assert says in home.say(words)


def test_what_is_seen_is_told_once(home) -> None:
    """ "I see: I see a bus on the left." """
    home.manager.mind.seen = lambda: Seen(True, "I see a bus on the left.", {"bus": 1})
    assert home.say("what do you see?") == "I see a bus on the left."
    assert home.say("was siehst du?").count("sehe") == 1


def test_how_many_of_what_no_camera_knows_is_the_models(home, thought) -> None:
    home.manager.mind.seen = lambda: Seen(True, "two cups", {"cup": 2})
    assert home.say("how many planets are there?") == ""
    assert thought == ["how many planets are there?"]


def test_the_way_from_a_place_to_a_robot_is_told_in_any_order(home) -> None:
    now = RobotNow(home.now_s + 0.1, connected=True, localized=True, x_m=1.0, y_m=1.2)
    home.gate = lambda stopped: None
    home.manager.mind.robots["rover1"] = now
    assert "5,5 m" in home.say("Quanto è lontano il corridoio da rover1?")
