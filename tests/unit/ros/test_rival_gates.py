# SPDX-License-Identifier: Apache-2.0
"""What of a safety state that is not ours the gate reads at all."""

from types import SimpleNamespace

import pytest
from rclpy.serialization import serialize_message

from tektra.ros import large
from tektra.ros.rival_gates import RivalGates
from tektra_interfaces.msg import RobotSafety, SafetyState


class Node:
    """As much of a node as looking for rivals needs."""

    def create_subscription(self, *_, **__):
        return None

    def create_timer(self, *_):
        return None

    def get_publishers_info_by_topic(self, _, *, no_mangle=False):
        names = ("safety", "stranger")
        return [SimpleNamespace(node_namespace="/", node_name=name, endpoint_gid=[0] * 16) for name in names]

    def get_fully_qualified_name(self):
        return "/safety"


@pytest.fixture
def rivals():
    told = []
    watch = RivalGates(
        Node(),
        "ours",
        list,
        next_number=lambda: 5,
        on_state=lambda *state: told.append(state),
        on_permits=told.append,
    )
    return watch, told


def state(instance, number=1, robots=0):
    return serialize_message(
        SafetyState(instance=instance, sequence=number, robots=[RobotSafety(robot="rover1")] * robots)
    )


def test_another_gate_and_who_borrows_our_name_are_told(rivals) -> None:
    watch, told = rivals
    for data in (state("ours", 4), state("theirs", 1), state("ours", 5)):
        watch._heard(data)
    assert told == [("theirs", 1, "/stranger"), ("ours", 5, "/stranger")]


@pytest.mark.parametrize("data", [state("theirs", robots=20_000), b"", b"\x00\x01", state("theirs")[:30]])
def test_bytes_that_no_gate_says_are_nobodys_and_the_larger_ones_are_not_read(
    rivals, monkeypatch, data
) -> None:
    (watch, told), read, whole = rivals, [], large.read_cdr
    monkeypatch.setattr(large, "read_cdr", lambda kind, data: read.append(len(data)) or whole(kind, data))
    watch._heard(data)
    assert told == [] and all(size <= large.MOST_BYTES[SafetyState] for size in read)
