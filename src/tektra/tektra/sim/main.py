# SPDX-License-Identifier: Apache-2.0
"""The simulator's process: a MuJoCo home in real time, with robots that only their sockets reach. No ROS in it."""

import argparse
import contextlib
import json
import os
import selectors
import signal
import ssl
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tektra.common.errors import OptionError, TektraError
from tektra.common.robot_key import load_key
from tektra.common.robot_tls import server_context
from tektra.common.scheduling import BODY_NICENESS, be_nice
from tektra.common.world import World, load_world
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.home import Home
from tektra.sim.physics import TICK_S
from tektra.sim.ports import TruthPort, UdpPort
from tektra.sim.tcp_port import TcpPort

DEFAULT_PORTS = {"truth": 7100, "rover1": 7101, "rover2": 7102, "arm1": 7103}
STATE_EVERY = 10  # ticks: 20 Hz
TRUTH_EVERY = 4  # ticks: 50 Hz
LATE_S = 0.05  # a simulation later than this lets the lost time go, rather than race after it

ABOUT = """\
A home with robots in it, in MuJoCo, in real time: a stand-in for hardware. Robots are reachable by their sockets
alone (JSON; docs/protocol.md); it knows nothing of ROS. A port named `truth` tells, 50 times a second, where
everything really is, one JSON object a line. It moves no robot, but puts things and people in the way:
{"put":"box1","x":7.2,"y":5.0}, {"walk":"person1","x":7.2,"y":5.0,"speed":1.2}, {"take":"box1"}."""

EXAMPLES = """\
examples:
  sim                                            the home of config/world.yaml on ports 7100-7103
  sim --ports rover1=0,rover2=0,arm1=0,truth=0   free ports; the first line printed tells which
  sim --speed 4                                  four times as fast as real time; for tests

look at a robot by hand, then drive it for 0.3 s:
  nc 127.0.0.1 7100 | head -1
  (echo '{"type":"hello","protocol":1,"client":"me"}'; sleep 0.2;
   echo '{"type":"velocity","seq":1,"vx":0.3,"wz":0,"ttl":0.3}'; sleep 1) | nc 127.0.0.1 7101

The first line on standard output is {"ready": true, "ports": {...}}. Ctrl-C or SIGTERM ends it.
"""


class Simulator:
    """The home and its sockets. `run` blocks until `stop` is called, from a signal handler or another thread."""

    def __init__(
        self,
        world: World,
        ports: dict[str, int],
        *,
        host: str,
        speed: float,
        seed: int,
        keys: dict[str, bytes],
        tls: ssl.SSLContext | None,
    ) -> None:
        from tektra.sim.backends.mujoco_home import MujocoHome

        rover, arm = RoverLimits(), ArmLimits()
        self._home = Home(world, MujocoHome(world, rover, arm), rover, arm, seed=seed, keys=keys)
        self._speed, self._stopped = speed, False
        self._selector = selectors.DefaultSelector()
        self._ports: dict[str, TcpPort | UdpPort] = {}
        for robot in world.robots.values():
            firmware, port = self._home.firmware[robot.name], ports[robot.name]
            with _told(robot.name, port):
                if robot.link == "tcp":
                    self._ports[robot.name] = TcpPort(firmware, host, port, self._selector, tls)
                else:
                    self._ports[robot.name] = UdpPort(firmware, host, port, self._selector)
        with _told("truth", ports["truth"]):
            self._truth = TruthPort(host, ports["truth"], self._selector, self._home.obey)

    @property
    def ports(self) -> dict[str, int]:
        """The ports really taken: a port asked for as 0 is told here."""
        return {
            "truth": self._truth.port,
            **{name: port.port for name, port in self._ports.items()},
        }

    def run(self) -> None:
        """Keeps step with the clock until stopped. Sockets are read as soon as something comes."""
        tick_wall_s = TICK_S / self._speed
        due_s, ticks = time.monotonic(), 0
        while not self._stopped:
            ahead_s = tick_wall_s * (self._together(ticks) - 1)
            left_s = due_s + ahead_s - time.monotonic()
            came = left_s > 0.0 and bool(self._selector.select(left_s))
            now_s = time.monotonic()
            due_s = max(due_s, now_s - ahead_s - LATE_S)
            while due_s <= now_s:
                due_s, ticks = due_s + tick_wall_s, ticks + 1
                if not self._home.rests:
                    self._poll()
                self._home.tick()
                self._tell(ticks)
            self._poll()
            if came:  # a flood must not take a whole core
                time.sleep(min(0.0005, max(0.0, due_s - time.monotonic())))

    def _together(self, ticks: int) -> int:
        """How many ticks may pass at once: in a home at rest as many as until it tells something."""
        if not self._home.rests:
            return 1
        every = TRUTH_EVERY if self._truth.watched else STATE_EVERY
        return every - ticks % every

    def stop(self) -> None:
        self._stopped = True

    def close(self) -> None:
        for port in self._ports.values():
            port.close()
        self._truth.close()
        self._selector.close()

    def _poll(self) -> None:
        for port in self._ports.values():
            port.poll(self._home.now_s)
        self._truth.poll()

    def _tell(self, ticks: int) -> None:
        if ticks % STATE_EVERY == 0:
            for port in self._ports.values():
                port.send_state(self._home.now_s)
        if ticks % TRUTH_EVERY == 0 and self._truth.watched:
            self._truth.send(self._home.truth())


@contextlib.contextmanager
def _told(name: str, port: int) -> Iterator[None]:
    """Turns a port that cannot be had into an error that says which and what to do."""
    try:
        yield
    except OSError as fault:
        what = f"port {port} for {name} cannot be had ({fault.strerror})"
        raise OptionError(what, "end the other simulator, or choose another by --ports") from None


def parse_ports(text: str, world: World) -> dict[str, int]:
    """`rover1=7101,truth=0` as a mapping, over the usual ports. Raises OptionError."""
    wanted = ("truth", *world.robots)
    ports = {name: port for name, port in DEFAULT_PORTS.items() if name in wanted}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, number = part.partition("=")
        if name not in wanted:
            raise OptionError(f"--ports names {name!r}", f"this world has {', '.join(wanted)}")
        if not (number.isascii() and number.isdigit() and int(number) <= 65535):
            raise OptionError(
                f"--ports gives {name} the port {number!r}",
                "give a number from 0 to 65535",
            )
        ports[name] = int(number)
    missing = [name for name in wanted if name not in ports]
    if missing:
        raise OptionError(
            f"no port for {', '.join(missing)}",
            f"add --ports {missing[0]}=PORT (0: any free one)",
        )
    return ports


def parse_keys(text: str, world: World) -> dict[str, bytes]:
    """`rover1=FILE,rover2=FILE` as the keys in these files. Raises OptionError."""
    keys = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, path = part.partition("=")
        if name not in world.robots:
            raise OptionError(f"--key-files names {name!r}", f"this world has {', '.join(world.robots)}")
        keys[name] = load_key(f"--key-files {name}", path)
    return keys


def _tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    certificate, key, ca = arguments.tls_certificate, arguments.tls_key, arguments.tls_client_ca
    if not (certificate or key or ca):
        return None
    if not (certificate and key):
        raise OptionError("TLS wants two files", "give --tls-certificate and --tls-key")
    return server_context(certificate, key, ca)


def default_world() -> Path:
    """config/world.yaml of the checkout; where Tektra is installed, of its share folder."""
    here = Path(__file__).resolve()
    roots = [parent / "config" for parent in here.parents]
    roots += [Path(prefix) / "share/tektra_bringup/config" for prefix in _prefixes()]
    return next(
        (root / "world.yaml" for root in roots if (root / "world.yaml").is_file()),
        Path("config/world.yaml"),
    )


def _prefixes() -> list[str]:
    return [prefix for prefix in os.environ.get("AMENT_PREFIX_PATH", "").split(":") if prefix]


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "sim",
        description=ABOUT,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--world",
        type=Path,
        default=default_world(),
        help="world file (default: %(default)s)",
    )
    parser.add_argument(
        "--ports",
        default="",
        metavar="NAME=PORT,...",
        help="ports other than 7100-7103; 0 takes a free one",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on (default: %(default)s)",
    )
    parser.add_argument(
        "--speed",
        type=float,
        default=1.0,
        help="times real time, 0.1 to 50; the robots' clocks follow (default: 1)",
    )
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        help="seed of the localisation's noise (default: 1)",
    )
    parser.add_argument(
        "--key-files",
        default="",
        metavar="NAME=FILE,...",
        help="robots that obey signed messages alone, each with the file that holds its key",
    )
    parser.add_argument("--tls-certificate", default="", metavar="FILE", help="TLS on every robot's TCP port")
    parser.add_argument("--tls-key", default="", metavar="FILE", help="the certificate's private key")
    parser.add_argument(
        "--tls-client-ca", default="", metavar="FILE", help="drivers must show a certificate of this CA"
    )
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """The command `sim`. Returns the exit status: 0 when told to end, 2 for what it cannot start with."""
    arguments = _arguments(argv)
    try:
        if not 0.1 <= arguments.speed <= 50.0:
            raise OptionError(f"--speed {arguments.speed}", "give a number from 0.1 to 50")
        world = load_world(arguments.world)
        ports = parse_ports(arguments.ports, world)
        simulator = Simulator(
            world,
            ports,
            host=arguments.host,
            speed=arguments.speed,
            seed=arguments.seed,
            keys=parse_keys(arguments.key_files, world),
            tls=_tls(arguments),
        )
    except TektraError as fault:
        sys.stderr.write(f"sim: {fault}\n")
        return 2
    be_nice(
        BODY_NICENESS
    )  # robots have processors of their own: theirs does not wait for a browser that draws
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: simulator.stop())
    sys.stdout.write(json.dumps({"ready": True, "ports": simulator.ports}) + "\n")
    sys.stdout.flush()
    try:
        simulator.run()
    finally:
        simulator.close()
    return 0
