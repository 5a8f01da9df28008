# SPDX-License-Identifier: Apache-2.0
"""What Prometheus reads at /metrics, and one line of JSON a request for whoever collects logs.

Numbers, and names of routes, robots and nodes: nothing that a person said, typed or is called, and no address.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
from collections.abc import Callable, Iterable
from typing import TextIO

from prometheus_client import CollectorRegistry, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tektra.common.trace import CURRENT
from tektra.web.live import Live

CONTENT = "text/plain; version=0.0.4; charset=utf-8"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
#: s: from a page's file to a model that is loaded.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0)
#: The trace id of W3C Trace Context, where a proxy or a program gave one.
TRACE_PARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?")
LOG = logging.getLogger("tektra.web.requests")


class Metrics:
    """Counts on the event loop, in a registry of its own. `sockets()`: how many are open."""

    def __init__(self, live: Live, sockets: Callable[[], int]) -> None:
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "tektra_http_request_seconds",
            "From a request's head to the end of its answer.",
            ["method", "route", "status"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._registry.register(_Seen(live, sockets))
        ProcessCollector(registry=self._registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request has its answer."""
        self._seconds.labels(method if method in METHODS else "other", route, str(status)).observe(seconds)

    def text(self) -> bytes:
        """All of it, in Prometheus's text format."""
        return generate_latest(self._registry)


class _Seen(Collector):
    """What the gateway sees of Tektra, read when it is asked for."""

    def __init__(self, live: Live, sockets: Callable[[], int]) -> None:
        self._live = live
        self._sockets = sockets

    def collect(self) -> Iterable[Metric]:
        live = self._live
        safety = live.safety()
        yield GaugeMetricFamily("tektra_sockets", "Sockets that are open.", value=self._sockets())
        yield GaugeMetricFamily("tektra_gate_heard", "1 while the safety gate is heard.", value=live.gate)
        yield GaugeMetricFamily(
            "tektra_stopped", "1 while everything is stopped, or the gate is silent.", value=safety.stopped
        )
        yield GaugeMetricFamily(
            "tektra_stop_epoch", "Stops and resets that were counted.", value=safety.epoch
        )
        yield from self._robots()
        yield from self._nodes()

    def _robots(self) -> Iterable[Metric]:
        seen = {robot.robot: robot.status for robot in self._live.robots() if robot.status is not None}
        for name, what in (
            ("connected", "its driver reaches it"),
            ("moving", "it moves"),
            ("halted", "it is halted"),
        ):
            told = GaugeMetricFamily(f"tektra_robot_{name}", f"1 while {what}.", labels=["robot"])
            for robot, status in seen.items():
                told.add_metric([robot], float(getattr(status, name)))
            yield told
        battery = GaugeMetricFamily("tektra_robot_battery", "Charge, 0 to 1.", labels=["robot"])
        for robot, status in seen.items():
            if status.battery is not None:
                battery.add_metric([robot], status.battery)
        yield battery

    def _nodes(self) -> Iterable[Metric]:
        level = GaugeMetricFamily("tektra_node_level", "0 ok, 1 warn, 2 error, 3 stale.", labels=["node"])
        value = GaugeMetricFamily(
            "tektra_node_value", "Numbers of a node's diagnostics.", labels=["node", "key"]
        )
        for name, told in self._live.diagnostics.items():
            level.add_metric([name], ("ok", "warn", "error", "stale").index(told.level))
            for key, text in told.values.items():
                if NUMBER.fullmatch(text):
                    value.add_metric([name, key], float(text))
        yield level
        yield value


class Counted:
    """ASGI around the door: counts each request, names it by a trace id (`x-trace-id`), and logs it where that is asked for."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, *, steady_s: Callable[[], float], clock_s: Callable[[], float]
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._steady_s = steady_s
        self._clock_s = clock_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace, status, began_s = trace_of(scope), 500, self._steady_s()
        CURRENT.set(trace)  # each request is served in a context of its own

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message.get("headers", []), (b"x-trace-id", trace.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            # The route as it is declared: what stands in its place is somebody's id, or anything at all.
            route = str(getattr(scope.get("route"), "path", "none"))
            seconds = self._steady_s() - began_s
            self._metrics.answered(scope["method"], route, status, seconds)
            if LOG.isEnabledFor(logging.INFO):
                told = {"time_s": round(self._clock_s(), 3), "trace": trace, "method": scope["method"]}
                told |= {"route": route, "status": status, "ms": round(seconds * 1000.0, 1)}
                LOG.info("%s", json.dumps(told))


def trace_of(scope: Scope) -> str:
    """32 hexadecimal digits."""
    for name, value in scope["headers"]:
        found = TRACE_PARENT.fullmatch(value.decode("latin-1")) if name == b"traceparent" else None
        if found is not None:
            return found[1]
    return secrets.token_hex(16)


def log_to(stream: TextIO) -> None:
    """Requests are logged from now on, a line of JSON each. May be called twice."""
    LOG.propagate = False
    LOG.setLevel(logging.INFO)
    LOG.handlers = [logging.StreamHandler(stream)]
