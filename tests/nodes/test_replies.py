# SPDX-License-Identifier: Apache-2.0
"""Whoever asks before it was found is answered once it is, and keeps nobody else waiting meanwhile."""

import time

import pytest
from rclpy.action import ActionClient
from rclpy.node import Node
from std_srvs.srv import Trigger

from tektra.ros.calls import action_server, serve, service_client
from tektra.ros.replies import FOUND_WITHIN_S, MOST_HELD, Replies
from tektra_interfaces.action import RunSkill


class Undiscovered:
    """What the graph tells of who reads replies, without the new ones for a while."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hidden = True
        self.asked: list[str] = []
        there = Replies._there

        def without(replies: Replies, topic: str) -> set[bytes]:
            found = there(replies, topic)
            assert found, f"nobody reads {topic}: is that its name?"
            self.asked.append(topic)
            return set() if self.hidden else found

        monkeypatch.setattr(Replies, "_there", without)


@pytest.fixture
def undiscovered(monkeypatch) -> Undiscovered:
    return Undiscovered(monkeypatch)


def answer(_, response):
    response.success = True
    return response


def test_a_call_is_answered_once_its_client_is_found(spinner, undiscovered) -> None:
    """Of twenty at once to a process that had just been started fourteen were never answered."""
    node = Node("both")
    spinner.add(node)
    heard: list[float] = []

    def stop(request, response):
        heard.append(time.monotonic())
        return answer(request, response)

    serve(node, Trigger, "/stop", stop)
    client = service_client(node, Trigger, "/stop")
    spinner.until(client.service_is_ready)
    asked = [client.call_async(Trigger.Request()) for _ in range(20)]
    spinner.until(lambda: len(heard) == 20, 10, "what was asked for is done at once")
    spinner.during(0.3)
    assert not any(each.done() for each in asked)
    undiscovered.hidden = False
    spinner.until(lambda: all(each.done() for each in asked), 10, "all are answered")
    assert all(each.result().success for each in asked)
    assert set(undiscovered.asked) == {"rr/stopReply"}


def test_others_are_answered_meanwhile_and_nothing_blocks(spinner, undiscovered) -> None:
    node, ticks = Node("both"), []
    spinner.add(node)
    serve(node, Trigger, "/stop", answer)
    client = service_client(node, Trigger, "/stop")
    spinner.until(client.service_is_ready)
    node.create_timer(0.02, lambda: ticks.append(time.monotonic()))
    spinner.until(lambda: ticks)
    for _ in range(20):
        client.call_async(Trigger.Request())
    spinner.until(lambda: "rr/stopReply" in undiscovered.asked)
    ticks.clear()
    spinner.during(1.0)
    assert len(ticks) > 10, "each reply to nobody took the gate's thread a tenth of a second"


def test_a_goal_is_taken_up_once_its_client_is_found_and_one_that_waited_too_long_never(
    spinner, undiscovered
) -> None:
    node, ran = Node("both"), []
    spinner.add(node)

    def run(handle):
        ran.append(handle.request.skill)
        handle.succeed()
        return RunSkill.Result(outcome="succeeded")

    server = action_server(node, RunSkill, "/rover/run_skill", run)
    client = ActionClient(node, RunSkill, "/rover/run_skill")
    spinner.until(client.server_is_ready)
    client.send_goal_async(RunSkill.Goal(skill="old"))
    spinner.during(2.6)
    undiscovered.hidden = False
    spinner.during(0.3)
    assert ran == []
    undiscovered.hidden = True
    sent = client.send_goal_async(RunSkill.Goal(skill="new"))
    spinner.during(0.3)
    undiscovered.hidden = False
    result = spinner.until(lambda: sent.done() and sent.result(), 10, "accepted").get_result_async()
    spinner.until(result.done, 10, "it ended")
    assert (ran, result.result().result.outcome) == (["new"], "succeeded")
    server.destroy()


def test_what_is_never_found_is_given_up_and_no_more_wait_than_may() -> None:
    replies, sent = Replies(list), []
    for number in range(MOST_HELD + 5):
        replies.when_found("/stop", b"gid", lambda number=number: sent.append(number), 100.0)
    assert replies.waiting == MOST_HELD
    replies.look(100.0 + FOUND_WITHIN_S + 0.1)
    assert (replies.waiting, sent) == (0, [])


def test_where_the_endpoint_is_not_known_it_is_sent_at_once() -> None:
    replies, sent = Replies(list), []
    replies.when_found("/stop", b"", lambda: sent.append(1), 100.0)
    assert sent == [1]
