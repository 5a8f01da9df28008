# SPDX-License-Identifier: Apache-2.0
"""What a launch file says is to run, in plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

#: Parameter values as ROS knows them.
Scalar = bool | int | float | str
ParameterTree = dict[str, "ParameterTree | Scalar | list[Scalar]"]


@dataclass(frozen=True)
class Where:
    """A place in a file, for messages."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class ProcessSpec:
    """One process to run.

    `node` is the full ROS name of the node in it, empty for a process without ROS or where the file names none.
    `parameters` are in the order in which they are given to the node: a file, or values of this node alone.
    `respawn_delay_s` is the first pause before it is started again.
    """

    name: str
    command: tuple[str, ...]
    where: Where
    environment: dict[str, str] = field(default_factory=dict)
    cwd: str | None = None
    respawn: bool = False
    respawn_delay_s: float = 0.0
    package: str = ""
    executable: str = ""
    node: str = ""
    parameters: tuple[Path | ParameterTree, ...] = ()
    remaps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Argument:
    """A launch argument of the top file. `default` None: it must be given."""

    name: str
    default: str | None
    description: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class LaunchPlan:
    """All that a launch file, with its arguments, asks for. `node_names` also has nodes that a condition left out."""

    processes: tuple[ProcessSpec, ...]
    arguments: tuple[Argument, ...]
    node_names: frozenset[str]
