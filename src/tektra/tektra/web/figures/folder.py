# SPDX-License-Identifier: Apache-2.0
"""The figures that people brought: a folder of files that were checked, each by the digest of what is in it."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from contextlib import suppress
from pathlib import Path

from tektra.common import whole_file
from tektra.common.errors import BackendError
from tektra.web.access.people import ApiError
from tektra.web.figures.check import checked
from tektra.web.figures.vrm import shown
from tektra.web.models.figures import Figure

ID = re.compile(r"[0-9a-f]{32}")
MOST = 20
MAX_NAME = 80


class Figures:
    """A folder, made when the first one comes. Any thread; blocks on the disk. No name of a file comes from outside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._changing = threading.Lock()

    def all(self) -> list[Figure]:
        """By name. Raises BackendError."""
        try:
            found = [self._about(file.name.removesuffix(".vrm")) for file in self._folder.glob("*.vrm")]
        except OSError as error:
            raise self._failed(error) from error
        return sorted(
            (one for one in found if one is not None), key=lambda one: (one.name.casefold(), one.id)
        )

    def add(self, data: bytes, name: str, by: str, now_ms: int) -> Figure:
        """Checks and keeps one; the same file again is the same figure. Raises BadFigure, ApiError, BackendError."""
        found = checked(data)
        vrm, scene = found.vrm, found.scene
        made = Figure(
            id=hashlib.sha256(found.data).hexdigest()[:32],
            name=name_of(name) or vrm.title or "VRM",
            version=vrm.version,
            title=vrm.title,
            authors=vrm.authors,
            terms=vrm.terms,
            emotions=list(vrm.emotions),
            size_bytes=len(found.data),
            points=scene.vertices,
            triangles=scene.triangles,
            pixels=found.pixels,
            by=by,
            added_ms=now_ms,
        )
        with self._changing:
            if self._about(made.id) is None and sum(1 for _ in self._folder.glob("*.vrm")) >= MOST:
                raise ApiError(409, "too_many_figures", f"there are {MOST} figures", "delete one first")
            try:
                self._write(made, found.data)
            except OSError as error:
                raise self._failed(error) from error
        return made

    def file(self, id: str) -> Path:
        """Where one lies. Raises ApiError 404."""
        if self._about(id) is None:
            raise _not_there()
        return self._folder / f"{id}.vrm"

    def delete(self, id: str) -> None:
        """Raises ApiError 404, BackendError."""
        with self._changing:
            file = self.file(id)
            try:
                file.unlink()
                file.with_suffix(".json").unlink(missing_ok=True)
            except OSError as error:
                raise self._failed(error) from error

    def _write(self, figure: Figure, data: bytes) -> None:
        for suffix, content in ((".json", figure.model_dump_json().encode()), (".vrm", data)):
            whole_file.write(self._folder / f"{figure.id}{suffix}", content, lasting=False)

    def _about(self, id: str) -> Figure | None:
        """What was written down when it was checked; None: it is not there, or half of it."""
        if not ID.fullmatch(id):
            return None
        about = self._folder / f"{id}.json"
        with suppress(FileNotFoundError, ValueError):
            if (self._folder / f"{id}.vrm").is_file():
                return Figure.model_validate(json.loads(about.read_bytes()))
        return None

    def _failed(self, error: OSError) -> BackendError:
        return BackendError(
            f"{self._folder}: {error.strerror}", "see whose folder it is, and whether there is room"
        )


def name_of(told: str) -> str:
    """What a figure is called: the last part of a file's name, as it may be shown."""
    return shown(re.split(r"[/\\]", told)[-1].removesuffix(".vrm"))[:MAX_NAME]


def _not_there() -> ApiError:
    return ApiError(404, "not_found", "there is no such figure", "ask for the list")
