# SPDX-License-Identifier: Apache-2.0
"""What people tell beside an order, in one breath with it, is no part of it: why they want it, what they forgot, who is coming."""

import pytest

from tektra.planner.understanding.reading import When

KITCHEN, HALL, OFFICE, BEDROOM = "kitchen", "hall", "office", "bedroom"


def _gone(reading):
    assert reading.carried_out, (reading.words, reading.act, reading.indirect, reading.doubts)
    return [(step.who, step.arguments.get("place", step.skill)) for step in reading.steps]


@pytest.mark.parametrize(
    ("words", "who", "where"),
    [
        ("dinner's nearly ready so send rover1 to the kitchen", "rover1", KITCHEN),
        ("my mum is visiting so send rover2 to the office", "rover2", OFFICE),
        ("we have guests coming so rover2 go to the hall", "rover2", HALL),
        ("the doorbell rang, rover2, go to the hall", "rover2", HALL),
        ("rover1 is stuck so use rover2 to go to the kitchen", "rover2", KITCHEN),
        ("send rover1 to the bedroom because I forgot my glasses", "rover1", BEDROOM),
        ("rover1 go to the bedroom, I left my glasses there", "rover1", BEDROOM),
        ("I left my glasses in the bedroom, get rover2 to go in there", "rover2", BEDROOM),
        ("gleich gibt's Essen, rover1 fahr in die Küche", "rover1", KITCHEN),
        ("es kommen gleich Gäste, rover2 fahr in den Flur", "rover2", HALL),
        ("Meine Mutter kommt gleich, schick rover1 in die Küche", "rover1", KITCHEN),
        ("rover1 fährt in die Küche, weil ich Hunger habe", "rover1", KITCHEN),
        ("rover1 fahr ins Schlafzimmer, ich hab da was vergessen", "rover1", BEDROOM),
        ("le repas est prêt donc envoie rover1 à la cuisine", "rover1", KITCHEN),
        ("Ma mère arrive, envoie rover1 à la cuisine", "rover1", KITCHEN),
        ("rover1 va à la cuisine parce que j'ai faim", "rover1", KITCHEN),
        ("envoie rover1 dans la chambre, j'ai oublié mes lunettes", "rover1", BEDROOM),
        ("la cena está lista así que manda a rover1 a la cocina", "rover1", KITCHEN),
        ("rover2 ve al dormitorio, me he dejado las gafas", "rover2", BEDROOM),
        ("la cena è pronta quindi manda rover1 in cucina", "rover1", KITCHEN),
        ("Mia madre arriva, manda rover1 in cucina", "rover1", KITCHEN),
        ("rover1 vai in cucina perché ho fame", "rover1", KITCHEN),
    ],
)
def test_what_is_told_is_no_part_of_the_order(read, words, who, where) -> None:
    assert _gone(read(words)) == [(who, where)]


@pytest.mark.parametrize(
    "words",
    [
        "rover1 go to the kitchen, I'm only joking",
        "rover1 va dans la cuisine, je plaisante",
        "rover1 go to the bedroom but don't use the hall",
        "perché rover1 è in cucina?",
        "why is rover1 so slow",
    ],
)
def test_what_changes_the_order_or_asks_is_not_passed_over(read, words) -> None:
    assert not read(words).carried_out


@pytest.mark.parametrize(
    ("words", "things"),
    [
        ("put the red, the blue and the green cube on the tray", ["red_cube", "blue_cube", "green_cube"]),
        ("put the red and the blue cube on the tray", ["red_cube", "blue_cube"]),
        ("put the green cube and the red on the tray", ["green_cube", "red_cube"]),
    ],
)
def test_several_share_the_word_for_their_sort(read, words, things) -> None:
    found = read(words)
    assert [step.arguments["object"] for step in found.steps if step.skill == "grasp"] == things


@pytest.mark.parametrize(
    ("words", "where"),
    [
        ("go to... the kitchen", KITCHEN),
        ("go to the… kitchen", KITCHEN),
        ("rover1 fährt anstelle der Küche ins Büro", OFFICE),
        ("anstatt in die Küche fährst du ins Büro", OFFICE),
        ("invece che in cucina vai in ufficio", OFFICE),
        ("au lieu de la cuisine va au bureau", OFFICE),
        ("en vez de a la cocina ve a la oficina", OFFICE),
    ],
)
def test_the_place_that_is_meant(read, words, where) -> None:
    assert _gone(read(words)) == [("rover1", where)]


@pytest.mark.parametrize(
    "words",
    [
        "send rover1 to the office and the other one to the hall",
        "envoie rover1 au bureau et l'autre dans le couloir",
        "manda a rover1 al despacho y al otro al pasillo",
        "manda rover1 in ufficio e l'altro in corridoio",
        "rover1 ins Büro, der andere in den Flur",
    ],
)
def test_the_other_one_goes_where_is_said_behind_it(read, words) -> None:
    assert _gone(read(words)) == [("rover1", OFFICE), ("rover2", HALL)]


def test_zur_and_zum_are_one_preposition(read) -> None:
    found = read("rover1 schaut zum Flur, dann rover2 zur Küche")
    assert [(step.who, step.skill) for step in found.steps] == [("rover1", "look_at"), ("rover2", "look_at")]
    assert found.carried_out


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("every evening at eight send rover1 to the hall", 20),
        ("every day at 7 am rover1 goes to the hall", 7),
        ("every night at two send rover1 to the hall", 2),
        ("jeden Abend um acht fährt rover1 in den Flur", 20),
        ("jeden Tag um acht Uhr fährt rover1 in den Flur", 8),
        ("tous les soirs à huit heures, envoie rover1 dans le couloir", 20),
        ("cada noche a las ocho manda a rover1 al pasillo", 20),
        ("ogni sera alle otto manda rover1 in corridoio", 20),
    ],
)
def test_a_time_of_each_day(read, words, hour) -> None:
    (condition,) = read(words).conditions
    assert (condition.when, condition.seconds, condition.daily) == (When.AT, hour * 3600.0, True)


@pytest.mark.parametrize(
    ("words", "hour"),
    [
        ("rover1 go to the hall this evening at eight", 20),
        ("rover1 soll heute Abend um acht in die Küche fahren", 20),
        ("fahr rover1 heute Nachmittag um halb vier ins Büro", 15.5),
        ("ce soir à huit heures rover1 va dans le couloir", 20),
        ("esta noche a las ocho manda a rover1 al pasillo", 20),
        ("stasera alle otto manda rover1 in corridoio", 20),
        ("esta noche a las dos manda a rover1 al pasillo", 2),
    ],
)
def test_an_hour_of_a_part_of_today(read, words, hour) -> None:
    (condition,) = read(words).conditions
    assert (condition.when, condition.seconds, condition.daily) == (When.AT, hour * 3600.0, False)


@pytest.mark.parametrize("words", ["every day at eight send rover1 home", "every evening send rover1 home"])
def test_a_time_of_each_day_that_nobody_told_is_none(read, words) -> None:
    (condition,) = read(words).conditions
    assert condition.seconds == 0.0


@pytest.mark.parametrize(
    ("words", "share"),
    [
        ("if rover1 gets below twenty percent, send it home", 0.2),
        ("if rover1's battery falls below 50 percent, send it home", 0.5),
        ("wenn rover1 auf zwanzig Prozent fällt, schick ihn heim", 0.2),
        ("si rover1 passe en dessous de vingt pour cent, renvoie-le à sa base", 0.2),
        ("si rover1 baja del veinte por ciento, mándalo a su base", 0.2),
        ("se rover1 scende sotto il venti per cento, mandalo alla base", 0.2),
    ],
)
def test_below_which_share_of_its_charge(read, words, share) -> None:
    found = read(words)
    assert found.carried_out
    assert [(c.event, c.about, c.share) for c in found.conditions] == [("battery_low", ("rover1",), share)]
