# SPDX-License-Identifier: Apache-2.0
"""A robot on legs by Unitree (Go2 and its like), by the vendor's sport service over DDS (docs/unitree.md)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Protocol

from tektra.common.errors import BackendError
from tektra.common.robot_wire import RobotHello, State
from tektra.driver.backends import Event
from tektra.driver.backends.link_options import UnitreeOptions
from tektra.driver.commands import Command, Drive, StandStill, Tool
from tektra.driver.planar import compose
from tektra.driver.telling import told_state

#: The vendor's numbers of requests.
DAMP, BALANCE, STOP_MOVE, STAND_UP, STAND_DOWN, MOVE = 1001, 1002, 1003, 1004, 1005, 1008
#: And of modes: in these it walks when it is told to, or lies, or holds its joints, or lets them damp.
WALKS, LIES, LOCKED, DAMPS = frozenset({0, 1, 3}), 5, 6, 7
POSTURES = {"stand_up": STAND_UP, "lie_down": STAND_DOWN, "damp": DAMP}
#: A state older than this says nothing of now; so often it is looked who listens.
FRESH_S, LOOK_EVERY_S = 0.3, 0.2
#: What the robot refused is told for so long. What it has been asked for is asked for again after so long, where it shows nothing.
SULK_S, AGAIN_S = 1.0, 3.0
#: A body that rose or sank by more meanwhile (m) is on its way.
RISEN_M = 0.02
#: Slower than this (m/s, rad/s) it stands.
STANDS_MPS, STANDS_RADPS = 0.03, 0.05


class Sport(Protocol):
    """tektra.driver.unitree_dds.SportChannel."""

    def close(self) -> None: ...
    def listeners(self) -> int: ...
    def tellers(self, now_s: float) -> int: ...
    def ask(
        self, api_id: int, values: Mapping[str, float] | None = None, *, answered: bool = True
    ) -> bool: ...
    def refused(self) -> str: ...
    def newest(self, now_s: float) -> Any: ...


class UnitreeLink:
    """See RobotLink; it finds the robot in its DDS domain, and host and port mean nothing. One thread.

    A velocity holds as long as the robot's own firmware lets it, when this process is killed: `ttl_s` is kept here alone. A
    posture is a movement of the robot's own, which only damping ends: a stop does not.
    """

    Options = UnitreeOptions

    def __init__(self, robot: str, host: str, port: int, options: UnitreeOptions | None = None) -> None:
        self._robot, self._options = robot, options or UnitreeOptions()
        self._sport: Sport | None = None
        self._up = self._hello = False
        self._heard_s = self._looked_s = -math.inf
        self._until_s = -math.inf  # the velocity in force ends
        # The posture that was asked for last, when, and how high the body was then.
        self._asked: tuple[int, float, float] = (0, -math.inf, math.nan)
        self._told: Any = None
        self._listeners = self._seq = 0
        self._trouble, self._trouble_s = "", -math.inf
        self._fault = "not connected yet"

    @property
    def up(self) -> bool:
        """See RobotLink.up. Needs fresh states of one robot, and somebody who takes requests."""
        return self._up

    @property
    def fault(self) -> str:
        """See RobotLink.fault."""
        return self._fault

    @property
    def altitude_m(self) -> float:
        """How high its body is, as it tells."""
        return float(self._told.height) if self._told is not None else math.nan

    def connect(self) -> None:
        """See RobotLink.connect. Raises BackendError where cyclonedds is missing, or the interface is none."""
        if self._sport is not None:
            return
        try:
            from cyclonedds.core import DDSException

            from tektra.driver.unitree_dds import SportChannel
        except ImportError as missing:
            raise BackendError(
                f"the driver back end 'unitree' needs cyclonedds ({missing})",
                "pip install -r requirements/unitree.in",
            ) from missing
        try:
            self._sport = SportChannel(self._options.domain_id, self._options.interface)
        except DDSException as error:
            raise BackendError(
                f"no DDS on unitree.interface = {self._options.interface!r}: {error}",
                "name the interface that leads to the robot, as `ip addr` lists it",
            ) from error

    def close(self) -> None:
        """See RobotLink.close: a last halt."""
        if self._sport is not None:
            if self._up:
                self._sport.ask(STOP_MOVE)
            self._sport.close()
        self._sport, self._told = None, None
        self._up = self._hello = False
        self._until_s = self._heard_s = self._looked_s = -math.inf
        self._fault = "closed"

    def send(self, command: Command, now_s: float) -> bool:
        """See RobotLink.send. Both categories of a halt are the vendor's StopMove: how it brakes is its own."""
        if self._sport is None:
            return False
        if isinstance(command, StandStill):
            return self._halt()
        if not self._up or self._why_not(now_s):
            return False
        if isinstance(command, Drive):
            return self._drive(command, now_s)
        if isinstance(command, Tool) and command.name in POSTURES:
            return self._pose(command, now_s)
        return False

    def poll(self, now_s: float) -> list[Event]:
        """See RobotLink.poll."""
        if self._sport is None:
            return []
        told = self._sport.newest(now_s)
        if told is not None:
            self._told, self._heard_s = told, now_s
        if words := self._sport.refused():
            self._trouble, self._trouble_s = words, now_s
        if now_s - self._looked_s >= LOOK_EVERY_S:
            self._looked_s, self._listeners = now_s, self._sport.listeners()
        if self._until_s <= now_s and self._until_s > -math.inf:
            self._halt()
        down = self._why_down(now_s)
        self._up, self._fault = not down, down or self._why_not(now_s)
        first = self._up and not self._hello
        self._hello = self._up
        hello: list[Event] = [RobotHello(self._robot, "legged", ("base", "posture"))] if first else []
        return [*hello, self._state(told)] if told is not None and self._up else hello

    def _drive(self, drive: Drive, now_s: float) -> bool:
        assert self._sport is not None
        if self._told.mode == LOCKED:
            return self._once(BALANCE, now_s)
        if self._told.mode not in WALKS:
            self._trouble, self._trouble_s = "it does not stand: have it stand up first", now_s
            return False
        self._until_s = now_s + drive.ttl_s
        values = {"x": drive.vx_mps, "y": drive.vy_mps, "z": drive.wz_radps}
        return self._sport.ask(MOVE, values, answered=False)

    def _pose(self, tool: Tool, now_s: float) -> bool:
        """Each posture is asked for once, however often it is permitted; then again, where nothing came of it."""
        mode, asked = self._told.mode, POSTURES[tool.name]
        if not tool.value or mode == {STAND_DOWN: LIES, DAMP: DAMPS}.get(asked, -1):
            return True
        if asked == STAND_UP and mode in WALKS:
            return True
        if asked == STAND_UP and mode == LOCKED:
            asked = BALANCE  # it stands with stiff joints, and would not walk
        if self._moves:
            self._trouble, self._trouble_s = "it walks: halt it first", now_s
            return False
        return self._once(asked, now_s)

    def _once(self, api_id: int, now_s: float) -> bool:
        assert self._sport is not None
        before, asked_s, height = self._asked
        if before == api_id and now_s - asked_s < AGAIN_S:
            return True
        self._asked = (api_id, now_s, self._told.height)
        under_way = before == api_id and abs(self._told.height - height) > RISEN_M
        return under_way or self._sport.ask(api_id)

    def _halt(self) -> bool:
        """What stands is not told so again: the vendor's halt would end a posture half-way, in whatever way."""
        assert self._sport is not None
        under_way = self._until_s > -math.inf or self._told is None or self._moves
        self._until_s, self._asked = -math.inf, (0, -math.inf, math.nan)
        return self._listeners > 0 and (not under_way or self._sport.ask(STOP_MOVE))

    @property
    def _moves(self) -> bool:
        """Also where it tells no number."""
        told = self._told
        return not (math.hypot(*told.velocity) <= STANDS_MPS and abs(told.turn) <= STANDS_RADPS)

    def _state(self, told: Any) -> State:
        options, (vx, vy) = self._options, told.velocity
        if options.velocity_frame == "odom":
            cos, sin = math.cos(told.yaw), math.sin(told.yaw)
            vx, vy = cos * vx + sin * vy, cos * vy - sin * vx
        odom = (*told.place, told.yaw)
        known = options.localized and all(map(math.isfinite, odom))
        self._seq += 1
        return told_state(
            self._seq,
            told.t_s,
            halted=self._until_s == -math.inf,
            pose=compose((options.map_x_m, options.map_y_m, options.map_yaw_rad), odom) if known else None,
            odom=odom,
            velocity=(vx, vy, told.turn),
            height=told.height,
            fault=f"it reports error {told.error}" if told.error else "",
        )

    def _why_down(self, now_s: float) -> str:
        assert self._sport is not None
        if self._told is None:
            return "nobody tells rt/sportmodestate: is the interface the right one, and the robot on?"
        if now_s - self._heard_s > FRESH_S:
            return "its states ceased"
        if self._sport.tellers(now_s) > 1:
            return (
                "two robots tell their states in one DDS domain: give each a network, or a domain, of its own"
            )
        if not math.isfinite(self._told.yaw):
            return "its orientation is no rotation"
        return "" if self._listeners else "nobody takes requests on rt/api/sport/request: is sport mode on?"

    def _why_not(self, now_s: float) -> str:
        return self._trouble if self._trouble and now_s - self._trouble_s < SULK_S else ""
