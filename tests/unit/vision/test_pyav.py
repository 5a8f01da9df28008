# SPDX-License-Identifier: Apache-2.0
"""Cameras by PyAV: a film as a file, and the same film from a server that breaks off and comes back."""

import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tektra.common.errors import BackendError
from tektra.vision.backends.pyav import PyAvCamera

PATIENCE_S = 30.0
RATE_HZ, FRAMES = 20, 30
LIVE_FRAMES = 60


def film(path: Path, frames: int = FRAMES) -> Path:
    """Pictures whose brightness tells their number."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=RATE_HZ)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 160, 120, "yuv420p", 2_000_000
        for index in range(frames):
            image = np.full((120, 160, 3), 8 * index % 256, np.uint8)
            image[:, :80] = 255 - 8 * index % 256
            for packet in stream.encode(av.VideoFrame.from_ndarray(image, format="bgr24")):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    return path


class Server:
    """Sends the film in pieces as it is taken, as a camera would, then breaks off."""

    def __init__(self, data: bytes) -> None:
        outer = self
        self.status, self.asked = 200, 0

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked += 1
                self.send_response(outer.status)
                self.send_header("Content-Type", "video/mp2t")
                self.end_headers()
                with suppress(OSError):  # who looked is gone
                    pieces = [data[at : at + 1880] for at in range(0, len(data), 1880)]
                    began_s, lasts_s = time.monotonic(), LIVE_FRAMES / RATE_HZ
                    for number, piece in enumerate(pieces):
                        due_s = began_s + lasts_s * number / len(pieces)
                        time.sleep(max(0.0, due_s - time.monotonic()))
                        self.wfile.write(piece)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.at = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(film(tmp_path / "film.ts", LIVE_FRAMES).read_bytes())
    yield made
    made.close()


def next_of(camera: PyAvCamera) -> np.ndarray:
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        frame = camera.read(1.0)
        if frame is not None:
            assert abs(time.time() - frame.stamp_s) < PATIENCE_S
            return frame.image
    raise AssertionError("no picture came")


def test_a_file_is_played_in_real_time_and_again(tmp_path: Path) -> None:
    camera = PyAvCamera(str(film(tmp_path / "film.mp4")))
    camera.open()
    camera.open()
    began_s, seen = time.monotonic(), [0]
    while seen[-1] >= max(seen) - 60:  # until it is dark again: from its start
        assert time.monotonic() - began_s < PATIENCE_S
        seen.append(int(next_of(camera)[60, 140, 0]))
    assert len(seen) <= (time.monotonic() - began_s) * RATE_HZ + 4  # never faster than it was filmed
    assert (next_of(camera).shape, next_of(camera).dtype) == ((120, 160, 3), np.uint8)
    camera.close()
    camera.close()
    with pytest.raises(BackendError, match="not open"):
        camera.read(0.1)


def test_a_film_that_is_not_looped_ends_with_an_error(tmp_path: Path) -> None:
    camera = PyAvCamera(str(film(tmp_path / "film.mp4")), loop=False)
    camera.open()
    with pytest.raises(BackendError, match="it ended"):
        while True:
            camera.read(1.0)
    camera.close()


def test_a_stream_that_breaks_off_is_told_and_opens_again(server: Server) -> None:
    camera = PyAvCamera(f"http://someone:secret@{server.at}/live.ts")
    for _ in range(2):
        camera.open()
        assert next_of(camera).shape == (120, 160, 3)
        with pytest.raises(BackendError, match="broke off") as told:
            while True:
                camera.read(1.0)
        assert "secret" not in str(told.value)
        camera.close()
    assert server.asked == 2


def test_closing_ends_a_read_in_another_thread(server: Server) -> None:
    camera = PyAvCamera(f"http://{server.at}/live.ts")
    camera.open()
    next_of(camera)
    began_s = time.monotonic()
    camera.close()
    assert time.monotonic() - began_s < PATIENCE_S


def test_what_is_no_camera_is_refused_without_its_password(server: Server, tmp_path: Path) -> None:
    server.status = 404
    text = tmp_path / "notes.txt"
    text.write_text("no film")
    for source in (
        f"http://me:secret@{server.at}/no",
        "rtsp://me:secret@127.0.0.1:9/live",
        str(text),
        str(tmp_path / "none.mp4"),
    ):
        camera = PyAvCamera(source)
        with pytest.raises(BackendError) as told:
            camera.open()
        assert "secret" not in str(told.value)
        assert told.value.__cause__ is None
        assert told.value.__suppress_context__ or told.value.__context__ is None


def test_a_list_from_the_network_opens_no_file_of_ours(tmp_path: Path) -> None:
    """HLS lists name further addresses: file:// among them would show whoever streams what lies here."""
    film(tmp_path / "private.ts")
    listed = (
        f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1.5,\nfile://{tmp_path}/private.ts\n#EXT-X-ENDLIST\n"
    )
    server = Server(listed.encode())
    camera = PyAvCamera(f"http://{server.at}/list.m3u8")
    try:
        with pytest.raises(BackendError):
            camera.open()
            for _ in range(3):
                assert camera.read(1.0) is None
            raise BackendError("nothing was shown", "as it should be")
    finally:
        camera.close()
        server.close()


@pytest.mark.parametrize("kind", ["pipe", "folder", "file:// pipe"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    """A pipe held the node for ever: to open one waits for somebody who writes to it."""
    path = tmp_path / "film.mp4"
    path.mkdir() if kind == "folder" else os.mkfifo(path)
    camera = PyAvCamera(f"file://{path}" if "file" in kind else str(path))
    with pytest.raises(BackendError, match="no video file"):
        camera.open()
    camera.close()


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_film_that_was_taken_with_a_turned_camera_is_shown_upright(tmp_path: Path, turned: int) -> None:
    """Telephones write down how they were held; shown as it lies there, nobody in it is found."""
    data = bytearray(film(tmp_path / "film.mp4").read_bytes())
    one, at = 1 << 16, data.index(b"tkhd") + 44  # its matrix (ISO 14496-12, 8.3.2), of version 0
    cos, sin = {0: (1, 0), 90: (0, 1), 180: (-1, 0), 270: (0, -1)}[turned]
    struct.pack_into(">9i", data, at, cos * one, sin * one, 0, -sin * one, cos * one, 0, 0, 0, 1 << 30)
    path = tmp_path / "turned.mp4"
    path.write_bytes(data)
    ours = PyAvCamera(str(path))
    ours.open()
    shown = next_of(ours)
    ours.close()
    theirs = cv2.VideoCapture(str(path))
    expected = theirs.read()[1]
    theirs.release()
    assert shown.shape == expected.shape
    high, wide = shown.shape[:2]
    corners = [(high // 4, wide // 4), (high // 4, 3 * wide // 4), (3 * high // 4, wide // 4)]
    assert [bool(shown[at][0] > 127) for at in corners] == [bool(expected[at][0] > 127) for at in corners]
