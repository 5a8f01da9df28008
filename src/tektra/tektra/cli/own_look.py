# SPDX-License-Identifier: Apache-2.0
"""`tektra status` where no watchdog answers: joins the graph and looks for itself."""

from __future__ import annotations

from collections.abc import Callable

from tektra.cli.session import SESSIONS, Session
from tektra.common.snapshot import Snapshot
from tektra.ros.survey import Survey

#: How long one look takes at most. It ends as soon as there is nothing left to wait for; what is not known then is said to be. On a slow
#: machine a healthy stack of sixteen processes was not known whole after 1 s, and was said not to be well.
LOOK_MAX_S = 2.5
#: How much longer where the gate itself was not heard.
GATE_MAX_S = 2.0
#: How long a graph without any node is looked at before it is called empty.
EMPTY_S = 1.5


def look(show: Callable[..., None], *, watching: bool, again_s: float) -> Snapshot:
    """Looks and shows; while `watching` again after each `again_s`, until it is interrupted."""
    SESSIONS.wait = True  # all is told before the graph is left
    with Session() as session:
        survey = Survey(session.node)
        if session.spin_until(lambda: survey.snapshot().running, EMPTY_S):
            session.spin_until(lambda: survey.known, LOOK_MAX_S)
            session.spin_until(lambda: survey.snapshot().safety is not None, GATE_MAX_S)
        while True:
            snapshot = survey.snapshot()
            show(snapshot, watching=watching)
            if not watching:
                return snapshot
            session.spin_until(lambda: False, again_s)
