# SPDX-License-Identifier: Apache-2.0
"""The look outlives a restart: it is kept in a small file."""

from __future__ import annotations

from pathlib import Path

from tektra.avatar.errors import BadLookError
from tektra.avatar.look import Look, changed
from tektra.common import whole_file
from tektra.common.errors import TektraError


def read(path: Path) -> Look:
    """The kept look, or the default where none was kept. Raises BadLookError for a file that is damaged."""
    try:
        return changed(Look(), path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Look()
    except (OSError, UnicodeDecodeError, TektraError) as error:
        raise BadLookError(
            f"the kept look {path} cannot be read ({error})", "customize the avatar anew"
        ) from error


def write(path: Path, look: Look) -> None:
    """Replaces the file at once, so that a kill leaves the old or the new. Raises OSError."""
    whole_file.write(path, look.to_json().encode(), lasting=False)
