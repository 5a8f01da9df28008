# SPDX-License-Identifier: Apache-2.0
"""In a conversation: what speaks against later orders is kept until it is over, was overruled, or is long ago."""

import pytest

GO = [("rover1", "navigate_to", {"place": "kitchen"})]


@pytest.mark.parametrize(
    ("told", "order", "yes"),
    [
        ("the kitchen is locked.", "rover1 go to the kitchen", "yes"),
        ("Die Küche ist abgeschlossen.", "rover1 fahr in die Küche", "ja"),
        ("La cuisine est fermée.", "rover1 va dans la cuisine", "oui"),
        ("La cocina está cerrada.", "manda a rover1 a la cocina", "sí"),
        ("La cucina è chiusa.", "rover1 vai in cucina", "sì"),
    ],
)
def test_it_is_asked_about_once_and_done_on_a_yes(home, told, order, yes) -> None:
    assert home.say(told)
    assert home.say(order).endswith("?") and not home.driven
    home.say(yes)
    assert home.driven == GO
    home.end()
    home.say(order)
    assert len(home.driven) == 2


def test_what_is_over_hinders_nobody(home) -> None:
    home.say("the kitchen is locked")
    home.manager._to_the_model = lambda request, now_s: None  # it is talk
    home.say("the kitchen is open again")
    home.say("rover1 go to the kitchen")
    assert home.driven == GO


def test_what_was_told_long_ago_hinders_nobody(home) -> None:
    home.say("the kitchen is locked")
    home.later(3600.0)
    home.say("rover1 go to the kitchen")
    assert home.driven == GO


def test_what_was_only_planned_with_is_not_kept(home) -> None:
    home.say("the kitchen is locked", plan_only=True)
    home.say("rover1 go to the kitchen")
    assert home.driven == GO
