# SPDX-License-Identifier: Apache-2.0
"""Words by their kinds: whole, by how they begin, of several kinds, of several languages together."""

import pytest

from tektra.language.word_kinds import NONE, kinds_of, read_kinds, written

KINDS = kinds_of(
    [{"limb": ["foot", "Fuß"], "harm": ["squash*"]}, {"place": ["foot"], "harm": ["écras*", "two words"]}]
)


def test_a_word_has_all_its_kinds_and_most_words_have_none() -> None:
    assert KINDS.of("foot") == ("limb", "place")
    assert KINDS.of("fuss") == ("limb",)
    assert KINDS.of("squashing") == KINDS.of("squash") == KINDS.of("ecraser") == ("harm",)
    assert KINDS.of("two") == KINDS.of("squas") == KINDS.of("") == NONE.of("foot") == ()


def test_what_is_written_is_read_again() -> None:
    assert read_kinds(written(KINDS)) == KINDS
    assert written(read_kinds(written(KINDS))) == written(KINDS)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"limb": "foot"}', "3"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no lists|Expecting|property|JSON"):
        read_kinds(text)
