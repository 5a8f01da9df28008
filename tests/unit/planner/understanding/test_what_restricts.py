# SPDX-License-Identifier: Apache-2.0
"""Each word that denies, restricts or postpones is read, or the sentence is not carried out: in every language alike."""

import pytest

NOTHING_MOVES = {
    "what is denied of the verb that governs": [
        "don't let rover1 go to the kitchen", "I don't want rover1 to go to the kitchen",
        "lass rover1 nicht in die Küche fahren", "ne laisse pas rover1 aller dans la cuisine",
        "no quiero que rover1 vaya a la cocina", "dile a rover1 que no vaya a la cocina",
        "non lasciare che rover1 vada in cucina", "non voglio che rover1 vada in cucina",
    ],
    "without doing something": [
        "wave without opening the gripper", "wink, ohne den Greifer zu öffnen", "fais signe sans ouvrir la pince",
        "saluda sin abrir la pinza", "saluta senza aprire la pinza", "rover1 date la vuelta sin ir a la cocina",
        "rover1 fais demi-tour sans aller dans la cuisine", "rover1 fai dietrofront senza andare in cucina",
    ],
    "a bound is no amount": [
        "rover1 dreh dich nicht ganz neunzig Grad nach links", "rover1 drive less than two metres forward",
        "rover1 avance d'au moins deux mètres", "rover1 avanza al menos dos metros", "rover1 avanza menos de dos metros",
        "rover1 avanza di meno di due metri", "rover1 avanza di almeno due metri",
    ],
    "a place that is not the one meant": [
        "rover1 stop before the kitchen", "rover1 arrête-toi avant la cuisine", "rover1 fahr hinter die Küche",
        "rover1 vai dietro la cucina", "rover1 no kitchen", "no kitchen rover1",
    ],
    "not now": [
        "rover1 go to the kitchen later", "rover1 va dans la cuisine plus tard", "rover1 ve a la cocina más tarde",
        "rover1 ve a la cocina luego", "rover1 vai in cucina più tardi", "rover1 vai in cucina tra un po'", "rover1 va bientôt dans la cuisine",
        "rover1 va toujours dans la cuisine", "rover1 fährt immer in die Küche",
    ],
    "somebody else, or nobody in particular": ["someone goes to the kitchen", "alguien va a la cocina", "qualcuno va in cucina"],
    "a question": ["¿rover1 va a la cocina?", "rover1 goes to the kitchen, right", "rover1 va dans la cuisine ?"],
}  # fmt: skip


@pytest.mark.parametrize(
    "words", [pytest.param(words, id=words) for said in NOTHING_MOVES.values() for words in said]
)
def test_it_is_not_carried_out(read, words: str) -> None:
    assert not read(words).carried_out


@pytest.mark.parametrize(
    ("words", "steps"),
    [
        ("go to the hall, not to the kitchen, rover1", [("rover1", "hall")]),
        ("rover1 ask rover2 to go to the kitchen", [("rover2", "kitchen")]),
        ("rover1 sag rover2, dass er in die Küche fahren soll", [("rover2", "kitchen")]),
        ("rover1 demande à rover2 d'aller dans la cuisine", [("rover2", "kitchen")]),
        ("rover1 dile a rover2 que vaya a la cocina", [("rover2", "kitchen")]),
        ("rover1 chiedi a rover2 di andare in cucina", [("rover2", "kitchen")]),
        ("no vayas a la cocina rover1, ve al pasillo", [("rover1", "hall")]),
    ],
)
def test_who_is_told_goes_and_what_is_not_denied_is_done(read, words: str, steps: object) -> None:
    reading = read(words)
    assert [(step.who, step.arguments["place"]) for step in reading.steps] == steps
    assert reading.carried_out


@pytest.mark.parametrize(
    "words",
    [
        "once rover1 is in the kitchen, rover2 go to the hall",
        "sobald rover1 in der Küche ist, fährt rover2 in den Flur",
        "une fois que rover1 est dans la cuisine, rover2 va au couloir",
        "una volta che rover1 è in cucina, rover2 vai nel corridoio",
        "when rover1 has reached the kitchen, rover2 shall come to the hall",
    ],
)
def test_that_a_robot_is_somewhere_is_waited_for_and_does_not_order_it_there(read, words: str) -> None:
    reading = read(words)
    assert [(step.who, step.arguments["place"]) for step in reading.steps] == [("rover2", "hall")]
    assert [(c.event, c.about[0], c.place) for c in reading.conditions] == [("at_place", "rover1", "kitchen")]


@pytest.mark.parametrize(
    "words",
    [
        "rover1 go to the kitchen, and once it is there rover2 shall go to the hall",
        "rover1 go to the kitchen. Once rover1 is in the kitchen rover2 goes to the hall",
    ],
)
def test_what_was_ordered_in_the_same_breath_is_followed_by_the_next(read, words: str) -> None:
    reading = read(words)
    assert [(s.who, s.arguments["place"], s.after) for s in reading.steps] == [
        ("rover1", "kitchen", ()),
        ("rover2", "hall", (1,)),
    ]
    assert not reading.conditions


@pytest.mark.parametrize(
    "words",
    [
        "let me know when rover1 is in the kitchen",
        "sag mir Bescheid, wenn rover1 in der Küche ist",
        "préviens-moi quand rover1 est dans la cuisine",
        "avvisami quando rover1 è in cucina",
    ],
)
def test_who_wants_to_be_told_is_told(read, words: str) -> None:
    reading = read(words)
    assert [(step.who, step.skill) for step in reading.steps] == [("tektra", "say")]
    assert [(c.event, c.about[0], c.place) for c in reading.conditions] == [("at_place", "rover1", "kitchen")]


@pytest.mark.parametrize(
    "words",
    [
        "pick up the blue, er, the green cube",
        "nimm den blauen, äh, den grünen Würfel",
        "prends le cube bleu, euh, le vert",
        "coge el cubo azul, eh, el verde",
        "prendi il cubo blu, ehm, quello verde",
    ],
)
def test_behind_a_hesitation_the_second_is_meant(read, words: str) -> None:
    assert [step.arguments["object"] for step in read(words).steps] == ["green_cube"]
