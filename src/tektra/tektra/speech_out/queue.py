# SPDX-License-Identifier: Apache-2.0
"""Who speaks next. No threads and no clock here: the caller passes `now`."""

from __future__ import annotations

from dataclasses import dataclass

from tektra.common.errors import InputError


@dataclass(eq=False)
class Utterance:
    """Something to say, and what became of it. Times in s on the caller's clock.

    `language`: BCP 47. `speed`: 1 is the voice's own. `spoken_chars`: how much of the text has begun to sound.
    `turn`: how often it gave way to a more urgent one; it goes on with the sentence at `resume_chars`.
    `ended`: empty until it has ended: then "said", "interrupted", "stopped", "canceled" or "failed".
    """

    utterance_id: str
    text: str
    voice: str
    asked_s: float
    language: str = "en"
    emotion: str = ""
    speed: float = 1.0
    priority: int = 0
    spoken_chars: int = 0
    resume_chars: int = 0
    turn: int = 0
    first_sound_s: float | None = None
    duration_s: float = 0.0
    ended: str = ""
    message: str = ""

    @property
    def first_audio_s(self) -> float:
        """From the request to the first sound; 0 when nothing sounded."""
        return 0.0 if self.first_sound_s is None else self.first_sound_s - self.asked_s


#: One is being said, and one is made ready behind it, so that no gap is heard between the two.
TAKEN_AT_ONCE = 2


class UtteranceQueue:
    """The most urgent first, and of those first come, first said. A more urgent one than what is being said makes it give way;
    an interruption ends all that are no more urgent. Not thread-safe: the owner locks."""

    def __init__(self, max_waiting: int) -> None:
        self.taken: list[Utterance] = []
        self._max_waiting = max_waiting
        self._waiting: list[Utterance] = []

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def known(self) -> tuple[Utterance, ...]:
        """Those that are being said, and then those that wait."""
        return (*self.taken, *self._waiting)

    def add(self, utterance: Utterance, *, interrupt: bool) -> list[Utterance]:
        """Queues it; returns what it ended. Raises InputError when too many wait."""
        stays = [one for one in self._waiting if not interrupt or one.priority > utterance.priority]
        if len(stays) >= self._max_waiting:
            raise InputError(
                f"{len(stays)} utterances wait already",
                "wait for them, say this one with interrupt and no less urgently, or call /tektra/speech_out/stop",
            )
        why = "something more urgent was to be said"
        ended = self.end_all("interrupted", why, most=utterance.priority) if interrupt else []
        behind = [index for index, one in enumerate(self._waiting) if one.priority < utterance.priority]
        self._waiting.insert(behind[0] if behind else len(self._waiting), utterance)
        self._give_way(utterance.priority)
        return ended

    def _give_way(self, priority: int) -> None:
        """Those taken that are less urgent wait again, before all others of their kind."""
        for taken in reversed([one for one in self.taken if one.priority < priority]):
            self.taken.remove(taken)
            taken.turn += 1
            behind = [index for index, one in enumerate(self._waiting) if one.priority <= taken.priority]
            self._waiting.insert(behind[0] if behind else len(self._waiting), taken)

    def find(self, utterance_id: str) -> Utterance | None:
        """The one of that id, if it is being said or waits."""
        return next((utterance for utterance in self.known if utterance.utterance_id == utterance_id), None)

    def next(self) -> Utterance | None:
        """Takes the next one to say; None while enough are taken or none waits."""
        if len(self.taken) >= TAKEN_AT_ONCE or not self._waiting:
            return None
        self.taken.append(self._waiting.pop(0))
        return self.taken[-1]

    def finish(self, utterance: Utterance, how: str, message: str = "") -> bool:
        """It has ended; the first end counts. True when it was not ended before."""
        is_first = not utterance.ended
        if is_first:
            utterance.ended, utterance.message = how, message
        for known in (self.taken, self._waiting):
            if utterance in known:
                known.remove(utterance)
        return is_first

    def end_all(self, how: str, message: str, *, most: int | None = None) -> list[Utterance]:
        """Ends those that are being said and all that wait, of a priority of `most` at most; returns them."""
        ending = [one for one in self.known if most is None or one.priority <= most]
        return [utterance for utterance in ending if self.finish(utterance, how, message)]
