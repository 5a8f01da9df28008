# SPDX-License-Identifier: Apache-2.0
"""Where the data of the languages lie, and how a file of theirs is read.

A language that Tektra does not bring is a folder of a person's own (docs/languages.md): nothing in the code names a language.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from tektra.common import paths
from tektra.common.errors import ConfigError

MAX_BYTES, MAX_DEPTH = 1_000_000, 100
#: The file without which nobody can stop a robot in a language.
STOP = "stop"
_CODE = re.compile(r"[a-z]{2,3}")
#: libyaml's, where PyYAML was built with it: the data of all languages take 0.1 s of a core instead of 1.2.
TEXT_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def folder() -> Path:
    """config/language of the checkout or of what was installed. Raises ConfigError where there is neither."""
    return paths.share_dir() / "config" / "language"


def own_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where a person's own names, sentences and languages lie."""
    return paths.config_dir(environment) / "language"


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that are here, in alphabetical order: those of config/language, and those that a person brought.

    One's own counts as a language once it has what stops robots in it; without that its folder only adds to a language. Raises ConfigError.
    """
    found = {path.name for path in folder().glob("*/") if path.is_dir()}
    if not found:
        raise ConfigError(f"{folder()} holds no language", "restore config/language")
    own = {path.parent.name for path in own_folder().glob(f"*/{STOP}.yaml")}
    return tuple(sorted(found | {code for code in own if _CODE.fullmatch(code)}))


def home(code: str) -> Path:
    """The folder of a language's files. Raises ConfigError."""
    if code not in languages():
        raise ConfigError(f"language {code!r} is not here", f"use one of {', '.join(languages())}")
    brought = folder() / code
    return brought if brought.is_dir() else own_folder() / code


def has(code: str, name: str) -> bool:
    """Whether the language is here and has a file, or folder, of that name."""
    if code not in languages():
        return False
    return (home(code) / f"{name}.yaml").is_file() or (home(code) / name).is_dir()


@cache
def read(code: str, name: str) -> Mapping[str, object]:
    """The mapping in <name>.yaml of a language. Read once; raises ConfigError, naming file and line."""
    return read_file(home(code) / f"{name}.yaml", text_only=True)


def read_file(file: Path, *, text_only: bool = False) -> Mapping[str, object]:
    """The mapping that a YAML file holds. `text_only`: every scalar is text, as "no" and "on" are words in a list of
    words. Raises ConfigError."""
    try:
        text = file.read_bytes()
        if len(text) > MAX_BYTES:
            raise ConfigError(f"{file} has {len(text)} bytes", f"keep it under {MAX_BYTES}")
        _refuse_depth(text.decode())
        loader = (TEXT_LOADER if text_only else LOADER)(text.decode())
        node = loader.get_single_node()
        _refuse_twice(node, file)
        given = loader.construct_document(node)
    except OSError as error:
        raise ConfigError(f"{file} cannot be read ({error.strerror})", "restore it") from error
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise ConfigError(f"{file} is not YAML in UTF-8 ({error})", "correct it") from error
    if not isinstance(given, dict):
        raise ConfigError(f"{file} holds no mapping", "write keys with their values")
    return given


def _refuse_twice(node: yaml.Node | None, file: Path) -> None:
    """YAML's reader takes the last of a key that stands there twice, and what the first said would be lost in silence."""
    if isinstance(node, yaml.SequenceNode):
        for part in node.value:
            _refuse_twice(part, file)
    elif isinstance(node, yaml.MappingNode):
        lines: dict[str, int] = {}
        for key, value in node.value:
            if (line := key.start_mark.line + 1) != lines.setdefault(str(key.value), line):
                raise ConfigError(
                    f"{file} has the key {key.value!r} in line {lines[str(key.value)]} and in line {line}",
                    "make one of them",
                )
            _refuse_twice(value, file)


def _refuse_depth(text: str) -> None:
    """Raises RecursionError: libyaml follows a nesting without end until the process ends."""
    depth = 0
    for event in yaml.parse(text, Loader=TEXT_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise RecursionError(f"nested more than {MAX_DEPTH} deep")
