# SPDX-License-Identifier: Apache-2.0
"""Where the data of the languages lie, and how a file of theirs is read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from tektra.common import paths
from tektra.common.errors import ConfigError

MAX_BYTES, MAX_DEPTH = 1_000_000, 100
#: libyaml's, where PyYAML was built with it: the data of all languages take 0.1 s of a core instead of 1.2.
TEXT_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def folder() -> Path:
    """config/language of the checkout or of what was installed. Raises ConfigError where there is neither."""
    return paths.share_dir() / "config" / "language"


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that have a folder, in alphabetical order. Raises ConfigError."""
    found = tuple(sorted(path.name for path in folder().glob("*/") if path.is_dir()))
    if not found:
        raise ConfigError(f"{folder()} holds no language", "restore config/language")
    return found


@cache
def read(code: str, name: str) -> Mapping[str, object]:
    """The mapping in config/language/<code>/<name>.yaml. Read once; raises ConfigError, naming file and line."""
    if code not in languages():
        raise ConfigError(f"language {code!r} is not here", f"use one of {', '.join(languages())}")
    return read_file(folder() / code / f"{name}.yaml", text_only=True)


def read_file(file: Path, *, text_only: bool = False) -> Mapping[str, object]:
    """The mapping that a YAML file holds. `text_only`: every scalar is text, as "no" and "on" are words in a list of
    words. Raises ConfigError."""
    try:
        text = file.read_bytes()
        if len(text) > MAX_BYTES:
            raise ConfigError(f"{file} has {len(text)} bytes", f"keep it under {MAX_BYTES}")
        _refuse_depth(text.decode())
        given = (TEXT_LOADER if text_only else LOADER)(text.decode()).get_single_data()
    except OSError as error:
        raise ConfigError(f"{file} cannot be read ({error.strerror})", "restore it") from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"{file} is not YAML in UTF-8 ({error})", "correct it") from error
    if not isinstance(given, dict):
        raise ConfigError(f"{file} holds no mapping", "write keys with their values")
    return given


def _refuse_depth(text: str) -> None:
    """Raises RecursionError: libyaml follows a nesting without end until the process ends."""
    depth = 0
    for event in yaml.parse(text, Loader=TEXT_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise RecursionError(f"nested more than {MAX_DEPTH} deep")
