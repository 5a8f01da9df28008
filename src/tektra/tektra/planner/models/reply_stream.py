# SPDX-License-Identifier: Apache-2.0
"""Takes the reply out of the model's JSON while it is still being written.

The output is `{"reply": "...", "steps": [...]}`, in pieces that may be cut anywhere, even inside an escape.
Plain class, no I/O. JSON strings: RFC 8259 section 7.
"""

from __future__ import annotations

import re

from tektra.planner.plans.plan import SELF

_OPENING = re.compile(r'\s*\{\s*"reply"\s*:\s*"')
_WHO = re.compile(r'"who"\s*:\s*"([^"]*)"')
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
#: The opening is a dozen characters; what is longer without matching is no answer of ours.
_OPENING_MAX_CHARS = 100


class ReplyStream:
    """`feed` pieces; it returns the new text of the reply. `text` is the whole output so far, `ended` the reply's end.

    `moves`: a step of somebody other than Tektra has been begun.
    """

    def __init__(self) -> None:
        self.text = ""
        self.ended = False
        self._at = 0  # where reading goes on in `text`
        self._opened = False
        self._high: int | None = None  # first half of a surrogate pair that waits for its second

    def feed(self, piece: str) -> str:
        """The part of the reply that this piece brought; often empty. Never raises: a bad escape ends the reply."""
        self.text += piece
        if not self._opened and not self._open():
            return ""
        new: list[str] = []
        while not self.ended and self._at < len(self.text):
            character = self.text[self._at]
            if character == '"':
                self.ended = True
            elif character == "\\":
                if not self._escape(new):
                    break
            else:
                self._put(new, ord(character))
                self._at += 1
        return "".join(new)

    @property
    def moves(self) -> bool:
        return self.ended and any(who[1] != SELF for who in _WHO.finditer(self.text, self._at))

    def _open(self) -> bool:
        found = _OPENING.match(self.text)
        if found:
            self._opened, self._at = True, found.end()
        elif len(self.text) > _OPENING_MAX_CHARS:
            self._opened = self.ended = True
        return self._opened

    def _escape(self, new: list[str]) -> bool:
        """Reads one escape; False when it is not whole yet."""
        rest = self.text[self._at + 1 : self._at + 6]
        if not rest or (rest[0] == "u" and len(rest) < 5):
            return False
        if rest[0] == "u":
            try:
                code = int(rest[1:], 16)
            except ValueError:
                self.ended = True
                return False
            self._at += 6
        elif rest[0] in _SIMPLE:
            code = ord(_SIMPLE[rest[0]])
            self._at += 2
        else:
            self.ended = True
            return False
        self._put(new, code)
        return True

    def _put(self, new: list[str], code: int) -> None:
        high, self._high = self._high, None
        if high is not None and 0xDC00 <= code < 0xE000:
            new.append(chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)))
            return
        if high is not None:
            new.append("�")
        if 0xD800 <= code < 0xDC00:
            self._high = code
        else:
            new.append("�" if 0xDC00 <= code < 0xE000 else chr(code))
