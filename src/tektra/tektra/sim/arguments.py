# SPDX-License-Identifier: Apache-2.0
"""What the simulator is told on its command line."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from tektra.common.errors import OptionError
from tektra.common.robot_key import load_key
from tektra.common.world import World

DEFAULT_PORTS = {"truth": 7100, "rover1": 7101, "rover2": 7102, "arm1": 7103}

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


def parse_brakes(text: str, world: World) -> dict[str, float]:
    """`rover2=1.0`: how hard bases brake, in m/s^2. Raises OptionError."""
    brakes = {}
    bases = [robot.name for robot in world.robots.values() if robot.kind != "arm"]
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, number = part.partition("=")
        if name not in bases:
            raise OptionError(f"--brakes names {name!r}", f"this world has the bases {', '.join(bases)}")
        try:
            brakes[name] = float(number)
        except ValueError:
            brakes[name] = 0.0
        if not 0.1 <= brakes[name] <= 20.0:
            raise OptionError(f"--brakes gives {name} {number!r}", "give m/s^2, from 0.1 to 20")
    return brakes


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


def arguments_of(argv: Sequence[str] | None) -> argparse.Namespace:
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
        "--brakes",
        default="",
        metavar="NAME=M_S2,...",
        help="bases that brake at another deceleration than 6 m/s^2, as real ones do",
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
