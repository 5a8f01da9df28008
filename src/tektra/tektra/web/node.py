# SPDX-License-Identifier: Apache-2.0
"""The gateway's node: the graph on one side, browsers and programs on the other."""

from __future__ import annotations

import sys
from pathlib import Path

from tektra.common import paths
from tektra.common.areas import Area, SlowArea, load_areas, load_slow_areas
from tektra.common.errors import ConfigError
from tektra.common.world import World, load_world
from tektra.ros.async_graph import AsyncGraph
from tektra.ros.mind import MindNode
from tektra.ros.parameters import declare
from tektra.ros.process import run_front
from tektra.web import metrics
from tektra.web.access.passwords import Passwords
from tektra.web.backends.server import Gateway
from tektra.web.options import WebOptions

PAGE = Path("src") / "tektra_web" / "out"


class WebNode(MindNode):
    """The gateway runs on a thread and event loop of its own."""

    def __init__(self) -> None:
        super().__init__("web")
        self._options = declare(self, WebOptions)

    def configure(self) -> None:
        self._graph = AsyncGraph(self, "operator")
        self._graph.connect()
        self._gateway = Gateway(
            self._options,
            paths.data_dir(),
            page=self._page(),
            world=self._world(),
            passwords=Passwords(),
            zones=self._zones(),
        )

    def activate(self) -> None:
        if self._options.log_requests:
            metrics.log_to(sys.stdout)
        self._gateway.open(self._graph.on)
        self.diagnostics.value("address", lambda: self._gateway.url)
        self.diagnostics.value("sockets", lambda: self._gateway.count)
        self.get_logger().info(f"listening on {self._gateway.url}")
        if self._gateway.first_password:
            # Once, at the first start alone; it is to be changed at the first sign-in.
            self.get_logger().info(
                f"first start: sign in as admin with the password {self._gateway.first_password}"
            )

    def deactivate(self) -> None:
        self._gateway.close()

    def cleanup(self) -> None:
        self._graph.close()

    def _page(self) -> Path | None:
        folder = Path(self._options.page) if self._options.page else paths.share_dir() / PAGE
        return folder if (folder / "index.html").is_file() else None

    def _world(self) -> World | None:
        file = Path(self._options.world_file or paths.share_dir() / "config" / "world.yaml")
        return load_world(file) if file.is_file() else None

    def _zones(self) -> tuple[Area | SlowArea, ...]:
        """For the eye alone: what is wrong with the file the gate says, and refuses."""
        file = Path(self._options.zones_file or paths.share_dir() / "config" / "safety.yaml")
        try:
            return (*load_areas(file), *load_slow_areas(file)) if file.is_file() else ()
        except ConfigError as error:
            self.get_logger().warning(f"no zones are shown: {error}")
            return ()


def main() -> None:
    """Runs the gateway."""
    run_front(WebNode)
