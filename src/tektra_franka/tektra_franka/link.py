# SPDX-License-Identifier: Apache-2.0
"""An arm by Franka (Panda, FR3) as a robot of Tektra, by franky-control, which brings libfranka."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

from tektra.common.errors import BackendError
from tektra.common.robot_wire import GripperState, JointReadings, RobotHello, State
from tektra.driver.backends import Event
from tektra.driver.commands import Command, MoveGripper, MoveJoints, StandStill
from tektra.driver.telling import told_state
from tektra_franka.arm import Arm, Reading
from tektra_franka.hand import Hand
from tektra_franka.options import FrankaOptions

#: What ends a reflex.
RECOVER = ": look what it met, then call /<robot>/recover"
FRESH_S = 0.3  # a reading whose own clock stood still for longer says nothing of now


class FrankaLink:
    """See tektra.driver.backends.RobotLink. Two threads do what waits; the caller's only looks and leaves notes.

    Targets in joint space come 20 times a second or more and hold for their ttl: each becomes a velocity of all joints
    that the arm's own control loop holds no longer than that ttl, and brakes by itself when no other comes.
    """

    Options = FrankaOptions

    def __init__(self, robot: str, host: str, port: int, options: FrankaOptions | None = None) -> None:
        self._robot, self._host = robot, host
        self._options = options or FrankaOptions()
        self._arm: Arm | None = None
        self._hand: Hand | None = None
        self._newest: Reading | None = None
        self._newest_s = -math.inf
        self._up = self._told = False
        self._until_s = -math.inf
        self._seq = 0
        self._fault = "not connected yet"

    def attach(self, node: Any) -> None:
        """Serves /<robot>/recover on the driver's node: only an operator makes the arm ready again after a reflex."""
        from std_srvs.srv import Trigger

        from tektra.ros.calls import serve

        def recover(_: Any, response: Any) -> Any:
            response.success, response.message = self.recover()
            return response

        serve(node, Trigger, "recover", recover)

    def recover(self) -> tuple[bool, str]:
        """Makes the arm ready again after a reflex, which moves nothing. Whether it needed that, and words."""
        if self._arm is None or not self._arm.recover():
            return False, f"{self._robot} is in no reflex"
        return True, f"{self._robot} is made ready again; a stop that it caused is reset with /safety/reset"

    @property
    def up(self) -> bool:
        """See RobotLink.up."""
        return self._up

    @property
    def fault(self) -> str:
        """See RobotLink.fault."""
        return self._fault

    @property
    def collision(self) -> bool:
        """See RobotLink: the arm's own reflex, until it is made ready again."""
        return self._newest is not None and self._newest.trouble.startswith("reflex")

    def connect(self) -> None:
        """See RobotLink.connect. Raises BackendError where franky-control is not installed."""
        if self._arm is not None:
            return
        try:
            franky = import_module("franky")
        except ImportError as missing:
            raise BackendError(
                f"the driver back end 'franka' needs franky-control ({missing})",
                "pip install -r requirements/franka.in",
            ) from missing
        self._arm = Arm(franky, self._host, self._options)
        self._hand = Hand(franky, self._host, self._options) if self._options.hand else None

    def close(self) -> None:
        """See RobotLink.close. The arm brakes; waits for that, no longer than 2.5 s."""
        if self._arm is not None:
            self._arm.close()
        if self._hand is not None:
            self._hand.close()
        self._arm = self._hand = self._newest = None
        self._up = self._told = False
        self._fault = "closed"

    def send(self, command: Command, now_s: float) -> bool:
        """See RobotLink.send. What is sent is in the arm's thread when this returns, and begun or dropped by its ttl."""
        if self._arm is None or not self._up:
            return False
        if isinstance(command, StandStill):
            self._until_s = -math.inf
            self._arm.command(command)
            if self._hand is not None:
                self._hand.command(command)
            return True
        if self._trouble():
            return False
        if isinstance(command, MoveJoints) and set(command.names) <= set(self._options.joint_names):
            self._arm.command(command)
        elif isinstance(command, MoveGripper) and self._hand is not None:
            self._hand.command(command)
        else:
            return False
        self._until_s = now_s + command.ttl_s
        return True

    def poll(self, now_s: float) -> list[Event]:
        """See RobotLink.poll."""
        if self._arm is None:
            return []
        reading = self._arm.reading
        new = reading is not None and (self._newest is None or reading.t_s != self._newest.t_s)
        if new:
            self._newest, self._newest_s = reading, now_s
        self._up = reading is not None and now_s - self._newest_s <= FRESH_S and self._has_hand()
        if not self._up:
            self._told = False
            self._fault = self._arm.fault or (
                "its state is not fresh" if self._has_hand() else "no hand answers"
            )
            return []
        self._fault = self._trouble()
        able = ("arm", "gripper") if self._options.hand else ("arm",)
        hello = [] if self._told else [RobotHello(self._robot, "arm", able)]
        self._told = True
        return [*hello, self._state(reading, now_s)] if new and reading is not None else [*hello]

    def _has_hand(self) -> bool:
        return self._hand is None or self._hand.grip is not None

    def _trouble(self) -> str:
        return (
            f"the arm takes no motion ({self._newest.trouble}){RECOVER if self.collision else ''}"
            if self._newest and self._newest.trouble
            else ""
        )

    def _state(self, reading: Reading, now_s: float) -> State:
        self._seq += 1
        grip = self._hand.grip if self._hand is not None else None
        halted = now_s >= self._until_s
        names = tuple(self._options.joint_names)
        return told_state(
            self._seq,
            reading.t_s,
            halted=halted,
            joints=JointReadings(names, reading.positions_rad, reading.rates_radps),
            gripper=GripperState(grip.width_m, grip.holding) if grip else None,
            fault=self._trouble(),
        )
