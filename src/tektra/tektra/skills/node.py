# SPDX-License-Identifier: Apache-2.0
"""The skills node of one robot, in the robot's namespace: goals in, requests to move out."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from geometry_msgs.msg import Twist
from rclpy.action import CancelResponse, GoalResponse
from rclpy.action.server import ServerGoalHandle
from rclpy.subscription import Subscription
from rclpy.task import Future

from tektra.common import paths
from tektra.common.areas import load_areas
from tektra.common.errors import TektraError
from tektra.common.lateness import refuse_late
from tektra.common.robot_names import check_name
from tektra.common.scheduling import SKILLS_PRIORITY
from tektra.common.world import load_world
from tektra.ros.calls import action_server
from tektra.ros.claims import ClaimTopics
from tektra.ros.clock import duration_msg
from tektra.ros.diagnostics import OK, WARN, Diagnostics
from tektra.ros.fleet import run_fleet
from tektra.ros.lateness import boot_s, goal_age_s
from tektra.ros.obstacle_topics import scan_topic
from tektra.ros.process import run_body
from tektra.ros.qos import MOTION, SAFETY_STATE
from tektra.ros.robot_holds import HoldTopics
from tektra.ros.robots import RobotWatcher
from tektra.ros.sight_topics import SightTopics
from tektra.ros.steady import SteadyNode
from tektra.ros.traces import goal_told
from tektra.ros.velocity_topics import VelocityTopics
from tektra.skills.claims import claim_of
from tektra.skills.fleet import Fleet
from tektra.skills.held_velocity import VelocityInput
from tektra.skills.library import Library
from tektra.skills.make_navigator import make_navigator, skills_options
from tektra.skills.messages import body_of, request_message, safety_of, seen_of
from tektra.skills.run import Runner
from tektra.skills.seen import Drive, End, Other, Outcome, Seen
from tektra.skills.sight import SightInput, looks
from tektra.skills.strangers import Floats, Strangers
from tektra.skills.things import Things
from tektra_interfaces.action import RunSkill
from tektra_interfaces.msg import MotionRequest, RobotDescription, RobotState, SafetyState

#: How often a robot tells its claim or where it is; every so many times while it has nothing to do.
TELL_S, STANDS_EVERY = 0.2, 5


class SkillsNode(SteadyNode):
    """Wires the runner to action, topics and a steady timer. One thread."""

    def __init__(self, **ros: Any) -> None:
        super().__init__("skills", **ros)
        self._robot = check_name(self.get_namespace()[1:], "the namespace of the skills")
        self._options = skills_options(self)
        config = paths.share_dir() / "config"
        self._world = load_world(self._options.world_file or config / "world.yaml")
        self._areas = load_areas(Path(self._options.zones_file or config / "safety.yaml"))
        self._things = Things(self._world)
        self._fleet = Fleet(self._robot)
        self._navigator = make_navigator(self, self._options.navigator)
        self._runner = Runner(self._robot)
        self._velocity = VelocityInput(self._runner, self._options.velocity_timeout_s)
        VelocityTopics(self, self._on_velocity)
        self._holds = HoldTopics(self, self._robot, self._velocity.leased)
        self._strangers = Strangers(self._world)
        scan_topic(self, f"/{self._robot}/scan", self._on_scan)
        self._eyes = SightTopics(self, self._robot, SightInput())
        self._library: Library | None = None
        self._seen: Seen | None = None
        self._state: Subscription | None = None
        self._claims_told, self._claimed = 0, False
        self._goal: ServerGoalHandle | None = None
        self._ended: Future | None = None
        self._request = self.create_publisher(MotionRequest, f"/{self._robot}/motion/request", MOTION)
        self.create_subscription(SafetyState, "/safety/state", self._on_safety, SAFETY_STATE)
        self._claims = ClaimTopics(
            self, self._robot, lambda who, ticket_ns, way: self._fleet.told(who, ticket_ns, way, boot_s())
        )
        self.create_timer(TELL_S, self._tell)
        self._watcher = RobotWatcher(self, self._on_description, self._on_gone)
        self._diagnostics = Diagnostics(self, self._robot)
        self._diagnostics.value("running", lambda: self._runner.run.name if self._runner.run else "")
        self._timer = self.create_timer(1.0 / self._options.rate_hz, self._step, autostart=False)
        self._action = action_server(
            self,
            RunSkill,
            f"/{self._robot}/run_skill",
            execute=self._execute,
            goal_callback=lambda _: GoalResponse.ACCEPT,
            cancel_callback=lambda _: CancelResponse.ACCEPT,
        )

    @property
    def others(self) -> dict[str, Other]:
        """The other robots, as far as is known."""
        return self._fleet.others(boot_s())

    async def _execute(self, goal: ServerGoalHandle) -> RunSkill.Result:
        """Runs a goal to its end. What cannot be done is accepted and ends at once, so that the reason gets through."""
        with goal_told(self, goal):
            if (end := self._start(goal)) is None:
                self._goal, self._ended = goal, Future()
                self._timer.reset()
                end = await self._ended
        {Outcome.SUCCEEDED: goal.succeed, Outcome.CANCELED: goal.canceled}.get(end.outcome, goal.abort)()
        self.get_logger().info(f"{goal.request.skill} {end.outcome.value}: {end.message}")
        told = {"outcome": end.outcome.value, "message": end.message, "result": json.dumps(dict(end.result))}
        return RunSkill.Result(**told)

    def _start(self, goal: ServerGoalHandle) -> End | None:
        if self._library is None:
            return End(Outcome.REFUSED, f"the driver of {self._robot} has not announced it yet")
        asked = goal.request
        try:
            refuse_late(goal_age_s(self, asked.stamp))
            with self._diagnostics.timed("prepare"):
                skill = self._library.make(asked.skill, asked.arguments)
        except TektraError as error:
            return End(Outcome.REFUSED, str(error))
        goal_id = bytes(goal.goal_id.uuid).hex()
        return self._runner.start(goal_id, asked.skill, skill, boot_s())

    def _step(self) -> None:
        run, goal = self._runner.run, self._goal
        if run is None or self._seen is None or (goal is None and not self._velocity.holds):
            return
        if goal is not None and goal.is_cancel_requested:
            self._finish(self._runner.cancel())
            return
        with self._diagnostics.timed("step"):
            command = self._runner.step(self._now(self._seen))
        if isinstance(command, End):
            self._finish(command)
            return
        if (claim_of(run.skill) is not None) != self._claimed:
            self._tell()
        if (message := request_message(self._robot, run, command)) is not None:
            message.stamp = self.get_clock().now().to_msg()
            message.period = duration_msg(1.0 / self._options.rate_hz)
            self._request.publish(message)
        if goal is not None and run.sequence % 4 == 0:
            goal.publish_feedback(RunSkill.Feedback(progress=float(run.skill.progress), status=run.name))

    def _finish(self, end: End) -> None:
        """Free for the next at once: what waits for the end goes on later, and must not end what has begun since."""
        self._timer.cancel()
        self._eyes.listen(False)
        ended, self._goal, self._ended = self._ended, None, None
        if ended is not None:
            ended.set_result(end)
        else:
            self._velocity.ended()
            self.get_logger().info(f"velocity {end.outcome.value}: {end.message}")

    def _on_safety(self, message: SafetyState) -> None:
        self._runner.on_safety(safety_of(message, self._robot, boot_s()))
        if message.stopped:
            self._step()

    def _on_velocity(self, twist: Twist, senders: list[str], **sent: Any) -> None:
        if self._library is None:
            return
        held, told = self._velocity.holds, Drive(twist.linear.x, twist.angular.z, twist.linear.y)
        process = self._holds.process(sent["sender"][0], senders)
        refused = self._velocity.hear(told, senders=senders, process=process, now_s=boot_s(), **sent)
        if refused:
            self.get_logger().warning(f"velocity refused: {refused}", throttle_duration_sec=1.0)
        elif self._velocity.holds and not held:
            self.get_logger().info(f"{', '.join(senders)} holds {self._robot} by its velocities")
            self._timer.reset()

    def _on_description(self, robot: str, message: RobotDescription) -> None:
        body = body_of(message)
        if robot != self._robot:
            self._fleet.described(robot, body.radius)
            self._claims.listen_to(robot)
            return
        self._library = Library(
            robot, body, self._world, areas=self._areas, things=self._things, navigator=self._navigator
        )
        self._library.prepare()
        self._diagnostics.set(OK, "ready")
        if self._state is None:
            self._state = self.create_subscription(RobotState, f"/{robot}/state", self._on_own_state, MOTION)

    def _on_gone(self, robot: str) -> None:
        """Its driver left; where it stood is still kept free (Fleet)."""
        if robot != self._robot:
            self._claims.forget(robot)
            return
        self._diagnostics.set(WARN, "the driver is gone")
        if self._state is not None:
            self.destroy_subscription(self._state)
            self._state = None

    def _tell(self) -> None:
        """Tells the others where this robot is, the way that it claims, and who holds it by velocities."""
        self._holds.tell(self._velocity.shown(boot_s()))
        run, seen = self._runner.run, self._seen
        claimed = claim_of(run.skill) if run else None
        self._claims_told = 0 if (claimed is not None) != self._claimed else self._claims_told + 1
        self._claimed = claimed is not None
        if claimed is not None:
            self._claims.tell(claimed[0][0], claimed[1])
        elif seen is not None and seen.pose is not None and (run or self._claims_told % STANDS_EVERY == 0):
            self._claims.tell(0, [(seen.pose.x, seen.pose.y)])

    def _on_own_state(self, message: RobotState) -> None:
        if message.robot != self._robot:
            return
        reason = message.halt_reason if message.halted else ""
        now_s = boot_s()
        self._runner.on_driver(connected=message.connected, halt_reason=reason, now_s=now_s)
        self._seen = dataclasses.replace(seen_of(message, now_s), strangers=self._strangers.points(now_s))

    def _on_scan(self, angles: Floats, ranges: Floats) -> None:
        if self._seen is not None:
            told = self._seen, self.others.values(), boot_s()
            self._strangers.scanned(angles, ranges, *told, busy=self._runner.run is not None)

    def _now(self, seen: Seen) -> Seen:
        run, stamp_ns = self._runner.run, self.get_clock().now().nanoseconds
        self._eyes.listen(run is not None and looks(run.skill))
        told = dataclasses.replace(seen, others=self.others, sight=self._eyes.hears.now)
        return dataclasses.replace(told, now_s=boot_s(), stamp_ns=stamp_ns)


def main() -> None:
    run_body(SkillsNode, priority=SKILLS_PRIORITY)


def fleet_main() -> None:
    run_fleet(SkillsNode, priority=SKILLS_PRIORITY)


if __name__ == "__main__":
    main()
