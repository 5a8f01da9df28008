# SPDX-License-Identifier: Apache-2.0
"""A YAML file that a person wrote, as the mapping that it must be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tektra.common.errors import ConfigError


def read_settings(
    path: Path, most_bytes: int, *, holds: str, how: str, absent: str = ""
) -> Mapping[Any, Any]:
    """What the file says, unchecked but for its size. Blocks on the disk.

    Raises ConfigError with the remedy `how`; `absent` where it cannot be read at all. `holds`: what it should, in words.
    """
    try:
        text = path.read_bytes()
        told = yaml.safe_load(text) if len(text) <= most_bytes else None
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror})", absent or how) from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise ConfigError(f"{path} is no YAML: {error}", how) from error
    if not isinstance(told, dict):
        raise ConfigError(f"{path} holds no {holds}", how)
    return told
