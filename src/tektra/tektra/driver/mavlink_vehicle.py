# SPDX-License-Identifier: Apache-2.0
"""A rover or copter under ArduPilot as the driver sees it: who has it, what it is told, how it is. No socket, no MAVLink.

What was heard goes in, orders come out, time is passed in. The rules (docs/mavlink.md):
a pilot's choice of mode is never overruled; nothing is armed before a permit; a halt is zero velocity at once and
then a mode in which the vehicle stands. ArduPilot's own behaviour is after Rover/GCS_Mavlink.cpp and mode_guided.cpp.
"""

import math

from tektra.common.robot_wire import ErrorReply, State
from tektra.driver.backends.link_options import MavlinkOptions
from tektra.driver.commands import Drive, Land, StandStill, TakeOff
from tektra.driver.mavlink_orders import (
    ARDUPILOT,
    COPTERS,
    HALT_MODES,
    IN_AIR,
    MODES,
    ON_GROUND,
    ROVERS,
    TAKING_OFF,
    ZERO,
    Arm,
    AskTelemetry,
    Order,
    ReadParameter,
    Rise,
    SayHeartbeat,
    SetMode,
    Setpoint,
    WriteParameter,
)
from tektra.driver.mavlink_telemetry import Telemetry

HEARTBEAT_LOST_S = 2.5  # they come at 1 Hz at least
AGAIN_S = 0.5  # an order that had no effect is repeated
PARAMETER_TRIES = 8
REACHED_M, CLIMB_PER_M = 0.1, 1.0  # a copter in the air climbs by so much of what is left, in a second
TIMEOUT_PARAMETER = "GUID_TIMEOUT"


class Vehicle:
    """One vehicle. One thread."""

    def __init__(self, options: MavlinkOptions) -> None:
        self.kind = ""  # rover or copter, once heard
        self.mode, self.armed = -1, False
        self.told = Telemetry(options)
        self._options = options
        self._wrong = ""  # why this vehicle can never be driven
        self._heartbeat_s = -math.inf
        self._mine = False  # the mode it is in was chosen by this driver, or handed to it
        self._seen = False
        self._armed_by_us = False
        self._timeout_s: float | None = None
        self._asked = 0
        self._asked_mode: int | None = None
        self._told_rates = False
        self._due: dict[type, float] = {}  # when an order may be given again
        self._until_s = self._wanted_s = -math.inf
        self._halted = True

    def heartbeat(self, *, sort: int, autopilot: int, mode: int, armed: bool, now_s: float) -> None:
        """MAV_TYPE, MAV_AUTOPILOT, custom mode and whether the motors have power."""
        if now_s - self._heartbeat_s > HEARTBEAT_LOST_S:  # it may have been switched off meanwhile
            self.forget()
        self._heartbeat_s = now_s
        self.kind = "rover" if sort in ROVERS else "copter" if sort in COPTERS else ""
        self._wrong = "" if self.kind else f"the vehicle is of MAV_TYPE {sort}, neither a rover nor a copter"
        if autopilot != ARDUPILOT:
            self._wrong = f"the autopilot is MAV_AUTOPILOT {autopilot}, not ArduPilot, and means other modes"
        if self.kind:
            self.in_mode(mode)
        self._armed_by_us = self._armed_by_us and armed
        self.armed = armed

    def forget(self) -> None:
        """The link was cut, or the vehicle was switched off: what it confirmed and who has it is open again."""
        self._timeout_s, self._asked, self._told_rates = None, 0, False
        self._mine, self._asked_mode, self._heartbeat_s = False, None, -math.inf

    def in_mode(self, mode: int) -> None:
        """It is in this mode now. Whoever puts it into GUIDED hands it over; any mode that was not asked for takes it back."""
        first, self._seen = not self._seen, True
        if mode == self._number("GUIDED"):
            self._mine = True
        elif mode != self.mode or first:
            asked = self._mine and self._asked_mode == mode
            self._mine = asked or (first and self._options.take_from_hold and mode == self._number("HOLD"))
        if not self._mine:
            self._asked_mode = None
        self.mode = mode

    def position(
        self,
        north_m: float,
        east_m: float,
        north_mps: float,
        east_mps: float,
        boot_s: float,
        now_s: float,
        *,
        height_m: float = 0.0,
        climb_mps: float = 0.0,
    ) -> State | None:
        """Local position and velocity; the robot's new state once the attitude is known, too."""
        numbers = (north_m, east_m, north_mps, east_mps)
        if not all(map(math.isfinite, numbers)):
            return None
        self.told.position(numbers, boot_s, now_s)
        self.told.height(height_m, climb_mps)
        return self.told.state(now_s, halted=self._halted)

    def parameter(self, name: str, value: float) -> None:
        if name == TIMEOUT_PARAMETER:
            self._timeout_s = value

    def answer(self, order: type, accepted: bool, now_s: float) -> ErrorReply | None:
        """The vehicle's answer to an order; what a person should know of it."""
        if accepted and order is SetMode and self._asked_mode is not None:
            self.in_mode(self._asked_mode)
        if accepted:
            return None
        why = self.told.complaint(now_s)
        done = "change its mode" if order is SetMode else "take off" if order is Rise else "arm or disarm"
        return ErrorReply(0, f"the vehicle did not {done}{f': {why}' if why else ''}")

    def heard(self, now_s: float) -> bool:
        """There is a vehicle at all."""
        return now_s - self._heartbeat_s <= HEARTBEAT_LOST_S

    def up(self, now_s: float) -> bool:
        """It is heard, fresh, of a sort that can be driven, and stands by itself when nobody speaks to it."""
        return not self._why_down(now_s)

    def fault(self, now_s: float) -> str:
        """Why it cannot be driven; empty when it can."""
        if why := self._why_down(now_s) or self.told.twinned(now_s) or self._why_not():
            return why
        if self.kind == "copter" and self.told.landed_state != IN_AIR:
            return "the copter is not in the air: it takes off first"
        return ""

    def _why_down(self, now_s: float) -> str:
        if not self.heard(now_s):
            return "no vehicle is heard"
        if self._wrong:
            return self._wrong
        if not self.told.fresh(now_s):
            return "the vehicle does not tell where it is (no position, or the link is cut)"
        wanted_s = self._options.guided_timeout_s
        if wanted_s and self._timeout_s is None and self._asked >= PARAMETER_TRIES:
            return f"the vehicle has no parameter {TIMEOUT_PARAMETER}: update it, or set mavlink.guided_timeout_s to 0"
        if wanted_s and (self._timeout_s is None or abs(self._timeout_s - wanted_s) > 1e-3):
            return f"the vehicle has not confirmed {TIMEOUT_PARAMETER} = {wanted_s:g} s yet"
        return ""

    def _why_not(self) -> str:
        if not self._mine:
            return f"a pilot has the vehicle (mode {self.mode_name}): GUIDED hands it over"
        if not self.armed and not self._may_arm:
            return "the vehicle is disarmed: a pilot arms it"
        return ""

    @property
    def mode_name(self) -> str:
        names = {number: name for name, number in MODES.get(self.kind, {}).items()}
        return names.get(self.mode, str(self.mode))

    @property
    def _may_arm(self) -> bool:
        return self.kind == "rover" and self._options.arming == "with_permit"

    @property
    def _halt_mode(self) -> int:
        chosen = self._options.halt_mode
        name = HALT_MODES.get(self.kind, "") if chosen == "auto" else chosen
        return self._number(name) if name in MODES.get(self.kind, {}) else self._number("GUIDED")

    def _number(self, name: str) -> int:
        return MODES[self.kind].get(name, -1) if self.kind else -1

    def drive(self, command: Drive, now_s: float) -> list[Order]:
        """Orders, among them a Setpoint if it may move already; before, those that bring it there."""
        if self.fault(now_s):
            return []
        self._wanted_s = now_s
        if self.mode != self._number("GUIDED"):
            return self._set_mode(self._number("GUIDED"), now_s)
        if not self.armed:
            return self._arm(True, now_s)
        self._until_s, self._halted = now_s + command.ttl_s, False
        return [Setpoint(command.vx_mps, -command.vy_mps, -command.wz_radps)]

    def fly(self, command: TakeOff | Land, now_s: float) -> tuple[list[Order], bool]:
        """Orders, and whether the copter follows: not while it is first put into GUIDED. A pilot arms it, always."""
        if self._why_down(now_s) or self.told.twinned(now_s) or self._why_not() or self.kind != "copter":
            return [], False
        self._wanted_s = now_s
        mode = self._number("LAND" if isinstance(command, Land) else "GUIDED")
        orders = [] if self.mode == mode else self._set_mode(mode, now_s)
        if isinstance(command, TakeOff):
            if self.mode != mode or not (self.told.landed_state == ON_GROUND or self.told.knows_height):
                return orders, False
            orders = self._rise(command.altitude_m, now_s)
        self._until_s, self._halted = now_s + command.ttl_s, False
        return orders, True

    def _rise(self, altitude_m: float, now_s: float) -> list[Order]:
        """Off the ground by the vehicle's own take-off; in the air by a velocity, that a halt ends as any other."""
        if self.told.landed_state == ON_GROUND:
            return self._every(Rise(altitude_m), AGAIN_S, now_s)
        if self.told.landed_state == TAKING_OFF:
            return []
        left_m = altitude_m - self.told.altitude_m
        most = self._options.climb_mps
        up_mps = 0.0 if abs(left_m) < REACHED_M else max(-most, min(most, CLIMB_PER_M * left_m))
        return [Setpoint(0.0, 0.0, 0.0, up_mps)]

    def stand(self, command: StandStill, now_s: float) -> list[Order]:
        """Zero velocity at once; at category 0 the mode in which it stands, too, and its motors' power where so chosen."""
        was_driving, self._halted = not self._halted, True
        orders: list[Order] = [ZERO, *self._end_landing(now_s)]
        if command.category == 0 and was_driving and self._mine:
            orders += [] if len(orders) > 1 else self._halt(now_s)
            if self._options.disarm_at_category_0 and self.kind == "rover":
                orders += [Arm(False)]
        return orders

    def power_off(self, now_s: float) -> list[Order]:
        """Takes the motors' power: of a rover, and of a copter on the ground, never in the air."""
        grounded = self.kind == "rover" or self.told.landed_state == ON_GROUND
        return [Arm(False)] if self.armed and self._mine and grounded and self._halted else []

    def _end_landing(self, now_s: float) -> list[Order]:
        """In LAND no velocity is heeded: only another mode ends it."""
        landing = self._number("LAND") in (self.mode, self._asked_mode) and self.kind == "copter"
        return self._halt(now_s) if landing and self._mine and self.told.landed_state != ON_GROUND else []

    def tick(self, now_s: float) -> list[Order]:
        """What is due by time alone, once all that was heard is told."""
        if self.told.rebooted():
            self.forget()
        orders: list[Order] = self._every(SayHeartbeat(), 1.0, now_s)
        if not self.heard(now_s) or self._wrong:
            return orders
        if not self._told_rates or not self.told.fresh(now_s):
            self._told_rates = True
            orders += self._every(AskTelemetry(), 2.0 * AGAIN_S, now_s)
        orders += self._confirm_timeout(now_s)
        if not self._halted and now_s >= self._until_s:
            self._halted = True
            orders += [ZERO, *self._end_landing(now_s)]
        idle_s = now_s - self._wanted_s
        if self._halted and self._mine and self._options.hold_after_s < idle_s < math.inf:
            orders += self._halt(now_s)
        after_s = self._options.disarm_after_s
        if self._armed_by_us and after_s and self._halted and idle_s > after_s:
            orders += self._arm(False, now_s)
        return orders

    def leave(self) -> list[Order]:
        """Last words: it stands, and a rover that this driver armed is disarmed."""
        if not self.kind:
            return []
        halt: list[Order] = [SetMode(self._halt_mode)] if self._mine and self._wanted_s > -math.inf else []
        return [ZERO, *halt, *([Arm(False)] if self._armed_by_us else [])]

    def _halt(self, now_s: float) -> list[Order]:
        return [] if self.mode == self._halt_mode else self._set_mode(self._halt_mode, now_s)

    def _set_mode(self, number: int, now_s: float) -> list[Order]:
        if number != self._asked_mode:
            self._due.pop(SetMode, None)
        self._asked_mode = number
        return self._every(SetMode(number), AGAIN_S, now_s)

    def _arm(self, armed: bool, now_s: float) -> list[Order]:
        orders = self._every(Arm(armed), 2.0 * AGAIN_S, now_s)
        self._armed_by_us = self._armed_by_us or (armed and bool(orders))
        return orders

    def _confirm_timeout(self, now_s: float) -> list[Order]:
        wanted_s = self._options.guided_timeout_s
        if not wanted_s or (self._asked >= PARAMETER_TRIES and self._timeout_s is None):
            return []
        if self._timeout_s is None:
            orders = self._every(ReadParameter(TIMEOUT_PARAMETER), AGAIN_S, now_s)
            self._asked += len(orders)
            return orders
        if abs(self._timeout_s - wanted_s) > 1e-3:
            return self._every(WriteParameter(TIMEOUT_PARAMETER, wanted_s), AGAIN_S, now_s)
        return []

    def _every(self, order: Order, pause_s: float, now_s: float) -> list[Order]:
        if now_s < self._due.get(type(order), -math.inf):
            return []
        self._due[type(order)] = now_s + pause_s
        return [order]
