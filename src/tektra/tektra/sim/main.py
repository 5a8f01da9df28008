# SPDX-License-Identifier: Apache-2.0
"""The simulator's process: a MuJoCo home in real time, with robots that only their sockets reach. No ROS in it."""

import argparse
import contextlib
import json
import selectors
import signal
import ssl
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from tektra.common.errors import OptionError, TektraError
from tektra.common.robot_tls import server_context
from tektra.common.scheduling import BODY_NICENESS, be_nice
from tektra.common.world import World, load_world
from tektra.sim.arguments import arguments_of, parse_brakes, parse_keys, parse_ports
from tektra.sim.firmware.arm import ArmLimits
from tektra.sim.firmware.rover import RoverLimits
from tektra.sim.home import Home
from tektra.sim.physics import TICK_S
from tektra.sim.ports import TruthPort, UdpPort
from tektra.sim.tcp_port import TcpPort

STATE_EVERY = 10  # ticks: 20 Hz
TRUTH_EVERY = 4  # ticks: 50 Hz
LATE_S = 0.05  # a simulation later than this lets the lost time go, rather than race after it


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
        brakes: Mapping[str, float],
    ) -> None:
        from tektra.sim.backends.mujoco_home import MujocoHome

        rover, arm = RoverLimits(), ArmLimits()
        self._home = Home(
            world, MujocoHome(world, rover, arm), rover, arm, seed=seed, keys=keys, brakes=brakes
        )
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


def _tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    certificate, key, ca = arguments.tls_certificate, arguments.tls_key, arguments.tls_client_ca
    if not (certificate or key or ca):
        return None
    if not (certificate and key):
        raise OptionError("TLS wants two files", "give --tls-certificate and --tls-key")
    return server_context(certificate, key, ca)


def main(argv: Sequence[str] | None = None) -> int:
    """The command `sim`. Returns the exit status: 0 when told to end, 2 for what it cannot start with."""
    arguments = arguments_of(argv)
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
            brakes=parse_brakes(arguments.brakes, world),
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
