# SPDX-License-Identifier: Apache-2.0
"""Whose voice an utterance is, and how a voice is learnt. Unknown voices are guests, once any voice is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tektra.common.errors import InputError, TektraError
from tektra.common.known_people import KnownPeople, KnownPerson, require_name
from tektra.common.recognition import Galleries, Gallery, Wish, mean
from tektra.speech_in.backends import SAMPLE_RATE_HZ, SpeakerEncoder
from tektra.speech_in.endpointer import Kind
from tektra.speech_in.short_answers import InView, ShortAnswers, Unseen
from tektra.speech_in.voice import Heard

#: Cosine from which on a voice is like a print, and by how much more than like the next person's (bench/run speakers).
THRESHOLD, MARGIN = 0.75, 0.03
#: Less speech than this tells nobody's voice.
LEAST_SPEECH_S = 0.8
#: Enrolment: so many utterances of so much speech each, and so much in all, within so long.
SENTENCES, SENTENCE_S, SPEECH_S, PATIENCE_S = 4, 1.5, 10.0, 80.0
#: Sentences of one person are alike by this much at least.
SAME = 0.65
#: What is shorter than that is repeated until it is so long.
REPEATED_S = 1.6
GUEST = "guest"
WAIT_S = 0.1
READ_THIS = "say four or more whole sentences, each of some seconds, as you usually speak"


@dataclass(frozen=True)
class Speaker:
    """Who spoke. `role` is empty while no voice at all is known, `guest` for a voice that is not; `enrolling`: these words were said
    to be learnt by."""

    id: str = ""
    name: str = ""
    role: str = ""
    confidence: float = 0.0
    enrolling: bool = False


NOBODY = Speaker()


class VoiceEnrolment:
    """Takes prints of utterances until `done`, or `refused` says why not; `hint` tells what is missing.

    `gallery`: those who are known already: nobody is enrolled twice under two names. Used by the recogniser's thread; others read.
    """

    def __init__(self, name: str, gallery: Gallery) -> None:
        self.vectors: list[NDArray[np.float32]] = []
        self.hint = READ_THIS
        self.refused = ""
        self._name = name
        self._gallery = gallery
        self._speech_s = 0.0

    @property
    def done(self) -> bool:
        return not self.refused and len(self.vectors) >= SENTENCES and self._speech_s >= SPEECH_S

    def add(self, vector: NDArray[np.float32], speech_s: float) -> None:
        """One utterance with `speech_s` of speech."""
        if self.done or self.refused:
            return
        if speech_s < SENTENCE_S:
            self.hint = "longer sentences, please"
            return
        other = self._gallery.match(vector)
        if other is not None and other.person.name.casefold() != self._name.casefold():
            self.refused = "this voice is enrolled under another name"
            return
        if self.vectors and float(mean(np.array(self.vectors)) @ vector) < SAME:
            self.vectors, self._speech_s = [], 0.0
            self.hint = "that was another voice; begin again, one person alone"
            return
        self.vectors.append(vector)
        self._speech_s += speech_s
        self.hint = f"{len(self.vectors)} sentences, {self._speech_s:.0f} of {SPEECH_S:.0f} s; go on"


class Speakers:
    """`make_encoder` (of that `model`) is called when the first voice is to be told or learnt, so nothing is loaded before. `report`
    gets what fails.

    For the recogniser's thread, but `enrol`, which is for one of its own.
    """

    def __init__(
        self,
        known: KnownPeople,
        make_encoder: Callable[[], SpeakerEncoder],
        model: str,
        voices: Sequence[str],
        report: Callable[[Exception], None],
        steady: Callable[[], float],
        now: Callable[[], float],
        view: InView | None = None,
    ) -> None:
        """`voices` that are heard; the first where an enrolment names none. Clocks: monotonic s, and s since the epoch. `view`: whom
        cameras see, for short answers."""
        self._known = known
        self._make_encoder = make_encoder
        self._model = model
        self._voices = voices
        self._report = report
        self._steady, self._now = steady, now
        self.answers = ShortAnswers(view or Unseen())
        self._encoder: SpeakerEncoder | None = None
        self._galleries = Galleries(known, partial(gallery, model=model))
        self._enrolments: dict[str, VoiceEnrolment] = {}
        self._told: dict[str, tuple[tuple[int, int], NDArray[np.float32] | None]] = {}

    def who(self, heard: Heard, words: str = "") -> Speaker:
        """Whose utterance it is that pauses or ended, with these words; whose voice cannot be told is a guest. Blocks for tens of ms
        the first time that an utterance is asked for."""
        enrolment = self._enrolments.get(heard.voice)
        if heard.kind not in (Kind.PAUSED, Kind.ENDED):
            return Speaker(enrolling=enrolment is not None)
        try:
            people = self._galleries.now()
            if not people.people and enrolment is None:
                return NOBODY
            vector = self._vector(heard)
        except TektraError as error:
            self._report(error)
            return Speaker(role=GUEST, enrolling=enrolment is not None)
        if enrolment is not None:
            if heard.kind is Kind.ENDED and vector is not None:
                enrolment.add(vector, heard.utterance.speech_s)
            return Speaker(role=GUEST, enrolling=True)
        match = people.match(vector) if vector is not None else None
        if match is None:
            return self._short(heard, words, people) if vector is None else Speaker(role=GUEST)
        self.answers.recognised(match.person.id, match.person.name, self._steady())
        return Speaker(match.person.id, match.person.name, match.person.role, match.score)

    def enrol(self, wish: Wish, wait: Callable[[float], bool]) -> KnownPerson:
        """Listens to a voice until it is learnt, and keeps its print; what it says meanwhile is no request. Blocks for up to
        PATIENCE_S. `wait(s)` is true when it is to be given up.

        The caller has the person's consent. Raises InputError where it failed, with what to do; TektraError else.
        """
        name, voice = wish.name, wish.source or self._voices[0]
        require_name(name, wish.role)
        if voice not in self._voices:
            raise InputError(
                f"no voice is called {voice[:64]!r}", f"use one of {', '.join(self._voices[1:])}"
            )
        enrolment = VoiceEnrolment(" ".join(name.split()), gallery(self._known.all(), model=self._model))
        until_s = self._steady() + PATIENCE_S
        self._enrolments[voice] = enrolment
        try:
            while not enrolment.done:
                if enrolment.refused or self._steady() > until_s:
                    raise InputError(
                        enrolment.refused or f"not enough was heard: {enrolment.hint}", READ_THIS
                    )
                if wait(WAIT_S):
                    raise InputError("the enrolment was ended", "begin again")
            return self._known.enrol(
                name, wish.role, "voice", enrolment.vectors, model=self._model, now_s=self._now()
            )
        finally:  # not before the print is kept: what is said meanwhile would be a request of nobody
            del self._enrolments[voice]

    def close(self) -> None:
        """Frees the encoder. Twice is once."""
        encoder, self._encoder = self._encoder, None
        if encoder is not None:
            encoder.close()

    def _vector(self, heard: Heard) -> NDArray[np.float32] | None:
        """The utterance's print; the same utterance is not looked at twice. None: too little speech."""
        utterance = heard.utterance
        span = (utterance.first, utterance.speech_end)
        told = self._told.get(heard.voice)
        if told is not None and told[0] == span:
            return told[1]
        vector = self._embed(utterance.samples) if utterance.speech_s >= LEAST_SPEECH_S else None
        self._told[heard.voice] = (span, vector)
        return vector

    def _short(self, heard: Heard, words: str, people: Gallery) -> Speaker:
        """Whose it is that said too little for their voice alone to tell."""
        if not len(heard.utterance.samples):
            return Speaker(role=GUEST)

        def like(id: str) -> float:
            samples = heard.utterance.samples  # again and again: the encoder wants half a second of speech
            vector = self._embed(
                np.tile(samples, max(1, math.ceil(REPEATED_S * SAMPLE_RATE_HZ / len(samples))))
            )
            return people.likeness(id, vector) if vector is not None else -1.0

        id = self.answers.whose(words, like, self._steady())
        person = next((one for one in people.people if one.id == id), None)
        if person is None:
            return Speaker(role=GUEST)
        if heard.kind is Kind.ENDED:
            self.answers.answered()
        return Speaker(person.id, person.name, person.role)

    def _embed(self, samples: NDArray[np.float32]) -> NDArray[np.float32] | None:
        if self._encoder is None:
            encoder = self._make_encoder()
            encoder.load()
            self._encoder = encoder
        try:
            return self._encoder.embed(samples)
        except InputError:
            return None


def gallery(people: Sequence[KnownPerson], *, model: str) -> Gallery:
    """Those whose voices are known."""
    return Gallery(people, "voice", model, threshold=THRESHOLD, margin=MARGIN)
