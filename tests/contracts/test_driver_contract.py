# SPDX-License-Identifier: Apache-2.0
"""What every driver back end must do, tried against the simulator's process over real sockets.

Times are the simulator's own; the wall clock only bounds how long a test may wait.
"""

import contextlib
import os
import signal
import socket
import threading
import time

import pytest

from tektra.common.robot_wire import ErrorReply, RobotHello, State
from tektra.driver.backends.json_tcp import JsonTcpLink
from tektra.driver.backends.json_udp import JsonUdpLink
from tektra.driver.backends.link_options import JsonTcpOptions, JsonUdpOptions
from tektra.driver.commands import Drive, MoveGripper, MoveJoints, StandStill
from tektra.driver.contract import DriverContract, Look
from tektra.sim.client import SimProcess, TruthClient

PATIENCE_S = 20.0
LINKS = {"json_tcp": (JsonTcpLink, "rover1"), "json_udp": (JsonUdpLink, "rover2")}
SECURED = ("json_tcp signed", "json_udp signed", "json_tcp TLS", "json_tcp TLS signed")
FASTEST = Drive(0.6, 0.0, 0.0, 0.15)
ABOVE_CUBE, REACH_CUBE = (
    (0.8077, 0.9033),
    (0.9523, 1.1075),
)  # shoulder and elbow, hand straight down 0.55 m ahead


class Secrets:
    """What a simulator and a link of one variant need to know of each other: `json_tcp TLS signed`, say."""

    def __init__(self, variant, authority, make_key):
        name, *more = variant.split()
        self.make_link, self.robot = LINKS[name]
        options, self.arguments = {}, []
        if "signed" in more:
            options["key_file"] = make_key()
            self.arguments += [
                "--key-files",
                ",".join(f"{name}={make_key()}" for name in ("rover1", "rover2")),
            ]
        if "TLS" in more:
            certificate, key = authority.issue("robot")
            own, own_key = authority.issue("driver")
            options |= {"ca_file": authority.file, "certificate_file": own, "certificate_key_file": own_key}
            self.arguments += ["--tls-certificate", certificate, "--tls-key", key]
            self.arguments += ["--tls-client-ca", authority.file]
        kind = JsonTcpOptions if name == "json_tcp" else JsonUdpOptions
        self.options = kind(**options)

    def make(self, robot, host, port):
        return self.make_link(robot, host, port, self.options)


class Rig:
    """A link, a simulator and its truth. Every wait polls the link, as a driver's loop does, unless told not to."""

    def __init__(self, sim, make, robot):
        self.sim, self.robot, self.make = sim, robot, make
        self.link = make(robot, "127.0.0.1", sim.ports[robot])
        self.truth = TruthClient(sim.ports["truth"])
        self.truth.connect()
        self.events = []

    def poll(self):
        came = self.link.poll(time.monotonic())
        self.events += came
        return came

    def send(self, command):
        return self.link.send(command, time.monotonic())

    def until(self, condition, *, sending=None, polling=True):
        """Waits for condition(truth) to hold, sending the command at 20 Hz meanwhile; the truth when it did."""
        end, next_s = time.monotonic() + PATIENCE_S, 0.0
        while time.monotonic() < end:
            if polling:
                self.poll()
            if sending is not None and time.monotonic() >= next_s:
                self.send(sending)
                next_s = time.monotonic() + 0.05
            truth = self.truth.read()
            if condition(truth):
                return truth
        raise AssertionError(f"never came true; link: {self.link.fault or 'up'}; last: {truth}")

    def connect(self):
        self.link.connect()
        self.until(lambda _: self.link.up)

    def body(self, truth):
        return truth.robots[self.robot]

    def at_full_speed(self):
        self.until(lambda truth: abs(self.body(truth).vx_mps) > 0.55, sending=FASTEST)
        return self.truth.latest()

    def standing_after(self, began, *, polling=True):
        """Simulated seconds from `began` until the robot stands. Look at `began` when the robot was told: how long a
        loaded machine holds up the test before it says a word is no matter of the robot's."""
        ended = self.until(lambda truth: self.body(truth).standing, polling=polling)
        return ended.t_s - began.t_s

    def close(self):
        self.link.close()
        self.truth.close()


class Rover:
    """A rover of the simulator, turning on the spot. A Peer of the driver contract."""

    motion, halt_s, orphan_s, capabilities = Drive(0.0, 0.0, 1.2, 0.15), 0.2, 0.35, ("base",)

    def __init__(self, secrets):
        self.secrets, self.robot, self.stood = secrets, secrets.robot, True
        self.sim = SimProcess(secrets.arguments)
        self.sim.start()
        self.listen()

    def listen(self):
        self.truth = TruthClient(self.sim.ports["truth"])
        self.truth.connect()

    def make(self):
        return self.secrets.make(self.robot, "127.0.0.1", self.sim.ports[self.robot])

    def now_s(self):
        return time.monotonic()

    def look(self):
        """It stands when it does so twice on end: the body swings back from a halt, through zero (0.1 rad/s for 30 ms)."""
        truth, stood = self.truth.latest(PATIENCE_S), self.stood
        self.stood = truth.robots[self.robot].standing
        return Look(truth.t_s, not (stood and self.stood))

    def hang(self):
        os.kill(self.sim.pid, signal.SIGSTOP)

    def resume(self):
        os.kill(self.sim.pid, signal.SIGCONT)

    def kill(self):
        self.sim.kill()
        self.truth.close()

    def restart(self):
        self.sim = SimProcess(self.secrets.arguments, ports=self.sim.ports)
        self.sim.start()
        self.listen()

    def close(self):
        self.truth.close()
        self.sim.stop()


@pytest.fixture(scope="module", params=(*LINKS, *SECURED))
def rover(request, authority, make_key):
    made = Rover(Secrets(request.param, authority, make_key))
    yield made
    made.close()


class TestTheDriverContract(DriverContract):
    @pytest.fixture
    def peer(self, rover):
        yield rover
        while rover.look().moving:
            pass


@pytest.fixture(scope="module")
def home():
    with SimProcess() as sim:
        yield sim


@pytest.fixture(scope="module")
def homes(authority, make_key):
    """A simulator for each variant, started when it is first asked for."""
    started = {}
    with contextlib.ExitStack() as stack:

        def get(variant):
            if variant not in started:
                secrets = Secrets(variant, authority, make_key)
                started[variant] = (stack.enter_context(SimProcess(secrets.arguments)), secrets)
            return started[variant]

        yield get


@pytest.fixture(params=(*LINKS, "json_udp signed", "json_tcp TLS signed"))
def rig(request, homes):
    sim, secrets = homes(request.param)
    made = Rig(sim, secrets.make, secrets.robot)
    yield made
    made.until(lambda truth: made.body(truth).standing)
    back = Drive(-0.6 if made.body(made.truth.latest()).x_m > 6.0 else 0.0, 0.0, 0.0, 0.15)
    if made.link.up and back.vx_mps:
        made.until(lambda truth: made.body(truth).x_m < 3.0, sending=back)
    made.close()


def test_it_says_hello_and_brings_states(rig):
    rig.connect()
    rig.until(lambda _: any(isinstance(event, State) for event in rig.events))
    (hello,) = [event for event in rig.events if isinstance(event, RobotHello)]
    assert (hello.robot, hello.kind, hello.capabilities) == (rig.robot, "rover", ("base",))
    assert rig.link.fault == ""


def test_the_robot_moves_while_it_is_told_to(rig):
    rig.connect()
    start = rig.body(rig.truth.latest())
    rig.until(lambda truth: rig.body(truth).distance_m(start.x_m, start.y_m) > 0.4, sending=FASTEST)


def test_the_robots_own_pose_and_odometry_agree_with_the_truth(rig):
    rig.connect()
    rig.at_full_speed()
    rig.standing_after(rig.truth.latest())
    rig.events.clear()
    rig.until(lambda _: state_of(rig) is not None and abs(state_of(rig).twist[0]) < 0.02)
    state, body = state_of(rig), rig.body(rig.truth.latest())
    assert body.distance_m(state.pose[0], state.pose[1]) < 0.05


@pytest.mark.parametrize("category", [0, 1])
def test_a_halt_makes_it_stand_within_0_2_s(rig, category):
    rig.connect()
    rig.at_full_speed()
    assert rig.send(StandStill(category))
    assert rig.standing_after(rig.truth.latest()) < 0.2


def test_it_stands_when_the_ttl_runs_out_though_the_link_is_alive(rig):
    rig.connect()
    rig.at_full_speed()
    rig.send(FASTEST)
    assert rig.standing_after(rig.truth.latest()) < 0.15 + 0.15 + 0.05
    assert rig.link.up


def test_it_stands_when_the_driver_lets_go_of_the_link(rig):
    rig.connect()
    rig.at_full_speed()
    rig.link.close()
    assert rig.standing_after(rig.truth.latest(), polling=False) < 0.3


def test_it_stands_when_the_driver_hangs(rig):
    rig.connect()
    began = rig.at_full_speed()
    assert rig.standing_after(began, polling=False) < 0.35


def test_the_longest_ttl_does_not_outlive_a_hung_driver_on_udp(home):
    rig = Rig(home, *LINKS["json_udp"])
    rig.connect()
    rig.until(lambda truth: rig.body(truth).vx_mps > 0.55, sending=Drive(0.6, 0.0, 0.0, 0.5))
    began = rig.truth.latest()
    assert rig.standing_after(began, polling=False) < 0.35
    rig.close()


def test_garbage_on_the_robots_port_moves_nothing_and_disturbs_no_driver(rig):
    rig.connect()
    kind = socket.SOCK_STREAM if isinstance(rig.link, JsonTcpLink) else socket.SOCK_DGRAM
    rubbish = [
        b"",
        b"\x00" * 50,
        b"{}\n",
        b'{"type":"velocity","seq":1,"vx":0.6,"wz":0,"ttl":0.5}\n',
        b"[" * 3000,
        b"x" * 9000,
    ]
    rubbish += [os.urandom(size) for size in (1, 100, 4000)]
    for data in rubbish:
        with socket.socket(socket.AF_INET, kind) as stranger:
            stranger.connect(("127.0.0.1", rig.sim.ports[rig.robot]))
            stranger.send(data)
        rig.poll()
        assert rig.body(rig.truth.latest()).standing
    rig.until(lambda truth: rig.body(truth).vx_mps > 0.3, sending=FASTEST)
    assert rig.link.up


def test_a_second_driver_is_refused_and_moves_nothing(rig):
    rig.connect()
    second = Rig(rig.sim, rig.make, rig.robot)
    second.link.connect()
    rig.until(lambda _: second.poll() is not None and "one at a time" in second.link.fault)
    assert not second.link.up
    assert not second.send(FASTEST)
    assert rig.body(rig.truth.latest()).standing
    assert rig.link.up
    second.close()


def test_what_the_robot_refuses_is_told(rig):
    rig.connect()
    rig.send(Drive(5.0, 0.0, 0.0, 0.1))
    rig.until(lambda _: any(isinstance(event, ErrorReply) for event in rig.events))
    assert rig.body(rig.truth.latest()).standing


def test_another_robots_port_brings_no_link_up_and_says_so(rig):
    wrong = "rover2" if rig.robot == "rover1" else "rover1"
    other = Rig(rig.sim, rig.make, wrong)
    other.link = rig.make(wrong, "127.0.0.1", rig.sim.ports[rig.robot])
    other.link.connect()
    other.until(lambda _: "calls itself" in other.link.fault)
    assert not other.link.up
    other.close()


@pytest.mark.parametrize("name", LINKS)
def test_a_host_that_does_not_exist_is_told(name):
    link = LINKS[name][0]("rover1", "no-such-host.invalid", 7101)
    link.connect()
    end_s = time.monotonic() + 20.0
    while "correct the parameter host" not in link.fault:
        assert link.poll(time.monotonic()) == []
        assert time.monotonic() < end_s
    assert not link.up
    link.close()


@pytest.mark.parametrize("name", LINKS)
def test_it_finds_a_robot_again_that_was_killed_and_came_back(name):
    make, robot = LINKS[name]
    with SimProcess() as first:
        rig = Rig(first, make, robot)
        rig.connect()
        rig.truth.close()
        first.kill()
        end = time.monotonic() + PATIENCE_S
        while rig.link.up and time.monotonic() < end:
            rig.poll()
        assert not rig.link.up
        assert not rig.send(FASTEST)
        with SimProcess(ports=first.ports) as second:
            rig.truth = TruthClient(second.ports["truth"])
            rig.truth.connect()
            rig.until(lambda _: rig.link.up)
            rig.until(lambda truth: rig.body(truth).vx_mps > 0.1, sending=FASTEST)
            rig.close()


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_peer_that_talks_garbage_brings_no_link_up(kind):
    rubbish = [
        b"SSH-2.0-x\n",
        b"\xff" * 100 + b"\n",
        b"{}\n",
        b"x" * 20_000,
        b"\n[]\n",
        b'{"type":"state"}\n',
    ]
    server = socket.socket(socket.AF_INET, kind)
    server.bind(("127.0.0.1", 0))
    server.settimeout(PATIENCE_S)

    def talk():
        if kind == socket.SOCK_STREAM:
            server.listen()
            client, _ = server.accept()
            with client:
                client.sendall(b"".join(rubbish))
                client.settimeout(PATIENCE_S)
                with contextlib.suppress(ConnectionError):  # the link goes without reading all of it
                    while client.recv(100):
                        pass
        else:
            _, sender = server.recvfrom(100)
            for data in rubbish:
                server.sendto(data, sender)

    thread = threading.Thread(target=talk)
    thread.start()
    make = JsonTcpLink if kind == socket.SOCK_STREAM else JsonUdpLink
    link = make("rover1", "127.0.0.1", server.getsockname()[1])
    link.connect()
    end = time.monotonic() + PATIENCE_S
    while "protocol" not in link.fault and time.monotonic() < end:
        assert link.poll(time.monotonic()) == []
    assert "protocol" in link.fault
    assert not link.up
    link.close()
    thread.join()
    server.close()


@pytest.fixture
def arm(home):
    made = Rig(home, JsonTcpLink, "arm1")
    made.connect()
    yield made
    made.close()


def state_of(rig):
    return next((event for event in reversed(rig.events) if isinstance(event, State)), None)


def test_an_arm_follows_its_joints_and_stands_when_halted(arm):
    towards = MoveJoints(("waist", "elbow"), (0.8, 1.2), (1.0, 1.0), 0.15)
    arm.until(lambda truth: arm.body(truth).joint_speed_radps > 0.5, sending=towards)
    arm.send(StandStill())
    assert arm.standing_after(arm.truth.latest()) < 0.4

    def arrived(_):
        state = state_of(arm)
        return state is not None and abs(state.joints.positions[0] - 0.8) < 0.02

    arm.until(arrived, sending=towards)


def test_an_arm_that_hears_nothing_more_stands(arm):
    away = MoveJoints(("waist",), (-0.8,), (), 0.15)
    arm.until(lambda truth: arm.body(truth).joint_speed_radps > 0.5, sending=away)
    assert arm.standing_after(arm.truth.latest(), polling=False) < 0.5


def test_an_arm_picks_a_cube_from_the_table_and_says_that_it_holds_it(arm):
    """Down over the red cube, close, lift: contact forces alone hold it."""
    names = ("waist", "shoulder", "elbow", "forearm_roll", "wrist", "hand_roll")

    def go(shoulder, elbow):
        pose = (0.0, shoulder, elbow, 0.0, 3.14159 - shoulder - elbow, 0.0)

        def there(_):
            state = state_of(arm)
            return state is not None and max(
                abs(a - b) for a, b in zip(state.joints.positions, pose, strict=True)
            ) < 0.01  # fmt: skip

        arm.until(there, sending=MoveJoints(names, pose, (), 0.15))

    arm.until(
        lambda _: state_of(arm) and state_of(arm).gripper.opening > 0.078, sending=MoveGripper(0.08, 0.15)
    )
    go(*ABOVE_CUBE)
    go(*REACH_CUBE)
    arm.until(lambda _: state_of(arm).gripper.holding, sending=MoveGripper(0.0, 0.15))
    go(*ABOVE_CUBE)
    arm.until(lambda truth: truth.objects_m["red_cube"][2] > 0.85)
    assert state_of(arm).gripper.holding


def test_the_truth_port_takes_no_commands(home):
    truth = TruthClient(home.ports["truth"])
    truth.connect()
    with socket.create_connection(("127.0.0.1", home.ports["truth"])) as rude:
        rude.sendall(
            b'{"type":"reset"}\n{"type":"velocity","seq":1,"vx":0.6,"wz":0,"ttl":0.5}\n' + os.urandom(5000)
        )
        before = truth.latest()
        moments = [truth.read() for _ in range(25)]
    assert all(body.standing for moment in moments for body in moment.robots.values())
    assert moments[-1].t_s > before.t_s
    truth.close()
