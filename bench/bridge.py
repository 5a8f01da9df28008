# SPDX-License-Identifier: Apache-2.0
"""A stop through the bridge beside viewers who watch, and what the bridge costs, next to foxglove-sdk's own server.

Ten viewers watch a robot's joints (50 a second) and a camera (300 kB, 10 a second); one more publishes a stop four times a
second, timed from its sending to a plain subscriber of /safety/stop. Baseline, in the same run: the SDK's server without a
door, as the bridge had it before, under the same load. CPU is that of the server's process. `--quick` 60 stops, else 600.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import struct
import subprocess
import sys
import tempfile
import threading
import time
from array import array
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import rclpy
from common import emit, table
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage, JointState
from std_msgs.msg import Empty
from web_users.viewers import entered, watch_offered
from websockets.exceptions import ConnectionClosed

from tektra.common.timings import percentile
from tektra.ros.qos import RELIABLE, SENSOR

VIEWERS, STOPS, QUICK_STOPS, EVERY_S = 10, 600, 60, 0.25
TOPICS = ("/bench/joint_states", "/bench/image")
SERVERS = {
    "bridge": ["-c", "from tektra.bridge.node import main; main()", "--ros-args", "-p", "port:={port}"],
    "sdk": [str(Path(__file__).parent / "web_users" / "sdk_server.py"), "{port}"],
}
TARGETS = {"stop_p99_ms": "<= 20", "lost": "<= 0"}


class Home(Node):
    """What is watched, and whoever hears the stop."""

    def __init__(self) -> None:
        super().__init__("bench_home")
        self.heard: list[int] = []
        self._joints = self.create_publisher(JointState, TOPICS[0], RELIABLE)
        self._camera = self.create_publisher(CompressedImage, TOPICS[1], SENSOR)
        self._picture = CompressedImage(format="jpeg", data=array("B", bytes(300_000)))
        self.create_subscription(
            Empty, "/safety/stop", lambda _: self.heard.append(time.perf_counter_ns()), RELIABLE
        )
        names = [f"joint{number}" for number in range(8)]
        self.create_timer(0.02, lambda: self._joints.publish(JointState(name=names, position=[0.5] * 8)))
        self.create_timer(0.1, lambda: self._camera.publish(self._picture))


def main() -> None:
    """Prints the table and the line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    count = QUICK_STOPS if parser.parse_args().quick else STOPS
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(100, 220))
    rclpy.init()
    home = Home()
    executor = SingleThreadedExecutor()
    executor.add_node(home)
    threading.Thread(target=executor.spin, daemon=True).start()
    found = {name: measure(name, home, count) for name in SERVERS}
    rows = [
        [name, len(ms), percentile(ms, 0.5), percentile(ms, 0.99), cpu, seen]
        for name, (ms, cpu, seen, _) in found.items()
    ]
    print(table(["server", "stops", "p50 ms", "p99 ms", "cores", "messages seen"], rows))
    figures = {"lost": float(found["bridge"][3])}
    for name, prefix in (("bridge", ""), ("sdk", "sdk_")):
        ms, cpu, seen, _ = found[name]
        figures |= {
            f"{prefix}stop_p50_ms": percentile(ms, 0.5),
            f"{prefix}stop_p99_ms": percentile(ms, 0.99),
            f"{prefix}cores": cpu,
            f"{prefix}seen": float(seen),
        }
    emit("bridge", n=count, figures=figures, targets=TARGETS)
    os._exit(0)  # the executor's thread still spins


def measure(name: str, home: Home, count: int) -> tuple[list[float], float, int, int]:
    """Latencies in ms, cores of the server, messages that the viewers saw, and stops that nobody heard."""
    port = random.randint(20_000, 30_000)
    command = [sys.executable, *(word.format(port=port) for word in SERVERS[name])]
    with tempfile.TemporaryDirectory() as kept:
        environment = os.environ | {"TEKTRA_HOME": kept}
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        try:
            return asyncio.run(watch(port, psutil.Process(process.pid), home, count))
        finally:
            process.kill()
            process.wait()


async def watch(
    port: int, process: psutil.Process, home: Home, count: int
) -> tuple[list[float], float, int, int]:
    """The viewers, and whoever stops."""
    wires = [await entered(port) for _ in range(VIEWERS + 1)]
    seen = [0]
    readers = [asyncio.create_task(view(wire, seen)) for wire in wires]
    stopper = wires[-1]
    channel = {"id": 1, "topic": "/safety/stop", "encoding": "cdr", "schemaName": "std_msgs/msg/Empty"}
    await stopper.send(json.dumps({"op": "advertise", "channels": [channel]}))
    await asyncio.sleep(3.0)
    seen[0], cpu, began = 0, sum(process.cpu_times()[:2]), time.perf_counter()
    latencies, lost = [], 0
    for _ in range(count):
        home.heard.clear()
        pressed = time.perf_counter_ns()
        await stopper.send(struct.pack("<BI", 1, 1) + b"\0\1\0\0")
        end = time.monotonic() + 2.0
        while not home.heard and time.monotonic() < end:
            await asyncio.sleep(0.002)
        if home.heard:
            latencies.append((home.heard[0] - pressed) / 1e6)
        else:
            lost += 1
        await asyncio.sleep(random.uniform(0.5, 1.5) * EVERY_S)
    cores = (sum(process.cpu_times()[:2]) - cpu) / (time.perf_counter() - began)
    for reader in readers:
        reader.cancel()
    for wire in wires:
        await wire.close()
    return latencies, cores, seen[0], lost


async def view(wire: Any, seen: list[int]) -> None:
    """Watches both topics as soon as they are offered."""
    with suppress(ConnectionClosed):
        async for message in wire:
            if isinstance(message, bytes):
                seen[0] += message[0] == 1
                continue
            await watch_offered(wire, message, TOPICS)


if __name__ == "__main__":
    main()
