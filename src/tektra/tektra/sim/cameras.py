# SPDX-License-Identifier: Apache-2.0
"""Cameras on the rovers of the simulated home, as network cameras: MJPEG over HTTP, each picture with its time.

A process beside the simulator, so that no drawing holds up its physics. It hears where everything is from the port `truth`, draws
only what somebody looks at, and knows nothing of ROS.
"""

import argparse
import contextlib
import json
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tektra.common.errors import OptionError, TektraError
from tektra.common.scheduling import behind_the_body
from tektra.common.world import World, load_world
from tektra.sim.arguments import default_world

BOUNDARY = "tektra-picture"
QUALITY = 85
#: So many may look at a time.
MOST = 8
SILENT_S = 5.0
ABOUT = """\
Cameras on the rovers of the simulated home. http://HOST:PORT/<rover>.mjpg streams what that rover sees (multipart/x-mixed-replace,
the time of each picture in X-Timestamp, s since the epoch); /<rover>.json tells tests which things its last picture shows."""


class Studio:
    """Newest truth in, newest pictures out. `run` draws, in the thread that calls it; the rest is for any thread."""

    def __init__(self, world: World, width_px: int, height_px: int, rate_hz: float) -> None:
        self.rovers = [robot.name for robot in world.robots.values() if robot.kind == "rover"]
        self._world, self._size, self._period_s = world, (width_px, height_px), 1.0 / rate_hz
        self._changed = threading.Condition()
        self._truth: tuple[dict[str, Any], float] | None = None
        self._watched = dict.fromkeys(self.rovers, 0)
        self._pictures: dict[str, tuple[bytes, float, str]] = {}
        self._doubted: set[str] = set()
        self._ended = False

    def heard(self, line: bytes, now_s: float) -> None:
        """A line of the truth port."""
        with self._changed:
            self._truth = (json.loads(line), now_s)

    def watch(self, rover: str, by: int) -> bool:
        """One more (1) or less (-1) looks; False when too many do."""
        with self._changed:
            if by > 0 and sum(self._watched.values()) >= MOST:
                return False
            self._watched[rover] += by
            self._changed.notify_all()
            return True

    def next(self, rover: str, after_s: float) -> tuple[bytes, float] | None:
        """JPEG and time of a picture taken later; None when none comes within 5 s."""
        with self._changed:
            self._changed.wait_for(lambda: self._ended or self._newer(rover, after_s), SILENT_S)
            return self._pictures[rover][:2] if self._newer(rover, after_s) else None

    def truth_about(self, rover: str) -> tuple[str, float] | None:
        """Which things its next picture shows, as JSON, and its time. Drawn for who asks: it costs a picture more."""
        with self._changed:
            self._doubted.add(rover)
            self._pictures.pop(rover, None)
            told = self._changed.wait_for(
                lambda: self._ended or self._pictures.get(rover, ("", 0, ""))[2], SILENT_S
            )
            self._doubted.discard(rover)
            return (self._pictures[rover][2], self._pictures[rover][1]) if told and not self._ended else None

    def end(self) -> None:
        """Also from a signal's handler, which may have come while the lock was held."""
        self._ended = True

    def run(self, ready: Callable[[], None]) -> None:
        """Draws until `end`; calls `ready` after a first try. A rover that nobody looks at costs nothing."""
        from tektra.sim.backends.jpeg import encode
        from tektra.sim.backends.mujoco_cameras import MujocoCameras

        cameras = MujocoCameras(self._world, *self._size)
        cameras.picture(self.rovers[0])
        ready()
        while not self._ended:
            began_s = time.monotonic()
            with self._changed:
                self._changed.wait_for(lambda: self._ended or any(self._watched.values()), 0.5)
                truth, watched = self._truth, [name for name, count in self._watched.items() if count]
            if truth is not None and not self._ended:
                cameras.put(truth[0])
                for rover in watched:
                    picture = encode(cameras.picture(rover), QUALITY)
                    with self._changed:
                        shown = json.dumps(cameras.visible(rover)) if rover in self._doubted else ""
                        self._pictures[rover] = (picture, truth[1], shown)
                        self._changed.notify_all()
            time.sleep(max(0.005, self._period_s - (time.monotonic() - began_s)))
        cameras.close()

    def _newer(self, rover: str, after_s: float) -> bool:
        return rover in self._pictures and self._pictures[rover][1] > after_s


def listen_to(studio: Studio, host: str, port: int, ended: threading.Event) -> None:
    """Hears the truth port, and looks for it again when it is gone. Blocks until `ended`."""
    while not ended.is_set():
        with contextlib.suppress(OSError, ValueError):
            with socket.create_connection((host, port), 5.0) as link, link.makefile("rb") as lines:
                for line in lines:
                    studio.heard(line, time.time())
                    if ended.is_set():
                        return
        ended.wait(1.0)


class _Handler(BaseHTTPRequestHandler):
    studio: Studio
    timeout = 10.0

    def do_GET(self) -> None:
        rover, _, kind = self.path.lstrip("/").partition(".")
        if rover not in self.studio.rovers or kind not in ("mjpg", "json"):
            self.send_error(404, f"give one of {', '.join(self.studio.rovers)}, as /NAME.mjpg or /NAME.json")
        elif not self.studio.watch(rover, 1):
            self.send_error(503, f"{MOST} look already")
        else:
            try:
                with contextlib.suppress(OSError):  # who looked is gone
                    self._stream(rover) if kind == "mjpg" else self._tell(rover)
            finally:
                self.studio.watch(rover, -1)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing a request."""

    def _stream(self, rover: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={BOUNDARY}")
        self.end_headers()
        taken_s = 0.0
        while (found := self.studio.next(rover, taken_s)) is not None:
            picture, taken_s = found
            head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nX-Timestamp: {taken_s:.6f}\r\n"
            self.wfile.write(f"{head}Content-Length: {len(picture)}\r\n\r\n".encode() + picture + b"\r\n")

    def _tell(self, rover: str) -> None:
        found = self.studio.truth_about(rover)
        if found is None:
            self.send_error(503, "no picture yet")
            return
        body = json.dumps({"stamp_s": found[1], "visible": json.loads(found[0])}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main(argv: Sequence[str] | None = None) -> int:
    """The command. Returns the exit status: 0 when told to end, 2 for what it cannot start with."""
    parser = argparse.ArgumentParser("sim_cameras", description=ABOUT)
    parser.add_argument(
        "--world", type=Path, default=default_world(), help="world file (default: %(default)s)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=7110, help="port to listen on; 0: a free one (default: 7110)"
    )
    parser.add_argument(
        "--truth-port", type=int, default=7100, help="the simulator's port `truth` (default: 7100)"
    )
    parser.add_argument("--rate", type=float, default=4.0, help="pictures a second, 0.5 to 30 (default: 4)")
    parser.add_argument("--width", type=int, default=640, help="px, 64 to 1600 (default: 640)")
    parser.add_argument("--height", type=int, default=480, help="px, 64 to 1000 (default: 480)")
    asked = parser.parse_args(argv)
    behind_the_body()
    try:
        if not (0.5 <= asked.rate <= 30.0 and 64 <= asked.width <= 1600 and 64 <= asked.height <= 1000):
            raise OptionError("a rate or size out of bounds", "see --help")
        studio = Studio(load_world(asked.world), asked.width, asked.height, asked.rate)
        if not studio.rovers:
            raise OptionError(f"{asked.world} has no rover", "name a world with one by --world")
        server = _server(asked.host, asked.port, studio)
    except TektraError as fault:
        sys.stderr.write(f"sim_cameras: {fault}\n")
        return 2
    ended = threading.Event()

    def end(number: int, frame: object) -> None:
        ended.set()
        studio.end()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    listen = threading.Thread(
        target=listen_to, args=(studio, "127.0.0.1", asked.truth_port, ended), daemon=True
    )
    serve = threading.Thread(target=server.serve_forever, daemon=True)
    listen.start()
    serve.start()

    def ready() -> None:
        sys.stdout.write(json.dumps({"ready": True, "port": server.server_address[1]}) + "\n")
        sys.stdout.flush()

    try:
        studio.run(ready)
    finally:
        server.shutdown()
        server.server_close()
    return 0


def _server(host: str, port: int, studio: Studio) -> ThreadingHTTPServer:
    handler = type("Handler", (_Handler,), {"studio": studio})
    try:
        server = ThreadingHTTPServer((host, port), handler)
    except OSError as fault:
        raise OptionError(
            f"port {port} cannot be had ({fault.strerror})", "choose another by --port"
        ) from None
    server.daemon_threads = True
    return server


if __name__ == "__main__":
    sys.exit(main())
