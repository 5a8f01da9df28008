# SPDX-License-Identifier: Apache-2.0
"""Questions that data cannot answer, put to a vision-language model together with the picture; and its answer as the quotation that it is."""

from __future__ import annotations

import logging
import threading
from typing import Protocol

from tektra.common.errors import TektraError
from tektra.common.pixels import Pixels
from tektra.vision.text import plain

LOG = logging.getLogger("tektra.vision")
#: So long a question goes on, and so long an answer is said.
MOST_ASKED, MOST_SAID = 300, 400
THINKS = "I sent the picture to a vision model, which thinks: \u201c{}\u201d."
SILENT = "The vision model that I asked did not answer."
BUSY = "The vision model is busy with another question."


class VisionLanguage(Protocol):
    """A model that answers questions about a picture. `ask` is called by one thread at a time."""

    name: str
    """Where it is, in words without secrets."""

    def ask(self, question: str, image: Pixels) -> str:
        """Its answer, whatever that is. Blocks, for some ten seconds at most. Raises TektraError."""

    def close(self) -> None:
        """Ends a question under way. Twice is once."""


class SceneModel:
    """Asks one question at a time: who comes meanwhile is told so, and no picture waits to be sent. Any thread."""

    def __init__(self, model: VisionLanguage) -> None:
        self._model = model
        self._asking = threading.Lock()

    def answer(self, question: str, image: Pixels) -> str:
        """A sentence that says what the model thinks, or that it did not answer; why not is in the log alone."""
        if not self._asking.acquire(blocking=False):
            return BUSY
        try:
            said = quoted(self._model.ask(question[:MOST_ASKED], image))
        except TektraError as error:
            LOG.warning("%s", error)
            return SILENT
        finally:
            self._asking.release()
        return said or SILENT

    def close(self) -> None:
        """Ends the question under way. Twice is once."""
        self._model.close()


def quoted(said: str) -> str:
    """As a quotation that no mark in it can end; what a model thought aloud before is left out. Empty where it said nothing."""
    words = plain(said.rpartition("</think>")[2], MOST_SAID).rstrip(". ")
    return THINKS.format(words) if words else ""
