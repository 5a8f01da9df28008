# SPDX-License-Identifier: Apache-2.0
"""Recognises faces before all cameras, and enrols them: the detector's thread looks, another one learns a face meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from tektra.common.errors import InputError, TektraError
from tektra.common.known_people import KnownPeople, KnownPerson, require_name
from tektra.common.recognition import Galleries, Gallery
from tektra.vision.backends import FaceReader, Frame
from tektra.vision.enrolment import FaceEnrolment
from tektra.vision.faces import MARGIN, THRESHOLD, FaceNames, told
from tektra.vision.looker import Look
from tektra.vision.sightings import Kind

#: How long enrolment waits for the next frame before it looks whether there is one.
WAIT_S = 0.1


class Identity:
    """`make_reader` (of that `model`) is called when the first person is known, so nothing is loaded before. For the detector's thread."""

    def __init__(self, known: KnownPeople, make_reader: Callable[[], FaceReader], model: str) -> None:
        self.trouble = ""
        self._make_reader = make_reader
        self._reader: FaceReader | None = None
        self._galleries = Galleries(known, partial(gallery, model=model))
        self._names: dict[str, FaceNames] = {}

    def named(self, look: Look) -> Look:
        """The same with who is recognised; what fails is told by `trouble`, and nobody is recognised then."""
        names = self._names.setdefault(look.eye, FaceNames())
        try:
            self._update(look, names)
            self.trouble = ""
        except TektraError as error:
            self.trouble = str(error)
            self._names.pop(look.eye)
        own = self._names[look.eye].known() if look.eye in self._names else {}
        everybody = {id: who for name in self._names.values() for id, who in name.known().items()}
        faces = next((seen.count for seen in look.scene.seen if seen.kind is Kind.FACES), 0)
        words = " ".join(filter(None, (look.scene.description, told(own, faces))))
        return replace(look, recognised=everybody, scene=replace(look.scene, description=words))

    def close(self) -> None:
        """Frees the reader. Twice is once."""
        reader, self._reader = self._reader, None
        if reader is not None:
            reader.close()

    def _update(self, look: Look, names: FaceNames) -> None:
        gallery = self._galleries.now()
        if Kind.FACES in look.known:
            names.keep(look.known[Kind.FACES], gallery)
        faces = look.tracks.get(Kind.FACES, ())
        if not names.due(look.frame.stamp_s, faces, gallery):
            return
        if self._reader is None:
            reader = self._make_reader()
            reader.load()
            self._reader = reader
        names.update(look.frame.stamp_s, faces, self._reader.read(look.frame.image), gallery)


def enrol_face(
    known: KnownPeople,
    reader: FaceReader,
    *,
    name: str,
    role: str,
    newest: Callable[[], Frame | None],
    wait: Callable[[float], bool],
    steady: Callable[[], float],
    now_s: float,
) -> KnownPerson:
    """Looks at the newest frames until the face of one person is learnt, and keeps its print. Blocks for up to
    enrolment.PATIENCE_S. `wait(s)` is true when it is to be given up.

    The caller has the person's consent. Raises InputError where it was refused or failed, with what to do; TektraError else.
    """
    require_name(name, role)
    reader.load()
    try:
        enrolment = FaceEnrolment(" ".join(name.split()), gallery(known.all(), model=reader.model))
        looked: Frame | None = None
        while not enrolment.done and not enrolment.refused:
            frame = newest()
            if enrolment.due(steady()) and frame is not None and frame is not looked:
                enrolment.add(steady(), reader.read(frame.image))
                looked = frame
            if wait(WAIT_S):
                raise InputError("the enrolment was ended", "begin again")
    finally:
        reader.close()
    if enrolment.refused:
        raise InputError(enrolment.refused, "begin again, alone before the camera")
    return known.enrol(name, role, "face", enrolment.vectors, model=reader.model, now_s=now_s)


def gallery(people: Sequence[KnownPerson], *, model: str) -> Gallery:
    """Those whose faces are known."""
    return Gallery(people, "face", model, threshold=THRESHOLD, margin=MARGIN)
