# SPDX-License-Identifier: Apache-2.0
"""Who speaks next. No threads and no clock here: the caller passes `now`."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from tektra.common.errors import InputError


@dataclass
class Utterance:
    """Something to say, and what became of it. Times in s on the caller's clock.

    `language`: BCP 47. `speed`: 0 for the node's. `spoken_chars`: how much of the text has begun to sound.
    `ended`: empty until it has ended: then "said", "interrupted", "stopped", "canceled" or "failed".
    """

    utterance_id: str
    text: str
    voice: str
    asked_s: float
    language: str = "en"
    emotion: str = ""
    speed: float = 0.0
    spoken_chars: int = 0
    first_sound_s: float | None = None
    duration_s: float = 0.0
    ended: str = ""
    message: str = ""

    @property
    def first_audio_s(self) -> float:
        """From the request to the first sound; 0 when nothing sounded."""
        return 0.0 if self.first_sound_s is None else self.first_sound_s - self.asked_s


class UtteranceQueue:
    """First come, first said; an interruption ends all that came before. Not thread-safe: the owner locks."""

    def __init__(self, max_waiting: int) -> None:
        self.current: Utterance | None = None
        self._max_waiting = max_waiting
        self._waiting: deque[Utterance] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, utterance: Utterance, *, interrupt: bool) -> list[Utterance]:
        """Queues it; returns what it ended. Raises InputError when too many wait."""
        ended = self.end_all("interrupted", "something more urgent was to be said") if interrupt else []
        if len(self._waiting) >= self._max_waiting:
            raise InputError(
                f"{len(self._waiting)} utterances wait already",
                "wait for them, or say this one with interrupt, or call /tektra/speech_out/stop",
            )
        self._waiting.append(utterance)
        return ended

    def find(self, utterance_id: str) -> Utterance | None:
        """The one of that id, if it is being said or waits."""
        known = [*([self.current] if self.current else []), *self._waiting]
        return next((utterance for utterance in known if utterance.utterance_id == utterance_id), None)

    def next(self) -> Utterance | None:
        """Takes the next one to say, now `current`; None while one is being said or none waits."""
        if self.current is not None or not self._waiting:
            return None
        self.current = self._waiting.popleft()
        return self.current

    def finish(self, utterance: Utterance, how: str, message: str = "") -> bool:
        """It has ended; the first end counts. True when it was not ended before."""
        is_first = not utterance.ended
        if is_first:
            utterance.ended, utterance.message = how, message
        if self.current is utterance:
            self.current = None
        elif utterance in self._waiting:
            self._waiting.remove(utterance)
        return is_first

    def end_all(self, how: str, message: str) -> list[Utterance]:
        """Ends the current one and all that wait; returns them."""
        ending = [*([self.current] if self.current else []), *self._waiting]
        return [utterance for utterance in ending if self.finish(utterance, how, message)]
