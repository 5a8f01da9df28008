# SPDX-License-Identifier: Apache-2.0
"""Hands out a reply, and ends a request that leads to no run."""

from __future__ import annotations

from tektra.planner.conversation.feelings import FAILED, REFUSED
from tektra.planner.conversation.outbox import Outbox
from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.request import Request
from tektra.planner.plans.plan import PlanStatus


class Answering:
    """Over an Outbox; without state of its own."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox

    def give(self, request: Request, text: str, *, last: bool = False) -> None:
        """The next part of the reply, behind what was held back."""
        text, request.held = request.held + text, ""
        request.reply += text
        if text or last:
            self._outbox.give(request, text, last=last)

    def answer(self, request: Request, text: str, outcome: str, message: str = "") -> None:
        """The last part of the reply, and the end of the request. `outcome` as in Ask.action."""
        request.feeling = {"refused": REFUSED, "failed": FAILED}.get(outcome, request.feeling)
        before = request.reply + request.held
        text = f" {text}" if text and before and not before[-1].isspace() else text
        self.give(request, text, last=True)
        if outcome == "refused":
            self._outbox.show(request, (), PlanStatus.REFUSED, message)
        self._outbox.finished(request, outcome, message)

    def refuse(self, request: Request, why: str) -> None:
        """Says no; what was held back is not said."""
        request.held = ""
        self.answer(request, replies(request.language).reason(why), "refused", why)

    def talked(self, request: Request, text: str) -> None:
        """Ends free talk with its last words."""
        self.give(request, text, last=True)
        self._outbox.finished(request, "answered", "")
