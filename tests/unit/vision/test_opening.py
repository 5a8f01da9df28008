# SPDX-License-Identifier: Apache-2.0
"""What takes for ever to open, and what addresses may be told."""

import threading
import time

import pytest

from tektra.common.errors import BackendError
from tektra.vision.backends.opencv import OpenCvCamera
from tektra.vision.backends.opening import Opening, name_of

PATIENCE_S = 20.0


def test_what_opens_is_given_and_what_fails_is_raised() -> None:
    assert Opening(lambda: 5, lambda made: None).get(PATIENCE_S) == 5
    with pytest.raises(ZeroDivisionError):
        Opening(lambda: 1 // 0, lambda made: None).get(PATIENCE_S)


def test_what_is_there_too_late_is_discarded_and_only_one_is_opened_at_a_time() -> None:
    goes_on, discarded, count = threading.Event(), [], 0
    done = threading.Event()

    def make() -> int:
        nonlocal count
        count += 1
        goes_on.wait(PATIENCE_S)
        return count

    def discard(made: int) -> None:
        discarded.append(made)
        done.set()

    opening = Opening(make, discard)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            opening.get(0.05)
    assert count == 1
    goes_on.set()
    assert done.wait(PATIENCE_S)
    assert discarded == [1]
    assert opening.get(PATIENCE_S) == 2


def test_giving_up_ends_the_wait() -> None:
    goes_on, begun = threading.Event(), threading.Event()

    def make() -> int:
        begun.set()
        goes_on.wait(PATIENCE_S)
        return 1

    opening: Opening[int] = Opening(make, lambda made: None)
    told: list[str] = []

    def ask() -> None:
        try:
            opening.get(PATIENCE_S)
        except TimeoutError:
            told.append("gave up")

    thread = threading.Thread(target=ask)
    thread.start()
    assert begun.wait(PATIENCE_S)
    began_s = time.monotonic()
    opening.give_up()
    thread.join(PATIENCE_S)
    goes_on.set()
    assert told == ["gave up"] and time.monotonic() - began_s < PATIENCE_S / 2.0


@pytest.mark.parametrize(
    "source",
    [
        "rtsp://me:se/cr@et@10.0.0.9:554/live",
        "rtsp://10.0.0.9:554/user=me_password=secret_channel=1",
        "http://10.0.0.9:554/video.cgi?user=me&pwd=secret",
        "rtsp://me:secret@10.0.0.9:554/live?x=@",
    ],
)
def test_a_password_is_in_no_name(source: str) -> None:
    name = name_of(source)
    assert name.startswith(source.partition(":")[0])
    assert not any(word in name for word in ("secret", "cr@", "et@", "se/", "me:"))


def test_what_is_no_address_keeps_its_name() -> None:
    assert [name_of(s) for s in ("/dev/video0", "clip-bikes", "file:///a/b.mp4", "")] == [
        "/dev/video0", "clip-bikes", "file:///a/b.mp4", "",
    ]  # fmt: skip
    assert name_of("rtsp://[::1") == "rtsp://?"


def test_a_network_address_for_a_camera_of_files_is_told_without_its_password() -> None:
    """The usual first mistake: it stood on /diagnostics and in the log with the password."""
    with pytest.raises(BackendError, match="pyav") as told:
        OpenCvCamera("rtsp://me:secret@10.0.0.9/live").open()
    assert "secret" not in str(told.value)
