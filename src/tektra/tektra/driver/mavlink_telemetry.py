# SPDX-License-Identifier: Apache-2.0
"""What a vehicle under ArduPilot tells of itself, as numbers and as a robot's State (REP-103). No socket, no MAVLink."""

import math

from tektra.common.robot_wire import State
from tektra.driver.backends.link_options import MavlinkOptions
from tektra.driver.mavlink_orders import IN_AIR, ON_GROUND
from tektra.driver.planar import compose, wrapped
from tektra.driver.telling import told_state

FRESH_S = 0.3  # position and attitude come at 20 Hz
TWIN_S = 5.0  # heartbeats of another station come at 1 Hz
TOLD_S = 5.0  # for how long a complaint of the vehicle is shown
REBOOT_S = 1.0  # its clock is behind ours by so much more than before: it was started anew
DRIFT = 1e-3  # two clocks that run on differ by less


class Telemetry:
    """Newest position, attitude, height, battery and complaint. One thread."""

    def __init__(self, options: MavlinkOptions) -> None:
        self.landed_state = IN_AIR  # MAV_LANDED_STATE
        self.climb_mps = 0.0
        self.boot_s = 0.0
        self._options = options
        self._position_s = self._attitude_s = -math.inf
        self._began_s = math.inf  # when it was started, by our clock, as its promptest message has it
        self._counted_back = False
        self._position = (0.0, 0.0, 0.0, 0.0)  # north, east m; their rates m/s
        self._attitude = (0.0, 0.0)  # yaw rad from north clockwise, its rate
        # Above the local origin: of the vehicle, and of where it stood last, or was armed; NaN: not known yet.
        self._height_m, self._ground_m, self._stood = 0.0, math.nan, False
        self._battery = math.nan
        self._text, self._text_s = "", -math.inf
        self._twin_s = -math.inf
        self._states = 0

    @property
    def altitude_m(self) -> float:
        """Above where it stood; NaN while nobody knows where that was: this driver came when it was in the air."""
        return self._height_m - self._ground_m

    @property
    def knows_height(self) -> bool:
        return math.isfinite(self.altitude_m)

    def position(self, numbers: tuple[float, float, float, float], boot_s: float, now_s: float) -> None:
        slow_s = DRIFT * (now_s - self._position_s)
        self._began_s = min(now_s - boot_s, self._began_s + slow_s)
        self._counted_back = self._counted_back or boot_s < self.boot_s
        self._position, self._position_s, self.boot_s = numbers, now_s, boot_s

    def rebooted(self) -> bool:
        """It was started anew since this was last asked, even if its count has passed the earlier one meanwhile.

        To be asked once all that waited has been read: what lay in a queue looks as late as a count begun anew.
        """
        began_s = self._position_s - self.boot_s
        again = self._counted_back or began_s - self._began_s > REBOOT_S
        if again:
            self._began_s, self._counted_back = began_s, False
            self._ground_m, self._stood = math.nan, False
        return again

    def height(self, height_m: float, climb_mps: float) -> None:
        """Above the local origin, and how fast it grows."""
        if math.isfinite(height_m) and math.isfinite(climb_mps):
            self._height_m, self.climb_mps = height_m, climb_mps
            if self.landed_state == ON_GROUND:
                self._ground_m, self._stood = height_m, True

    def above_home(self, height_m: float) -> None:
        """Above where it was armed: that is the ground for whom it was never seen to stand."""
        if not self._stood and self._position_s > -math.inf:
            self._ground_m = self._height_m - height_m

    def attitude(self, yaw_rad: float, yaw_rate_radps: float, now_s: float) -> None:
        """Heading from north, clockwise."""
        if math.isfinite(yaw_rad) and math.isfinite(yaw_rate_radps):
            self._attitude, self._attitude_s = (yaw_rad, yaw_rate_radps), now_s

    def battery(self, percent: int) -> None:
        """-1: unknown."""
        self._battery = percent / 100.0 if 0 <= percent <= 100 else math.nan

    def text(self, severity: int, text: str, now_s: float) -> None:
        """STATUSTEXT; errors and worse are shown."""
        if severity <= 3:
            self._text, self._text_s = text, now_s

    def complaint(self, now_s: float) -> str:
        """The vehicle's own words, for a while."""
        return self._text if now_s - self._text_s < TOLD_S else ""

    def twin(self, now_s: float) -> None:
        """A heartbeat of another station that is the same MAVLink system as this driver."""
        self._twin_s = now_s

    def twinned(self, now_s: float) -> str:
        """Why nothing is driven beside such a station; empty while none is heard."""
        if now_s - self._twin_s > TWIN_S:
            return ""
        own = self._options.own_system_id
        return f"another station is MAVLink system {own}, too, and hides this driver's end from the vehicle: change mavlink.own_system_id"

    def fresh(self, now_s: float) -> bool:
        """It tells where it is, and which way it looks."""
        return now_s - min(self._position_s, self._attitude_s) <= FRESH_S

    def state(self, now_s: float, *, halted: bool) -> State | None:
        """The robot's new state; None while one part of it is old."""
        if not self.fresh(now_s):
            return None
        north, east, north_rate, east_rate = self._position
        heading, turn_rate = self._attitude
        forward = north_rate * math.cos(heading) + east_rate * math.sin(heading)
        right = east_rate * math.cos(heading) - north_rate * math.sin(heading)
        local = (east, north, wrapped(math.pi / 2.0 - heading))  # NED to ENU, REP-103
        origin = (self._options.map_x_m, self._options.map_y_m, self._options.map_yaw_rad)
        self._states += 1
        return told_state(
            self._states,
            self.boot_s,
            halted=halted,
            pose=compose(origin, local) if self._options.localized else None,
            odom=local,
            velocity=(forward, -right, -turn_rate),
            battery=self._battery,
            fault=self.complaint(now_s),
        )
