# SPDX-License-Identifier: Apache-2.0
"""Orders, guesses and second thoughts as natives of four languages say them, read by the rules alone."""

import pytest

from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.reading import Act, Reading, Topic
from tektra.planner.understanding.scene import Scene

GO_OFFICE = ("rover2", "navigate_to", {"place": "office"})
GO_HALL = ("rover1", "navigate_to", {"place": "hall"})
AROUND = ("rover1", "turn", {"angle_deg": 180.0})


def steps(reading: Reading) -> list[tuple[str, str, dict[str, object]]]:
    return [(step.who, step.skill, dict(step.arguments)) for step in reading.steps]


@pytest.mark.parametrize(
    "words",
    [
        "schau zu, dass rover2 ins Büro kommt",
        "schau zu dass rover2 ins Büro kommt",
        "achte drauf, dass rover2 ins Büro fährt",
        "veille à ce que rover2 soit dans le bureau",
        "fais en sorte que rover2 aille au bureau",
        "asegúrate de que rover2 esté en la oficina",
        "assicurati che rover2 arrivi in ufficio",
    ],
)
def test_whoever_is_to_see_to_it_sends_and_does_not_look(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, [GO_OFFICE])


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("rover1 fahr dann in den Flur", [GO_HALL]),
        ("rover1 dreh dich um und fahr dann in den Flur", [AROUND, GO_HALL]),
        ("rover1 fais demi-tour et va ensuite dans le couloir", [AROUND, GO_HALL]),
        ("rover1 date la vuelta y ve luego al pasillo", [AROUND, GO_HALL]),
        ("rover1 in den Flur dann ins Büro", [GO_HALL, ("rover1", "navigate_to", {"place": "office"})]),
    ],
)
def test_then_may_stand_behind_its_verb(
    reader: Reader, scene: Scene, words: str, wanted: list[object]
) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, wanted)


@pytest.mark.parametrize(
    "words",
    [
        "rover2 fahr ins Büro und dreh dich dort um",
        "rover2 va au bureau et fais demi-tour là-bas",
    ],
)
def test_there_is_where_it_was_sent(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)[1][:2]) == (True, ("rover2", "turn"))


def test_there_is_asked_about_where_nothing_was_sent_there(reader: Reader, scene: Scene) -> None:
    reading = reader.read("rover2 dreh dich dort um", scene)
    assert [doubt.kind for doubt in reading.doubts] == ["sure"]


@pytest.mark.parametrize(
    "words",
    [
        "je crois que rover1 va à la cuisine",
        "je pense que rover2 va au bureau",
        "à mon avis rover1 va à la cuisine",
        "creo que rover1 va a la cocina",
        "espero que rover1 vaya a la cocina",
        "qué bien que rover1 vaya a la cocina",
        "credo che rover1 vada in cucina",
        "secondo me rover1 va in cucina",
        "vedo che rover1 va in cucina",
    ],
)
def test_what_is_believed_or_hoped_is_not_ordered(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert not reading.carried_out and reading.indirect == "it is reported"


@pytest.mark.parametrize(
    "words",
    [
        "rover1 fährt wohl in die Küche",
        "vielleicht fährt rover1 in die Küche",
        "peut-être que rover1 va à la cuisine",
        "quizás rover1 va a la cocina",
        "a lo mejor rover1 va a la cocina",
        "magari rover1 va in cucina",
    ],
)
def test_a_guess_moves_nothing(reader: Reader, scene: Scene, words: str) -> None:
    assert not reader.read(words, scene).carried_out


@pytest.mark.parametrize(
    "words",
    [
        "kannst du rover1 vielleicht in den Flur schicken",
        "tu pourrais peut-être envoyer rover1 dans le couloir",
        "podrías quizás mandar a rover1 al pasillo",
        "potresti magari mandare rover1 in corridoio",
    ],
)
def test_a_perhaps_within_a_request_is_only_polite(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, [GO_HALL])


def test_a_request_for_somebody_else_may_begin_with_can(reader: Reader, scene: Scene) -> None:
    assert steps(reader.read("kann rover2 bitte ins Büro geschickt werden", scene)) == [GO_OFFICE]


@pytest.mark.parametrize("words", ["könnte rover2 ins Büro fahren?", "could rover2 go to the office?"])
def test_what_somebody_could_do_is_offered(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert reading.act is Act.QUESTION and reading.question is not None
    assert (reading.question.topic, reading.question.offers) == (Topic.CAN_DO, True)


@pytest.mark.parametrize(
    ("words", "mends"),
    [
        ("manda rover2 in camera, no aspetta, in ufficio", True),
        ("rover2 in die Küche, nein warte, ins Büro", True),
        ("manda a rover2 al dormitorio, no, espera, a la oficina", True),
        ("envoie rover2 dans la chambre, non attends, au bureau", True),
        ("manda rover2 in ufficio", False),
        ("rover2 in die Küche. Nein warte! Ins Büro", False),
        ("rover2 in die Küche, nein warte", False),
    ],
)
def test_what_mends_itself_within_a_sentence_says_so(
    reader: Reader, scene: Scene, words: str, mends: bool
) -> None:
    reading = reader.read(words, scene)
    assert reading.mends is mends
    assert not mends or steps(reading) == [GO_OFFICE]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("rover1 rentre à la base recharger tes batteries", "dock"),
        ("rover1 torna alla base a ricaricarti", "dock"),
        ("mande usted rover1 a casa", "dock"),
        ("envoie rover1 à la maison", "dock"),
        ("rover1 espérate cinco segundos", "wait"),
    ],
)
def test_what_for_and_reflexive_forms_are_understood(
    reader: Reader, scene: Scene, words: str, wanted: str
) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, [skill for _, skill, _ in steps(reading)]) == (True, [wanted])


def test_it_may_be_who_was_not_to_be_sent(reader: Reader, scene: Scene) -> None:
    reading = reader.read("n'envoie pas rover1 au salon, envoie-le plutôt dans le couloir", scene)
    assert (reading.carried_out, steps(reading)) == (True, [GO_HALL])


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("rover2 espera diez segundos y vuélvete a tu base", ["wait", "dock"]),
        ("abre la pinza y luego ciérrala", ["open_gripper", "close_gripper"]),
        ("ouvre la pince et referme-la", ["open_gripper", "close_gripper"]),
        ("apri la pinza e poi richiudila", ["open_gripper", "close_gripper"]),
    ],
)
def test_a_verb_with_its_pronoun_is_that_verb(
    reader: Reader, scene: Scene, words: str, wanted: list[str]
) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, [skill for _, skill, _ in steps(reading)]) == (True, wanted)


@pytest.mark.parametrize(
    "words",
    [
        "rover1 gehst du bitte mal in den Flur",
        "rover1 soll sich auf den Weg in den Flur machen",
        "dis à rover1 qu'il aille dans le couloir",
        "ce serait super si rover1 pouvait aller dans le couloir",
    ],
)
def test_what_is_asked_of_somebody_in_other_words_is_done(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, [GO_HALL])


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (
            "schau mal zur Küche rüber, rover2",
            ("rover2", "look_at", {"place": "kitchen"}),
        ),  # it had driven there
        ("rover2 guck mal zu rover1 rüber", ("rover2", "look_at", {"robot": "rover1"})),
        ("schau mal, rover2 soll ins Büro", GO_OFFICE),
        ("guck mal, rover1, fahr in den Flur", GO_HALL),
        ("mira, rover2 ve a la oficina", GO_OFFICE),
        ("rover2 sigue hasta la oficina", GO_OFFICE),  # it had been asked whether it was there
        ("rover1 date una vuelta completa", ("rover1", "turn", {"angle_deg": 360.0})),
    ],
)
def test_a_look_that_calls_attention_is_no_look_and_a_look_is_no_drive(
    reader: Reader, scene: Scene, words: str, wanted: object
) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, [wanted])


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        ("Remember: rover1 go to the kitchen", "rover1 go to the kitchen"),
        ("Merk dir: der Müll kommt am Dienstag", "der Müll kommt am Dienstag"),
        ("Merk dir bitte Folgendes: Bob kommt", "Bob kommt"),
        ("Retiens : les poubelles sortent mardi", "les poubelles sortent mardi"),
        ("Recuerda: la basura sale el martes", "la basura sale el martes"),
        ("Ricordati anche che il gatto si chiama Micio", "il gatto si chiama Micio"),
    ],
)
def test_what_is_to_be_remembered_may_stand_behind_a_colon_and_orders_nothing(
    reader: Reader, scene: Scene, words: str, fact: str
) -> None:
    reading = reader.read(words, scene)
    assert (reading.carried_out, steps(reading)) == (True, [("tektra", "remember", {"text": fact})])


@pytest.mark.parametrize(
    "words", ["print this: rover1 go to the hall", "never do this: rover1 go to the hall"]
)
def test_behind_any_other_colon_it_is_quoted(reader: Reader, scene: Scene, words: str) -> None:
    assert not reader.read(words, scene).carried_out


@pytest.mark.parametrize(
    "words", ["rover2 forward", "rover2 vorwärts", "rover2 en avant", "rover2 adelante", "rover2 avanti"]
)
def test_a_way_without_a_verb_or_an_amount_is_asked_how_far(reader: Reader, scene: Scene, words: str) -> None:
    reading = reader.read(words, scene)
    assert steps(reading) == [("rover2", "move", {})] and [d.kind for d in reading.doubts] == ["distance"]
