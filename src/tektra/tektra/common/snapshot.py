# SPDX-License-Identifier: Apache-2.0
"""What runs, at one moment, as plain data: for `tektra status`, and to tell whether all is ready."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from tektra.common.insistence import UNCONFIRMED

#: Older than this, a heartbeat of the safety gate (25 Hz) or a state of a robot (20 Hz) says that it is not there.
FRESH_S = 0.5
#: /diagnostics come once a second; a node that loads a model may miss some.
DIAGNOSTICS_FRESH_S = 5.0
#: Whoever gave the watchdog a sign within this is well, though not seen here.
SIGN_FRESH_S = 6.0
UNKNOWN = "unknown"
#: Nodes of commands, which come and go, are called so.
COMMAND_PREFIX = "tektra_cli_"
LEVELS = ("ok", "warning", "error", "stale")


@dataclass(frozen=True)
class NodeStatus:
    """A node of the graph. `lifecycle` None: it has none, or has not told yet; `level` None: no diagnostics heard."""

    name: str
    has_lifecycle: bool = False
    lifecycle: str | None = None
    level: str | None = None
    message: str = ""
    age_s: float | None = None
    seen: bool = True
    """False: it should be there, and the graph does not show it."""
    why: str = ""
    """Of one that is not seen: what is known of it."""
    remedy: str = ""
    sign_s: float | None = None
    """How long ago it gave the watchdog a sign; None: not known."""

    @property
    def well_elsewhere(self) -> bool:
        """The watchdog hears it, though this command does not (yet)."""
        return self.sign_s is not None and self.sign_s <= SIGN_FRESH_S

    @property
    def ours(self) -> bool:
        """It is one of Tektra's; other nodes of the same ROS domain are shown, and judged by nobody."""
        return (
            self.name.startswith("/tektra/")
            or self.name == "/safety"
            or self.name.endswith(("/driver", "/skills"))
        )

    @property
    def problem(self) -> str | None:
        """Why it does not work yet, or None."""
        if not self.seen:
            return None if self.well_elsewhere else self.why
        if self.has_lifecycle and self.lifecycle != "active":
            return f"{self.lifecycle or 'busy'}{f': {self.message}' if self.message else ''}"
        if self.age_s is None and self.well_elsewhere:
            return None
        if self.age_s is None or self.age_s > DIAGNOSTICS_FRESH_S:
            return "silent"
        return self.message if self.level == "stale" else None


@dataclass(frozen=True)
class RobotStatus:
    """A robot that announced itself."""

    name: str
    kind: str
    skills: list[str]
    connected: bool = False
    moving: bool = False
    halt_reason: str = ""
    fault: str = ""
    battery: float | None = None
    x_m: float | None = None
    y_m: float | None = None
    age_s: float | None = None


@dataclass(frozen=True)
class SafetyStatus:
    """The gate's newest heartbeat."""

    stopped: bool
    epoch: int
    causes: list[str]
    age_s: float
    pending: list[str] = field(default_factory=list)
    alone: dict[str, list[str]] = field(default_factory=dict)
    """Robots that are stopped alone, and why."""


@dataclass(frozen=True)
class Snapshot:
    """Everything that was found."""

    nodes: list[NodeStatus] = field(default_factory=list)
    robots: list[RobotStatus] = field(default_factory=list)
    safety: SafetyStatus | None = None
    expected: frozenset[str] = frozenset()
    """Nodes that `tektra up` started; empty where it did not."""

    @property
    def whole(self) -> bool:
        """Each node that there should be is seen, has told of itself and is well: there is nothing left to wait for."""
        told = {node.name for node in self.nodes if node.seen and node.age_s is not None}
        return bool(self.expected) and self.expected <= told and not self.problems(self.expected)

    @property
    def running(self) -> bool:
        """Something of Tektra is there."""
        return self.safety is not None or any(node.ours for node in self.nodes)

    @property
    def unconfirmed(self) -> list[str]:
        """Robots whose drivers heard a stop that the gate does not own to."""
        return [robot.name for robot in self.robots if robot.halt_reason == UNCONFIRMED]

    def problems(self, expected: Iterable[str] = ()) -> dict[str, str]:
        """What is not as it should be, by name. `expected` are nodes that must be there, and the robots of drivers."""
        names = {node.name for node in self.nodes if node.seen}
        expected = set(expected)
        found = {node.name: node.problem for node in self.nodes if node.ours and node.problem}
        for node in self.nodes:
            if node.seen and node.name not in expected and node.age_s is None and not node.has_lifecycle:
                found.pop(node.name, None)  # somebody else's node, which never promised to tell of itself
        robots = {robot.name: robot for robot in self.robots}
        for name in expected:
            if name not in names:
                found[name] = "not there yet"
            elif name.endswith("/driver"):
                robot = robots.get(name.split("/")[1])
                if robot is None or not robot.connected:
                    found.setdefault(
                        name, f"no link to the robot{f': {robot.fault}' if robot and robot.fault else ''}"
                    )
        if self.safety is None or self.safety.age_s > FRESH_S:
            found["/safety"] = "no heartbeat"
        elif deaf := self.unconfirmed:
            found["/safety"] = f"does not confirm the stop that {', '.join(deaf)} heard"
        return found

    def as_json(self) -> dict[str, Any]:
        """For programs: stable keys, SI units."""
        problems = self.problems()
        return {
            "running": self.running,
            "ready": self.running and not problems,
            "problems": problems,
            "nodes": [asdict(node) for node in self.nodes],
            "robots": [asdict(robot) for robot in self.robots],
            "safety": asdict(self.safety) if self.safety else None,
        }

    def as_wire(self) -> bytes:
        """All of it, for `from_wire`."""
        return json.dumps({**asdict(self), "expected": sorted(self.expected)}).encode()

    @staticmethod
    def from_wire(data: bytes) -> Snapshot:
        """Raises ValueError for what is none."""
        try:
            told = json.loads(data)
            safety = told["safety"]
            return Snapshot(
                [NodeStatus(**node) for node in told["nodes"]],
                [RobotStatus(**robot) for robot in told["robots"]],
                None if safety is None else SafetyStatus(**safety),
                frozenset(told["expected"]),
            )
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"not a snapshot: {error}") from error

    def as_text(self) -> str:
        """For people."""
        lines = [self._safety_line(), ""]
        width = max((len(node.name) for node in self.nodes), default=0)
        for node in self.nodes:
            state = (node.lifecycle or "busy") if node.has_lifecycle else node.problem or "running"
            state = (
                UNKNOWN if node.age_s is None and node.well_elsewhere and not node.has_lifecycle else state
            )
            state = state if node.ours or node.has_lifecycle else "not ours"
            if not node.seen:
                seen = UNKNOWN if node.why.startswith(UNKNOWN) else "NOT SEEN"
                lines.append(f"{node.name:{width}}  {seen}: {node.why.removeprefix(f'{UNKNOWN}: ')}")
                lines += [f"{'':{width}}  remedy: {node.remedy}"] if node.remedy else []
                continue
            lines.append(f"{node.name:{width}}  {state:12}  {node.level or '-':8}{node.message}".rstrip())
        lines.append("")
        robots = [self._robot_line(robot) for robot in self.robots]
        robots += [
            f"{name}: {UNKNOWN}: what its driver announces has not come yet" for name in self._silent_robots()
        ]
        return "\n".join([*lines, *(robots or ["no robot has announced itself"])])

    def _silent_robots(self) -> list[str]:
        """Those of whose driver alone something is known."""
        drivers = {node.name.split("/")[1] for node in self.nodes if node.name.endswith("/driver")}
        return sorted(drivers - {robot.name for robot in self.robots})

    def _safety_line(self) -> str:
        if self.safety is None and any(node.name == "/safety" and node.well_elsewhere for node in self.nodes):
            return "safety: UNKNOWN: its state has not come yet, but it gave the watchdog a sign; look again"
        if self.safety is None or self.safety.age_s > FRESH_S:
            return "safety: NO HEARTBEAT; no robot moves"
        if deaf := self.unconfirmed:
            return f"safety: DEAF: it does not confirm the stop that {', '.join(deaf)} heard; they stand (see the watchdog)"
        safety = self.safety
        alone = "".join(
            f"\n  {robot} is stopped alone ({', '.join(why)}); `tektra reset {robot}` ends it"
            for robot, why in sorted(safety.alone.items())
        )
        if not safety.stopped:
            return f"safety: clear, epoch {safety.epoch}{alone}"
        waits = f", once this has ended: {', '.join(safety.pending)}" if safety.pending else ""
        causes = ", ".join(safety.causes) or "no cause told"
        return f"safety: STOPPED ({causes}), epoch {safety.epoch}; `tektra reset` ends it{waits}{alone}"

    @staticmethod
    def _robot_line(robot: RobotStatus) -> str:
        state = "moving" if robot.moving else "standing"
        if robot.age_s is None:
            state = f"{UNKNOWN}: its state has not come yet"
        elif not robot.connected:
            state = f"not connected{f': {robot.fault}' if robot.fault else ''}"
        place = (
            f" at ({robot.x_m:.2f}, {robot.y_m:.2f}) m"
            if robot.x_m is not None and robot.y_m is not None
            else ""
        )
        battery = f", battery {robot.battery:.0%}" if robot.battery is not None else ""
        why = f", held: {robot.halt_reason}" if robot.halt_reason else ""
        return f"{robot.name} ({robot.kind}): {state}{place}{battery}{why}; skills: {', '.join(robot.skills)}"
