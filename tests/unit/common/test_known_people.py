# SPDX-License-Identifier: Apache-2.0
"""Persons whom Tektra knows: sealed, each whole, and gone without a trace; and whose print is whose."""

import os
from pathlib import Path

import numpy as np
import pytest

from tektra.common.errors import ConfigError, InputError
from tektra.common.known_people import KnownPeople, exported
from tektra.common.recognition import Galleries, Gallery
from tektra.common.sealing import Sealer

KEY = lambda: Sealer((b"k" * 32,))  # noqa: E731
RNG = np.random.default_rng(4)


def prints(count: int = 3, size: int = 128) -> list[np.ndarray]:
    middle = RNG.normal(size=size)
    return [np.asarray(middle + 0.1 * RNG.normal(size=size), np.float32) for _ in range(count)]


@pytest.fixture
def known(tmp_path: Path) -> KnownPeople:
    return KnownPeople(tmp_path / "people", KEY)


def enrol(known: KnownPeople, name: str, what: str = "face", role: str = "", vectors=None):
    return known.enrol(name, role, what, vectors or prints(), model="m", now_s=100.0)


def test_nobody_is_known_and_nothing_is_written_until_somebody_is_enrolled(
    known: KnownPeople, tmp_path: Path
) -> None:
    assert known.all() == [] and known.stamp() == 0 and known.find("Ada") is None
    assert list(tmp_path.iterdir()) == []


def test_a_person_is_kept_once_with_both_prints_and_a_name_is_one_persons(known: KnownPeople) -> None:
    ada = enrol(known, "Ada  Lovelace", "face", "operator")
    again = enrol(known, "ada lovelace", "voice")
    assert (again.id, again.name, again.role) == (ada.id, "Ada Lovelace", "operator")
    (kept,) = known.all()
    assert set(kept.prints) == {"face", "voice"}
    assert np.allclose(np.linalg.norm(kept.prints["face"].vectors, axis=1), 1.0, atol=1e-5)
    assert enrol(known, "Bob").role == "guest"
    assert ada.id.isalnum() and not ada.id[0].isdigit()  # it is a part of topic names


def test_no_file_tells_of_anybody_nor_may_others_read_it(known: KnownPeople, tmp_path: Path) -> None:
    enrol(known, "Ada Lovelace", role="operator")
    for file in (tmp_path / "people").iterdir():
        content = file.read_bytes()
        assert all(word not in content for word in (b"Ada", b"operator", b"vectors", b"face"))
        assert file.stat().st_mode & 0o077 == 0
    assert (tmp_path / "people").stat().st_mode & 0o077 == 0


def test_who_is_forgotten_leaves_no_byte(known: KnownPeople, tmp_path: Path) -> None:
    ada, bob = enrol(known, "Ada"), enrol(known, "Bob")
    sealed = (tmp_path / "people" / f"{ada.id}.person").read_bytes()
    (tmp_path / "people" / f"{ada.id}.person.1.ab.draft").write_bytes(sealed)  # as a crash would leave it
    before = known.stamp()
    assert known.forget(ada.id) and not known.forget(ada.id)
    assert known.stamp() != before
    assert [person.id for person in known.all()] == [bob.id]
    left = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert [file.stem for file in left] == [bob.id]


def test_a_consent_that_is_taken_back_ends_that_print_and_the_last_one_the_person(known: KnownPeople) -> None:
    ada = enrol(known, "Ada", "face")
    enrol(known, "Ada", "voice")
    known.withdraw(ada.id, "face")
    assert set(known.all()[0].prints) == {"voice"}
    known.withdraw(ada.id, "voice")
    assert known.all() == []


def test_everything_that_is_kept_is_exported(known: KnownPeople) -> None:
    ada = enrol(known, "Ada", "voice", vectors=prints(2, 256))
    shown = exported(known.all()[0])
    assert (shown["id"], shown["name"], shown["role"]) == (ada.id, "Ada", "guest")
    assert shown["prints"]["voice"]["agreed_s"] == 100.0
    assert np.array(shown["prints"]["voice"]["vectors"]).shape == (2, 256)


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 65, "\u202e"])
def test_what_is_no_name_is_refused(known: KnownPeople, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        enrol(known, name)


@pytest.mark.parametrize(
    "vectors",
    [[], [np.zeros(8)], [np.full(8, np.nan)], [np.ones(2000)], [np.ones(8)] * 21],
)
def test_what_is_no_print_is_refused(known: KnownPeople, vectors: list) -> None:
    with pytest.raises(InputError, match="print"):
        known.enrol("Ada", "", "face", vectors, model="m", now_s=0.0)
    assert known.all() == []


def test_a_role_that_there_is_not_is_refused(known: KnownPeople) -> None:
    ada = enrol(known, "Ada")
    for wrong in (lambda: enrol(known, "Ada", role="admin"), lambda: known.change_role(ada.id, "king")):
        with pytest.raises(InputError, match="role"):
            wrong()
    known.change_role(ada.id, "observer")
    assert known.all()[0].role == "observer"


@pytest.mark.parametrize("id", ["../x", "a/b", "", "p1.person", "é"])
def test_an_id_never_leads_out_of_the_folder(known: KnownPeople, id: str) -> None:
    with pytest.raises(InputError):
        known.forget(id)


def test_a_file_that_was_moved_changed_or_sealed_by_another_key_is_told_and_nobody_is_known(
    known: KnownPeople, tmp_path: Path
) -> None:
    ada = enrol(known, "Ada", role="operator")
    file = tmp_path / "people" / f"{ada.id}.person"
    with pytest.raises(ConfigError, match="keys"):
        KnownPeople(tmp_path / "people", lambda: Sealer((b"q" * 32,))).all()
    os.rename(file, tmp_path / "people" / "pother.person")
    with pytest.raises(ConfigError, match="cannot be read"):
        known.all()
    galleries = Galleries(known, lambda people: Gallery(people, "face", "m", threshold=0.5))
    for _ in range(2):
        with pytest.raises(ConfigError):
            galleries.now()


def test_a_print_is_its_owners_and_a_strangers_is_nobodys(known: KnownPeople) -> None:
    ada, bob = prints(), prints()
    enrol(known, "Ada", vectors=ada)
    enrol(known, "Bob", vectors=bob)
    gallery = Gallery(known.all(), "face", "m", threshold=0.6, margin=0.05)
    match = gallery.match(ada[0] / np.linalg.norm(ada[0]))
    assert match is not None and match.person.name == "Ada" and match.score > 0.9
    stranger = prints(1)[0]
    assert gallery.match(stranger / np.linalg.norm(stranger)) is None
    between = ada[0] / np.linalg.norm(ada[0]) + bob[0] / np.linalg.norm(bob[0])
    assert gallery.match(np.asarray(between / np.linalg.norm(between), np.float32)) is None
    assert Gallery(known.all(), "face", "another model", threshold=0.1).match(ada[0]) is None
    assert Gallery(known.all(), "voice", "m", threshold=0.1).match(ada[0]) is None


def test_who_is_forgotten_is_not_recognised_at_the_next_look(known: KnownPeople) -> None:
    vectors = prints()
    ada = enrol(known, "Ada", vectors=vectors)
    galleries = Galleries(known, lambda people: Gallery(people, "face", "m", threshold=0.6))
    probe = np.asarray(vectors[0] / np.linalg.norm(vectors[0]), np.float32)
    assert galleries.now().match(probe) is not None
    assert galleries.now() is galleries.now()
    known.forget(ada.id)
    assert galleries.now().match(probe) is None
