# SPDX-License-Identifier: Apache-2.0
"""Every camera back end, over a real clip where it can play one."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import cv2
import numpy as np
import pytest

from tektra.common import backends, models
from tektra.common.errors import BackendError, MissingModel, TektraError
from tektra.vision.backends import Camera, Frame, opencv

#: An image that has not come within this is missing; it is no measure of speed.
PATIENCE_S = 20.0
Make = Callable[..., Camera]


class SlowOpenCv:
    """OpenCV with another `VideoCapture`."""

    def __init__(self, capture: type) -> None:
        self.VideoCapture = capture

    def __getattr__(self, name: str) -> object:
        return getattr(cv2, name)


#: Network cameras play no clips of ours (tests/unit/vision/test_mjpeg.py, test_pyav.py).
PLAYERS = sorted(set(backends.names("camera")) - {"mjpeg", "pyav"})


@pytest.fixture(params=PLAYERS)
def make(request: pytest.FixtureRequest) -> Make:
    try:
        models.path("clip-bikes")
    except MissingModel as error:
        pytest.skip(str(error))
    made = backends.load("camera", request.param)
    return lambda source="clip-bikes", **options: made(source, **options)


def read(camera: Camera) -> Frame:
    frame = camera.read(PATIENCE_S)
    assert frame is not None
    return frame


@pytest.mark.model
def test_images_are_bgr_bytes_with_rising_stamps(make: Make) -> None:
    camera = make()
    camera.open()
    before_s = time.time()
    frames = [read(camera) for _ in range(10)]
    for frame in frames:
        assert (frame.image.dtype, frame.image.shape) == (np.uint8, (272, 640, 3))
        assert frame.image.flags.c_contiguous
    stamps = [frame.stamp_s for frame in frames]
    assert stamps == sorted(stamps)
    assert before_s <= stamps[0] <= stamps[-1] <= time.time()
    assert len({frame.image.tobytes() for frame in frames}) > 1
    camera.close()


@pytest.mark.model
def test_a_file_is_not_played_faster_than_it_was_filmed(make: Make) -> None:
    camera = make()
    camera.open()
    began_s = time.monotonic()
    for _ in range(11):
        read(camera)
    # 25 images a second: the eleventh is due 0.4 s after the first, however fast the machine is.
    assert time.monotonic() - began_s >= 0.39
    camera.close()


@pytest.mark.model
def test_a_looped_file_goes_on_and_another_ends_with_an_error(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, ahead_s = time.monotonic, 0.0
    looped, once = make("clip-carphone", loop=True), make("clip-carphone", loop=False)
    for camera in (looped, once):
        camera.open()
        read(camera)
    # The clip has 120 images, 4 s: who reads one each half second is past its end with the eighth.
    monkeypatch.setattr(time, "monotonic", lambda: late() + ahead_s)
    with pytest.raises(BackendError, match="has ended"):
        for _ in range(12):
            ahead_s += 0.5
            read(looped)
            read(once)
    read(looped)
    looped.close()
    once.close()


@pytest.mark.model
def test_a_read_times_out_rather_than_wait_for_ever(make: Make) -> None:
    camera = make()
    camera.open()
    # On a busy machine the next image may be due as soon as this one is there.
    assert any(camera.read(0.0) is None for _ in range(100))
    camera.close()


@pytest.mark.model
def test_closing_ends_a_read_in_another_thread(make: Make) -> None:
    camera = make()
    camera.open()
    reading = threading.Event()

    def read_on() -> None:
        with suppress(TektraError):
            while True:
                reading.set()
                camera.read(PATIENCE_S)

    thread = threading.Thread(target=read_on)
    thread.start()
    assert reading.wait(PATIENCE_S)
    camera.close()
    thread.join(PATIENCE_S)
    assert not thread.is_alive()


@pytest.mark.model
def test_opening_and_closing_twice_is_once_and_it_opens_again(make: Make) -> None:
    camera = make()
    camera.close()
    for _ in range(2):
        camera.open()
        camera.open()
        read(camera)
        camera.close()
        camera.close()


@pytest.mark.model
@pytest.mark.parametrize(
    "source", ["97", "/dev/video97", "/no/such/file.mp4", "/etc/hostname", "", "clip-of-nothing"]
)
def test_what_is_no_camera_is_an_error_with_a_remedy(make: Make, source: str) -> None:
    camera = make(source)
    with pytest.raises(TektraError) as error:
        camera.open()
    assert error.value.remedy


@pytest.mark.model
def test_reading_a_closed_camera_is_an_error(make: Make) -> None:
    with pytest.raises(BackendError, match="not open"):
        make().read(0.1)


@pytest.mark.model
def test_a_film_that_cannot_be_decoded_in_time_is_played_slower(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It left out ever more of it, each time for longer, and no image came any more."""
    late, spent_s = time.monotonic, 0.0
    monkeypatch.setattr(time, "monotonic", lambda: late() + spent_s)
    grab = cv2.VideoCapture.grab

    class Slow:
        """One that takes three times as long as the film for each image."""

        def __init__(self, path: str) -> None:
            self._capture = cv2.VideoCapture(path)

        def grab(self) -> bool:
            nonlocal spent_s
            spent_s += 0.1
            return grab(self._capture)

        def __getattr__(self, name: str) -> object:
            return getattr(self._capture, name)

    monkeypatch.setattr(opencv, "cv2", SlowOpenCv(Slow))
    camera = make("clip-carphone")
    camera.open()
    longest_s = 0.0
    for _ in range(8):
        before_s = spent_s
        read(camera)
        longest_s = max(longest_s, spent_s - before_s)
    camera.close()
    assert longest_s < 2.0
