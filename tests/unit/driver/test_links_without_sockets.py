# SPDX-License-Identifier: Apache-2.0
"""The rules of the mavlink and ros_base back ends without sockets, processes or ROS."""

import math
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tektra.common.robot_wire import RobotHello, State
from tektra.driver.backends.link_options import MavlinkOptions, RosBaseOptions
from tektra.driver.backends.mavlink import MavlinkLink
from tektra.driver.backends.ros_base import RosBaseLink
from tektra.driver.backends.unitree import STOP_MOVE, UnitreeLink
from tektra.driver.commands import Drive, Land, StandStill, TakeOff, Tool
from tektra.driver.mavlink_orders import IN_AIR, ON_GROUND, ZERO, Arm, SetMode, Setpoint
from tektra.driver.mavlink_vehicle import Vehicle
from tektra.driver.planar import compose, inverse

AHEAD = Drive(0.4, 0.1, 0.2, 0.12)
HOLD, GUIDED, MANUAL = 4, 15, 0
COPTER_GUIDED = 4
angles, lengths = st.floats(-3.1, 3.1), st.floats(-100.0, 100.0)


class Topics:
    """What a base hears; a list of velocities."""

    odometry_fault = ""

    def __init__(self):
        self.driven, self.taking, self.others = [], 1, []

    def drive(self, *velocity):
        self.driven.append(velocity)

    def listeners(self):
        return self.taking

    def rivals(self):
        return self.others

    def several(self):
        return ""


@pytest.fixture
def base():
    link = RosBaseLink("base1", "", 0, RosBaseOptions())
    link._topics = link.topics = Topics()
    link.connect()
    link.on_odometry((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0)
    return link


def test_a_base_is_up_with_odometry_and_a_listener_and_down_without_either(base):
    hello, state = base.poll(0.0)
    assert isinstance(hello, RobotHello)
    assert isinstance(state, State)
    assert base.poll(0.29) == []
    assert base.up
    base.poll(0.31)
    assert not base.up
    assert "ceased" in base.fault
    base.on_odometry((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.4)
    base.topics.taking = 0
    base.poll(0.6)
    assert "nobody takes" in base.fault


def localized():
    link = RosBaseLink("base1", "", 0, RosBaseOptions(pose_source="pose"))
    link._topics = link.topics = Topics()
    link.connect()
    link.on_odometry((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), 0.0)
    link.on_pose((1.0, 1.0, 0.0), 0.0)
    link.poll(0.0)
    return link


def test_a_leap_of_the_localiser_cuts_the_link_for_a_moment_so_that_what_is_under_way_ends():
    link = localized()
    assert link.send(AHEAD, 0.0)
    link.on_odometry((0.01, 0.0, 0.0), (0.0, 0.0, 0.0), 0.1)
    link.on_pose((3.0, 1.0, 0.0), 0.1)
    link.poll(0.1)
    assert not link.up
    assert "ask anew" in link.fault
    assert not link.send(AHEAD, 0.1)
    for tick in range(2, 13):
        link.on_odometry((0.01, 0.0, 0.0), (0.0, 0.0, 0.0), 0.1 * tick)
        link.poll(0.1 * tick)
    assert link.up
    assert link.send(AHEAD, 1.2), "where it is now is believed"


def test_a_localiser_that_is_not_believed_takes_the_leave_to_move_but_not_to_halt():
    link = localized()
    link.on_pose((1.0, 1.0, 0.0), 0.0, "map", 5.0)
    link.poll(0.0)
    assert "unsure" in link.fault
    assert not link.send(AHEAD, 0.0)
    assert link.send(StandStill(), 0.0)


def test_a_base_whose_motion_is_refused_while_it_drives_is_halted_at_once():
    """It went on as it was told last, until that ran out or the driver's next look."""
    link = localized()
    assert link.send(AHEAD, 0.0)
    link.on_pose((1.0, 1.0, 0.0), 0.0, "map", 5.0)
    assert not link.send(AHEAD, 0.02)
    assert link.topics.driven == [(0.4, 0.1, 0.2), (0.0, 0.0, 0.0)]


def test_a_motion_ends_with_its_ttl_even_when_nobody_says_so(base):
    base.poll(0.0)
    assert base.send(AHEAD, 0.0)
    base.poll(0.11)
    assert base.topics.driven == [(0.4, 0.1, 0.2)]
    base.poll(0.13)
    assert base.topics.driven[-1] == (0.0, 0.0, 0.0)
    base.poll(0.15)
    assert len(base.topics.driven) == 2


def test_a_rival_takes_the_leave_to_move_but_not_to_halt(base):
    base.topics.others = ["/joystick"]
    base.poll(0.0)
    assert base.up
    assert "/joystick" in base.fault
    assert not base.send(AHEAD, 0.0)
    assert base.send(StandStill(), 0.0)
    assert base.topics.driven == [(0.0, 0.0, 0.0)]


def test_a_closed_link_publishes_a_last_zero_and_then_nothing(base):
    base.poll(0.0)
    base.close()
    base.close()
    assert base.topics.driven == [(0.0, 0.0, 0.0)]
    assert not base.send(StandStill(), 0.1)
    assert not base.send(AHEAD, 0.1)


@settings(deadline=None)
@given(frame=st.tuples(lengths, lengths, angles), pose=st.tuples(lengths, lengths, angles))
def test_a_pose_seen_from_itself_is_the_origin(frame, pose):
    back = compose(inverse(frame), compose(frame, pose))
    assert back[:2] == pytest.approx(pose[:2], abs=1e-6)
    assert math.remainder(back[2] - pose[2], math.tau) == pytest.approx(0.0, abs=1e-6)
    assert compose(pose, inverse(pose))[:2] == pytest.approx((0.0, 0.0), abs=1e-6)


class Ground:
    """A vehicle that answers what it is told, and a clock."""

    def __init__(self, mode=HOLD, armed=True, *, began_s=0.0, sort=10, **options):
        self.sort = sort  # MAV_TYPE
        self.vehicle = Vehicle(MavlinkOptions(guided_timeout_s=0.0, **options))
        self.now_s, self.mode, self.armed, self.refusing = 100.0, mode, armed, False
        self.began_s, self.late_s = began_s, 0.0  # when it was started; how late its telemetry comes
        self.told = []
        self.tick()

    def tick(self, seconds=0.02):
        self.now_s += seconds
        vehicle = self.vehicle
        vehicle.heartbeat(sort=self.sort, autopilot=3, mode=self.mode, armed=self.armed, now_s=self.now_s)
        vehicle.told.attitude(0.0, 0.0, self.now_s)
        vehicle.position(0.0, 0.0, 0.0, 0.0, self.now_s - self.late_s - self.began_s, self.now_s)
        self.obey(vehicle.tick(self.now_s))

    def obey(self, orders):
        self.told += orders
        for order in orders:
            if isinstance(order, SetMode) and not self.refusing:
                self.mode = order.number
                self.vehicle.answer(SetMode, True, self.now_s)
            if isinstance(order, Arm) and not self.refusing:
                self.armed = order.armed

    def drive(self):
        orders = self.vehicle.drive(AHEAD, self.now_s)
        self.obey(orders)
        return orders

    def count(self, sort):
        return sum(isinstance(order, sort) for order in self.told)


def test_a_setpoint_is_forward_right_and_clockwise():
    ground = Ground(mode=GUIDED)
    assert ground.drive() == [Setpoint(0.4, -0.1, -0.2)]


def test_no_setpoint_but_zero_leaves_before_guided_and_armed():
    ground = Ground(armed=False, arming="with_permit")
    assert ground.drive() == [SetMode(GUIDED)]
    ground.tick()
    assert ground.drive() == [Arm(True)]
    ground.tick()
    assert ground.drive() == [Setpoint(0.4, -0.1, -0.2)]


def test_orders_that_have_no_effect_are_repeated_slowly():
    ground = Ground(mode=HOLD)
    ground.refusing = True
    for _ in range(100):  # two seconds
        ground.drive()
        ground.tick()
    assert 3 <= ground.count(SetMode) <= 5
    assert ground.count(Setpoint) == 0


def test_a_halt_while_it_is_being_taken_over_does_not_throw_it_back_and_forth():
    ground = Ground(mode=HOLD)
    ground.refusing = True
    ground.drive()
    for category in (0, 1, 0):
        ground.obey(ground.vehicle.stand(StandStill(category), ground.now_s))
        ground.tick()
    assert {order.number for order in ground.told if isinstance(order, SetMode)} == {GUIDED}


def test_a_motion_that_nobody_renews_is_ended_by_a_zero():
    ground = Ground(mode=GUIDED)
    ground.drive()
    ground.tick(0.1)
    assert ZERO not in ground.told
    ground.tick(0.05)
    assert ground.told[-1] == ZERO


@settings(deadline=None)
@given(
    modes=st.lists(st.sampled_from([HOLD, GUIDED, MANUAL, 10, 11]), min_size=1, max_size=12), drives=st.data()
)
def test_a_mode_that_a_pilot_chose_is_never_left_by_the_driver(modes, drives):
    ground = Ground(mode=MANUAL)
    for mode in modes:
        ground.mode = mode
        ground.tick()
        for _ in range(drives.draw(st.integers(0, 4))):
            ground.drive()
            ground.tick(0.6)
        if mode not in (GUIDED, HOLD):
            assert ground.mode == mode


@pytest.mark.parametrize(
    "ran_s", [5.0, 1.2], ids=["its count went back", "its count is ahead of the earlier one"]
)
def test_a_vehicle_that_was_started_anew_unheard_must_be_handed_over(ran_s):
    ground = Ground(mode=GUIDED, began_s=100.0 - ran_s)
    ground.drive()
    ground.obey(ground.vehicle.stand(StandStill(0), ground.now_s))
    assert ground.mode == HOLD  # its own
    # Off for half a second, and heard again before its heartbeat counts as lost.
    ground.began_s = ground.now_s + 0.5
    ground.tick(2.3)
    ground.tick()
    assert "a pilot has the vehicle (mode HOLD)" in ground.vehicle.fault(ground.now_s)
    assert ground.drive() == []
    ground.mode = GUIDED
    ground.tick()
    assert ground.vehicle.fault(ground.now_s) == ""


def test_telemetry_that_comes_late_or_by_a_slow_clock_is_no_new_start():
    ground = Ground(mode=GUIDED)
    ground.drive()
    ground.obey(ground.vehicle.stand(StandStill(0), ground.now_s))
    for late_s in (0.9, 0.0, 0.5, 0.9):
        ground.late_s = late_s
        ground.tick(1.0)
    # One that lay in a queue, with prompter ones behind it.
    ground.now_s += 2.0
    ground.vehicle.position(0.0, 0.0, 0.0, 0.0, ground.now_s - 1.5, ground.now_s)
    ground.late_s = 0.0
    for _ in range(20_000):  # 0.02 % slow for more than an hour: 1.6 s behind
        ground.late_s += 0.4 * 0.0002
        ground.tick(0.4)
    assert ground.vehicle.fault(ground.now_s) == ""
    assert ground.drive() == [SetMode(GUIDED)]


def test_px4_and_boats_with_wings_are_refused():
    vehicle = Vehicle(MavlinkOptions())
    vehicle.heartbeat(sort=10, autopilot=12, mode=0, armed=True, now_s=0.0)
    assert "not ArduPilot" in vehicle.fault(0.0)
    vehicle.heartbeat(sort=1, autopilot=3, mode=0, armed=True, now_s=0.1)
    assert "MAV_TYPE 1" in vehicle.fault(0.1)
    assert vehicle.drive(AHEAD, 0.1) == []


def test_numbers_that_are_none_make_a_position_stale_instead_of_wrong():
    vehicle = Vehicle(MavlinkOptions(guided_timeout_s=0.0))
    vehicle.heartbeat(sort=10, autopilot=3, mode=GUIDED, armed=True, now_s=0.0)
    vehicle.told.attitude(math.nan, 0.0, 0.0)
    assert vehicle.position(math.nan, 0.0, 0.0, 0.0, 1.0, 0.0) is None
    assert not vehicle.up(0.0)


def test_another_station_with_the_same_system_takes_the_leave_to_move_until_it_is_silent():
    ground = Ground(mode=GUIDED)
    ground.vehicle.told.twin(ground.now_s)
    assert ground.drive() == []
    assert "own_system_id" in ground.vehicle.fault(ground.now_s)
    ground.tick(5.1)
    ground.tick()
    assert ground.vehicle.fault(ground.now_s) == ""


@pytest.mark.parametrize("flight", [TakeOff(2.0, 0.12), Land(0.12)])
def test_another_station_with_the_same_system_takes_the_leave_to_fly_too(flight):
    copter = Ground(mode=COPTER_GUIDED, sort=2)
    copter.vehicle.told.above_home(1.0)
    copter.vehicle.told.twin(copter.now_s)
    assert copter.vehicle.fly(flight, copter.now_s) == ([], False)
    copter.tick(5.1)
    copter.tick()
    orders, _ = copter.vehicle.fly(flight, copter.now_s)
    assert orders


def test_a_heartbeat_of_another_component_of_the_own_system_is_a_twin_and_the_own_one_sent_back_is_none():
    link = MavlinkLink("mav1", "127.0.0.1", 14550, MavlinkOptions(guided_timeout_s=0.0))
    told = []
    link._vehicle.told.twin = told.append
    for system, component in ((254, 191), (255, 190), (254, 190)):
        link._notice_twin(Heartbeat(system, component), 1.0)
    assert told == [1.0]


class Heartbeat:
    """Where a heartbeat comes from."""

    def __init__(self, system, component):
        self.get_srcSystem, self.get_srcComponent = lambda: system, lambda: component
        self.get_type = lambda: "HEARTBEAT"


@pytest.mark.parametrize("stood", [True, False])
def test_where_the_ground_is_a_driver_that_came_in_mid_air_learns_from_where_it_was_armed(stood):
    """By the local origin a copter that took off 10 m above it would have been flown 5 m under the ground."""
    vehicle = Vehicle(MavlinkOptions(guided_timeout_s=0.0))
    vehicle.heartbeat(sort=2, autopilot=3, mode=COPTER_GUIDED, armed=True, now_s=0.0)
    vehicle.told.attitude(0.0, 0.0, 0.0)
    vehicle.told.landed_state = ON_GROUND if stood else IN_AIR
    vehicle.position(0.0, 0.0, 0.0, 0.0, 9.0, 0.0, height_m=10.0)
    vehicle.told.landed_state = IN_AIR
    vehicle.position(0.0, 0.0, 0.0, 0.0, 9.1, 0.1, height_m=18.0)
    vehicle.told.attitude(0.0, 0.0, 0.1)
    assert math.isfinite(vehicle.told.altitude_m) is stood
    if not stood:
        assert vehicle.fly(TakeOff(5.0, 0.12), 0.1) == ([], False)
        vehicle.told.above_home(8.0)
    assert vehicle.told.altitude_m == pytest.approx(8.0)
    (down,), follows = vehicle.fly(TakeOff(5.0, 0.12), 0.1)
    assert follows and down.up_mps < 0.0


class Sport:
    """A robot on legs, as its sport service tells it."""

    def __init__(self, velocity, turn=0.0):
        self.asked = []
        self.state = SimpleNamespace(
            t_s=0.0, mode=3, error=0, place=(0.0, 0.0), yaw=0.0, velocity=velocity, turn=turn, height=0.3
        )

    def newest(self, now_s):
        return self.state

    def refused(self):
        return ""

    def listeners(self):
        return 1

    def tellers(self, now_s):
        return 1

    def ask(self, api_id, values=None, *, answered=True):
        self.asked.append(api_id)
        return True


@pytest.mark.parametrize(
    ("velocity", "turn", "halts"),
    [
        ((0.0, 0.0), 0.0, False),
        ((0.2, 0.0), 0.0, True),
        ((math.nan, 0.0), 0.0, True),
        ((0.0, 0.0), math.nan, True),
    ],
)
def test_legs_whose_speed_is_no_number_are_halted_as_if_they_walked(velocity, turn, halts):
    """A posture that is under way must not be ended half-way, so what stands is not halted again."""
    link = UnitreeLink("dog1", "", 0)
    link._sport = sport = Sport(velocity, turn)
    link.poll(0.0)
    assert link.send(StandStill(), 0.0)
    assert (STOP_MOVE in sport.asked) is halts
    assert link.send(Tool("lie_down", 1.0, 0.1), 0.0) is not halts
