# SPDX-License-Identifier: Apache-2.0
"""One more of what was counted, the same with another thing, an earlier order behind a new one, and who else is to do it."""

from dataclasses import replace

import pytest

from tests.unit.planner.understanding.test_dialogue import after


def _said(read, scene, *turns):
    for words in turns[:-1]:
        scene = after(scene, read(words, scene))
    return read(turns[-1], scene)


@pytest.mark.parametrize(
    ("before", "words", "metres"),
    [
        ("rover1 drive 2 metres forward", "one more", 1),
        ("rover1 drive 2 metres forward", "another one", 1),
        ("rover1 drive 2 metres forward", "one more metre", 1),
        ("rover1 drive 3 metres forward", "two more", 2),
        ("rover1 drive 50 cm forward", "one more", 0.5),
        ("rover1 fahr 3 Meter zurück", "noch einen bitte", -1),
        ("rover1 fahr 2 Meter vorwärts", "noch ein bisschen", 0.2),
        ("rover1 avance de deux mètres", "encore un", 1),
        ("rover1 avanza dos metros", "otro más", 1),
        ("rover1 avanti di due metri", "un altro", 1),
        ("rover1 avanti di un metro", "ancora un po'", 0.2),
    ],
)
def test_one_more_is_one_of_what_was_counted(read, scene, before, words, metres) -> None:
    found = _said(read, scene, before, words)
    assert found.carried_out
    assert [step.arguments["distance_m"] for step in found.steps] == [pytest.approx(metres)]


def test_one_more_of_several_is_one_more_of_each(read, scene) -> None:
    found = _said(read, scene, "rover1 and rover2 drive 2 metres forward", "one more")
    told = [(step.who, step.arguments["distance_m"]) for step in found.steps]
    assert told == [("rover1", 1), ("rover2", 1)]


def test_another_one_is_another_robot_where_nothing_is_counted(read, scene) -> None:
    found = _said(read, scene, "rover1 go to the hall", "another one")
    assert ([step.who for step in found.steps], [d.kind for d in found.doubts]) == (["rover2"], ["sure"])


@pytest.mark.parametrize(
    ("turns", "things"),
    [
        (("put the red cube on the tray", "now the green one as well"), ["green_cube"]),
        (("pick up the red cube", "put it on the tray", "and the blue one too"), ["blue_cube"]),
        (("put the red cube on the tray", "and the blue and the green one"), ["blue_cube", "green_cube"]),
        (("leg den roten Würfel aufs Tablett", "jetzt noch den grünen"), ["green_cube"]),
        (("mets le cube rouge sur le plateau", "et le vert aussi"), ["green_cube"]),
        (("pon el cubo rojo en la bandeja", "ahora el verde también"), ["green_cube"]),
        (("metti il cubo rosso sul vassoio", "adesso anche quello verde"), ["green_cube"]),
    ],
)
def test_another_thing_is_taken_and_put_there_too(read, scene, turns, things) -> None:
    there = scene
    found = None
    kept: tuple[str, ...] = ()
    for words in turns:
        found = read(words, there)
        following = after(scene, found)
        kept = following.memory.things or kept
        there = _with_things(following, kept)
    assert found is not None and found.carried_out
    told = [(step.skill, *step.arguments.values()) for step in found.steps]
    assert told == [pair for thing in things for pair in (("grasp", thing), ("place", "tray"))]


def _with_things(scene, things):
    return replace(scene, memory=replace(scene.memory, things=things))


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("rover1 drive 2 metres forward", "turn around and do the same again"),
        ("rover1 fahr 2 Meter vorwärts", "dreh um und mach dasselbe noch mal"),
        ("rover1 avance de deux mètres", "fais demi-tour et fais la même chose"),
        ("rover1 avanza dos metros", "date la vuelta y haz lo mismo otra vez"),
        ("rover1 avanti di due metri", "girati e fai la stessa cosa"),
    ],
)
def test_an_earlier_order_again_behind_a_turn(read, scene, before, words) -> None:
    found = _said(read, scene, before, words)
    assert found.carried_out
    assert [(step.skill, *step.arguments.values()) for step in found.steps] == [("turn", 180), ("move", 2)]


def test_whether_the_earlier_or_the_new_one_is_meant_again_is_asked(read, scene) -> None:
    found = _said(read, scene, "rover1 drive 2 metres forward", "arm1 wave and do it again")
    assert [doubt.kind for doubt in found.doubts] == ["sure"]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("rover1 go to the office", "rover2 should go as well"),
        ("rover1 fahr ins Büro", "rover2 soll auch fahren"),
        ("rover1 ve a la oficina", "que vaya también rover2"),
        ("rover1 vai in ufficio", "vada anche rover2"),
    ],
)
def test_who_else_is_to_go(read, scene, before, words) -> None:
    found = _said(read, scene, before, words)
    assert found.carried_out
    assert [(step.who, step.arguments) for step in found.steps] == [("rover2", {"place": "office"})]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("rover1 and rover2 go to the hall", "they should turn around"),
        ("rover1 and rover2 go to the hall", "they must turn around"),
        ("rover1 et rover2, allez dans le couloir", "qu'ils fassent demi-tour"),
        ("rover1 und rover2, fahrt in den Flur", "sie sollen umdrehen"),
    ],
)
def test_they_are_those_who_were_told_last(read, scene, before, words) -> None:
    found = _said(read, scene, before, words)
    assert found.carried_out
    assert sorted((step.who, step.skill) for step in found.steps) == [("rover1", "turn"), ("rover2", "turn")]


@pytest.mark.parametrize("words", ["they go to the kitchen", "they turn around"])
def test_what_they_do_is_no_order(read, scene, words) -> None:
    assert not _said(read, scene, "rover1 and rover2 go to the hall", words).carried_out


@pytest.mark.parametrize(
    "words",
    [
        "tell me once rover1 arrives",
        "dimmi quando rover1 arriva",
        "dis-moi quand rover1 arrive",
        "sag mir Bescheid, sobald rover1 ankommt",
    ],
)
def test_tell_me_once_it_is_there(read, words) -> None:
    (condition,) = read(words).conditions
    assert (condition.event, condition.about) == ("arrived", ("rover1",))


def test_once_another_robot_is_there_it_is_not_sent_there(read) -> None:
    assert [step.who for step in read("as soon as rover1 is home, rover2 go to the hall").steps] == ["rover2"]
    found = read("as soon as rover2 reaches the office let arm1 wave")
    assert [step.who for step in found.steps] == ["arm1"]
    assert [condition.event for condition in found.conditions] == ["at_place"]


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("rover1, avance un peu", "encore un peu"),
        ("rover1 vai avanti un po'", "un altro po'"),
        ("rover1 avanza un poco", "otro poco"),
        ("rover1 fahr ein bisschen vorwärts", "noch ein bisschen"),
        ("rover1 move forward a little", "another little bit"),
    ],
)
def test_a_little_more_is_a_little(read, scene, before, words) -> None:
    (step,) = _said(read, scene, before, words).steps
    assert step.skill == "move" and 0.05 <= step.arguments["distance_m"] <= 0.5
