# SPDX-License-Identifier: Apache-2.0
"""Names that look alike are the same name, and none holds what nobody sees."""

import pytest

from tektra.common.person_names import invisible, looks_like, mixed_scripts, same_name


@pytest.mark.parametrize(
    "name",
    [
        "\u202eadA",
        "Ada\u200b",
        "A\u00adda",
        "Ada\u200d",
        "A\u200cda",
        "\ufeffAda",
        "Ada\u2028",
        "Ada\ue000",
        "Ada\n",
    ],
)
def test_what_nobody_sees_is_no_part_of_a_name(name: str) -> None:
    assert invisible(name)


@pytest.mark.parametrize(
    "name",
    [
        "Ada",
        "Ada Lovelace",
        "Zoë",
        "Zoe\u0308",
        "O'Neill",
        "李雷",
        "علی\u200cرضا",
        "क\u094d\u200dष",
        "Ødegård",
        "Jean-Luc",
    ],
)
def test_names_of_people_are_names(name: str) -> None:
    assert not invisible(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "ADA"),
        ("Zoë", "Zoe\u0308"),
        ("Ada", "Ａda"),
        ("Ada  L", "ada l"),
        ("Ada", "Ada\u200b"),
        ("Strauß", "STRAUSS"),
        ("Ada L", "Ada\u00a0L"),
    ],
)
def test_names_that_read_alike_are_the_same(one: str, other: str) -> None:
    assert same_name(one) == same_name(other)


@pytest.mark.parametrize(("one", "other"), [("Zoë", "Zoe"), ("Ada", "Ida"), ("Ada L", "AdaL")])
def test_other_names_are_others(one: str, other: str) -> None:
    assert same_name(one) != same_name(other)


@pytest.mark.parametrize(
    "name", ["\u0410da", "Ad\u0430", "P\u0430ul", "\u0391nna", "Ada \u041car\u0443", "Jean-L\u03c5c"]
)
def test_alphabets_that_nobody_mixes_in_a_word_are_no_name(name: str) -> None:
    assert mixed_scripts(name)


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "\u0410\u043d\u043d\u0430 Smith",
        "\u0410\u043d\u043d\u0430-Maria",
        "李雷",
        "山田 はなこ",
        "マリア",
        "佐々木A子",
        "김철수",
        "علی\u200cرضا",
        "O'Neill 2",
        "Zoe\u0308",
        "Jos\u00e9",
        "X Æ",
    ],
)
def test_whoever_writes_in_one_alphabet_bears_their_name(name: str) -> None:
    assert not mixed_scripts(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sara", "\u0405\u0430r\u0430"),
        ("Oxana Pope", "\u041e\u0445\u0430n\u0430 \u0420\u043e\u0440\u0435"),
        ("Capa", "\u0421\u0430\u0440\u0430"),
        ("Bob", "B0b"),
        ("Paul", "PauI"),
        ("NIKO", "\u039d\u0399\u039a\u039f"),
        ("Ada", "ADA"),
    ],
)
def test_names_of_one_look_are_known_as_such(one: str, other: str) -> None:
    assert looks_like(one) == looks_like(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Ada", "Ida"), ("Anna", "Ana"), ("Marnie", "Mamie"), ("Zoë", "Zoe")]
)
def test_names_of_another_look_stay_apart(one: str, other: str) -> None:
    assert looks_like(one) != looks_like(other)
