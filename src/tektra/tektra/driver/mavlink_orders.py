# SPDX-License-Identifier: Apache-2.0
"""What a vehicle under ArduPilot can be told, and the numbers of its modes. No MAVLink library is needed to say it."""

from dataclasses import dataclass

ARDUPILOT = 3
ROVERS, COPTERS = (10, 11), (2, 3, 4, 13, 14, 15, 29, 35)  # MAV_TYPE
MODES = {
    "rover": {"MANUAL": 0, "ACRO": 1, "STEERING": 3, "HOLD": 4, "LOITER": 5, "AUTO": 10, "RTL": 11, "GUIDED": 15},
    "copter": {"STABILIZE": 0, "ALT_HOLD": 2, "AUTO": 3, "GUIDED": 4, "LOITER": 5, "RTL": 6, "LAND": 9, "BRAKE": 17},
}  # fmt: skip
HALT_MODES = {"rover": "HOLD", "copter": "BRAKE"}
ON_GROUND, IN_AIR, TAKING_OFF = 1, 2, 3  # MAV_LANDED_STATE


@dataclass(frozen=True)
class Setpoint:
    """Velocity in the body's frame after MAVLink: forward, right (m/s), clockwise (rad/s); and upwards."""

    forward_mps: float
    right_mps: float
    yaw_rate_radps: float
    up_mps: float = 0.0


@dataclass(frozen=True)
class SetMode:
    number: int


@dataclass(frozen=True)
class Arm:
    armed: bool


@dataclass(frozen=True)
class Rise:
    """From the ground to this height above it."""

    altitude_m: float


@dataclass(frozen=True)
class ReadParameter:
    name: str


@dataclass(frozen=True)
class WriteParameter:
    name: str
    value: float


@dataclass(frozen=True)
class AskTelemetry:
    """Position, attitude and landed state at 20 Hz, battery at 1 Hz, heartbeat at 5 Hz."""


@dataclass(frozen=True)
class SayHeartbeat:
    """This driver is alive: without it the vehicle's own failsafe acts."""


Order = Setpoint | SetMode | Arm | Rise | ReadParameter | WriteParameter | AskTelemetry | SayHeartbeat
ZERO = Setpoint(0.0, 0.0, 0.0)
