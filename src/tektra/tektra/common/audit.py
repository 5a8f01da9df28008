# SPDX-License-Identifier: Apache-2.0
"""The audit trail: lines of JSON, each carrying the hash of the one before, so that no line can be changed or
taken out unnoticed. Plain functions over text; who writes the files is another's matter.

A chain proves order and wholeness against a later change of the files. It does not prove who wrote them, and a
tail that was cut off is noticed only against the newest hash that somebody noted elsewhere: whoever may write both
can begin a chain of his own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

#: What the very first line of a trail follows on.
GENESIS = "0" * 64


@dataclass(frozen=True)
class Fault:
    """The first line that does not follow from the one before: its number from 1, and what is wrong with it."""

    line: int
    what: str


def sealed(entry: Mapping[str, object], previous: str) -> tuple[str, str]:
    """The line for an entry that follows on `previous`, without its newline, and the line's own hash."""
    content = {**entry, "previous": previous}
    body = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    body = body.encode(errors="replace").decode()  # what came from outside may hold half a character
    own = hashlib.sha256(body.encode()).hexdigest()
    return f'{body[:-1]},"sha256":"{own}"}}', own


def verify(lines: Iterable[str], previous: str = GENESIS) -> tuple[Fault | None, int, str]:
    """The first fault or None, how many lines were good, and the hash of the last good one."""
    good = 0
    for number, line in enumerate(lines, start=1):
        fault, own = _verify_one(line, previous)
        if fault:
            return Fault(number, fault), good, previous
        good, previous = good + 1, own
    return None, good, previous


def _verify_one(line: str, previous: str) -> tuple[str, str]:
    try:
        entry = json.loads(line)
        claimed = str(entry.pop("sha256"))
        follows = str(entry.pop("previous"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return "is no entry of a trail", previous
    if follows != previous:
        return "does not follow on the line before: one is missing, or stands elsewhere", previous
    if sealed(entry, follows) != (line, claimed):  # to the letter: not even a space may differ
        return "was changed after it was written", previous
    return "", claimed
