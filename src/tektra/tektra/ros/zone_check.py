# SPDX-License-Identifier: Apache-2.0
"""Whether the gate's zones fit the world that is shown as the map: said once, by the node that owns the map.

The gate is asked which file it has its zones from: whoever started it may have named another than Tektra's own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rcl_interfaces.srv import GetParameters
from rclpy.task import Future

from tektra.common import paths
from tektra.common.areas import load_areas
from tektra.common.differences import differences
from tektra.common.errors import TektraError
from tektra.common.world import World
from tektra.ros.calls import service_client

ASK, PARAMETER = "/safety/get_parameters", "zones_file"
#: The gate may come later than the map.
LOOK_S = 1.0
#: An answer that did not come within this is asked for anew.
ANSWER_S = 5.0


class ZoneCheck:
    """Asks until the gate answers, once for each map. On the node's executor, which it holds up for as long as the file is read."""

    def __init__(self, node: Any) -> None:
        self._node = node
        self._client = service_client(node, GetParameters, ASK)
        self._world: World | None = None
        self._asked: Future | None = None
        self._waited = 0
        node.create_timer(LOOK_S, self._look)

    def set(self, world: World) -> None:
        """The map of the world, which is compared as soon as the gate is there."""
        self._world, self._asked = world, None

    def _look(self) -> None:
        self._waited += 1
        if self._world is None or (self._asked is not None and self._waited * LOOK_S < ANSWER_S):
            return
        if self._client.service_is_ready():
            self._asked, self._waited = self._client.call_async(GetParameters.Request(names=[PARAMETER])), 0
            self._asked.add_done_callback(self._answered)

    def _answered(self, answer: Future) -> None:
        world, said = self._world, answer.result()
        if world is None or answer is not self._asked or said is None or not said.values:
            return
        self._world = None
        for warning in warnings(world, said.values[0].string_value):
            self._node.get_logger().warning(warning)


def warnings(world: World, zones_file: str, share: Callable[[], Path] = paths.share_dir) -> list[str]:
    """In words, where this world and the zones of that file speak of different floors; empty: Tektra's own file. Blocks on the disk."""
    try:
        zones = Path(zones_file) if zones_file else share() / "config" / "safety.yaml"
        if not zones.is_file():
            return [
                f"the gate has its zones from {zones}, which is not here: they are not compared with the map"
            ]
        found = differences(world, load_areas(zones))
    except TektraError as error:
        return [f"the gate's zones are not compared with the map: {error}"]
    return [f"the gate's zones and the map differ: {what}; correct {zones}, or the world" for what in found]
