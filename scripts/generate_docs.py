# SPDX-License-Identifier: Apache-2.0
"""docs/interfaces.md from the messages, docs/parameters.md from the options; `--check` only says whether they are fresh.

Needs neither ROS nor any model library: options.py files import nothing heavy.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
CODE = ROOT / "src" / "tektra"
INTERFACES = ROOT / "src" / "tektra_interfaces"
sys.path.insert(0, str(CODE))
from tektra.common.options import Option, options_of

SECTIONS = {"msg": ("Message",), "srv": ("Request", "Response"), "action": ("Goal", "Result", "Feedback")}
KINDS = {"msg": "Messages", "srv": "Services", "action": "Actions"}
MADE = "<!-- Made by scripts/generate_docs.py (make docs); edit {} instead. -->\n"


def interfaces() -> str:
    """docs/interfaces.md."""
    lines = ["# Messages, services and actions", "", MADE.format("src/tektra_interfaces")]
    for kind, title in KINDS.items():
        lines += [f"## {title}", ""]
        for path in sorted((INTERFACES / kind).glob(f"*.{kind}")):
            lines += _interface(path, kind)
    return "\n".join(lines).rstrip() + "\n"


def _interface(path: Path, kind: str) -> Iterator[str]:
    text = path.read_text()
    intro = [line.lstrip("# ").rstrip() for line in _leading_comments(text)]
    yield from (f"### {path.stem}", "", " ".join(intro), "")
    parts = re.split(r"^---\s*$", text, flags=re.MULTILINE)
    for title, part in zip(SECTIONS[kind], parts, strict=True):
        rows = list(_fields(part))
        if len(parts) > 1:
            yield from (f"**{title}**" if rows else f"**{title}**: nothing", "")
        if rows:
            yield from ("| field | type | meaning |", "|---|---|---|", *rows, "")


def _leading_comments(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if not line.startswith("#"):
            return
        if "SPDX" not in line:
            yield line


def _fields(text: str) -> Iterator[str]:
    for line in text.splitlines():
        declared, _, comment = line.partition("#")
        match = re.match(r"(\S+)\s+(\w+)\s*(.*)", declared.strip())
        if match:
            kind, name, value = match.groups()
            shown = f"`{name}` {value}".strip() if value else f"`{name}`"
            yield f"| {_cell(shown)} | {_cell(kind)} | {_cell(comment.strip())} |"


def parameters() -> str:
    """docs/parameters.md."""
    lines = ["# Parameters", "", MADE.format("the options.py of the stage")]
    lines += [
        "A node's parameters, as in `config/*.yaml` or `-p NAME:=VALUE` behind `--ros-args`, at the start of the node; a back end's own options stand below its stage's. Those that are set at any time (`ros2 param set`, for as long as the node runs) say so; the others are read-only while it runs, for the reason above their table or beside them. The safety gate, the drivers and the skills set nothing while they run.",
        "",
    ]
    for path in sorted((CODE / "tektra").glob("*/options.py")):
        if path.parent.name == "common":
            continue
        lines += [f"## {path.parent.name}", ""]
        for owner in _dataclasses(_module(path)):
            lines += _options(owner)
    return "\n".join(lines).rstrip() + "\n"


def _module(path: Path) -> ModuleType:
    return importlib.import_module(".".join(path.relative_to(CODE).with_suffix("").parts))


def _dataclasses(module: ModuleType) -> Iterator[type]:
    """Option dataclasses of the module and those that it takes from its stage's back ends, in order of appearance."""
    stage = module.__name__.rpartition(".")[0]
    for value in vars(module).values():
        if not (
            isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__.startswith(stage)
        ):
            continue
        if all("doc" in field.metadata for field in dataclasses.fields(value)):
            yield value


def _options(owner: type) -> Iterator[str]:
    yield from (f"### {owner.__name__}", "", (owner.__doc__ or "").strip().splitlines()[0], "")
    usual = getattr(owner, "FIXED", "")
    if usual:
        yield from (f"Set at the start: {usual}.", "")
    yield from ("| parameter | default | unit | allowed | set | meaning |", "|---|---|---|---|---|---|")
    for option in options_of(owner):
        default = f"`{option.default}`" if option.default != "" else "empty"
        when = "at any time" if option.live else "at the start"
        when += f": {option.fixed}" if option.fixed not in ("", usual) else ""
        cells = (f"`{option.name}`", default, option.unit, _allowed(option), when, option.doc)
        yield f"| {' | '.join(_cell(cell) for cell in cells)} |"
    yield ""


def _allowed(option: Option) -> str:
    if option.choices:
        return ", ".join(option.choices)
    if option.low is not None and option.high is not None:
        return f"{option.low:g} to {option.high:g}"
    if option.low is not None:
        return f"at least {option.low:g}"
    return f"at most {option.high:g}" if option.high is not None else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def pages() -> dict[Path, str]:
    """Each generated page with what it should hold."""
    return {ROOT / "docs" / "interfaces.md": interfaces(), ROOT / "docs" / "parameters.md": parameters()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a page is stale")
    check = parser.parse_args().check
    stale = 0
    for path, text in pages().items():
        if path.is_file() and path.read_text() == text:
            continue
        stale += 1
        if check:
            print(f"{path.relative_to(ROOT)} is stale: run `make docs` and commit it")
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(f"wrote {path.relative_to(ROOT)}")
    return int(check and stale > 0)


if __name__ == "__main__":
    sys.exit(main())
