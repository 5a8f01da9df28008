# SPDX-License-Identifier: Apache-2.0
"""The audit trail on disk: appended and synced in batches by a thread of its own, and begun anew when a file is full."""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Mapping
from pathlib import Path

from tektra.common import whole_file
from tektra.common.audit import GENESIS, sealed, verify

#: Between two writes to disk; a power cut loses no more than this.
BATCH_S = 0.2
#: Entries that may wait for a slow disk; later ones are counted as lost.
WAITING_MAX = 10_000
#: A file that is larger is followed by a new one; so many are kept.
FILE_MAX_BYTES, FILES_KEPT = 8_000_000, 20
JOIN_S = 2.0
#: Beside the trail: the hash of its last line, by which a tail that was cut off is noticed.
HEAD = "audit-head"


class AuditFile:
    """`add` never blocks and never raises: a full or broken disk stops no stop. `lost` and `fault` tell of it."""

    def __init__(
        self, folder: Path, *, file_max_bytes: int = FILE_MAX_BYTES, files_kept: int = FILES_KEPT
    ) -> None:
        self.lost = 0
        self.fault = ""
        self._folder = folder
        self._file_max_bytes, self._files_kept = file_max_bytes, files_kept
        self._waiting: queue.Queue[Mapping[str, object]] = queue.Queue(WAITING_MAX)
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._previous = ""

    def open(self) -> None:
        """Begins to write."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Writes what waits, for 2 s at most, and ends."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(JOIN_S)
            self._thread = None

    def add(self, entry: Mapping[str, object]) -> None:
        """Hands an entry over, from any thread."""
        try:
            self._waiting.put_nowait(entry)
        except queue.Full:
            self.lost += 1

    def _run(self) -> None:
        batch: list[Mapping[str, object]] = []
        while True:
            last = self._ended.wait(BATCH_S)
            while not self._waiting.empty() and len(batch) < WAITING_MAX:
                batch.append(self._waiting.get_nowait())
            if batch:
                try:
                    self._write(batch)
                    batch, self.fault = [], ""
                    self._note_head()
                except OSError as error:
                    # Whatever part of the batch reached the disk is judged anew at the next try.
                    self.fault, self._previous = f"{self._folder}: {error.strerror or error}", ""
            if last:
                self.lost += len(batch)
                return

    def _write(self, batch: list[Mapping[str, object]]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._current()
        if not self._previous:
            self._previous = self._last_hash(path)
        lines = []
        previous = self._previous
        for number, entry in enumerate(batch, start=_lines(path) + 1):
            line, previous = sealed({**entry, "line": number}, previous)
            lines.append(line + "\n")
        data = "".join(lines).encode()
        size = path.stat().st_size if path.exists() else 0
        with path.open("ab", buffering=0) as file:
            try:
                rest = memoryview(data)
                while rest:  # a disk that fills up takes a part
                    rest = rest[file.write(rest) :]
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), size)
                raise
        self._previous = previous

    def _note_head(self) -> None:
        """After the lines themselves: a cut in between leaves a note that is in the trail all the same."""
        whole_file.write(self._folder / HEAD, self._previous.encode("ascii"), lasting=False)

    def _current(self) -> Path:
        """The file to append to; a new one when the last is full."""
        files = trail(self._folder)
        if not files:
            return self._folder / "audit-000001.jsonl"
        if files[-1].stat().st_size < self._file_max_bytes:
            return files[-1]
        for old in files[: len(files) - (self._files_kept - 1)]:
            old.unlink()
        return self._folder / f"audit-{int(files[-1].stem.split('-')[1]) + 1:06d}.jsonl"

    def _last_hash(self, path: Path) -> str:
        """Where to go on after a restart. A half-written last line (a power cut) is cut off first."""
        files = [file for file in trail(self._folder) if file <= path]
        for file in reversed(files):
            data = file.read_bytes()
            if whole := data[: data.rfind(b"\n") + 1]:
                if len(whole) < len(data):
                    os.truncate(file, len(whole))
                last = whole.splitlines()[-1].decode(errors="replace")
                # A line on its own says what it follows on; only its own hash matters here.
                return last.rpartition('"sha256":"')[2].rstrip('"}') or GENESIS
            os.truncate(file, 0)
        return GENESIS


def trail(folder: Path) -> list[Path]:
    """The files of the trail, oldest first."""
    return sorted(folder.glob("audit-*.jsonl"))


def verify_trail(folder: Path, *, files_kept: int = FILES_KEPT) -> tuple[str, int]:
    """What is wrong with the trail (empty: nothing) and how many lines are good. The oldest kept file begins it."""
    good, previous = 0, ""
    head = _head(folder)
    found = not head
    files = trail(folder)
    for file in files:
        *lines, rest = file.read_text(encoding="utf-8", errors="replace").split("\n")
        lines += [rest] if rest else []
        if not previous:
            previous = _begins_after(lines) if _rotated(files, files_kept) else GENESIS
        fault, count, previous = verify(lines, previous)
        good += count
        if fault:
            return f"{file}, line {fault.line}: {fault.what}", good
        if misplaced := _misnumbered(lines):
            return f"{file}, line {misplaced}: is not the line that it says it is", good
        found = found or any(head in line for line in lines)
    if not found:
        return f"{files[-1] if files else folder}: its end was cut off", good
    return "", good


def _rotated(files: list[Path], files_kept: int) -> bool:
    """Older files were thrown away because there were enough."""
    return len(files) >= files_kept and int(files[0].stem.split("-")[1]) > 1


def _misnumbered(lines: list[str]) -> int:
    """The first line that does not say its own number within its file; 0 when all do."""
    return next((at for at, line in enumerate(lines, start=1) if json.loads(line).get("line") != at), 0)


def _head(folder: Path) -> str:
    try:
        return (folder / HEAD).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return "none"  # is in no line: there is none without a trail


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


def _begins_after(lines: list[str]) -> str:
    """What the first line says it follows on: the files before it may have been rotated away."""
    return lines[0].rpartition('"previous":"')[2][:64] if lines else GENESIS
