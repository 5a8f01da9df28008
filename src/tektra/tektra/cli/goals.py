# SPDX-License-Identifier: Apache-2.0
"""One action goal from the command line: bounded waits, feedback as it comes, cancelled at Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

from action_msgs.srv import CancelGoal
from unique_identifier_msgs.msg import UUID

from tektra.cli.errors import NoAnswer
from tektra.cli.session import FIND_S, Session
from tektra.common.errors import TektraError
from tektra.ros.calls import action_client, is_served_here, servers_of
from tektra.ros.clock import time_msg

ACCEPT_S = 10.0
#: Whoever waits for a peer looks every SPIN_S. A command that could not, for so long, was held up itself: what it was asked is old.
#: On a crowded machine it takes a second or two until a command has a node.
HELD_UP_S = 4.0
#: How often it is looked whether who works on the goal is still there.
LOOK_S = 0.2
CANCEL_S = 5.0


def run_goal(
    session: Session, kind: Any, name: str, goal: Any, *, on_feedback: Callable[[Any], None], timeout_s: float
) -> Any:
    """The result. A goal with a stamp gets the time at which it is sent: until then the person waits before it and can end it.

    Raises NoAnswer when nobody takes the goal or it takes too long, TektraError when this process stood still meanwhile; at Ctrl-C
    cancels the goal and raises on.
    """
    client = action_client(session.node, kind, name)
    try:
        _find(session, client, name)
        if hasattr(goal, "stamp"):
            goal.stamp = time_msg(time.time())
        goal_id = UUID(uuid=list(uuid4().bytes))
        tell = lambda message: on_feedback(message.feedback)  # noqa: E731
        sent = client.send_goal_async(goal, feedback_callback=tell, goal_uuid=goal_id)
        return _await(session, sent, goal_id, name, timeout_s)
    finally:
        client.destroy()


def _find(session: Session, client: Any, name: str) -> None:
    looked_s, held_s = session.began_s, 0.0

    def found() -> bool:
        nonlocal looked_s, held_s
        now_s = time.monotonic()
        held_s, looked_s = max(held_s, now_s - looked_s), now_s
        return is_served_here(session.node, client, name)

    ready = session.spin_until(found, FIND_S)
    if held_s > HELD_UP_S:
        raise TektraError(f"this command was held up for {held_s:.0f} s, and asked nothing", "ask again")
    if not ready:
        raise NoAnswer(f"nobody offers the action {name}")


def _await(session: Session, sent: Any, goal_id: UUID, name: str, timeout_s: float) -> Any:
    until_s = time.monotonic() + timeout_s
    try:
        if not session.spin_until(sent.done, ACCEPT_S):
            raise NoAnswer(
                f"{name} did not take the request within {ACCEPT_S:g} s", "see what is wrong: tektra status"
            )
        if not sent.result().accepted:
            raise TektraError(f"{name} refused the request", "see its log for the reason")
        servers = servers_of(session.node, name)
        result = sent.result().get_result_async()
        while not session.spin_until(result.done, min(LOOK_S, max(0.0, until_s - time.monotonic()))):
            if time.monotonic() >= until_s:
                _cancel(session, sent, goal_id, name)
                raise NoAnswer(
                    f"{name} did not end within {timeout_s:g} s, and was cancelled", "give a longer --timeout"
                )
            if servers.isdisjoint(servers_of(session.node, name)):
                raise NoAnswer(f"{name} went away before it answered", "see what is wrong: tektra status")
    except KeyboardInterrupt:
        _cancel(session, sent, goal_id, name)
        raise
    return result.result().result


def _cancel(session: Session, sent: Any, goal_id: UUID, name: str) -> None:
    """Cancels the goal, also one that is only being accepted or whose acceptance was lost, and waits until the server has noted it."""
    if session.spin_until(sent.done, CANCEL_S) and not sent.result().accepted:
        return
    request = CancelGoal.Request()
    request.goal_info.goal_id = goal_id
    with suppress(NoAnswer):
        session.call(CancelGoal, f"{name}/_action/cancel_goal", request, timeout_s=CANCEL_S)
