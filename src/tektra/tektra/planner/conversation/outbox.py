# SPDX-License-Identifier: Apache-2.0
"""What the dialogue manager causes, as a seam: the node's effects in life, a record in tests and benches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tektra.planner.conversation.feelings import NONE, Feeling
from tektra.planner.conversation.request import Request
from tektra.planner.plans.plan import PlanStatus, Step
from tektra.planner.plans.runner import Progress


class Outbox(Protocol):
    """Called on the thread that called the dialogue manager."""

    def think(self, request: Request) -> None:
        """Let the model answer; piece() and moves(), then thought() or failed(), will be called."""

    def stop_thinking(self, request_id: str) -> None:
        """The answer is not wanted any more."""

    def give(self, request: Request, text: str, *, last: bool) -> None:
        """Hand out the next piece of the reply, and have it spoken."""

    def show(self, request: Request, steps: Sequence[Progress], status: PlanStatus, message: str) -> None:
        """The plan changed."""

    def send_goal(self, request: Request, step: Step) -> None:
        """Have a step carried out; progressed() and ended() will be called."""

    def cancel_goal(self, request: Request, step_id: int) -> None:
        """Have a step ended."""

    def stop_everything(self, request: Request) -> None:
        """Publish a stop, now."""

    def stop_robots(self, request: Request, robots: Sequence[str]) -> None:
        """Have these robots stopped, now, and no other."""

    def hush(self) -> None:
        """End the speech that sounds, and what is still to come of answers before this one."""

    def announce(self, text: str, language: str, feeling: Feeling = NONE) -> None:
        """Say an outcome aloud. `language`: BCP 47, of the text."""

    def finished(self, request: Request, outcome: str, message: str) -> None:
        """The request came to its end. `outcome` as in Ask.action."""
