# SPDX-License-Identifier: Apache-2.0
"""Starts everything, takes the steps, keeps what came of them, and ends by itself."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter, _SubParsersAction
from pathlib import Path

import rclpy
import yaml
from rclpy.signals import SignalHandlerOptions

from tektra.cli.demo.page import first_account, missing, visit
from tektra.cli.demo.report import Report, StepFailed
from tektra.cli.demo.stack import Stack, left_in_shm
from tektra.cli.demo.steps import Demo
from tektra.cli.demo.truth import TruthLog
from tektra.cli.demo.watcher import Watcher
from tektra.common import models, paths
from tektra.common.scheduling import behind_the_body
from tektra.common.world import load_world

READY_S, RECORD_S, LOOK_S = 300.0, 60.0, 0.3
#: Launch arguments that name a port.
PORTS = ("truth_port", "rover1_port", "rover2_port", "arm1_port", "bridge_port", "web_port")
MEMORY_LIMIT_MB = 6144.0
READY, RECORDS = "Tektra is ready", "recording into"
MADE = (
    "demo.log",
    "demo.mcap",
    "answer.wav",
    "avatar.png",
    "tracks.png",
    "page.png",
    "face1.png",
    "face2.png",
    "face3.png",
)
#: Where set-up builds the page, below the checkout.
PAGE = Path("src") / "tektra_web" / "out"
RECORDING, CLIP = "goforward", "clip-bikes"
EPILOG = """\
examples:
  tektra demo                 everything, about three minutes; what it made lies in out/
  tektra demo --out /tmp/x    the same, kept elsewhere

Exit status 0 only if the robots got there by the simulator's own pose and every step happened.
"""


def add_parser(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "demo",
        help="the main job once, on real input, checked",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--out", type=Path, default=Path("out"), help="where its files go (default: %(default)s)"
    )


def run(arguments: Namespace) -> int:
    """The demo; the exit status."""
    # A domain and ports of its own: whatever else runs on this machine is not disturbed, and does not disturb. The ports of domains
    # above 101 are those that Linux gives to anybody.
    os.environ["ROS_DOMAIN_ID"] = str(random.randint(1, 101))
    ports = free_ports(len(PORTS))
    out: Path = arguments.out
    _begin_anew(out)
    log = out / "demo.log"
    os.environ["TEKTRA_STATE"] = str((out / "state").absolute())
    signal.signal(signal.SIGTERM, _interrupt)
    began = time.monotonic()
    report, stack = Report(), Stack(log)
    print(f"Tektra's demo; what every process says is in {log}", flush=True)
    try:
        _with_stack(report, stack, out, ports, began)
    finally:
        stack.close()
    with report.step("everything has ended, and nothing is left behind") as told:
        if left := sorted(left_in_shm(stack.shared)):
            raise StepFailed(f"left in /dev/shm: {', '.join(left[:5])}")
        told.append(f"peak memory {stack.peak_mb:.0f} MB in all")
        for name, used in sorted(stack.peak_by_process.items(), key=lambda entry: -entry[1])[:4]:
            told.append(f"{name} {used:.0f} MB")
        if stack.peak_mb > MEMORY_LIMIT_MB:
            raise StepFailed(f"peak memory {stack.peak_mb:.0f} MB is over {MEMORY_LIMIT_MB:.0f} MB")
    kept = ", ".join(sorted(path.name for path in out.iterdir()))
    print(f"kept in {out}/: {kept}; {time.monotonic() - began:.0f} s in all")
    return report.end()


def _begin_anew(out: Path) -> None:
    """Removes what an earlier demo left there, a stop that it kept included."""
    out.mkdir(parents=True, exist_ok=True)
    for name in MADE:
        (out / name).unlink(missing_ok=True)
    shutil.rmtree(out / "state", ignore_errors=True)


def _with_stack(report: Report, stack: Stack, out: Path, ports: list[int], began: float) -> None:
    with report.step("everything is started and ready") as told:
        chosen = launch_arguments(ports, out / "state")
        up = stack.start("up", *(f"{name}:={value}" for name, value in chosen.items()))
        wait_said(stack, up, READY, READY_S)
        # Without raw images: 28 MB/s to compress would take from the robots what they need.
        recorder = stack.start("record", "--all", "--no-raw-images", "--out", str(out / "demo.mcap"))
        wait_said(stack, recorder, RECORDS, RECORD_S)
        told.append(f"{time.monotonic() - began:.1f} s after the command")
    if report.failed:
        return
    rclpy.init(signal_handler_options=SignalHandlerOptions.NO)
    watcher = Watcher()
    watcher.wait_for_listeners(READY_S)
    truth = TruthLog(ports[0])
    truth.connect()
    demo = Demo(report, watcher, truth, load_world(paths.share_dir() / "config" / "world.yaml"), out)
    try:
        demo.spoken_sentence(models.path(RECORDING))
        demo.both_at_once()
        demo.spoken_answer()
        demo.sees()
        demo.stop_holds()
        demo.pictures()
        in_the_page(report, stack, ports[PORTS.index("web_port")], out)
    finally:
        watcher.close()
        rclpy.try_shutdown()


def in_the_page(report: Report, stack: Stack, port: int, out: Path) -> None:
    """A person's way in: the page in a browser, where there is one."""
    with report.step(
        "the page in a browser shows a face that speaks, and a request typed there is carried out"
    ) as told:
        if what := missing(paths.share_dir() / PAGE):
            told.append(f"left out: {what}")
            return
        account = first_account(stack.log.read_text(errors="replace"))
        behind_the_body()  # with the browser: on a machine of one's own it would take nothing from the stack
        told.extend(visit(f"http://127.0.0.1:{port}", account, out))


def _interrupt(number: int, frame: object) -> None:
    """SIGTERM ends the demo as Ctrl-C does: with everything that it started."""
    raise KeyboardInterrupt


def wait_said(stack: Stack, process: subprocess.Popen[bytes], words: str, timeout_s: float) -> None:
    """Until the log holds these words, which that process writes. Raises StepFailed with what is being waited for."""
    end = time.monotonic() + timeout_s
    while words not in (said := stack.log.read_text(errors="replace")):
        if process.poll() is not None:
            raise StepFailed(
                f"what was to say {words!r} ended with status {process.returncode}: see {stack.log}"
            )
        if time.monotonic() > end:
            waiting = [line for line in said.splitlines() if "waiting for" in line]
            raise StepFailed((waiting or [f"{words!r} was not said within {timeout_s:g} s"])[-1])
        time.sleep(LOOK_S)


def launch_arguments(ports: list[int], kept: Path) -> dict[str, str]:
    """What the demo chooses: its own ports, in the order of PORTS, a clip as the camera, and accounts of its own, which lie in
    `kept`: it is always the gateway's first start."""
    kept.mkdir(parents=True, exist_ok=True)
    parameters = yaml.safe_load((paths.share_dir() / "config" / "demo.yaml").read_text(encoding="utf-8"))
    database = f"sqlite:///{(kept / 'gateway.sqlite').absolute()}"
    parameters["/tektra/web"] = {"ros__parameters": {"database": database}}
    chosen = kept / "demo.yaml"
    chosen.write_text(yaml.safe_dump(parameters), encoding="utf-8")
    return {
        **dict(zip(PORTS, map(str, ports), strict=True)),
        "camera": "opencv",
        "camera_source": CLIP,
        "params": str(chosen.absolute()),
    }


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on now, neither by TCP nor by UDP."""
    held: list[socket.socket] = []
    try:
        while len(held) < 2 * count:
            tcp = socket.create_server(("127.0.0.1", 0))
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                udp.bind(tcp.getsockname())
            except OSError:
                tcp.close()
                udp.close()
                continue
            held += [tcp, udp]
        return [listener.getsockname()[1] for listener in held[::2]]
    finally:
        for listener in held:
            listener.close()


def main() -> int:
    parser = ArgumentParser()
    add_parser(parser.add_subparsers())
    return run(parser.parse_args(["demo", *sys.argv[1:]]))
