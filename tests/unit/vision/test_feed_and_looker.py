# SPDX-License-Identifier: Apache-2.0
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from tektra.common.errors import BackendError, InputError, TektraError
from tektra.common.pixels import Pixels
from tektra.vision import feed as feed_module
from tektra.vision.backends import Frame
from tektra.vision.feed import Feed
from tektra.vision.looker import Look, Looker
from tektra.vision.schedule import Schedule
from tektra.vision.sightings import Box, Kind, Sighting

BLACK: Pixels = np.zeros((24, 36, 3), np.uint8)
SOME: Pixels = np.random.default_rng(1).integers(0, 255, (24, 36, 3), np.uint8)
PATIENCE_S = 20.0


class Script:
    """A camera that does what a list says: a frame, None for a time-out, or an error."""

    def __init__(self, *steps: object) -> None:
        self.steps = list(steps)
        self.opened = self.closed = 0

    def open(self) -> None:
        self.opened += 1

    def close(self) -> None:
        self.closed += 1

    def read(self, timeout_s: float) -> Frame | None:
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        return step  # type: ignore[return-value]


def test_frames_go_on_and_time_outs_do_not() -> None:
    frames: list[Frame] = []
    got = threading.Event()

    def take(frame: Frame) -> None:
        frames.append(frame)
        got.set()

    camera = Script(None, None, Frame(BLACK, 1.0), None)
    feed = Feed(camera, take, lambda: None)
    feed.start()
    assert got.wait(PATIENCE_S)
    feed.stop()
    assert [frame.stamp_s for frame in frames] == [1.0]
    assert camera.closed >= 1


def test_a_camera_that_fails_is_closed_told_of_and_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_module, "RETRY_S", 0.01)
    told: list[str] = []
    well = threading.Event()
    camera = Script(BackendError("camera 0 is gone", "plug it in"), Frame(BLACK, 2.0))
    feed = Feed(camera, lambda frame: well.set(), lambda: told.append(str(feed.problem)))
    feed.start()
    assert well.wait(PATIENCE_S)
    feed.stop()
    assert told[0] == "camera 0 is gone: plug it in"
    assert told[-1] == "None"
    assert camera.opened == 2


def test_what_cannot_be_read_or_is_not_believed_goes_no_further_and_the_camera_stays_open() -> None:
    frames: list[Frame] = []
    told: list[str] = []
    well = threading.Event()

    def judge(frame: Frame) -> None:
        if frame.stamp_s < 2.0:
            raise InputError("an image came late", "look at its link")

    def take(frame: Frame) -> None:
        frames.append(frame)
        well.set()

    camera = Script(InputError("half a picture", "send all"), Frame(BLACK, 1.0), Frame(BLACK, 2.0), None)
    feed = Feed(camera, take, lambda: told.append(str(feed.problem)), judge)
    feed.start()
    assert well.wait(PATIENCE_S)
    feed.stop()
    assert [frame.stamp_s for frame in frames] == [2.0]
    assert told == ["half a picture: send all", "an image came late: look at its link", "None"]
    assert camera.opened == 1


@pytest.mark.parametrize("size", [(1, 1), (15, 640), (9000, 40)])
def test_a_picture_that_is_too_small_or_large_goes_no_further_from_any_camera(size: tuple[int, int]) -> None:
    """Files and devices gave detectors pictures of one pixel."""
    frames: list[Frame] = []
    well = threading.Event()

    def take(frame: Frame) -> None:
        frames.append(frame)
        well.set()

    told: list[str] = []
    camera = Script(Frame(np.zeros((*size, 3), np.uint8), 1.0), Frame(BLACK, 2.0), None)
    feed = Feed(camera, take, lambda: told.append(str(feed.problem)))
    feed.start()
    assert well.wait(PATIENCE_S)
    feed.stop()
    assert [frame.stamp_s for frame in frames] == [2.0]
    assert told[0].startswith(f"a picture of {size[1]} by {size[0]}")


def test_what_a_library_never_raised_before_does_not_end_the_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread ended, and the camera was dead until the node was started anew."""
    monkeypatch.setattr(feed_module, "RETRY_S", 0.01)
    well = threading.Event()
    told: list[str] = []
    camera = Script(ZeroDivisionError("rtsp://me:secret@host"), Frame(BLACK, 2.0), None)
    feed = Feed(camera, lambda frame: well.set(), lambda: told.append(str(feed.problem)))
    feed.start()
    assert well.wait(PATIENCE_S)
    feed.stop()
    assert told[0] == "the camera failed (ZeroDivisionError): see the log"
    assert (camera.opened, feed.problem) == (2, None)


def test_stopping_ends_an_opening_that_hangs() -> None:
    """The node hung at its end with it."""

    class Hangs(Script):
        asked, closing = threading.Event(), threading.Event()

        def open(self) -> None:
            self.asked.set()
            assert self.closing.wait(PATIENCE_S)
            raise BackendError("camera 0 was closed", "open it again")

        def close(self) -> None:
            self.closing.set()

    camera = Hangs(None)
    feed = Feed(camera, lambda frame: None, lambda: None)
    feed.start()
    assert camera.asked.wait(PATIENCE_S)
    feed.stop()
    assert camera.closing.is_set()


def test_stopping_twice_is_stopping_once() -> None:
    feed = Feed(Script(None), lambda frame: None, lambda: None)
    feed.stop()
    feed.start()
    feed.start()
    feed.stop()
    feed.stop()


class Eyes:
    """A detector that sees what the test puts before it."""

    classes: Sequence[str] = ("dog",)

    def __init__(self) -> None:
        self.looked: list[Kind] = []
        self.error: TektraError | None = None

    def load(self, kinds: Sequence[Kind]) -> None: ...

    def close(self) -> None: ...

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        self.looked.append(kind)
        if self.error is not None:
            raise self.error
        return [Sighting(kind, "dog", 0.9, Box(15, 10, 6, 6))] if kind is Kind.OBJECTS else []


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def eyes() -> Eyes:
    return Eyes()


@pytest.fixture
def looker(eyes: Eyes, clock: Clock) -> Looker:
    return Looker(eyes, Schedule({Kind.OBJECTS: 5.0, Kind.FACES: 1.0}, 1.0), 2.0, clock)


def looks(looker: Looker, frame: Frame) -> list[Look]:
    """All looks at one frame."""
    return list(iter(lambda: looker.look(frame, lambda kind, seconds: None), None))


def test_only_detectors_that_are_due_look(looker: Looker, eyes: Eyes, clock: Clock) -> None:
    costs: list[Kind] = []

    def look(frame: Frame) -> Look | None:
        return looker.look(frame, lambda kind, seconds: costs.append(kind))

    frame = Frame(SOME, 100.0)
    first, faces = look(frame), look(frame)
    assert first is not None and faces is not None
    assert {*first.tracks, *faces.tracks} == {Kind.OBJECTS, Kind.FACES}
    assert look(frame) is None and look(Frame(SOME, 100.1)) is None
    clock.now_s = 0.25
    second = look(Frame(SOME, 100.25))
    assert second is not None
    assert set(second.tracks) == {Kind.OBJECTS}
    assert second.tracks[Kind.OBJECTS][0].track_id == first.tracks[Kind.OBJECTS][0].track_id
    assert second.scene.looks == 3
    assert len(costs) == len(eyes.looked) == 3


def test_what_one_detector_saw_waits_for_no_other_and_the_other_has_the_newest_frame(
    looker: Looker, eyes: Eyes, clock: Clock
) -> None:
    """Objects left when faces and hands were found, too: half a second after the picture."""
    first = looker.look(Frame(SOME, 100.0), lambda kind, seconds: None)
    assert first is not None and eyes.looked == [Kind.OBJECTS]
    newer = Frame(SOME, 100.03)
    second = looker.look(newer, lambda kind, seconds: None)
    assert second is not None
    assert (second.frame, set(second.tracks)) == (newer, {Kind.FACES})


def test_no_detector_looks_twice_at_a_frame_and_a_slow_camera_shows_each_frame_to_all(
    looker: Looker, eyes: Eyes, clock: Clock
) -> None:
    frame = Frame(SOME, 100.0)
    assert len(looks(looker, frame)) == 2
    clock.now_s = 5.0
    assert looks(looker, frame) == []
    assert {kind for look in looks(looker, Frame(SOME, 105.0)) for kind in look.tracks} == {
        Kind.OBJECTS,
        Kind.FACES,
    }


def test_a_detector_that_fails_waits_its_turn(looker: Looker, eyes: Eyes, clock: Clock) -> None:
    eyes.error = BackendError("model failed", "see the log")
    with pytest.raises(BackendError):
        looker.look(Frame(SOME, 0.0), lambda kind, seconds: None)
    eyes.error = None
    after = looker.look(Frame(SOME, 0.0), lambda kind, seconds: None)
    assert after is not None
    assert len(after.tracks) == 1


def test_analysis_of_one_image_does_not_mix_with_the_camera(looker: Looker) -> None:
    found, words = looker.analyze(SOME, "", [Kind.OBJECTS, Kind.FACES])
    assert (len(found), words) == (1, "I see a dog in the centre.")
    assert [look.scene.looks for look in looks(looker, Frame(SOME, 0.0))] == [1, 2]


def test_a_black_picture_is_not_looked_at_and_what_was_there_is_not_claimed(
    looker: Looker, eyes: Eyes, clock: Clock
) -> None:
    looker.look(Frame(SOME, 100.0), lambda kind, seconds: None)
    eyes.looked.clear()
    clock.now_s = 1.0
    dark = looker.look(Frame(np.zeros_like(SOME), 101.0), lambda kind, seconds: None)
    assert dark is not None
    assert eyes.looked == []
    assert dark.tracks == {} and dark.scene.seen == ()
    assert dark.doubt and dark.scene.description.startswith("I cannot see: the picture is black")
    _, words = looker.analyze(np.zeros_like(SOME), "Is there a dog?", [Kind.OBJECTS])
    assert words.startswith("I cannot see")
    clock.now_s = 2.0
    again = looker.look(Frame(SOME, 102.0), lambda kind, seconds: None)
    assert again is not None
    assert again.scene.description == "I see a dog in the centre."


def test_a_picture_that_stands_still_is_told_of_and_places_nobody(looker: Looker, clock: Clock) -> None:
    looks = []
    for second in range(5):
        clock.now_s = float(second)
        looks.append(looker.look(Frame(SOME, 100.0 + second), lambda kind, seconds: None))
    assert [bool(look and look.doubt) for look in looks] == [False, False, True, True, True]
    last = looks[-1]
    assert last is not None
    assert last.scene.description == "The picture has not changed for 4 s. I see a dog in the centre."
    assert last.scene.looks == 0, "so nobody rests anything on it"


def test_an_image_that_is_none_is_refused_by_shape() -> None:
    from tektra.vision.backends import require_image

    for bad in (BLACK[:, :, :2], BLACK[:, :, 0], BLACK.astype(np.float32), BLACK[:0], b"bytes"):
        with pytest.raises(InputError):
            require_image(bad)  # type: ignore[arg-type]
    require_image(BLACK)


def test_what_another_camera_shows_is_new_and_no_name_comes_again(looker: Looker, clock: Clock) -> None:
    """Somebody before it had the name, and so the person, of whoever stood there before the first."""
    names: dict[str, set[str]] = {"web_1": set(), "web_2": set()}
    for second in range(8):
        clock.now_s = float(second)
        sender = "web_1" if second < 4 else "web_2"
        image = np.asarray(SOME // (second + 1) + 40, np.uint8)
        look = looker.look(Frame(image, 100.0 + second, sender), lambda kind, seconds: None)
        assert look is not None
        for tracks in look.tracks.values():
            names[sender] |= {track.track_id for track in tracks}
        if second == 4:
            assert look.scene.looks == 1, "what was seen before is not in it"
    assert names["web_1"] and names["web_2"]
    assert names["web_1"].isdisjoint(names["web_2"])
