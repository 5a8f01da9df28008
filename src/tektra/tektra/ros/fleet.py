# SPDX-License-Identifier: Apache-2.0
"""Nodes of many robots in one process: a small machine has no room for a process for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from rclpy.node import Node

from tektra.common.errors import OptionError
from tektra.common.robot_names import name_fault
from tektra.launch.parameter_files import robots_of
from tektra.ros.process import run_bodies

_NAMES = ("__node:=", "__name:=", "__ns:=")


def run_fleet(make: Callable[..., Node], *, priority: int) -> None:
    """Runs the node of each robot, on one thread, until SIGINT or SIGTERM. See run_body."""
    run_bodies(of_each_robot(make, sys.argv), priority=priority)


def of_each_robot(make: Callable[..., Node], argv: Sequence[str]) -> Iterator[Callable[[], Node]]:
    """What makes the node of each robot: in its namespace, with the ROS arguments of the process, but for its name.

    The robots are those whose drivers have a section of their own (`/NAME/driver`) in one of the process's
    parameter files. A name that no robot can have is told once, and passed over. Raises ConfigError for a file that
    cannot be read, OptionError when there is no robot.
    """
    arguments = list(argv[argv.index("--ros-args") + 1 :]) if "--ros-args" in argv else []
    files = [
        Path(value) for word, value in zip(arguments, arguments[1:], strict=False) if word == "--params-file"
    ]
    robots = [robot for file in files for robot in robots_of(file)]
    if not robots:
        raise OptionError(
            f"no robot in {', '.join(map(str, files)) or 'no parameter file'}",
            "give --params-file FILE with a section /NAME/driver for each robot",
        )
    for robot in robots:
        if fault := name_fault(robot):
            sys.stderr.write(
                f"error: no robot can be called {robot!r}: {fault}\nremedy: rename its section\n"
            )
    robots = [robot for robot in robots if not name_fault(robot)]
    own = ["--ros-args", *_without_names(arguments)]
    for robot in dict.fromkeys(robots):
        yield partial(make, namespace=robot, cli_args=own, use_global_arguments=False)


def _without_names(arguments: list[str]) -> list[str]:
    """Launch names the process's node; here each has a name of its own."""
    kept: list[str] = []
    for word in arguments:
        if word.startswith(_NAMES) and kept and kept[-1] in ("-r", "--remap"):
            kept.pop()
        else:
            kept.append(word)
    return kept
