# SPDX-License-Identifier: Apache-2.0
"""To take words back moves nobody, though "back" is a direction too."""

import pytest

from tests.unit.planner.test_turns_in_words import KITCHEN


@pytest.mark.parametrize(
    "words",
    ["take that back", "I take that back", "nimm das zurück", "ich nehme das zurück", "das nehme ich zurück"],
)
def test_what_is_taken_back_drives_nobody_back(home, words) -> None:
    home.say(KITCHEN)
    home.end()
    before = list(home.driven)
    home.say(words)
    assert home.driven == before
