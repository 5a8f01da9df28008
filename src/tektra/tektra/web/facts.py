# SPDX-License-Identifier: Apache-2.0
"""What Tektra remembers, as the planner keeps it."""

from __future__ import annotations

from tektra.common.graph import Graph, Message
from tektra.web import reading
from tektra.web.answers import OWN, Judged, found, good
from tektra.web.models.talk import Fact


class Facts:
    """Asks over a Graph. On its event loop. Raises Unavailable where nobody answers, InputError where it says no."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def all(self, person: str, limit: int) -> list[Fact]:
        """The newest that is remembered: learned from that person, or all; the newest first."""
        answer = await self._said("/tektra/facts/list", "ListFacts", {"person": person, "limit": limit})
        return [reading.fact(entry) for entry in reversed(answer["facts"])]

    async def correct(self, fact_id: str, text: str) -> str:
        """Other words for it."""
        request = {"fact_id": fact_id, "text": text}
        return str((await self._said("/tektra/facts/correct", "CorrectFact", request, found))["message"])

    async def forget(self, fact_id: str) -> str:
        """It is not remembered any more."""
        request = {"fact_id": fact_id}
        return str((await self._said("/tektra/facts/forget", "ForgetFact", request, found))["message"])

    async def forget_person(self, person: str) -> str:
        """All that was talked about with that person, and learned from them."""
        request = {"person": person}
        return str((await self._said("/tektra/facts/forget_person", "ForgetPerson", request))["message"])

    async def _said(self, service: str, kind: str, request: Message, judged: Judged = good) -> Message:
        return judged(await self._graph.call(service, f"{OWN}/srv/{kind}", request))
