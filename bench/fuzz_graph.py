# SPDX-License-Identifier: Apache-2.0
"""Thousands of odd endpoints in the body's graph: topics, services, actions and nodes that somebody else makes up.

Strangers, each a participant of its own in another process, come and go: right names with wrong types, made-up and nearly right names,
names of robots that cannot be (`/safety/description`), nodes named as the body's own, every quality of service, raw DDS names; of what
they publish all is of a wrong type, or on a name that nobody owns. Gate, driver, skills and a robot run as processes. Baseline, in the
same run: before it and after it an ordinary goal moves the robot, so that nothing stood for a reason of its own. RSS and open files are
compared between a third of the run and its end, when all strangers have gone. 10,000 endpoints; `--quick` 1,000.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import psutil
import rclpy
from common import emit, table
from fuzz_topics import NODES, ROBOT, Stage, rss_mb
from rclpy.action import ActionClient, ActionServer
from rclpy.context import Context
from rclpy.duration import Duration
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, HistoryPolicy, LivelinessPolicy, QoSProfile, ReliabilityPolicy
from stopping.hostile import anything
from stopping.processes import Family
from stopping.robots import tell

from tektra.common.scheduling import be_nice

ENDPOINTS, QUICK_ENDPOINTS = 10_000, 1_000
#: So many endpoints has a stranger, and so many strangers are there at once.
EACH, AT_ONCE = 40, 5
#: Discovery forgets who has gone within this.
GONE_S = 6.0
PATIENCE_S = 600.0
TARGETS = {
    "endpoints": f">= {ENDPOINTS}",
    "crashes": "<= 0",
    "motions": "<= 0",
    "rss_growth_mb": "<= 10",
    "files_growth": "<= 5",
}
MESSAGE_PACKAGES = ("std_msgs", "geometry_msgs", "sensor_msgs", "nav_msgs", "tektra_interfaces")
#: Of names that robots cannot have, or that are somebody else's.
ROBOTS = (
    "safety",
    "tektra",
    "humans",
    "camera",
    "tf",
    "Robot1",
    "robot_1",
    "r" * 200,
    "a/b/c",
    "_hidden",
    "x__y",
)
PARTS = (
    "description",
    "state",
    "claim",
    "motion/request",
    "motion/permitted",
    "cmd_vel_request",
    "run_skill",
    "scan",
    "odom",
)
NODES_LIKE = (
    ("safety", "/"),
    ("driver", f"/{ROBOT}"),
    ("skills", f"/{ROBOT}"),
    ("driver", "/safety"),
    ("n" * 200, "/a/b"),
)


class Pool:
    """Types and names to draw from."""

    def __init__(self, node: Node) -> None:
        self.messages = [kind for package in MESSAGE_PACKAGES for kind in kinds_of(package, "msg")]
        self.services = [*kinds_of("std_srvs", "srv"), *kinds_of("tektra_interfaces", "srv")]
        self.actions = kinds_of("tektra_interfaces", "action")
        own = [*node.get_topic_names_and_types(), *node.get_service_names_and_types()]
        self.right = {name: set(types) for name, types in own}

    def name(self, chance: random.Random) -> str:
        """A right one as often as not."""
        right = chance.choice(list(self.right))
        made_up = (
            right,
            right,
            right,
            f"/{chance.choice(ROBOTS)}/{chance.choice(PARTS)}",
            f"/{ROBOT}/{chance.choice(PARTS)}/{chance.choice(PARTS)}",
            right.upper(),
            right + "_",
            "/" + "/".join(right.split("/")[1:] * 3),
            f"/bot{chance.randrange(10_000)}/{chance.choice(PARTS)}",
        )
        return chance.choice(made_up)

    def is_right(self, name: str, kind: Any) -> bool:
        """Whether the body itself has that name with that type: what is published there is no oddity of the graph."""
        parts = kind.__module__.split(".")
        return f"{parts[0]}/{parts[1]}/{kind.__name__}" in self.right.get(name, ())


def kinds_of(package: str, sort: str) -> list[Any]:
    """The types that a package offers as such; rclpy ends in a segmentation fault where their parts are taken for them."""
    has = {"msg": "SLOT_TYPES", "srv": "Request", "action": "Goal"}[sort]
    module = import_module(f"{package}.{sort}")
    return [kind for name, kind in vars(module).items() if "_" not in name and hasattr(kind, has)]


def quality(chance: random.Random) -> QoSProfile:
    """Any of those that a middleware may be asked for."""
    return QoSProfile(
        history=chance.choice((HistoryPolicy.KEEP_LAST, HistoryPolicy.KEEP_ALL)),
        depth=chance.choice((1, 2, 50, 1000)),
        reliability=chance.choice((ReliabilityPolicy.RELIABLE, ReliabilityPolicy.BEST_EFFORT)),
        durability=chance.choice((DurabilityPolicy.VOLATILE, DurabilityPolicy.TRANSIENT_LOCAL)),
        deadline=Duration(nanoseconds=chance.choice((0, 1_000_000, 100_000_000, 10**10))),
        lifespan=Duration(nanoseconds=chance.choice((0, 1_000_000, 10**10))),
        liveliness=chance.choice((LivelinessPolicy.AUTOMATIC, LivelinessPolicy.MANUAL_BY_TOPIC)),
        liveliness_lease_duration=Duration(nanoseconds=chance.choice((0, 50_000_000, 10**10))),
        avoid_ros_namespace_conventions=chance.random() < 0.1,
    )


class Stranger:
    """A participant with odd endpoints."""

    def __init__(self, pool: Pool, chance: random.Random) -> None:
        self._pool, self._chance = pool, chance
        self.context = Context()
        rclpy.init(context=self.context)
        name, namespace = (
            chance.choice(NODES_LIKE) if chance.random() < 0.5 else (f"n{chance.randrange(99)}", "/x")
        )
        services = chance.random() < 0.5
        self.node = Node(
            name,
            namespace=namespace,
            context=self.context,
            start_parameter_services=services,
            enable_rosout=services,
        )
        self._kept: list[Any] = []
        self.refused = 0

    def add(self) -> None:
        """One more endpoint, and what it says. What the middleware itself refuses counts as refused."""
        chance, pool, name = self._chance, self._pool, self._pool.name(self._chance)
        try:
            sort = chance.random()
            if sort < 0.45:
                kind = chance.choice(pool.messages)
                publisher = self.node.create_publisher(kind, name, quality(chance))
                self._kept.append(publisher)
                if not pool.is_right(name, kind):
                    publisher.publish(anything(kind, chance))
            elif sort < 0.75:
                kind = chance.choice(pool.messages)
                self._kept.append(self.node.create_subscription(kind, name, lambda _: None, quality(chance)))
            elif sort < 0.85:
                kind = chance.choice(pool.services)
                self._kept.append(self.node.create_service(kind, name, lambda _, answer: answer))
            elif sort < 0.95:
                client = self.node.create_client(chance.choice(pool.services), name)
                self._kept.append(client)
                if not pool.is_right(name, client.srv_type):
                    client.call_async(client.srv_type.Request())
            elif chance.random() < 0.5:
                self._kept.append(ActionClient(self.node, chance.choice(pool.actions), name))
            else:
                kind = chance.choice(pool.actions)
                self._kept.append(ActionServer(self.node, kind, name, lambda _, kind=kind: kind.Result()))
        except Exception:  # rcl's, rmw's and rclpy's own kinds
            self.refused += 1

    def close(self) -> None:
        for kept in self._kept:
            if isinstance(kept, ActionClient | ActionServer):
                kept.destroy()
        self.node.destroy_node()
        rclpy.shutdown(context=self.context)


def strange(count: int, seed: int) -> None:
    """The strangers' process: tells how far it is."""
    rclpy.init()
    looker, chance = Node("looker", namespace="/bench"), random.Random(seed)
    time.sleep(2.0)  # the graph is found
    pool, here, made, refused = Pool(looker), [], 0, 0
    while made < count:
        stranger = Stranger(pool, chance)
        here.append(stranger)
        for _ in range(EACH):
            stranger.add()
            made += 1
        refused += stranger.refused
        time.sleep(0.05)
        while len(here) >= AT_ONCE:
            here.pop(chance.randrange(len(here))).close()
        tell({"made": made, "refused": refused})
    for stranger in here:
        stranger.close()
    tell({"gone": made, "refused": refused})
    looker.destroy_node()
    rclpy.shutdown()


def open_files(processes: dict[str, psutil.Process]) -> dict[str, int]:
    return {stage: process.num_fds() for stage, process in processes.items()}


def run(count: int, seed: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as scratch, Family() as family:
        body = Stage(family, scratch)
        try:
            body.start(*NODES)
            body.control()
            processes = {stage: psutil.Process(child.pid) for stage, child in body.children.items()}
            strangers = family.start("fuzz_graph.py", "--strange", str(count), str(seed))
            sizes = files = None
            until_s, longest_s, made = time.monotonic() + PATIENCE_S, 0.0, 0
            while not any("gone" in said for said in body.told) and not body.ended():
                body.listen(0.01)
                state_s = time.monotonic() - body._operator.heard_s
                longest_s = max(longest_s, state_s)
                before, made = made, max((said.get("made", 0) for said in body.told), default=0)
                if made != before:
                    print(f"\r{made}/{count} endpoints", end="", file=sys.stderr, flush=True)
                if sizes is None and made >= count / 3:
                    sizes, files = rss_mb(processes), open_files(processes)
                if time.monotonic() > until_s or strangers.process.poll() not in (None, 0):
                    raise SystemExit("the strangers came to no end")
            print(file=sys.stderr)
            crashes, motions = body.ended(), body.motions
            told: dict[str, Any] = next(
                (said for said in body.told if "gone" in said), {"gone": 0, "refused": 0}
            )
            growth = files_growth = 0.0
            if not crashes:
                body.during(GONE_S)
                motions = max(motions, body.motions)
                assert sizes is not None and files is not None
                growth = max(size - sizes[stage] for stage, size in rss_mb(processes).items())
                files_growth = max(number - files[stage] for stage, number in open_files(processes).items())
                body.control()  # nothing that is over disables anything
                crashes = body.ended()
        finally:
            body.close()
    for crash in crashes:
        print(f"crash: {crash}")
    return {
        "endpoints": told["gone"],
        "refused_by_the_middleware": told["refused"],
        "crashes": len(crashes),
        "motions": motions,
        "rss_growth_mb": round(growth, 2),
        "files_growth": files_growth,
        "longest_silence_ms": round(1000.0 * longest_s),
    }


def main(words: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK_ENDPOINTS} endpoints instead of {ENDPOINTS}"
    )
    parser.add_argument("--endpoints", type=int, help="as many endpoints")
    parser.add_argument("--seed", type=int, default=1, help="of what is made up (default: 1)")
    parser.add_argument("--strange", nargs=2, type=int, help=argparse.SUPPRESS)
    args = parser.parse_args(words)
    if args.strange:
        strange(*args.strange)
        return
    be_nice(0)
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(1, 101))
    rclpy.init()
    figures = run(args.endpoints or (QUICK_ENDPOINTS if args.quick else ENDPOINTS), args.seed)
    rclpy.try_shutdown()
    print(table(list(figures), [list(figures.values())]))
    emit("fuzz_graph", n=int(figures["endpoints"]), figures=figures, targets=TARGETS)


if __name__ == "__main__":
    main()
