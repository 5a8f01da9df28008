# SPDX-License-Identifier: Apache-2.0
"""Ten robots and ten links, TCP and UDP, signed and not, in one process: every command gets where it was sent, and nowhere else."""

import random
import time
from functools import partial

import pytest

from tektra.common.robot_wire import State
from tektra.driver.backends.json_tcp import JsonTcpLink
from tektra.driver.backends.json_udp import JsonUdpLink
from tektra.driver.backends.link_options import JsonTcpOptions, JsonUdpOptions
from tektra.driver.commands import Drive, StandStill
from tektra.sim.client import SimProcess

PATIENCE_S = 30.0
COUNT, PHASES, ROUNDS = 10, 10, 100
NAMES = [f"rover{number}" for number in range(COUNT)]
SIGNED = ("rover2", "rover3", "rover7")
TURNS_RADPS = [0.12 * (number + 1) for number in range(COUNT)]  # one for each robot, each phase another one


class Pair:
    """A link and the newest state of its robot."""

    def __init__(self, name, index, port, key_file):
        self.name, self.index, self.commands, self.state = name, index, 0, None
        if index % 2:
            self.link = JsonUdpLink(name, "127.0.0.1", port, JsonUdpOptions(key_file=key_file))
        else:
            self.link = JsonTcpLink(name, "127.0.0.1", port, JsonTcpOptions(key_file=key_file))
        self.link.connect()

    def poll(self):
        for event in self.link.poll(time.monotonic()):
            self.state = event if isinstance(event, State) else self.state

    def turn(self, phase):
        self.commands += 1
        assert self.link.send(Drive(0.0, 0.0, self.aim(phase), 0.3), time.monotonic()), self.link.fault

    def aim(self, phase):
        return TURNS_RADPS[(self.index + phase) % COUNT]

    def turns_as_told(self, phase):
        return self.state is not None and abs(self.state.twist[1] - self.aim(phase)) < 0.03

    @property
    def all_taken(self):
        return self.state is not None and self.state.ack == self.link._session.seq


@pytest.fixture
def pairs(tmp_path, make_key):
    keys = {
        name: make_key(f"{number:02x}" * 4 + random.Random(number).randbytes(32).hex())
        for number, name in enumerate(SIGNED)
    }
    lines = ["version: 1", "name: field", "bounds: {x_m: [0.0, 22.0], y_m: [0.0, 4.0]}", "robots:"]
    for number, name in enumerate(NAMES):
        lines.append(
            f"  {name}: {{kind: rover, link: {'udp' if number % 2 else 'tcp'}, x_m: {2 * number + 1.5}, y_m: 2.0}}"
        )
    world = tmp_path / "field.yaml"
    world.write_text("\n".join(lines) + "\n")
    arguments = [
        "--world",
        str(world),
        "--key-files",
        ",".join(f"{name}={path}" for name, path in keys.items()),
    ]
    with SimProcess(arguments, ports=dict.fromkeys([*NAMES, "truth"], 0)) as sim:
        made = [Pair(name, index, sim.ports[name], keys.get(name, "")) for index, name in enumerate(NAMES)]
        yield made
        for pair in made:
            pair.link.close()


def wait(pairs, condition, and_do=lambda: None):
    end = time.monotonic() + PATIENCE_S
    while not all(map(condition, pairs)):
        assert time.monotonic() < end, [
            (pair.name, pair.link.fault, pair.state) for pair in pairs if not condition(pair)
        ]
        for pair in pairs:
            pair.poll()
        and_do()
        time.sleep(0.01)


def turn_all(pairs, phase):
    for pair in pairs:
        pair.turn(phase)


def test_ten_thousand_commands_to_ten_robots_go_each_only_where_it_was_sent(pairs):
    order = random.Random(7)
    wait(pairs, lambda pair: pair.link.up)
    for phase in range(PHASES):
        for _ in range(ROUNDS):
            for pair in order.sample(pairs, COUNT):
                pair.turn(phase)
            for pair in pairs:
                pair.poll()
            time.sleep(0.004)
        wait(pairs, partial(Pair.turns_as_told, phase=phase), partial(turn_all, pairs, phase))
    for pair in pairs:
        for _ in range(pair.index):  # so that no two robots are told equally often
            pair.turn(PHASES)
        pair.link.send(StandStill(0), time.monotonic())
    wait(pairs, lambda pair: pair.all_taken)
    assert sum(pair.commands for pair in pairs) >= 10_000
    assert len({pair.commands for pair in pairs}) == COUNT
    assert [pair.state.rejected for pair in pairs] == [0] * COUNT
    assert all(pair.link._session.garbage == 0 for pair in pairs)
