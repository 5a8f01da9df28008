# SPDX-License-Identifier: Apache-2.0
"""`tektra up`: reads the launch file, starts what it names, says when all is ready, and ends it all at Ctrl-C."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tektra.cli import environment
from tektra.cli.doctor_checks import Level
from tektra.cli.doctor_zones import zones_and_world
from tektra.cli.opening import OFF
from tektra.common.errors import ConfigError
from tektra.common.options import Option, options_of
from tektra.common.paths import share_dir
from tektra.launch.nodes import arguments as command_of
from tektra.launch.parameter_files import check_all, nodes_of
from tektra.launch.reader import read_launch
from tektra.launch.spec import LaunchPlan, ProcessSpec, Where
from tektra.launch.supervisor import Supervisor

DESCRIPTION = "Starts everything that the launch file names, and looks after it until Ctrl-C."
EPILOG = """\
examples:
  tektra up                                       the simulated home, its robots, and all of Tektra
  tektra up mind:=false avatar:=false             only the body and the bridge
  tektra up camera:=opencv camera_source:=0       with a camera
  tektra up params:=/path/to/mine.yaml            with your own ROS parameters
  tektra up --show-args                           what can be chosen by name:=value
  tektra up --print                               what would be started, and how

The same file runs with `ros2 launch tektra_bringup tektra.launch.xml` where a full ROS 2 is installed. A process that
ends is started again after a pause that grows up to 30 s. Ctrl-C ends all with SIGINT, then SIGTERM after 8 s, then
SIGKILL after 4 s more; a second Ctrl-C does not wait.

Exit status: 0 ended as asked, 1 a process failed or had to be killed, 2 the launch or a parameter file is wrong.
"""
READY = "ready"


def add_parser(subparsers: Any) -> None:
    """Adds `up` to the command line."""
    parser = subparsers.add_parser(
        "up", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "arguments", nargs="*", metavar="NAME:=VALUE", help="launch arguments; see --show-args"
    )
    parser.add_argument(
        "--launch-file", type=Path, metavar="FILE", help="another launch file than Tektra's own"
    )
    parser.add_argument("--show-args", action="store_true", help="print the launch arguments and exit")
    parser.add_argument("--print", action="store_true", help="print what would be started and exit")
    parser.add_argument(
        "--no-browser",
        action="store_true",
        help="do not open the page, as is done where there is a desktop (TEKTRA_NO_BROWSER=1 does the same)",
    )
    parser.add_argument(
        "--domain", type=int, metavar="N", help="ROS_DOMAIN_ID, 0 to 232 (default: as set, else 0)"
    )
    parser.add_argument(
        "--ready-timeout",
        type=float,
        default=180.0,
        metavar="S",
        help="how long to watch for readiness (default: 180)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Blocks until everything has ended; the exit status."""
    environment.prepare(start_anew=False)
    if arguments.domain is not None:
        if not 0 <= arguments.domain <= 232:
            raise ConfigError(f"--domain {arguments.domain}", "give a number from 0 to 232")
        os.environ["ROS_DOMAIN_ID"] = str(arguments.domain)
    if arguments.no_browser:
        os.environ[OFF] = "1"
    file = arguments.launch_file or share_dir() / "launch" / "tektra.launch.xml"
    plan = read_launch(file, _given(arguments.arguments), os.environ)
    if arguments.show_args:
        return _show_arguments(plan)
    for warning in check_all(plan.processes, plan.node_names, known_options):
        print(f"warning: {warning}", file=sys.stderr)
    for finding in zones_and_world(_file_of(plan, "world_file"), _file_of(plan, "zones_file")):
        if finding.level is not Level.OK:
            print(f"warning: {finding.what}; {finding.remedy}", file=sys.stderr)
    if arguments.print:
        return _print(plan)
    specs = [*plan.processes, _ready(plan, arguments.ready_timeout)]
    return Supervisor(specs, companions=(READY,)).run()


def known_options(package: str, executable: str) -> Mapping[str, Option] | None:
    """The options of one of Tektra's nodes: the dataclass `<Stage>Options` in `<stage>/options.py`."""
    name = f"tektra.{executable}.options"
    if package != "tektra" or not executable.isidentifier() or find_spec(f"tektra.{executable}") is None:
        return None
    if find_spec(name) is None:
        return None
    stage = "".join(part.capitalize() for part in executable.split("_"))
    options = getattr(import_module(name), f"{stage}Options", None)
    return None if options is None else {entry.name: entry for entry in options_of(options)}


def _given(words: list[str]) -> dict[str, str]:
    given = {}
    for word in words:
        name, mark, value = word.partition(":=")
        if not mark or not name:
            raise ConfigError(f"launch argument {word!r}", "write name:=value, as in sim:=false")
        given[name] = value
    return given


def _ready(plan: LaunchPlan, timeout_s: float) -> ProcessSpec:
    """The companion that waits until all nodes are up, and then says how to talk to them."""
    expected = ",".join(name for process in plan.processes for name, _ in nodes_of(process))
    command = [sys.executable, "-m", "tektra.cli.ready", "--timeout", str(timeout_s), "--expect", expected]
    for name, default in (("bridge", 8765), ("web", 8443)):
        port = _port_of(plan, name, default)
        command += [f"--{name}-port", str(port)] if port else []
    return ProcessSpec(READY, tuple(command), Where(Path(__file__), 1), environment=dict(os.environ))


def _file_of(plan: LaunchPlan, key: str) -> Path | None:
    """The first file that a node of the plan is given by this name; None where none is."""
    given = (
        source.get(key) for one in plan.processes for source in one.parameters if isinstance(source, dict)
    )
    return next((Path(str(value)).expanduser() for value in given if value), None)


def _port_of(plan: LaunchPlan, name: str, default: int) -> int:
    """The port that the launch file gives to a node; 0 when it runs none."""
    for process in plan.processes:
        if process.executable == name:
            values = [
                source["port"]
                for source in process.parameters
                if isinstance(source, dict) and "port" in source
            ]
            return int(str(values[-1])) if values else default
    return 0


def _show_arguments(plan: LaunchPlan) -> int:
    for entry in plan.arguments:
        default = "(to be given)" if entry.default is None else f"(default: {entry.default})"
        print(f"{entry.name}:=  {default}\n    {entry.description}")
        if entry.choices:
            print(f"    one of {', '.join(entry.choices)}")
    return 0


def _print(plan: LaunchPlan) -> int:
    for number, process in enumerate(plan.processes, 1):
        files = [source for source in process.parameters if isinstance(source, Path)]
        names = ", ".join(name for name, _ in nodes_of(process))
        print(f"[{process.name}-{number}] {names or 'no ROS node'}")
        print(f"    {shlex.join(command_of(process, files))}")
        for source in process.parameters:
            if not isinstance(source, Path):
                print(f"    {source}")
    return 0
