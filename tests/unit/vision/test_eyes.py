# SPDX-License-Identifier: Apache-2.0
"""Several cameras: which there are, and what they tell together."""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from tektra.common.errors import BackendError, ConfigError
from tektra.common.paths import share_dir
from tektra.common.pixels import Pixels
from tektra.vision.backends import Frame, TextReader
from tektra.vision.cameras import MOST, cameras_of
from tektra.vision.eye import Eye
from tektra.vision.eyes import analyze, asked_of, scene_of
from tektra.vision.gestures import Shower
from tektra.vision.looker import Look
from tektra.vision.mailbox import Mailbox
from tektra.vision.options import VisionOptions
from tektra.vision.scene import Scene
from tektra.vision.sightings import Box, Kind, Sighting
from tektra.vision.text import Texts
from tektra.vision.tracker import Track

FIELD = (
    "version: 1\nname: field\nframe: map\nbounds: {x_m: [0.0, 20.0], y_m: [0.0, 20.0]}\nwall_height_m: 1.0\n"
    "rooms: {field: {x_m: [0.0, 20.0], y_m: [0.0, 20.0]}}\n"
)
PATIENCE_S = 20.0
SOME: Pixels = np.random.default_rng(1).integers(0, 255, (60, 90, 3), np.uint8)


def no_reader() -> TextReader:
    raise AssertionError("nobody asked for text")


NO_TEXTS = Texts(no_reader)


class Finder:
    """Sees a dog in a dark picture, and a cup in a bright one."""

    classes: Sequence[str] = ("dog", "cup")

    def load(self, kinds: Sequence[Kind]) -> None: ...

    def close(self) -> None: ...

    def detect(self, image: Pixels, kind: Kind) -> list[Sighting]:
        name = "cup" if image.mean() > 100 else "dog"
        return [Sighting(kind, name, 0.9, Box(40, 20, 10, 10))] if kind is Kind.OBJECTS else []


@pytest.mark.parametrize("doubt, told", [("", {"agree", "stop"}), ("the picture has not changed for 3 s", {"stop"})])  # fmt: skip
def test_a_picture_in_doubt_says_no_yes_and_still_stops(doubt: str, told: set[str]) -> None:
    file = str(share_dir() / "config" / "gestures.yaml")
    eye = Eye("", VisionOptions(gestures_file=file), Finder(), 0.5, lambda: 0.0, lambda: 0.0)
    shown = {"h1": Sighting(Kind.GESTURES, "thumb_up", 0.9, Box(0, 0, 9, 9)), "h2": Sighting(Kind.GESTURES, "closed_fist", 0.9, Box(50, 0, 9, 9))}  # fmt: skip
    acted: set[str] = set()
    eye.acts(Look(Frame(SOME, 98.0), {Kind.GESTURES: []}, {}, Scene((), "", 1)), lambda face: Shower())
    for number in range(6):
        now_s = 100.0 + number / 3.0
        tracks = [Track(name, sighting, now_s) for name, sighting in shown.items()]
        look = Look(Frame(SOME, now_s), {Kind.GESTURES: tracks}, {}, Scene((), "", 1), doubt)
        acted |= {act.sign.means for act in eye.acts(look, lambda face: Shower())}
    assert acted == told


def test_a_hand_is_not_held_on_before_another_camera_nor_is_it_of_a_face_there() -> None:
    """The pages of two people send to one topic, by turns."""
    file = str(share_dir() / "config" / "gestures.yaml")
    eye = Eye("", VisionOptions(gestures_file=file), Finder(), 0.5, lambda: 0.0, lambda: 0.0)
    whose: list[str] = []
    face = Sighting(Kind.FACES, "face", 1.0, Box(100, 0, 60, 80))
    thumb = Sighting(Kind.GESTURES, "thumb_up", 0.9, Box(150, 60, 40, 60))

    def look(now_s: float, sender: str, kind: Kind, *seen: Sighting) -> list[str]:
        tracks = {kind: [Track("t1", each, now_s) for each in seen]}
        shown = Look(Frame(SOME, now_s, sender), tracks, {}, Scene((), "", 1))
        return [act.sign.means for act in eye.acts(shown, lambda name: whose.append(name) or Shower())]

    assert look(98.0, "web_1", Kind.GESTURES) == []
    look(100.0, "web_1", Kind.FACES, face)
    for third in range(3):
        assert look(100.0 + third / 3.0, "web_1", Kind.GESTURES, thumb) == []
    told = [look(101.0 + third / 3.0, "web_2", Kind.GESTURES, thumb) for third in range(9)]
    assert told == [[]] * 9 and whose == [], "nobody saw it being raised there"


def test_the_place_that_was_told_is_that_of_the_first_camera_alone(tmp_path: Path) -> None:
    world = tmp_path / "world.yaml"
    world.write_text(FIELD)
    placed = VisionOptions(world_file=str(world), camera_height_m=2.0, camera_x_m=5.0, camera_y_m=5.0, camera_pitch_rad=0.4)  # fmt: skip
    eye = Eye("", placed, Finder(), 0.5, lambda: 0.0, lambda: 0.0)
    person = Track("o1", Sighting(Kind.OBJECTS, "person", 0.9, Box(10, 4, 6, 14)), 100.0)

    def placed_from(sender: str) -> bool:
        look = Look(Frame(SOME, 100.0, sender), {Kind.OBJECTS: [person]}, {}, Scene((), "", 1))
        return eye.find(look) is not None

    assert placed_from("hall_camera")
    assert not placed_from("usb_cam") and "'usb_cam' now, and were of 'hall_camera'" in eye.doubt
    assert placed_from("hall_camera")


class House:
    """Cameras to which a test brings pictures, and a clock that it sets."""

    def __init__(self, *names: str) -> None:
        self.now_s = 1000.0
        options = VisionOptions(gestures_rate_hz=0.0, faces_rate_hz=0.0)
        self.eyes = {n: Eye(n, options, Finder(), 0.5, lambda: self.now_s, lambda: self.now_s) for n in names}
        self.boxes = {name: Mailbox() for name in names}
        self.came = threading.Semaphore(0)
        for name, eye in self.eyes.items():
            eye.start(self.boxes[name], lambda frame: self.came.release(), lambda: None)

    def show(self, name: str, image: Pixels) -> Look | None:
        self.boxes[name].put(lambda: image, self.now_s)
        assert self.came.acquire(timeout=PATIENCE_S)
        return self.eyes[name].look(lambda kind, seconds: None)


@pytest.fixture
def house():  # type: ignore[no-untyped-def]
    house = House("hall", "living_room")
    yield house
    for eye in house.eyes.values():
        eye.stop()


def test_each_camera_has_names_of_its_own_and_they_speak_together(house: House) -> None:
    hall = house.show("hall", SOME // 4)
    living = house.show("living_room", SOME)
    assert hall is not None and living is not None
    assert [track.track_id for track in hall.tracks[Kind.OBJECTS]] == ["hall_o1"]
    assert [track.track_id for track in living.tracks[Kind.OBJECTS]] == ["living_room_o1"]
    scene = scene_of(house.eyes, living)
    assert scene.description == "Hall: I see a dog in the centre. Living room: I see a cup in the centre."
    assert {seen.class_id for seen in scene.seen} == {"dog", "cup"}


def test_of_a_camera_that_stands_still_words_alone_are_told(house: House) -> None:
    """Its things were told as if they were there now, and an order that waits for one of them began."""
    for _ in range(4):
        hall = house.show("hall", SOME // 4)
        house.now_s += 1.0
    living = house.show("living_room", SOME)
    assert hall is not None and hall.doubt and living is not None
    both = scene_of(house.eyes, living)
    assert {seen.class_id for seen in both.seen} == {"cup"} and both.looks == living.scene.looks
    assert "Hall: The picture has not changed" in both.description
    assert scene_of(house.eyes, hall).looks == living.scene.looks


def test_what_a_lost_camera_saw_is_not_claimed_any_more(house: House) -> None:
    house.show("hall", SOME // 4)
    house.now_s += 5.0
    living = house.show("living_room", SOME)
    assert living is not None
    scene = scene_of(house.eyes, living)
    assert scene.description == "Hall: I cannot see: no image lately. Living room: I see a cup in the centre."
    assert {seen.class_id for seen in scene.seen} == {"cup"}


def test_no_picture_is_looked_at_twice_and_each_has_its_age(house: House) -> None:
    assert house.show("hall", SOME) is not None
    house.now_s += 0.5
    assert house.eyes["hall"].look(lambda kind, seconds: None) is None
    assert house.eyes["hall"].age_ms() == 500
    assert house.eyes["living_room"].age_ms() == -1


def test_a_question_that_names_a_camera_is_for_that_one(house: House) -> None:
    house.show("hall", SOME // 4)
    house.show("living_room", SOME)
    assert [eye.name for eye in asked_of(house.eyes, "Is there a cup in the living room?")] == ["living_room"]
    everywhere = asked_of(house.eyes, "Is there a cup?")
    seeing = [(eye, eye.newest) for eye in everywhere if eye.newest is not None]
    told = analyze(seeing, "Is there a cup?", [Kind.OBJECTS], named=True, texts=NO_TEXTS)
    found, words = told.found, told.words
    assert words == "Hall: I do not see a cup. Living room: I see a cup in the centre."
    assert [(name, seen.class_id) for name, seen in found] == [("hall", "dog"), ("living_room", "cup")]


def test_one_camera_without_a_name_speaks_as_ever() -> None:
    house = House("")
    look = house.show("", SOME)
    assert look is not None
    assert [track.track_id for track in look.tracks[Kind.OBJECTS]] == ["o1"]
    assert scene_of(house.eyes, look).description == "I see a cup in the centre."
    house.eyes[""].stop()


def test_a_stopped_eye_remembers_nothing(house: House) -> None:
    house.show("hall", SOME)
    eye = house.eyes["hall"]
    eye.stop()
    assert (eye.newest, eye.scene.description, eye.known, eye.doubt) == (None, "", {}, "")
    assert "no image lately" in eye.why()


def test_the_file_of_cameras_changes_only_what_it_names(tmp_path: Path) -> None:
    file = tmp_path / "cameras.yaml"
    file.write_text(
        "hall: {source: /dev/video2, camera_height_m: 2}\nporch: {camera: compressed, frame_id: eye}\n"
    )
    cameras = cameras_of(VisionOptions(cameras_file=str(file), jpeg_quality=55))
    assert list(cameras) == ["hall", "porch"]
    hall, porch = cameras["hall"], cameras["porch"]
    assert (hall.source, hall.camera_height_m, hall.frame_id, hall.jpeg_quality) == (
        "/dev/video2",
        2.0,
        "hall_camera",
        55,
    )
    assert (porch.topic, porch.frame_id) == ("/camera/image_raw/compressed", "eye")
    assert cameras_of(VisionOptions()) == {"": VisionOptions()}


def test_the_simulated_rovers_cameras_know_the_homes_cubes() -> None:
    """Who named the file and nothing else was told that a red cube is nothing that vision knows."""
    file = str(share_dir() / "config" / "rover_cameras.yaml")
    cameras = cameras_of(VisionOptions(cameras_file=file))
    assert {own.detector for own in cameras.values()} == {"household"}


@pytest.mark.parametrize(
    "text, word",
    [
        ("", "holds no cameras"),
        ("{}", "names 0 cameras"),
        ("- hall", "holds no cameras"),
        ("hall: [", "no YAML"),
        ("hall: 3", "hall: 3"),
        ("Hall/../x: {}", "a camera called"),
        ("1: {}", "a camera called '1'"),
        ("hall: {colour: red}", "unknown parameter 'colour'"),
        ("hall: {1: 2}", "unknown parameter 1"),
        ("hall: {camera_height_m: high}", "camera_height_m = 'high'"),
        ("hall: {camera_height_m: .nan}", "camera_height_m = nan"),
        ("hall: {width: 999999}", "width = 999999"),
        ("hall: {face_reader: other}", "face_reader"),
        ("hall: {cameras_file: again.yaml}", "cameras_file"),
        ("\n".join(f"c{i}: {{}}" for i in range(MOST + 1)), f"names {MOST + 1} cameras"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "cameras.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=word):
        cameras_of(VisionOptions(cameras_file=str(file)))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        cameras_of(VisionOptions(cameras_file=str(tmp_path / "none.yaml")))


def test_an_unknown_camera_is_refused_when_it_is_made() -> None:
    from tektra.vision.cameras import own_camera

    with pytest.raises(BackendError, match="nonesuch"):
        own_camera(VisionOptions(camera="nonesuch"))


def test_a_detector_that_fails_as_never_before_is_told_of_and_is_no_empty_room(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The node said "running", and saw nothing."""
    eye = house.eyes["hall"]
    assert house.show("hall", SOME) is not None

    def fails(self: Finder, image: Pixels, kind: Kind) -> list[Sighting]:
        raise ZeroDivisionError

    monkeypatch.setattr(Finder, "detect", fails)
    house.now_s += 0.5
    assert house.show("hall", SOME) is None
    assert eye.why() == "a detector failed (ZeroDivisionError): see the log"
    monkeypatch.undo()
    house.now_s += 0.5
    assert house.show("hall", SOME) is not None
    assert eye.why() == ""


def test_a_camera_that_was_turned_over_places_nobody_and_says_so(tmp_path: Path) -> None:
    world = tmp_path / "world.yaml"
    world.write_text(FIELD)
    placed = VisionOptions(world_file=str(world), camera_height_m=2.0, camera_x_m=5.0, camera_y_m=5.0, camera_pitch_rad=0.4)  # fmt: skip
    dice, clock = np.random.default_rng(2), [0.0]
    shown = np.repeat(np.repeat(dice.integers(30, 220, (12, 16, 3)), 20, 0), 20, 1)
    eye = Eye("", placed, Finder(), 1.0, lambda: clock[0], lambda: clock[0])
    told = []
    for look in range(24):
        clock[0] = 100.0 + look
        image = np.clip(shown + dice.normal(0.0, 2.0, shown.shape), 0, 255).astype(np.uint8)
        eye.newest = Frame(image if look < 12 else np.ascontiguousarray(image[::-1, ::-1]), clock[0])
        while (found := eye.look(lambda kind, seconds: None)) is not None:
            told.append((look, found.doubt, Kind.OBJECTS in found.tracks and eye.find(found) is not None))
    assert all(not doubt for look, doubt, _ in told if look < 12)
    assert any(placed_one for look, _, placed_one in told if look < 12)
    late = [(doubt, placed_one) for look, doubt, placed_one in told if look >= 16]
    assert late and all("upside down" in doubt and not placed_one for doubt, placed_one in late)
