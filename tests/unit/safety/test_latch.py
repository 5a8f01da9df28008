# SPDX-License-Identifier: Apache-2.0
"""The stop that latches."""

import os
from pathlib import Path

import pytest

from tektra.common.errors import InputError
from tektra.safety import kept
from tektra.safety.latch import COLLISION, DRIVER, OPERATOR, START_UP, TOPIC, Latch, LatchState


def released() -> Latch:
    latch = Latch()
    latch.started()
    return latch


def test_a_new_latch_is_stopped_until_its_first_healthy_check() -> None:
    latch = Latch()
    assert latch.stopped and latch.causes == {START_UP}
    assert latch.started()
    assert not latch.stopped


def test_the_first_healthy_check_clears_no_other_cause() -> None:
    latch = Latch(LatchState(epoch=7, causes=frozenset({OPERATOR})))
    assert not latch.started()
    assert latch.causes == {OPERATOR}


def test_a_reset_before_the_first_healthy_check_is_refused() -> None:
    with pytest.raises(InputError, match="first check"):
        Latch().reset()


def test_a_reset_of_what_is_not_stopped_is_refused() -> None:
    with pytest.raises(InputError, match="nothing is stopped"):
        released().reset()


def test_every_stop_and_every_reset_makes_a_new_epoch() -> None:
    latch = released()
    epochs = [latch.epoch]
    for _ in range(3):
        latch.stop(TOPIC)
        epochs.append(latch.epoch)
        latch.reset()
        epochs.append(latch.epoch)
    assert epochs == sorted(set(epochs))


def test_a_second_cause_is_added_and_one_reset_clears_both() -> None:
    latch = released()
    assert latch.stop(TOPIC) and latch.stop(OPERATOR)
    assert not latch.stop(TOPIC), "a cause that holds already is not news"
    assert latch.causes == {TOPIC, OPERATOR}
    latch.reset()
    assert not latch.stopped


def test_the_epoch_outgrows_whatever_a_driver_has_seen() -> None:
    latch = released()
    latch.outgrow(latch.epoch + 100, "rover1")
    seen = latch.epoch_of("rover1")
    latch.outgrow(seen - 50, "rover1")
    assert seen > 100 and latch.epoch_of("rover1") == seen
    latch.stop(TOPIC)
    assert latch.epoch > seen, "one counter for all"


def test_an_epoch_that_cannot_be_is_not_taken_over() -> None:
    latch = released()
    latch.outgrow(2**64 - 1, "rover1")
    assert latch.epoch_of("rover1") == latch.epoch


def test_a_stop_of_one_robot_changes_its_epoch_and_nobody_elses() -> None:
    latch = released()
    before = latch.epoch
    assert latch.stop(OPERATOR, "rover1") and not latch.stop(OPERATOR, "rover1")
    assert latch.stop(COLLISION, "rover1"), "a second cause is news"
    assert not latch.stopped and latch.alone == {"rover1": {OPERATOR, COLLISION}}
    assert latch.epoch_of("rover1") > before == latch.epoch_of("rover2") == latch.epoch
    stopped = latch.epoch_of("rover1")
    latch.reset("rover1")
    assert not latch.alone and latch.epoch_of("rover1") > stopped and latch.epoch == before


def test_a_reset_of_all_leaves_what_is_stopped_alone_and_the_other_way_round() -> None:
    latch = released()
    latch.stop(OPERATOR, "rover1")
    latch.stop(TOPIC)
    latch.reset()
    assert latch.causes_of("rover1") == {OPERATOR}
    latch.stop(TOPIC)
    latch.reset("rover1")
    assert latch.stopped and not latch.alone


def test_a_robot_that_is_not_stopped_alone_cannot_be_reset_alone() -> None:
    latch = released()
    latch.stop(TOPIC)
    with pytest.raises(InputError, match="rover1 is not stopped alone"):
        latch.reset("rover1")


def test_a_stop_and_the_epoch_survive_a_restart(tmp_path) -> None:
    latch = released()
    latch.stop(DRIVER)
    kept.write(tmp_path / "deep" / "safety.json", latch.kept())
    again = Latch(kept.read(tmp_path / "deep" / "safety.json"))
    again.started()
    assert again.stopped and again.causes == {DRIVER}
    assert again.epoch > latch.epoch


def test_a_stop_of_one_robot_survives_a_restart_under_a_larger_epoch(tmp_path) -> None:
    latch = released()
    latch.stop(COLLISION, "rover1")
    kept.write(tmp_path / "safety.json", latch.kept())
    again = Latch(kept.read(tmp_path / "safety.json"))
    again.started()
    assert not again.stopped and again.causes_of("rover1") == {COLLISION}
    assert again.epoch_of("rover1") > latch.epoch_of("rover1")


def test_the_file_of_an_older_tektra_is_read(tmp_path) -> None:
    (tmp_path / "safety.json").write_text('{"epoch": 3, "causes": ["topic"]}')
    assert kept.read(tmp_path / "safety.json") == LatchState(3, frozenset({TOPIC}))


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b'{"epoch": 3}',
        b"\xff\xfe",
        b'{"epoch": "x", "causes": []}',
        b"[1]",
        b'{"epoch": 3, "causes": "topic"}',
        b'{"epoch": -1, "causes": []}',
        b'{"epoch": 1e999, "causes": []}',
        b'{"epoch": 3, "causes": [], "robots": []}',
        b'{"epoch": 3, "causes": [], "robots": {"rover1": "zone"}}',
    ],
)
def test_a_damaged_file_counts_as_a_stop(tmp_path, damage: bytes) -> None:
    file = tmp_path / "safety.json"
    file.write_bytes(damage)
    latch = Latch(kept.read(file))
    latch.started()
    assert latch.causes == {kept.UNREADABLE}
    latch.reset()
    assert not latch.stopped


def test_what_is_kept_outlives_the_power(tmp_path, monkeypatch) -> None:
    """The file must be on the disk before it takes the place of the old one, and its name afterwards."""
    acts: list[str] = []
    monkeypatch.setattr(os, "fsync", lambda number: acts.append("sync"))
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda *paths: (acts.append("replace"), replace(*paths))[1])
    kept.write(tmp_path / "safety.json", released().kept())
    assert acts == ["sync", "replace", "sync"]


def test_a_write_that_is_broken_off_leaves_what_was_kept_before(tmp_path, monkeypatch) -> None:
    file, before = tmp_path / "safety.json", LatchState(4, frozenset({"operator"}))
    kept.write(file, before)

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        kept.write(file, LatchState(5, frozenset()))
    assert kept.read(file) == before


def test_no_file_at_all_is_a_first_start(tmp_path) -> None:
    assert kept.read(tmp_path / "none.json") is None
