# SPDX-License-Identifier: Apache-2.0
"""`tektra doctor`: finds what is missing, broken or taken, and says the remedy. Exit status 1 when something is broken."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from typing import Any

from tektra.cli import doctor_checks, doctor_clock, doctor_network, expected
from tektra.cli.doctor_checks import Finding, Level, SafetyReading
from tektra.cli.doctor_zones import zones_and_world
from tektra.common import paths, run_record
from tektra.common.unseen import unseen

LISTEN_S = 5.0
OURS = ("/tektra", "/safety")
BODY = ("driver", "skills")


def add_parser(subparsers: Any) -> None:
    """Add `doctor` to the subcommands of `tektra`; its `run` is in the namespace as `run`."""
    _arguments(
        subparsers.add_parser(
            "doctor", help="find what is missing or broken, and the remedy", description=__doc__
        )
    )


def run(args: argparse.Namespace) -> int:
    """Look at everything and print it; 1 when something is broken."""
    findings = doctor_checks.installation(read_all=not args.quick)
    findings += [*doctor_network.sockets(), doctor_clock.look(), *zones_and_world()]
    findings += _safety(args.limit_s)
    print(as_json(findings) if args.json else as_text(findings))
    return exit_status(findings)


def exit_status(findings: Sequence[Finding]) -> int:
    """1 when something is broken, else 0."""
    return int(any(finding.level is Level.BROKEN for finding in findings))


def as_text(findings: Sequence[Finding]) -> str:
    """One line a finding, and one for its remedy."""
    lines = []
    for finding in findings:
        lines.append(f"{finding.level.value:8} {finding.check:18} {finding.what}")
        if finding.remedy:
            lines.append(f"{'':27} remedy: {finding.remedy}")
    broken = sum(finding.level is Level.BROKEN for finding in findings)
    lines.append("nothing is broken" if not broken else f"{broken} broken")
    return "\n".join(lines)


def as_json(findings: Sequence[Finding]) -> str:
    """For programs: {"broken": bool, "findings": [{level, check, what, remedy}]}."""
    rows = [{"level": f.level.value, "check": f.check, "what": f.what, "remedy": f.remedy} for f in findings]
    return json.dumps({"broken": bool(exit_status(findings)), "findings": rows}, indent=2)


def listen(limit_s: float) -> SafetyReading:
    """Join the graph until the first /safety/state, at most `limit_s` seconds. Raises ImportError without ROS."""
    import rclpy
    from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

    from tektra_interfaces.msg import SafetyState

    seen: list[Any] = []
    context = rclpy.Context()
    rclpy.init(context=context)
    node = rclpy.create_node("tektra_doctor", context=context)
    executor = rclpy.executors.SingleThreadedExecutor(context=context)
    try:
        executor.add_node(node)
        # Volatile, so that what comes is said now: a latched sample may be the last words of a gate that hangs.
        quality = QoSProfile(
            depth=1, reliability=ReliabilityPolicy.RELIABLE, durability=DurabilityPolicy.VOLATILE
        )
        node.create_subscription(SafetyState, "/safety/state", seen.append, quality)
        end = time.monotonic() + limit_s
        ours: tuple[str, ...] = ()
        # Names travel apart from data, and may come later than the first message.
        while not (seen and ours) and time.monotonic() < end:
            executor.spin_once(timeout_sec=0.1)
            ours = _ours(node)
    finally:
        executor.shutdown()
        node.destroy_node()
        rclpy.try_shutdown(context=context)
    if not seen:
        return SafetyReading(ours, None, ())
    return SafetyReading(ours, bool(seen[-1].stopped), tuple(str(cause) for cause in seen[-1].causes))


def is_ours(node: str) -> bool:
    """Whether a node of that full name belongs to Tektra: /safety, /tektra/..., /<robot>/driver, /<robot>/skills."""
    return any(node == own or node.startswith(f"{own}/") for own in OURS) or node.rpartition("/")[2] in BODY


def _ours(node: Any) -> tuple[str, ...]:
    names = (f"{space.rstrip('/')}/{name}" for name, space in node.get_node_names_and_namespaces())
    return tuple(sorted(name for name in names if is_ours(name)))


def _safety(limit_s: float) -> list[Finding]:
    try:
        reading = listen(limit_s)
        missing = unseen(run_record.read(paths.state_dir(), time.time()), set(reading.nodes))
        return [*doctor_checks.safety(reading), *expected.findings(missing)]
    except ImportError as error:
        return [
            Finding(
                Level.BROKEN,
                "safety",
                f"ROS 2 cannot be used ({error})",
                "make setup; by hand, `. scripts/env.sh` first",
            )
        ]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=run)
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--quick", action="store_true", help="look at the models' sizes, not at every byte")
    parser.add_argument(
        "--limit-s", type=float, default=LISTEN_S, help="how long to wait for the safety node, in seconds"
    )


def main() -> int:
    """`python -m tektra.cli.doctor`."""
    parser = argparse.ArgumentParser(description=__doc__)
    _arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
