# SPDX-License-Identifier: Apache-2.0
"""Robots: what they can do, how they are, and having them do it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request

from tektra.common.access import Role
from tektra.common.graph import Unavailable
from tektra.web.access.guard import Guard
from tektra.web.access.limits import Kind
from tektra.web.access.people import ApiError, SignedInPerson
from tektra.web.access.sessions import AccountRow
from tektra.web.leaving import last_of, while_there
from tektra.web.models import robots as m
from tektra.web.models.base import Done, robot_of
from tektra.web.models.floor import RobotShape
from tektra.web.parts import Parts
from tektra.web.routes.ai import source_of

RobotId = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
StoppedId = Annotated[str, Path(description="a robot's name; what is none stops everything")]


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/robots."""
    router = APIRouter(prefix="/robots", tags=["robots"])

    @router.get("")
    async def robots(person: SignedInPerson = guard.needs(Role.OBSERVER)) -> list[m.Robot]:
        """All that announced themselves."""
        await parts.live.fresh()
        return parts.live.robots()

    @router.get("/{id}")
    async def robot(id: RobotId, person: SignedInPerson = guard.needs(Role.OBSERVER)) -> m.Robot:
        """One of them, with its skills."""
        known(parts, id)
        await parts.live.fresh()
        return parts.live.robot(id)

    @router.get("/{id}/status")
    async def status(id: RobotId, person: SignedInPerson = guard.needs(Role.OBSERVER)) -> m.RobotStatus:
        """How it is now."""
        await parts.live.fresh()
        found = parts.live.status(id)
        if found is None:
            known(parts, id)
            raise Unavailable(f"{id} said nothing yet", "see that its driver runs")
        return found

    @router.get("/{id}/shape")
    async def shape(id: RobotId, person: SignedInPerson = guard.needs(Role.OBSERVER)) -> RobotShape:
        """What it looks like, as far as its URDF is made of boxes, cylinders and balls."""
        known(parts, id)
        return parts.live.floor.shape(id)

    _commanding(router, parts, guard)
    return router


def _commanding(router: APIRouter, parts: Parts, guard: Guard) -> None:
    @router.post("/{id}/command")
    async def command(
        request: Request,
        id: RobotId,
        body: m.Command,
        person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.COMMAND),
    ) -> m.CommandDone:
        """Has it carry out a skill; answers when it is done. Who goes away or is signed out meanwhile has cancelled it."""
        parts.in_time(body.sent_at_ms, moves=True)
        known(parts, id)
        done = await while_there(request, parts.sessions, person, _carried_out(parts, id, body, person))
        if done is None:
            raise Unavailable(f"{id} ended without an outcome", "see its status")
        return done

    @router.post("/{id}/emergency")
    async def emergency(
        id: StoppedId,
        body: m.StopAsked | None = None,
        person: SignedInPerson = guard.needs(Role.OBSERVER, Kind.STOP),
    ) -> Done:
        """Stops this robot; all, where it cannot be stopped alone, or is none. For everybody, at any rate."""
        reason = body.reason if body else ""
        if not robot_of(id):
            parts.graph.stop(source_of(person), reason)
            return Done(message="everything is stopped, since that is no robot's name")
        return Done(message=await parts.client.stop_robot(id, said_by(person, reason)))

    @router.post("/{id}/lease")
    async def lease(
        id: RobotId, body: m.LeaseAsked, person: SignedInPerson = guard.needs(Role.OPERATOR, Kind.WRITE)
    ) -> m.Lease:
        """Holds it, asks for it, hands it over, or lets it go."""
        known(parts, id)
        to = await parts.stored(parts.store.account, name=body.to) if body.to else None
        return await change_lease(parts, id, body.action, person, to)


def known(parts: Parts, robot: str) -> None:
    """Raises ApiError 404 for a robot that did not announce itself."""
    if not parts.live.knows(robot):
        raise ApiError(404, "not_found", f"there is no robot {robot}", "ask for the list: GET /api/v1/robots")


async def _carried_out(
    parts: Parts, robot: str, body: m.Command, person: SignedInPerson
) -> m.CommandDone | None:
    asked_ms = body.sent_at_ms or parts.graph.now_ms()
    with parts.commands.under_way(robot, person):
        await held_by_nobody_else(parts, robot, person)
        source = source_of(person)
        return await last_of(
            parts.client.command(robot, body.skill, body.arguments, source, asked_ms), m.CommandDone
        )


async def held_by_nobody_else(parts: Parts, robot: str, person: SignedInPerson) -> None:
    """As all gateways know it now. Raises ApiError 409 where somebody else holds the robot."""
    await parts.common.change("leases", parts.leases, lambda: parts.leases.require(robot, person))


def said_by(person: SignedInPerson, reason: str) -> str:
    """Who stops, and why, for the audit."""
    return f"{source_of(person)}: {reason}" if reason else source_of(person)


async def change_lease(
    parts: Parts, robot: str, action: str, person: SignedInPerson, to: AccountRow | None
) -> m.Lease:
    """Changes who holds a robot, and tells all."""
    changed = await parts.common.change(
        "leases", parts.leases, lambda: _changed(parts, robot, action, person, to)
    )
    parts.tell_lease(changed)
    return changed


def _changed(parts: Parts, robot: str, action: str, person: SignedInPerson, to: AccountRow | None) -> m.Lease:
    now_s = parts.clock_s()
    match action:
        case "take":
            return parts.leases.take(robot, person, now_s)
        case "ask":
            return parts.leases.ask(robot, person, now_s)
        case "release":
            return parts.leases.release(robot, person)
        case _:
            if to is None or to.disabled or to.role < Role.OPERATOR:
                raise ApiError(
                    400, "no_such_operator", "there is no such operator", "hand it to an operator by name"
                )
            return parts.leases.hand_over(robot, person, to.id, to.name, now_s)
