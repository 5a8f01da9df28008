# SPDX-License-Identifier: Apache-2.0
"""Text that a person gives on the command line or by standard input."""

from __future__ import annotations

import sys

from tektra.common.errors import InputError

#: As the Ask action documents.
MAX_CHARS = 4000


def checked_text(words: list[str]) -> str:
    """The words as one text; a single `-` reads standard input. Raises InputError when it is empty or too long."""
    text = sys.stdin.read(MAX_CHARS + 1) if words == ["-"] else " ".join(words)
    text = text.strip()
    if not text:
        raise InputError("the text is empty", 'write it in quotes: "go to the kitchen"')
    if len(text) > MAX_CHARS:
        raise InputError(f"the text is longer than {MAX_CHARS} characters", "give a shorter one")
    return text
