# SPDX-License-Identifier: Apache-2.0
"""Vision's whole path: images a second, and how long after an image was taken its detections are there, beside the bare loop.

A film of 640x480 at 30 images a second is played in real time: first by the camera back end alone (the baseline: what this machine
reads and decodes), then by the node in a process of its own, with objects, faces and hands looked for as by default, JPEG
published to one who listens, and the detections heard by another process as a user would hear them. How often each detector
looked is told, and where the time between image and detections went: arrival (the camera's decoder), waiting (for a detector that is
free), the look itself, telling (until it is published), and what is left, the way to the listener. Between the two the detectors look
at the film alone, without ROS (`bare detectors`): what they take on this machine as busy as it is now; the node can be no quicker.
`--quick` takes 10 s instead of 60. `--cameras N` plays the film to N cameras at once, at the same share of a core. `--minutes M`
instead of 60 s: whether memory is flat.
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
from statistics import median
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
from tektra.vision.backends.mediapipe import MediapipeDetector
from tektra.vision.backends.opencv import OpenCvCamera
from tektra.vision.options import VisionOptions
from tektra.vision.schedule import Schedule
from tektra.vision.sightings import Kind
from tektra_interfaces.msg import Detection2DArray

RATE_HZ, SIZE = 30.0, (640, 480)
FILM_S = 10.0
START = "from tektra.vision.node import main; main()"
KINDS = ("objects", "faces", "gestures")
#: Parts of the way from image to detections that the node tells of, beside the looks.
STEPS = ("arrival", "waiting", "telling")
PATIENCE_S = 90.0
TICKS_HZ = os.sysconf("SC_CLK_TCK")


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


def bare_detectors(path: Path, for_s: float) -> list[float]:
    """How old images are (ms) when their detections are there: the same detectors at the same rates, and nothing else."""
    options = VisionOptions()
    detector = MediapipeDetector(options.min_score)
    kinds = [Kind(kind) for kind in KINDS]
    detector.load(kinds)
    camera, schedule = OpenCvCamera(str(path)), Schedule(options.rates_hz, options.cpu_share)
    camera.open()
    ages_ms: list[float] = []
    began_s = time.monotonic()
    while (now_s := time.monotonic()) - began_s < for_s:
        frame, due = camera.read(1.0), schedule.due(now_s)
        if frame is not None and due:
            look_s = time.monotonic()
            detector.detect(frame.image, due[0])
            schedule.ran(due[0], look_s, time.monotonic() - look_s)
            ages_ms.append(1000.0 * (time.time() - frame.stamp_s))
    camera.close()
    detector.close()
    return ages_ms[len(kinds) :]  # the first look of each sets its network up


def cpu_s(pid: int) -> float:
    """What a process has had of the processors."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_HZ


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
        self.resident_mb: list[float] = []
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
                self.resident_mb.append(self.told.get("resident_mb", float("nan")))


def cameras_file(folder: Path, film_of: Path, count: int) -> Path:
    """So many cameras that show the same film."""
    path = folder / "cameras.yaml"
    path.write_text(
        "".join(f"c{number}: {{source: {film_of}}}\n" for number in range(count)), encoding="utf-8"
    )
    return path


def whole(path: Path, for_s: float, count: int) -> dict[str, Any]:
    """The node's figures over so many seconds, after it has found its pace."""
    domain = random.randint(20, 200)
    command = [sys.executable, "-c", START, "--ros-args", "-p", f"source:={path}"]
    if count > 1:
        command += ["-p", f"cameras_file:={cameras_file(path.parent, path, count)}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=os.environ | {"ROS_DOMAIN_ID": str(domain)}, **quiet)
    listener = Listener(domain)
    try:
        listener.wait()
        listener.spin(3.0)
        listener.ages_s.clear()
        before, used_s = dict(listener.told), cpu_s(process.pid)
        listener.resident_mb.clear()
        listener.spin(for_s)
        after, used_s = listener.told, cpu_s(process.pid) - used_s
        lasted_s = after["at_s"] - before["at_s"]
        rates = {kind: (after[f"{kind}.count"] - before[f"{kind}.count"]) / lasted_s for kind in KINDS}
        return {
            "fps": (after["images"] - before["images"]) / lasted_s / count,
            "ages_ms": [1000.0 * age for age in listener.ages_s],
            "rates": rates,
            "parts": {part: [after.get(f"{part}.{p}_ms", float("nan")) for p in ("p50", "p95")]
                      for part in (*STEPS, *KINDS)},
            "mb": list(listener.resident_mb),
            "cores": used_s / for_s,
        }  # fmt: skip
    finally:
        listener.close()
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_S)


def growth_mb(resident_mb: list[float]) -> float:
    """By how much memory is larger in the last fifth than in the second: in the first, pools fill."""
    fifth = max(1, len(resident_mb) // 5)
    return median(resident_mb[-fifth:]) - median(resident_mb[fifth : 2 * fifth] or resident_mb)


def shares(node: dict[str, Any]) -> dict[str, float]:
    """Which part of the way from image to detections (mean of p50 over all looks) is whose."""
    looks = sum(node["rates"].values())
    look_ms = sum(node["rates"][kind] * node["parts"][kind][0] for kind in KINDS) / looks
    parts = {step: node["parts"][step][0] for step in STEPS} | {"look": look_ms}
    whole_ms = max(percentile(node["ages_ms"], 0.5), sum(parts.values()))
    parts["hearing"] = whole_ms - sum(parts.values())
    return {f"share_{part}": ms / whole_ms for part, ms in parts.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="10 s instead of 60")
    parser.add_argument("--cameras", type=int, default=1, help="so many, 1 to 8")
    parser.add_argument("--minutes", type=float, help="so long instead of 60 s")
    given = parser.parse_args()
    for_s = 60.0 * given.minutes if given.minutes else 10.0 if given.quick else 60.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        film(path)
        alone, floor = bare(path, min(for_s, 20.0)), bare_detectors(path, min(for_s, 20.0))
        node = whole(path, for_s, given.cameras)
    report(alone, floor, node, given.cameras, for_s)


def report(alone: float, floor: list[float], node: dict[str, Any], count: int, for_s: float) -> None:
    ages = node["ages_ms"]
    p50, p95, p99 = (percentile(ages, share) for share in (0.5, 0.95, 0.99))
    least50, least95 = percentile(floor, 0.5), percentile(floor, 0.95)
    print(table(["images a second", "n/s"], [["camera alone", alone], ["whole node, a camera", node["fps"]]]))
    rows = [["p50", p50, least50], ["p95", p95, least95], ["p99", p99, percentile(floor, 0.99)]]
    print(table(["image to detections", "ms", "bare detectors"], rows))
    print(table(["part of it", "p50 ms", "p95 ms"], [[part, *ms] for part, ms in node["parts"].items()]))
    print(table(["detector", "looks/s, all cameras"], [[kind, node["rates"][kind]] for kind in KINDS]))
    figures = {
        "cameras": count,
        "seconds": for_s,
        "bare_fps": alone,
        "fps": node["fps"],
        "fps_of_bare": node["fps"] / alone,
        "detection_p50_ms": p50,
        "detection_p95_ms": p95,
        "detection_p99_ms": p99,
        "bare_detection_p95_ms": least95,
        "detection_p95_of_bare": p95 / least95,
        **shares(node),
        **{f"{kind}_looks_hz": node["rates"][kind] for kind in KINDS},
        "cores": node["cores"],
        "resident_growth_mb": growth_mb(node["mb"]),
        "resident_max_mb": max(node["mb"]),
    }
    targets = {"fps": ">= 29.5", "fps_of_bare": ">= 0.95", "detection_p95_ms": "<= 60"}
    if for_s >= 600.0:
        targets["resident_growth_mb"] = "<= 10"
    emit("vision", n=len(ages), figures=figures, targets=targets)


if __name__ == "__main__":
    main()
