# SPDX-License-Identifier: Apache-2.0
"""A million malformed or hostile messages at the robots' ports a transport, and a quarter from hostile robots to drivers.

The simulator runs as its own process with five robots: a rover over TCP and one over UDP that take unsigned messages,
two more that demand signed ones, and an arm. They get structured garbage, right messages with wrong signatures, what
an eavesdropper recorded of a real session, floods of hellos, connections and silence (bench/hostile/messages.py).
The robots' own count of what they refused is the count here. Where everything really is comes from the truth port:
nothing may have moved. After each round a proper driver must be able to drive each robot. The baseline of motion is
the same home before the first message. `--quick`: 20,000 in place of 1,000,000 a transport.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import random
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from common import emit, table
from hostile.messages import commands, harmless_command, malformed_command, malformed_reply

from tektra.common.robot_wire import RobotHello, State, encode
from tektra.driver.backends import Event
from tektra.driver.backends.json_tcp import JsonTcpLink
from tektra.driver.backends.json_udp import JsonUdpLink
from tektra.driver.backends.link_options import JsonTcpOptions, JsonUdpOptions
from tektra.driver.commands import Command, Drive, MoveJoints, StandStill
from tektra.sim.client import SimProcess, Truth, TruthClient

ROBOTS = {"tcp": "tcp", "udp": "udp", "signed_tcp": "tcp", "signed_udp": "udp", "arm": "tcp"}
BATCH = 100
HURRY = 20.0  # of the clock that links to hostile robots see: they wait long before they try again
ROUNDS = 10
QUEUED_BYTES = 60_000  # less than the kernel keeps for a socket: so nothing is thrown away unseen
PATIENCE_S = 30.0
REST = 0.01  # m/s and rad/s: slower than this is no motion
TARGETS = {
    "crashes": "== 0",
    "rss_growth_mb": "<= 10",
    "moved_m": "<= 0.0002",
    "drivable": "== 5",
    "driver_crashes": "== 0",
}
TARGETS |= {"turned_rad": "<= 0.0003", "joint_speed_radps": "<= 0.05"}
TARGETS |= {"driven_turned_rad": ">= 0.01", "driven_joint_speed_radps": ">= 0.1"}
TARGETS |= {"driver_slowest_poll_cpu_ms": "<= 50"}  # a permit lasts 120
TARGETS |= {"driver_rss_growth_mb": "<= 10", "driver_believed": "== 0"}
WORLD = """\
version: 1
name: field
bounds: {x_m: [0.0, 20.0], y_m: [0.0, 10.0]}
robots:
  tcp: {kind: rover, link: tcp, x_m: 3.0, y_m: 5.0}
  udp: {kind: rover, link: udp, x_m: 6.0, y_m: 5.0}
  signed_tcp: {kind: rover, link: tcp, x_m: 9.0, y_m: 5.0}
  signed_udp: {kind: rover, link: udp, x_m: 12.0, y_m: 5.0}
  arm: {kind: arm, link: tcp, x_m: 16.0, y_m: 5.0, z_m: 0.7}
"""


class Watcher(threading.Thread):
    """Reads the truth all the time. While `hostile`, nothing may move: it keeps the farthest and the fastest."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.hostile, self.gone = False, False
        self.moved_m = self.turned_rad = self.joint_speed_radps = 0.0
        self.newest: Truth | None = None
        self._start: Truth | None = None
        self._client = TruthClient(port)
        self._client.connect()

    def run(self) -> None:
        try:
            while True:
                truth = self.newest = self._client.read(PATIENCE_S)
                if not self.hostile:
                    self._start = None
                    continue
                self._start = self._start or truth
                for name, body in truth.robots.items():
                    was = self._start.robots[name]
                    self.moved_m = max(self.moved_m, body.distance_m(was.x_m, was.y_m))
                    turned_rad = abs(math.remainder(body.yaw_rad - was.yaw_rad, math.tau))
                    self.turned_rad = max(self.turned_rad, turned_rad)
                    self.joint_speed_radps = max(self.joint_speed_radps, abs(body.joint_speed_radps))
        except Exception:  # whatever it is, the simulator does not tell the truth any more
            self.gone = True

    def _at_rest(self) -> bool:
        bodies = self.newest.robots.values() if self.newest else ()
        speeds = [abs(v) for body in bodies for v in (body.vx_mps, body.wz_radps, body.joint_speed_radps)]
        return bool(speeds) and max(speeds) < REST

    def begin_anew(self) -> None:
        self.moved_m = self.turned_rad = self.joint_speed_radps = 0.0

    @contextlib.contextmanager
    def attack(self) -> Iterator[None]:
        """Looks closely meanwhile. Begins when what was driven before has come to rest."""
        end = time.monotonic() + PATIENCE_S
        while not self._at_rest() and time.monotonic() < end:
            time.sleep(0.02)
        self.hostile = True
        yield
        self.hostile = False


class Tapped:
    """An eavesdropper: what a link writes is kept. Mixed into links, before them."""

    tape: list[bytes]

    def _write(self, data: bytes | None, *rest: float) -> bool:
        if data is not None:
            self.tape.append(data)
        return super()._write(data, *rest)  # type: ignore[misc]


class TappedTcp(Tapped, JsonTcpLink):
    pass


class TappedUdp(Tapped, JsonUdpLink):
    pass


class Field:
    """The simulator under attack, and proper drivers for its robots."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.rng = rng
        self.key = folder / "robots.key"
        self.key.touch(mode=0o600)
        self.key.write_text(rng.randbytes(32).hex())
        world = folder / "field.yaml"
        world.write_text(WORLD)
        keys = ",".join(f"{name}={self.key}" for name in ROBOTS if name.startswith("signed"))
        self.sim = SimProcess(
            ["--world", str(world), "--key-files", keys], ports=dict.fromkeys([*ROBOTS, "truth"], 0)
        )
        self.sim.start()
        self.process = psutil.Process(self.sim.pid)
        self.watcher = Watcher(self.sim.ports["truth"])
        self.watcher.start()
        self.tapes: dict[str, list[bytes]] = {name: [] for name in ROBOTS}

    def link(self, name: str) -> TappedTcp | TappedUdp:
        key = str(self.key) if name.startswith("signed") else ""
        made: TappedTcp | TappedUdp
        if ROBOTS[name] == "tcp":
            made = TappedTcp(name, "127.0.0.1", self.sim.ports[name], JsonTcpOptions(key_file=key))
        else:
            made = TappedUdp(name, "127.0.0.1", self.sim.ports[name], JsonUdpOptions(key_file=key))
        made.tape = []
        return made

    def drive(self, name: str) -> int:
        """A proper driver connects, moves the robot and halts it. How many messages the robot has refused; -1: not drivable."""
        link, end = self.link(name), time.monotonic() + PATIENCE_S
        link.connect()
        motion: Command = MoveJoints(("waist",), (self.rng.choice((-0.5, 0.5)),), (), 0.15)
        if name != "arm":
            motion = Drive(0.0, 0.0, self.rng.choice((-1.0, 1.0)), 0.15)
        refused, moved = -1, False
        while time.monotonic() < end:
            for event in link.poll(time.monotonic()):
                refused = event.rejected if isinstance(event, State) else refused
            body = self.watcher.newest.robots[name] if self.watcher.newest else None
            if body is not None and link.up and refused >= 0:
                moved = moved or abs(body.wz_radps) > 0.3 or abs(body.joint_speed_radps) > 0.2
                if moved and body.standing:
                    break
                link.send(StandStill(0) if moved else motion, time.monotonic())
            time.sleep(0.02)
        else:
            print(f"{name} cannot be driven: {link.fault or 'up, but it did not move and stand'}")
            refused = -1
        self.tapes[name] = link.tape
        link.close()
        return refused

    def line(self, name: str) -> bytes:
        """The next hostile message for this robot. Where it takes unsigned ones, none that could move it is right."""
        chance = self.rng.random()
        if name.startswith("signed"):
            if chance < 0.25 and self.tapes[name]:
                return self._mangled(self.rng.choice(self.tapes[name]))
            if chance < 0.5:
                return encode_plain(self.rng)
        if chance > 0.97:
            return harmless_command(self.rng, self.rng.randrange(1, 2**30))
        return malformed_command(self.rng)

    def _mangled(self, line: bytes) -> bytes:
        """What was recorded: as it was, cut, or with one bit turned."""
        how = self.rng.random()
        if how < 0.4:
            return line
        if how < 0.6:
            return line[: self.rng.randrange(1, len(line))]
        at = self.rng.randrange(len(line))
        turned = line[at] ^ (1 << self.rng.randrange(8))
        return line[:at] + bytes([turned if turned != 10 else 0]) + line[at + 1 :]


def encode_plain(rng: random.Random) -> bytes:
    """Right in every way, but unsigned."""
    return json.dumps(commands(rng)).encode()


def flood_tcp(field: Field, name: str, batches: int) -> None:
    """Connections that talk for a while, some after a hello, some among many others, some falling silent at once."""
    address, rng = ("127.0.0.1", field.sim.ports[name]), field.rng
    while batches > 0:
        # it is cut off now and then, as it should be
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for _ in range(rng.choice((0, 0, 0, 8))):
                stack.enter_context(socket.create_connection(address, timeout=5.0))
            client = stack.enter_context(socket.create_connection(address, timeout=5.0))
            if rng.random() < 0.7:
                client.sendall(b'{"type":"hello","protocol":1,"client":"fuzz"}\n')
            for _ in range(min(batches, rng.randrange(1, 40))):
                batches -= 1
                lines = [field.line(name) + rng.choice((b"\n", b"\r\n", b"\n\n")) for _ in range(BATCH)]
                client.sendall(b"".join(lines))
                _swallow(client)
            client.sendall(field.line(name)[:50])  # a line that never ends
            if (
                rng.random() < 0.8
            ):  # otherwise what the robot has not read yet is thrown away with the connection
                client.shutdown(socket.SHUT_WR)
                while client.recv(65_536):
                    pass


def flood_udp(field: Field, name: str, batches: int) -> None:
    """Datagrams from several senders, as fast as the robot reads them."""
    address, rng = ("127.0.0.1", field.sim.ports[name]), field.rng
    senders = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(3)]
    for _ in range(batches):
        for _ in range(BATCH):
            data = rng.choice((field.line(name), b"")) if rng.random() < 0.01 else field.line(name)
            rng.choice(senders[:2] if rng.random() < 0.9 else senders).sendto(data[:9000], address)
        while _queued(address[1]) > QUEUED_BYTES:
            time.sleep(0.001)
    for sender in senders:
        sender.close()


def _swallow(client: socket.socket) -> None:
    client.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while client.recv(65_536):
            pass
    client.settimeout(5.0)


def _queued(port: int) -> int:
    """Bytes that wait in the kernel for the UDP socket at this port."""
    for row in Path("/proc/net/udp").read_text().splitlines()[1:]:
        words = row.split()
        if int(words[1].split(":")[1], 16) == port:
            return int(words[4].split(":")[1], 16)
    return 0


def attack_robots(messages: int, seed: int) -> dict[str, float]:
    """The robots' side. `messages`: how many the robots of each transport must have refused."""
    figures: dict[str, float] = {"crashes": 0}
    with tempfile.TemporaryDirectory() as scratch:
        field = Field(Path(scratch), random.Random(seed))
        try:
            figures |= _baseline(field)
            refused, memory, began = {name: field.drive(name) for name in ROBOTS}, [], time.monotonic()
            while min(refused.values()) >= 0 and min(sums(refused).values()) < messages:
                _round(field, messages, refused)
                memory.append(field.process.memory_info().rss / 2**20)
                done = sums(refused)
                print(
                    f"{done['tcp']} over TCP, {done['udp']} over UDP, {memory[-1]:.1f} MB, moved {field.watcher.moved_m:.5f} m",
                    flush=True,
                )
            figures |= {f"messages_{kind}": count for kind, count in sums(refused).items()}
            figures["per_s"] = round(sum(sums(refused).values()) / (time.monotonic() - began))
            figures["drivable"] = sum(count >= 0 for count in refused.values())
            figures["rss_growth_mb"] = round(max(memory) - memory[0], 2) if memory else float("nan")
        except (OSError, psutil.Error) as fault:
            print(f"seed {seed}: {fault!r}")
            figures["crashes"] += 1
        gone = field.watcher.gone
        figures["crashes"] += field.sim.stop() != 0 or gone
        figures["moved_m"] = round(field.watcher.moved_m, 5)
        figures["turned_rad"] = round(field.watcher.turned_rad, 5)
        figures["joint_speed_radps"] = round(field.watcher.joint_speed_radps, 5)
    return figures


def _baseline(field: Field) -> dict[str, float]:
    """What the watcher sees of a home that nobody talks to, and of one whose robots are driven: it is not blind."""
    seen = {}
    for name in ("idle", "driven"):
        with field.watcher.attack():
            if name == "idle":
                time.sleep(2.0)
            else:
                for robot in ROBOTS:
                    field.drive(robot)
        watcher = field.watcher
        seen[f"{name}_moved_m"] = round(watcher.moved_m, 5)
        seen[f"{name}_turned_rad"] = round(watcher.turned_rad, 5)
        seen[f"{name}_joint_speed_radps"] = round(watcher.joint_speed_radps, 5)
        watcher.begin_anew()
    return seen


def _round(field: Field, messages: int, refused: dict[str, int]) -> None:
    """Every robot gets a share, transport by transport, until it is enough; then a proper driver drives it, and it tells its count."""
    for kind, flood in (("tcp", flood_tcp), ("udp", flood_udp)):
        names = [name for name in ROBOTS if ROBOTS[name] == kind]
        if sums(refused)[kind] >= messages:
            continue
        with field.watcher.attack():
            for name in names:
                flood(field, name, messages // ROUNDS // len(names) // BATCH + 1)
        for name in names:
            refused[name] = field.drive(name)


def sums(refused: dict[str, int]) -> dict[str, int]:
    return {kind: sum(refused[name] for name in ROBOTS if ROBOTS[name] == kind) for kind in ("tcp", "udp")}


class HostileRobot(threading.Thread):
    """A robot that says a hello, and then garbage, to whoever connects; `signed`: it only plays that it has a key."""

    def __init__(self, kind: str, signed: bool, rng: random.Random) -> None:
        super().__init__(daemon=True)
        self.done = False
        self._sender: tuple[str, int] | None = None
        self._kind, self._rng = kind, rng
        nonce = ("ab" * 16,) if signed else ()
        self._hello = encode(RobotHello("robot", "rover", ("base",), 2 if signed else 1, *nonce))
        self.socket = socket.socket(
            socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM
        )
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.2 if kind == "tcp" else 0.002)
        if kind == "tcp":
            self.socket.listen(4)
        self.port = int(self.socket.getsockname()[1])

    def run(self) -> None:
        while not self.done:
            with contextlib.suppress(OSError):
                self._serve_tcp() if self._kind == "tcp" else self._serve_udp()

    def _said(self) -> bytes:
        chance = self._rng.random()
        return (
            self._hello
            if chance < 0.02
            else malformed_command(self._rng)
            if chance < 0.1
            else malformed_reply(self._rng)
        )

    def _serve_tcp(self) -> None:
        client, _ = self.socket.accept()
        with client:
            client.settimeout(0.5)
            client.sendall(self._hello + b"\n")
            for _ in range(self._rng.randrange(1, 200)):
                client.sendall(b"".join(self._said() + b"\n" for _ in range(20)))
                _swallow(client)
                client.settimeout(0.5)

    def _serve_udp(self) -> None:
        with contextlib.suppress(TimeoutError):
            _, self._sender = self.socket.recvfrom(5000)
        for _ in range(20 if self._sender else 0):
            self.socket.sendto(self._said(), self._sender)


def attack_drivers(messages: int, seed: int) -> dict[str, float]:
    """The drivers' side: four links, each to a robot that is hostile."""
    counts = {"messages": 0, "believed": 0, "crashes": 0}
    first_mb, most_mb, slowest_s, own = float("nan"), 0.0, 0.0, psutil.Process()
    with tempfile.TemporaryDirectory() as scratch:
        key = Path(scratch) / "driver.key"
        key.touch(mode=0o600)
        key.write_text(random.Random(seed).randbytes(32).hex())
        for number, (kind, signed) in enumerate((k, s) for k in ("tcp", "udp") for s in (False, True)):
            robot = HostileRobot(kind, signed, random.Random(seed + number))
            robot.start()
            link = _link_to(robot, kind, str(key) if signed else "")
            link.connect()
            began_s, heard = time.monotonic(), 0
            try:
                while heard < messages // 4 and time.monotonic() - began_s < 600.0:
                    now_s = HURRY * (time.monotonic() - began_s)
                    before_s = time.thread_time()  # others, the hostile robot among them, may have the core
                    counts["believed"] += sum(not _harmless(event, signed) for event in link.poll(now_s))
                    counts["believed"] += link.up
                    link.send(Drive(0.1, 0.0, 0.0, 0.1), now_s)
                    slowest_s = max(slowest_s, time.thread_time() - before_s)
                    heard = link._session.garbage
                    if heard > messages // 20:
                        used_mb = own.memory_info().rss / 2**20
                        first_mb, most_mb = (
                            used_mb if first_mb != first_mb else first_mb,
                            max(most_mb, used_mb),
                        )
                    time.sleep(0.001)
            except Exception as fault:
                print(f"seed {seed}: {kind} {'signed' if signed else 'unsigned'}: {fault!r}")
                counts["crashes"] += 1
            robot.done = True
            link.close()
            counts["messages"] += heard
            robot.join()
            robot.socket.close()
    figures = {f"driver_{name}": float(count) for name, count in counts.items()}
    return figures | {
        "driver_rss_growth_mb": round(most_mb - first_mb, 2),
        "driver_slowest_poll_cpu_ms": round(slowest_s * 1e3, 1),
    }


def _link_to(robot: HostileRobot, kind: str, key: str) -> JsonTcpLink | JsonUdpLink:
    if kind == "tcp":
        return JsonTcpLink("robot", "127.0.0.1", robot.port, JsonTcpOptions(key_file=key))
    return JsonUdpLink("robot", "127.0.0.1", robot.port, JsonUdpOptions(key_file=key))


def _harmless(event: Event, signed: bool) -> bool:
    """A hello is right where none is signed; a state never is."""
    return not isinstance(event, State) and not signed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 messages a transport, not 1,000,000")
    parser.add_argument("--messages", type=int, help="how many a transport, whatever else is said")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    args = parser.parse_args()
    messages = args.messages or (20_000 if args.quick else 1_000_000)
    print(f"seed {args.seed}")
    figures = attack_robots(messages, args.seed)
    print(f"the robots: {figures}; now the drivers", flush=True)
    figures |= attack_drivers(messages // 4, args.seed)
    targets = {**TARGETS, "messages_tcp": f">= {messages}", "messages_udp": f">= {messages}"}
    targets["driver_messages"] = f">= {messages // 4}"
    print(table(("figure", "value"), [(name, value) for name, value in figures.items()]))
    emit(
        "fuzz",
        n=int(figures.get("messages_tcp", 0) + figures.get("messages_udp", 0)),
        figures=figures,
        targets=targets,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
