# SPDX-License-Identifier: Apache-2.0
"""What people say around their orders: whom they go on to ask about, reminders, and facts that they put right in passing."""

import pytest

from tektra.planner.conversation.request import Role


@pytest.mark.parametrize(
    ("order", "question"),
    [
        ("send rover2 to the kitchen", "and rover1, where is that one?"),
        ("send rover2 to the kitchen", "where is the other one?"),
        ("envoie rover2 à la cuisine", "et l'autre, où est-il ?"),
        ("manda rover2 in cucina", "e l'altro dov'è?"),
    ],
)
def test_who_is_named_before_a_question_is_who_it_asks_about(home, order, question) -> None:
    home.say(order)
    home.end()
    reply = home.say(question)
    assert "rover1" in reply and "rover2" not in reply


@pytest.mark.parametrize(
    "words",
    [
        "remind me in ten minutes to water the plants",
        "remind me to water the plants in ten minutes",
        "erinnere mich in zehn Minuten an die Pflanzen",
        "rappelle-moi dans dix minutes d'arroser les plantes",
        "recuérdame en diez minutos que riegue las plantas",
        "ricordami tra dieci minuti delle piante",
    ],
)
def test_a_reminder_waits_for_its_time_which_is_none_of_its_text(home, words) -> None:
    home.say(words)
    assert home.manager.mind.lasting.words == (words,)
    (order,) = home.manager.mind.lasting.due(home.now_s + 601.0)
    text = order.steps[0].arguments["text"]
    assert not any(word in text for word in ("ten", "zehn", "dix", "diez", "dieci"))


def test_a_reminder_without_a_time_is_refused_and_not_said_at_once(home) -> None:
    assert "remind me to call Anna" in home.say("remind me to call Anna")
    assert not home.manager.mind.lasting.words


@pytest.mark.parametrize(
    ("words", "new"),
    [
        ("no, sorry, it is blue", "my car is blue"),
        ("no, it is blue", "my car is blue"),
    ],
)
def test_a_fact_is_put_right_by_going_on_about_it(home, words, new) -> None:
    home.talk.remember("my car is red", home.now_s, person="ann")
    home.say("what do you know about me", person="ann")
    assert new in home.say(words, person="ann")
    home.say("yes", person="ann")
    assert [fact.text for fact in home.talk.facts_of("ann")] == [new]


def test_an_order_behind_a_fact_is_no_correction_of_it(home) -> None:
    home.talk.remember("my car is red", home.now_s, person="ann")
    home.say("what do you know about me", person="ann")
    home.say("no, rover1 go to the kitchen", person="ann", role=Role.OPERATOR)
    assert home.driven[-1] == ("rover1", "navigate_to", {"place": "kitchen"})
    assert [fact.text for fact in home.talk.facts_of("ann")] == ["my car is red"]
