# SPDX-License-Identifier: Apache-2.0
"""What is so around the planner: who announces itself, what the gate says, what the camera sees. Tells the dialogue manager of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from geometry_msgs.msg import PoseWithCovarianceStamped

from tektra.common.errors import TektraError
from tektra.planner.conversation.dialogue_manager import DialogueManager
from tektra.planner.interface.messages import actor_of, robot_now
from tektra.planner.plans.lasting_orders import Event
from tektra.planner.world.catalogue import MAX_ROBOTS, one_line
from tektra.planner.world.pointing import FRESH_S
from tektra.planner.world.sights import events_of
from tektra.planner.world.talk import Talk
from tektra.planner.world.world_view import Seen
from tektra.ros import qos, states
from tektra.ros.clock import seconds
from tektra.ros.gesture_topics import POINTING
from tektra.ros.living import count_living
from tektra.ros.robot_holds import BY_PERSONS, BY_VELOCITIES
from tektra.ros.robots import RobotWatcher
from tektra.ros.speaking import SpeakingWatch
from tektra_interfaces.msg import RobotDescription, RobotHolds, RobotState, SafetyState, Scene

#: A scene that is older, or from further in the future, is not what the camera sees now.
SCENE_S = 10.0
#: How often the gate's silence and doubled names are looked for.
#: Who is there has settled when nobody came or went for so long.
SETTLED_S = 1.0
TICK_S = 0.25
DOUBLED = "two drivers announce themselves under its name; stop one of them"


class WorldWatch:
    """On the node's executor. `settled()` is true once after changes of who is there. `voice`: whose words are requests."""

    def __init__(
        self, node: Any, dialogue: DialogueManager, now_s: Callable[[], float], *, voice: str
    ) -> None:
        self._node = node
        self._dialogue = dialogue
        self._now_s = now_s
        self._scene = Scene()
        self._scenes: dict[str, Scene] = {}  # of the cameras of robots
        self._states: dict[str, Any] = {}  # subscriptions by robot
        self._views: dict[str, Sequence[Any]] = {}
        self._changed_s: float | None = now_s()
        self._talk = Talk()
        self._speaking = SpeakingWatch(
            node, voice, lambda speaks: self._talk.heard(self._now_s(), speaks=speaks)
        )
        self._watcher = RobotWatcher(node, self._on_description, self._on_gone)
        self._subscriptions = [
            *states.hear_state(node, Scene, "/tektra/vision/scene", self._on_scene),
            node.create_subscription(SafetyState, "/safety/state", self._on_safety, qos.SAFETY_STATE),
            node.create_subscription(RobotHolds, BY_PERSONS, self._on_holds, qos.RELIABLE),
            node.create_subscription(RobotHolds, BY_VELOCITIES, self._on_driven, qos.RELIABLE),
            node.create_subscription(PoseWithCovarianceStamped, POINTING, self._on_pointing, qos.RELIABLE),
        ]
        self._timer = node.create_timer(TICK_S, self._tick)

    def close(self) -> None:
        self._watcher.close()
        self._speaking.close()
        self._node.destroy_timer(self._timer)
        views = [subscription for some in self._views.values() for subscription in some]
        for subscription in [*self._subscriptions, *self._states.values(), *views]:
            self._node.destroy_subscription(subscription)

    def settled(self, now_s: float) -> bool:
        """True once after somebody came or went, when nobody has for a moment: robots often come together."""
        if self._changed_s is None or now_s - self._changed_s < SETTLED_S:
            return False
        self._changed_s = None
        return True

    @property
    def calm(self) -> bool:
        """True when who is there has settled, and settled() has told so, and nobody speaks or waits to be understood."""
        return self._changed_s is None and not self._talk.goes_on(self._now_s())

    def seen(self) -> str:
        """What the camera sees, in words; empty when no picture came lately."""
        return self.sight().sentence

    def sight(self) -> Seen:
        """What the camera sees, as data."""
        by_robot = {robot: self._sight_of(scene) for robot, scene in self._scenes.items()}
        return replace(self._sight_of(self._scene), by_robot=by_robot)

    def _sight_of(self, scene: Scene) -> Seen:
        if abs(self._now_s() - seconds(scene.header.stamp)) >= SCENE_S:
            return Seen()
        if not scene.frames:  # no picture that anything may rest on: why, is said
            return Seen(False, str(scene.description))
        counts = {one_line(thing.class_id)[:40]: int(thing.count) for thing in scene.objects}
        return Seen(True, str(scene.description), counts)

    def _on_description(self, robot: str, message: RobotDescription) -> None:
        try:
            actor = actor_of(message)
        except TektraError as error:
            self._node.get_logger().error(f"{robot} is not used: {error}")
            return
        for skill, why in actor.refused.items():
            self._node.get_logger().error(f"{robot}: {skill} is not used: {why}")
        if (
            robot not in self._dialogue.catalogue.actors
            and len(self._dialogue.catalogue.robots) >= MAX_ROBOTS
        ):
            self._node.get_logger().error(f"{robot} is not used: there are {MAX_ROBOTS} robots already")
            return
        self._dialogue.catalogue = self._dialogue.catalogue.with_actor(actor)
        self._changed_s = self._now_s()
        if robot not in self._states:
            self._states[robot] = self._node.create_subscription(
                RobotState, f"/{robot}/state", partial(self._on_state, robot), qos.SENSOR
            )
            see = partial(self._scenes.__setitem__, robot)
            self._views[robot] = states.hear_state(self._node, Scene, f"/camera/{robot}/scene", see)
        self._node.get_logger().info(f"{robot} is here, with {len(actor.skills)} skills")

    def _on_gone(self, robot: str) -> None:
        self._changed_s = self._now_s()
        if (subscription := self._states.pop(robot, None)) is not None:
            self._node.destroy_subscription(subscription)
        for subscription in self._views.pop(robot, ()):
            self._node.destroy_subscription(subscription)
        self._scenes.pop(robot, None)
        self._dialogue.robot_gone(robot, self._now_s())
        self._node.get_logger().info(f"{robot} is gone")

    def _on_safety(self, message: SafetyState) -> None:
        robots = {robot.robot: ", ".join(robot.causes) for robot in message.robots if robot.stopped}
        state = {"epoch": message.epoch, "stopped": message.stopped, "causes": message.causes}
        if self._dialogue.safety.heard(**state, robots=robots, now_s=self._now_s()):
            self._dialogue.safety_changed(self._now_s())

    def _on_holds(self, message: RobotHolds) -> None:
        holders = dict(zip(message.robots, message.holders, strict=False))
        self._dialogue.permissions.holds.heard(holders, seconds(message.stamp))
        self._dialogue.holds_changed(self._now_s())

    def _on_driven(self, message: RobotHolds) -> None:
        for robot, nodes in zip(message.robots, message.holders, strict=False):
            if robot in self._dialogue.catalogue.robots:
                self._dialogue.permissions.holds.driven(robot, nodes, seconds(message.stamp))
        self._dialogue.holds_changed(self._now_s())

    def _on_scene(self, message: Scene) -> None:
        self._scene, now_s = message, self._now_s()
        things = ((one_line(thing.class_id)[:40], thing.count, thing.confidence) for thing in message.objects)
        events = events_of(things, message.frames, now_s - seconds(message.header.stamp))
        self._dialogue.happened(events, now_s)

    def _on_pointing(self, message: PoseWithCovarianceStamped) -> None:
        at_s = seconds(message.header.stamp)
        if message.header.frame_id == "map" and abs(self._now_s() - at_s) <= FRESH_S:
            where, told = message.pose.pose.position, message.pose.covariance
            variances = (float(told[0]), float(told[7]))
            self._dialogue.mind.pointing.saw(where.x, where.y, variances, at_s)

    def _on_state(self, robot: str, message: RobotState) -> None:
        now = robot_now(message, self._now_s())
        self._dialogue.mind.robots[robot] = now
        if now.battery < 1.0:  # unknown is not
            self._dialogue.happened([Event("battery_low", robot, share=now.battery)], self._now_s())

    def _tick(self) -> None:
        counts = {
            robot: count_living(self._node, f"/{robot}/description")
            for robot in self._dialogue.catalogue.robots
        }
        doubled = {robot: DOUBLED for robot, count in counts.items() if count > 1}
        for robot in doubled.keys() - self._dialogue.doubled.keys():
            self._node.get_logger().error(f"{robot} is refused: {DOUBLED}")
        self._dialogue.doubled = doubled
        self._dialogue.safety.looked(self._now_s())
        self._dialogue.safety_changed(self._now_s())
        self._dialogue.tick(self._now_s())
