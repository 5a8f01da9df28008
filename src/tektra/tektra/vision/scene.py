# SPDX-License-Identifier: Apache-2.0
"""The last moments summed up, and said in plain words."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tektra.vision.expression import NEUTRAL, read_expression
from tektra.vision.sightings import FACE, Kind, Sighting
from tektra.vision.words import NUMBERS, count_of, listed

#: What is seen in fewer of the images than this share is taken for an error of the detector.
LEAST_SHARE = 0.3
#: From these confidences on a thing is told plainly, or as probable; below, as possible.
SURE, PROBABLE = 0.6, 0.45


@dataclass(frozen=True)
class Seen:
    """A class of things in view. `confidence` is 0..1: the mean over the images of the best score, 0 where not seen. `more`: beside
    those that are counted, so many that the detector is less sure of."""

    kind: Kind
    class_id: str
    count: int
    confidence: float
    where: str
    expression: str = ""
    more: int = 0


@dataclass(frozen=True)
class Scene:
    """What is in view: the most certain first, in words, and on how many looks it rests; 0: on none that may be believed."""

    seen: tuple[Seen, ...]
    description: str
    looks: int


class SceneMemory:
    """Keeps the looks of the last `window_s`. Not for several threads."""

    def __init__(self, window_s: float) -> None:
        self._window_s = window_s
        self._looks: dict[Kind, deque[tuple[float, int, tuple[Sighting, ...]]]] = {
            kind: deque() for kind in Kind
        }

    def add(self, now_s: float, kind: Kind, width_px: int, sightings: Sequence[Sighting]) -> None:
        """One detector looked at one image, `width_px` wide."""
        self._looks[kind].append((now_s, width_px, tuple(sightings)))
        self._forget(now_s)

    def scene(self, now_s: float) -> Scene:
        """What is in view now."""
        self._forget(now_s)
        seen = sorted((s for kind in Kind for s in self._sum_up(kind)), key=lambda s: -s.confidence)
        looks = sum(len(looks) for looks in self._looks.values())
        return Scene(tuple(seen), describe(seen, looks), looks)

    def _forget(self, now_s: float) -> None:
        for looks in self._looks.values():
            while looks and abs(now_s - looks[0][0]) > self._window_s:  # a clock may be set back
                looks.popleft()

    def _sum_up(self, kind: Kind) -> list[Seen]:
        looks = self._looks[kind]
        classes = {sighting.class_id for _, _, sightings in looks for sighting in sightings}
        found = []
        for class_id in classes:
            per_look = [[s for s in sightings if s.class_id == class_id] for _, _, sightings in looks]
            shown = [sightings for sightings in per_look if sightings]
            if len(shown) < LEAST_SHARE * len(looks):
                continue
            best = [max(sightings, key=lambda s: s.score) for sightings in shown]
            counts = sorted(len(sightings) for sightings in shown)
            plain = sorted(max(1, sum(s.score >= SURE for s in sightings)) for sightings in shown)
            count = plain[len(plain) // 2] if max(s.score for s in best) >= SURE else counts[len(counts) // 2]
            face = read_expression(best[-1].shapes)
            expression = face.name if class_id == FACE and face.confidence >= PROBABLE else ""
            found.append(
                Seen(
                    kind,
                    class_id,
                    count,
                    sum(sighting.score for sighting in best) / len(looks),
                    where(best[-1].box.center[0] / looks[-1][1]),
                    expression,
                    counts[len(counts) // 2] - count,
                )
            )
        return found


def where(share: float) -> str:
    """left, centre or right, of a place given as a share of the image's width."""
    return "left" if share < 1.0 / 3.0 else "centre" if share <= 2.0 / 3.0 else "right"


def together(scenes: Mapping[str, Scene | str]) -> Scene:
    """What several cameras see, each by its name; a text says why one sees nothing. Of one whose pictures are in doubt only words are told."""
    seen = sorted(
        (s for scene in scenes.values() if isinstance(scene, Scene) and scene.looks for s in scene.seen),
        key=lambda s: -s.confidence,
    )
    told = [
        f"{spoken(name)}: {scene.description if isinstance(scene, Scene) else f'I cannot see: {scene}.'}"
        for name, scene in scenes.items()
    ]
    looks = sum(scene.looks for scene in scenes.values() if isinstance(scene, Scene))
    return Scene(tuple(seen), " ".join(told), looks)


def spoken(name: str) -> str:
    """The name of a camera, as it is said."""
    return name.replace("_", " ").capitalize()


def sentence(words: str) -> str:
    """With a capital, and a full stop."""
    return f"{words[:1].upper()}{words[1:]}."


def describe(seen: Sequence[Seen], looks: int) -> str:
    """One to three plain sentences that claim no more than was seen."""
    if not looks:
        return "I have seen no image lately."
    objects = [s for s in seen if s.kind is Kind.OBJECTS]
    sure = [told(s) for s in objects if s.confidence >= SURE]
    probable = [told(s) for s in objects if PROBABLE <= s.confidence < SURE]
    possible = [told(s) for s in objects if s.confidence < PROBABLE]
    sentences = []
    if sure:
        sentences.append(f"I see {listed(sure)}.")
    if probable:
        sentences.append(f"{'There is probably also' if sure else 'I probably see'} {listed(probable)}.")
    if possible and not probable:
        sentences.append(f"There may be {listed(possible)}.")
    sentences += [_face(s) for s in seen if s.kind is Kind.FACES]
    sentences += [f"A hand shows {s.class_id.replace('_', ' ')}." for s in seen if s.kind is Kind.GESTURES]
    return " ".join(sentences) or "I see nothing that I recognise."


def told(s: Seen) -> str:
    place = {"left": "on the left", "centre": "in the centre", "right": "on the right"}[s.where]
    words = f"{count_of(s.class_id, s.count)} {place}" if s.count == 1 else count_of(s.class_id, s.count)
    return f"{words} (perhaps {NUMBERS[min(s.more, 10)]} more)" if s.more > 0 else words


def _face(s: Seen) -> str:
    looks = "" if s.expression in ("", NEUTRAL) else f", which looks {s.expression}"
    return f"There is {count_of(FACE, s.count)}{looks if s.count == 1 else ''}."
