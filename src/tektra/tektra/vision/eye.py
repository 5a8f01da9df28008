# SPDX-License-Identifier: Apache-2.0
"""One camera with all that belongs to it: where its pictures come from, which of them count, what was seen in them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from tektra.common.errors import BackendError, InputError, TektraError
from tektra.vision.answers import answers
from tektra.vision.arrivals import Arrivals
from tektra.vision.backends import Camera, Detector, Frame
from tektra.vision.depth_source import DepthSource
from tektra.vision.feed import Feed
from tektra.vision.gesture_table import POINT, STOP, read_table
from tektra.vision.gestures import Act, GestureActs, Shower
from tektra.vision.hand_owners import HandOwners
from tektra.vision.hands import Pointer, Target
from tektra.vision.health import blind
from tektra.vision.looker import Look, Looker
from tektra.vision.options import VisionOptions
from tektra.vision.pace import Pace, Steps
from tektra.vision.positions import Positions, camera_pose, intrinsics_of, people_finder
from tektra.vision.scene import Scene, spoken
from tektra.vision.schedule import Schedule
from tektra.vision.sightings import Kind, Sighting
from tektra.vision.stillness import RESTS
from tektra.vision.text import Texts
from tektra.vision.waving import Waves

LOG = logging.getLogger("tektra.vision")
#: An image older than this is not "what is before the camera now".
FRESH_S = 2.0


class Eye:
    """`name` is empty for an only camera. `share`: of one core, for its looks. `clock` gives s since the epoch, `steady`
    monotonic s.

    The camera's thread gives pictures to `newest`, the detector's calls `look`, the executor's `find`; the rest is for any.
    """

    def __init__(
        self,
        name: str,
        options: VisionOptions,
        detector: Detector,
        share: float,
        clock: Callable[[], float],
        steady: Callable[[], float],
    ) -> None:
        self.name = name
        self.options = options
        self.newest: Frame | None = None
        self.doubt = ""
        self.scene = Scene((), "", 0)
        self.known: dict[Kind, frozenset[str]] = {}
        self.arrivals = Arrivals(options.max_image_age_s)
        self._clock, self._steady = clock, steady
        depth = DepthSource(options.depth_apart_s, options.max_image_age_s, clock)
        self.depth = depth if options.depth_topic else None
        self._pace = Pace()
        self._trouble: TektraError | None = None
        self._feed: Feed | None = None
        self.intrinsics = intrinsics_of(options)
        self._finder = people_finder(options)
        self._table = read_table(options.gestures_file)
        self._placed: str | None = None  # the frame of the camera whose place was told
        self._watch_hands("")
        pose = camera_pose(options)
        fixed = pose is not None and not options.camera_robot
        self._pointer = Pointer(pose, options.people_range_m) if pose is not None and fixed else None
        schedule = Schedule(lambda: options.rates_hz, share)
        prefix = f"{name}_" if name else ""
        # The gate counts floor as unseen that was not looked at lately: who tells it of people looks on as often as before.
        rests = {k: s for k, s in RESTS.items() if k is not Kind.OBJECTS or self._finder is None}
        seconds = options.scene_window_s
        self._looker = Looker(detector, schedule, seconds, steady, prefix=prefix, rests=rests, hangs=fixed)

    def start(self, camera: Camera, on_frame: Callable[[Frame], None], on_change: Callable[[], None]) -> None:
        """Begins to take pictures. `on_frame` and `on_change` are called in the camera's thread."""

        def judge(frame: Frame) -> None:
            self.arrivals.judge(frame.stamp_s, self._clock(), frame.sender)

        def take(frame: Frame) -> None:
            self._pace.came(self._steady())
            self.newest = frame
            on_frame(frame)

        self._feed = Feed(camera, take, on_change, judge)
        self._feed.start()

    def stop(self) -> None:
        """Ends the camera's thread; blocks for the read under way. Twice is once."""
        if self._feed is not None:
            self._feed.stop()
        self._feed = self.newest = None
        if self.depth is not None:
            self.depth.forget()
        self.doubt, self.scene, self.known = "", Scene((), "", 0), {}

    def look(self, took: Callable[[Kind, float], None], *, again: bool = False) -> Look | None:
        """One detector looks at the newest picture, unless each that is due did already. What fails is told by `why`. `again`: no
        picture just came, and where one is about to come, it is waited for."""
        frame, began_s, came_s = self.newest, self._steady(), self._pace.came_s
        if frame is None or (again and self._pace.waits(began_s)):
            return None
        steps = Steps(self._clock() - frame.stamp_s - (began_s - came_s), began_s - came_s)
        try:
            look = self._looker.look(frame, took)
            self._trouble = None
        except TektraError as error:
            self._trouble, look = error, None
        except (
            Exception
        ) as error:  # of a library that met what it never met before: it must not be taken for an empty room
            LOG.exception("a detector failed")
            self._trouble = BackendError(f"a detector failed ({type(error).__name__})", "see the log")
            look = None
        if look is None:
            return None
        self.doubt, self.scene = look.doubt, look.scene
        self.known |= look.known
        steps = replace(steps, ended_s=self._steady())
        placed = self.depth is not None and not look.doubt and Kind.OBJECTS in look.tracks
        depth = self.depth.at(frame) if self.depth is not None and placed else None
        return replace(look, eye=self.name, steps=steps, depth=depth)

    def find(self, look: Look) -> Positions | None:
        """Where people stand on the map; None where a look cannot tell: its picture is in doubt, nobody knows where the
        camera is, or objects were not looked for."""
        if self._finder is None or look.doubt or Kind.OBJECTS not in look.tracks:
            return None
        if self._another(look.frame):
            self.doubt = (
                f"the pictures are of the frame {look.frame.sender!r} now, and were of {self._placed!r}"
            )
            return None
        size = (look.frame.image.shape[1], look.frame.image.shape[0])
        try:
            return self._finder.find(look.frame.stamp_s, size, look.tracks[Kind.OBJECTS], look.depth)
        except InputError as error:  # a picture that its calibration is not for
            self.doubt = str(error)
            return None

    def acts(self, look: Look, who: Callable[[str], Shower]) -> list[Act]:
        """What hands asked for by this look. `who` tells of a face, by its track id ("": none), whose it is. A picture that is in
        doubt asks for nothing but a stop."""
        now_s = look.frame.stamp_s
        if look.frame.sender != self._sender:
            self._watch_hands(look.frame.sender)
        if Kind.FACES in look.tracks:
            self._owners.saw(now_s, look.tracks[Kind.FACES])
        if Kind.GESTURES not in look.tracks:
            return []
        hands = self._waves.update(now_s, look.tracks[Kind.GESTURES])
        whose = lambda hand: who(self._owners.owner(now_s, hand))  # noqa: E731
        acts = self._gestures.update(now_s, hands, whose, still=look.still)
        return [act for act in acts if act.sign.means == STOP or not look.doubt]

    def pointer(self, look: Look, acts: Sequence[Act]) -> str:
        """Who of those before this camera points by one of these acts: the id of the face whose hand it is, else of the hand."""
        hands = [act.hand for act in acts if act.sign.means == POINT]
        return next((self._owners.owner(look.frame.stamp_s, hand) or hand.track_id for hand in hands), "")

    def _another(self, frame: Frame) -> bool:
        """Whether it is of another camera than the one whose place was told, which is the first."""
        if self._placed is None:
            self._placed = frame.sender
        return frame.sender != self._placed

    def _watch_hands(self, sender: str) -> None:
        """From now on, before this camera: no hand is held on before another, and no face of there owns it."""
        self._sender = sender
        self._gestures, self._owners, self._waves = GestureActs(self._table), HandOwners(), Waves()

    def pointed(self, look: Look, acts: Sequence[Act]) -> Target | None:
        """Where on the map one of these acts points; None where nobody knows where the camera is, or two hands point."""
        hands = [act.hand.sighting.hand for act in acts if act.sign.means == POINT]
        if self._pointer is None or look.doubt or len(hands) != 1 or hands[0] is None:
            return None
        if self._another(look.frame):
            return None
        size = (look.frame.image.shape[1], look.frame.image.shape[0])
        try:
            return self._pointer.target(hands[0], size)
        except InputError:  # a picture that its calibration is not for: `find` tells
            return None

    def analyze(
        self, frame: Frame, question: str, kinds: Sequence[Kind], named: bool, texts: Texts
    ) -> tuple[list[tuple[str, Sighting]], str, bool]:
        """Everything in one picture, each with the name of this camera, the answer to a question about it, and whether that tells
        anything of what was asked."""
        found, words = self._looker.analyze(frame.image, question, kinds)
        if not blind(frame.image):
            words = texts.answer(question, frame.image) or words
        told = f"{spoken(self.name)}: {words}" if named else words
        return [(self.name, seen) for seen in found], told, answers(words)

    def blind(self) -> str:
        """Why there is no image, with the remedy; empty when there is one."""
        if self.options.camera == "none":
            return "no camera: the parameter `camera` is none"
        problem = (self._feed.problem if self._feed is not None else None) or self._trouble
        if problem is not None:
            return str(problem)
        if self.newest is None or self._clock() - self.newest.stamp_s > FRESH_S:
            where = f": check that {self.options.topic} is published" if self.options.topic else ""
            return f"no image lately{where}"
        return ""

    def why(self) -> str:
        """What is wrong with it, also where there is an image."""
        return self.blind() or self.doubt or (self.depth.problem if self.depth is not None else "")

    def age_ms(self) -> int:
        """Of the newest image; -1 while there is none."""
        return round(1000.0 * (self._clock() - self.newest.stamp_s)) if self.newest is not None else -1
