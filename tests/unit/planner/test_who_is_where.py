# SPDX-License-Identifier: Apache-2.0
"""Who is at a place, where somebody goes, whose battery, which day: from data; and what the map does not know is not made up."""

import pytest

from tektra.common import paths, skills
from tektra.common.world import load_world
from tektra.planner.world.catalogue import Catalogue, read_actor, tektra
from tektra.planner.world.robot_state import RobotNow
from tektra.planner.world.world_view import Seen


@pytest.fixture
def world():
    return load_world(paths.share_dir() / "config" / "world.yaml")


@pytest.fixture
def catalogue() -> Catalogue:
    found = Catalogue().with_actor(tektra("test"))
    able = {"rover1": ("rover", ["base"]), "rover2": ("rover", ["base"]), "arm1": ("arm", ["arm", "gripper"])}
    for name, (kind, can) in able.items():
        known = [(s.name, s.sentence, s.schema, "") for s in skills.skills_of(can)]
        found = found.with_actor(read_actor(name, kind, "test", known))
    return found


@pytest.fixture
def there(home):
    """rover1 in the kitchen with 73 %, rover2 in the bedroom with 8 %."""
    for robot, place, battery in (("rover1", "kitchen", 0.73), ("rover2", "bedroom", 0.08)):
        pose = home.manager.mind._world.places[place].pose
        home.manager.mind.robots[robot] = RobotNow(
            home.now_s, connected=True, localized=True, x_m=pose.x_m, y_m=pose.y_m, battery=battery
        )
    home.gate = lambda stopped: None
    return home


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("which robot is in the kitchen at the moment?", "rover1 is at the kitchen."),
        ("Welcher Roboter steht in der Küche?", "rover1 ist in der Küche."),
        ("Quel robot est dans la cuisine ?", "rover1 est à la cuisine."),
        ("¿Qué robot está en la cocina?", "rover1 está en la cocina."),
        ("Quale robot è in cucina?", "rover1 è in cucina."),
        ("which robot is in the hall?", "No robot is at the hall."),
    ],
)
def test_which_robot_is_at_a_place(there, words, says) -> None:
    assert there.say(words).startswith(says)
    assert "rover2 " not in there.say(words)


@pytest.mark.parametrize(
    "words",
    [
        "isn't rover1 in the bedroom?",
        "rover1 is in the bedroom, right?",
        "Ist rover1 etwa im Schlafzimmer?",
        "Est-ce que rover1 est dans la chambre ?",
        "¿Está rover1 en el dormitorio?",
        "rover1 è in camera da letto?",
    ],
)
def test_where_it_is_not_is_denied_however_it_is_asked(there, words) -> None:
    assert there.say(words).startswith(("No, rover1", "Nein, rover1", "Non, rover1"))


@pytest.mark.parametrize(
    ("going", "words", "says"),
    [
        ("rover1 go to the hall", "which room is it heading for?", "the hall"),
        ("rover1 fahr in den Flur", "Wohin fährt rover1 gerade?", "in den Flur"),
        ("rover1 va dans le couloir", "Où va rover1 ?", "couloir"),
        ("rover1 ve al pasillo", "¿Adónde va rover1?", "pasillo"),
        ("rover1 vai nel corridoio", "Dove sta andando rover1?", "corridoio"),
    ],
)
def test_where_it_goes_is_another_question_than_where_it_is(home, going, words, says) -> None:
    home.say(going)
    assert says in home.say(words)


@pytest.mark.parametrize(
    "words", ["who needs charging most urgently?", "Wer hat am wenigsten Akku?", "¿Cuál tiene menos batería?"]
)  # fmt: skip
def test_whose_battery_is_the_lowest_is_told_with_all_of_them(there, words) -> None:
    assert "8 " in there.say(words)
    assert "73 " in there.say(words)


@pytest.mark.parametrize(
    "words",
    ["is the light on in the bedroom?", "¿Está encendida la luz del pasillo?", "is the office door open?"],
)
def test_what_the_map_does_not_know_of_a_place_is_no_yes_for_the_place(there, words) -> None:
    there.manager.mind.seen = lambda: Seen(True, "two cups", {"cup": 2})
    assert there.say(words) in ("I do not know.", "No lo sé.")


def test_whether_a_thing_is_at_a_place_is_told_by_the_map(there) -> None:
    told = there.say("is the red cube in the kitchen?")
    assert told.startswith("By the map red cube is at the table") and "kitchen" not in told


@pytest.mark.parametrize("words", ["and is there anything still planned?", "ist noch was geplant?"])
def test_what_is_planned_is_no_question_about_people(there, words) -> None:
    there.manager.mind.seen = lambda: Seen(True, "a person", {"person": 1})
    assert "1" not in there.say(words)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("which day of the week is it?", "day,"),
        ("Welchen Tag haben wir heute?", "tag,"),
        ("Quel jour sommes-nous ?", "di "),
    ],
)
def test_the_day_of_the_week_belongs_to_the_date(there, words, day) -> None:
    assert day in there.say(words)


def test_who_told_it_to_touch_a_thing_names_the_order_about_that_thing(home) -> None:
    home.say("arm1 pick up the green cube")
    home.end()
    home.say("wave with arm1")
    home.end()
    assert "green cube" in home.say("who told you to touch the green one?")


def test_a_fact_is_put_right_after_it_was_asked_about(home) -> None:
    ann = {"person": "ann"}
    home.talk.remember("my sister Clara visits on Sunday", home.now_s, person="ann")
    home.say("what do you know about me", **ann)
    home.manager.failed = lambda request_id, error: None
    home.out.think = lambda request: None
    home.say("when does Clara come?", **ann)
    assert "Sunday" in home.say("no, that's wrong, I meant Clara comes on Saturday", **ann)
    home.say("yes", **ann)
    assert "Saturday" in home.say("what do you know about me", **ann)


def test_whether_it_can_is_told_of_who_was_spoken_of(home) -> None:
    home.say("where is rover2?")
    assert home.say("can it wave?").startswith("No, rover2 cannot")
    assert home.say("can it look into the bedroom for me?").startswith("Yes, rover2 can")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("when does Clara come?", "Clara visits on Sunday"),
        ("I am so tired today", "I did not get that right"),
    ],
)
def test_in_place_of_what_a_model_makes_up_stands_what_was_asked_for_and_nothing_else(
    home, words, says
) -> None:
    home.talk.remember("my sister Clara visits on Sunday", home.now_s, person="ann")
    home.manager.mind.seen = lambda: Seen(True, "a person", {"person": 1})
    thought = []
    home.out.think = thought.append
    home.out.stop_thinking = lambda request_id: None
    home.say(words, person="ann")
    told = thought[0]
    home.manager.piece(told.request_id, "I see one person in front of me. ", home.now_s)
    assert says in home.out.said[told.request_id]
    assert "I see" not in home.out.said[told.request_id]


def test_of_several_each_is_told_whether_it_is_there(there) -> None:
    told = there.say("are both rovers in the kitchen?")
    assert told == "Yes, rover1 is at the kitchen. No, rover2 is not at the kitchen."


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("is rover2 at its dock?", "Yes, rover2"),
        ("ist rover2 an seinem Dock?", "Ja, rover2"),
        ("sigue rover2 en su base", "Sí, rover2"),
        ("is rover1 at its dock?", "No, rover1"),
    ],
)
def test_its_dock_is_its_own(there, words, says) -> None:
    pose = there.manager.mind._world.places["dock2"].pose
    there.manager.mind.robots["rover2"] = RobotNow(
        there.now_s, connected=True, localized=True, x_m=pose.x_m, y_m=pose.y_m
    )
    assert there.say(words).startswith(says)
