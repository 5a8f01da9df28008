# SPDX-License-Identifier: Apache-2.0
"""Which names a robot may have."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.common.errors import OptionError
from tektra.common.robot_names import RESERVED, check_name, name_fault


@pytest.mark.parametrize("name", ["rover1", "R2", "a", "base_1", "x" * 64])
def test_a_name_of_letters_digits_and_underscores_is_taken(name):
    assert check_name(name, "the fleet file") == name


@pytest.mark.parametrize(
    "name",
    [*sorted(RESERVED), "", " ", "Safety", "1rover", "_rover", "a__b", "a/b", "a b", "rover-1", "röver", "٣a", "a\n", "x" * 65],
)  # fmt: skip
def test_any_other_is_refused_with_its_place_and_a_remedy(name):
    with pytest.raises(OptionError) as refused:
        check_name(name, "namespace '/x'")
    assert "namespace '/x'" in refused.value.what
    assert refused.value.remedy


@given(st.text(max_size=80))
def test_what_is_taken_is_a_name_that_ros_takes(name):
    if not name_fault(name):
        assert name.isascii()
        assert not name[0].isdigit()
        assert name.replace("_", "a").isalnum()
