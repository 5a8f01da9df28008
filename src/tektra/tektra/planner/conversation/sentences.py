# SPDX-License-Identifier: Apache-2.0
"""Cuts a streamed reply into sentences that can be spoken while the rest is still being written."""

from __future__ import annotations

import re

#: An end of sentence, then a space; not after a lone letter or a number ("J. Smith", "2. hall").
_END = re.compile(r"(?<=[^\W\d]{2}[.!?…])[\"')]*\s+|(?<=[。！？])")
#: A sentence that is longer is spoken up to its last comma or space.
LONGEST_CHARS = 220


class Sentences:
    """`feed` pieces, get whole sentences; `rest` gives what is left at the end."""

    def __init__(self) -> None:
        self._open = ""

    def feed(self, piece: str) -> list[str]:
        *whole, self._open = _END.split(self._open + piece)
        if len(self._open) > LONGEST_CHARS:
            at = max(self._open.rfind(", ", 0, LONGEST_CHARS) + 1, self._open.rfind(" ", 0, LONGEST_CHARS))
            at = at if at > 0 else LONGEST_CHARS
            whole.append(self._open[:at])
            self._open = self._open[at:]
        return [sentence.strip() for sentence in whole if sentence.strip()]

    def rest(self) -> str:
        left, self._open = self._open.strip(), ""
        return left
