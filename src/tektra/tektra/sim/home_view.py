# SPDX-License-Identifier: Apache-2.0
"""The simulated home from above, in pictures on standard output, for as long as somebody reads them.

A process of its own, so that no drawing holds up the physics; whoever shows its pictures starts it and ends it. It hears where
everything is from the simulator's port `truth`.
"""

import argparse
import os
import struct
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from tektra.common.errors import LinkError
from tektra.common.scheduling import behind_the_body
from tektra.common.world import World, load_world
from tektra.sim.arguments import default_world
from tektra.sim.client import TruthClient

QUALITY = 80
#: How long it waits before it looks for a simulator that is not there again.
AGAIN_S = 1.0
LENGTH = struct.Struct("<I")
ABOUT = """\
The simulated home from above, in pictures on standard output: of each its length in 4 bytes, little-endian, then JPEG. Ends with its
standard input."""


def show(world: World, client: TruthClient, out: BinaryIO, period_s: float, size_px: tuple[int, int]) -> None:
    """Draws until nobody reads any more. Raises RuntimeError without OpenGL."""
    from tektra.sim.backends.jpeg import encode
    from tektra.sim.backends.mujoco_cameras import MujocoCameras

    cameras = MujocoCameras(world, *size_px)
    while True:
        began_s = time.monotonic()
        try:
            client.connect()
            cameras.put(client.latest().line)
        except LinkError:
            client.close()
            time.sleep(AGAIN_S)
            continue
        picture = encode(cameras.home(), QUALITY)
        try:
            out.write(LENGTH.pack(len(picture)) + picture)
            out.flush()
        except OSError:
            return
        rest(client, period_s - (time.monotonic() - began_s))


def rest(client: TruthClient, for_s: float) -> None:
    """Waits, and reads on meanwhile, so that nothing heaps up at the simulator."""
    end_s = time.monotonic() + for_s
    while (left_s := end_s - time.monotonic()) > 0.0:
        time.sleep(min(left_s, 0.1))
        try:
            client.poll()
        except LinkError:
            return


def _ends_with_input(end: Callable[[int], None] = os._exit) -> None:
    """Whoever started this is gone when standard input ends."""
    while os.read(sys.stdin.fileno(), 64):
        pass
    end(0)


def main(argv: Sequence[str] | None = None) -> int:
    """The command. Returns the exit status."""
    parser = argparse.ArgumentParser("home_view", description=ABOUT)
    parser.add_argument(
        "--world", type=Path, default=default_world(), help="world file (default: %(default)s)"
    )
    parser.add_argument("--truth-port", type=int, default=7100, help="the simulator's port `truth` (7100)")
    parser.add_argument("--rate", type=float, default=1.0, help="pictures a second (1)")
    parser.add_argument("--width", type=int, default=960, help="px (960)")
    parser.add_argument("--height", type=int, default=600, help="px (600)")
    asked = parser.parse_args(argv)
    behind_the_body()
    threading.Thread(target=_ends_with_input, daemon=True).start()
    client = TruthClient(asked.truth_port)
    show(load_world(asked.world), client, sys.stdout.buffer, 1.0 / asked.rate, (asked.width, asked.height))
    return 0


if __name__ == "__main__":
    sys.exit(main())
