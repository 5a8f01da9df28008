# SPDX-License-Identifier: Apache-2.0
"""The services by which operators stop, reset, forget and jog: /safety/emergency_stop, /safety/reset and their kin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from std_srvs.srv import Trigger

from tektra.common.errors import TektraError
from tektra.common.lateness import refuse_late
from tektra.ros.calls import serve
from tektra.ros.lateness import older, request_age_s, stamp_age_s
from tektra.safety.doubts import asked_at_s
from tektra.safety.gate import Gate
from tektra.safety.jog import HELD_S
from tektra.safety.kept_doubts import KeptDoubts, Times
from tektra.safety.latch import OPERATOR
from tektra_interfaces.srv import StopRobot


class StopAndTell(Protocol):
    """Latches a stop and tells everybody."""

    def __call__(self, cause: str, who: str, robot: str = "", detail: str = "") -> None: ...


class OperatorServices:
    """On the node's thread. `publish` tells the new state; `lost` is the file of who is lost, which must not have whoever was
    forgotten before that is answered."""

    def __init__(
        self,
        node: Any,
        gate: Gate,
        stop: StopAndTell,
        publish: Callable[[], None],
        lost: KeptDoubts,
        times: Callable[[], Times],
    ) -> None:
        self._node = node
        self._gate = gate
        self._stop = stop
        self._publish = publish
        self._lost, self._times = lost, times
        serve(node, Trigger, "/safety/emergency_stop", self._on_emergency_stop)
        serve(node, Trigger, "/safety/reset", self._on_reset)
        serve(node, StopRobot, "/safety/stop_robot", self._on_stop_robot)
        serve(node, StopRobot, "/safety/reset_robot", self._on_reset_robot)
        serve(node, StopRobot, "/safety/reset_all", self._on_reset_all)
        serve(node, StopRobot, "/safety/forget_robot", self._on_forget_robot)
        serve(node, StopRobot, "/safety/jog_robot", self._on_jog_robot)
        serve(node, StopRobot, "/safety/forget_people", self._on_forget_people)
        serve(node, StopRobot, "/safety/no_person", self._on_no_person)

    def _on_emergency_stop(self, _: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self._stop(OPERATOR, "/safety/emergency_stop")
        response.success, response.message = True, "stopped; reset with /safety/reset"
        return response

    def _on_stop_robot(self, asked: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        self._stop(OPERATOR, asked.source or "/safety/stop_robot", asked.robot)
        alone = asked.robot in self._gate.latch.alone
        told = f"{asked.robot} is stopped" if alone else "all are stopped; reset with /safety/reset"
        response.success, response.message = (
            True,
            f"{told}; reset with /safety/reset_robot" if alone else told,
        )
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
        faults, age_s, epoch = [], request_age_s(self._node), 0
        if asked is not None:
            age_s = older(age_s, stamp_age_s(asked.asked))
            epoch = asked.epoch
        for robot in robots:
            try:
                self._gate.stops.reset(who, robot, age_s, epoch=epoch, now_s=self._now_s())
            except TektraError as error:
                faults.append(str(error))
        self._publish()
        alone = sorted(self._gate.latch.alone)
        more = f"; stopped alone: {', '.join(alone)} (/safety/reset_robot)" if alone else ""
        return not faults, ("; ".join(faults) or "released; nothing moves until it is asked for anew") + more

    def _on_forget_robot(self, asked: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        def forget(age_s: float) -> str:
            who = asked.source[:80] or "/safety/forget_robot"
            self._gate.doubts.forget_robot(who, asked.robot, self._now_s(), age_s)
            return self._settled(f"{asked.robot} is forgotten until it is reached again")

        return self._try(asked, response, forget)

    def _on_forget_people(self, asked: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        def forget(age_s: float) -> str:
            who, asked_s = asked.source[:80] or "/safety/forget_people", asked_at_s(self._now_s(), age_s)
            forgotten = self._gate.doubts.forget_people(who, asked.robot, asked_s)
            return self._settled(f"{forgotten} forgotten")

        return self._try(asked, response, forget)

    def _on_no_person(self, asked: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        def dismiss(_: float) -> str:
            who = asked.source[:80] or "/safety/no_person"
            self._gate.doubts.no_person(who, asked.robot, self._now_s())
            return f"{asked.robot} counts as nobody until it moves, is not seen, or somebody comes near"

        return self._try(asked, response, dismiss)

    def _on_jog_robot(self, asked: StopRobot.Request, response: StopRobot.Response) -> StopRobot.Response:
        def hold(age_s: float) -> str:
            who = asked.source[:80] or "/safety/jog_robot"
            self._gate.jog.hold(who, asked.robot, self._now_s(), age_s)
            return f"held for {HELD_S} s"

        return self._try(asked, response, hold)

    def _settled(self, told: str) -> str:
        """It must be on the disk before it is answered."""
        fault = self._lost.settle(self._times())
        return f"{told}, by this gate alone: {fault}" if fault else told

    def _now_s(self) -> float:
        return self._times().now_s

    def _try(
        self, asked: StopRobot.Request, response: StopRobot.Response, act: Callable[[float], str]
    ) -> StopRobot.Response:
        """What an operator asked, unless it came late. `act` takes how long ago that was (s)."""
        age_s = older(request_age_s(self._node), stamp_age_s(asked.asked))
        try:
            refuse_late(age_s)
            response.success, response.message = True, act(age_s)
        except TektraError as error:
            response.message = str(error)
        self._publish()
        return response
