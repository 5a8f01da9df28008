# SPDX-License-Identifier: Apache-2.0
"""Looks at images with the detectors, and remembers what it saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from tektra.common.pixels import Pixels
from tektra.vision.answers import answer
from tektra.vision.backends import Detector, Frame
from tektra.vision.backends.colours import colour_of
from tektra.vision.depth import Depth
from tektra.vision.faces import Known
from tektra.vision.health import Health, Verdict, blind
from tektra.vision.pace import Steps
from tektra.vision.relations import relation_answer
from tektra.vision.scene import Scene, SceneMemory, sentence
from tektra.vision.schedule import Schedule
from tektra.vision.sightings import Kind, Sighting
from tektra.vision.stance import Stance
from tektra.vision.stillness import Stillness
from tektra.vision.tracker import Track, Tracker

#: A thing that was hidden for so long is the same when it is seen again.
HIDDEN_S = 3.0
#: And when the camera turned meanwhile, by 4 degrees (px at 640 a row).
REACH_PX = 40.0


@dataclass(frozen=True)
class Look:
    """What one detector saw in one image (none, where it shows nothing); `known` are the ids that still live, by kind. `doubt` says why nothing
    in it may be placed on the map; empty: it may. `still`: the picture repeats an earlier one. `eye` is the name of the camera, `recognised` who is by the faces before all
    cameras, by track id, `steps` where its time went, `depth` how far away what it shows is, where that is measured."""

    frame: Frame
    tracks: dict[Kind, list[Track]]
    known: dict[Kind, frozenset[str]]
    scene: Scene
    doubt: str = ""
    eye: str = ""
    recognised: Mapping[str, Known] = field(default_factory=dict)
    still: bool = False
    steps: Steps = field(default_factory=Steps)
    depth: Depth | None = None

    @property
    def believed(self) -> list[Track]:
        """What is told of, of all kinds."""
        return [track for found in self.tracks.values() for track in found if track.believed]


class Looker:
    """For one thread, that of the detector. `clock` gives monotonic seconds: what a detector costs is
    measured by it. `rests`: how long a detector may rest where it found nothing and nothing moves (stillness.py); none: never.
    `hangs`: the camera's place on the map was told, so that it matters whether it still looks there."""

    def __init__(
        self,
        detector: Detector,
        schedule: Schedule,
        window_s: float,
        clock: Callable[[], float],
        *,
        prefix: str = "",
        rests: Mapping[Kind, float] | None = None,
        hangs: bool = False,
    ) -> None:
        self._detector = detector
        self._schedule = schedule
        self._clock = clock
        self._window_s = window_s
        self._memory = SceneMemory(window_s)
        self._health = Health()
        self._hangs = hangs
        self._stance = Stance()
        self._frame: Frame | None = None
        self._verdict: Verdict | None = None
        self._saw: set[Kind] = set()
        self._sender = ""
        self._stillness = Stillness(rests or {})
        self._trackers = {
            Kind.OBJECTS: Tracker(f"{prefix}o", keep_s=HIDDEN_S, reach_px=REACH_PX),
            Kind.FACES: Tracker(f"{prefix}f"),
            Kind.GESTURES: Tracker(f"{prefix}h", keep_s=HIDDEN_S, by_class=False),
        }

    def look(self, frame: Frame, took: Callable[[Kind, float], None]) -> Look | None:
        """Runs the detector that waits longest of those that are due and did not look at this frame yet; None when there is none.
        What it sees goes out before another looks, and the other may have a newer frame. `took(kind, seconds)` tells what it cost.
        Raises TektraError when it fails, and then waits its turn like the others."""
        if frame is not self._frame:
            self._frame, self._verdict = frame, None
            self._saw.clear()
            self._begin_anew(frame.sender)
        now_s = self._clock()
        ready = [kind for kind in self._schedule.due(now_s) if kind not in self._saw]
        due = self._stillness.awake(frame.image, ready, now_s)
        if not due:
            return None
        verdict = self._verdict = self._verdict or self._judge(frame)
        if verdict.blind:
            self._saw.update(due)
            return self._see_nothing(frame, due, verdict.blind)
        kind = due[0]
        self._saw.add(kind)
        began_s = self._clock()
        try:
            sightings = self._detector.detect(frame.image, kind)
        finally:
            seconds = self._clock() - began_s
            self._schedule.ran(kind, began_s, seconds)
            took(kind, seconds)
        self._stillness.looked(kind, frame.image, began_s, found=bool(sightings))
        tracks = {kind: self._trackers[kind].update(frame.stamp_s, sightings)}
        called = [track.sighting for track in tracks[kind]]  # by what most looks call them
        self._memory.add(frame.stamp_s, kind, frame.image.shape[1], called)
        scene = self._memory.scene(frame.stamp_s)
        if verdict.doubt:
            words = f"{sentence(verdict.doubt)} {scene.description}"
            scene = replace(scene, description=words, looks=0)  # nobody is to rest anything on it
        return Look(
            frame, tracks, {kind: self._trackers[kind].names}, scene, verdict.doubt, still=verdict.still
        )

    def _judge(self, frame: Frame) -> Verdict:
        """Of a picture in doubt it is not asked where it looks."""
        verdict = self._health.judge(frame.image, frame.stamp_s)
        if not self._hangs or verdict.doubt:
            return verdict
        return replace(verdict, doubt=self._stance.judge(frame.image, frame.stamp_s))

    def _begin_anew(self, sender: str) -> None:
        """Nothing that another camera showed is in the pictures of this one."""
        if sender == self._sender:
            return
        self._sender, self._health, self._memory = sender, Health(), SceneMemory(self._window_s)
        self._stance = Stance()
        self._stillness.forget()
        for tracker in self._trackers.values():
            tracker.forget()

    def _see_nothing(self, frame: Frame, due: Sequence[Kind], why: str) -> Look:
        """No detector looks at a picture that shows nothing, and what was seen before is no more said to be there."""
        self._stillness.forget()
        for kind in due:
            self._schedule.passed_over(kind, self._clock())
        self._memory = SceneMemory(self._window_s)
        scene = Scene((), f"I cannot see: {why}.", 0)
        return Look(frame, {}, {kind: frozenset() for kind in Kind}, scene, why)

    def analyze(self, image: Pixels, question: str, kinds: Sequence[Kind]) -> tuple[list[Sighting], str]:
        """Everything in one image, and the answer to a question about it (empty: a description)."""
        nothing = blind(image)
        if nothing:
            return [], f"I cannot see: {nothing}."
        memory = SceneMemory(window_s=1.0)
        found: list[Sighting] = []
        for kind in kinds:
            sightings = self._detector.detect(image, kind)
            memory.add(0.0, kind, image.shape[1], sightings)
            found += sightings
        classes = self._detector.classes
        related = relation_answer(question, found, classes, partial(colour_of, image))
        return found, related or answer(question, memory.scene(0.0), classes)
