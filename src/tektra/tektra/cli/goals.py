# SPDX-License-Identifier: Apache-2.0
"""One action goal from the command line: bounded waits, feedback as it comes, cancelled at Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from tektra.cli.errors import NoAnswer
from tektra.cli.session import FIND_S, Session
from tektra.common.errors import TektraError
from tektra.ros.calls import action_client, servers_of

ACCEPT_S = 10.0
#: How often it is looked whether who works on the goal is still there.
LOOK_S = 0.2
CANCEL_S = 5.0


def run_goal(
    session: Session, kind: Any, name: str, goal: Any, *, on_feedback: Callable[[Any], None], timeout_s: float
) -> Any:
    """The result. Raises NoAnswer when nobody takes the goal or it takes too long; at Ctrl-C cancels it and raises on."""
    client = action_client(session.node, kind, name)
    try:
        if not session.spin_until(client.server_is_ready, FIND_S):
            raise NoAnswer(f"nobody offers the action {name}")
        sent = client.send_goal_async(goal, feedback_callback=lambda message: on_feedback(message.feedback))
        return _await(session, sent, name, timeout_s)
    finally:
        client.destroy()


def _await(session: Session, sent: Any, name: str, timeout_s: float) -> Any:
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
                _cancel(session, sent)
                raise NoAnswer(
                    f"{name} did not end within {timeout_s:g} s, and was cancelled", "give a longer --timeout"
                )
            if servers.isdisjoint(servers_of(session.node, name)):
                raise NoAnswer(f"{name} went away before it answered", "see what is wrong: tektra status")
    except KeyboardInterrupt:
        _cancel(session, sent)
        raise
    return result.result().result


def _cancel(session: Session, sent: Any) -> None:
    """Cancels the goal, also one that is only being accepted, and waits until the server has noted it."""
    if session.spin_until(sent.done, CANCEL_S) and sent.result().accepted:
        cancelled = sent.result().cancel_goal_async()
        session.spin_until(cancelled.done, CANCEL_S)
