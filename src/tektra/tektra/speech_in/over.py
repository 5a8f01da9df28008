# SPDX-License-Identifier: Apache-2.0
"""When somebody begins to speak over Tektra: with the first frame that may be speech, and not when an utterance has begun.

That is 80 ms sooner, and Tektra is silent that much sooner; a frame may also be a click, or the begin of a cough, and then it is said that
nothing came of it. No clock; positions count samples at 16 kHz.
"""

from __future__ import annotations

from collections.abc import Callable

from tektra.speech_in.endpointer import CLICK_GAP_SAMPLES, Endpointer, Kind


class Over:
    """For one stream; one thread."""

    def __init__(self) -> None:
        self._told = -1  # where the last utterance began that is known to be spoken over it
        self._waits: int | None = None  # where one may begin, of which nothing is known yet
        self._lively = 0  # where the newest frame ended that may be speech

    @property
    def waits(self) -> bool:
        """Whether it was told that somebody may begin to speak, and not yet whether they do."""
        return self._waits is not None

    def look(
        self, sentence: Endpointer, *, lively: bool, is_person: Callable[[], bool]
    ) -> tuple[Kind, int] | None:
        """After each frame: STIRRED or CALMED, and where it stirred. Once for an utterance, and with its own begin as soon as there is
        one: its end is told in any case. `lively`: the frame may be speech. `is_person`: more is heard now than Tektra's echo."""
        if lively:
            self._lively = sentence.position
        if self._waits is not None and sentence.speaking:
            self._waits, self._told = None, sentence.first
            return Kind.STIRRED, sentence.first
        if self._waits is not None:
            return self.ended() if sentence.position - self._lively > CLICK_GAP_SAMPLES else None
        if not lively or (sentence.speaking and sentence.first == self._told) or not is_person():
            return None
        if sentence.speaking:
            self._told = sentence.first
            return Kind.STIRRED, sentence.first
        self._waits = sentence.position
        return Kind.STIRRED, sentence.position

    def ended(self) -> tuple[Kind, int] | None:
        """Nothing more comes: CALMED where something stirred."""
        first, self._waits = self._waits, None
        return None if first is None else (Kind.CALMED, first)
