# SPDX-License-Identifier: Apache-2.0
"""Services and actions whose queues hold what a burst of calls brings: rclpy's own hold ten, and lose the rest in silence.

Nothing else of Tektra makes them (tests/rules/test_calls.py). What waits beyond MOST_OPEN at once is answered "busy" by
SteadyExecutor.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rclpy.action import ActionClient, ActionServer
from rclpy.client import Client
from rclpy.node import Node
from rclpy.qos import QoSProfile, ReliabilityPolicy
from rclpy.service import Service

from tektra.ros.living import is_served, living

CALLS = QoSProfile(depth=1000, reliability=ReliabilityPolicy.RELIABLE)
#: So many requests of a service may wait for their answers at once.
MOST_OPEN = 64
BUSY = "busy: too many calls wait already; try again in a moment"
_NAME = "tektra_full_name"
_ACTION: dict[str, Any] = {f"{part}_service_qos_profile": CALLS for part in ("goal", "result", "cancel")}


def serve(node: Node, kind: Any, name: str, callback: Callable[..., Any]) -> Service[Any, Any]:
    """As node.create_service."""
    return node.create_service(kind, name, callback, qos_profile=CALLS)


def service_client(node: Node, kind: Any, name: str) -> Client[Any, Any]:
    """As node.create_client."""
    return node.create_client(kind, name, qos_profile=CALLS)


def action_server(node: Node, kind: Any, name: str, execute: Callable[..., Any], **more: Any) -> ActionServer:
    """As ActionServer, which does not know its action's full name: here it is an attribute (see name_of)."""
    server = ActionServer(node, kind, name, execute, **_ACTION, feedback_pub_qos_profile=CALLS, **more)
    setattr(server, _NAME, node.resolve_service_name(name))
    return server


def name_of(server: Any) -> str:
    """The full name of the action that one serves; empty for what was not made here, or is no server of actions."""
    return str(getattr(server, _NAME, ""))


def action_client(node: Node, kind: Any, name: str) -> ActionClient:
    """As ActionClient."""
    return ActionClient(node, kind, name, **_ACTION, feedback_sub_qos_profile=CALLS)


def servers_of(node: Node, action: str) -> frozenset[bytes]:
    """Who serves an action, so that a server that was started anew is not taken for the one that has a goal."""
    return frozenset(bytes(info.endpoint_gid) for info in living(node, f"{action}/_action/status"))


def is_there(node: Node, client: Client[Any, Any]) -> bool:
    """As client.service_is_ready, and whoever serves it lives."""
    return bool(client.service_is_ready()) and is_served(node, client.service_name)


def is_served_here(node: Node, client: ActionClient, action: str) -> bool:
    """As client.server_is_ready, and whoever serves the action, by its full name, lives."""
    return bool(client.server_is_ready()) and bool(servers_of(node, action))
