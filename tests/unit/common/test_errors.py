# SPDX-License-Identifier: Apache-2.0
"""Errors reach whoever waits in another process as they were."""

import copy

import pytest

from tektra.common.errors import BackendError, InputError, TektraError
from tektra.web.access.people import ApiError


@pytest.mark.parametrize(
    "error",
    [
        TektraError("a door", "close it"),
        BackendError("no disk", "free space"),
        InputError("", ""),
        ApiError(429, "busy", "too many", "wait"),
    ],
)
def test_an_error_that_was_sent_elsewhere_is_the_same(error: TektraError) -> None:
    again = copy.copy(error)  # asks the error for its parts, as a pool of processes does
    assert type(again) is type(error) and str(again) == str(error)
    assert vars(again) == vars(error)
