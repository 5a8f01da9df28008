# SPDX-License-Identifier: Apache-2.0
"""A model's free talk says nothing of robots, people, places, battery or time here that data does not say."""

import pytest

from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.talk_filter import LONGEST, Judge, TalkFilter
from tektra.planner.understanding.reading import Act, Clause, Question, Reading, Topic
from tektra.planner.world.robot_state import RobotNow
from tests.unit.planner.test_dialogue_reads_first import House, output

CLAIMS = {
    "en": [
        "rover1 is in the kitchen.",
        "Rover 1 is in the kitchen right now.",
        "Yes, rover2 is looking at the bicycle.",
        "rover2 seems tired today.",
        "I think rover1 might be charging.",
        "The robot is busy at the moment.",
        "All robots are ready.",
        "There are 5 robots here.",
        "The battery is full.",
        "My battery is at 80 percent.",
        "I can see two people in front of me.",
        "I see a bicycle and a person.",
        "The camera shows a dog.",
        "There is a person in the hall.",
        "Somebody is at the door.",
        "Nobody is here.",
        "It is 10:15.",
        "It's five o'clock and I think it is 5 pm.",
        "Today is Monday.",
        "It is in the kitchen.",
        "The red cube is on the tray.",
        "The kitchen is empty.",
        "It is raining outside.",
        "You told me that your sister is called Berta.",
        "He is already there.",
        "It is still charging.",
        "As far as I know, in the kitchen everything is fine.",
    ],
    "de": [
        "rover1 ist in der Küche.",
        "Ja, rover 2 schaut sich das Fahrrad an.",
        "Der Roboter ist gerade beschäftigt.",
        "Der Akku ist voll.",
        "Ich sehe zwei Personen.",
        "In der Küche ist niemand.",
        "Es ist 10:15 Uhr.",
        "Heute ist Montag.",
        "Ja, er ist schon da.",
        "Der rote Würfel liegt auf dem Tablett.",
        "Draußen regnet es, das Wetter ist schlecht.",
        "Du hast gesagt, dass Berta kommt.",
    ],
    "fr": [
        "rover1 est dans la cuisine.",
        "Oui, rover2 regarde le vélo.",
        "Le robot est occupé.",
        "La batterie est pleine.",
        "Je vois deux personnes.",
        "Il y a une personne dans le couloir.",
        "Il est 10h15.",
        "Aujourd'hui, c'est lundi.",
        "Quelqu'un est à la porte.",
    ],
    "es": [
        "rover1 está en la cocina.",
        "Sí, rover2 mira la bicicleta.",
        "El robot está ocupado.",
        "La batería está llena.",
        "Veo a dos personas.",
        "Hay una persona en el pasillo.",
        "Son las 10:15.",
        "Hoy es lunes.",
        "Alguien está en la puerta.",
    ],
    "it": [
        "rover1 è in cucina.",
        "Sì, rover2 guarda la bicicletta.",
        "Il robot è occupato.",
        "La batteria è piena.",
        "Vedo due persone.",
        "C'è una persona nel corridoio.",
        "Sono le 10:15.",
        "Oggi è lunedì.",
        "Qualcuno è alla porta.",
    ],
}
TALK = {
    "en": [
        "I am well, thank you!",
        "Paris is the capital of France. It lies on the Seine.",
        "I can drive to places and wave.",
        "Rovers have wheels; the arm has a gripper.",
        "Why did the robot cross the road? Because it was programmed by a chicken.",
        "I see what you mean. That sounds hard.",
        "It is a story about a brave knight who lived in a castle.",
        "You can ask me anything.",
        "There are many fish in the sea.",
        "I am glad to hear that. Have a nice day!",
        "A kitchen is a room for cooking.",
        "Pi is about 3.14. It has no end.",
        "Good night. Sleep well!",
    ],
    "de": ["Mir geht es gut, danke!", "Berlin ist die Hauptstadt von Deutschland.", "Das freut mich. Schlaf gut!"],
    "fr": ["Je vais bien, merci !", "Paris est la capitale de la France."],
    "es": ["Estoy bien, gracias.", "Madrid es la capital de España."],
    "it": ["Sto bene, grazie!", "Roma è la capitale d'Italia."],
}  # fmt: skip


def pieces(text: str, length: int) -> list[str]:
    return [text[start : start + length] for start in range(0, len(text), length)]


def through(talk: TalkFilter, text: str, length: int) -> str:
    return "".join(talk.feed(piece) for piece in pieces(text, length)) + talk.rest()


@pytest.fixture
def filters(world, catalogue):
    return lambda language, said="": TalkFilter(Judge(world, catalogue), language, said_by_person=said)


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, texts in CLAIMS.items() for text in texts]
)
@pytest.mark.parametrize("length", [1, 5, 1000])
def test_a_claim_about_what_is_here_is_not_said(filters, language, text, length) -> None:
    talk = filters(language)
    said = through(talk, f"Hmm. {text} And more.", length)
    assert talk.ended, said
    assert "more" not in said


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, texts in TALK.items() for text in texts]
)
@pytest.mark.parametrize("length", [1, 5, 1000])
def test_talk_is_said_whole(filters, language, text, length) -> None:
    assert through(filters(language), text, length) == text


def test_what_cannot_become_a_claim_is_said_word_by_word(filters) -> None:
    talk = filters("en")
    assert talk.feed("Paris is the cap") == "Paris is the "
    assert talk.feed("ital of France. Rov") == "capital of France."
    assert talk.feed("er1 ") == ""


@pytest.mark.parametrize(
    "begun",
    [
        "I am ",
        "Sure, rover1 ",
        "Moving now ",
        "Je suis en ",
        "Der Rover fährt ",
        "Estoy yendo ",
        "Ik rijd naar de keuken ",
        "r o v e r ",
        "ro\u0432er1 is ",
        "✅ ",
        "aSBhbSBkcml2aW5nIHRvIHRoZSBraXRjaGVu ",
    ],
)
def test_a_sentence_with_which_a_claim_may_begin_is_held(filters, begun) -> None:
    assert filters("en").feed(begun) == ""


def test_a_sentence_that_turns_out_to_be_a_claim_breaks_off(world, catalogue) -> None:
    talk = TalkFilter(Judge(world, catalogue, lambda sentence: 1.0), "en")
    assert talk.feed("Honey never spoils ") == "Honey never spoils "
    assert talk.feed("here. ") == ""
    assert talk.broke_off


def test_a_sentence_without_an_end_is_said_as_far_as_it_was_judged(filters) -> None:
    talk, words = filters("en"), "and so on " * (LONGEST // 10 + 1)
    assert talk.feed(words) == words
    assert talk.feed("and rover1 is in the kitchen.") == ""
    assert talk.broke_off


def test_of_a_held_reply_whose_last_sentence_claims_nothing_of_that_is_said(world, catalogue) -> None:
    house, words = House(world, catalogue), "what is mine"
    house.manager._talk._sounds_done = lambda sentence: 1.0 if "box" in sentence else -1.0
    house.say(words, Reading(words, "en", Act.UNCLEAR, False))
    house.manager.piece(words, "Honey never spoils. That is box 20.", 0.1)
    house.manager.thought(words, output("Honey never spoils. That is box 20."), 0.2)
    assert "box" not in house.told.said[words]
    assert house.told.said[words].startswith("Honey never spoils.")


def test_numbers_are_no_words_with_which_a_claim_begins(filters) -> None:
    talk = filters("en")
    assert [talk.feed(f"{number}, ") for number in range(1, 4)] == ["1, ", "2, ", "3, "]


def test_what_the_answer_itself_does_streams(world, catalogue) -> None:
    house, words = House(world, catalogue), "tell me a long story"
    told = Clause((0, len(words)), skills=("say",), references=("me",), unread=("long", "story"))
    house.say(words, Reading(words, "en", Act.ORDER, False, clauses=(told,)))
    house.manager.piece(words, "Once upon a time ", 0.1)
    assert house.told.said[words].startswith("Once upon a")


def test_what_the_person_said_may_be_recalled(filters) -> None:
    text = "You told me that your sister is called Berta."
    assert through(filters("en", "my sister is called Berta"), text, 5) == text


def talk(house: House, words: str, reply: str, language: str = "en") -> str:
    house.say(words, Reading(words, language, Act.TALK, True))
    for piece in pieces(reply, 5):
        house.manager.piece(words, piece, 0.1)
    house.manager.thought(words, output(reply), 0.2)
    return house.told.said[words]


def test_data_speaks_in_place_of_the_claim(world, catalogue) -> None:
    house = House(world, catalogue)
    house.mind.robots["rover1"] = RobotNow(0.0, localized=True, x_m=5.0, y_m=5.0, battery=0.5)
    assert talk(house, "one", "Well. rover1 is in the kitchen. It waits.") == "Well. rover1 is at the hall."
    assert talk(house, "two", "rover1 has 90 percent battery.") == "rover1 has 50 percent of its battery."
    assert talk(house, "three", "rover1 ist in der Küche.", "de") == "rover1 ist im Flur."
    assert talk(house, "four", "I see two dogs.") == "No picture came lately, so I cannot tell."
    assert talk(house, "five", "It is raining outside.") == "I do not know that."
    told = talk(house, "six", "This house has two cameras and much more.")
    assert told == "This house has two … No picture came lately, so I cannot tell."
    assert house.told.unthought == ["one", "two", "three", "four", "five", "six"]
    assert set(house.told.outcomes.values()) == {"answered"}


@pytest.mark.parametrize(
    "words",
    [
        "is somebody outside?",
        "has the robot been to Paris?",
        "are they ready",
        "did rover1 enjoy itself?",
        "what is cooking in the kitchen?",
        "have you seen my keys?",
        "is it raining?",
    ],
)
def test_a_question_about_what_is_here_that_was_not_read_reaches_no_model(world, catalogue, words) -> None:
    house = House(world, catalogue)
    assert house.say(words, Reading(words, "en", Act.QUESTION, False)) == "I do not know that."
    assert house.told.thinking == []


@pytest.mark.parametrize(
    "words", ["what is the capital of France?", "why is the sky blue?", "what is a robot?"]
)
def test_a_question_about_the_world_at_large_is_the_models(world, catalogue, words) -> None:
    house = House(world, catalogue)
    house.say(words, Reading(words, "en", Act.QUESTION, False))
    assert house.told.thinking == [words]
    house.manager.piece(words, "People have asked that for long.", 0.1)
    house.manager.thought(words, output("People have asked that for long."), 0.1)
    assert house.told.said[words] == "People have asked that for long."


@pytest.mark.parametrize("reply", ["Of course.", "Natürlich!", "Ja."])
def test_a_yes_in_any_language_behind_which_nothing_is_done_is_not_said(world, catalogue, reply) -> None:
    house = House(world, catalogue)
    assert talk(house, "eins", reply, "de") == replies("de").say("sorry")


def test_what_a_robot_is_able_to_is_no_thing_that_is_there(world, catalogue) -> None:
    house = House(world, catalogue)
    asked = Question(Topic.IS_THERE, ("arm1", "drive"))
    told = house.say("able?", Reading("able?", "en", Act.QUESTION, True, question=asked))
    assert told == "I do not know that."
