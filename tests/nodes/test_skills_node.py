# SPDX-License-Identifier: Apache-2.0
"""The skills node on real topics; a test node plays gate, driver and a rover that does exactly what it is asked."""

import json
import math
import re
import time
import uuid

import pytest
from geometry_msgs.msg import Point32, Polygon, Twist, TwistStamped
from rclpy.action import ActionClient
from rclpy.node import Node
from rclpy.parameter import Parameter

from tektra.common.skills import skills_of
from tektra.ros.claims import ClaimTopics
from tektra.ros.qos import LATCHED, MOTION, RELIABLE, SAFETY_STATE
from tektra.skills.node import SkillsNode
from tektra_interfaces.action import RunSkill
from tektra_interfaces.msg import (
    Detection2D,
    Detection2DArray,
    IdsList,
    MotionRequest,
    ObjectHypothesisWithPose,
    PeoplePositions,
    PersonPosition,
    RobotDescription,
    RobotHolds,
    RobotLimits,
    RobotSafety,
    RobotState,
    SafetyState,
    Scene,
    SkillDescription,
)

PERIOD_S = 0.05


class Rover(Node):
    """Moves by the requests themselves: the gate of this test permits everything while it is not stopped."""

    def __init__(self) -> None:
        super().__init__("rover_and_gate")
        self.x, self.y, self.yaw = 1.2, 4.4, 0.0
        self.epoch, self.stopped, self.connected = 5, False, True
        self.node: SkillsNode | None = None
        self.requests: list[MotionRequest] = []
        self.sequence = 0
        self._fresh: MotionRequest | None = None
        self._description = self.create_publisher(RobotDescription, "/rover1/description", LATCHED)
        self._state = self.create_publisher(RobotState, "/rover1/state", MOTION)
        self._safety = self.create_publisher(SafetyState, "/safety/state", SAFETY_STATE)
        self.create_subscription(MotionRequest, "/rover1/motion/request", self._on_request, MOTION)
        self.skill = ActionClient(self, RunSkill, "/rover1/run_skill")
        self._description.publish(self._describe())
        self.create_timer(PERIOD_S, self._tick)

    def knows(self, robot: str, x: float, y: float) -> bool:
        """Whether this rover's skills have heard that the robot is there."""
        other = self.node.others.get(robot) if self.node else None
        return other is not None and other.distance(x, y) < 0.01

    def _describe(self) -> RobotDescription:
        limits = RobotLimits(linear_speed=0.6, angular_speed=1.5, angular_acceleration=3.0)
        limits.linear_acceleration, limits.linear_deceleration = 1.0, 6.0
        skills = [
            SkillDescription(name=s.name, arguments_schema=s.schema) for s in skills_of(["base", "sight"])
        ]
        corners = ((0.22, 0.2), (-0.22, 0.2), (-0.22, -0.2), (0.22, -0.2))
        return RobotDescription(
            robot="rover1",
            instance=uuid.uuid4().hex,
            limits=limits,
            skills=skills,
            footprint=Polygon(points=[Point32(x=x, y=y) for x, y in corners]),
        )

    def _on_request(self, message: MotionRequest) -> None:
        self.requests.append(message)
        self._fresh = message

    def _tick(self) -> None:
        asked, self._fresh = self._fresh, None
        moving = asked is not None and not self.stopped and asked.epoch == self.epoch
        if moving:
            self.yaw += asked.twist.angular.z * PERIOD_S
            self.x += asked.twist.linear.x * math.cos(self.yaw) * PERIOD_S
            self.y += asked.twist.linear.x * math.sin(self.yaw) * PERIOD_S
        state = RobotState(robot="rover1", connected=self.connected, localized=True, moving=moving)
        state.pose.position.x, state.pose.position.y = self.x, self.y
        state.pose.orientation.z, state.pose.orientation.w = math.sin(self.yaw / 2), math.cos(self.yaw / 2)
        self._state.publish(state)
        self.sequence += 1
        safety = SafetyState(instance="test", sequence=self.sequence, epoch=self.epoch, stopped=self.stopped)
        safety.stamp = self.get_clock().now().to_msg()
        safety.causes = ["operator"] if self.stopped else []
        safety.robots = [RobotSafety(robot="rover1")]
        self._safety.publish(safety)


class Goals:
    """Sends goals and waits for their ends."""

    def __init__(self, spinner, client: ActionClient) -> None:
        self._spinner, self._client = spinner, client
        self.progress: list[float] = []

    def send(self, skill: str, **arguments):
        return self.put(RunSkill.Goal(skill=skill, arguments=json.dumps(arguments)))

    def put(self, goal: RunSkill.Goal):
        sent = self._client.send_goal_async(goal, feedback_callback=self._on_feedback)
        self._spinner.until(sent.done)
        handle = sent.result()
        assert handle.accepted
        return handle, handle.get_result_async()

    def run(self, skill: str, **arguments) -> RunSkill.Result:
        return self.end(self.send(skill, **arguments)[1])

    def end(self, result) -> RunSkill.Result:
        self._spinner.until(result.done, timeout_s=90.0)
        return result.result().result

    def _on_feedback(self, message) -> None:
        self.progress.append(message.feedback.progress)


@pytest.fixture
def rover(spinner) -> Rover:
    made = Rover()
    made.node = SkillsNode(namespace="/rover1")
    spinner.add(made.node, made)
    spinner.until(made.skill.server_is_ready)
    return made


@pytest.fixture
def goals(spinner, rover: Rover) -> Goals:
    made = Goals(spinner, rover.skill)
    spinner.until(lambda: made.run("wait", seconds=0.0).outcome == "succeeded", what="a robot that is known")
    return made


def test_move_arrives_and_tells_its_progress(goals: Goals, rover: Rover) -> None:
    result = goals.run("move", distance_m=0.6)
    assert result.outcome == RunSkill.Result.OUTCOME_SUCCEEDED
    assert rover.x == pytest.approx(1.8, abs=0.03)
    assert json.loads(result.result)["moved_m"] == pytest.approx(0.6, abs=0.03)
    assert goals.progress == sorted(goals.progress) and goals.progress[-1] > 0.3


def test_requests_carry_goal_epoch_and_rising_sequence(goals: Goals, rover: Rover) -> None:
    goals.run("turn", angle_deg=20)
    mine = [message for message in rover.requests if message.skill == "turn"]
    assert {message.epoch for message in mine} == {5}
    assert len({message.goal_id for message in mine}) == 1 and mine[0].goal_id
    sequences = [message.sequence for message in mine]
    assert sequences == sorted(set(sequences))


@pytest.mark.parametrize(
    "skill, arguments, words",
    [
        ("fly", {}, "has no skill 'fly'"),
        ("navigate_to", {"place": "the moon"}, "choose one of"),
        ("move", {"distance_m": 1e9}, "distance_m"),
        ("move", {}, "distance_m"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(goals, rover, skill, arguments, words) -> None:
    before = len(rover.requests)
    result = goals.run(skill, **arguments)
    assert result.outcome == RunSkill.Result.OUTCOME_REFUSED and words in result.message
    assert len(rover.requests) == before


def test_a_second_goal_is_refused_and_the_first_goes_on(goals: Goals, rover: Rover) -> None:
    _, first = goals.send("move", distance_m=0.5)
    second = goals.run("turn", angle_deg=10)
    assert second.outcome == RunSkill.Result.OUTCOME_REFUSED and "busy" in second.message
    assert goals.end(first).outcome == RunSkill.Result.OUTCOME_SUCCEEDED


def test_a_cancel_ends_the_goal_and_the_requests(goals: Goals, rover: Rover, spinner) -> None:
    handle, result = goals.send("move", distance_m=5.0)
    spinner.until(lambda: rover.x > 1.3)
    handle.cancel_goal_async()
    assert goals.end(result).outcome == RunSkill.Result.OUTCOME_CANCELED
    count = len(rover.requests)
    spinner.during(0.3)
    assert len(rover.requests) == count


@pytest.mark.parametrize("seconds_ago", [31, -31])
def test_a_goal_that_comes_late_is_refused(goals: Goals, rover: Rover, seconds_ago: int) -> None:
    goal = RunSkill.Goal(skill="wait", arguments='{"seconds": 0.0}', stamp=rover.get_clock().now().to_msg())
    assert goals.end(goals.put(goal)[1]).outcome == "succeeded"
    goal.stamp.sec -= seconds_ago
    refused = goals.end(goals.put(goal)[1])
    assert refused.outcome == RunSkill.Result.OUTCOME_REFUSED
    assert re.search(r"it was asked 3[01]\.\d s (ago|in the future)", refused.message)


def test_a_stop_ends_the_goal_and_the_reset_does_not_bring_it_back(
    goals: Goals, rover: Rover, spinner
) -> None:
    _, result = goals.send("move", distance_m=5.0)
    spinner.until(lambda: rover.x > 1.3)
    rover.stopped, rover.epoch = True, 6
    ended = goals.end(result)
    assert ended.outcome == RunSkill.Result.OUTCOME_FAILED and "operator" in ended.message
    refused = goals.run("move", distance_m=0.2)
    assert refused.outcome == RunSkill.Result.OUTCOME_REFUSED and "reset first" in refused.message
    rover.stopped, rover.epoch = False, 7
    x = rover.x
    spinner.during(0.5)
    assert rover.x == x
    assert goals.run("move", distance_m=0.2).outcome == RunSkill.Result.OUTCOME_SUCCEEDED


def test_a_lost_link_ends_the_goal(goals: Goals, rover: Rover, spinner) -> None:
    _, result = goals.send("move", distance_m=5.0)
    spinner.until(lambda: rover.x > 1.3)
    rover.connected = False
    assert "not connected" in goals.end(result).message


# -- among others ----------------------------------------------------------------------------------------------------


def count_time_by_ticks(monkeypatch: pytest.MonkeyPatch, rover: Rover) -> None:
    """The skills' clock goes with the rover's: these drive for ten seconds and more, and a busy machine may hold this
    process up for longer than a robot's watchdogs allow."""
    monkeypatch.setattr("tektra.skills.node.boot_s", lambda: 1000.0 + rover.sequence * PERIOD_S)


def tick(spinner, rover: Rover, seconds: float) -> None:
    """Lets so much time pass for the rover, whatever the machine makes of it."""
    until = rover.sequence + round(seconds / PERIOD_S)
    spinner.until(lambda: rover.sequence >= until, timeout_s=60.0)


class Neighbour(Node):
    """rover2, as far as others hear of it: its description, and where it is and drives."""

    def __init__(self) -> None:
        super().__init__("neighbour")
        self._description = self.create_publisher(RobotDescription, "/rover2/description", LATCHED)
        footprint = Polygon(
            points=[Point32(x=x, y=y) for x, y in ((0.2, 0.2), (-0.2, 0.2), (-0.2, -0.2), (0.2, -0.2))]
        )
        self._description.publish(RobotDescription(robot="rover2", instance="1", footprint=footprint))
        self._topics = ClaimTopics(self, "rover2", lambda *_: None)
        self.heard: list[tuple[int, list[tuple[float, float]]]] = []
        self._ears = ClaimTopics(
            self, "nobody", lambda _, ticket_ns, way: self.heard.append((ticket_ns, list(way)))
        )
        self._ears.listen_to("rover1")
        self._told: tuple[int, list[tuple[float, float]]] = (0, [(1.2, 5.6)])
        self.create_timer(0.2, lambda: self._topics.tell(*self._told))

    def tell(self, ticket_ns: int, *way: tuple[float, float]) -> None:
        self._told = ticket_ns, list(way)
        self._topics.tell(*self._told)


@pytest.fixture
def neighbour(monkeypatch: pytest.MonkeyPatch, spinner, rover: Rover, goals: Goals) -> Neighbour:
    count_time_by_ticks(monkeypatch, rover)
    made = Neighbour()
    spinner.add(made)
    spinner.until(lambda: made.heard, what="rover1 telling where it stands")
    spinner.until(lambda: rover.knows("rover2", 1.2, 5.6))
    return made


def test_a_robot_tells_where_it_stands_and_the_way_that_it_claims(
    goals, neighbour: Neighbour, rover: Rover
) -> None:
    ticket_ns, way = neighbour.heard[-1]
    assert ticket_ns == 0 and way == [pytest.approx((1.2, 4.4), abs=0.01)]
    before_ns = neighbour.get_clock().now().nanoseconds
    assert goals.run("navigate_to", x=3.0, y=4.4).outcome == RunSkill.Result.OUTCOME_SUCCEEDED
    claims = [(ticket_ns, way) for ticket_ns, way in neighbour.heard if ticket_ns]
    assert len({ticket_ns for ticket_ns, _ in claims}) == 1 and claims[0][0] > before_ns
    assert all(way[-1] == pytest.approx((3.0, 4.4), abs=0.01) for _, way in claims)
    starts = [way[0][0] for _, way in claims]
    assert starts == sorted(starts) and starts[-1] > 2.5, "what lies behind is free again"


def test_a_robot_gives_way_to_an_earlier_claim_and_goes_when_it_has_passed(
    goals, neighbour: Neighbour, rover: Rover, spinner
) -> None:
    neighbour.tell(1, (4.0, 5.9), (4.0, 3.9))  # across the way, since long ago
    spinner.until(lambda: rover.knows("rover2", 4.0, 5.9))
    _, result = goals.send("navigate_to", x=7.0, y=4.4)
    spinner.until(lambda: rover.x > 2.5, timeout_s=60.0)
    tick(spinner, rover, 3.0)
    x = rover.x
    tick(spinner, rover, 1.0)
    assert rover.x == x and 2.9 < x < 3.4, "it waits off the other's way"
    neighbour.tell(0, (9.0, 5.6))
    assert goals.end(result).outcome == RunSkill.Result.OUTCOME_SUCCEEDED


def test_a_claim_whose_robot_fell_silent_is_void_but_its_body_is_driven_round(
    goals, neighbour: Neighbour, rover: Rover, spinner
) -> None:
    neighbour.tell(1, (4.0, 4.4), (4.0, 5.9))
    spinner.until(lambda: rover.knows("rover2", 4.0, 4.4))
    spinner.remove(neighbour)
    _, result = goals.send("navigate_to", x=6.0, y=4.4)
    nearest = [math.inf]

    def over() -> bool:
        nearest[0] = min(nearest[0], math.dist((rover.x, rover.y), (4.0, 4.4)))
        return result.done()

    spinner.until(over, timeout_s=90.0)
    assert result.result().result.outcome == RunSkill.Result.OUTCOME_SUCCEEDED
    assert nearest[0] > 0.6


def test_a_robot_looks_at_another_and_backs_into_its_own_dock(
    goals, neighbour: Neighbour, rover: Rover
) -> None:
    assert goals.run("look_at", robot="rover2").outcome == RunSkill.Result.OUTCOME_SUCCEEDED
    assert rover.yaw == pytest.approx(math.pi / 2, abs=0.05)
    assert goals.run("move", distance_m=0.3).outcome == RunSkill.Result.OUTCOME_SUCCEEDED
    docked = goals.run("dock")
    assert docked.outcome == RunSkill.Result.OUTCOME_SUCCEEDED, docked.message
    assert math.dist((rover.x, rover.y), (1.2, 4.4)) < 0.03


def test_a_way_never_leads_through_a_zone_that_is_kept_out(monkeypatch, spinner, tmp_path) -> None:
    corners = "[{x_m: 3.0, y_m: 3.0}, {x_m: 3.5, y_m: 3.0}, {x_m: 3.5, y_m: 5.0}, {x_m: 3.0, y_m: 5.0}]"
    zones = tmp_path / "safety.yaml"
    zones.write_text(f"version: 1\nzones:\n  wet:\n    kind: keep_out\n    corners: {corners}\n")
    made = Rover()
    count_time_by_ticks(monkeypatch, made)
    parameters = [Parameter("zones_file", value=str(zones))]
    spinner.add(SkillsNode(namespace="/rover1", parameter_overrides=parameters), made)
    spinner.until(made.skill.server_is_ready)
    goals = Goals(spinner, made.skill)
    spinner.until(lambda: goals.run("wait", seconds=0.0).outcome == "succeeded", what="a robot that is known")
    refused = goals.run("navigate_to", x=3.2, y=4.4)
    assert refused.outcome == RunSkill.Result.OUTCOME_REFUSED and "not free floor" in refused.message
    _, result = goals.send("navigate_to", x=5.0, y=4.4)
    track = []
    spinner.until(lambda: track.append((made.x, made.y)) or result.done(), timeout_s=90.0)
    assert result.result().result.outcome == RunSkill.Result.OUTCOME_SUCCEEDED
    assert min(y for x, y in track if 2.9 < x < 3.6) > 5.2


def twist(node: Node, **fields: float) -> TwistStamped:
    message = TwistStamped()
    message.header.stamp = node.get_clock().now().to_msg()
    message.twist.linear.x, message.twist.linear.y = fields.get("x", 0.0), fields.get("y", 0.0)
    return message


def test_velocities_from_outside_are_a_held_goal_that_ends_when_they_cease(goals, rover, spinner) -> None:
    teleop = Node("teleop")
    spinner.add(teleop)
    sent = teleop.create_publisher(TwistStamped, "/rover1/cmd_vel_request", 10)
    spinner.until(sent.get_subscription_count)
    ticking = teleop.create_timer(0.05, lambda: sent.publish(twist(teleop, x=0.2, y=-0.1)))
    spinner.until(lambda: rover.requests and rover.requests[-1].skill == "velocity")
    asked = rover.requests[-1].twist.linear
    assert (asked.x, asked.y) == (0.2, -0.1)
    assert "busy with velocity" in goals.run("move", distance_m=0.1).message
    ticking.cancel()
    spinner.during(0.8)
    before = len(rover.requests)
    spinner.during(0.3)
    assert len(rover.requests) == before
    assert goals.run("move", distance_m=0.1).outcome == RunSkill.Result.OUTCOME_SUCCEEDED


def test_who_holds_a_robot_by_velocities_is_told_and_a_person_of_the_page_goes_before(
    goals, rover, spinner, stranger
) -> None:
    teleop = Node("teleop")
    spinner.add(teleop)
    told: list[tuple[str, ...]] = []
    teleop.create_subscription(
        RobotHolds, "/tektra/velocity_holds", lambda m: told.append((*m.robots, *m.holders)), RELIABLE
    )
    sent = teleop.create_publisher(TwistStamped, "/rover1/cmd_vel_request", 10)
    page = stranger.create_publisher(RobotHolds, "/tektra/robot_holds", RELIABLE)  # in a process of its own
    spinner.until(lambda: sent.get_subscription_count() and page.get_subscription_count())
    spinner.until(lambda: rover.node.count_subscribers("/tektra/velocity_holds"))
    spinner.during(0.7)
    ticking = teleop.create_timer(0.05, lambda: sent.publish(twist(teleop, x=0.2)))
    spinner.until(lambda: ("rover1", "/teleop") in told, what="told who holds it")
    stamp = rover.get_clock().now().to_msg
    page.publish(RobotHolds(stamp=stamp(), robots=["rover1"], holders=["anna"]))
    spinner.until(lambda: told[-1] == ("rover1", ""), what="told that it was let go of")
    before = len(rover.requests)
    spinner.during(1.0)
    assert len(rover.requests) == before
    page.publish(RobotHolds(stamp=stamp(), robots=["rover1"], holders=["anna"]))
    from_page = stranger.create_publisher(TwistStamped, "/rover1/cmd_vel_request", 10)
    ticking.cancel()
    teleop.destroy_publisher(sent)
    spinner.until(from_page.get_subscription_count)
    spinner.during(1.2)
    page.publish(RobotHolds(stamp=stamp(), robots=["rover1"], holders=["anna"]))
    spinner.during(0.2)

    def drive() -> bool:
        from_page.publish(twist(stranger, x=0.1))
        return any(request.twist.linear.x == 0.1 for request in rover.requests)

    spinner.until(drive, what="driven by the page of who holds it")
    assert told[-1] == ("rover1", "")  # the page tells of persons


def test_a_velocity_in_the_moment_in_which_a_goal_ends_is_stepped_and_let_go_of(
    goals, rover, spinner
) -> None:
    """The goal's own end came later, and stopped the timer of what held the robot by then: busy with it for ever."""
    node, finish = rover.node, rover.node._finish

    def and_a_velocity(end) -> None:
        finish(end)
        node._finish = finish
        node._on_velocity(twist(rover, x=0.1).twist, ["/stick"], age_s=0.0, sender=("stick", 0), frame="")

    node._finish = and_a_velocity
    assert goals.run("turn", angle_deg=5).outcome == RunSkill.Result.OUTCOME_SUCCEEDED
    assert node._runner.run is not None and node._runner.run.name == "velocity"
    spinner.until(lambda: rover.requests[-1].skill == "velocity", what="a request by that velocity")
    spinner.until(lambda: node._runner.run is None, what="the robot let go of")
    assert goals.run("turn", angle_deg=5).outcome == RunSkill.Result.OUTCOME_SUCCEEDED


def test_a_stream_of_a_thousand_velocities_a_second_hides_no_stop(goals, rover, spinner) -> None:
    stick = Node("stick")
    spinner.add(stick)
    sent = stick.create_publisher(TwistStamped, "/rover1/cmd_vel_request", 10)
    spinner.until(sent.get_subscription_count)
    spinner.during(0.7)
    stick.create_timer(0.001, lambda: sent.publish(twist(stick, x=0.2)))
    spinner.until(lambda: rover.requests and rover.requests[-1].skill == "velocity")
    spinner.during(1.0)
    rover.stopped, rover.epoch = True, rover.epoch + 1
    spinner.until(lambda: rover.node._runner.run is None, what="the end of the hold")
    rover.stopped, rover.epoch = False, rover.epoch + 1
    before = len(rover.requests)
    spinner.during(1.0)
    assert len(rover.requests) == before  # the stick is still held, and must be let go of first


def test_late_velocities_move_nothing_and_plain_ones_do(goals, rover, spinner) -> None:
    teleop = Node("teleop")
    spinner.add(teleop)
    sent = teleop.create_publisher(TwistStamped, "/rover1/cmd_vel_request", 10)
    plain = teleop.create_publisher(Twist, "/rover1/cmd_vel_request_unstamped", 10)
    spinner.until(lambda: sent.get_subscription_count() and plain.get_subscription_count())
    late = twist(teleop, x=0.2)
    late.header.stamp.sec -= 2
    before = len(rover.requests)
    for _ in range(5):
        sent.publish(late)
        spinner.during(0.05)
    assert len(rover.requests) == before
    teleop.destroy_publisher(sent)
    spinner.during(0.7)
    ahead = Twist()
    ahead.linear.x = 0.2
    teleop.create_timer(0.05, lambda: plain.publish(ahead))
    spinner.until(lambda: rover.requests and rover.requests[-1].skill == "velocity")


def test_what_waited_while_the_skills_hung_moves_nothing(goals, rover, spinner) -> None:
    """It tells no time of its own: a goal counts from when nobody looked any more, a velocity from when it was sent."""
    teleop = Node("teleop")
    spinner.add(teleop)
    plain = teleop.create_publisher(Twist, "/rover1/cmd_vel_request_unstamped", 10)
    spinner.until(plain.get_subscription_count)
    spinner.during(0.7)
    ahead = Twist()
    ahead.linear.x = 0.2
    before = len(rover.requests)
    plain.publish(ahead)
    time.sleep(1.0)
    spinner.during(0.4)
    assert len(rover.requests) == before
    goal = RunSkill.Goal(skill="move", arguments='{"distance_m": 1.0}')
    sending = rover.skill.send_goal_async(goal)
    time.sleep(2.5)
    spinner.until(sending.done)
    refused = goals.end(sending.result().get_result_async())
    assert refused.outcome == RunSkill.Result.OUTCOME_REFUSED and "it was asked" in refused.message
    assert len(rover.requests) == before
    spinner.until(lambda: goals.run("turn", angle_deg=5).outcome == RunSkill.Result.OUTCOME_SUCCEEDED)


class Eyes(Node):
    """Plays vision: rover1's camera shows something, a cup stands in the hall, and somebody stands before rover1."""

    def __init__(self) -> None:
        super().__init__("eyes")
        self._kinds = self.create_publisher(IdsList, "/tektra/vision/kinds", LATCHED)
        self._kinds.publish(IdsList(ids=["cup", "person"]))
        self._scene = self.create_publisher(Scene, "/camera/rover1/scene", LATCHED)
        self._objects = self.create_publisher(Detection2DArray, "/tektra/vision/objects", RELIABLE)
        self._people = self.create_publisher(PeoplePositions, "/humans/positions", RELIABLE)
        self.create_timer(0.1, self._tell)

    def _tell(self) -> None:
        stamp = self.get_clock().now().to_msg()
        scene = Scene(frames=5)
        scene.header.stamp = stamp
        self._scene.publish(scene)
        cup, best = Detection2D(id="cup_1"), ObjectHypothesisWithPose()
        cup.header.stamp, cup.header.frame_id = stamp, "map"
        best.hypothesis.class_id, best.hypothesis.score = "cup", 0.8
        best.pose.pose.position.x, best.pose.pose.position.y = 6.0, 5.0
        best.pose.covariance[0] = 0.01
        cup.results = [best]
        self._objects.publish(Detection2DArray(detections=[cup]))
        people = PeoplePositions(source="hall", people=[PersonPosition(id="o1", uncertainty=0.1)])
        people.header.stamp, people.header.frame_id = stamp, "map"
        people.people[0].position.x, people.people[0].position.y = 3.2, 4.4
        self._people.publish(people)


def test_what_vision_tells_is_found_and_told_with_its_place(spinner, goals: Goals, rover: Rover) -> None:
    spinner.add(Eyes())
    end = goals.run("find", thing="cup")
    assert (end.outcome, end.message) == ("succeeded", "found a cup at (6.00, 5.00) in the hall")
    assert json.loads(end.result)["found"] == {"x": 6.0, "y": 5.0, "uncertainty_m": 0.2}
    assert (rover.x, rover.y) == (1.2, 4.4)


def test_what_vision_does_not_know_is_refused_and_nothing_moves(spinner, goals: Goals, rover: Rover) -> None:
    spinner.add(Eyes())
    end = goals.run("find", thing="bowl")
    assert (end.outcome, end.message) == ("refused", "vision does not know what a bowl looks like")
    assert not rover.requests


def test_it_comes_to_somebody_whom_a_camera_sees(spinner, goals: Goals, rover: Rover) -> None:
    spinner.add(Eyes())
    end = goals.run("come_to", person="me")
    assert end.outcome == "succeeded", end.message
    assert math.hypot(rover.x - 3.2, rover.y - 4.4) == pytest.approx(1.5, abs=0.2)


def test_who_follows_stops_when_it_is_cancelled(spinner, goals: Goals, rover: Rover) -> None:
    spinner.add(Eyes())
    handle, result = goals.send("follow", person="me", distance_m=1.0)
    spinner.until(lambda: rover.x > 1.3)
    spinner.until(handle.cancel_goal_async().done)
    end = goals.end(result)
    assert end.outcome == "canceled"
