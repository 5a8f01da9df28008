# SPDX-License-Identifier: Apache-2.0
"""`tektra status` beside a watchdog: told at once by who is in the graph already, and by its own look where that one hangs."""

import json
import socket

import pytest

from tektra.common import paths, status_door
from tektra.common.snapshot import COMMAND_PREFIX
from tektra.ros import surveyor
from tektra.watchdog.node import WatchdogNode
from tests.nodes.test_cli import Command, Peer, gate


@pytest.fixture
def home(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("TEKTRA_STATE", str(tmp_path))


@pytest.fixture
def watchdog(home, spinner):
    node = WatchdogNode()
    spinner.add(node)
    yield node
    node.close()


@pytest.fixture
def status(spinner):
    started: list[Command] = []

    def start(*words: str) -> Command:
        started.append(Command(spinner, ("status", "--json", *words)))
        return started[-1]

    yield start
    for command in started:
        command.close()


def commands_beside(node) -> list[str]:
    """Commands in the graph that joined it by themselves."""
    names = [name for name, _ in node.get_node_names_and_namespaces()]
    return [name for name in names if name.startswith(COMMAND_PREFIX) and "_look_" not in name]


def test_it_is_told_by_the_watchdog_and_joins_no_graph(watchdog, spinner, status) -> None:
    peer = Peer("planner", namespace="/tektra")
    spinner.add(peer)
    gate(peer)
    joined: list[str] = []
    peer.create_timer(0.02, lambda: joined.extend(commands_beside(peer)))
    command = status()
    command.end()
    told = json.loads(command.out)
    assert told["safety"]["epoch"] == 4
    assert "/tektra/planner" in [node["name"] for node in told["nodes"]]
    assert not any(node["name"].startswith("/tektra_cli") for node in told["nodes"])
    assert joined == []


def test_it_looks_for_itself_where_the_watchdog_hangs(home, spinner, status) -> None:
    peer = Peer("planner", namespace="/tektra")
    spinner.add(peer)
    gate(peer)
    visitors: list[socket.socket] = []
    door = status_door.Door(paths.state_dir(), visitors.append)
    command = status()
    command.end()
    door.close()
    assert visitors, "it was asked first"
    assert json.loads(command.out)["safety"]["epoch"] == 4


def test_whoever_watches_is_told_again_and_again_and_nothing_stays_behind(
    watchdog,
    spinner,
    status,
    monkeypatch,
) -> None:
    gate(watchdog)
    command = status("--watch")
    own = watchdog._surveyor
    spinner.until(lambda: own._asked_s > own._since_s + 2.0, 30.0, "it asked a third time")
    command.interrupt()
    assert command.end() == 130
    lines = [json.loads(line) for line in command.out.splitlines()]
    assert len(lines) >= 2
    assert all(line["running"] for line in lines)
    monkeypatch.setattr(surveyor, "STAYS_S", 0.1)
    spinner.until(lambda: own._own is None, 20.0, "it let go")
    spinner.until(
        lambda: not [name for name in watchdog.get_node_names() if name.startswith(COMMAND_PREFIX)],
        what="its node has left the graph",
    )
