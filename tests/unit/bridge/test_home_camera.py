# SPDX-License-Identifier: Apache-2.0
"""Pictures of the simulated home come while somebody watches, and their process lives no longer."""

import io
import struct
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from tektra.bridge.backends import home_camera
from tektra.bridge.backends.home_camera import HomeCamera, read_picture
from tektra.bridge.options import BridgeOptions

PATIENCE_S = 30.0
#: Writes its number, then pictures for ever, and ends with its input.
DRAWS = """
import os, struct, sys, threading, time
open(sys.argv[1], "w").write(str(os.getpid()))
while True:
    sys.stdout.buffer.write(struct.pack("<I", 4) + b"JPEG")
    sys.stdout.buffer.flush()
    time.sleep(0.01)
"""


def until(holds: object) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end_s
        time.sleep(0.01)


def test_the_process_lives_while_somebody_watches(tmp_path: Path) -> None:
    came, pid = threading.Event(), tmp_path / "pid"
    command = [sys.executable, "-c", DRAWS, str(pid)]
    camera = HomeCamera(BridgeOptions(home_port=7100), lambda jpeg: came.set(), command)
    assert not pid.exists()
    camera.watched(1)
    assert came.wait(PATIENCE_S)
    number = int(pid.read_text())
    camera.watched(2)
    assert psutil.pid_exists(number)
    camera.watched(0)
    until(lambda: not psutil.pid_exists(number))


def test_who_watches_again_gets_pictures_again(tmp_path: Path) -> None:
    came = threading.Event()
    camera = HomeCamera(
        BridgeOptions(home_port=7100),
        lambda jpeg: came.set(),
        [sys.executable, "-c", DRAWS, str(tmp_path / "pid")],
    )
    for _ in range(2):
        came.clear()
        camera.watched(1)
        assert came.wait(PATIENCE_S)
        camera.watched(0)


def test_a_process_that_cannot_be_started_now_is_started_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(home_camera, "AGAIN_S", 0.05)
    came, program = threading.Event(), tmp_path / "draws"
    camera = HomeCamera(BridgeOptions(home_port=7100), lambda jpeg: came.set(), [str(program)])
    camera.watched(1)
    until(lambda: "No such file" in caplog.text)
    script = tmp_path / "script"
    script.write_text(f"#!{sys.executable}\nimport struct\nprint(end='\\4\\0\\0\\0JPEG', flush=True)\n")
    script.chmod(0o755)
    script.rename(program)
    assert came.wait(PATIENCE_S)
    camera.watched(0)


@pytest.mark.parametrize(
    "data", [b"", b"ab", struct.pack("<I", 8) + b"short", struct.pack("<I", 4_000_000_000) + b"x"]
)
def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert read_picture(io.BytesIO(data)) is None
