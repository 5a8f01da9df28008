# SPDX-License-Identifier: Apache-2.0
"""Answers in a sentence of their own: "let's go with the red one", said to "Which one: the red cube or the blue one?".

Such verbs order something else where no question is open, so the words that choose are a list of their own (`choosing`),
which counts only beside a pending question, and only where nothing else is said than one of its choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from tektra.planner.understanding.dialogue import answered, is_idle
from tektra.planner.understanding.lexicon import Lexicon
from tektra.planner.understanding.phrasebook import COMMA, END, UNKNOWN, Chunk
from tektra.planner.understanding.reading import Act, Reading
from tektra.planner.understanding.scene import Pending, Scene
from tektra.planner.understanding.tokens import parts


def chosen(
    words: str, language: str, scene: Scene, chunks: Sequence[Chunk], lexicon: Lexicon
) -> Reading | None:
    """The reading as a choice of what the pending question offers; None where no word chooses, or more is said than that."""
    pending = scene.memory.pending
    if pending is None or not pending.doubts or _denies(chunks):
        return None
    left = [c for c in chunks if not (c.chooses or _says_again(c, pending, lexicon))]
    if not left or len(left) == len(chunks):
        return None
    if len(pending.doubts[0].choices) > 1 and _points([chunk for chunk in left if not is_idle(chunk)]):
        return Reading(words, language, Act.ANSWER, whole=True, steps=pending.steps, doubts=pending.doubts)
    return answered(words, language, scene, left)


def _says_again(chunk: Chunk, pending: Pending, lexicon: Lexicon) -> bool:
    """ "let rover2 go there", where it was asked who shall: what was ordered is said again, and no more."""
    if pending.doubts[0].part != "who":
        return False
    again = chunk.has("references", "there") or chunk.has("references", "it") or chunk.has("modals")
    frames = lexicon.frames.get(parts(chunk.text), ()) if chunk.has(UNKNOWN) else ()
    return again or any(frame.name == step.skill for frame in frames for step in pending.steps)


def _points(said: Sequence[Chunk]) -> bool:
    """ " "the left one", where nobody knows which that is: it is asked again."""
    one = any(chunk.has("references", "one") for chunk in said)
    return one and all(chunk.has("references", "one") or chunk.has("directions") for chunk in said)


def _denies(chunks: Sequence[Chunk]) -> bool:
    """ " "I don't want the red one"; a "no" that stands alone before what is chosen denies something else."""
    return any(
        (chunk.has("not") or chunk.has("except") or chunk.has("refuse"))
        and not (following.has(COMMA) or following.has(END))
        for chunk, following in pairwise(chunks)
    )
