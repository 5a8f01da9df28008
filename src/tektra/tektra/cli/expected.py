# SPDX-License-Identifier: Apache-2.0
"""Nodes that there should be and that the graph does not show, as findings."""

from __future__ import annotations

from collections.abc import Sequence

from tektra.cli.doctor_checks import Finding, Level
from tektra.common.snapshot import UNKNOWN, NodeStatus


def findings(nodes: Sequence[NodeStatus]) -> list[Finding]:
    """For `tektra doctor`: what is not seen is broken, unless it may only be that it was not seen yet."""
    return [
        Finding(
            Level.INFO if node.why.startswith(UNKNOWN) else Level.BROKEN,
            "nodes",
            f"{node.name} is not seen: {node.why}",
            node.remedy,
        )
        for node in nodes
    ]
