# SPDX-License-Identifier: Apache-2.0
"""From one of our nodes to another: a camera's images and small messages, beside a bare rclpy pair.

Ours: a node of the mind that publishes as vision does (its own thread for the camera, CameraTopics), and one
that reads with our helpers. Bare: the quickest that rclpy alone can do, a message made beforehand whose stamp
alone is set, and a callback that reads the clock first. All four are processes of the same priority, with the
same QoS and Fast DDS profile; the two pairs send in turn, half a period apart. Latency runs from the moment
when there is an image, or a text, to the moment when the reader has it as an array, or as text. `--quick`
sends for 5 s instead of 60.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Callable

import numpy as np
import rclpy
from common import emit, table
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from sensor_msgs.msg import Image
from std_msgs.msg import String

from tektra.common.pixels import blank
from tektra.common.scheduling import behind_the_body
from tektra.common.timings import percentile
from tektra.ros.images import pixels
from tektra.ros.mind import MindNode
from tektra.ros.process import run_mind
from tektra.ros.qos import RELIABLE
from tektra.ros.vision_topics import IMAGES, CameraTopics

WIDTH, HEIGHT, IMAGE_HZ = 640, 480, 30.0
SMALL_BYTES, SMALL_HZ = 100, 100.0
#: Topics of the two pairs.
OURS, BARE = "/camera/image_raw", "/bare/image_raw"
OUR_TEXT, BARE_TEXT = "/tektra/bench_text", "/bare/text"
READY_S = 60.0
TARGETS = {"image_ratio_p50": "<= 1.2", "image_lost": "<= 0", "small_ratio_p50": "<= 1.2"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="send for 5 s instead of 60")
    parser.add_argument("--role", choices=sorted(ROLES), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.role:
        ROLES[args.role]()
        return
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(20, 220))
    seconds = 5.0 if args.quick else 60.0
    found = measure(seconds)
    rows, figures = [], {}
    for kind in ("image", "small"):
        ours, bare = (found[pair][kind] for pair in ("ours", "bare"))
        rows += [_row(f"{kind}, ours", *ours), _row(f"{kind}, bare rclpy", *bare)]
        share = percentile(ours[0], 0.5) / percentile(bare[0], 0.5)
        figures |= {
            f"{kind}_p99_ms": round(percentile(ours[0], 0.99), 3),
            f"{kind}_ratio_p50": round(share, 3),
        }
        figures |= {
            f"{kind}_lost": ours[1] - len(ours[0]),
            f"{kind}_p50_ms": round(percentile(ours[0], 0.5), 3),
        }
        figures |= {
            f"{kind}_bare_p99_ms": round(percentile(bare[0], 0.99), 3),
            f"{kind}_bare_lost": bare[1] - len(bare[0]),
        }
    print(
        f"{WIDTH}x{HEIGHT} bgr8 at {IMAGE_HZ:g} Hz, then {SMALL_BYTES} bytes at {SMALL_HZ:g} Hz, {seconds:g} s each, in ms"
    )
    print(table(["what", "sent", "lost", "p50", "p95", "p99", "max"], rows))
    emit("transport", n=len(found["ours"]["image"][0]), figures=figures, targets=TARGETS)


def _row(what: str, latencies_ms: list[float], sent: int) -> list[object]:
    shares = [percentile(latencies_ms, share) for share in (0.5, 0.95, 0.99, 1.0)]
    return [what, sent, sent - len(latencies_ms), *shares]


def measure(seconds: float) -> dict[str, dict[str, tuple[list[float], int]]]:
    """Latencies in ms of what arrived and the number sent, for each pair and kind."""
    readers = {pair: Child(f"{pair}-reader") for pair in ("ours", "bare")}
    writers = {pair: Child(f"{pair}-writer") for pair in ("ours", "bare")}
    children = [*readers.values(), *writers.values()]
    try:
        for child in children:
            child.expect("ready")
        start_s = time.time() + 1.0
        for number, writer in enumerate(writers.values()):
            writer.say({"start_s": start_s, "seconds": seconds, "turn": number / 2.0})
        sent = {pair: json.loads(writer.line()) for pair, writer in writers.items()}
        found = {}
        for pair, reader in readers.items():
            reader.say({})
            heard = json.loads(reader.line())
            found[pair] = {kind: (heard[kind], sent[pair][kind]) for kind in ("image", "small")}
        return found
    finally:
        for child in children:
            child.close()


class Child:
    """One of the four processes."""

    def __init__(self, role: str) -> None:
        self.role = role
        command = [sys.executable, __file__, "--role", role]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def expect(self, word: str) -> None:
        line = self.line()
        if line.strip() != word:
            raise SystemExit(f"{self.role} said {line!r} instead of {word!r}")

    def say(self, order: dict[str, float]) -> None:
        assert self.process.stdin is not None
        print(json.dumps(order), file=self.process.stdin, flush=True)

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()


def order() -> dict[str, float]:
    """What the parent says next; blocks."""
    told: dict[str, float] = json.loads(sys.stdin.readline())
    return told


def tell(what: object) -> None:
    """Tells the parent."""
    print(what if isinstance(what, str) else json.dumps(what), flush=True)


def pace(start_s: float, seconds: float, rate_hz: float, turn: float, send: Callable[[], None]) -> int:
    """Sends at the rate, beginning `turn` of a period after the start; how often."""
    count = round(seconds * rate_hz)
    for number in range(count):
        time.sleep(max(0.0, start_s + (number + turn) / rate_hz - time.time()))
        send()
    return count


def write(image: Callable[[], None], text: Callable[[], None], subscribed: Callable[[], bool]) -> None:
    """What both writers do: wait for their reader, send images, then small messages, and tell how many."""
    end_s = time.monotonic() + READY_S
    while not subscribed():
        if time.monotonic() > end_s:
            raise SystemExit("no reader came")
        time.sleep(0.05)
    tell("ready")
    told = order()
    images = pace(told["start_s"], told["seconds"], IMAGE_HZ, told["turn"], image)
    texts = pace(time.time() + 0.5, told["seconds"], SMALL_HZ, told["turn"], text)
    time.sleep(1.0)  # the last ones may still be under way; a second is a hundred times their usual time
    tell({"image": images, "small": texts})


def small_text() -> str:
    return f"{time.time_ns():<{SMALL_BYTES}}"


class OurWriter(MindNode):
    """Publishes as vision does."""

    def __init__(self) -> None:
        super().__init__("bench_writer")

    def activate(self) -> None:
        self._camera = CameraTopics(self, "camera", 1.0, raw=True)
        self._text = self.create_publisher(String, OUR_TEXT, RELIABLE)
        noise = blank(HEIGHT, WIDTH)  # as a camera of ours gives it
        noise[:] = np.random.default_rng(1).integers(0, 255, noise.shape, np.uint8)
        threading.Thread(
            target=write,
            args=(
                lambda: self._camera.publish(noise, time.time(), lambda image: b""),
                lambda: self._text.publish(String(data=small_text())),
                lambda: bool(self.count_subscribers(OURS) and self._text.get_subscription_count()),
            ),
            daemon=True,
        ).start()


class Latencies:
    """What a reader heard, in ms; `wait` answers the parent's question in a thread."""

    def __init__(self) -> None:
        self.found: dict[str, list[float]] = {"image": [], "small": []}
        threading.Thread(target=self._wait, daemon=True).start()

    def add(self, kind: str, sent_ns: int) -> None:
        self.found[kind].append((time.time_ns() - sent_ns) / 1e6)

    def _wait(self) -> None:
        tell("ready")
        order()
        tell(self.found)


def stamp_ns(message: Image) -> int:
    return int(message.header.stamp.sec) * 1_000_000_000 + int(message.header.stamp.nanosec)


class OurReader(MindNode):
    """Reads with our helpers."""

    def __init__(self) -> None:
        super().__init__("bench_reader")

    def activate(self) -> None:
        self._latencies = Latencies()
        self.create_subscription(Image, OURS, self._image, IMAGES)
        self.create_subscription(
            String, OUR_TEXT, lambda m: self._latencies.add("small", int(m.data)), RELIABLE
        )

    def _image(self, message: Image) -> None:
        if pixels(message).shape == (HEIGHT, WIDTH, 3):
            self._latencies.add("image", stamp_ns(message))


def bare_writer() -> None:
    behind_the_body()
    rclpy.init()
    node = Node("bare_writer")
    images, texts = (
        node.create_publisher(Image, BARE, IMAGES),
        node.create_publisher(String, BARE_TEXT, RELIABLE),
    )
    noise = np.random.default_rng(1).integers(0, 255, HEIGHT * WIDTH * 3, np.uint8)
    message = Image(
        height=HEIGHT, width=WIDTH, encoding="bgr8", step=WIDTH * 3, data=array("B", noise.tobytes())
    )

    def image() -> None:
        now_ns = time.time_ns()
        message.header.stamp.sec, message.header.stamp.nanosec = divmod(now_ns, 1_000_000_000)
        images.publish(message)

    write(
        image,
        lambda: texts.publish(String(data=small_text())),
        lambda: bool(images.get_subscription_count() and texts.get_subscription_count()),
    )
    sys.stdin.readline()


def bare_reader() -> None:
    behind_the_body()
    rclpy.init()
    node, latencies = Node("bare_reader"), Latencies()
    node.create_subscription(Image, BARE, lambda m: latencies.add("image", stamp_ns(m)), IMAGES)
    node.create_subscription(String, BARE_TEXT, lambda m: latencies.add("small", int(m.data)), RELIABLE)
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    executor.spin()


ROLES: dict[str, Callable[[], None]] = {
    "ours-writer": lambda: run_mind(OurWriter),
    "ours-reader": lambda: run_mind(OurReader),
    "bare-writer": bare_writer,
    "bare-reader": bare_reader,
}

if __name__ == "__main__":
    main()
