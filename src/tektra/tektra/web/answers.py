# SPDX-License-Identifier: Apache-2.0
"""What services of Tektra answer: that it was done, or why not."""

from __future__ import annotations

from collections.abc import Callable

from tektra.common.errors import InputError
from tektra.common.graph import Message
from tektra.web.access.people import ApiError

OWN = "tektra_interfaces"
Judged = Callable[[Message], Message]


def good(answer: Message) -> Message:
    """The answer of a service that did it. Raises InputError."""
    if not answer["success"]:
        raise InputError(str(answer["message"]) or "it was refused", "correct what was asked for")
    return answer


def found(answer: Message) -> Message:
    """The same of a service that was asked for one thing by its id: where it says no, that is not there. Raises ApiError 404."""
    if not answer["success"]:
        raise ApiError(404, "not_found", str(answer["message"]) or "it is not there", "ask for the list")
    return answer
