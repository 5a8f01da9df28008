# SPDX-License-Identifier: Apache-2.0
"""What an operator may ask of the gate: stop, reset, forget, jog. Services as plain calls; the node serves them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from std_srvs.srv import Trigger

from tektra.common.errors import TektraError
from tektra.common.lateness import refuse_late
from tektra.ros.lateness import older, stamp_age_s
from tektra.safety.gate import Gate
from tektra.safety.jog import HELD_S
from tektra.safety.latch import OPERATOR
from tektra_interfaces.srv import StopRobot


class Services:
    """Answers them. `tell` publishes the gate's state; `now_s` is the monotonic clock, `request_age_s` the age of the
    request in hand. The node's thread."""

    def __init__(
        self,
        gate: Gate,
        tell: Callable[[], None],
        *,
        now_s: Callable[[], float],
        request_age_s: Callable[[], float],
    ) -> None:
        self._gate, self._tell, self._now_s, self._request_age_s = gate, tell, now_s, request_age_s

    def table(self) -> tuple[tuple[Any, str, Callable[..., Any]], ...]:
        """Type, name and answer of each."""
        return (
            (Trigger, "/safety/emergency_stop", self._on_emergency_stop),
            (Trigger, "/safety/reset", self._on_reset),
            (StopRobot, "/safety/stop_robot", self._on_stop_robot),
            (StopRobot, "/safety/reset_robot", self._on_reset_robot),
            (StopRobot, "/safety/reset_all", self._on_reset_all),
            (StopRobot, "/safety/forget_robot", self._on_forget_robot),
            (StopRobot, "/safety/jog_robot", self._on_jog_robot),
            (StopRobot, "/safety/forget_people", self._on_forget_people),
        )

    def _stop(self, who: str, robot: str = "") -> None:
        self._gate.stops.stop(OPERATOR, who, "", robot, now_s=self._now_s())
        self._tell()

    def _on_emergency_stop(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self._stop("/safety/emergency_stop")
        response.success, response.message = True, "stopped; reset with /safety/reset"
        return response

    def _on_stop_robot(self, asked: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        self._stop(asked.source or "/safety/stop_robot", asked.robot)
        alone = asked.robot in self._gate.latch.alone
        told = f"{asked.robot} is stopped" if alone else "all are stopped; reset with /safety/reset"
        response.success = True
        response.message = f"{told}; reset with /safety/reset_robot" if alone else told
        return response

    def _on_reset(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        response.success, response.message = self._reset("/safety/reset", [""])
        return response

    def _on_reset_all(self, asked: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        """As /safety/reset, for who names the epoch that is meant, and when that was."""
        if asked.robot:
            response.message = f"{asked.robot[:40]!r} alone is reset by /safety/reset_robot"
            return response
        response.success, response.message = self._reset(asked.source or "/safety/reset_all", [""], asked)
        return response

    def _on_reset_robot(self, asked: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        """One robot, or, without a name, all that is stopped: everyone's stop, and each robot's own."""
        latch, who = self._gate.latch, asked.source or "/safety/reset_robot"
        everything = [*([""] if latch.stopped or not latch.alone else []), *latch.alone]
        robots = [asked.robot] if asked.robot else everything
        response.success, response.message = self._reset(who, robots, asked)
        return response

    def _reset(self, who: str, robots: list[str], asked: StopRobot.Request | None = None) -> tuple[bool, str]:
        faults, age_s, epoch = [], self._request_age_s(), 0
        if asked is not None:
            age_s = older(age_s, stamp_age_s(asked.asked))
            epoch = asked.epoch if len(robots) == 1 else 0
        for robot in robots:
            try:
                self._gate.stops.reset(who, robot, age_s, epoch=epoch, now_s=self._now_s())
            except TektraError as error:
                faults.append(str(error))
        self._tell()
        alone = sorted(self._gate.latch.alone)
        more = f"; stopped alone: {', '.join(alone)} (/safety/reset_robot)" if alone else ""
        return not faults, ("; ".join(faults) or "released; nothing moves until it is asked for anew") + more

    def _on_forget_robot(self, asked: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        def forget(_: float) -> str:
            who = asked.source[:80] or "/safety/forget_robot"
            self._gate.doubts.forget_robot(who, asked.robot, self._now_s())
            return f"{asked.robot} is forgotten until it is reached again"

        return self._try(asked, response, forget)

    def _on_forget_people(self, asked: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        who = asked.source[:80] or "/safety/forget_people"
        forget = self._gate.doubts.forget_people
        return self._try(asked, response, lambda _: f"{forget(who, asked.robot)} forgotten")

    def _on_jog_robot(self, asked: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        def hold(age_s: float) -> str:
            who = asked.source[:80] or "/safety/jog_robot"
            self._gate.jog.hold(who, asked.robot, self._now_s() - max(age_s, 0.0))
            return f"held for {HELD_S} s"

        return self._try(asked, response, hold)

    def _try(
        self, asked: StopRobot.Request, response: StopRobot.Response, act: Callable[[float], str]
    ) -> StopRobot.Response:
        """What an operator asked, unless it came late. `act` takes how long ago that was (s)."""
        age_s = older(self._request_age_s(), stamp_age_s(asked.asked))
        try:
            refuse_late(age_s)
            response.success, response.message = True, act(age_s)
        except TektraError as error:
            response.message = str(error)
        self._tell()
        return response
