# SPDX-License-Identifier: Apache-2.0
"""A rover or copter under ArduPilot that speaks MAVLink 2 over UDP (docs/mavlink.md)."""

import contextlib
import math
import socket

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from tektra.common.robot_wire import RobotHello, State
from tektra.driver.backends import Event
from tektra.driver.backends.address import Address
from tektra.driver.backends.link_options import MavlinkOptions
from tektra.driver.commands import Command, Drive, Land, StandStill, TakeOff
from tektra.driver.mavlink_orders import (
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
from tektra.driver.mavlink_vehicle import Vehicle

DATAGRAMS_AT_A_TIME = 128
MAX_BYTES = 2048
RETRY_S = (0.1, 2.0)  # first and longest pause before another attempt
# Velocity and yaw rate; position, acceleration and yaw are not looked at. Any bit of a part hides all of it from a rover.
VELOCITY_AND_YAW_RATE = 0b010111000111
RATES_HZ = {
    mavlink.MAVLINK_MSG_ID_LOCAL_POSITION_NED: 20.0,
    mavlink.MAVLINK_MSG_ID_ATTITUDE: 20.0,
    mavlink.MAVLINK_MSG_ID_HEARTBEAT: 5.0,
    mavlink.MAVLINK_MSG_ID_EXTENDED_SYS_STATE: 2.0,
    mavlink.MAVLINK_MSG_ID_GLOBAL_POSITION_INT: 2.0,
    mavlink.MAVLINK_MSG_ID_SYS_STATUS: 1.0,
}
ANSWERS = {
    mavlink.MAV_CMD_DO_SET_MODE: SetMode,
    mavlink.MAV_CMD_COMPONENT_ARM_DISARM: Arm,
    mavlink.MAV_CMD_NAV_TAKEOFF: Rise,
}
DONE = (mavlink.MAV_RESULT_ACCEPTED, mavlink.MAV_RESULT_IN_PROGRESS)


class MavlinkLink:
    """See RobotLink. Hears one system at one address; a non-blocking socket in the caller's thread."""

    Options = MavlinkOptions

    def __init__(self, robot: str, host: str, port: int, options: MavlinkOptions | None = None) -> None:
        self._robot, self._host, self._port = robot, host, port
        self._options = options or MavlinkOptions()
        self._vehicle = Vehicle(self._options)
        self._mav = self._speaker()
        self._address = Address(host, port, socket.SOCK_DGRAM)
        self._wanted = False
        self._socket: socket.socket | None = None
        self._locked = False  # the socket hears nobody but the vehicle
        self._up = self._greeted = False
        self._try_at_s, self._retry_s = float("-inf"), RETRY_S[0]
        self._why, self._fault = "", "not connected yet"

    @property
    def up(self) -> bool:
        """See RobotLink.up."""
        return self._up

    @property
    def fault(self) -> str:
        """See RobotLink.fault."""
        return self._address.fault if self._wanted and self._address.found is None else self._fault

    def connect(self) -> None:
        """See RobotLink.connect."""
        self._wanted = True
        self._address.start()

    def close(self) -> None:
        """See RobotLink.close. The vehicle is left standing; a rover that this driver armed is disarmed."""
        if self._socket is not None and self._locked:
            self._write(self._vehicle.leave())
        self._address.stop()
        self._wanted, self._vehicle = False, Vehicle(self._options)
        self._drop("closed", float("-inf"))

    def send(self, command: Command, now_s: float) -> bool:
        """See RobotLink.send. False, too, while the vehicle is first put into GUIDED or armed, or must not be."""
        if self._socket is None or not self._locked or not self._vehicle.kind:
            return False
        if isinstance(command, StandStill):
            return self._write(self._vehicle.stand(command, now_s))
        if isinstance(command, TakeOff | Land):
            flown, follows = self._vehicle.fly(command, now_s)
            return (self._write(flown) or not flown) and follows
        if not isinstance(command, Drive):
            return False
        orders = self._vehicle.drive(command, now_s)
        self._fault = self._told(now_s)
        return self._write(orders) and any(isinstance(order, Setpoint) for order in orders)

    def power_off(self, now_s: float) -> None:
        """See RobotLink: disarms a rover, or a copter on the ground. `arming` says who arms it again."""
        self._write(self._vehicle.power_off(now_s))

    @property
    def altitude_m(self) -> float:
        """See RobotLink. NaN for a rover, and while nobody knows where the ground is."""
        return self._vehicle.told.altitude_m if self._vehicle.kind == "copter" else math.nan

    @property
    def climb_mps(self) -> float:
        """See RobotLink."""
        return self._vehicle.told.climb_mps if self._vehicle.kind == "copter" else 0.0

    def poll(self, now_s: float) -> list[Event]:
        """See RobotLink.poll."""
        if self._socket is None and self._address.found is not None and now_s >= self._try_at_s:
            self._begin(now_s)
        if self._socket is None:
            return []
        events = self._read(now_s)
        self._write(self._vehicle.tick(now_s))
        self._up = self._socket is not None and self._vehicle.up(now_s)
        if not self._up:
            events = [event for event in events if not isinstance(event, State)]
        elif not self._greeted:
            able = ("base", "flight") if self._vehicle.kind == "copter" else ("base",)
            events.insert(0, RobotHello(self._robot, self._vehicle.kind, able))
        self._greeted = self._up
        self._fault = self._told(now_s)
        if self._locked and self._options.listen and not self._vehicle.heard(now_s):
            self._drop(self._fault, now_s)  # it may come back from another address
        return events

    def _speaker(self) -> "mavlink.MAVLink":
        speaker = mavlink.MAVLink(
            None,
            srcSystem=self._options.own_system_id,
            srcComponent=mavlink.MAV_COMP_ID_ONBOARD_COMPUTER,
        )
        speaker.robust_parsing = True
        return speaker

    def _told(self, now_s: float) -> str:
        fault = self._vehicle.fault(now_s)
        if self._socket is None or not self._vehicle.heard(now_s):
            where = f"at {self._host}:{self._port}"
            return self._why or (
                f"waiting {where} for a vehicle" if self._options.listen else f"{fault} {where}"
            )
        return fault

    def _begin(self, now_s: float) -> None:
        assert self._address.found is not None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        self._mav, self._locked = self._speaker(), not self._options.listen
        try:
            if self._options.listen:
                self._socket.bind(self._address.found)
            else:
                self._socket.connect(self._address.found)
        except OSError as fault:
            self._drop(f"no socket for {self._host}:{self._port} ({fault.strerror})", now_s)

    def _read(self, now_s: float) -> list[Event]:
        events: list[Event] = []
        for _ in range(DATAGRAMS_AT_A_TIME):
            if self._socket is None:
                break
            try:
                data, sender = self._socket.recvfrom(MAX_BYTES)
            except BlockingIOError:
                break
            except OSError as fault:
                self._drop(
                    f"{self._host}:{self._port} does not listen ({fault.strerror}); is the vehicle on?", now_s
                )
                break
            self._why, self._retry_s = "", RETRY_S[0]
            for message in self._mav.parse_buffer(data) or []:
                self._notice_twin(message, now_s)
                if self._from_vehicle(message, sender) and (event := self._take(message, now_s)):
                    events.append(event)
        return events

    def _notice_twin(self, message: "mavlink.MAVLink_message", now_s: float) -> None:
        """Its own heartbeat, should a radio send it back, is none."""
        sender = (message.get_type(), message.get_srcSystem())
        ours = message.get_srcComponent() == mavlink.MAV_COMP_ID_ONBOARD_COMPUTER
        if sender == ("HEARTBEAT", self._options.own_system_id) and not ours:
            self._vehicle.told.twin(now_s)

    def _from_vehicle(self, message: "mavlink.MAVLink_message", sender: tuple[str, int]) -> bool:
        """Its autopilot, not its gimbal, not another vehicle on the same radio. While listening, the first one is kept."""
        ours = (
            message.get_type() != "BAD_DATA"
            and message.get_srcSystem() == self._options.system_id
            and message.get_srcComponent() == mavlink.MAV_COMP_ID_AUTOPILOT1
        )
        if ours and not self._locked and self._socket is not None:
            self._socket.connect(sender)
            self._locked = True
        return ours

    def _take(self, message: "mavlink.MAVLink_message", now_s: float) -> Event | None:
        vehicle = self._vehicle
        match message.get_type():
            case "HEARTBEAT":
                armed = bool(message.base_mode & mavlink.MAV_MODE_FLAG_SAFETY_ARMED)
                vehicle.heartbeat(
                    sort=message.type,
                    autopilot=message.autopilot,
                    mode=message.custom_mode,
                    armed=armed,
                    now_s=now_s,
                )
            case "LOCAL_POSITION_NED":
                numbers = (message.x, message.y, message.vx, message.vy, message.time_boot_ms / 1000.0)
                return vehicle.position(*numbers, now_s, height_m=-message.z, climb_mps=-message.vz)
            case "ATTITUDE":
                vehicle.told.attitude(message.yaw, message.yawspeed, now_s)
            case "SYS_STATUS":
                vehicle.told.battery(message.battery_remaining)
            case "GLOBAL_POSITION_INT":
                vehicle.told.above_home(message.relative_alt / 1000.0)
            case "EXTENDED_SYS_STATE":
                vehicle.told.landed_state = message.landed_state
            case "STATUSTEXT":
                vehicle.told.text(message.severity, message.text[:50], now_s)
            case "PARAM_VALUE":
                vehicle.parameter(message.param_id, message.param_value)
            case "COMMAND_ACK" if message.command in ANSWERS:
                return vehicle.answer(ANSWERS[message.command], message.result in DONE, now_s)
        return None

    def _write(self, orders: list[Order]) -> bool:
        """True when there was something to write and all of it is on the socket."""
        if self._socket is None or not self._locked:
            return False
        written = bool(orders)
        for message in [message for order in orders for message in self._messages(order)]:
            data = message.pack(self._mav)
            self._mav.seq = (self._mav.seq + 1) % 256
            sent = 0
            with contextlib.suppress(
                OSError
            ):  # an answer to an earlier datagram; `poll` meets it again, and tells
                sent = self._socket.send(data)
            written = written and sent == len(data)
        return written

    def _messages(self, order: Order) -> list["mavlink.MAVLink_message"]:
        to = (self._options.system_id, mavlink.MAV_COMP_ID_AUTOPILOT1)
        match order:
            case Setpoint(forward, right, yaw_rate, up):
                numbers = (0.0, 0.0, 0.0, forward, right, -up, 0.0, 0.0, 0.0, 0.0, yaw_rate)
                frame, mask = mavlink.MAV_FRAME_BODY_NED, VELOCITY_AND_YAW_RATE
                return [mavlink.MAVLink_set_position_target_local_ned_message(0, *to, frame, mask, *numbers)]
            case SetMode(number):
                custom = mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED
                return [self._command(mavlink.MAV_CMD_DO_SET_MODE, custom, number)]
            case Arm(armed):
                return [self._command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, float(armed))]
            case Rise(altitude_m):
                return [self._command(mavlink.MAV_CMD_NAV_TAKEOFF, *[0.0] * 6, altitude_m)]
            case ReadParameter(name):
                return [mavlink.MAVLink_param_request_read_message(*to, name.encode(), -1)]
            case WriteParameter(name, value):
                sort = mavlink.MAV_PARAM_TYPE_REAL32
                return [mavlink.MAVLink_param_set_message(*to, name.encode(), value, sort)]
            case AskTelemetry():
                interval = mavlink.MAV_CMD_SET_MESSAGE_INTERVAL
                return [self._command(interval, number, 1e6 / rate) for number, rate in RATES_HZ.items()]
            case SayHeartbeat():
                sort, none = mavlink.MAV_TYPE_ONBOARD_CONTROLLER, mavlink.MAV_AUTOPILOT_INVALID
                return [mavlink.MAVLink_heartbeat_message(sort, none, 0, 0, mavlink.MAV_STATE_ACTIVE, 3)]

    def _command(self, number: int, *values: float) -> "mavlink.MAVLink_message":
        seven = (*values, *[0.0] * (7 - len(values)))
        to = (self._options.system_id, mavlink.MAV_COMP_ID_AUTOPILOT1)
        return mavlink.MAVLink_command_long_message(*to, number, 0, *seven)

    def _drop(self, why: str, now_s: float) -> None:
        self._up = self._greeted = self._locked = False
        self._vehicle.forget()
        self._why = self._fault = why
        self._try_at_s, self._retry_s = now_s + self._retry_s, min(2.0 * self._retry_s, RETRY_S[1])
        if self._socket is not None:
            self._socket.close()
            self._socket = None
