# SPDX-License-Identifier: Apache-2.0
"""The stop that latches."""

import pytest

from tektra.common.errors import InputError
from tektra.safety import kept
from tektra.safety.latch import DRIVER, OPERATOR, START_UP, TOPIC, Latch, LatchState


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
    latch.outgrow(latch.epoch + 100)
    seen = latch.epoch
    latch.outgrow(seen - 50)
    assert seen > 100 and latch.epoch == seen


def test_a_stop_and_the_epoch_survive_a_restart(tmp_path) -> None:
    latch = released()
    latch.stop(DRIVER)
    kept.write(tmp_path / "deep" / "safety.json", latch.kept())
    again = Latch(kept.read(tmp_path / "deep" / "safety.json"))
    again.started()
    assert again.stopped and again.causes == {DRIVER}
    assert again.epoch > latch.epoch


@pytest.mark.parametrize(
    "damage", [b"", b"{", b'{"epoch": 3}', b"\xff\xfe", b'{"epoch": "x", "causes": []}', b"[1]"]
)
def test_a_damaged_file_counts_as_a_stop(tmp_path, damage: bytes) -> None:
    file = tmp_path / "safety.json"
    file.write_bytes(damage)
    latch = Latch(kept.read(file))
    latch.started()
    assert latch.causes == {kept.UNREADABLE}
    latch.reset()
    assert not latch.stopped


def test_no_file_at_all_is_a_first_start(tmp_path) -> None:
    assert kept.read(tmp_path / "none.json") is None
