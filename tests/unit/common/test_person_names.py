# SPDX-License-Identifier: Apache-2.0
"""Names that look alike are the same name, and none holds what nobody sees."""

import pytest

from tektra.common.person_names import invisible, same_name


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
