# SPDX-License-Identifier: Apache-2.0
"""Bounds of an option hold for each number of a list."""

import pytest

from tektra.common.errors import OptionError
from tektra.common.options import build
from tektra.driver.options import DriverOptions


@pytest.mark.parametrize("speeds", [[1.0, -1.0], [1.0, 1e9]])
def test_a_joint_speed_beyond_its_bounds_is_refused_by_name(speeds: list[float]) -> None:
    with pytest.raises(OptionError, match="joint_speed"):
        build(DriverOptions, {"joint_speed": speeds})
