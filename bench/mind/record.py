# SPDX-License-Identifier: Apache-2.0
"""What a planner causes, written down: the outlet that its dialogue is given in place of ROS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Record:
    """An Outbox. Goals wait in `open` until the process that drives the planner ends them."""

    def __init__(self) -> None:
        self.clear()
        self.open: dict[tuple[str, int], Any] = {}
        self.canceled: set[tuple[str, int]] = set()

    def clear(self) -> None:
        """Before the next turn; what is under way stays."""
        self.steps: list[tuple[str, Any]] = []  # sent to robots
        self.shown: dict[str, list[Any]] = {}  # plans, whole
        self.reply = self.language = ""
        self.announced: list[str] = []
        self.outcomes: list[tuple[str, str, str]] = []
        self.stops = self.hushes = 0
        self.ended: list[str] = []
        self.wanted: list[Any] = []  # requests that the model is to answer
        self.unwanted: set[str] = set()  # requests whose answers are not wanted any more
        self.model = False
        self.modelless = False  # a model was to answer, and there is none

    def think(self, request: Any) -> None:
        self.model = True
        self.wanted.append(request)

    def stop_thinking(self, request_id: str) -> None:
        self.unwanted.add(request_id)
        self.wanted = [request for request in self.wanted if request.request_id != request_id]

    def give(self, request: Any, text: str, *, last: bool) -> None:
        self.reply += text
        self.language = getattr(request, "language", "")

    def show(self, request: Any, steps: Any, status: Any, message: str) -> None:
        self.shown[request.request_id] = [progress.step for progress in steps]

    def send_goal(self, request: Any, step: Any) -> None:
        self.steps.append((request.request_id, step))
        self.open[(request.request_id, step.id)] = step

    def cancel_goal(self, request: Any, step_id: int) -> None:
        key = (request.request_id, step_id)
        if (step := self.open.get(key)) is not None:
            self.canceled.add(key)
            self.ended.append(step.who)

    def stop_everything(self, request: Any) -> None:
        self.stops += 1

    def stop_robots(self, request: Any, robots: Sequence[str]) -> None:
        self.stops += 1

    def hush(self) -> None:
        self.hushes += 1

    def announce(self, text: str, language: str = "", feeling: object = None) -> None:
        self.announced.append(text)

    def finished(self, request: Any, outcome: str, message: str) -> None:
        self.outcomes.append((request.request_id, outcome, message))

    def seen(self, *, earlier: set[str], whole: bool, took_s: float) -> dict[str, object]:
        """The turn, as the measuring process reads it, without the steps of `earlier` requests.

        `whole`: also steps that wait for those under way. Steps of several requests get numbers of their own.
        """
        steps = [(request, step) for request, step in self.steps if request not in earlier]
        sent = {(request, step.id) for request, step in steps}
        if whole:
            begun = {request for request, _ in steps}
            more = [(request, step) for request in begun for step in self.shown.get(request, ())]
            steps += [(request, step) for request, step in more if (request, step.id) not in sent]
        numbers = {key: n for n, key in enumerate(dict.fromkeys((r, s.id) for r, s in steps), start=1)}
        return {
            "steps": [
                {
                    "id": numbers[(request, step.id)],
                    "who": step.who,
                    "skill": step.skill,
                    "arguments": dict(step.arguments),
                    "after": [numbers[(request, o)] for o in step.after if (request, o) in numbers],
                }
                for request, step in steps
            ],
            "reply": self.reply,
            "language": self.language,
            "announced": self.announced,
            "outcome": "no model" if self.modelless else self._outcome(earlier),
            "stops": self.stops,
            "hushes": self.hushes,
            "ended": self.ended,
            "model": self.model,
            "took_s": took_s,
        }

    def _outcome(self, earlier: set[str]) -> str:
        return next((outcome for request, outcome, _ in self.outcomes if request not in earlier), "")
