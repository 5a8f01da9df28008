# SPDX-License-Identifier: Apache-2.0
import threading
from functools import partial

import numpy as np
import pytest

from tektra.common.errors import InputError
from tektra.common.pixels import Pixels
from tektra.vision.mailbox import Mailbox


def picture(value: int) -> Pixels:
    return np.full((32, 32, 3), value, np.uint8)


def test_the_newest_wins_and_the_rest_is_never_decoded() -> None:
    box = Mailbox()
    decoded: list[int] = []

    def decode(value: int) -> Pixels:
        decoded.append(value)
        return picture(value)

    for value in (1, 2, 3):
        box.put(partial(decode, value), float(value))
    frame = box.read(1.0)
    assert frame is not None
    assert (frame.stamp_s, int(frame.image[0, 0, 0])) == (3.0, 3)
    assert decoded == [3]
    assert box.read(0.0) is None


def test_a_reader_that_waits_is_woken() -> None:
    box = Mailbox()
    threading.Timer(0.05, lambda: box.put(partial(picture, 1), 5.0)).start()
    frame = box.read(20.0)
    assert frame is not None and frame.stamp_s == 5.0


@pytest.mark.parametrize("side", [1, 15, 4097])
def test_pictures_too_small_or_too_large_to_be_looked_at_are_refused(side: int) -> None:
    box = Mailbox()
    box.put(lambda: np.zeros((side, 20, 3), np.uint8), 1.0)
    with pytest.raises(InputError, match=f"20 by {side}"):
        box.read(1.0)


def test_what_nobody_read_is_forgotten_on_closing() -> None:
    box = Mailbox()
    box.put(partial(picture, 1), 1.0)
    box.close()
    box.open()
    assert box.read(0.0) is None
