# SPDX-License-Identifier: Apache-2.0
"""What numbers and units in a sentence come to, in five languages."""

import math

import pytest

from tektra.common.errors import ConfigError
from tektra.language import files
from tektra.language.quantities import Kind, Quantity, find
from tektra.language.spelling import one_slip
from tektra.language.units import factor

# language | sentence | quantities, each "kind value", apart by ";"
KNOWN = """
en | two feet forward | length 0.6096
en | thirty inches | length 0.762
en | 150 cm | length 1.5
en | turn one radian | angle 57.2958
en | two and a half metres | length 2.5
en | two and the half metres | length 2.5
en | a metre and a half | length 1.5
en | half a metre | length 0.5
en | half a turn | angle 180
en | a sixth of a circle | angle 60
en | three eighths of a turn | angle 135
en | 3/4 of a metre | length 0.75
en | 0.5 of a turn | angle 180
en | a quarter turn to the left | angle 90
en | three quarters of a turn | angle 270
en | rover two metres ahead | length 2
en | one metre twenty | length 1.2
en | 5'6" | length 1.6764
en | two feet and six inches | length 0.762
en | wait an hour and a half | duration 5400
en | wait 1h30 | duration 5400
en | 1 1/2 metres | length 1.5
en | 1½ m | length 1.5
en | ½ metre | length 0.5
en | 50 % speed | share 0.5
en | at fifty percent | share 0.5
en | 2 m/s | speed 2
en | two metres per second | speed 2
en | 36 km/h | speed 10
en | 20 degrees per second | turn_rate 20
en | do it twice | count 2
en | three times | count 3
en | a couple of metres | length 2
en | -2 m | length -2
en | minus two metres | length -2
en | at 10:30 | clock 37800
en | a hundred and eighty degrees | angle 180
en | twenty-five centimetres | length 0.25
en | point five metres | length 0.5
en | .5 m | length 0.5
en | zero point five meters | length 0.5
en | 1 000 m | length 1000
en | 1,234.5 m | length 1234.5
en | 1.234,5 m | length 1234.5
en | move forward a foot | length 0.3048
en | two turns | angle 720
en | ２ m | length 2
en | drive 2 metres, 90 degrees right | length 2; angle 90
en | go 2, then 3 | count 2; count 3
en | wait three seconds and go 1 m | duration 3; length 1
en | the second cube | count 2
en | half a dozen cubes | count 6
de | zwei Fuß | length 0.6096
de | zwei Fuss | length 0.6096
de | anderthalb Meter | length 1.5
de | zweieinhalb Stunden | duration 9000
de | ein Meter fünfzig | length 1.5
de | einen halben Meter | length 0.5
de | eine halbe Drehung | angle 180
de | eine Vierteldrehung | angle 90
de | in einer Viertelstunde | duration 900
de | drei Komma fünf Meter | length 3.5
de | 3,5 m | length 3.5
de | funf meter | length 5
de | fuenfundzwanzig Zentimeter | length 0.25
de | hundertachtzig Grad | angle 180
de | zweimal | count 2
de | drei Mal | count 3
de | fünfzig Prozent | share 0.5
de | zwei Meter die Sekunde | speed 2
de | um 10 Uhr | clock 36000
de | eine Stunde und zehn Minuten | duration 4200
de | rover zwei einen Meter vor | count 2; length 1
fr | un mètre et demi | length 1.5
fr | un demi-mètre | length 0.5
fr | une heure et demie | duration 5400
fr | trois quarts d'heure | duration 2700
fr | deux pieds | length 0.6096
fr | fais demi-tour | angle 180
fr | un quart de tour | angle 90
fr | un tour complet | angle 360
fr | un mètre cinquante | length 1.5
fr | 1m50 | length 1.5
fr | deux virgule cinq mètres | length 2.5
fr | quatre-vingt-dix degrés | angle 90
fr | quatre vingt dix degres | angle 90
fr | deux fois | count 2
fr | cinquante pour cent | share 0.5
fr | 36 kilomètres à l'heure | speed 10
es | un metro y medio | length 1.5
es | medio metro | length 0.5
es | media hora | duration 1800
es | dos pies | length 0.6096
es | da media vuelta | angle 180
es | un cuarto de vuelta | angle 90
es | un metro cincuenta | length 1.5
es | dos coma cinco metros | length 2.5
es | treinta y cinco centímetros | length 0.35
es | veintiún metros | length 21
es | dos veces | count 2
es | cincuenta por ciento | share 0.5
es | dos metros por segundo | speed 2
es | un segundo | duration 1
es | el segundo cubo | count 2
it | un metro e mezzo | length 1.5
it | mezz'ora | duration 1800
it | due piedi | length 0.6096
it | mezzo giro | angle 180
it | un quarto di giro | angle 90
it | un metro e cinquanta | length 1.5
it | due virgola cinque metri | length 2.5
it | centottanta gradi | angle 180
it | due volte | count 2
it | cinquanta per cento | share 0.5
it | due metri al secondo | speed 2
"""


def cases() -> list[tuple[str, str, str]]:
    return [tuple(part.strip() for part in line.split("|")) for line in KNOWN.strip().splitlines()]  # type: ignore[misc]


def summed(found: tuple[Quantity, ...]) -> str:
    return "; ".join(f"{quantity.kind.value} {round(quantity.value, 4):g}" for quantity in found)


@pytest.mark.parametrize(("language", "text", "want"), cases(), ids=lambda value: value[:40])
def test_a_quantity_is_read_in_the_units_of_its_kind(language: str, text: str, want: str) -> None:
    found = find(text, language)
    assert summed(found) == want
    assert not any(quantity.doubt for quantity in found)
    assert all(text[quantity.start : quantity.end] == quantity.text for quantity in found)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "go 5 kg forward"), ("en", "three steps forward"), ("en", "3blorps"), ("en", "1e3 m"),
        ("en", "version 1.2.3"), ("en", "99999999999999999999 m"), ("en", "20 degrees celsius"),
        ("de", "fünf Schritte"), ("fr", "trois pas"), ("es", "tres pasos"), ("it", "tre passi"),
    ],
)  # fmt: skip
def test_a_number_whose_unit_is_not_known_is_no_number_to_use(language: str, text: str) -> None:
    (unknown,) = [quantity for quantity in find(text, language) if quantity.kind is Kind.UNKNOWN]
    assert math.isnan(unknown.value)


def test_a_word_that_nobody_knows_behind_a_number_is_told() -> None:
    (quantity,) = find("drive 3 blorps", "en")
    assert (quantity.kind, quantity.value, quantity.noun) == (Kind.COUNT, 3, "blorps")


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "two or three metres", 2), ("en", "2-3 metres", 2), ("en", "1,000 metres", 1000), ("de", "1.000 m", 1000),
        ("en", "go two meteres", 2), ("en", "go to metres", 2), ("en", "rover 2 500 cm", 25), ("de", "zwei bis drei Meter", 2),
        ("en", "a thirty second wait", 30),
        ("en", "zero five metres", 5), ("en", "oh five metres", 5), ("de", "null fünf Meter", 5), ("fr", "avance de un cinq mètres", 5),
        ("es", "cero cinco metros", 5), ("it", "di zero cinque metri", 5), ("de", "ein zwei Meter", 2),
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_in_doubt(language: str, text: str, value: float) -> None:
    (quantity,) = find(text, language)
    assert quantity.doubt
    assert quantity.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "make a turn"), ("en", "at once"), ("en", "rover1 to the kitchen"),
        ("en", "he said \"go\""), ("de", "noch einmal"), ("de", "fahr eine Runde"), ("de", "ein Glas"), ("fr", "prends une tasse"),
        ("fr", "encore une fois"), ("fr", "ne va pas là"), ("es", "otra vez"), ("es", "date la vuelta"), ("it", "prendi un cubo"),
        ("en", ""), ("en", "oh rover1, come here"), ("en", "oh"),
    ],
)  # fmt: skip
def test_words_that_only_look_like_quantities_measure_nothing(language: str, text: str) -> None:
    assert find(text, language) == ()


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "a bit"), ("de", "ein bisschen"), ("fr", "un peu"), ("es", "un poco"), ("it", "un po'")],
)
def test_a_bit_is_vague(language: str, text: str) -> None:
    assert [quantity.kind for quantity in find(text, language)] == [Kind.VAGUE]


def test_about_is_told() -> None:
    assert [quantity.about for quantity in find("about 3 metres and then 2 metres", "en")] == [True, False]


@pytest.mark.parametrize("language", files.languages())
@pytest.mark.parametrize(
    "text",
    ["7" * 5000, "half " * 1000, "1 " * 2000, "½" * 4000, "-" * 4000, "a 1/0 m", "\x00\ud800 3 m", "🛑 3 m"],
)
def test_hostile_text_is_read_without_an_error(language: str, text: str) -> None:
    for quantity in find(text, language):
        assert quantity.start < quantity.end <= len(text)


def test_a_language_that_is_not_here_is_named() -> None:
    with pytest.raises(ConfigError, match="'xx' is not here"):
        find("two", "xx")


def test_a_unit_that_pint_does_not_know_is_named() -> None:
    with pytest.raises(ConfigError, match="'blorp' is no unit of length"):
        factor("blorp", Kind.LENGTH)


@pytest.mark.parametrize(
    ("word", "meant", "slip"),
    [("stpo", "stop", True), ("stopp", "stop", True), ("sto", "stop", True), ("stap", "stop", True), ("tsop", "stop", True), ("tops", "stop", False), ("shop", "stop", True), ("stopped", "stop", False)],
)  # fmt: skip
def test_one_slip_of_the_keyboard(word: str, meant: str, slip: bool) -> None:
    assert one_slip(word, meant) is slip
