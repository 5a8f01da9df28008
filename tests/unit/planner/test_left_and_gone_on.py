# SPDX-License-Identifier: Apache-2.0
"""What was ended may be done again, what lies where is known from what was done, and what hinders is named in the question."""

import pytest

from tektra.planner.conversation.request import Request
from tektra.planner.plans.plan import Step, StepStatus
from tektra.planner.world.robot_state import RobotNow

ORDERS = [
    ("rover1 go to the kitchen", "carry on", "yes"),
    ("rover1 fahr in die Küche", "mach weiter", "ja"),
    ("rover1 va à la cuisine", "on continue", "oui"),
    ("rover1 ve a la cocina", "continúa", "sí"),
    ("rover1 vai in cucina", "continua", "sì"),
]
KITCHEN = ("rover1", "navigate_to", {"place": "kitchen"})


@pytest.mark.parametrize(("order", "on", "yes"), ORDERS)
def test_behind_a_stop_carrying_on_asks_whether_it_shall_be_done_again(home, order, on, yes) -> None:
    home.say(order)
    home.manager.end_all("stopped on request", home.now_s)
    home.end(StepStatus.CANCELED)
    home.say(on)
    assert home.driven == [KITCHEN]
    home.say(yes)
    assert home.driven == [KITCHEN, KITCHEN]


def test_what_was_done_is_not_carried_on(home) -> None:
    home.say("rover1 go to the kitchen")
    home.end()
    assert "again" not in home.say("carry on")


@pytest.mark.parametrize(
    ("order", "asks", "word"),
    [
        ("put the red cube on the tray", "what is on the tray?", "red"),
        ("leg den roten Würfel auf das Tablett", "was liegt auf dem Tablett?", "rote"),
        ("mets le cube rouge sur le plateau", "qu'est-ce qu'il y a sur le plateau ?", "rouge"),
        ("pon el cubo rojo en la bandeja", "¿qué hay en la bandeja?", "rojo"),
        ("metti il cubo rosso sul vassoio", "cosa c'è sul vassoio?", "rosso"),
    ],
)
def test_what_was_put_down_somewhere_lies_there_until_it_is_taken(home, order, asks, word) -> None:
    home.say(order)
    home.end()
    home.end()
    assert word in home.say(asks)
    home.say("pick up the red cube")
    home.end()
    assert word not in home.say(asks)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("the kitchen is locked, rover1 go to the kitchen", "The kitchen is locked"),
        ("die Küche ist abgeschlossen, rover1 fahr in die Küche", "Die Küche ist abgeschlossen"),
        ("la cuisine est fermée à clé, rover1 va à la cuisine", "La cuisine est fermée à clé"),
        ("la cocina está cerrada con llave, rover1 ve a la cocina", "La cocina está cerrada con llave"),
        ("la cucina è chiusa a chiave, rover1 vai in cucina", "La cucina è chiusa a chiave"),
    ],
)
def test_the_question_names_what_speaks_against_the_order(home, words, named) -> None:
    told = home.say(words)
    assert named in told
    assert "rover1" in told
    assert home.driven == []


def test_a_robot_that_is_sent_elsewhere_on_its_way_comes_from_where_it_began(home) -> None:
    """ "rover1 to the office." (It drives.) "Now to the kitchen." "And back." drove it to the place where the second was said."""
    mind = home.manager.mind
    for place, x_m, moving in (("office", 1.2, False), ("kitchen", 5.0, True)):
        mind.robots["rover1"] = RobotNow(home.now_s, localized=True, x_m=x_m, y_m=4.4, moving=moving)
        mind.ordered(
            Request(place, "talk", "", "test", home.now_s, 1),
            [Step(1, "rover1", "navigate_to", {"place": place})],
        )
    assert mind.memory("talk").as_read(home.now_s).came_from == {"rover1": (1.2, 4.4)}
