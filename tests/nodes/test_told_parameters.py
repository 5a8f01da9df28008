# SPDX-License-Identifier: Apache-2.0
"""Questions about the parameters of the body's nodes cost it little, and no call sets any."""

import pytest
from rcl_interfaces.srv import DescribeParameters, GetParameters, GetParameterTypes, ListParameters
from rclpy.parameter import Parameter

from tektra.ros.executor import SteadyExecutor
from tektra.ros.parameters import declare
from tektra.ros.steady import SteadyNode
from tektra.ros.told_parameters import MOST_NAMES, MOST_PREFIXES
from tektra.safety.options import SafetyOptions


@pytest.fixture
def gate(spinner) -> SteadyNode:
    node = SteadyNode("safety")
    declare(node, SafetyOptions)
    spinner.add(node)
    return node


@pytest.fixture
def ask(spinner, stranger):
    """Asks as somebody else's process does; the answer, or None where none comes within a second and a half."""
    other = SteadyExecutor(context=stranger.context)
    other.add_node(stranger)

    def answer(kind, name, **asked):
        client = stranger.create_client(kind, f"/safety/{name}")
        spinner.until(client.service_is_ready, what=name)
        future = client.call_async(kind.Request(**asked))

        def done() -> bool:
            other.spin_once(timeout_sec=0.0)
            return future.done()

        for _ in range(60):
            if done():
                return future.result()
            spinner.during(0.02)
        return None

    yield answer
    other.shutdown(0.0)


def test_parameters_are_told_as_everywhere(gate, ask) -> None:
    assert ask(GetParameters, "get_parameters", names=["rate_hz"]).values[0].double_value == 25.0
    assert list(ask(GetParameterTypes, "get_parameter_types", names=["rate_hz"]).types) == [
        Parameter.Type.DOUBLE.value
    ]
    told = ask(DescribeParameters, "describe_parameters", names=["rate_hz"]).descriptors[0]
    assert told.read_only and told.description
    assert "rate_hz" in ask(ListParameters, "list_parameters").result.names
    assert list(ask(GetParameters, "get_parameters", names=["rate_hz", "no_such"]).values) == []


def test_no_call_sets_a_parameter(gate, spinner, stranger) -> None:
    """20,000 parameters in one call were read and refused one by one, on the thread that decides."""
    spinner.during(0.5)
    served = {name for name, _ in stranger.get_service_names_and_types_by_node("safety", "/")}
    assert "/safety/get_parameters" in served
    assert not {name for name in served if "set_parameters" in name}


@pytest.mark.parametrize(
    ("kind", "name", "asked"),
    [
        (GetParameters, "get_parameters", {"names": ["rate_hz"] * (MOST_NAMES + 1)}),
        (GetParameterTypes, "get_parameter_types", {"names": ["rate_hz"] * (MOST_NAMES + 1)}),
        (DescribeParameters, "describe_parameters", {"names": ["rate_hz"] * (MOST_NAMES + 1)}),
        (ListParameters, "list_parameters", {"prefixes": ["a"] * (MOST_PREFIXES + 1)}),
    ],
)
def test_who_asks_for_too_many_ends_the_answers(gate, spinner, ask, kind, name, asked) -> None:
    ask(kind, name, **asked)
    assert not [one for one in gate.services if one.service_name.endswith("_parameters")]
    gate.create_timer(0.01, lambda: None)
    spinner.during(0.1)  # it lives on
