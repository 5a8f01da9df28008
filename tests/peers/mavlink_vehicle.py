# SPDX-License-Identifier: Apache-2.0
"""A rover or copter that behaves to its ground station as ArduPilot does, in a process of its own, without Tektra's code.

It moves by kinematics, obeys velocities in GUIDED only, only while armed, and stops when they cease for GUID_TIMEOUT.
Which parts of a setpoint hide which is after Rover/GCS_Mavlink.cpp. Its first line on stdout names its ports; the truth
port (TCP) tells JSON lines at 50 Hz and takes what a pilot does: {"mode": "MANUAL"}, {"armed": true}, {"stick": 0.5},
{"prearm": false}, {"mute": true}, {"landed": true}; {"reset": true} switches it off and on. A copter takes off by
MAV_CMD_NAV_TAKEOFF from the ground alone, armed and in GUIDED, and LAND heeds no velocity, after ArduCopter's takeoff.cpp.
"""

import argparse
import json
import math
import os
import select
import socket
import sys
import time

os.environ["MAVLINK20"] = "1"
os.environ["MAVLINK_DIALECT"] = "ardupilotmega"
from pymavlink import mavutil

PERIOD_S = 0.01
MAV = mavutil.mavlink
TYPES = {"rover": MAV.MAV_TYPE_GROUND_ROVER, "copter": MAV.MAV_TYPE_QUADROTOR}
MODES = {
    "rover": {"MANUAL": 0, "HOLD": 4, "LOITER": 5, "RTL": 11, "GUIDED": 15},
    "copter": {"STABILIZE": 0, "GUIDED": 4, "LOITER": 5, "LAND": 9, "BRAKE": 17},
}
ACCELERATION, BRAKING, SPEED_MAX = 2.0, 6.0, 2.0
GROUND_STATION = 254  # SYSID_MYGCS
HEARTBEAT, POSITION, ATTITUDE = (
    MAV.MAVLINK_MSG_ID_HEARTBEAT,
    MAV.MAVLINK_MSG_ID_LOCAL_POSITION_NED,
    MAV.MAVLINK_MSG_ID_ATTITUDE,
)


class Autopilot:
    """What ArduPilot decides: mode, arming, setpoints and their end. Frames and angles after MAVLink (NED, clockwise)."""

    def __init__(self, kind, *, parameters, mode):
        self.begin = lambda: self.__init__(kind, parameters=parameters, mode=mode)
        self.boot_s = time.monotonic()
        self.kind, self.mode = kind, MODES[kind][mode]
        self.parameters = dict(parameters)
        self.armed, self.prearm, self.muted = False, True, False
        self.height, self.climb, self.rising_to = (1.0 if kind == "copter" else 0.0), 0.0, None
        self.stick = 0.0
        self.target, self.target_s = (0.0, 0.0, 0.0, 0.0), -math.inf  # forward, right, yaw rate, up
        self.north = self.east = self.heading = 0.0
        self.velocity = (0.0, 0.0, 0.0)
        self.setpoints = 0

    @property
    def landed(self):
        return self.kind == "copter" and self.height <= 0.0

    @landed.setter
    def landed(self, landed):
        self.height, self.climb = (0.0 if landed else 1.0), 0.0

    @property
    def landed_state(self):
        if self.landed:
            return MAV.MAV_LANDED_STATE_ON_GROUND
        taking_off = self.rising_to is not None and self.height < 0.3
        return MAV.MAV_LANDED_STATE_TAKEOFF if taking_off else MAV.MAV_LANDED_STATE_IN_AIR

    def take_off(self, altitude):
        if not (self.armed and self.landed and self.mode == MODES["copter"]["GUIDED"] and altitude > 0.0):
            return False
        self.rising_to = altitude
        return True

    def set_mode(self, number):
        if number not in MODES[self.kind].values():
            return False
        if number != self.mode:
            self.target_s, self.rising_to = -math.inf, None  # GUIDED begins standing
        self.mode = number
        return True

    def arm(self, wanted):
        if wanted and not self.prearm:
            return False
        self.armed = wanted
        return True

    def setpoint(self, message, now_s):
        """SET_POSITION_TARGET_LOCAL_NED; what ArduPilot would not obey is passed over without a word."""
        if self.mode != MODES[self.kind]["GUIDED"]:
            return
        frames = (MAV.MAV_FRAME_LOCAL_NED, MAV.MAV_FRAME_BODY_NED, MAV.MAV_FRAME_BODY_OFFSET_NED)
        if message.coordinate_frame not in frames:
            return
        mask = message.type_mask
        if mask & 0b111 == 0 or mask & 0b111000 or not mask & 0b111000000 or not mask & 1 << 10:
            return  # not a velocity with a yaw rate
        vx, vy = message.vx, message.vy
        if message.coordinate_frame == MAV.MAV_FRAME_LOCAL_NED:
            cos, sin = math.cos(self.heading), math.sin(self.heading)
            vx, vy = cos * vx + sin * vy, cos * vy - sin * vx
        if self.kind == "rover":
            vx, vy = math.copysign(math.hypot(vx, vy), vx), 0.0
        self.target = (vx, vy, 0.0 if mask & 1 << 11 else message.yaw_rate, -message.vz)
        self.target_s = now_s
        if not self.landed:
            self.rising_to = None  # another submode of GUIDED
        self.setpoints += 1

    def step(self, now_s):
        guided = self.mode == MODES[self.kind]["GUIDED"]
        timeout_s = max(self.parameters.get("GUID_TIMEOUT", 3.0), 0.1)
        goal = (0.0, 0.0, 0.0)
        if self.armed and not self.landed:
            if guided and now_s - self.target_s <= timeout_s:
                goal = self.target[:3]
            elif not guided and self.mode == 0:
                goal = (self.stick, 0.0, 0.0)
        self.velocity = tuple(map(self._towards, self.velocity, goal))
        forward, right, rate = self.velocity
        cos, sin = math.cos(self.heading), math.sin(self.heading)
        self.north += (cos * forward - sin * right) * PERIOD_S
        self.east += (sin * forward + cos * right) * PERIOD_S
        self.heading += rate * PERIOD_S
        if self.kind == "copter":
            fresh = guided and now_s - self.target_s <= timeout_s
            self._step_up(self.target[3] if fresh else 0.0)

    def _step_up(self, wanted):
        if not self.armed:
            wanted = 0.0
        elif self.mode == MODES["copter"]["LAND"]:
            wanted = -0.5
        elif self.rising_to is not None:
            wanted = 1.0 if self.height < self.rising_to else 0.0
        elif self.landed:
            wanted = 0.0
        self.climb = self._towards(self.climb, wanted)
        self.height = max(0.0, self.height + self.climb * PERIOD_S)
        if self.landed and self.climb <= 0.0:
            self.climb = 0.0
            self.armed = self.armed and self.mode != MODES["copter"]["LAND"]

    @staticmethod
    def _towards(now, goal):
        goal = max(-SPEED_MAX, min(SPEED_MAX, goal))
        rate = ACCELERATION if abs(goal) > abs(now) and goal * now >= 0 else BRAKING
        return now + max(-rate * PERIOD_S, min(rate * PERIOD_S, goal - now))


class Radio:
    """What ArduPilot says and hears."""

    def __init__(self, pilot, connection):
        self.pilot, self.link = pilot, connection
        self.period_s = {HEARTBEAT: 1.0, POSITION: 0.25, ATTITUDE: 0.25}
        self.due_s = dict.fromkeys(self.period_s, 0.0)

    def hear(self, now_s):
        while (message := self.link.recv_msg()) is not None:
            if message.get_srcSystem() != GROUND_STATION or message.get_type() == "BAD_DATA":
                continue
            take = getattr(self, f"on_{message.get_type().lower()}", None)
            if take is not None:
                take(message, now_s)

    def on_set_position_target_local_ned(self, message, now_s):
        if message.target_system == 1:
            self.pilot.setpoint(message, now_s)

    def on_command_long(self, message, _):
        result = MAV.MAV_RESULT_UNSUPPORTED
        if message.command == MAV.MAV_CMD_DO_SET_MODE:
            result = 0 if self.pilot.set_mode(int(message.param2)) else MAV.MAV_RESULT_FAILED
        elif message.command == MAV.MAV_CMD_COMPONENT_ARM_DISARM:
            result = 0 if self.pilot.arm(message.param1 == 1.0) else MAV.MAV_RESULT_FAILED
            if result:
                self.link.mav.statustext_send(MAV.MAV_SEVERITY_CRITICAL, b"PreArm: GPS 1: Bad fix")
        elif message.command == MAV.MAV_CMD_NAV_TAKEOFF:
            result = 0 if self.pilot.take_off(message.param7) else MAV.MAV_RESULT_FAILED
        elif message.command == MAV.MAV_CMD_SET_MESSAGE_INTERVAL and int(message.param1) in self.period_s:
            result, self.period_s[int(message.param1)] = 0, message.param2 * 1e-6
        self.link.mav.command_ack_send(message.command, result)

    def on_param_request_read(self, message, _):
        self._tell_parameter(message.param_id)

    def on_param_set(self, message, _):
        if message.param_id in self.pilot.parameters:
            self.pilot.parameters[message.param_id] = message.param_value
            self._tell_parameter(message.param_id)

    def _tell_parameter(self, name):
        if name in self.pilot.parameters:
            value = self.pilot.parameters[name]
            self.link.mav.param_value_send(name.encode(), value, MAV.MAV_PARAM_TYPE_REAL32, 1, 0)

    def speak(self, now_s):
        pilot = self.pilot
        for number, due_s in self.due_s.items():
            if now_s < due_s or pilot.muted:
                continue
            self.due_s[number] = now_s + self.period_s[number]
            if number == HEARTBEAT:
                armed = MAV.MAV_MODE_FLAG_SAFETY_ARMED if pilot.armed else 0
                self.link.mav.heartbeat_send(
                    TYPES[pilot.kind], 3, MAV.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED | armed, pilot.mode, 4
                )
                self.link.mav.extended_sys_state_send(0, pilot.landed_state)
                boot_ms, above_mm = int((now_s - pilot.boot_s) * 1000), int(pilot.height * 1000)
                self.link.mav.global_position_int_send(boot_ms, 0, 0, above_mm, above_mm, 0, 0, 0, 65535)
                self.link.mav.sys_status_send(0, 0, 0, 0, 12000, -1, 81, 0, 0, 0, 0, 0, 0)
            elif number == POSITION:
                cos, sin = math.cos(pilot.heading), math.sin(pilot.heading)
                forward, right, _ = pilot.velocity
                rates = (cos * forward - sin * right, sin * forward + cos * right, -pilot.climb)
                boot_ms = int((now_s - pilot.boot_s) * 1000)
                self.link.mav.local_position_ned_send(boot_ms, pilot.north, pilot.east, -pilot.height, *rates)
            else:
                boot_ms = int((now_s - pilot.boot_s) * 1000)
                yaw = math.atan2(math.sin(pilot.heading), math.cos(pilot.heading))
                self.link.mav.attitude_send(boot_ms, 0.0, 0.0, yaw, 0.0, 0.0, pilot.velocity[2])


class Truth:
    """The vehicle's true state for a test, and the pilot's hands."""

    def __init__(self, pilot):
        self.pilot = pilot
        self.server = socket.create_server(("127.0.0.1", 0))
        self.server.setblocking(False)
        self.clients = {}
        self.acts = 0  # of the pilot, done
        self.due_s = 0.0

    def step(self, now_s):
        for ready in select.select([self.server, *self.clients], [], [], 0.0)[0]:
            if ready is self.server:
                client = self.server.accept()[0]
                client.setblocking(False)
                self.clients[client] = b""
            else:
                self._read(ready)
        if now_s >= self.due_s:
            self.due_s = now_s + 0.02
            self._tell(now_s)

    def _read(self, client):
        data = client.recv(4096)
        if not data:
            del self.clients[client]
            return
        *lines, self.clients[client] = (self.clients[client] + data).split(b"\n")
        for line in lines:
            for key, value in json.loads(line).items():
                if key == "reset":
                    self.pilot.begin()
                elif key == "mode":
                    self.pilot.set_mode(MODES[self.pilot.kind][value])
                else:
                    setattr(self.pilot, {"mute": "muted"}.get(key, key), value)
            self.acts += 1

    def _tell(self, now_s):
        pilot = self.pilot
        names = {number: name for name, number in MODES[pilot.kind].items()}
        told = {
            "t": now_s, "boot": pilot.boot_s, "north": pilot.north, "east": pilot.east, "heading": pilot.heading,
            "velocity": pilot.velocity, "mode": names[pilot.mode], "armed": pilot.armed,
            "height": pilot.height, "climb": pilot.climb, "setpoints": pilot.setpoints, "parameters": pilot.parameters,
            "acts": self.acts,
        }  # fmt: skip
        for client in list(self.clients):
            try:
                client.sendall(json.dumps(told).encode() + b"\n")
            except OSError:
                del self.clients[client]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", default="rover", choices=TYPES)
    parser.add_argument("--mode", default="HOLD")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--speak-to", type=int, default=0, help="speak first, to this port")
    parser.add_argument("--system", type=int, default=1)
    parser.add_argument("--old", action="store_true", help="a firmware without GUID_TIMEOUT")
    given = parser.parse_args()
    pilot = Autopilot(given.kind, parameters={} if given.old else {"GUID_TIMEOUT": 3.0}, mode=given.mode)
    where = f"udpout:127.0.0.1:{given.speak_to}" if given.speak_to else f"udpin:127.0.0.1:{given.port}"
    connection = mavutil.mavlink_connection(
        where, source_system=given.system, source_component=MAV.MAV_COMP_ID_AUTOPILOT1
    )
    radio, truth = Radio(pilot, connection), Truth(pilot)
    ports = {"port": connection.port.getsockname()[1], "truth": truth.server.getsockname()[1]}
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    next_s = time.monotonic()
    while os.getppid() != 1:
        now_s = time.monotonic()
        radio.hear(now_s)
        if now_s >= next_s:
            for _ in range(min(20, int((now_s - next_s) / PERIOD_S) + 1)):
                pilot.step(now_s)
                next_s += PERIOD_S
            next_s = max(next_s, now_s - 0.2)
            radio.speak(now_s)
            truth.step(now_s)
        select.select([connection.port], [], [], PERIOD_S / 2)


if __name__ == "__main__":
    sys.exit(main())
