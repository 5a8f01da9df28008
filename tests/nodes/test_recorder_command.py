# SPDX-License-Identifier: Apache-2.0
"""`tektra record` as a process beside a node that talks."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import rclpy
from mcap.exceptions import EndOfFile
from mcap.reader import NonSeekingReader, make_reader
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from rclpy.serialization import deserialize_message
from sensor_msgs.msg import Image
from std_msgs.msg import String

from tektra.ros.qos import LATCHED, RELIABLE, SENSOR

PATIENCE_S = 30.0
START = (
    "import argparse, sys; from tektra.cli import record; parser = argparse.ArgumentParser();"
    "record.add_parser(parser.add_subparsers()); args = parser.parse_args(['record', *sys.argv[1:]]); sys.exit(record.run(args))"
)


class Talker:
    """Says one latched word, and counts."""

    def __init__(self) -> None:
        self.domain = random.randint(20, 220)
        self.context = Context()
        rclpy.init(context=self.context, domain_id=self.domain)
        self.node = Node("talker", context=self.context)
        self.executor = SingleThreadedExecutor(context=self.context)
        self.executor.add_node(self.node)
        self.latched = self.node.create_publisher(String, "/latched", LATCHED)
        self.latched.publish(String(data="once"))
        self.counter = self.node.create_publisher(String, "/counter", RELIABLE)
        self.images = self.node.create_publisher(Image, "/image", SENSOR)
        self.count = 0
        self.node.create_timer(0.02, self._say)

    def until(self, holds: Callable[[], Any], what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not holds():
            assert time.monotonic() < end, f"waited in vain: {what}"
            self.executor.spin_once(timeout_sec=0.02)

    def record(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", START, *arguments],
            env=os.environ | {"ROS_DOMAIN_ID": str(self.domain)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def heard(self) -> bool:
        return self.counter.get_subscription_count() > 0

    def talk(self, messages: int) -> None:
        goal = self.count + messages
        self.until(lambda: self.count >= goal, f"{messages} more messages")

    def _say(self) -> None:
        self.count += 1
        self.counter.publish(String(data=str(self.count)))
        self.images.publish(Image(width=2, height=1, step=6, encoding="bgr8", data=bytes(6)))


@pytest.fixture
def talker() -> Iterator[Talker]:
    talker = Talker()
    yield talker
    talker.node.destroy_node()
    rclpy.shutdown(context=talker.context)


def topics_of(file: Path) -> dict[str, list[bytes]]:
    found: dict[str, list[bytes]] = {}
    with file.open("rb") as stream:
        reader = make_reader(stream)
        assert reader.get_header().profile == "ros2"
        summary = reader.get_summary()
        assert summary is not None
        assert summary.chunk_indexes
        for _, channel, message in reader.iter_messages():
            found.setdefault(channel.topic, []).append(message.data)
    return found


def end(process: subprocess.Popen[str], talker: Talker, number: int) -> str:
    process.send_signal(number)
    talker.until(lambda: process.poll() is not None, "the recorder ends")
    assert process.stdout is not None
    return process.stdout.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_whole_and_indexed_recording(talker: Talker, tmp_path: Path, number: int) -> None:
    file = tmp_path / "a.mcap"
    process = talker.record("--all", "--out", str(file))
    talker.until(talker.heard, "the recorder subscribes")
    talker.talk(50)
    output = end(process, talker, number)
    assert process.returncode == 0, output
    found = topics_of(file)
    assert [deserialize_message(data, String).data for data in found["/latched"]] == ["once"]
    counted = [int(deserialize_message(data, String).data) for data in found["/counter"]]
    assert counted == list(range(counted[0], counted[0] + len(counted)))
    assert len(counted) >= 20  # what is said while the two find each other may pass unheard
    assert "/image" in found
    assert f"messages of {len(found)} topics" in output


def test_named_topics_are_recorded_alone_for_so_long(talker: Talker, tmp_path: Path) -> None:
    file = tmp_path / "a.mcap"
    process = talker.record("/counter", "/silence", "-o", str(file), "--duration", "4")
    talker.until(lambda: process.poll() is not None, "the recorder ends by itself")
    assert process.returncode == 0
    assert process.stdout is not None
    assert "nothing was heard on /silence" in process.stdout.read()
    assert set(topics_of(file)) == {"/counter"}


def test_raw_images_can_be_left_out(talker: Talker, tmp_path: Path) -> None:
    file = tmp_path / "a.mcap"
    process = talker.record("--all", "--no-raw-images", "-o", str(file))
    talker.until(talker.heard, "the recorder subscribes")
    talker.talk(20)
    end(process, talker, signal.SIGINT)
    assert "/counter" in topics_of(file)
    assert "/image" not in topics_of(file)


def test_a_killed_recording_still_holds_what_was_said_before_the_last_second(
    talker: Talker, tmp_path: Path
) -> None:
    file = tmp_path / "a.mcap"
    process = talker.record("--all", "-o", str(file))
    talker.until(talker.heard, "the recorder subscribes")
    first = talker.count
    talker.talk(150)  # three seconds
    process.kill()
    process.wait()
    counted = []
    with file.open("rb") as stream, pytest.raises(EndOfFile):
        for _, channel, message in NonSeekingReader(stream).iter_messages(log_time_order=False):
            if channel.topic == "/counter":
                counted.append(int(deserialize_message(message.data, String).data))
    assert counted[0] <= first + 10
    assert len(counted) >= 50


def test_an_existing_file_and_a_contradiction_are_errors_with_a_remedy(
    talker: Talker, tmp_path: Path
) -> None:
    file = tmp_path / "a.mcap"
    file.write_text("mine")
    for arguments in (
        ["-o", str(file)],
        ["--all", "/counter"],
        ["--duration", "-1"],
        ["-o", str(tmp_path / "no" / "a")],
    ):
        process = talker.record(*arguments)
        output, _ = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 2
        assert "remedy: " in output
    assert file.read_text() == "mine"
