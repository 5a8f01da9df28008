# SPDX-License-Identifier: Apache-2.0
"""Vision's whole path: images a second, and how long after an image was taken its detections are there, beside the bare loop.

A film of 640x480 at 30 images a second is played in real time: first by the camera back end alone (the baseline: what this machine
reads and decodes), then by the node in a process of its own, with objects, faces and hands looked for as by default, JPEG
published to one who listens, and the detections heard by another process as a user would hear them. How often each detector
looked is told. `--quick` takes 10 s instead of 60.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import rclpy
from common import emit, table
from diagnostic_msgs.msg import DiagnosticArray
from rclpy.context import Context
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from sensor_msgs.msg import CompressedImage

from tektra.common import models
from tektra.common.timings import percentile
from tektra.ros.clock import seconds
from tektra.ros.qos import RELIABLE, SENSOR
from tektra.vision.backends.opencv import OpenCvCamera
from tektra_interfaces.msg import Detection2DArray

RATE_HZ, SIZE = 30.0, (640, 480)
FILM_S = 10.0
START = "from tektra.vision.node import main; main()"
KINDS = ("objects", "faces", "gestures")
PATIENCE_S = 90.0


def film(path: Path) -> None:
    """Faces and streets in turn, as large and fast as a usual camera."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), RATE_HZ, SIZE)
    left = int(FILM_S * RATE_HZ)
    while left > 0:
        for clip in ("clip-carphone", "clip-bikes"):
            capture = cv2.VideoCapture(str(models.path(clip)))
            for _ in range(75):
                ok, image = capture.read()
                if ok and left > 0:
                    writer.write(cv2.resize(image, SIZE))
                    left -= 1
            capture.release()
    writer.release()


def bare(path: Path, for_s: float) -> float:
    """Images a second of the camera back end alone."""
    camera = OpenCvCamera(str(path))
    camera.open()
    camera.read(PATIENCE_S)
    began_s, count = time.monotonic(), 0
    while time.monotonic() - began_s < for_s:
        count += camera.read(1.0) is not None
    camera.close()
    return count / (time.monotonic() - began_s)


class Listener:
    """Hears detections, JPEG and diagnostics."""

    def __init__(self, domain: int) -> None:
        self._context = Context()
        rclpy.init(context=self._context, domain_id=domain)
        self._node = Node("bench", context=self._context)
        self._executor = SingleThreadedExecutor(context=self._context)
        self._executor.add_node(self._node)
        self.ages_s: list[float] = []
        self.jpegs = 0
        self.told: dict[str, float] = {}
        self._node.create_subscription(
            Detection2DArray, "/tektra/vision/detections", self._detections, RELIABLE
        )
        self._node.create_subscription(CompressedImage, "/camera/image_raw/compressed", self._jpeg, SENSOR)
        self._node.create_subscription(DiagnosticArray, "/diagnostics", self._diagnosed, 10)

    def spin(self, for_s: float) -> None:
        end_s = time.monotonic() + for_s
        while time.monotonic() < end_s:
            self._executor.spin_once(timeout_sec=0.05)

    def wait(self) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not (self.ages_s and all(f"{kind}.count" in self.told for kind in KINDS)):
            if time.monotonic() > end_s:
                raise SystemExit("vision told of no detections: see its log")
            self._executor.spin_once(timeout_sec=0.1)

    def close(self) -> None:
        self._node.destroy_node()
        rclpy.shutdown(context=self._context)

    def _detections(self, message: Detection2DArray) -> None:
        self.ages_s.append(time.time() - seconds(message.header.stamp))

    def _jpeg(self, message: CompressedImage) -> None:
        self.jpegs += 1

    def _diagnosed(self, message: DiagnosticArray) -> None:
        for status in message.status:
            if status.name == "/tektra/vision":
                numbers = {e.key: e.value for e in status.values if e.value.replace(".", "", 1).isdigit()}
                self.told = {key: float(value) for key, value in numbers.items()}
                self.told["at_s"] = seconds(message.header.stamp)


def whole(path: Path, for_s: float) -> dict[str, Any]:
    """The node's figures over so many seconds, after it has found its pace."""
    domain = random.randint(20, 200)
    command = [sys.executable, "-c", START, "--ros-args", "-p", f"source:={path}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=os.environ | {"ROS_DOMAIN_ID": str(domain)}, **quiet)
    listener = Listener(domain)
    try:
        listener.wait()
        listener.spin(3.0)
        listener.ages_s.clear()
        before = dict(listener.told)
        listener.spin(for_s)
        after = listener.told
        lasted_s = after["at_s"] - before["at_s"]
        rates = {kind: (after[f"{kind}.count"] - before[f"{kind}.count"]) / lasted_s for kind in KINDS}
        return {
            "fps": (after["images"] - before["images"]) / lasted_s,
            "ages_ms": [1000.0 * age for age in listener.ages_s],
            "rates": rates,
            "costs_ms": {kind: after.get(f"{kind}.p50_ms", float("nan")) for kind in KINDS},
            "mb": (before["resident_mb"], after["resident_mb"]),
        }
    finally:
        listener.close()
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="10 s instead of 60")
    for_s = 10.0 if parser.parse_args().quick else 60.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        film(path)
        alone = bare(path, min(for_s, 20.0))
        node = whole(path, for_s)
    ages = node["ages_ms"]
    p50, p95, p99 = (percentile(ages, share) for share in (0.5, 0.95, 0.99))
    print(table(["images a second", "n/s"], [["camera alone", alone], ["whole node", node["fps"]]]))
    print(table(["image to detections", "ms"], [["p50", p50], ["p95", p95], ["p99", p99]]))
    looks = [[kind, node["rates"][kind], node["costs_ms"][kind]] for kind in KINDS]
    print(table(["detector", "looks/s", "p50 ms"], looks))
    figures = {
        "bare_fps": alone,
        "fps": node["fps"],
        "fps_of_bare": node["fps"] / alone,
        "detection_p50_ms": p50,
        "detection_p95_ms": p95,
        "detection_p99_ms": p99,
        **{f"{kind}_looks_hz": node["rates"][kind] for kind in KINDS},
        "resident_growth_mb": node["mb"][1] - node["mb"][0],
    }
    targets = {"fps": ">= 29.5", "fps_of_bare": ">= 0.95", "detection_p95_ms": "<= 60"}
    emit("vision", n=len(ages), figures=figures, targets=targets)


if __name__ == "__main__":
    main()
