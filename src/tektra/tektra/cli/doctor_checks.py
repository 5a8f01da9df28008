# SPDX-License-Identifier: Apache-2.0
"""What `tektra doctor` looks at: plain functions, each returning findings. None of them needs ROS."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

import psutil

from tektra.common import models, paths, system_packages
from tektra.common.errors import MissingModel, TektraError
from tektra.common.model_lock import Lock
from tektra.common.scheduling import BODY_PRIORITY, why_not_locked, why_not_realtime

PORTS = {
    7100: "the simulator's true poses",
    7101: "rover1",
    7102: "rover2",
    7103: "arm1",
    8765: "Foxglove",
    8443: "the web gateway",
}
UDP_PORTS = frozenset({7102})
MEMORY_WANTED_BYTES = 4_000_000_000  # the demo's own processes; 6 GB is what it may take in all
DISK_WANTED_BYTES = 2_000_000_000
INSTALLED_WITH = ("core", "speech", "llm", "vision", "avatar", "sim", "bridge", "web")


class Level(Enum):
    """How bad a finding is; only BROKEN makes the exit status non-zero."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `remedy` is empty when there is nothing to do."""

    level: Level
    check: str
    what: str
    remedy: str = ""


@dataclass(frozen=True)
class SafetyReading:
    """What was seen of the graph within the limit: `stopped` is None when no /safety/state came."""

    nodes: tuple[str, ...]
    stopped: bool | None
    causes: tuple[str, ...]


def system(packages: Sequence[system_packages.SystemPackage] | None = None) -> list[Finding]:
    """The system's packages, by what they bring."""
    lacking = system_packages.missing(list(packages) if packages is not None else None)
    if not lacking:
        return [Finding(Level.OK, "system packages", "all here")]
    return [
        Finding(
            Level.WARNING if package.only_to_build else Level.BROKEN,
            "system packages",
            f"{package.name} is missing ({package.why})",
            system_packages.install_line([package]),
        )
        for package in lacking
    ]


def python_packages(requirements: Path, version: Callable[[str], str] = metadata.version) -> list[Finding]:
    """The pins of requirements/*.in against what is installed. `version` raises PackageNotFoundError."""
    findings = []
    for extra in INSTALLED_WITH:
        for name, pinned in _pins(requirements / f"{extra}.in"):
            try:
                found = version(name)
            except metadata.PackageNotFoundError:
                wanted = f"{name}=={pinned}" if pinned else name
                findings.append(
                    Finding(
                        Level.BROKEN,
                        "Python packages",
                        f"{name} is missing",
                        f"make setup, or: pip install {wanted}",
                    )
                )
                continue
            if pinned and found != pinned:
                what = f"{name} is {found}; {pinned} was tried"
                findings.append(
                    Finding(Level.WARNING, "Python packages", what, f"pip install {name}=={pinned}")
                )
    return findings or [Finding(Level.OK, "Python packages", "as pinned")]


def workspace() -> list[Finding]:
    """The messages, which colcon builds."""
    if find_spec("tektra_interfaces") is None:
        what = "the message classes (tektra_interfaces) cannot be found"
        remedy = "make setup; by hand, `. scripts/env.sh` first"
        return [Finding(Level.BROKEN, "workspace", what, remedy)]
    return [Finding(Level.OK, "workspace", "messages are built")]


def model_files(known: Lock, folder: Path, *, read_all: bool) -> list[Finding]:
    """The default's models: there, and (when `read_all`, some 3 s) byte for byte those of the lock."""
    findings = []
    for model in known.models.values():
        remedy = f"tektra models pull {model.name}"
        try:
            models.path(model.name, known=known, folder=folder)
            problems = models.verify(model.name, known=known, folder=folder) if read_all else []
        except MissingModel as error:
            if model.pulled_by_default:
                findings.append(Finding(Level.BROKEN, "models", error.what, remedy))
            continue
        for problem in problems:
            findings.append(
                Finding(Level.BROKEN, "models", f"{model.name}: {problem.file} {problem.what}", remedy)
            )
    return findings or [
        Finding(Level.OK, "models", "all here" + (", every sha256 right" if read_all else ""))
    ]


def ports(wanted: Iterable[int] = tuple(PORTS), holder: Callable[[int], str] | None = None) -> list[Finding]:
    """Ports that another program holds. Our own nodes may hold them: then Tektra runs already."""
    findings = []
    for port in wanted:
        if _is_free(port):
            continue
        who = (holder or holder_of)(port)
        if "tektra" in who:
            findings.append(Finding(Level.OK, "ports", f"{port} is held by Tektra itself"))
            continue
        what = f"port {port} ({PORTS.get(port, 'of Tektra')}) is taken by {who or 'another user'}"
        findings.append(
            Finding(Level.BROKEN, "ports", what, "end that program, or give another port in config/")
        )
    return findings or [Finding(Level.OK, "ports", "free")]


def holder_of(port: int) -> str:
    """The command line of whoever holds the port; empty when that may not be seen."""
    for connection in psutil.net_connections("inet4"):
        if connection.laddr and connection.laddr.port == port and connection.pid:
            try:
                return f"process {connection.pid}: {' '.join(psutil.Process(connection.pid).cmdline())[:120]}"
            except psutil.Error:
                return f"process {connection.pid}"
    return ""


def safety(reading: SafetyReading) -> list[Finding]:
    """Judges what was seen: a gate that is silent while others run is broken, and so is none at all with others about."""
    if reading.stopped is None:
        if not reading.nodes:
            return [Finding(Level.INFO, "safety", "Tektra is not running", "make run")]
        what = f"{len(reading.nodes)} nodes run, but /safety/state does not come: nothing can move"
        return [
            Finding(
                Level.BROKEN,
                "safety",
                what,
                "tektra up restarts the safety node; look for its last words in log/",
            )
        ]
    if reading.stopped:
        what = f"stopped: {', '.join(reading.causes) or 'no cause is given'}"
        return [Finding(Level.WARNING, "safety", what, "clear the cause, then `tektra reset`")]
    return [Finding(Level.OK, "safety", "running and not stopped")]


def memory(available_bytes: int | None = None) -> list[Finding]:
    """Whether the default's models fit."""
    free = psutil.virtual_memory().available if available_bytes is None else available_bytes
    if free >= MEMORY_WANTED_BYTES:
        return [Finding(Level.OK, "memory", f"{free / 1e9:.1f} GB available")]
    what = f"{free / 1e9:.1f} GB available, {MEMORY_WANTED_BYTES / 1e9:.0f} GB wanted"
    remedy = "close other programs, or choose the model qwen2.5-coder-0.5b"
    return [Finding(Level.WARNING, "memory", what, remedy)]


def disk(folder: Path, free_bytes: int | None = None) -> list[Finding]:
    """Room where models and conversations are kept."""
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(place).free if free_bytes is None else free_bytes
    if free >= DISK_WANTED_BYTES:
        return [Finding(Level.OK, "disk", f"{free / 1e9:.0f} GB free")]
    remedy = "free some space, or set TEKTRA_HOME to a folder on a larger disk"
    return [Finding(Level.WARNING, "disk", f"{place} has {free / 1e9:.2f} GB free", remedy)]


def sound() -> list[Finding]:
    """Sound devices; without any Tektra hears topics and writes WAV files."""
    try:
        import sounddevice

        devices = sounddevice.query_devices()
    except (ImportError, OSError) as error:
        return [
            Finding(
                Level.INFO,
                "sound",
                f"no sound device can be used ({error})",
                "sudo apt-get install libportaudio2",
            )
        ]
    ears = sum(device["max_input_channels"] > 0 for device in devices)
    mouths = sum(device["max_output_channels"] > 0 for device in devices)
    return [Finding(Level.INFO, "sound", f"{ears} inputs, {mouths} outputs")]


def scheduling(no_realtime: str | None = None, no_locking: str | None = None) -> list[Finding]:
    """Whether the body may have real-time priority and locked memory; else it is merely niced on a busy machine."""
    asked = (
        ("real-time priority", no_realtime, why_not_realtime, f"rtprio {BODY_PRIORITY}", "CAP_SYS_NICE"),
        ("locked memory", no_locking, why_not_locked, "memlock unlimited", "CAP_IPC_LOCK"),
    )
    findings = []
    for check, given, look, limit, capability in asked:
        why_not = look() if given is None else given
        if not why_not:
            findings.append(Finding(Level.OK, check, "allowed"))
            continue
        remedy = (
            f"`USER - {limit}` in /etc/security/limits.d/tektra.conf, then log in anew; "
            f"in a systemd unit AmbientCapabilities={capability}; in Docker --cap-add={capability.removeprefix('CAP_')}"
        )
        findings.append(Finding(Level.WARNING, check, f"not allowed: {why_not}", remedy))
    return findings


def installation(*, read_all: bool) -> list[Finding]:
    """All of the above but safety. A check that itself fails becomes a finding."""
    folder = paths.models_dir()
    checks: list[Callable[[], list[Finding]]] = [
        system,
        lambda: python_packages(paths.share_dir() / "requirements"),
        workspace,
        lambda: model_files(models.lock(), folder, read_all=read_all),
        ports,
        memory,
        lambda: disk(folder),
        sound,
        scheduling,
    ]
    findings = []
    for check in checks:
        try:
            findings += check()
        except TektraError as error:
            findings.append(Finding(Level.BROKEN, "installation", error.what, error.remedy))
    return findings


def _pins(path: Path) -> list[tuple[str, str]]:
    """Name and exact version ("" for a range) of each line of a requirements file; none where there is no such file."""
    if not path.is_file():
        return []
    found = []
    for line in path.read_text().splitlines():
        match = re.match(r"([A-Za-z0-9_.-]+)(?:==([^\s;#]+))?", line)
        if match:
            found.append((match[1], match[2] or ""))
    return found


def _is_free(port: int) -> bool:
    kind = socket.SOCK_DGRAM if port in UDP_PORTS else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # TIME_WAIT is not "taken"
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
