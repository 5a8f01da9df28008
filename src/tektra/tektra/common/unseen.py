# SPDX-License-Identifier: Apache-2.0
"""Nodes that there should be and that the graph does not show: what is known of them, and what is to be done."""

from __future__ import annotations

from tektra.common.run_record import ProcessRecord, RunRecord
from tektra.common.snapshot import SIGN_FRESH_S, UNKNOWN, NodeStatus


def unseen(record: RunRecord, seen: set[str]) -> list[NodeStatus]:
    """One for each node of the record that is not among those seen."""
    return [
        _judge(node, process, record.signs.get(node))
        for node, process in record.nodes.items()
        if node not in seen
    ]


def _judge(node: str, process: ProcessRecord, sign_s: float | None) -> NodeStatus:
    if process.why_down:
        return _missing(node, f"left down: {process.why_down}", "mend that, then start `tektra up` anew")
    if process.phase == "ended":
        return _missing(
            node, "it has ended, and is not started again", "see its last words in the log of `tektra up`"
        )
    if process.phase == "waiting":
        return _missing(
            node, f"it has ended, and is being started again (start {process.starts + 1})", "wait a moment"
        )
    if sign_s is not None and sign_s <= SIGN_FRESH_S:
        return _missing(
            node, f"{UNKNOWN}: it gave the watchdog a sign {sign_s:.1f} s ago", "look again", sign_s
        )
    if sign_s is not None:
        why = (
            f"its process (pid {process.pid}) runs, but gave no sign for {sign_s:.0f} s: it is deaf or hangs"
        )
        return _missing(node, why, f"the watchdog ends it; by hand: kill -KILL {process.pid}")
    why = f"{UNKNOWN}: its process (pid {process.pid}) runs, but was not heard yet"
    return _missing(node, why, f"look again; if it stays so: kill -INT {process.pid}, and it is started anew")


def _missing(node: str, why: str, remedy: str, sign_s: float | None = None) -> NodeStatus:
    return NodeStatus(node, seen=False, why=why, remedy=remedy, sign_s=sign_s)
