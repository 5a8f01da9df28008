# SPDX-License-Identifier: Apache-2.0
"""ROS parameter files, checked before anything starts: file, line and key of what is wrong.

What rcl would refuse at the start of a node (or pass over in silence) is found here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

from tektra.common.errors import ConfigError, OptionError
from tektra.common.options import Option, check
from tektra.launch.rcl_values import doubt, scalar
from tektra.launch.spec import ProcessSpec, Scalar, Where

PARAMETERS = "ros__parameters"
MAX_BYTES = 1_000_000
#: Programs that run one node for each robot, and what the node is called.
FLEET = {"fleet_drivers": "driver", "fleet_skills": "skills"}
#: Gives the options of a package's program, or None when they are not known.
KnownOptions = Callable[[str, str], Mapping[str, Option] | None]


@dataclass(frozen=True)
class Entry:
    """One parameter: the pattern of nodes that it is for, its dotted key, its value, and where it stands."""

    pattern: str
    key: str
    value: Any
    where: Where


def check_all(
    processes: Iterable[ProcessSpec], node_names: Iterable[str], known_options: KnownOptions
) -> list[str]:
    """Checks every parameter of every node. Returns warnings. Raises ConfigError naming file, line and key."""
    read: dict[Path, list[Entry]] = {}
    names = set(node_names)
    for process in processes:
        for node, executable in nodes_of(process):
            names.add(node.rpartition("/")[2])
            options = known_options(process.package, executable)
            for source in process.parameters:
                if isinstance(source, Path):
                    entries = read.setdefault(source, []) or read_parameters(source)
                    read[source] = entries
                    mine = [entry for entry in entries if matches(entry.pattern, node)]
                else:
                    mine = [Entry(node, key, value, process.where) for key, value in _flat(source)]
                if options is not None:
                    _check_entries(mine, options, node)
    return _warnings(read, names)


def nodes_of(process: ProcessSpec) -> list[tuple[str, str]]:
    """The nodes in a process: full name, and the program that would run it alone. Raises ConfigError.

    Most have one. In `fleet_drivers` and `fleet_skills` each robot of the parameter files has one.
    """
    kind = FLEET.get(process.executable, "")
    if not kind:
        return [(process.node, process.executable)] if process.node else []
    files = [source for source in process.parameters if isinstance(source, Path)]
    return [(f"/{robot}/{kind}", kind) for file in files for robot in robots_of(file)]


def read_parameters(file: Path) -> list[Entry]:
    """All parameters of a file, in order. Raises ConfigError naming file, line and key."""
    try:
        data = file.read_bytes()
    except OSError as fault:
        raise ConfigError(
            f"{file}: cannot be read ({fault.strerror})", "give the path of a YAML file"
        ) from None
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{file}: {len(data)} bytes", f"a parameter file has at most {MAX_BYTES}")
    try:
        for event in yaml.parse(data, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                line, alias = event.start_mark.line + 1, f"*{event.anchor}"
                raise ConfigError(
                    f"{file}:{line}: an alias {alias}, at key {_key_on(data, line)!r}",
                    "ROS reads none: write the value out",
                )
        root = yaml.compose(data, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        line = fault.problem_mark.line + 1 if fault.problem_mark else 1
        raise ConfigError(
            f"{file}:{line}: not YAML ({fault.problem}), at key {_key_at(data, fault)!r}", "mend that line"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise ConfigError(
            f"{file}: not YAML ({str(fault).splitlines()[0]})", "save it as UTF-8 text"
        ) from None
    if root is None:
        return []
    return list(_sections(file, root, ""))


def robots_of(file: Path) -> list[str]:
    """The robots whose drivers have a section of their own, `/NAME/driver`, in order. Raises ConfigError."""
    entries = read_parameters(file)
    for entry in entries:
        if entry.pattern.endswith("//driver") or entry.pattern in ("/driver", "driver"):
            raise ConfigError(
                f"{entry.where}: a driver without a robot's name", "name the section /NAME/driver"
            )
    parts = [entry.pattern.strip("/").split("/") for entry in entries]
    return list(dict.fromkeys(part[0] for part in parts if part[1:] == ["driver"] and "*" not in part[0]))


def _key_at(data: bytes, fault: yaml.MarkedYAMLError) -> str:
    """The key in whose value the fault lies: that of the last line with one, up to where the faulty thing began."""
    mark = fault.context_mark or fault.problem_mark
    lines = data.decode(errors="replace").splitlines()[: mark.line + 1 if mark else 1]
    found = (re.match(r"""\s*["']?([^\s:#"']+)["']?\s*:""", line) for line in reversed(lines))
    return next((match.group(1) for match in found if match), "")


def _key_on(data: bytes, line: int) -> str:
    found = re.match(
        r"""\s*["']?([^\s:#"']+)["']?\s*:""", data.decode(errors="replace").splitlines()[line - 1]
    )
    return found.group(1) if found else ""


def matches(pattern: str, node: str) -> bool:
    """Whether a section's name (with * for one part and ** for any) means the node `/namespace/name`."""
    wildcard = re.escape("/" + pattern.strip("/")).replace(r"/\*\*", "(/[^/]+)*").replace(r"\*", "[^/]+")
    return re.fullmatch(wildcard, node) is not None


def _sections(file: Path, node: yaml.Node, above: str) -> Iterator[Entry]:
    for key, key_node, value in _items(file, node, above or "the file"):
        if key == PARAMETERS:
            yield from _parameters(file, value, above or "/**", "")
        elif not isinstance(value, yaml.MappingNode):
            section = f"{above}/{key}".replace("//", "/")
            _refuse(
                file,
                key_node,
                section,
                f"holds no section {PARAMETERS!r}",
                f"put `{PARAMETERS}:` between node and parameters",
            )
        else:
            yield from _sections(file, value, key if key.startswith("/") and not above else f"{above}/{key}")


def _parameters(file: Path, node: yaml.Node, pattern: str, prefix: str) -> Iterator[Entry]:
    for key, key_node, value in _items(file, node, PARAMETERS):
        dotted = prefix + key
        if isinstance(value, yaml.MappingNode):
            yield from _parameters(file, value, pattern, dotted + ".")
            continue
        plain = _plain(file, key_node, value, dotted)
        yield Entry(pattern, dotted, plain, Where(file, key_node.start_mark.line + 1))


def _items(file: Path, node: yaml.Node, name: str) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        _refuse(file, node, name, "is no mapping", "write `key: value` lines below it")
    seen = set()
    for key_node, value in node.value:
        key = str(key_node.value)
        if key in seen:
            _refuse(file, key_node, key, "is given twice", "take one of them out")
        seen.add(key)
        yield key, key_node, value


def _plain(file: Path, key_node: yaml.Node, value: yaml.Node, key: str) -> Scalar | list[Scalar]:
    """What rcl makes of it."""
    nodes = value.value if isinstance(value, yaml.SequenceNode) else [value]
    scalars = [node for node in nodes if isinstance(node, yaml.ScalarNode)]
    if len(scalars) < len(nodes):
        _refuse(file, key_node, key, "is no truth value, number, text or list of these", "give such a value")
    if not nodes:
        _refuse(
            file,
            key_node,
            key,
            "is an empty list, of which ROS does not know the type",
            "leave it out, or give ['']",
        )
    for node in scalars:
        if not node.value and node.style is None:
            _refuse(file, key_node, key, "has no value", "give one ('' for an empty text), or leave it out")
        if found := doubt(node):
            _refuse(file, key_node, key, f"= {node.value} {found[0]}", found[1])
    items = [scalar(node) for node in scalars]
    if len({type(item) for item in items}) > 1:
        _refuse(file, key_node, key, "is a list of mixed types", "write all of them alike (1.0, not 1)")
    return items if isinstance(value, yaml.SequenceNode) else items[0]


def _refuse(file: Path, node: yaml.Node, key: str, why: str, remedy: str) -> NoReturn:
    raise ConfigError(f"{file}:{node.start_mark.line + 1}: {key} {why}", remedy)


def _flat(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


def _check_entries(entries: list[Entry], options: Mapping[str, Option], node: str) -> None:
    for entry in entries:
        if entry.key in ("use_sim_time", "start_type_description_service") or "." in entry.key:
            continue  # what has a dot is ROS's own or a back end's: the node itself knows which are right
        if entry.key not in options:
            known = ", ".join(sorted(options))
            raise ConfigError(f"{entry.where}: {node} has no parameter {entry.key!r}", f"use one of {known}")
        try:
            check(options[entry.key], entry.value)
        except OptionError as fault:
            raise ConfigError(f"{entry.where}: {fault.what} for {node}", fault.remedy) from None


def _warnings(read: Mapping[Path, list[Entry]], node_names: set[str]) -> list[str]:
    found = {}
    for entries in read.values():
        for entry in entries:
            name = entry.pattern.rpartition("/")[2]
            if "*" not in name and name not in node_names:
                known = ", ".join(sorted(filter(None, node_names)))
                found[entry.pattern] = (
                    f"{entry.where}: no node is called {entry.pattern!r}; the launch has {known}"
                )
    return list(found.values())
