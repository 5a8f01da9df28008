# SPDX-License-Identifier: Apache-2.0
"""`tektra record`: topics into an MCAP file, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import rclpy
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, ReliabilityPolicy

from tektra.bridge.backends.mcap_file import McapFile
from tektra.bridge.recorder import Qos, Recorder
from tektra.bridge.schemas import Schemas
from tektra.common import paths
from tektra.common.errors import BackendError, InputError, TektraError
from tektra.ros.raw_topics import RawTopics

RCLError = rclpy_implementation.RCLError
#: How often the graph is searched for new topics: what a topic says before it is found is lost, unless it is
#: latched.
LOOK_S = 0.2


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `record` to the command line."""
    parser = subparsers.add_parser(
        "record", help="record topics into an MCAP file, until Ctrl-C", description=__doc__
    )
    parser.add_argument("topics", nargs="*", metavar="TOPIC", help="topics to record; none: all")
    parser.add_argument("-a", "--all", action="store_true", help="all topics, also those that appear later")
    parser.add_argument(
        "-o",
        "--out",
        type=Path,
        metavar="FILE.mcap",
        help="file to make (default: tektra-TIME.mcap where Tektra keeps its data; the page lists those)",
    )
    parser.add_argument("-d", "--duration", type=float, metavar="S", help="end after so many seconds")
    parser.add_argument(
        "--no-raw-images", action="store_true", help="leave out sensor_msgs/Image (28 MB/s a camera)"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace the file if it exists")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Records; returns 0, 1 when nothing was heard, 2 after an error."""
    try:
        return _record(args)
    except TektraError as error:
        print(f"error: {error.what}\nremedy: {error.remedy}", file=sys.stderr)
        return 2


def _record(args: argparse.Namespace) -> int:
    if args.all and args.topics:
        raise InputError("--all and names of topics", "give one of them")
    if args.duration is not None and not args.duration > 0.0:
        raise InputError(f"--duration {args.duration:g}", "give seconds above 0")
    file = McapFile(args.out or _kept_as(datetime.now()))
    file.open(overwrite=args.overwrite)
    rclpy.init()
    node = None
    try:
        node = RecorderNode(file, topics=args.topics, raw_images=not args.no_raw_images)
        print(f"recording into {file.path}; Ctrl-C ends it", flush=True)
        _spin(node, args.duration)
    finally:
        with suppress(KeyboardInterrupt):
            if node is not None:
                node.destroy_node()
            file.close()
            rclpy.try_shutdown()
    return _report(file, node.recorder)


def _kept_as(now: datetime) -> Path:
    """Where a recording goes that was given no place. Raises BackendError."""
    folder = paths.recordings_dir()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BackendError(f"{folder} cannot be made ({error.strerror})", "name a file by --out") from error
    return folder / f"tektra-{now:%Y%m%d-%H%M%S}.mcap"


def _spin(node: RecorderNode, duration_s: float | None) -> None:
    end = None if duration_s is None else time.monotonic() + duration_s
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    with suppress(KeyboardInterrupt, ExternalShutdownException):
        while rclpy.ok() and (end is None or time.monotonic() < end):
            try:
                executor.spin_once(timeout_sec=0.1)
            except RCLError:
                if rclpy.ok():
                    raise  # else SIGTERM ended ROS in the middle of it


def _report(file: McapFile, recorder: Recorder) -> int:
    total = sum(recorder.counts.values())
    print(f"{file.path}: {total} messages of {len(recorder.counts)} topics, {file.size_bytes / 1e6:.1f} MB")
    for topic, why in recorder.skipped.items():
        print(f"  left out {topic}: {why}")
    for topic in recorder.missing:
        print(f"  nothing was heard on {topic}")
    return 0 if total else 1


class RecorderNode(Node):
    """Subscribes what the recorder wants, and hands it the messages with the time at which they came."""

    def __init__(self, file: McapFile, *, topics: list[str], raw_images: bool) -> None:
        super().__init__("recorder", namespace="/tektra")
        prefixes = [Path(part) for part in os.environ.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if part]
        self.recorder = Recorder(file, Schemas(prefixes), self._offered, topics=topics, raw_images=raw_images)
        self._raw = RawTopics(self, self._heard)
        self.create_timer(LOOK_S, self._look)
        self._look()

    def _look(self) -> None:
        changes = self.recorder.look(dict(self.get_topic_names_and_types()))
        for offer in changes.removed:
            self._raw.remove(offer.name)
        for offer in changes.added:
            self._raw.add(offer.name, offer.type_name)
        self._raw.refresh()
        self.recorder.tick(time.monotonic())

    def _heard(self, topic: str, data: bytes) -> None:
        self.recorder.message(topic, data, time.time_ns())

    def _offered(self, topic: str) -> list[Qos]:
        profiles = [info.qos_profile for info in self.get_publishers_info_by_topic(topic)]
        return [
            Qos(
                reliable=qos.reliability == ReliabilityPolicy.RELIABLE,
                transient_local=qos.durability == DurabilityPolicy.TRANSIENT_LOCAL,
            )
            for qos in profiles
        ]
