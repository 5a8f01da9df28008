# SPDX-License-Identifier: Apache-2.0
"""Text in pictures: read when somebody asks for it, quoted, and never anything but a quotation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from tektra.common.pixels import Pixels
from tektra.vision.backends import Text, TextReader

#: Questions that ask for text.
ASKED = re.compile(
    r"\b(read|reads|written|writing|inscription)\b"
    r"|\bwhat\b.*\b(sign|signs|label|labels|screen|shirt|poster|note|paper|door|page|picture)\b.*\b(say|says|tell|tells)\b"
    r"|\bwhat\b.*\b(text|words|letters)\b|\b(any|some|is there) text\b"
)
MOST_LINES, MOST_CHARS = 12, 120


class Texts:
    """`make_reader` is called at the first question, so nothing is loaded before. For the detector's thread."""

    def __init__(self, make_reader: Callable[[], TextReader]) -> None:
        self._make_reader = make_reader
        self._reader: TextReader | None = None

    def answer(self, question: str, image: Pixels) -> str:
        """The text in the image, quoted; empty for a question that does not ask for it. Raises TektraError."""
        if not ASKED.search(question.lower()):
            return ""
        if self._reader is None:
            reader = self._make_reader()
            reader.load()
            self._reader = reader
        return quoted(self._reader.read(image))

    def close(self) -> None:
        """Frees the reader. Twice is once."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()


def quoted(texts: Sequence[Text]) -> str:
    """A sentence that says what is written and that it is written. Quotation marks and what is not printable are taken out of it."""
    lines = [plain(text.words) for text in texts[:MOST_LINES]]
    lines = [f"\u201c{line}\u201d" for line in lines if line]
    if not lines:
        return "I can read no text in it."
    return f"It is written there: {', '.join(lines)}{' and more' if len(texts) > MOST_LINES else ''}."


def plain(words: str, most_chars: int = MOST_CHARS) -> str:
    """As it may stand in a quotation: printable, on one line, with no mark that ends it, and no longer than that."""
    kept = "".join(letter if letter.isprintable() else " " for letter in words)
    for mark in '\u201c\u201d\u201e\u00ab\u00bb"`':
        kept = kept.replace(mark, "'")
    kept = " ".join(kept.split())
    return kept if len(kept) <= most_chars else f"{kept[:most_chars]}\u2026"
