# SPDX-License-Identifier: Apache-2.0
"""`tektra audit`: who asked for what, and what became of it."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter, _SubParsersAction
from pathlib import Path

from tektra.common import paths
from tektra.safety.backends.audit_file import trail, verify_trail

EPILOG = """\
examples:
  tektra audit show                  the last 20 entries
  tektra audit show -n 1000 --json   the last 1000, as they are stored
  tektra audit verify                is every entry as it was written, and in its place?

Each line of the trail carries the hash of the one before it.
"""


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "audit",
        help="who asked for what, and what became of it",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", choices=("show", "verify"))
    parser.add_argument("-n", type=int, default=20, help="how many entries to show (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="show the lines as they are stored")
    parser.add_argument("--folder", type=Path, help="where the trail lies (default: Tektra's own)")


def run(arguments: Namespace) -> int:
    folder = arguments.folder or paths.state_dir() / "audit"
    if not trail(folder):
        print(f"no audit trail in {folder}: nothing has run yet", file=sys.stderr)
        return 3
    return (
        _verify(folder) if arguments.what == "verify" else _show(folder, arguments.n, as_json=arguments.json)
    )


def _verify(folder: Path) -> int:
    fault, good = verify_trail(folder)
    print(f"{good} entries are whole and in order" + (f"; then: {fault}" if fault else ""))
    return 1 if fault else 0


def _show(folder: Path, count: int, *, as_json: bool) -> int:
    lines: list[str] = []
    for file in reversed(trail(folder)):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines() + lines
        if len(lines) >= count:
            break
    for line in lines[-count:] if count > 0 else []:
        print(line if as_json else _readable(line))
    return 0


def _readable(line: str) -> str:
    try:
        entry = json.loads(line)
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(float(entry["stamp_s"])))
        what = " ".join(filter(None, [entry["event"], entry["robot"] or "all", entry["skill"]]))
        return f"{when}  {what}  by {entry['who']}: {entry['detail']}"
    except (ValueError, KeyError, TypeError):
        return f"(no entry: {line[:80]})"
