# SPDX-License-Identifier: Apache-2.0
"""Who holds which robot: persons by a lease, and nodes of the graph by the velocities that they send. Nobody needs to hold one to
stop it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field

from tektra.common.access import Role
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.models.robots import Lease

#: A holder who was not heard of for so long lets go: the page is gone.
SILENT_S = 10.0
#: Who holds a robot by velocities is told of once a second.
NODES_SILENT_S = 3.0
#: That he is there is written down so often.
HEARD_EVERY_S = 1.0
#: A page drives for so long after its last velocity, which holds as long.
DRIVEN_S = 0.5


@dataclass
class _Held:
    account_id: str
    name: str
    since_s: float
    heard_s: float
    asked_by: dict[str, str] = field(default_factory=dict)


@dataclass
class _Driven:
    """By nodes: they let go when they fall silent."""

    nodes: str
    since_s: float
    heard_s: float
    asked_by: dict[str, str] = field(default_factory=dict)


class Leases:
    """One thread; `now_s` is the time since the epoch. Every change returns the lease as it is then, to be told to all."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self._driven: dict[str, tuple[str, float]] = {}
        self._nodes: dict[str, _Driven] = {}

    def of(self, robot: str) -> Lease:
        """As it is shown."""
        held = self._held.get(robot)
        if held is None:
            return self._of_nodes(robot)
        return Lease(
            robot=robot,
            holder=held.name,
            holder_id=held.account_id,
            since_ms=int(held.since_s * 1000),
            asked_by=sorted(held.asked_by.values()),
        )

    def _of_nodes(self, robot: str) -> Lease:
        driven = self._nodes.get(robot)
        if driven is None:
            return Lease(robot=robot)
        return Lease(
            robot=robot,
            holder=driven.nodes,
            holder_id=f"node:{driven.nodes}",
            since_ms=int(driven.since_s * 1000),
            asked_by=sorted(driven.asked_by.values()),
        )

    def driven_by(self, robot: str, nodes: str, now_s: float) -> None:
        """The robot tells which nodes hold it by their velocities; empty: none does any more. Not dumped: every gateway hears it."""
        driven = self._nodes.get(robot)
        if not nodes:
            self._nodes.pop(robot, None)
        elif driven is not None and driven.nodes == nodes:
            driven.heard_s = now_s
        else:
            self._nodes[robot] = _Driven(nodes, now_s, now_s)

    def take(self, robot: str, person: SignedInPerson, now_s: float) -> Lease:
        """Holds it: if nobody does, or it is one's own; an operator takes it from anybody. Raises ApiError 409."""
        held = self._held.get(robot)
        if person.role < Role.OPERATOR:
            self.require(robot, person)
        if held is None or held.account_id != person.account_id:
            self._held[robot] = _Held(person.account_id, person.name, now_s, now_s)
        return self.of(robot)

    def ask(self, robot: str, person: SignedInPerson, now_s: float) -> Lease:
        """Tells the holder that somebody would like to have it; takes it if nobody holds it."""
        held: _Held | _Driven | None = self._held.get(robot)
        if held is None:
            held = self._nodes.get(robot)
        if held is None or (isinstance(held, _Held) and held.account_id == person.account_id):
            return self.take(robot, person, now_s)
        held.asked_by[person.account_id] = person.name
        return self.of(robot)

    def hand_over(self, robot: str, person: SignedInPerson, to_id: str, to: str, now_s: float) -> Lease:
        """Gives it to somebody else. Raises ApiError 409 for whoever does not hold it."""
        self.require(robot, person, held=True)
        asked_by = self._held[robot].asked_by
        asked_by.pop(to_id, None)
        self._held[robot] = _Held(to_id, to, now_s, now_s, asked_by)
        return self.of(robot)

    def release(self, robot: str, person: SignedInPerson) -> Lease:
        """Lets it go, if one holds it."""
        held = self._held.get(robot)
        if held is not None and held.account_id == person.account_id:
            del self._held[robot]
        return self.of(robot)

    def require(self, robot: str, person: SignedInPerson, *, held: bool = False) -> None:
        """Raises ApiError 409 where somebody else holds it; with `held`, also where nobody does."""
        now = self._held.get(robot)
        if now is None:
            if robot in self._nodes:
                raise _driven_by(robot, self._nodes[robot].nodes)
            if held:
                raise ApiError(409, "not_held", f"nobody holds {robot}", "take it first")
            return
        if now.account_id != person.account_id:
            raise _held_by(robot, now.name)

    def drive(
        self, robot: str, person: SignedInPerson, socket_id: str, velocity: tuple[float, ...], steady_s: float
    ) -> None:
        """Raises ApiError 409 for whoever does not hold it, and for a second page of the holder while the first one drives: of
        two that say different things a robot would follow both by turns. Any of them lets it stand."""
        self.require(robot, person, held=True)
        driver, until_s = self._driven.get(robot, ("", 0.0))
        if not any(velocity):
            if driver == socket_id:
                del self._driven[robot]
            return
        if driver not in ("", socket_id) and steady_s < until_s:
            raise ApiError(409, "driven", f"{robot} is driven by another page of yours", "let go there first")
        self._driven[robot] = socket_id, steady_s + DRIVEN_S

    def all(self) -> dict[str, Lease]:
        """By robot; those that nobody holds are not among them."""
        return {robot: self.of(robot) for robot in self._nodes.keys() | self._held.keys()}

    def of_persons(self) -> dict[str, Lease]:
        """Those among them that a person holds."""
        return {robot: self.of(robot) for robot in self._held}

    def dump(self) -> str:
        """As text, for gateways that share them."""
        return json.dumps({robot: asdict(held) for robot, held in self._held.items()})

    def load(self, text: str) -> None:
        """As they were dumped."""
        self._held = {robot: _Held(**held) for robot, held in json.loads(text or "{}").items()}

    def heard(self, account_id: str, now_s: float) -> None:
        """An account is still there."""
        for held in self._held.values():
            if held.account_id == account_id and now_s - held.heard_s > HEARD_EVERY_S:
                held.heard_s = now_s

    def expire(self, now_s: float) -> list[Lease]:
        """Lets go what silent holders held."""
        silent = [robot for robot, held in self._held.items() if now_s - held.heard_s > SILENT_S]
        for robot in silent:
            del self._held[robot]
        self._nodes = {
            robot: driven for robot, driven in self._nodes.items() if now_s - driven.heard_s <= NODES_SILENT_S
        }
        return [self.of(robot) for robot in silent]

    def drop(self, account_id: str) -> list[Lease]:
        """Lets go everything that an account held: its last page is gone."""
        gone = [robot for robot, held in self._held.items() if held.account_id == account_id]
        for robot in gone:
            del self._held[robot]
        return [self.of(robot) for robot in gone]


def _held_by(robot: str, name: str) -> ApiError:
    return ApiError(409, "held", f"{robot} is held by {name}", "ask for it, or take it")


def _driven_by(robot: str, nodes: str) -> ApiError:
    return ApiError(409, "held", f"{robot} is driven by {nodes}", "wait until it falls silent, or take it")
