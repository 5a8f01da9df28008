# SPDX-License-Identifier: Apache-2.0
"""What all cameras see together: those that have a picture, those that a question names, and what is in their pictures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tektra.vision.backends import Frame
from tektra.vision.eye import Eye
from tektra.vision.looker import Look
from tektra.vision.scene import Scene, together
from tektra.vision.sightings import Kind, Sighting
from tektra.vision.text import Texts


def scene_of(eyes: Mapping[str, Eye], look: Look) -> Scene:
    """What all of them see now, with what one of them saw in this look."""
    if len(eyes) == 1:
        return look.scene
    told: dict[str, Scene | str] = {name: eye.blind() or eye.scene for name, eye in eyes.items()}
    told[look.eye] = look.scene
    return together({name: scene for name, scene in told.items() if scene != Scene((), "", 0)})


def seeing_now(eyes: Sequence[Eye]) -> tuple[list[tuple[Eye, Frame]], str]:
    """Those of them that have an image now, and why the others have none."""
    told = [(eye, eye.blind(), eye.newest) for eye in eyes]
    why = "; ".join(blind or "no image yet" for _, blind, newest in told if blind or newest is None)
    return [(eye, newest) for eye, blind, newest in told if newest is not None and not blind], why


def asked_of(eyes: Mapping[str, Eye], question: str) -> list[Eye]:
    """The cameras that a question names, else all."""
    words = f" {' '.join(re.findall(r'[a-z0-9]+', question.lower()))} "
    named = [eye for name, eye in eyes.items() if name and f" {name.replace('_', ' ')} " in words]
    return named or list(eyes.values())


@dataclass(frozen=True)
class Analyzed:
    """What is in the pictures, each thing with the name of its camera; an answer; and the pictures of those cameras that had none."""

    found: Sequence[tuple[str, Sighting]]
    words: str
    unanswered: Sequence[Frame] = ()


def analyze(
    seeing: Sequence[tuple[Eye, Frame]], question: str, kinds: Sequence[Kind], *, named: bool, texts: Texts
) -> Analyzed:
    """What is in a picture of each of these cameras, and an answer that names them if so wished. For the detector's thread. Raises
    TektraError."""
    found: list[tuple[str, Sighting]] = []
    words, unanswered = [], []
    for eye, frame in seeing:
        seen, told, answered = eye.analyze(frame, question, kinds, named, texts)
        found += seen
        words.append(told)
        unanswered += [] if answered else [frame]
    return Analyzed(found, " ".join(words), unanswered)
