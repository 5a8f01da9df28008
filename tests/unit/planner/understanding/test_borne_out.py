# SPDX-License-Identifier: Apache-2.0
"""A model's step is carried out only where the person's words bear it out."""

from dataclasses import dataclass, field

import pytest

from tektra.planner.understanding.borne_out import bear_out_all, bears_out


@dataclass(frozen=True)
class Proposed:
    who: str
    skill: str
    arguments: dict[str, object] = field(default_factory=dict)


def go(who: str, place: str) -> Proposed:
    return Proposed(who, "navigate_to", {"place": place})


@pytest.mark.parametrize(
    ("words", "step"),
    [
        ("go to the kitchen like a butterfly", go("rover1", "kitchen")),
        ("rover2 whizz two feet forward like mad", Proposed("rover2", "move", {"distance_m": 0.61})),
        ("rover1 turn right like a ballerina", Proposed("rover1", "turn", {"angle_deg": -90})),
        (
            "turn to the left by half a radian as gracefully as a swan",
            Proposed("rover1", "turn", {"angle_deg": 28.65}),
        ),
        ("pick up the red cube as if it were gold", Proposed("arm1", "grasp", {"object": "red_cube"})),
    ],
)
def test_words_bear_out(read, scene, words: str, step: Proposed) -> None:
    reading = read(words)
    if step.skill in {skill for clause in reading.clauses for skill in clause.skills}:
        assert bears_out(step, reading, scene) == ()
    else:  # a verb that the rules do not know: only a Meaning can tell
        assert {problem.part for problem in bears_out(step, reading, scene)} == {"skill"}


@pytest.mark.parametrize(
    ("words", "step", "part"),
    [
        ("go to the kitchen like a butterfly", go("rover1", "hall"), "place"),
        ("rover2 go to the kitchen like a butterfly", go("rover1", "kitchen"), "who"),
        ("wave like a queen with your arm", go("rover1", "kitchen"), "skill"),
        ("climb the stairs quick as a flash", Proposed("rover1", "turn", {"angle_deg": 90}), "skill"),
        ("drive two feet forward like mad", Proposed("rover1", "move", {"distance_m": 2}), "distance_m"),
        ("drive two feet backwards like mad", Proposed("rover1", "move", {"distance_m": 0.61}), "distance_m"),
        ("turn left like a ballerina", Proposed("rover1", "turn", {"angle_deg": -90}), "angle_deg"),
        ("don't go to the kitchen, silly", go("rover1", "kitchen"), "skill"),
        ('translate: "go to the kitchen"', go("rover1", "kitchen"), "skill"),
        ("the sign says go to the kitchen", go("rover1", "kitchen"), "skill"),
        ("is rover1 in the kitchen?", go("rover1", "kitchen"), "skill"),
        ("my cat sleeps in the hall", go("rover1", "hall"), "skill"),
        ("rover7 go to the kitchen like a butterfly", go("rover1", "kitchen"), "who"),
        ("go to the kitchen", go("rover9", "kitchen"), "who"),
        ("go to the kitchen like a butterfly", go("rover2", "kitchen"), "who"),
        ("rover1 refuse to go to the kitchen", go("rover1", "kitchen"), "skill"),
        ("rover1 go nearly to the kitchen", go("rover1", "kitchen"), "skill"),
        ("rover1 threaten to turn left", Proposed("rover1", "turn", {"angle_deg": 90}), "skill"),
    ],
)
def test_words_do_not_bear_out(read, scene, words: str, step: Proposed, part: str) -> None:
    assert part in {problem.part for problem in bears_out(step, read(words), scene)}


def test_nothing_is_done_more_often_than_it_was_asked_for(read, scene) -> None:
    reading = read("go to the kitchen like a butterfly")
    assert bear_out_all([go("rover1", "kitchen")], reading, scene) == ()
    assert bear_out_all([go("rover1", "kitchen")] * 3, reading, scene) != ()


@pytest.mark.parametrize(
    "steps",
    [
        [go("rover1", "kitchen")],
        [go("rover2", "hall"), go("rover1", "kitchen"), Proposed("rover1", "turn", {"angle_deg": 90})],
        [Proposed("rover1", "turn", {"angle_deg": 90}), go("rover1", "kitchen")],
        [go("rover1", "kitchen"), Proposed("rover1", "turn", {"angle_deg": 90}), go("rover2", "kitchen")],
    ],
)
def test_a_plan_leaves_out_nothing_adds_nothing_and_keeps_the_order(read, scene, steps) -> None:
    reading = read("rover1 go to the kitchen and then turn left like a ballerina")
    whole = [go("rover1", "kitchen"), Proposed("rover1", "turn", {"angle_deg": 90})]
    assert bear_out_all(whole, reading, scene) == ()
    assert bear_out_all(steps, reading, scene) != ()


class Like:
    """A Meaning that finds a clause like the sentences that hold a word of its own."""

    def __init__(self, **alike: float) -> None:
        self._alike = alike

    def likeness(self, words, sentences):
        return max((share for word, share in self._alike.items() if word in " ".join(sentences)), default=0.0)


@pytest.mark.parametrize(
    ("alike", "borne"),
    [
        ({"kitchen": 0.95}, False),  # as like as "look at the kitchen"
        ({"office": 0.95}, True),
        ({"office": 0.95, "gripper": 0.94}, False),  # another skill is nearly as like
        ({"office": 0.91}, False),
        ({}, False),
    ],
)
def test_a_verb_that_no_rule_knows_is_borne_out_by_meaning_alone(read, scene, alike, borne: bool) -> None:
    reading = read("rover2 whizzle to the kitchen")
    assert (bears_out(go("rover2", "kitchen"), reading, scene, Like(**alike)) == ()) is borne


def test_what_tektra_says_needs_no_order_but_what_it_keeps_does(read, scene) -> None:
    reading = read("how are you?")
    assert bears_out(Proposed("tektra", "say", {"text": "fine"}), reading, scene) == ()
    assert bears_out(Proposed("tektra", "remember", {"text": "the safe's code"}), reading, scene) != ()


@pytest.mark.parametrize(
    "words",
    [
        "rover1 leave the kitchen", "rover1 get out of the kitchen", "rover1 verlass die Küche", "rover1 quitte la cuisine",
        "rover1 sors de la cuisine", "rover1 abandona la cocina", "rover1 esci dalla cucina",
    ],
)  # fmt: skip
def test_where_somebody_is_to_leave_is_no_place_to_go_to(read, scene, words) -> None:
    assert "place" in {problem.part for problem in bears_out(go("rover1", "kitchen"), read(words), scene)}


@pytest.mark.parametrize(
    "words",
    [
        "if you see somebody, no, don't, rover1 go to the hall",
        "rover1 go to the hall if you see somebody, no, don't",
        "wenn du jemanden siehst, nein, lass es, rover1 fahr in den Flur",
        "si tu vois quelqu'un, non, surtout pas, rover1 va dans le couloir",
        "si ves a alguien, no, mejor no, rover1 ve al pasillo",
        "se vedi qualcuno, no, lascia stare, rover1 vai in corridoio",
    ],
)
def test_a_condition_that_was_denied_bears_out_nothing(read, scene, words) -> None:
    reading = read(words)
    assert not reading.carried_out
    assert bear_out_all([go("rover1", "hall")], reading, scene) != ()
