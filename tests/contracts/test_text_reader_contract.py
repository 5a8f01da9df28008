# SPDX-License-Identifier: Apache-2.0
"""What every reader of text must do, with its real model on signs that are painted here."""

from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from tektra.common import backends
from tektra.common.errors import BackendError, InputError, MissingModel
from tektra.common.pixels import Pixels
from tektra.vision.backends import TextReader
from tektra.vision.text import quoted

pytestmark = pytest.mark.model


@pytest.fixture(scope="module", params=backends.names("text_reader"))
def reader(request: pytest.FixtureRequest) -> Iterator[TextReader]:
    made: TextReader = backends.load("text_reader", request.param)()
    try:
        made.load()
    except MissingModel as error:
        pytest.skip(str(error))
    made.load()
    yield made
    made.close()
    made.close()


def sign(*lines: str, size: tuple[int, int] = (480, 640), turn_deg: float = 0.0) -> Pixels:
    image = np.full((*size, 3), 200, np.uint8)
    for number, line in enumerate(lines):
        at = (40, 150 + 100 * number)
        cv2.putText(image, line, at, cv2.FONT_HERSHEY_SIMPLEX, 1.2, (20, 20, 60), 3, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((320.0, 240.0), turn_deg, 1.0)
    turned = cv2.warpAffine(image, turn, (size[1], size[0]), borderValue=(200, 200, 200))
    return np.asarray(turned, np.uint8)


@pytest.mark.parametrize("turn_deg", [0.0, 8.0, -8.0])
def test_a_sign_is_read_from_top_to_bottom(reader: TextReader, turn_deg: float) -> None:
    texts = reader.read(sign("Kitchen closed", "Room 214", turn_deg=turn_deg))
    assert [text.words for text in texts] == ["Kitchen closed", "Room 214"]
    assert all(0.6 <= text.score <= 1.0 for text in texts)


def test_where_nothing_is_written_nothing_is_read(reader: TextReader) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    for image in (np.zeros((480, 640, 3), np.uint8), noise, np.zeros((1, 1, 3), np.uint8), sign()):
        assert reader.read(image) == []
    assert quoted([]) == "I can read no text in it."


@pytest.mark.parametrize("bad", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)])
def test_what_is_no_image_is_refused(reader: TextReader, bad: Pixels) -> None:
    with pytest.raises(InputError):
        reader.read(bad)


def test_before_load_it_says_so(reader: TextReader) -> None:
    with pytest.raises(BackendError, match="not loaded"):
        type(reader)().read(sign("STOP"))
