# SPDX-License-Identifier: Apache-2.0
"""A YAML mapping read key by key, so that every complaint names the file, the line and the key."""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import yaml

from tektra.common.errors import ConfigError

MAX_BYTES = 1_000_000


class WorldError(ConfigError):
    """A world file that cannot be used: names the file, the line, the key, and what is wrong with it."""

    def __init__(self, file: Path, line: int, key: str, why: str) -> None:
        self.file, self.line, self.key, self.why = file, line, key, why
        super().__init__(f"{file}:{line}: {key}" if key else f"{file}:{line}", why)


class Reader:
    """One mapping of the file. Each getter takes a key away; `finish` refuses keys that nobody took."""

    def __init__(self, file: Path, node: yaml.MappingNode, path: str = "") -> None:
        self._file, self._node, self._path = file, node, path
        self._values: dict[str, yaml.Node] = {}
        self._taken: set[str] = set()
        for key_node, value in node.value:
            key = str(key_node.value)
            if key in self._values:
                self._refuse(key_node, key, "is given twice")
            self._values[key] = value

    def error(self, key: str, why: str) -> WorldError:
        """The error to raise about a key of this mapping, or a dotted one below it."""
        node: yaml.Node = self._node
        for part in key.split("."):
            if isinstance(node, yaml.MappingNode):
                node = next((value for k, value in node.value if k.value == part), node)
        return WorldError(self._file, node.start_mark.line + 1, self._full(key), why)

    def has(self, key: str) -> bool:
        """Whether the key is there; it is not taken."""
        return key in self._values

    def number(
        self,
        key: str,
        *,
        low: float = -1e6,
        high: float = 1e6,
        default: float | None = None,
    ) -> float:
        """A finite number within bounds."""
        node = self._take(key)
        if node is None:
            return self._absent(key, "a number") if default is None else default
        return self._number(key, node, low, high)

    def numbers(
        self,
        key: str,
        count: int,
        *,
        low: float = -1e6,
        high: float = 1e6,
        default: tuple[float, ...] | None = None,
    ) -> tuple[float, ...]:
        """Exactly `count` numbers, each within bounds."""
        node = self._take(key)
        if node is None:
            return self._absent(key, f"a list of {count} numbers") if default is None else default
        if not isinstance(node, yaml.SequenceNode) or len(node.value) != count:
            self._refuse(node, key, f"must be a list of {count} numbers")
        return tuple(self._number(key, item, low, high) for item in node.value)

    def span(self, key: str) -> tuple[float, float]:
        """Two numbers, the first the smaller."""
        low, high = self.numbers(key, 2)
        if not low < high:
            raise self.error(key, f"must be [smaller, larger], but is [{low:g}, {high:g}]")
        return low, high

    def text(self, key: str, *, among: tuple[str, ...] = (), default: str | None = None) -> str:
        """A word that is not empty, one of `among` where given."""
        node = self._take(key)
        if node is None:
            return self._absent(key, "a word") if default is None else default
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self._refuse(node, key, "must be a word")
        if among and node.value not in among:
            self._refuse(node, key, f"is {node.value!r}, but must be one of: {', '.join(among)}")
        return str(node.value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of words; empty where the key is absent."""
        node = self._take(key)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            self._refuse(node, key, "must be a list of words")
        for item in node.value:
            if not isinstance(item, yaml.ScalarNode) or not item.value.strip():
                self._refuse(item, key, "must be a list of words")
        return tuple(str(item.value) for item in node.value)

    def section(self, key: str, *, optional: bool = False) -> "Reader":
        """The mapping below a key; an empty one where the key is absent and `optional`."""
        node = self._take(key)
        if node is None and optional:
            node = yaml.MappingNode(self._node.tag, [], self._node.start_mark, self._node.end_mark)
        if node is None:
            return self._absent(key, "a mapping")
        return self._reader(key, node)

    def sections(self, key: str) -> Iterator[tuple[str, "Reader"]]:
        """Name and mapping of each entry below a key; nothing where the key is absent."""
        if key in self._values:
            group = self.section(key)
            for name, node in group._values.items():
                yield name, group._reader(name, node)

    def items(self, key: str) -> Iterator["Reader"]:
        """Each mapping of a list; nothing where the key is absent."""
        node = self._take(key)
        if node is None:
            return
        if not isinstance(node, yaml.SequenceNode):
            self._refuse(node, key, "must be a list")
        for index, item in enumerate(node.value):
            yield self._reader(f"{key}[{index}]", item)

    def finish(self) -> None:
        """Refuses keys that mean nothing here: a misspelt key must not be passed over in silence."""
        for key, node in self._values.items():
            if key not in self._taken:
                known = ", ".join(sorted(self._taken))
                self._refuse(node, key, f"is not a key that means anything here; known: {known}")

    def _take(self, key: str) -> yaml.Node | None:
        self._taken.add(key)
        return self._values.get(key)

    def _reader(self, key: str, node: yaml.Node) -> "Reader":
        if not isinstance(node, yaml.MappingNode):
            self._refuse(node, key, "must be a mapping of keys to values")
        return Reader(self._file, node, self._full(key))

    def _number(self, key: str, node: yaml.Node, low: float, high: float) -> float:
        try:
            value = float(node.value)
        except (TypeError, ValueError):
            self._refuse(node, key, f"must be a number, but is {str(node.value)[:40]!r}")
        if not math.isfinite(value) or not low <= value <= high:
            self._refuse(node, key, f"is {node.value}, but must lie between {low:g} and {high:g}")
        return value

    def _full(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _absent(self, key: str, what: str) -> NoReturn:
        line = self._node.start_mark.line + 1
        raise WorldError(self._file, line, self._full(key), f"is missing; it must be {what}")

    def _refuse(self, node: yaml.Node, key: str, why: str) -> NoReturn:
        raise WorldError(self._file, node.start_mark.line + 1, self._full(key), why)


def read_file(path: Path) -> Reader:
    """The top mapping of a YAML file. Blocks on the disk. Raises WorldError, also for what is no YAML."""
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise WorldError(
            path,
            0,
            "",
            f"cannot be read ({fault.strerror}); give the path of a world file",
        ) from None
    if len(data) > MAX_BYTES:
        raise WorldError(path, 0, "", f"is larger than {MAX_BYTES} bytes; that is no world file")
    try:
        node = yaml.compose(data.decode(), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise WorldError(path, line, "", f"is not YAML: {getattr(fault, 'problem', None) or fault}") from None
    if not isinstance(node, yaml.MappingNode):
        raise WorldError(
            path,
            1,
            "",
            "must be a mapping with the keys version, bounds, rooms, walls, places ...",
        )
    return Reader(path, node)
