# SPDX-License-Identifier: Apache-2.0
"""Dialogues that go on behind a refusal, or while robots are at work: who shall instead, who shall not, what still goes on."""

import pytest

from tektra.planner.plans.plan import StepStatus

INSTEAD = [
    ("rover9 go to the kitchen", "ok then rover2"),
    ("rover7 fährt in die Küche", "na gut, dann eben rover2"),
    ("envoie rover7 à la cuisine", "alors rover2"),
    ("manda rover8 a la cocina", "entonces rover2"),
    ("manda rover8 in cucina", "allora rover2"),
]


@pytest.mark.parametrize(("order", "then"), INSTEAD)
def test_who_is_named_behind_a_refusal_does_it(home, order, then) -> None:
    home.say(order)
    assert home.driven == []
    home.say(then)
    assert home.driven == [("rover2", "navigate_to", {"place": "kitchen"})]


def test_a_place_that_is_named_behind_a_refusal_is_where_it_goes(home) -> None:
    home.say("rover1 go to the attic")
    home.say("the kitchen then")
    assert home.driven == [("rover1", "navigate_to", {"place": "kitchen"})]


@pytest.mark.parametrize("words", ["okay", "no", "no thanks", "why?", "and rover2?", "the other one"])
def test_behind_a_refusal_nothing_moves_that_nobody_named(home, words) -> None:
    home.say("arm1 go to the kitchen")
    home.say(words)
    assert home.driven == []


def test_a_robot_that_is_denied_behind_a_refusal_does_not_do_it(home) -> None:
    home.say("arm1 go to the kitchen")
    with pytest.raises(AssertionError, match="no model"):
        home.say("not rover2")
    assert home.driven == []


def test_after_a_stop_a_refusal_waits_for_nobody_any_more(home) -> None:
    home.say("rover9 go to the kitchen")
    home.manager.end_all("stopped on request", home.now_s)
    with pytest.raises(AssertionError, match="no model"):
        home.say("then rover2")
    assert home.driven == []


def test_a_refusal_is_forgotten_after_a_minute(home) -> None:
    home.say("rover9 go to the kitchen")
    home.now_s += 120.0
    with pytest.raises(AssertionError, match="no model"):
        home.say("then rover2")


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("rover1 and rover2 go to the kitchen", "no, only rover2"),
        ("rover1 and rover2 go to the kitchen", "not rover1"),
        ("rover1 und rover2 fahren in die Küche", "nein, nur rover2"),
        ("rover1 y rover2 id a la cocina", "no, solo rover2"),
        ("rover1 et rover2 allez à la cuisine", "non, seulement rover2"),
        ("rover1 e rover2 andate in cucina", "anzi solo rover2"),
        ("rover1 und rover2 fahren in die Küche", "rover1 nicht"),
        ("rover1 y rover2 id a la cocina", "rover1 no"),
    ],
)
def test_of_several_the_one_that_is_meant_goes_on(home, order, words) -> None:
    home.say(order)
    sent = len(home.out.sent)
    assert "rover1" in home.say(words)
    assert [
        step.who for id_, step_id in home.out.canceled for _, step in home.out.sent if step.id == step_id
    ] == ["rover1"]
    assert len(home.out.sent) == sent and home.out.stops == 0


def test_where_nothing_is_under_way_only_one_moves_nobody(home) -> None:
    home.say("rover1 and rover2 drive one metre ahead")
    home.end()
    home.end()
    sent = len(home.out.sent)
    home.say("no, only rover2")
    assert len(home.out.sent) == sent


def test_a_newer_order_for_one_of_two_says_that_the_other_goes_on(home) -> None:
    home.say("rover1 and rover2 go to the kitchen")
    told = home.say("rover2 go to the hall")
    assert "Under way: rover1 goes to the kitchen." in told
    assert [step.who for _, step in home.out.sent] == ["rover1", "rover2"]
    home.manager.ended("request1", 2, StepStatus.CANCELED, "", now_s=home.now_s)
    assert home.driven[-1] == ("rover2", "navigate_to", {"place": "hall"})
    home.manager.ended("request1", 1, StepStatus.SUCCEEDED, "there", now_s=home.now_s)
    assert home.out.outcomes["request1"] == "done"


def test_what_ends_of_others_by_a_newer_order_is_told(home) -> None:
    home.say("rover1 go to the kitchen, then rover2 go to the hall")
    assert "Ended: rover2 goes to the hall." in home.say("rover1 go to the hall")


def test_a_patrol_that_a_newer_order_ends_is_told(home) -> None:
    home.say("rover1 patrol between the kitchen and the hall")
    assert "Ended: rover1 patrol between the kitchen and the hall." in home.say("rover1 go to the hall")


@pytest.mark.parametrize(
    "words",
    [
        "can arm1 drive?", "¿puede arm1 moverse por la casa?", "¿arm1 es capaz de moverse?", "arm1 peut-il se déplacer ?",
        "arm1 è in grado di spostarsi?", "kann sich arm1 durch die Wohnung bewegen?", "can rover1 wave?", "¿puede rover1 saludar?",
    ],
)  # fmt: skip
def test_what_no_skill_of_a_robot_does_it_cannot_do(home, words) -> None:
    assert home.say(words).lower().startswith(("no", "nein"))


def test_what_is_unread_of_an_ability_is_not_affirmed(home) -> None:
    told = home.say("kann arm1 herumfahren?")
    assert not told.startswith(("Ja", "Nein")) and "winken" in told


@pytest.mark.parametrize(
    ("first", "who", "choice"),
    [
        ("can arm1 drive to the kitchen?", "which of you can then?", "the second one"),
        ("arm1 può andare in cucina?", "chi ci può andare?", "il secondo"),
        ("kann arm1 in die Küche fahren?", "wer kann es denn?", "der zweite"),
    ],
)
def test_who_can_is_answered_and_chosen_from(home, first, who, choice) -> None:
    home.say(first)
    told = home.say(who)
    assert "rover1" in told and "rover2" in told and "arm1" not in told
    assert home.driven == []
    home.say(choice)
    assert home.driven == [("rover2", "navigate_to", {"place": "kitchen"})]


def test_not_necessary_answers_a_question_and_ends_nothing_else(home) -> None:
    home.say("in two minutes rover2 goes to the hall")
    assert home.say("can rover1 go to the kitchen?").endswith("?")
    home.say("that is not necessary")
    assert home.manager.mind.lasting.words and home.driven == []


@pytest.mark.parametrize(
    ("order", "ending"),
    [
        ("in zwei Minuten fährt rover2 in den Flur", "lass das mit dem Flur bleiben"),
        ("in two minutes rover2 goes to the hall", "we don't need the hall any more"),
        ("dentro de dos minutos rover2 va al pasillo", "deja lo del pasillo"),
        ("dans deux minutes rover2 va dans le couloir", "laisse tomber le couloir"),
        ("fra due minuti rover2 va in corridoio", "lascia perdere il corridoio"),
        ("in two minutes rover2 goes to the hall", "no need for that any more"),
        ("in two minutes rover2 goes to the hall", "it is no longer needed"),
        ("in zwei Minuten fährt rover2 in den Flur", "das ist nicht mehr nötig"),
        ("dentro de dos minutos rover2 va al pasillo", "ya no hace falta"),
        ("dans deux minutes rover2 va dans le couloir", "ce n'est plus la peine"),
        ("fra due minuti rover2 va in corridoio", "non serve più"),
    ],
)
def test_what_was_to_be_done_later_is_called_off_in_passing(home, order, ending) -> None:
    home.say(order)
    assert home.manager.mind.lasting.words
    home.say(ending)
    home.later(300.0)
    assert home.manager.mind.lasting.words == () and home.driven == []
