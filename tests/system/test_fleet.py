# SPDX-License-Identifier: Apache-2.0
"""Two rovers whose drivers share one process, and whose skills another: as many robots on a small machine run."""

import os
import signal

import pytest
from rclpy.action import ActionClient
from std_msgs.msg import Empty
from std_srvs.srv import Trigger

from tektra_interfaces.action import RunSkill
from tektra_interfaces.srv import StopRobot

STANDING_S = 0.3
ROVERS = ("rover1", "rover2")
LAUNCH = """\
<launch>
  <executable cmd="python3 -m tektra.sim --ports {ports}" name="sim" output="screen"/>
  <node pkg="tektra" exec="safety" name="safety" output="screen"/>
  <include file="$(find-pkg-share tektra_bringup)/launch/fleet.launch.xml">
    <arg name="fleet_params" value="$(dirname)/fleet.yaml"/>
  </include>
</launch>
"""
FLEET = """\
/**/driver:
  ros__parameters:
    kind: rover
    linear_speed: 0.5
    angular_speed: 1.5
    linear_acceleration: 1.0
    linear_deceleration: 6.0
    angular_acceleration: 3.0
    linear_jerk: 5.0
    angular_jerk: 20.0
    footprint: [0.22, 0.20, -0.22, 0.20, -0.22, -0.20, 0.22, -0.20]
/rover1/driver:
  ros__parameters: {{link: json_tcp, port: {rover1_port}}}
/rover2/driver:
  ros__parameters: {{link: json_udp, port: {rover2_port}}}
"""


@pytest.fixture(scope="module")
def running(start_for_all, tmp_path_factory):
    folder = tmp_path_factory.mktemp("launch")

    def launch_file(ports: dict[str, int]):
        words = [
            f"{name.removesuffix('_port')}={port}"
            for name, port in ports.items()
            if name not in ("bridge_port", "web_port")
        ]
        (folder / "fleet.yaml").write_text(FLEET.format(**ports))
        (folder / "two.launch.xml").write_text(LAUNCH.format(ports=",".join(words)))
        return folder / "two.launch.xml"

    return start_for_all(launch_file=launch_file)


@pytest.fixture(scope="module")
def person(running, meet):
    return meet(running)


@pytest.fixture
def both(person):
    """Both rovers turn, for longer than a test takes; whoever waits for their ends."""
    person.until(lambda: freed(person), "all are free")
    yield {robot: begin(person, robot) for robot in ROVERS}
    person.stop.publish(Empty())
    person.until(lambda: not any(turns(person, robot) for robot in ROVERS), "both stand")


def freed(person) -> bool:
    """Resets all that is stopped; a robot that has just come to stand may still count as moving."""
    if not person.safety:
        return False
    state = person.safety[-1]
    if state.stopped or any(entry.stopped for entry in state.robots):
        person.call(StopRobot, "/safety/reset_robot", StopRobot.Request(source="test"))
        return False
    return {entry.robot for entry in state.robots} == set(ROVERS)


def begin(person, robot: str):
    client = ActionClient(person.node, RunSkill, f"/{robot}/run_skill")
    person.until(client.server_is_ready, f"the skills of {robot}")
    goal = RunSkill.Goal(skill="turn", arguments='{"angle_deg": 720}')
    sent = client.send_goal_async(goal)
    person.until(sent.done, "an answer to the goal")
    result = sent.result().get_result_async()
    person.until(lambda: result.done() or turns(person, robot), f"{robot} turns")
    assert turns(person, robot), result.result().result.message if result.done() else ""
    return result


def turns(person, robot: str) -> bool:
    return abs(person.truth.body(robot).wz_radps) > 0.3


def outcome(person, result) -> str:
    person.until(result.done, "the end of the goal")
    return result.result().result.outcome


def test_each_robot_is_driven_as_itself(person, both):
    for robot in ROVERS:
        started = [entry for entry in person.running.pids if robot in entry]
        assert started == [], "no process of its own"
    assert all(turns(person, robot) for robot in ROVERS)
    person.call(Trigger, "/rover1/emergency_stop", Trigger.Request())
    person.until(lambda: not turns(person, "rover1"), "rover1 stands")
    assert turns(person, "rover2")
    assert outcome(person, both["rover1"]) == "failed"


def test_one_stop_halts_all_of_them(person, both):
    began_s = person.truth.now.t_s
    person.stop.publish(Empty())
    for robot in ROVERS:
        assert person.stopping_time_s(robot, began_s) < STANDING_S
    assert [outcome(person, both[robot]) for robot in ROVERS] == ["failed", "failed"]


@pytest.mark.parametrize("process", ["fleet_drivers", "fleet_skills"])
def test_a_process_that_is_killed_leaves_all_of_them_standing(person, both, process):
    running, starts = person.running, person.running.starts(process)
    began_s = person.truth.now.t_s
    os.kill(running.pids[process], signal.SIGKILL)
    for robot in ROVERS:
        assert person.stopping_time_s(robot, began_s) < STANDING_S
    person.until(lambda: running.starts(process) > starts, f"{process} started again")
    person.nothing_moves_for(1.0)
