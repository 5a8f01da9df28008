# SPDX-License-Identifier: Apache-2.0
"""RTSP cameras, against a server that does what a test says: RTP in the RTSP connection (RFC 2326, 10.12), H.264 by RFC 6184."""

import base64
import itertools
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import av
import numpy as np
import pytest

from tektra.common.errors import BackendError, InputError, TektraError
from tektra.vision.backends import Frame
from tektra.vision.backends import pyav as pyav_module
from tektra.vision.backends.pyav import PyAvCamera

PATIENCE_S = 30.0
RATE_HZ, SIZE, CLOCK_HZ = 20, (320, 240), 90_000
ROOM = (
    np.random.default_rng(4)
    .integers(0, 255, (SIZE[1] // 8, SIZE[0] // 8, 3), np.uint8)
    .repeat(8, 0)
    .repeat(8, 1)
)
START = b"\x00\x00\x00\x01"


def film() -> list[list[bytes]]:
    """Two seconds of a room, one second between whole pictures: the NAL units of each picture."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = *SIZE, "yuv420p"
    encoder.framerate, encoder.gop_size = RATE_HZ, RATE_HZ
    encoder.options = {
        "tune": "zerolatency",
        "preset": "ultrafast",
        "x264-params": "annexb=1:repeat-headers=1",
    }
    pictures: list[list[bytes]] = []
    for index in range(2 * RATE_HZ):
        frame = av.VideoFrame.from_ndarray(np.roll(ROOM, 4 * index, 1), format="bgr24")
        frame.pts = index
        for packet in encoder.encode(frame):
            units = bytes(packet).replace(START, START[1:]).split(START[1:])
            pictures.append([unit for unit in units if unit])
    return pictures


@pytest.fixture(scope="module")
def pictures() -> list[list[bytes]]:
    return film()


def rtp(sequence: int, ticks: int, payload: bytes, *, last: bool) -> bytes:
    head = struct.pack(">BBHII", 0x80, 96 | (0x80 if last else 0), sequence & 0xFFFF, ticks & 0xFFFFFFFF, 7)
    return b"$\x00" + struct.pack(">H", len(head) + len(payload)) + head + payload


def fragments(unit: bytes, most: int = 1000) -> list[bytes]:
    """A NAL unit as it is, or cut into FU-A."""
    if len(unit) <= most:
        return [unit]
    body = [unit[at : at + most] for at in range(1, len(unit), most)]
    kind = [0x80] + [0x00] * (len(body) - 2) + [0x40]
    return [
        bytes([unit[0] & 0xE0 | 28, bit | unit[0] & 0x1F]) + part
        for bit, part in zip(kind, body, strict=True)
    ]


Stream = Callable[["Link"], None]


class Link:
    """One client that asked to play. `picture` sends the next one."""

    def __init__(
        self, client: socket.socket, pictures: list[list[bytes]], lost: Callable[[int], bool]
    ) -> None:
        self.client = client
        self._pictures = itertools.cycle(pictures)
        self._sequence, self._lost = 0, lost

    def picture(self, at_s: float) -> None:
        parts = [part for unit in next(self._pictures) for part in fragments(unit)]
        for index, part in enumerate(parts):
            self._sequence += 1
            if not self._lost(self._sequence):
                sent = rtp(self._sequence, round(at_s * CLOCK_HZ), part, last=index == len(parts) - 1)
                self.client.sendall(sent)


class Server:
    """Answers as cameras do; `answers` replaces the answer to a method, `stream` sends the pictures."""

    def __init__(self, pictures: list[list[bytes]]) -> None:
        self.pictures, self.asked = pictures, 0
        self.stream: Stream = live
        self.answers: dict[str, Callable[[socket.socket], None]] = {}
        self.lost: Callable[[int], bool] = lambda number: False
        self._clients: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.at = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        for client in self._clients:
            client.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._clients.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            told = b""
            while data := client.recv(4096):
                told += data
                while b"\r\n\r\n" in told:
                    request, _, told = told.partition(b"\r\n\r\n")
                    self._answer(client, request.decode("latin-1"))

    def _answer(self, client: socket.socket, request: str) -> None:
        method = request.split(" ", 1)[0]
        if method in self.answers:
            self.answers[method](client)
            return
        number = next((line for line in request.split("\r\n") if line.lower().startswith("cseq")), "")
        sets = next(units for units in self.pictures if len(units) > 2)
        parameters = ",".join(base64.b64encode(u).decode() for u in sets if u[0] & 0x1F in (7, 8))
        sdp = (
            "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
            f"a=fmtp:96 packetization-mode=1;sprop-parameter-sets={parameters}\r\na=control:video\r\n"
        )
        more, body = {
            "OPTIONS": ("Public: DESCRIBE, SETUP, PLAY, TEARDOWN\r\n", ""),
            "DESCRIBE": (f"Content-Type: application/sdp\r\nContent-Length: {len(sdp)}\r\n", sdp),
            "SETUP": ("Session: 1\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n", ""),
        }.get(method, ("Session: 1\r\n", ""))
        client.sendall(f"RTSP/1.0 200 OK\r\n{number}\r\n{more}\r\n{body}".encode())
        if method == "PLAY":
            self.asked += 1
            link = Link(client, self.pictures, self.lost)
            threading.Thread(target=self._play, args=(link,), daemon=True).start()

    def _play(self, link: Link) -> None:
        with suppress(OSError):
            self.stream(link)


def live(link: Link) -> None:
    """Each picture when it is taken."""
    began_s = time.monotonic()
    for number in itertools.count():
        at_s = number / RATE_HZ
        time.sleep(max(0.0, began_s + at_s - time.monotonic()))
        link.picture(at_s)


@pytest.fixture
def server(pictures: list[list[bytes]]) -> Iterator[Server]:
    made = Server(pictures)
    yield made
    made.close()


@pytest.fixture
def camera(server: Server) -> Iterator[PyAvCamera]:
    made = PyAvCamera(f"rtsp://someone:secret@{server.at}/live?password=secret")
    yield made
    made.close()


def until(camera: PyAvCamera, holds: Callable[[Frame], bool]) -> Frame:
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        with suppress(InputError):
            frame = camera.read(1.0)
            if frame is not None and holds(frame):
                return frame
    raise AssertionError("no such picture")


def looks_like_the_room(frame: Frame) -> bool:
    """Every picture is the room, moved by so many columns."""
    error = min(
        np.abs(np.roll(ROOM, 4 * k, 1)[::4, ::4].astype(int) - frame.image[::4, ::4]).mean()
        for k in range(40)
    )
    return bool(error < 25.0)


def test_a_camera_is_seen_as_it_is(server: Server, camera: PyAvCamera) -> None:
    camera.open()
    frame = until(camera, lambda frame: True)
    assert frame.image.shape == (SIZE[1], SIZE[0], 3) and frame.image.dtype == np.uint8
    assert looks_like_the_room(frame)
    assert abs(time.time() - frame.stamp_s) < 5.0


def test_it_dies_is_told_of_without_its_password_and_is_found_again(
    server: Server, camera: PyAvCamera
) -> None:
    def dies(link: Link) -> None:
        began_s = time.monotonic()
        for number in range(3 * RATE_HZ):
            time.sleep(max(0.0, began_s + number / RATE_HZ - time.monotonic()))
            link.picture(number / RATE_HZ)
        link.client.shutdown(socket.SHUT_RDWR)

    server.stream = dies
    for _ in range(2):
        camera.open()
        until(camera, lambda frame: True)
        with pytest.raises(BackendError, match="broke off") as told:
            until(camera, lambda frame: False)
        assert "secret" not in str(told.value)
        camera.close()
    assert server.asked == 2


def test_one_that_says_nothing_any_more_is_lost(
    server: Server, camera: PyAvCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyav_module, "SILENT_S", 2.0)

    def falls_silent(link: Link) -> None:
        for number in range(2 * RATE_HZ):
            time.sleep(1.0 / RATE_HZ)
            link.picture(number / RATE_HZ)

    server.stream = falls_silent
    camera.open()
    until(camera, lambda frame: True)
    with pytest.raises(BackendError, match="says nothing|broke off"):
        until(camera, lambda frame: False)


def hangs(client: socket.socket) -> None:
    """Says nothing, and keeps the connection."""


def page(client: socket.socket) -> None:
    client.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Welcome</html>")


def drips(client: socket.socket) -> None:
    while True:
        client.sendall(b"R")
        time.sleep(0.1)


def wants_a_password(client: socket.socket) -> None:
    client.sendall(b'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Basic realm="x"\r\n\r\n')


def hangs_up(client: socket.socket) -> None:
    client.close()


@pytest.mark.parametrize("method", ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"])
@pytest.mark.parametrize("answer", [hangs, page, drips, wants_a_password, hangs_up])
def test_what_answers_wrongly_is_told_of_in_time(
    server: Server,
    camera: PyAvCamera,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    answer: Callable[[socket.socket], None],
) -> None:
    monkeypatch.setattr(pyav_module, "CONNECT_S", 1.0)
    monkeypatch.setattr(pyav_module, "SILENT_S", 1.0)
    server.answers[method] = answer
    began_s = time.monotonic()
    with pytest.raises(BackendError) as told:
        camera.open()
        until(camera, lambda frame: False)
    assert time.monotonic() - began_s < 10.0
    assert "secret" not in str(told.value)
    del server.answers[method]
    camera.close()
    monkeypatch.undo()
    camera.open()
    until(camera, looks_like_the_room)


def test_redirects_for_ever_come_to_an_end(
    server: Server, camera: PyAvCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pyav_module, "CONNECT_S", 1.0)
    monkeypatch.setattr(pyav_module, "SILENT_S", 1.0)
    again = f"RTSP/1.0 302 Found\r\nCSeq: 1\r\nLocation: rtsp://{server.at}/live\r\n\r\n".encode()
    server.answers["DESCRIBE"] = lambda client: client.sendall(again)
    began_s = time.monotonic()
    with pytest.raises(BackendError):
        camera.open()
    assert time.monotonic() - began_s < 10.0


@pytest.mark.parametrize("method", ["DESCRIBE", "PLAY"])
def test_closing_does_not_wait_for_a_server_that_says_nothing(
    server: Server, camera: PyAvCamera, method: str
) -> None:
    """It waited for up to 18 s, and with it the end of the node."""
    came = threading.Event()
    server.answers[method] = lambda client: came.set()
    told: list[TektraError] = []

    def open_it() -> None:
        try:
            camera.open()
        except TektraError as error:
            told.append(error)

    thread = threading.Thread(target=open_it)
    thread.start()
    assert came.wait(PATIENCE_S)
    began_s = time.monotonic()
    camera.close()
    thread.join(PATIENCE_S)
    assert time.monotonic() - began_s < 4.0 and len(told) == 1


def test_pictures_that_lost_a_part_are_refused_and_whole_ones_are_read(
    server: Server, camera: PyAvCamera
) -> None:
    """They were shown, with grey or smeared places in which nobody is seen."""
    server.lost = lambda number: number % 23 == 5
    camera.open()
    shown = 0
    refused: list[str] = []
    end_s = time.monotonic() + PATIENCE_S
    while not (shown >= 10 and refused) and time.monotonic() < end_s:
        try:
            frame = camera.read(1.0)
            if frame is not None:
                assert looks_like_the_room(frame)
                shown += 1
        except InputError as error:
            refused.append(str(error))
    assert shown >= 10 and refused and all("lost a part" in words for words in refused)


def test_pictures_that_waited_on_their_way_are_as_old_as_they_are(server: Server, camera: PyAvCamera) -> None:
    """A link that stood for two seconds and then gives all of it: what came counted as taken just then."""

    def stands_for_a_while(link: Link) -> None:
        began_s = time.monotonic()
        for number in itertools.count():
            at_s = number / RATE_HZ
            held_s = 1.5 if at_s >= 3.0 else 0.0
            time.sleep(max(0.0, began_s + at_s + held_s - time.monotonic()))
            link.picture(at_s)

    server.stream = stands_for_a_while
    camera.open()
    until(camera, lambda frame: time.time() - frame.stamp_s < 0.5)
    late = until(camera, lambda frame: time.time() - frame.stamp_s > 1.0)
    assert time.time() - late.stamp_s < 5.0


def test_a_recording_is_no_camera(
    server: Server, camera: PyAvCamera, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four seconds of film each second are what lay somewhere: none of it shows what is there now."""
    monkeypatch.setattr(pyav_module, "SILENT_S", 3.0)

    def plays(link: Link) -> None:
        for number in itertools.count():
            time.sleep(0.25 / RATE_HZ)
            link.picture(number / RATE_HZ)

    server.stream = plays
    camera.open()
    with pytest.raises(BackendError, match="recording"):
        frame = until(camera, lambda frame: True)
        raise AssertionError(f"shown as taken {time.time() - frame.stamp_s:.1f} s ago")
