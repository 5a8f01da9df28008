# SPDX-License-Identifier: Apache-2.0
"""Who a face is: over several looks, unknown unless enrolled, and learnt from one person alone. The reader here sees what it is told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tektra.common.errors import BackendError, InputError
from tektra.common.known_people import KnownPeople
from tektra.common.recognition import Gallery
from tektra.common.sealing import Sealer
from tektra.vision.backends import FacePrint, Frame
from tektra.vision.enrolment import FRAMES, PATIENCE_S
from tektra.vision.faces import AGREE, EVERY_S, FaceNames, Known
from tektra.vision.gestures import Shower
from tektra.vision.identity import Identity, enrol_face
from tektra.vision.looker import Look
from tektra.vision.people import SEEN_S, SPOKE_S, People
from tektra.vision.persons_here import HEARD_S, PersonsHere
from tektra.vision.scene import Scene, Seen
from tektra.vision.sightings import FACE, Box, Kind, Sighting
from tektra.vision.tracker import Track

RNG = np.random.default_rng(8)
OWN = {name: np.eye(128, dtype=np.float32)[n] for n, name in enumerate(("ada", "bob", "stranger"))}
LEFT, RIGHT = Box(100, 100, 120, 140), Box(400, 100, 120, 140)
IMAGE = np.zeros((480, 640, 3), np.uint8)


def face(name: str, box: Box = LEFT, *, sharpness: float = 200.0, score: float = 0.95) -> FacePrint:
    vector = OWN[name] + RNG.normal(0.0, 0.03, 128)
    return FacePrint(box, score, np.asarray(vector / np.linalg.norm(vector), np.float32), sharpness)


def track(track_id: str, box: Box = LEFT) -> Track:
    return Track(track_id, Sighting(Kind.FACES, FACE, 1.0, box), 0.0)


class Reader:
    """Meets FaceReader."""

    model = "sface"

    def __init__(self, sees: Callable[[], list[FacePrint]], broken: bool = False) -> None:
        self.sees, self.broken, self.loads = sees, broken, 0

    def load(self) -> None:
        self.loads += 1
        if self.broken:
            raise BackendError("no model", "pull it")

    def close(self) -> None: ...
    def read(self, image: np.ndarray) -> list[FacePrint]:
        return self.sees()


@pytest.fixture
def known(tmp_path: Path) -> KnownPeople:
    return KnownPeople(tmp_path / "people", lambda: Sealer((b"k" * 32,)))


def enrolled(known: KnownPeople, *names: str) -> Gallery:
    for name in names:
        known.enrol(name, "guest", "face", [OWN[name]], model="sface", now_s=1.0)
    return Gallery(known.all(), "face", "sface", threshold=0.45, margin=0.1)


def looks(
    names: FaceNames, gallery: Gallery, *prints: list[FacePrint], tracks: list[Track] | None = None
) -> None:
    for n, seen in enumerate(prints):
        names.update(float(n), tracks or [track("f1")], seen, gallery)


def who(names: FaceNames) -> dict[str, str]:
    return {track_id: person.name for track_id, person in names.known().items()}


def test_a_face_has_a_name_after_three_looks_that_agree_and_a_strangers_never(known: KnownPeople) -> None:
    gallery, names = enrolled(known, "ada", "bob"), FaceNames()
    looks(names, gallery, *[[face("ada")]] * (AGREE - 1))
    assert who(names) == {}
    looks(names, gallery, [face("ada")])
    assert who(names) == {"f1": "ada"}
    other = FaceNames()
    looks(other, gallery, *[[face("stranger")]] * 20)
    assert who(other) == {}


def test_one_look_that_errs_neither_gives_a_name_nor_takes_it(known: KnownPeople) -> None:
    gallery, names = enrolled(known, "ada", "bob"), FaceNames()
    looks(names, gallery, *[[face("ada")]] * 4, [face("bob")])
    assert who(names) == {"f1": "ada"}
    looks(names, gallery, *[[face("stranger")]] * 3)  # another face under the same track
    assert who(names) == {}


def test_a_name_counts_for_rights_only_while_the_newest_look_bears_it_out(known: KnownPeople) -> None:
    """Somebody steps in front of an operator, under the same track: for a second and a half the hand was the operator's."""
    gallery, names = enrolled(known, "ada", "bob"), FaceNames()
    looks(names, gallery, *[[face("ada")]] * 4)
    assert names.known()["f1"].confirmed
    for other in ("bob", "stranger"):
        names.update(4.0, [track("f1")], [face(other)], gallery)
        assert who(names) == {"f1": "ada"}, "the name itself errs less often so"
        assert not names.known()["f1"].confirmed
        names.update(4.5, [track("f1")], [face("ada")], gallery)
        assert names.known()["f1"].confirmed


def test_a_name_that_no_look_bears_out_any_more_is_a_memory(known: KnownPeople) -> None:
    """The track goes on, with somebody's back or a masked face, in which the reader finds nobody."""
    gallery, names = enrolled(known, "ada"), FaceNames()
    looks(names, gallery, *[[face("ada")]] * 4)
    names.update(3.5, [track("f1")], [], gallery)
    assert names.known()["f1"].confirmed
    for look in range(8, 12):
        names.update(look / 2.0, [track("f1")], [], gallery)
    assert who(names) == {"f1": "ada"} and not names.known()["f1"].confirmed


def test_nobody_is_in_two_places_and_each_face_has_its_own_name(known: KnownPeople) -> None:
    gallery, names = enrolled(known, "ada", "bob"), FaceNames()
    both = [track("f1", LEFT), track("f2", RIGHT)]
    looks(names, gallery, *[[face("ada", RIGHT), face("bob", LEFT)]] * 4, tracks=both)
    assert who(names) == {"f1": "bob", "f2": "ada"}
    twice = FaceNames()
    looks(twice, gallery, *[[face("ada", RIGHT), face("ada", LEFT)]] * 4, tracks=both)
    assert list(who(twice).values()) == ["ada"]


def test_small_faces_and_other_boxes_tell_nothing(known: KnownPeople) -> None:
    gallery, names = enrolled(known, "ada"), FaceNames()
    looks(names, gallery, *[[face("ada", RIGHT)]] * 4)
    small = Box(100, 100, 20, 25)
    looks(names, gallery, *[[face("ada", small)]] * 4, tracks=[track("f3", small)])
    assert who(names) == {}


def test_who_is_forgotten_has_no_name_at_once_nor_has_a_face_that_is_gone(known: KnownPeople) -> None:
    gallery, names = enrolled(known, "ada"), FaceNames()
    looks(names, gallery, *[[face("ada")]] * 4)
    names.keep(frozenset({"f1"}), gallery)
    assert who(names) == {"f1": "ada"}
    known.forget(known.all()[0].id)
    names.keep(frozenset({"f1"}), Gallery(known.all(), "face", "sface", threshold=0.45))
    assert who(names) == {}


def look_at(stamp_s: float, *tracks: Track) -> Look:
    scene = Scene((Seen(Kind.FACES, FACE, len(tracks), 1.0, "left"),), "There is a face.", 3)
    ids = frozenset(each.track_id for each in tracks)
    return Look(Frame(IMAGE, stamp_s), {Kind.FACES: list(tracks)}, {Kind.FACES: ids}, scene)


def test_nothing_is_loaded_while_nobody_is_enrolled_and_names_are_told_then(known: KnownPeople) -> None:
    reader = Reader(lambda: [face("ada"), face("stranger", RIGHT)])
    identity = Identity(known, lambda: reader, "sface")
    people = (track("f1", LEFT), track("f2", RIGHT))
    for n in range(5):
        assert identity.named(look_at(n, *people)).recognised == {}
    assert reader.loads == 0
    enrolled(known, "ada")
    told = [identity.named(look_at(10 + n * EVERY_S, *people)) for n in range(4)][-1]
    assert [person.name for person in told.recognised.values()] == ["ada"]
    assert told.scene.description == "There is a face. I recognise ada. I do not know the other face."
    assert reader.loads == 1


def test_a_reader_that_fails_is_told_and_looks_go_on(known: KnownPeople) -> None:
    enrolled(known, "ada")
    identity = Identity(known, lambda: Reader(list, broken=True), "sface")
    look = look_at(1.0, track("f1"))
    assert identity.named(look).scene == look.scene
    assert "no model" in identity.trouble


def learn(known: KnownPeople, frames: list[list[FacePrint]], name: str = "ada"):
    """Enrols a name while these frames are seen, half a second apart."""
    now_s, waiting = [0.0], list(frames)

    def wait(seconds: float) -> bool:
        now_s[0] += 0.5 if waiting else PATIENCE_S
        return False

    return enrol_face(
        known, Reader(lambda: waiting.pop(0) if waiting else []), name=name, role="operator",
        newest=lambda: Frame(IMAGE, now_s[0]), wait=wait, steady=lambda: now_s[0], now_s=9.0,
    )  # fmt: skip


def test_a_face_is_learnt_from_several_frames_and_only_numbers_are_kept(known: KnownPeople) -> None:
    person = learn(known, [[face("ada")] for _ in range(FRAMES)])
    assert person.prints["face"].vectors.shape == (FRAMES, 128)
    assert (known.all()[0].name, known.all()[0].role) == ("ada", "operator")


@pytest.mark.parametrize(
    ("frame", "hint"),
    [
        ([], "no face"),
        ([face("ada"), face("bob", RIGHT)], "2 faces"),
        ([face("ada", Box(0, 0, 30, 40))], "nearer"),
        ([face("ada", sharpness=3.0)], "blurred"),
        ([replace(face("ada"), vector=OWN["ada"])], "move the head"),
    ],
)
def test_what_is_no_good_to_be_known_by_is_not_learnt_and_said(
    known: KnownPeople, frame: list[FacePrint], hint: str
) -> None:
    with pytest.raises(InputError, match=hint):
        learn(known, [frame] * 60)
    assert known.all() == []


def test_two_people_by_turns_are_not_one(known: KnownPeople) -> None:
    with pytest.raises(InputError):
        learn(known, [[face(("ada", "bob")[n % 2])] for n in range(60)])
    assert known.all() == []


def test_a_face_is_not_learnt_under_a_second_name(known: KnownPeople) -> None:
    enrolled(known, "ada")
    with pytest.raises(InputError, match="another name"):
        learn(known, [[face("ada")]] * 20, name="eve")
    assert learn(known, [[face("ada")] for _ in range(20)], name="Ada").name == "ada"


def test_one_person_by_face_and_voice_is_there_once(known: KnownPeople) -> None:
    enrolled(known, "ada", "bob")
    people, here = known.all(), PersonsHere()
    ada, bob = (person.id for person in people)
    here.heard(ada, "default", 1.0)
    here.heard("pnobody", "default", 1.0)
    now = here.now({"f2": Known(ada, "ada", 0.8)}, people, 2.0)
    assert [(p.id, p.name, p.face_id, p.voice_id) for p in now] == [(ada, "ada", "f2", "default")]
    here.heard(bob, "web1", 3.0)
    assert {p.id for p in here.now({}, people, 4.0)} == {ada, bob}
    assert here.now({}, people, 3.5 + HEARD_S) == []
    assert here.now({"f1": Known(ada, "ada", 0.9)}, [], 3.0) == []


# Whose gestures they are


class Home:
    """People, whose faces and voices a test brings, and a clock that it sets."""

    def __init__(self, known: KnownPeople) -> None:
        self.now_s = 100.0
        clock: Callable[[], float] = lambda: self.now_s  # noqa: E731
        self.people = People({}, known, lambda: Reader(list), "sface", clock, clock)

    def sees(self, *, confirmed: bool = True, **faces: str) -> None:
        recognised = {track_id: Known(person, "", 0.9, confirmed) for track_id, person in faces.items()}
        look = Look(Frame(IMAGE, self.now_s), {}, {}, Scene((), "", 1), recognised=recognised)
        self.people.saw(look)


def test_a_face_alone_gives_no_role_and_a_voice_with_it_does_for_half_a_minute(known: KnownPeople) -> None:
    home = Home(known)
    home.sees(f1="nobody")
    assert home.people.shower("f1") == Shower(), "nobody is enrolled, so nobody can be told from anybody"
    ada = known.enrol("ada", "operator", "face", [OWN["ada"]], model="sface", now_s=1.0)
    assert home.people.shower("f1") == Shower(), "no voice is known, so words are anybody's, too"
    known.enrol("ada", "", "voice", [OWN["ada"]], model="resemblyzer", now_s=1.0)
    home.sees(f1=ada.id)
    assert home.people.shower("f1") == Shower("ada", "guest"), "a photograph has a face, too"
    assert home.people.shower("f2") == home.people.shower("") == Shower("", "guest")
    home.people.heard(ada.id, "default")
    assert home.people.shower("f1") == Shower("ada", "operator")
    assert home.people.shower("f2") == Shower("", "guest")
    home.now_s += SPOKE_S + 1.0
    home.sees(f1=ada.id)
    assert home.people.shower("f1") == Shower("ada", "guest")
    home.people.heard(ada.id, "default")
    home.now_s += SEEN_S + 1.0
    assert home.people.shower("f1") == Shower("", "guest"), "not seen any more"


def test_a_face_that_is_not_borne_out_any_more_gives_no_right(known: KnownPeople) -> None:
    home = Home(known)
    ada = known.enrol("ada", "operator", "voice", [OWN["ada"]], model="resemblyzer", now_s=1.0)
    home.people.heard(ada.id, "default")
    home.sees(f1=ada.id)
    assert home.people.shower("f1") == Shower("ada", "operator")
    home.sees(confirmed=False, f1=ada.id)
    assert home.people.shower("f1") == Shower("", "guest")


def test_another_persons_voice_gives_a_face_nothing_and_who_is_forgotten_is_nobody(
    known: KnownPeople,
) -> None:
    home = Home(known)
    ada, bob = (
        known.enrol(name, "operator", "voice", [OWN[name]], model="resemblyzer", now_s=1.0)
        for name in ("ada", "bob")
    )
    home.sees(f1=ada.id)
    home.people.heard(bob.id, "default")
    assert home.people.shower("f1") == Shower("ada", "guest")
    home.people.heard(ada.id, "default")
    known.forget(ada.id)
    assert home.people.shower("f1") == Shower("", "guest")


def test_with_a_file_that_cannot_be_read_everybody_is_a_guest(known: KnownPeople, tmp_path: Path) -> None:
    home = Home(known)
    ada = known.enrol("ada", "operator", "voice", [OWN["ada"]], model="resemblyzer", now_s=1.0)
    home.people.heard(ada.id, "default")
    home.sees(f1=ada.id)
    (tmp_path / "people" / "bad.person").write_bytes(b"rubbish")
    assert home.people.shower("f1") == Shower("", "guest")
