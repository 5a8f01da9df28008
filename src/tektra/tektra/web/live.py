# SPDX-License-Identifier: Apache-2.0
"""The newest of what the graph says, and who is to hear of it."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection

from tektra.common.graph import Graph, Message
from tektra.web import reading
from tektra.web.access.leases import Leases
from tektra.web.live_floor import LiveFloor
from tektra.web.live_media import LiveMedia, Tell
from tektra.web.models.face import Scene
from tektra.web.models.robots import AuditRecord, Diagnostic, Robot, RobotStatus, SafetyState
from tektra.web.models.talk import Plan
from tektra.web.socket import messages as out

OWN = "tektra_interfaces/msg"
#: A gate that was not heard for so long is not there (the heartbeat's deadline, and the way to here).
GATE_S = 0.5
KEPT_PLANS, KEPT_AUDIT, KEPT_NODES = 100, 2000, 500
#: Buttons beneath a question: who sees more, types.
MOST_OPTIONS = 12
#: A robot's status goes out this often at most; at once when more than numbers changed.
ROBOT_EVERY_MS = 100
#: What nobody said for so long is no more.
ROBOT_GONE_MS = 5000
#: A robot that was silent for so long is forgotten until it announces itself again.
ROBOT_FORGOTTEN_MS = 60_000
#: Who asks for the present waits for so long at most, in steps, where nobody had asked before.
FRESH_S, FRESH_STEP_S = 1.0, 0.02
#: So long after the last question or socket it listens no more to what is told many times a second.
LULL_MS = 5000


class Live:
    """On the graph's event loop. `tell(stream, message)` is called with what changed.

    Gate, robots, diagnostics and face tell of themselves up to 30 times a second: they are listened to while somebody asks or
    has a socket. What was heard before a lull is no news after it: the gate is silent, and robots are, until they are heard.
    """

    def __init__(
        self, graph: Graph, leases: Leases, tell: Tell, hears: Callable[[str], bool] = lambda stream: False
    ) -> None:
        self.plans: dict[str, Plan] = {}
        self.audit: deque[AuditRecord] = deque(maxlen=KEPT_AUDIT)
        self.media = LiveMedia(graph, tell, hears)
        self.floor = LiveFloor(graph, tell, hears, self.status, lambda: self._descriptions)
        self.scene: Scene | None = None
        self.diagnostics: dict[str, Diagnostic] = {}
        self._graph = graph
        self._leases = leases
        self._tell = tell
        self._silent: set[str] = set()
        self._safety: Message | None = None
        self._safety_ms = 0
        self._told: SafetyState | None = None
        self._descriptions: dict[str, Message] = {}
        self._states: dict[str, tuple[Message, int]] = {}
        self._sent: dict[str, tuple[int, object]] = {}
        self._ends: list[Callable[[], None]] = []
        self._present: list[Callable[[], None]] = []
        self._asked_ms = self._since_ms = 0

    def start(self) -> None:
        """Begins to listen."""
        self.media.start()
        self.attend()
        for topic, type_name, heard in (
            ("/safety/audit", f"{OWN}/AuditRecord", self._heard_audit),
            ("/*/description", f"{OWN}/RobotDescription", self._heard_description),
            ("/tektra/plan", f"{OWN}/Plan", self._heard_plan),
            ("/tektra/question", "std_msgs/msg/String", self._heard_question),
            ("/tektra/vision/scene", f"{OWN}/Scene", self._heard_scene),
            ("/tektra/reply", f"{OWN}/ReplyDelta", self._heard_reply),
            ("/tektra/velocity_holds", f"{OWN}/RobotHolds", self._heard_holds),
            ("/*/robot_description", "std_msgs/msg/String", self.floor.heard_shape),
        ):
            self._ends.append(self._graph.watch(topic, type_name, heard))

    def attend(self) -> None:
        """Somebody looks: listens to the present from now on, or still."""
        self._asked_ms = self._graph.now_ms()
        if self._present:
            return
        self._since_ms = self._asked_ms
        self._safety = None
        long_ago_ms = self._since_ms - ROBOT_GONE_MS - 1
        self._states = {name: (message, long_ago_ms) for name, (message, _) in self._states.items()}
        for topic, type_name, heard in (
            ("/safety/state", f"{OWN}/SafetyState", self._heard_safety),
            ("/*/state", f"{OWN}/RobotState", self._heard_robot),
            ("/diagnostics", "diagnostic_msgs/msg/DiagnosticArray", self._heard_diagnostics),
            ("/tektra/avatar/state", f"{OWN}/AvatarState", self.media.heard_avatar),
        ):
            self._present.append(self._graph.watch(topic, type_name, heard))

    async def fresh(self) -> None:
        """Somebody asks for the present. Waits until it was heard, for FRESH_S since it is listened to at most."""
        self.attend()
        while not self._heard_all() and self._graph.now_ms() - self._since_ms < FRESH_S * 1000:
            await asyncio.sleep(FRESH_STEP_S)

    def _heard_all(self) -> bool:
        lately = {name for name, (_, heard_ms) in self._states.items() if heard_ms >= self._since_ms}
        return self._safety is not None and self._descriptions.keys() <= lately

    def stop(self) -> None:
        """Listens no more. May be called twice."""
        for ends in (self._ends, self._present):
            while ends:
                ends.pop()()
        self.media.stop()
        self.floor.stop()

    @property
    def gate(self) -> bool:
        """True while the safety gate is heard."""
        return self._safety is not None and self._graph.now_ms() - self._safety_ms < GATE_S * 1000

    def safety(self) -> SafetyState:
        """What the gate said last; stopped where it is silent."""
        if self._safety is None:
            return SafetyState(
                stopped=True, causes=["gate_silent"], pending=[], epoch=0, robots=[], fresh=False, stamp_ms=0
            )
        return reading.safety(self._safety, fresh=self.gate)

    def epoch(self, robot: str) -> int:
        """Of the newest stop of all, or of one robot alone, that was heard of; 0: of none."""
        told = self._safety
        if told is None or not robot:
            return int(told["epoch"]) if told else 0
        return next((int(entry["epoch"]) for entry in told["robots"] if entry["robot"] == robot), 0)

    def robots(self) -> list[Robot]:
        """All that announced themselves, by name."""
        return [self.robot(name) for name in sorted(self._descriptions)]

    def knows(self, robot: str) -> bool:
        """Did such a robot announce itself?"""
        return robot in self._descriptions

    def robot(self, name: str) -> Robot:
        """One of them; `knows` says whether there is one."""
        told = self._descriptions[name]
        limits = told["limits"]
        return Robot(
            robot=name,
            kind=told["kind"],
            skills=reading.skills(told),
            footprint=reading.footprint(told),
            linear_speed_m_s=reading.finite(limits["linear_speed"]),
            angular_speed_rad_s=reading.finite(limits["angular_speed"]),
            joint_names=list(limits["joint_names"]),
            status=self.status(name),
        )

    def status(self, robot: str) -> RobotStatus | None:
        """A robot as it said last."""
        known = self._states.get(robot)
        if known is None:
            return None
        kind = self._descriptions[robot]["kind"] if robot in self._descriptions else ""
        status = reading.robot_status(known[0], kind, self._causes(robot), self._leases.of(robot))
        if self._graph.now_ms() - known[1] > ROBOT_GONE_MS:
            return status.model_copy(
                update={"connected": False, "fault": status.fault or "not heard of any more"}
            )
        return status

    def tick(self, *, watched: bool = True) -> None:
        """Some times a second: what is true by silence. `watched`: there are sockets."""
        self.media.tick()
        self.floor.tick()
        if watched:
            self.attend()
        if self._graph.now_ms() - self._asked_ms > LULL_MS:
            while self._present:
                self._present.pop()()
            return
        self._tell_safety(always=True)
        self._look_for_silent()

    def _look_for_silent(self) -> None:
        now = self._graph.now_ms()
        for name, (_, heard_ms) in list(self._states.items()):
            if now - heard_ms <= ROBOT_GONE_MS:
                self._silent.discard(name)
            elif name not in self._silent:
                self._silent.add(name)
                self.tell_robot(name)
            if now - heard_ms > ROBOT_FORGOTTEN_MS:
                self._silent.discard(name)
                self._states.pop(name)
                self._descriptions.pop(name, None)
                self._tell("robots", out.RobotGone(robot=name))

    def _causes(self, robot: str) -> list[str]:
        safety = self.safety()
        of_all = safety.causes if safety.stopped else []
        own = [each.causes for each in safety.robots if each.robot == robot and each.stopped]
        return list(dict.fromkeys(cause for causes in (of_all, *own) for cause in causes))

    def _heard_safety(self, _: str, message: Message) -> None:
        self._safety, self._safety_ms = message, self._graph.now_ms()
        self._tell_safety(always=False)

    def _tell_safety(self, *, always: bool) -> None:
        state = self.safety()
        before = self._told.model_copy(update={"stamp_ms": state.stamp_ms}) if self._told else None
        if always or before != state:
            self._told = state
            self._tell("safety", out.SafetyOut(state=state))

    def _heard_audit(self, _: str, message: Message) -> None:
        self.audit.append(reading.audit(message))

    def _heard_description(self, topic: str, message: Message) -> None:
        name = topic.split("/")[1]
        if name == message["robot"] and name != "tektra":
            self._descriptions[name] = message

    def _heard_holds(self, _: str, message: Message) -> None:
        for robot, nodes in zip(message["robots"], message["holders"], strict=False):
            if self.knows(robot):
                self._leases.driven_by(robot, str(nodes)[:80], self._graph.now_ms() / 1000.0)

    def _heard_robot(self, topic: str, message: Message) -> None:
        name = topic.split("/")[1]
        if name != message["robot"]:
            return
        now = self._graph.now_ms()
        self._states[name] = (message, now)
        flags = tuple(
            message[key] for key in ("connected", "moving", "halted", "halt_reason", "stop_latched", "fault")
        )
        sent_ms, sent = self._sent.get(name, (0, None))
        if flags != sent or now - sent_ms >= ROBOT_EVERY_MS:
            self._sent[name] = (now, flags)
            self.tell_robot(name)

    def tell_robot(self, name: str) -> None:
        """A robot's status to all."""
        status = self.status(name)
        if status is not None:
            self._tell("robots", out.RobotOut(status=status))

    def _heard_plan(self, _: str, message: Message) -> None:
        plan = reading.plan(message)
        if plan is None:
            return
        self.plans.pop(plan.plan_id, None)
        self.plans[plan.plan_id] = plan
        while len(self.plans) > KEPT_PLANS:
            self.plans.pop(next(iter(self.plans)))
        self._tell("plans", out.PlanOut(plan=plan))

    def forget(self, conversations: Collection[str]) -> None:
        """Their plans hold what was said in them."""
        gone = [id_ for id_, plan in self.plans.items() if plan.conversation_id in conversations]
        for id_ in gone:
            del self.plans[id_]

    def _heard_question(self, _: str, message: Message) -> None:
        told = reading.json_object(message["data"])
        said = told.get("options")
        options = [str(option)[:80] for option in said[:MOST_OPTIONS]] if isinstance(said, list) else []
        if options:
            request, talk = (str(told.get(key, "")) for key in ("request_id", "conversation_id"))
            self._tell("plans", out.QuestionOut(request_id=request, conversation_id=talk, options=options))

    def _heard_scene(self, _: str, message: Message) -> None:
        self.scene = reading.scene(message)

    def _heard_reply(self, _: str, message: Message) -> None:
        piece = out.AiResponse(
            request_id=message["request_id"],
            conversation_id=message["conversation_id"],
            index=message["index"],
            delta=message["text"],
            last=message["last"],
        )
        self._tell("replies", piece)

    def _heard_diagnostics(self, _: str, message: Message) -> None:
        for entry in message["status"]:
            level = entry["level"]
            number = level[0] if isinstance(level, bytes) else int(level)
            self.diagnostics[entry["name"]] = Diagnostic(
                name=entry["name"],
                level=reading.LEVELS[min(number, 3)],
                message=entry["message"],
                values={pair["key"]: pair["value"] for pair in entry["values"]},
            )
        while len(self.diagnostics) > KEPT_NODES:
            self.diagnostics.pop(next(iter(self.diagnostics)))
