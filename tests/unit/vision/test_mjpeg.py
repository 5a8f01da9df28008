# SPDX-License-Identifier: Apache-2.0
"""Network cameras, against a server that sends what a test says."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import cv2
import numpy as np
import pytest

from tektra.common.errors import BackendError, InputError, TektraError
from tektra.vision.arrivals import Arrivals
from tektra.vision.backends import Frame
from tektra.vision.backends import mjpeg as mjpeg_module
from tektra.vision.backends.mjpeg import SILENT_S, MjpegCamera

PATIENCE_S = 20.0
HEAD = b"HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=b\r\n\r\n"


def jpeg(value: int) -> bytes:
    return bytes(cv2.imencode(".jpg", np.full((32, 48, 3), value, np.uint8))[1])


def part(value: int, stamp: str = "") -> bytes:
    data = jpeg(value)
    stamped = f"X-Timestamp: {stamp}\r\n" if stamp else ""
    head = f"--b\r\nContent-Type: image/jpeg\r\n{stamped}Content-Length: {len(data)}\r\n\r\n"
    return head.encode() + data + b"\r\n"


Serve = Callable[..., MjpegCamera]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """A camera whose server sends these bytes to who comes, and closes after them unless it is told to `stay`."""
    listener = socket.create_server(("127.0.0.1", 0))
    cameras: list[MjpegCamera] = []
    held: list[socket.socket] = []

    def serve(*sent: bytes, stay: bool = True) -> MjpegCamera:
        def answer() -> None:
            client, _ = listener.accept()
            client.recv(4096)
            for data in sent:
                client.sendall(data)
            held.append(client)
            if not stay:
                client.close()

        threading.Thread(target=answer, daemon=True).start()
        cameras.append(MjpegCamera(f"http://127.0.0.1:{listener.getsockname()[1]}/x.mjpg"))
        return cameras[-1]

    yield serve
    for camera in cameras:
        camera.close()
    for client in held:
        client.close()
    listener.close()


def until(camera: MjpegCamera, holds: Callable[[Frame], bool]) -> Frame:
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        frame = camera.read(0.5)
        if frame is not None and holds(frame):
            return frame
    raise AssertionError("no such picture")


def test_a_picture_has_the_time_that_its_head_says(serve: Serve) -> None:
    camera = serve(HEAD, part(90, "1700000000.25"))
    camera.open()
    frame = until(camera, lambda frame: True)
    assert frame.stamp_s == 1700000000.25
    assert (frame.image.shape, abs(int(frame.image.mean()) - 90) < 3) == ((32, 48, 3), True)


def test_without_such_a_head_it_was_taken_when_it_came(serve: Serve) -> None:
    camera = serve(HEAD, part(90))
    before_s = time.time()
    camera.open()
    assert before_s <= until(camera, lambda frame: True).stamp_s <= time.time()


def test_the_newest_wins(serve: Serve) -> None:
    camera = serve(HEAD, *(part(i, str(100.0 + i)) for i in range(1, 200)))
    camera.open()
    stamps: list[float] = []

    def is_last(frame: Frame) -> bool:
        stamps.append(frame.stamp_s)
        return frame.stamp_s == 299.0

    until(camera, is_last)
    assert stamps == sorted(set(stamps))


def test_a_camera_that_ends_is_told_of_and_can_be_opened_again(serve: Serve) -> None:
    camera = serve(HEAD, part(90, "5.0"), part(91, "6.0")[:200], stay=False)
    camera.open()
    with pytest.raises(BackendError, match="broke off"):
        until(camera, lambda frame: False)
    camera.close()
    with pytest.raises(BackendError, match="open it first"):
        camera.read(0.0)


@pytest.mark.parametrize(
    "sent, word",
    [
        (HEAD + b"--b\r\nContent-Length: 99999999999\r\n\r\n", "99999999999 bytes"),
        (HEAD + b"--b\r\nContent-Length: -5\r\n\r\n" + b"\r\n" * 40, "-5 bytes"),
        (HEAD + b"--b\r\nContent-Length: many\r\n\r\n", "many"),
        (HEAD + b"x" * 100_000, "0 bytes"),
    ],
)
def test_nonsense_is_told_of(serve: Serve, sent: bytes, word: str) -> None:
    camera = serve(sent)
    camera.open()
    with pytest.raises(BackendError, match=word):
        until(camera, lambda frame: False)


def test_what_is_no_picture_is_refused_and_the_next_one_is_read(serve: Serve) -> None:
    bad = b"--b\r\nContent-Length: 7\r\n\r\nnothing\r\n"
    camera = serve(HEAD, bad)
    camera.open()
    with pytest.raises(InputError, match="no picture"):
        until(camera, lambda frame: False)
    assert camera.read(0.0) is None


@pytest.mark.parametrize(
    "source", ["/dev/video0", "file:///etc/passwd", "ftp://a/b", "http://127.0.0.1:1/x", "http://[", ""]
)
def test_what_is_no_network_camera_is_refused(source: str) -> None:
    with pytest.raises(TektraError):
        MjpegCamera(source).open()


def test_closing_does_not_wait_for_a_picture_that_does_not_come(serve: Serve) -> None:
    camera = serve(HEAD, part(90, "5.0"))
    camera.open()
    until(camera, lambda frame: True)
    began_s = time.monotonic()
    camera.close()
    assert time.monotonic() - began_s < SILENT_S / 2.0


def test_a_password_is_given_to_the_camera_and_told_to_nobody_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        asked: list[bytes] = []

        def answer() -> None:
            client, _ = listener.accept()
            asked.append(client.recv(4096))
            client.sendall(b"HTTP/1.0 401 Unauthorized\r\nContent-Type: text/plain\r\n\r\n")
            client.close()

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(BackendError, match="401") as told:
            MjpegCamera(f"http://me:s%40cret@127.0.0.1:{listener.getsockname()[1]}/video?size=1").open()
    assert b"GET /video?size=1 " in asked[0] and b"Basic bWU6c0BjcmV0" in asked[0]
    assert "cret" not in str(told.value)


DRIPS = {
    "the head of its answer": b"HTTP/1.0 200 OK\r\nX: ",
    "a picture": HEAD + b"--b\r\nContent-Length: 100000\r\n\r\n",
    "the head of a picture": HEAD + b"--b\r\nX: ",
}


@pytest.mark.parametrize("what", DRIPS)
def test_a_camera_that_drips_is_lost_and_another_try_finds_it_again(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then held it for ever: with the answer's head, even the node's end waited."""
    monkeypatch.setattr(mjpeg_module, "SILENT_S", 1.0)
    ending = threading.Event()

    def drip(client: socket.socket) -> None:
        client.sendall(DRIPS[what])
        with suppress(OSError):
            while not ending.wait(0.1):
                client.sendall(b"a")

    def well(client: socket.socket) -> None:
        client.sendall(HEAD + part(90))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        camera = MjpegCamera(f"http://127.0.0.1:{listener.getsockname()[1]}/x.mjpg")

        def serve() -> None:
            for answer in (drip, well):
                client, _ = listener.accept()
                client.recv(4096)
                threading.Thread(target=answer, args=(client,), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        began_s = time.monotonic()
        with pytest.raises(BackendError, match=r"does not answer|sends no picture|broke off"):
            camera.open()
            until(camera, lambda frame: False)
        assert time.monotonic() - began_s < PATIENCE_S / 2.0
        camera.close()
        end_s = time.monotonic() + PATIENCE_S
        while True:  # what dripped is cut off meanwhile
            try:
                camera.open()
                break
            except BackendError:
                assert time.monotonic() < end_s
        until(camera, lambda frame: True)
        camera.close()
        ending.set()


@pytest.mark.parametrize("location", ["/x.mjpg", "file:///etc/passwd", "http://127.0.0.1:1/"])
def test_a_redirect_is_followed_nowhere(serve: Serve, location: str) -> None:
    camera = serve(f"HTTP/1.0 302 Found\r\nLocation: {location}\r\n\r\n".encode(), stay=False)
    with pytest.raises(BackendError, match="302"):
        camera.open()


@pytest.mark.parametrize("source", ["http://me:se/cret@h/x", "http://h/a b?pwd=secret", "http://h:cret/"])
def test_an_address_that_is_wrong_is_told_without_its_password(source: str) -> None:
    with pytest.raises(BackendError) as told:
        MjpegCamera(source).open()
    assert "cret" not in str(told.value).replace("h:cret", "")


@pytest.mark.parametrize("stamp", ["nan", "inf", "-1", "1e999"])
def test_a_time_that_is_none_is_believed_by_nobody(serve: Serve, stamp: str) -> None:
    camera = serve(HEAD, part(90, stamp))
    camera.open()
    frame = until(camera, lambda frame: True)
    with pytest.raises(InputError, match="stamp|future"):
        Arrivals(1.0).judge(frame.stamp_s, time.time())


def test_a_page_is_no_stream(serve: Serve) -> None:
    camera = serve(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>", stay=False)
    with pytest.raises(BackendError, match="text/html"):
        camera.open()
