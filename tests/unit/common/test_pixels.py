# SPDX-License-Identifier: Apache-2.0
from array import array

import numpy as np

from tektra.common.pixels import blank, memory_of


def test_a_blank_image_is_black_and_lies_in_an_array() -> None:
    image = blank(4, 6)
    assert (image.shape, image.dtype, int(image.sum())) == ((4, 6, 3), np.uint8, 0)
    memory = memory_of(image)
    assert isinstance(memory, array)
    image[1, 2] = (7, 8, 9)
    assert memory[(1 * 6 + 2) * 3 :][:3].tolist() == [7, 8, 9]


def test_a_part_of_an_image_is_not_taken_for_the_whole() -> None:
    image = blank(4, 6)
    assert memory_of(image[1:]) is None
    assert memory_of(image[:, ::-1]) is None
    assert memory_of(image[:, :, :1]) is None


def test_an_image_from_elsewhere_has_no_such_memory() -> None:
    assert memory_of(np.zeros((4, 6, 3), np.uint8)) is None
    assert memory_of(np.frombuffer(bytes(72), np.uint8).reshape(4, 6, 3)) is None
