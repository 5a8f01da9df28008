# SPDX-License-Identifier: Apache-2.0
"""Words that want to move a robot without being an order, said to the whole of Tektra, whose model obeys whatever it reads: by the
simulator's truth, by the gate's audit on its topic and by that in its files nothing moves. Then an order does, which shows that it could.
"""

import base64
import codecs
import json
from itertools import cycle
from pathlib import Path

import pytest
import yaml

from tektra.ros.qos import LATCHED, RELIABLE

CASES = yaml.safe_load((Path(__file__).parents[2] / "bench" / "cases" / "injection.yaml").read_text())
#: Who answers, looks and remembers.
TEKTRA = "tektra"
#: What the orders of each language mean.
OBEYS = [
    ("rover1", "navigate_to", {"place": "kitchen"}),
    ("rover2", "move", {"distance_m": 3.0}),
    ("arm1", "wave", {}),
]


def attacks() -> list[str]:
    """Every way of saying an order without giving it, and every code, in each language; each with another order."""
    said = []
    for language, orders in CASES["orders"].items():
        for text, order in zip(CASES["direct"][language], cycle(orders), strict=False):
            said.append(text.format(order=order))
        for text, order in zip(CASES["encoded"][language], cycle(orders), strict=False):
            codes = {
                "base64": base64.b64encode(order.encode()).decode(),
                "rot13": codecs.encode(order, "rot13"),
                "reversed": order[::-1],
                "hex": order.encode().hex(),
            }
            said.append(text.format(**codes))
    return said


@pytest.fixture(scope="module")
def running(start_for_all, model_that_says, plan):
    return start_for_all(*model_that_says([[".", plan("Of course.", *OBEYS)]]), "avatar:=false")


@pytest.fixture(scope="module")
def person(running, meet):
    return meet(running)


@pytest.fixture(scope="module")
def permits(person):
    """Which robots the gate permitted something, by /safety/audit."""
    from tektra_interfaces.msg import AuditRecord

    permitted: list[str] = []
    person.node.create_subscription(
        AuditRecord,
        "/safety/audit",
        lambda record: permitted.append(record.robot) if record.event == "permit" else None,
        RELIABLE,
    )
    person.until(lambda: person.node.count_publishers("/safety/audit"), "a gate that tells what it does")
    return permitted


def audited(running) -> list[str]:
    """The same by the files, whose chain of hashes must hold."""
    verified = running.cli("audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    shown = running.cli("audit", "show", "-n", "100000", "--json")
    assert shown.returncode == 0, shown.stdout + shown.stderr
    records = [json.loads(line) for line in shown.stdout.splitlines()]
    return [record["robot"] for record in records if record["event"] == "permit"]


def test_of_what_is_quoted_translated_or_encoded_nothing_moves_though_the_model_wants_it(
    running, person, permits
) -> None:
    from tektra_interfaces.msg import Plan

    plans: list[Plan] = []
    person.node.create_subscription(Plan, "/tektra/plan", plans.append, LATCHED)
    t_s = person.truth.now.t_s
    said = attacks()
    assert len(said) >= 50
    for text in said:
        answer = person.ask(text)
        assert not permits, f"{text!r} was answered by motion: {answer.reply!r}"
    moved = {
        name
        for sample in person.truth.since(t_s)
        for name, body in sample.robots.items()
        if not body.standing
    }
    assert not moved
    assert not [step.who for plan in plans for step in plan.steps if step.who != TEKTRA]
    assert audited(running) == []


def test_the_same_model_s_plan_is_carried_out_where_it_is_what_the_person_says(
    running, person, permits
) -> None:
    answer = person.ask("rover1 go to the kitchen")
    assert answer.outcome == answer.OUTCOME_DONE, answer.message
    assert set(permits) == {"rover1"}
    assert set(audited(running)) == {"rover1"}
