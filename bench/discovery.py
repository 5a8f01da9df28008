# SPDX-License-Identifier: Apache-2.0
"""Processes that start together find each other: time, processor and packets, by our profile of Fast DDS and without.

Sixteen processes (`--quick`: ten) begin at once, each with 20 publishers, 20 subscriptions and 15 services of Tektra's own
types, as the nodes of a house do, and end once each has found all the others, or after two minutes. Done with
`config/fastdds.xml` and, as the baseline, with Fast DDS as it comes, in alternation, twice (once). Packets are the UDP
datagrams that the whole machine sends meanwhile, for each endpoint and each other process: run it where little else talks.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from common import emit, table

PUBLISHERS, SERVICES = 20, 15
LIMIT_S = 120.0
PROFILE = Path(__file__).resolve().parents[1] / "config" / "fastdds.xml"
TARGETS = {"packets_per_endpoint": "<= 20", "lost": "<= 0", "cpu_ratio": "<= 1.1"}


@dataclass(frozen=True)
class Found:
    """One start: until the last had found all (s), processor time of all (s), datagrams sent, and how many had not found all."""

    took_s: float
    cpu_s: float
    packets: int
    lost: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ten processes, one round")
    processes, rounds = (10, 1) if parser.parse_args().quick else (16, 2)
    ours, bare = [], []
    for at in range(rounds):
        print(f"round {at + 1} of {rounds} ...", file=sys.stderr, flush=True)
        ours.append(start(processes, ours=True))
        bare.append(start(processes, ours=False))
    pairs = processes * (processes - 1) * (2 * PUBLISHERS + 2 * SERVICES)
    rows = [
        (name, run.took_s, run.cpu_s, run.packets / pairs, run.lost)
        for name, runs in (("our profile", ours), ("Fast DDS as it comes", bare))
        for run in runs
    ]
    print(table(("", "until found (s)", "CPU (s)", "packets", "not found all"), rows))
    emit(
        "discovery",
        figures={
            "found_s": max(run.took_s for run in ours),
            "packets_per_endpoint": statistics.median(run.packets for run in ours) / pairs,
            "cpu_ratio": statistics.median(run.cpu_s for run in ours)
            / statistics.median(run.cpu_s for run in bare),
            "lost": sum(run.lost for run in ours),
        },
        n=rounds,
        targets=TARGETS,
    )


def start(processes: int, *, ours: bool) -> Found:
    """Starts that many processes at once, by our profile or by none, and waits until each has found all or `LIMIT_S` is over."""
    env = dict(os.environ, ROS_DOMAIN_ID=str(random.randint(100, 200)))
    env |= {"FASTDDS_DEFAULT_PROFILES_FILE": str(PROFILE), "RMW_FASTRTPS_USE_QOS_FROM_XML": "1"}
    if not ours:
        del env["FASTDDS_DEFAULT_PROFILES_FILE"], env["RMW_FASTRTPS_USE_QOS_FROM_XML"]
    before, began, sent = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic(), datagrams()
    children = [
        subprocess.Popen(
            [sys.executable, __file__, "--child", str(at), str(processes)],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for at in range(processes)
    ]
    said = [child.stdout.readline() if child.stdout else b"" for child in children]
    took_s, sent = time.monotonic() - began, datagrams() - sent
    for child in children:
        child.communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Found(took_s, cpu_s, sent, sum(line != b"found\n" for line in said))


def datagrams() -> int:
    """UDP datagrams that this machine (its network namespace) has sent since it started."""
    names, values = (
        line.split() for line in Path("/proc/net/snmp").read_text().splitlines() if line.startswith("Udp:")
    )
    return int(values[names.index("OutDatagrams")])


def child(own: int, processes: int) -> None:
    """One of the processes: says `found` once it sees every endpoint of all the others, and stays until its input ends."""
    import rclpy

    messages, services = _types("msg"), _types("srv")
    after = (own + 1) % processes

    rclpy.init()
    node = rclpy.create_node(f"p{own}")
    held: list[object] = []
    for at in range(PUBLISHERS):
        sent, heard = (messages[(at + 7 * of) % len(messages)] for of in (own, after))
        held.append(node.create_publisher(sent, f"p{own}/t{at}", 1))
        held.append(node.create_subscription(heard, f"p{after}/t{at}", lambda _: None, 1))
    for at in range(SERVICES):
        kind = services[(at + 5 * own) % len(services)]
        held.append(node.create_service(kind, f"p{own}/s{at}", lambda _, answer: answer))
    wanted = [f"/p{other}/t{at}" for other in range(processes) for at in range(PUBLISHERS)]
    until = time.monotonic() + LIMIT_S
    while wanted and time.monotonic() < until:
        wanted = [
            topic for topic in wanted if not (node.count_publishers(topic) and node.count_subscribers(topic))
        ]
        rclpy.spin_once(node, timeout_sec=0.05)
    print("found" if not wanted else f"{len(wanted)} not found", flush=True)
    sys.stdin.read()
    rclpy.shutdown()


def _types(kind: str) -> list[type]:
    """Tektra's own types of a kind (`msg`, `srv`), by name."""
    module = importlib.import_module(f"tektra_interfaces.{kind}")
    return [
        value
        for name, value in sorted(vars(module).items())
        if isinstance(value, type) and not name.endswith(("_Request", "_Response", "_Event"))
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()
