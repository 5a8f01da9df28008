# SPDX-License-Identifier: Apache-2.0
"""What the services of vision answer: the newest picture, what is in it, and questions about it and about what was seen before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tektra.common.errors import InputError
from tektra.vision.backends import Frame
from tektra.vision.backends.pictures import decode_picture, encode_jpeg
from tektra.vision.eye import Eye
from tektra.vision.eyes import analyze, asked_of, seeing_now
from tektra.vision.scene_model import SceneModel
from tektra.vision.sightings import Kind, Sighting
from tektra.vision.text import Texts
from tektra.vision.whereabouts import Whereabouts


@dataclass(frozen=True)
class Answered:
    """`found`: each thing with its camera; the picture was taken at `stamp_s` in the frame `frame_id`. `further`: asks elsewhere what
    this answer leaves open, and blocks for seconds; None: nobody is asked."""

    words: str
    found: Sequence[tuple[str, Sighting]] = ()
    stamp_s: float = 0.0
    frame_id: str = ""
    further: Callable[[], str] | None = None


class Analysis:
    """`newest` is for any thread, `answer` for the detector's. `clock` gives s since the epoch. `model`: who is shown the picture where
    data has no answer; None: nobody."""

    def __init__(
        self,
        eyes: Mapping[str, Eye],
        kinds: Sequence[Kind],
        texts: Texts,
        recall: Whereabouts,
        clock: Callable[[], float],
        model: SceneModel | None = None,
    ) -> None:
        self._model = model
        self._eyes, self._kinds, self._texts, self._recall, self._clock = eyes, kinds, texts, recall, clock

    def newest(self) -> tuple[bytes, float, str, str]:
        """A JPEG of the first camera that sees, its stamp and frame, and its size in words. Raises InputError when none does."""
        (eye, frame), *_ = self._seeing(list(self._eyes.values()))
        size = f"{frame.image.shape[1]}x{frame.image.shape[0]}"
        return encode_jpeg(frame.image, eye.options.jpeg_quality), frame.stamp_s, eye.options.frame_id, size

    def answer(self, given: bytes, question: str) -> Answered:
        """About a picture that is given, what was seen before, or what is seen now. Raises TektraError."""
        if not given and (remembered := self._recall.answer(question, self._clock())):
            return Answered(remembered)
        eyes = asked_of(self._eyes, question)
        seeing = [(eyes[0], Frame(decode_picture(given), self._clock()))] if given else self._seeing(eyes)
        named = not given and len(self._eyes) > 1
        told = analyze(seeing, question, self._kinds, named=named, texts=self._texts)
        first, frame = seeing[0]
        further = self._further(question, told.unanswered)
        return Answered(told.words, told.found, frame.stamp_s, first.options.frame_id, further)

    def close(self) -> None:
        """Ends what is asked elsewhere. Twice is once."""
        if self._model is not None:
            self._model.close()

    def _further(self, question: str, unanswered: Sequence[Frame]) -> Callable[[], str] | None:
        """Of several cameras that could not answer the first one's picture is shown: each picture costs, and leaves the machine."""
        if self._model is None or not unanswered:
            return None
        return partial(self._model.answer, question, unanswered[0].image)

    def _seeing(self, eyes: Sequence[Eye]) -> list[tuple[Eye, Frame]]:
        seeing, why = seeing_now(eyes)
        if not seeing:
            raise NothingSeen(why, "see /diagnostics")
        return seeing


class NothingSeen(InputError):
    """No camera gives a picture now; what it says of each holds its remedy."""

    def __str__(self) -> str:
        return self.what
