# SPDX-License-Identifier: Apache-2.0
"""Who holds a robot, and what waits for a page."""

import pytest

from tektra.common.access import Role
from tektra.web.access.leases import DRIVEN_S, NODES_SILENT_S, SILENT_S, Leases
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.socket.outbox import MOST, Full, Outbox


def person(name: str, role: Role = Role.OPERATOR) -> SignedInPerson:
    return SignedInPerson(f"id-{name}", name, role, "s", 1e12)


ANNA, BEN = person("anna"), person("ben")


def test_who_takes_a_robot_holds_it_and_others_are_told_by_name() -> None:
    leases = Leases()
    leases.require("rover1", BEN)
    assert leases.take("rover1", ANNA, 5.0).holder == "anna"
    leases.require("rover1", ANNA, held=True)
    with pytest.raises(ApiError, match="held by anna"):
        leases.require("rover1", BEN)
    with pytest.raises(ApiError, match="nobody holds rover2"):
        leases.require("rover2", BEN, held=True)


def test_one_asks_and_is_handed_it() -> None:
    leases = Leases()
    with pytest.raises(ApiError, match="nobody holds rover1"):
        leases.hand_over("rover1", ANNA, "id-ben", "ben", 0.0)
    leases.take("rover1", ANNA, 0.0)
    assert leases.ask("rover1", BEN, 1.0).asked_by == ["ben"]
    with pytest.raises(ApiError):
        leases.hand_over("rover1", BEN, "id-ben", "ben", 2.0)
    handed = leases.hand_over("rover1", ANNA, "id-ben", "ben", 2.0)
    assert (handed.holder, handed.asked_by) == ("ben", [])


def test_of_two_pages_of_one_person_one_drives_and_both_let_it_stand() -> None:
    """Both did at once: the robot followed one and the other by turns."""
    leases = Leases()
    leases.take("rover1", ANNA, 0.0)
    leases.drive("rover1", ANNA, "here", (0.5, 0.0), 1.0)
    with pytest.raises(ApiError, match="another page of yours"):
        leases.drive("rover1", ANNA, "there", (-0.5, 0.0), 1.1)
    leases.drive("rover1", ANNA, "there", (0.0, 0.0), 1.1)
    with pytest.raises(ApiError, match="another page of yours"):
        leases.drive("rover1", ANNA, "there", (0.0, 0.5), 1.2)
    leases.drive("rover1", ANNA, "here", (0.0, 0.0), 1.3)
    leases.drive("rover1", ANNA, "there", (0.0, 0.5), 1.3)
    leases.drive("rover1", ANNA, "here", (0.5, 0.0), 1.3 + DRIVEN_S + 0.1)
    leases.take("rover1", BEN, 2.0)
    with pytest.raises(ApiError, match="held by ben"):
        leases.drive("rover1", ANNA, "here", (0.0, 0.0), 2.0)


def test_an_operator_takes_it_and_whoever_asks_for_a_free_one_has_it() -> None:
    leases = Leases()
    assert leases.ask("rover1", ANNA, 0.0).holder == "anna"
    assert leases.take("rover1", BEN, 1.0).holder == "ben"
    with pytest.raises(ApiError):
        leases.take("rover1", person("guest", Role.GUEST), 2.0)


def test_it_is_let_go_by_its_holder_alone_or_when_nobody_hears_of_him() -> None:
    leases = Leases()
    leases.take("rover1", ANNA, 0.0)
    assert leases.release("rover1", BEN).holder == "anna"
    leases.heard(ANNA.account_id, 5.0)
    assert leases.expire(SILENT_S + 4.0) == []
    assert [lease.holder for lease in leases.expire(SILENT_S + 6.0)] == [""]
    leases.take("rover1", ANNA, 0.0)
    assert [lease.robot for lease in leases.drop(ANNA.account_id)] == ["rover1"]


def test_a_robot_that_a_node_drives_is_held_by_it_until_it_is_silent_or_an_operator_takes_it() -> None:
    leases = Leases()
    leases.driven_by("rover1", "/teleop", 0.0)
    assert leases.of("rover1").holder == "/teleop" and leases.all()["rover1"].holder == "/teleop"
    assert leases.of_persons() == {}
    with pytest.raises(ApiError, match="driven by /teleop"):
        leases.require("rover1", ANNA)
    with pytest.raises(ApiError, match="driven by /teleop"):
        leases.take("rover1", person("guest", Role.GUEST), 0.5)
    with pytest.raises(ApiError, match="driven by /teleop"):
        leases.drive("rover1", ANNA, "here", (0.5, 0.0), 0.5)
    assert leases.ask("rover1", ANNA, 1.0).asked_by == ["anna"]
    leases.driven_by("rover1", "/teleop", 2.0)
    assert leases.of("rover1").asked_by == ["anna"]
    assert leases.take("rover1", ANNA, 2.0).holder == "anna"
    leases.require("rover1", ANNA, held=True)
    leases.release("rover1", ANNA)
    assert leases.of("rover1").holder == "/teleop"  # still told of
    leases.expire(2.0 + NODES_SILENT_S + 0.1)
    assert leases.of("rover1").holder == ""
    leases.driven_by("rover1", "/teleop", 9.0)
    leases.driven_by("rover1", "", 9.1)
    assert leases.all() == {}


def test_no_account_is_taken_for_a_node() -> None:
    leases = Leases()
    leases.driven_by("rover1", "id-anna", 0.0)
    assert leases.of("rover1").holder_id == "node:id-anna"
    with pytest.raises(ApiError):
        leases.require("rover1", ANNA)


def test_of_a_state_the_newest_waits_and_events_come_in_order_and_numbered() -> None:
    box = Outbox()
    box.event('{"type":"a"}')
    box.state("robot", '{"type":"r1"}')
    box.state("robot", '{"type":"r2"}')
    box.event(b"bytes")
    taken = [box.take() for _ in range(4)]
    assert taken == ['{"seq":1,"type":"a"}', b"bytes", '{"seq":2,"type":"r2"}', None]


def test_safety_goes_before_everything() -> None:
    box = Outbox()
    for number in range(10):
        box.event(f'{{"type":"{number}"}}')
    box.state("safety", '{"type":"s"}')
    assert box.take() == '{"seq":1,"type":"s"}'


def test_a_page_that_reads_nothing_fills_no_memory() -> None:
    box = Outbox()
    for _ in range(MOST):
        box.event("{}")
    with pytest.raises(Full):
        box.event("{}")
    for number in range(100_000):
        box.state("robot", f'{{"n":{number}}}')
    assert len(box._newest) == 1
