# SPDX-License-Identifier: Apache-2.0
"""A recogniser writes no comma: "wait she is in the way" stops as "wait, she is in the way" does."""

import pytest

from tektra.language.stop import LEXICON, Kind, Verdict, verdict

ROBOTS = ["rover1", "rover2"]


@pytest.mark.parametrize(
    "words",
    [
        "wait she is in the way",
        "no wait he's on the floor",
        "hold on there's somebody behind you",
        "warte sie steht im Weg",
        "attends il y a quelqu'un derrière",
        "attends elle est là",
        "espera hay un niño",
        "aspetta c'è un bambino",
        "wait what are you doing",
        "attends y a un gosse",
    ],
)
def test_what_is_said_behind_a_mere_wait_is_another_clause(words: str) -> None:
    assert verdict(words, ROBOTS).kind is Kind.STOP


@pytest.mark.parametrize(
    "words",
    [
        "wait the child is there",
        "no wait my sister is behind it",
        "hang on the cat's on the floor",
        "wait the man in the red shirt is right there",
        "wait grandma is behind you",
        "warte das Kind steht da",
        "nein warte mein Bruder liegt am Boden",
        "warte Oma kommt gerade",
        "warte hinter dir steht meine Schwester",
        "attends le chat est devant",
        "attends mon fils il est derrière toi",
        "attends papa est juste là",
        "espera el perro está ahí",
        "espera los niños están jugando delante",
        "aspetta il bambino è lì",
        "aspetta la porta è chiusa",
        "aspetta il cane di mia sorella è per terra",
        "per favore aspetta il tubo è di traverso",
        "wait those wires are live",
        "wait my sleeve caught in your gripper",
        "warte der Teppich rollt sich auf",
        "attends la dame avec la poussette veut passer",
        "attends le tapis s'enroule",
        "espera este vaso está roto",
        "espera mamá todavía no se ha ido",
    ],
)
def test_so_is_who_or_what_is_there_by_its_noun_and_verb(words: str) -> None:
    assert verdict(words, ROBOTS).kind is Kind.STOP


@pytest.mark.parametrize(
    ("words", "robots"),
    [
        ("oh no wait the child is there", ()),
        ("wait wait wait the child is there", ()),
        ("rover1 wait the child is there", ("rover1",)),
        ("go to the kitchen no wait the child is there", ()),
        ("fahr in den Flur nein warte die Tür ist zu", ()),
        ("wait a second there's a kid behind you", ()),
        ("wait a minute please, there's a kid behind you", ()),
        ("espera un momento la silla se cae", ()),
        ("moment warte der Teppich brennt", ()),
        ("go on no wait the boxes fell", ()),
        ("continua no aspetta le scatole sono cadute", ()),
    ],
)
def test_an_order_a_name_and_a_short_while_stand_beside_the_wait(words: str, robots: tuple[str, ...]) -> None:
    heard = verdict(words, ROBOTS)
    assert heard.kind is Kind.STOP and heard.robots == robots


@pytest.mark.parametrize(
    "words",
    [
        "wait for her in the kitchen",
        "wait on the left side of the table",
        "wait in the hall until she comes",
        "no wait she comes on Saturday",
        "warten Sie bitte in der Küche",
        "attends le train dans le couloir",
        "aspetta il postino in corridoio",
        "aspetta i bambini in cucina",
        "espera en la cocina",
        "wait in the hall",
        "wait the whole day",
        "wait the two minutes that it takes",
        "wait the half hour in the sitting room",
        "wait till the child is there",
        "wait here the child is coming",
        "wait a moment",
        "wait the night in the garage",
        "wait your turn please",
        "rover1 attends 10 s",
        "attends la dame devant la porte",
        "attends le facteur devant la porte il est en retard",
        "attends le train s'il te plaît",
        "go to the hall and wait my sister is coming",
        "I can't wait the party is great",
        "wait how many robots have we",
        "warte bis das Kind da ist",
        "warte den Bus ab der gleich kommt",
        "warte vor der Tür",
        "attends que le chat soit là",
        "attends le bus qui arrive",
        "attends le feu vert et traverse",
        "espera el autobús en la parada",
        "espera el tren esta tarde",
        "espera esta noche en el garaje",
        "espera la señal y pasa",
        "aspetta e poi vai in cucina",
        "aspetta il treno che arriva alle tre",
    ],
)
def test_for_whom_how_long_and_where_one_waits_is_none(words: str) -> None:
    assert verdict(words, ROBOTS).kind is Kind.NONE


def test_no_word_of_a_language_begins_and_ends_what_is_named() -> None:
    """Accents are left out: "là", with which nothing begins, would be "la"."""
    nominative = {("den",), ("einen",), ("meinen",), ("deinen",), ("diesen",)}
    for opening in LEXICON.openings:
        words = {key: table.phrases for key, table in opening.tables.items()}
        assert not words["verbs"] & words["between"]
        assert not (words["unbegun"] & words["the"]) - nominative - {("al",), ("lo",)}


@pytest.mark.parametrize(
    "words",
    [
        "full stop now", "full stop immediately please", "faites-le stopper", "fais-la arrêter tout de suite",
        "reste là", "restez là s'il vous plaît", "bleib da", "stp", "stp stp", "spot spot", "Spot! Spot!", "kill it",
    ],
)  # fmt: skip
def test_a_stop_as_it_is_typed_misheard_or_put_in_other_words(words: str) -> None:
    assert verdict(words, ROBOTS) == Verdict(Kind.STOP)


@pytest.mark.parametrize(
    "words",
    [
        "put a full stop now and then", "full stop at the end of the line", "va dans la cuisine, stp", "oui stp", "spot", "there is a spot spot it",
        "fais tes devoirs sans t'arrêter", "reste là-bas près de la porte", "bleib da drüben bei Oma",
    ],
)  # fmt: skip
def test_what_only_looks_like_those_is_none(words: str) -> None:
    assert verdict(words, ROBOTS).kind is Kind.NONE


def test_a_robot_called_spot_is_called_and_a_stp_behind_a_name_is_for_that_robot() -> None:
    assert verdict("spot spot", ["spot"]).kind is Kind.NONE
    assert verdict("rover1 stp", ROBOTS) == Verdict(Kind.STOP, ("rover1",))
    assert verdict("rover7 stp", ROBOTS) == Verdict(Kind.STOP)


@pytest.mark.parametrize(
    ("words", "stops"),
    [
        ("I said stop yesterday", True),
        ("I told you to stop this morning", True),
        ("gestern habe ich stopp gesagt", True),
        ("hier j'ai dit stop", True),
        ("ayer dije alto", True),
        ("ieri ho detto stop", True),
        ("yesterday I said stop and you went on", False),
        ("gestern habe ich stopp gesagt und keiner hat gehört", False),
        ("hier j'ai dit stop et tu as continué", False),
        ("ayer dije alto y seguiste", False),
        ("ieri ho detto stop e hai continuato", False),
        ("yesterday she told him to stop", False),
        ("last year I said stop on the ship", False),
        ("yesterday I said stop and you went on, now stop", True),
    ],
)
def test_a_stop_of_another_day_is_one_while_it_may_be_a_reproach(words: str, stops: bool) -> None:
    assert (verdict(words, ROBOTS).kind is Kind.STOP) is stops


@pytest.mark.parametrize(
    "words",
    [
        "no wait forty degrees",
        "no wait, forty degrees",
        "turn left thirty degrees no wait forty five degrees",
        "drive three metres, no wait, not three, two and a half",
        "hang on I mean half a metre",
        "nein warte vierzig Grad",
        "dreh dich um dreißig Grad, nein warte, fünfundvierzig Grad",
        "warte lieber anderthalb Meter",
        "non attends, quarante degrés",
        "avance de deux mètres, non attends, trois mètres",
        "no espera, cuarenta grados",
        "espera, mejor metro y medio",
        "no aspetta, ventotto gradi",
        "aspetta, anzi un metro e mezzo",
    ],
)
def test_a_quantity_alone_behind_a_mere_wait_corrects_one(words: str) -> None:
    assert verdict(words, ROBOTS).kind is not Kind.STOP


@pytest.mark.parametrize(
    "words",
    [
        "wait, two people are behind you",
        "wait! two metres",
        "wait, ten seconds",
        "stop, forty degrees",
        "warte, zwei Kinder sind da",
        "attends, deux enfants sont là",
        "espera, hay dos niños",
        "aspetta, ci sono due bambini",
    ],
)
def test_anything_more_or_a_time_or_a_real_stop_is_no_such_correction(words: str) -> None:
    assert verdict(words, ROBOTS).kind is Kind.STOP
