# SPDX-License-Identifier: Apache-2.0
"""`ros2 param set` on a node of the mind: good values act at once, bad ones and those of the start are refused in words."""

import pytest
from rcl_interfaces.msg import Parameter as ParameterMsg
from rcl_interfaces.srv import SetParameters
from rclpy.node import Node
from rclpy.parameter import Parameter

from tektra.avatar.node import AvatarNode
from tektra_interfaces.msg import AvatarState


@pytest.fixture
def put(spinner):
    """Sets parameters of /tektra/avatar, as somebody else's node does: each result's reason."""
    operator = Node("operator")
    spinner.add(AvatarNode(), operator)
    client = operator.create_client(SetParameters, "/tektra/avatar/set_parameters")
    spinner.until(client.service_is_ready, what="the avatar's services")

    def ask(**values) -> list[str]:
        given: list[ParameterMsg] = [
            Parameter(name, value=value).to_parameter_msg() for name, value in values.items()
        ]
        answer = client.call_async(SetParameters.Request(parameters=given))
        spinner.until(answer.done)
        return ["" if result.successful else result.reason for result in answer.result().results]

    ask.operator = operator
    return ask


def test_a_rate_that_is_set_is_the_rate_at_once(put, spinner) -> None:
    states: list[AvatarState] = []
    put.operator.create_subscription(AvatarState, "/tektra/avatar/state", states.append, 10)
    spinner.until(lambda: len(states) > 10, what="a face")
    assert put(rate_hz=2.0) == [""]
    spinner.during(1.0)
    states.clear()
    spinner.during(3.0)
    assert 1 <= len(states) <= 8
    assert put(rate_hz=60.0) == [""]
    states.clear()
    spinner.until(lambda: len(states) > 20, 8.0, "more faces than two a second would be")


def test_what_is_bad_or_settled_is_refused_in_words(put) -> None:
    (reason,) = put(rate_hz=1000.0)
    assert "120" in reason
    (reason,) = put(rate_hz="fast")
    assert reason
    (reason,) = put(model="other.glb")
    assert "read-only" in reason.replace("read only", "read-only")
    assert put(rate_hz=5.0, jpeg_quality=0)[0] == ""
