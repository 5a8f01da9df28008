# SPDX-License-Identifier: Apache-2.0
"""Tektra's own ears, as the gateway switches them."""

from __future__ import annotations

from tektra.common.graph import Graph, Message
from tektra.web.answers import good


class Ears:
    """On the graph's event loop. Raises Unavailable where nobody answers, InputError where it says no."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def listen(self, on: bool) -> str:
        """Opens or closes them, until that is taken back or Tektra starts anew."""
        return await self._switched("start" if on else "stop", "Trigger", {})

    async def mute(self, muted: bool) -> str:
        """The same, over restarts: nothing is heard, not even a spoken stop."""
        return await self._switched("mute", "SetBool", {"data": muted})

    async def _switched(self, verb: str, kind: str, request: Message) -> str:
        answer = await self._graph.call(f"/tektra/speech_in/{verb}", f"std_srvs/srv/{kind}", request)
        return str(good(answer)["message"])
