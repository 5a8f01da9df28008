# SPDX-License-Identifier: Apache-2.0
"""Answers in a sentence of their own: "let's go with the red one", said to "Which one: the red cube or the blue one?".

Such verbs order something else where no question is open, so the words that choose are a list of their own (`choosing`),
which counts only beside a pending question, and only where nothing else is said than one of its choices, or which of
them it is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.planner.understanding.dialogue import answered, is_idle, settled, settled_by_all, value_of
from tektra.planner.understanding.lexicon import Lexicon
from tektra.planner.understanding.phrasebook import COMMA, END, Chunk
from tektra.planner.understanding.reading import Act, Doubt, Reading
from tektra.planner.understanding.scene import Pending, Scene
from tektra.planner.understanding.tokens import parts

#: Skills that a side may be said with, whatever turns: "go left".
_DRIVING = ("navigate_to", "move", "turn")


def chosen(
    words: str, language: str, scene: Scene, chunks: Sequence[Chunk], lexicon: Lexicon
) -> Reading | None:
    """The reading as a choice of what the pending question offers; None where more is said than that."""
    pending = scene.memory.pending
    if pending is None or not pending.doubts:
        return None
    doubt = pending.doubts[0]
    left = [chunk for chunk in chunks if not (chunk.chooses or _says_again(chunk, pending, lexicon))]
    left = _behind_repairs(left, doubt, scene)
    said = [chunk for chunk in left if not is_idle(chunk)]
    denials = _denials(left)
    again = Reading(words, language, Act.ANSWER, whole=True, steps=pending.steps, doubts=pending.doubts)
    if denials and len(denials) == len(said):
        return replace(again, steps=(), doubts=())  # "let's not"
    if len(doubt.choices) > 1 and said:
        if denials:
            return _without_the_denied(left, denials, again, scene)
        if _points(said) and all(value_of(chunk, doubt, scene) is None for chunk in said):
            return again
        if names := _several(said, doubt, scene):
            return settled_by_all(again, names) or again
    if not said and _orders_again(chunks, pending, lexicon):
        return settled(words, language, scene, doubt.choices[0].value)
    if denials or len(left) == len(chunks):
        return None
    return answered(words, language, scene, left)


def _says_again(chunk: Chunk, pending: Pending, lexicon: Lexicon) -> bool:
    """ "let rover2 go there", where it was asked who shall: what was ordered is said again, and no more."""
    doubt = pending.doubts[0]
    if value := chunk.get("references"):
        return value.value == "it" or (value.value == "there" and doubt.part == "who")
    if doubt.part == "who" and (chunk.has("modals") or chunk.has("requests") or chunk.has("kinds")):
        return True
    again = _DRIVING if doubt.kind == "direction" else tuple(step.skill for step in pending.steps)
    return any(frame.name in again for frame in lexicon.frames.get(parts(chunk.text), ()))


def _orders_again(chunks: Sequence[Chunk], pending: Pending, lexicon: Lexicon) -> bool:
    """ "send it all the same", said to "Shall I have it done?": the verb of what was asked about once more, and not as a question."""
    again = {step.skill for step in pending.steps}
    verbs = any(frame.name in again for c in chunks for frame in lexicon.frames.get(parts(c.text), ()))
    ends = chunks[-1].get(END)
    asks = ends is not None and ends.value == "?"
    return pending.doubts[0].kind == "sure" and len(pending.doubts[0].choices) == 1 and verbs and not asks


def _points(said: Sequence[Chunk]) -> bool:
    """ "the left one", where nobody knows which that is: it is asked again."""
    one = any(chunk.has("references", "one") for chunk in said)
    return one and all(chunk.has("references", "one") or chunk.has("directions") for chunk in said)


def _several(said: Sequence[Chunk], doubt: Doubt, scene: Scene) -> tuple[object, ...]:
    """The choices that are named together: "rover1 and rover2", "both". None where anything else is said."""
    offered = tuple(choice.value for choice in doubt.choices)
    if all(chunk.has("groups", "all") or chunk.has("groups", "both") for chunk in said):
        return offered
    found = tuple(dict.fromkeys(value_of(chunk, doubt, scene) for chunk in said))
    return found if len(found) > 1 and set(found) <= set(offered) else ()


def _behind_repairs(left: list[Chunk], doubt: Doubt, scene: Scene) -> list[Chunk]:
    """ "the red one, no, the blue one": what was taken back was not said."""
    mends = [at for at, chunk in enumerate(left) if chunk.has("repair") and _apart(left, at)]
    for at in reversed(mends):
        if any(value_of(c, doubt, scene) for c in left[:at]) and any(
            value_of(c, doubt, scene) for c in left[at:]
        ):
            return left[at:]
    return left


def _apart(chunks: Sequence[Chunk], at: int) -> bool:
    """Whether it stands by itself, between marks or the ends."""
    beside = [*chunks[max(at - 1, 0) : at], *chunks[at + 1 : at + 2]]
    return all(chunk.has(COMMA) or chunk.has(END) for chunk in beside)


def _denials(chunks: Sequence[Chunk]) -> list[int]:
    """Where something is denied. A "no" by itself denies what was asked, or takes back what was said before."""
    found = []
    for at, chunk in enumerate(chunks):
        no = chunk.has("refuse") or chunk.has("repair")
        last = at > 0 and (at + 1 == len(chunks) or chunks[at + 1].has(END))
        if (chunk.has("not") or chunk.has("except") or (no and last)) and not (no and _apart(chunks, at)):
            found.append(at)
    return found


def _without_the_denied(
    left: Sequence[Chunk], denials: Sequence[int], again: Reading, scene: Scene
) -> Reading | None:
    """ "not the red one" and "el rojo no" leave the others to choose from; "not the red one, the blue one" says which."""
    doubt = again.doubts[0]
    denied: list[object] = []
    meant: list[Chunk] = []
    open_ = False
    for at, chunk in enumerate(left):
        if at in denials:
            behind = at + 1 == len(left) or left[at + 1].has(COMMA) or left[at + 1].has(END)
            if behind and meant and meant[-1] is left[at - 1]:
                denied.append(value_of(meant.pop(), doubt, scene))
            open_ = not behind
        elif (value := value_of(chunk, doubt, scene)) is not None:
            if open_:
                denied.append(value)
            else:
                meant.append(chunk)
        elif not (is_idle(chunk) or chunk.has("references", "one")):
            return None
        open_ = open_ and not (chunk.has(COMMA) or chunk.has("but"))
    if not denied:
        return None
    if meant:
        return answered(again.words, again.language, scene, meant)
    rest = tuple(choice for choice in doubt.choices if choice.value not in denied)
    return replace(again, doubts=(replace(doubt, choices=rest), *again.doubts[1:])) if rest else None
