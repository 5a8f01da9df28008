# SPDX-License-Identifier: Apache-2.0
"""What a person may say to the planner at all."""

from __future__ import annotations

from tektra.common.errors import InputError

MAX_TEXT_CHARS = 4000


def check_words(words: str) -> None:
    """Raises InputError for a text that nobody can have meant."""
    if len(words) > MAX_TEXT_CHARS:
        raise InputError(f"the text has {len(words)} characters", f"say it in {MAX_TEXT_CHARS} or fewer")
    if not words.strip():
        raise InputError("the text is empty", "say something")
    if any(
        (ord(character) < 32 and character not in "\n\r\t") or 127 <= ord(character) < 160
        for character in words
    ):
        raise InputError("the text holds control characters", "send plain text")
