# SPDX-License-Identifier: Apache-2.0
"""Rovers without physics that note when a halt reaches their socket: `python -m stopping.robots COUNT`, in bench/.

Each is the firmware of the simulator's rover behind a TCP port of its own. The first line printed is {"ports": {...}}; then comes
one line for each time that a rover is set in motion, or ceases to be: {"robot", "event": "moves" or "stands", "reason", "ns"}.
`ns` is when the kernel took the command's bytes from the driver (SO_TIMESTAMPNS, CLOCK_REALTIME), so it matters little how
busy this process is. Ends with its standard input.
"""

from __future__ import annotations

import json
import random
import selectors
import socket
import struct
import sys
import time
from contextlib import suppress

from tektra.common.robot_wire import LineFramer, Reply, encode
from tektra.common.scheduling import before_everyone
from tektra.sim.firmware.firmware import Firmware
from tektra.sim.firmware.rover import RoverDrive, RoverLimits

SO_TIMESTAMPNS = 35
TICK_S, STATE_TICKS = 0.01, 5
#: Robots have processors of their own: here they go before the drivers. They must read at once, for TCP joins what was not read
#: yet, and the kernel's stamp is then that of the last piece.
PRIORITY = 26


class Rover:
    """One rover: its firmware, its ideal wheels, and its socket."""

    def __init__(self, name: str, at_m: tuple[float, float], selector: selectors.BaseSelector) -> None:
        self.name = name
        self._drive = RoverDrive(RoverLimits(), random.Random(name))
        self._firmware = Firmware(name, self._drive)
        self._at_m, self._yaw_rad = at_m, 0.0
        self._wheels_rad = (0.0, 0.0)
        self._selector = selector
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._client: socket.socket | None = None
        self._framer = LineFramer()
        self._moving = self._busy = False
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def tick(self, now_s: float, state_due: bool) -> None:
        """One step of its clock. It tells its state when that is due, and when it has come to stand."""
        self._firmware.tick(now_s, TICK_S)
        left, right = self._drive.wheels_radps
        self._wheels_rad = (self._wheels_rad[0] + left * TICK_S, self._wheels_rad[1] + right * TICK_S)
        self._drive.sense_wheels(*self._wheels_rad, TICK_S)
        self._yaw_rad += self._drive.twist()[1] * TICK_S
        self._drive.sense_pose(*self._at_m, self._yaw_rad)
        self._note(time.time_ns())
        stood = self._busy and not self._drive.busy
        self._busy = self._drive.busy
        if self._firmware.greeted and (state_due or stood):
            self._send([self._firmware.state(now_s)])

    def _accept(self) -> None:
        client, _ = self._listener.accept()
        if self._client is not None:
            client.close()
            return
        client.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._client, self._framer = client, LineFramer()
        self._selector.register(client, selectors.EVENT_READ, self._read)
        self._send(self._firmware.link_up(time.monotonic()))

    def _read(self) -> None:
        assert self._client is not None
        try:
            data, notes, _, _ = self._client.recvmsg(65_536, 64)
        except OSError:
            data, notes = b"", []
        if not data:
            self._firmware.link_down()
            self._selector.unregister(self._client)
            self._client.close()
            self._client = None
            self._note(time.time_ns())
            return
        took_ns = next(
            (s * 1_000_000_000 + ns for _, kind, told in notes if kind == SO_TIMESTAMPNS for s, ns in [struct.unpack("qq", told)]),
            time.time_ns(),
        )  # fmt: skip
        for line in self._framer.feed(data):
            self._send(self._firmware.receive(line, time.monotonic()))
            self._note(took_ns)

    def _note(self, ns: int) -> None:
        if self._moving == self._firmware.halted:
            self._moving = not self._firmware.halted
            event = "moves" if self._moving else "stands"
            tell({"robot": self.name, "event": event, "reason": self._firmware.halt_reason, "ns": ns})

    def _send(self, replies: list[Reply]) -> None:
        if self._client is not None and replies:
            try:
                self._client.sendall(b"".join(encode(reply) + b"\n" for reply in replies))
            except OSError:
                return  # the next read tells that it is gone


def tell(what: object) -> None:
    """Tells the parent."""
    print(json.dumps(what), flush=True)


def main() -> None:
    before_everyone(PRIORITY)
    selector = selectors.DefaultSelector()
    rovers = [Rover(f"robot{i + 1}", (1.0 + 1.5 * i, 5.0), selector) for i in range(int(sys.argv[1]))]
    tell({"ports": {rover.name: rover.port for rover in rovers}})
    ended: list[bool] = []
    selector.register(sys.stdin, selectors.EVENT_READ, lambda: ended.append(not sys.stdin.readline()))
    due_s, ticks = time.monotonic(), 0
    while not any(ended):
        for key, _ in selector.select(max(0.0, due_s - time.monotonic())):
            key.data()
        now_s = time.monotonic()
        if now_s >= due_s:
            due_s, ticks = max(due_s + TICK_S, now_s - 0.1), ticks + 1
            for number, rover in enumerate(rovers):
                rover.tick(now_s, (ticks + number) % STATE_TICKS == 0)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        main()
