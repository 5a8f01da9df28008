# SPDX-License-Identifier: Apache-2.0
"""The mavlink back end against a vehicle in a process of its own, that behaves as ArduPilot does."""

import json
import math
import os
import random
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("pymavlink", reason="pip install -r requirements/mavlink.in")

from tektra.common.robot_wire import ErrorReply, RobotHello
from tektra.driver.backends.mavlink import MavlinkLink, MavlinkOptions
from tektra.driver.commands import Drive, Land, MoveGripper, StandStill, TakeOff, Tool
from tektra.driver.contract import Bench, DriverContract, Look
from tektra.driver.mavlink_telemetry import REBOOT_S
from tests.peers.peer_process import PeerProcess

VEHICLE = Path(__file__).parents[1] / "peers" / "mavlink_vehicle.py"
PATIENCE_S = 20.0
AHEAD = Drive(0.5, 0.0, 0.0, 0.15)


class Vehicle(PeerProcess):
    """The process, the truth it tells, and its pilot's hands. A Peer of the driver contract."""

    motion, halt_s, orphan_s, capabilities = AHEAD, 0.3, 0.3 + 0.3, ("base",)

    def __init__(self, *arguments, options=None):
        self.arguments, self.options = arguments, options or MavlinkOptions()
        self.process = self.socket = None
        self.port = 0
        self.links = []
        self.start()

    def start(self):
        command = [sys.executable, str(VEHICLE), "--port", str(self.port), *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        ports = json.loads(self.process.stdout.readline())
        self.port = ports["port"]
        self.socket = socket.create_connection(("127.0.0.1", ports["truth"]), timeout=PATIENCE_S)
        self.lines = self.socket.makefile("rb")
        self.acts = 0

    def pilot(self, **does):
        """It is done when this returns."""
        self.socket.sendall(json.dumps(does).encode() + b"\n")
        self.acts += 1
        end_s = time.monotonic() + PATIENCE_S
        while self.truth()["acts"] < self.acts:
            assert time.monotonic() < end_s, does

    def truth(self):
        while select.select([self.socket], [], [], 0.0)[0] and self.lines.peek():
            if self.lines.peek().count(b"\n") < 2:
                break
            self.lines.readline()
        return json.loads(self.lines.readline())

    def make(self):
        link = MavlinkLink("rover1", "127.0.0.1", self.port, self.options)
        self.links.append(link)
        return link

    def look(self):
        truth = self.truth()
        return Look(truth["t"], any(abs(speed) > 0.01 for speed in truth["velocity"]))

    def restart(self):
        self.start()
        self.pilot(armed=True, mode="GUIDED")  # after a cut, a pilot hands it over again

    def let_go(self):
        for link in self.links:
            link.close()
        self.links.clear()

    def close(self):
        self.let_go()
        self.resume()
        self.kill()


@pytest.fixture(scope="module")
def rover():
    """One process for most tests: it takes seconds to start."""
    made = Vehicle()
    yield made
    made.close()


@pytest.fixture
def vehicle(request, rover):
    """A rover in HOLD, disarmed; `@pytest.mark.parametrize("vehicle", [(arguments, options)], indirect=True)`."""
    if not hasattr(request, "param"):
        rover.options = MavlinkOptions()
        rover.pilot(reset=True)
        yield rover
        rover.let_go()
        return
    arguments, options = request.param
    made = Vehicle(*arguments, options=options)
    yield made
    made.close()


def up(vehicle, **options):
    vehicle.options = MavlinkOptions(**options) if options else vehicle.options
    bench = Bench(vehicle)
    bench.connect()
    return bench


class TestTheDriverContract(DriverContract):
    @pytest.fixture
    def peer(self, vehicle):
        vehicle.pilot(armed=True)
        return vehicle


def test_a_disarmed_vehicle_is_not_armed_by_the_driver_of_its_own(vehicle):
    bench = up(vehicle)
    bench.until(lambda _: "disarmed" in bench.link.fault)
    for _ in range(30):
        assert not bench.send(AHEAD)
        bench.poll()
        truth = vehicle.truth()
        assert not truth["armed"]
    assert truth["mode"] == "HOLD"
    vehicle.pilot(armed=True)
    bench.moves()


def test_with_leave_to_arm_a_rover_is_armed_by_the_first_permit_and_not_before(vehicle):
    bench = up(vehicle, arming="with_permit")
    assert bench.link.fault == ""
    for _ in range(30):
        bench.send(StandStill())
        bench.poll()
        assert not vehicle.truth()["armed"]
    bench.moves()
    assert vehicle.truth()["armed"]
    bench.link.close()
    bench.until(lambda _: not vehicle.truth()["armed"], polling=False)
    assert vehicle.truth()["mode"] == "HOLD"


def test_a_rover_that_a_pilot_armed_stays_armed_when_the_driver_ends(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle, arming="with_permit")
    bench.moves()
    bench.link.close()
    bench.until(lambda _: vehicle.truth()["mode"] == "HOLD", polling=False)
    assert vehicle.truth()["armed"]


def test_what_the_vehicle_says_when_it_refuses_to_arm_is_told(vehicle):
    vehicle.pilot(prearm=False)
    bench = up(vehicle, arming="with_permit")
    bench.until(lambda _: any(isinstance(event, ErrorReply) for event in bench.events), sending=AHEAD)
    (refusal, *_) = [event for event in bench.events if isinstance(event, ErrorReply)]
    assert "PreArm: GPS 1: Bad fix" in refusal.message
    assert not vehicle.truth()["armed"]


def test_a_rover_that_the_driver_armed_is_disarmed_after_standing_for_a_while(vehicle):
    bench = up(vehicle, arming="with_permit", disarm_after_s=0.5)
    bench.moves()
    bench.until(lambda _: not vehicle.truth()["armed"])


def test_a_pilot_who_takes_the_vehicle_keeps_it_until_handing_it_over(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle)
    bench.moves()
    vehicle.pilot(mode="MANUAL", stick=0.3)
    bench.until(lambda _: "a pilot has the vehicle (mode MANUAL)" in bench.link.fault, sending=AHEAD)
    assert bench.link.up
    for _ in range(40):
        assert not bench.send(AHEAD)
        bench.send(StandStill(0))
        bench.poll()
        assert vehicle.truth()["mode"] == "MANUAL"
    vehicle.pilot(mode="HOLD")  # a pilot's HOLD is no invitation
    bench.until(lambda _: "mode HOLD" in bench.link.fault, sending=AHEAD)
    bench.stays_standing()
    assert vehicle.truth()["mode"] == "HOLD"
    vehicle.pilot(mode="GUIDED")
    bench.moves()
    assert bench.link.fault == ""


def test_a_pilots_hold_in_the_middle_of_a_drive_is_kept(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle)
    bench.moves()
    bench.send(StandStill())
    bench.until(lambda _: vehicle.truth()["mode"] == "HOLD")  # its own
    bench.moves()
    vehicle.pilot(mode="HOLD")
    bench.until(lambda _: "a pilot" in bench.link.fault, sending=AHEAD)
    bench.until(lambda look: not look.moving, sending=AHEAD)
    assert vehicle.truth()["mode"] == "HOLD"


@pytest.mark.parametrize("vehicle", [(("--mode", "MANUAL"), None)], indirect=True)
def test_a_vehicle_that_a_pilot_drives_when_the_driver_comes_is_left_to_him(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle)
    for _ in range(20):
        assert not bench.send(AHEAD)
        bench.poll()
        assert vehicle.truth()["mode"] == "MANUAL"


def test_without_leave_to_take_it_from_hold_a_pilot_must_hand_it_over(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle, take_from_hold=False)
    bench.until(lambda _: "a pilot has the vehicle (mode HOLD)" in bench.link.fault)
    assert not bench.send(AHEAD)
    vehicle.pilot(mode="GUIDED")
    bench.moves()


def test_after_a_halt_it_is_put_into_hold_and_at_category_0_at_once(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle, hold_after_s=60.0)
    bench.moves()
    bench.send(StandStill(1))
    bench.until(lambda look: not look.moving)
    assert vehicle.truth()["mode"] == "GUIDED"
    bench.moves()
    bench.send(StandStill(0))
    bench.until(lambda _: vehicle.truth()["mode"] == "HOLD")


def test_a_stop_of_category_0_takes_the_motors_power_where_so_chosen(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle, disarm_at_category_0=True)
    bench.moves()
    bench.send(StandStill(1))
    bench.until(lambda look: not look.moving)
    assert vehicle.truth()["armed"]
    bench.moves()
    bench.send(StandStill(0))
    bench.until(lambda _: not vehicle.truth()["armed"])


def test_its_own_timeout_is_set_and_confirmed_before_anything_moves(vehicle):
    vehicle.pilot(armed=True)
    assert vehicle.truth()["parameters"]["GUID_TIMEOUT"] == 3.0
    up(vehicle)
    assert vehicle.truth()["parameters"]["GUID_TIMEOUT"] == pytest.approx(0.3)


@pytest.mark.parametrize("vehicle", [(("--old",), None)], indirect=True)
def test_a_vehicle_without_such_a_timeout_is_not_driven_unless_a_person_accepts_it(vehicle):
    vehicle.pilot(armed=True)
    bench = Bench(vehicle)
    bench.link.connect()
    bench.until(lambda _: "has no parameter GUID_TIMEOUT" in bench.link.fault)
    assert not bench.link.up
    assert not bench.send(AHEAD)
    bench.link.close()
    up(vehicle, guided_timeout_s=0.0).moves()


def test_it_drives_forward_left_and_counter_clockwise_as_rep_103_has_it(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle, map_x_m=10.0, map_y_m=5.0)
    bench.moves()
    start = vehicle.truth()
    assert start["north"] > 0.0
    turn = Drive(0.0, 0.0, 0.8, 0.15)
    bench.until(lambda _: vehicle.truth()["heading"] < -1.0, sending=turn)  # left is counter-clockwise
    bench.send(StandStill())
    bench.until(lambda look: not look.moving)
    bench.events.clear()

    def headings_agree(state) -> bool:
        """Truth and telemetry are read at two moments: they agree once the vehicle has really come to rest."""
        heading = vehicle.truth()["heading"]
        return abs(math.remainder(state.odom[2] - (math.pi / 2 - heading), math.tau)) < 0.01

    state, truth = bench.told(headings_agree), vehicle.truth()
    assert state.odom[:2] == pytest.approx((truth["east"], truth["north"]), abs=0.01)
    assert state.pose[:2] == pytest.approx((10.0 + truth["east"], 5.0 + truth["north"]), abs=0.01)
    assert state.battery == pytest.approx(0.81)


def test_backwards_is_told_and_driven_backwards(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle)
    back = Drive(-0.4, 0.0, 0.0, 0.15)
    bench.until(lambda _: vehicle.truth()["velocity"][0] < -0.35, sending=back)
    bench.told(lambda state: state.twist[0] < -0.3, sending=back)


@pytest.mark.parametrize("vehicle", [(("--kind", "copter", "--mode", "GUIDED"), None)], indirect=True)
def test_a_copter_flies_sideways_halts_and_brakes(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle)
    (hello,) = [event for event in bench.events if isinstance(event, RobotHello)]
    assert hello.kind == "copter"
    left = Drive(0.0, 0.4, 0.0, 0.15)
    bench.until(lambda _: vehicle.truth()["velocity"][1] < -0.35, sending=left)
    bench.told(lambda state: state.vy > 0.3 and abs(state.twist[0]) < 0.1, sending=left)
    bench.send(StandStill(1))
    bench.until(lambda look: not look.moving)
    bench.until(lambda _: vehicle.truth()["mode"] == "BRAKE")


@pytest.mark.parametrize(
    "vehicle",
    [(("--kind", "copter", "--mode", "GUIDED"), MavlinkOptions(arming="with_permit"))],
    indirect=True,
)
def test_a_copter_is_never_armed_and_not_driven_on_the_ground(vehicle):
    bench = up(vehicle)
    bench.until(lambda _: "disarmed" in bench.link.fault, sending=AHEAD)
    vehicle.pilot(armed=True, landed=True)
    bench.until(lambda _: "not in the air" in bench.link.fault, sending=AHEAD)
    assert not bench.send(AHEAD)


GROUNDED = [(("--kind", "copter", "--mode", "GUIDED"), None)]
UP, DOWN = TakeOff(2.0, 0.15), Land(0.15)


def airborne(vehicle, height_m):
    bench = up(vehicle)
    vehicle.pilot(armed=True, landed=True)
    bench.until(lambda _: vehicle.truth()["height"] > height_m, sending=UP)
    return bench


@pytest.mark.parametrize("vehicle", GROUNDED, indirect=True)
def test_the_height_of_a_copter_that_flies_when_the_driver_comes_is_that_above_where_it_was_armed(vehicle):
    bench = up(vehicle)
    bench.until(lambda _: bench.link.altitude_m == pytest.approx(vehicle.truth()["height"], abs=0.05))
    assert vehicle.truth()["height"] > 0.5


@pytest.mark.parametrize("vehicle", GROUNDED, indirect=True)
def test_a_copter_takes_off_under_permits_stays_at_its_height_and_lands_under_permits(vehicle):
    bench = airborne(vehicle, 1.85)
    (hello,) = [event for event in bench.events if isinstance(event, RobotHello)]
    assert hello.capabilities == ("base", "flight")
    bench.until(lambda _: abs(vehicle.truth()["climb"]) < 0.01, sending=UP)
    assert vehicle.truth()["height"] == pytest.approx(2.0, abs=0.15)
    bench.until(lambda _: bench.link.altitude_m == pytest.approx(vehicle.truth()["height"], abs=0.05))
    bench.until(lambda _: vehicle.truth()["height"] == 0.0, sending=DOWN)
    bench.until(lambda _: not vehicle.truth()["armed"])
    assert vehicle.truth()["mode"] == "LAND"


@pytest.mark.parametrize("vehicle", GROUNDED, indirect=True)
@pytest.mark.parametrize("category", [0, 1, None], ids=["category 0", "category 1", "permits cease"])
def test_a_halt_ends_a_climb_and_a_landing_in_the_air(vehicle, category):
    bench = airborne(vehicle, 0.7)
    if category is not None:
        assert bench.send(StandStill(category))
    bench.until(lambda _: abs(vehicle.truth()["climb"]) < 0.01)
    held = vehicle.truth()["height"]
    assert 0.5 < held < 1.5
    bench.until(lambda _: vehicle.truth()["height"] > 1.8, sending=UP)  # only when told anew
    bench.until(lambda _: vehicle.truth()["climb"] < -0.3, sending=DOWN)
    if category is not None:
        assert bench.send(StandStill(category))
    bench.until(lambda _: vehicle.truth()["mode"] == "BRAKE" and abs(vehicle.truth()["climb"]) < 0.01)
    truth = vehicle.truth()
    assert truth["height"] > 1.0
    assert truth["armed"]
    bench.until(lambda _: vehicle.truth()["height"] == 0.0, sending=DOWN)


@pytest.mark.parametrize("vehicle", GROUNDED, indirect=True)
def test_a_pilot_who_takes_a_landing_copter_keeps_it(vehicle):
    bench = airborne(vehicle, 1.5)
    bench.until(lambda _: vehicle.truth()["climb"] < -0.3, sending=DOWN)
    vehicle.pilot(mode="LOITER")
    bench.until(lambda _: "a pilot has the vehicle" in bench.link.fault, sending=DOWN)
    assert not bench.send(DOWN)
    bench.send(StandStill(0))
    for _ in range(20):
        bench.poll()
        assert vehicle.truth()["mode"] == "LOITER"


@pytest.mark.parametrize("vehicle", GROUNDED, indirect=True)
def test_the_power_goes_off_on_the_ground_and_never_in_the_air(vehicle):
    bench = airborne(vehicle, 0.7)
    bench.send(StandStill(1))
    bench.link.power_off(bench.now_s())
    bench.until(lambda _: abs(vehicle.truth()["climb"]) < 0.01)
    assert vehicle.truth()["armed"]
    vehicle.pilot(landed=True)
    bench.until(lambda _: "not in the air" in bench.link.fault)
    bench.link.power_off(bench.now_s())
    bench.until(lambda _: not vehicle.truth()["armed"])


@pytest.mark.parametrize("motion", [UP, DOWN, Tool("lamp", 1.0, 0.15)], ids=["take-off", "land", "tool"])
def test_a_rover_does_not_fly_and_has_no_tool(vehicle, motion):
    vehicle.pilot(armed=True, mode="GUIDED")
    bench = up(vehicle)
    bench.until(lambda _: bench.link.fault == "")
    assert not bench.send(motion)


def test_a_vehicle_whose_telemetry_ceases_though_it_is_there_is_down(vehicle):
    bench = up(vehicle)
    vehicle.pilot(mute=True)
    bench.until(lambda _: not bench.link.up)
    assert "where it is" in bench.link.fault
    vehicle.pilot(mute=False)
    bench.until(lambda _: bench.link.up)


def test_it_can_wait_for_the_vehicle_to_speak_first_and_then_hears_nobody_else():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Vehicle("--speak-to", str(port))
    made.pilot(armed=True)
    made.port = port
    bench = up(made, listen=True)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(20):
            stranger.sendto(os.urandom(60), ("127.0.0.1", port))
            bench.poll()
    bench.moves()
    made.close()


def test_a_vehicle_that_was_switched_off_and_on_must_confirm_its_timeout_and_be_handed_over_again(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle)
    bench.moves()
    booted_s = vehicle.truth()["boot"]
    bench.until(lambda look: look.t_s - booted_s > REBOOT_S, sending=AHEAD)  # no radio delays by as much
    vehicle.kill()
    vehicle.start()
    vehicle.pilot(armed=True)
    bench.until(lambda _: bench.link.up and "a pilot has the vehicle" in bench.link.fault, sending=AHEAD)
    truth = vehicle.truth()
    assert truth["parameters"]["GUID_TIMEOUT"] == pytest.approx(0.3)
    assert truth["setpoints"] == 0


def test_another_system_on_the_same_radio_is_not_driven(vehicle):
    vehicle.options = MavlinkOptions(system_id=7)
    bench = Bench(vehicle)
    bench.link.connect()
    for _ in range(60):
        bench.poll()
        assert not bench.send(AHEAD)
        vehicle.look()
    assert not bench.link.up
    assert "no vehicle is heard" in bench.link.fault
    assert vehicle.truth()["setpoints"] == 0


def test_garbage_from_the_vehicles_address_breaks_nothing():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as noise:
        noise.bind(("127.0.0.1", 0))
        noise.setblocking(False)
        link = MavlinkLink("rover1", *noise.getsockname())
        link.connect()
        now_s, chance, came = 0.0, random.Random(1), 0
        for number in range(3000):
            now_s += 0.02
            assert link.poll(now_s) == []
            try:
                _, sender = noise.recvfrom(2048)
                came += 1
            except BlockingIOError:
                pass
            if came:
                head = b"\xfd" if number % 2 else b""
                noise.sendto(head + chance.randbytes(chance.randrange(300)), sender)
        assert came
        assert not link.up
        link.close()


def test_it_refuses_what_a_base_cannot_do(vehicle):
    vehicle.pilot(armed=True)
    bench = up(vehicle)
    assert not bench.send(MoveGripper(0.0, 0.1))


def test_a_host_that_does_not_exist_is_told():
    link = MavlinkLink("rover1", "no-such-host.invalid", 14550)
    link.connect()
    end_s = time.monotonic() + 20.0
    while "correct the parameter host" not in link.fault:
        assert link.poll(time.monotonic()) == []
        assert time.monotonic() < end_s
    assert not link.up
    link.close()
