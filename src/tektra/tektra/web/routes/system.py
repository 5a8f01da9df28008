# SPDX-License-Identifier: Apache-2.0
"""The map, how the nodes do, and what the gateway offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import PlainTextResponse, Response

from tektra.common.access import Role
from tektra.common.areas import Area, SlowArea
from tektra.common.graph import Unavailable
from tektra.common.world import Box, World
from tektra.language import files
from tektra.web.access.guard import Guard, open_to_all
from tektra.web.access.people import SignedInPerson
from tektra.web.metrics import CONTENT
from tektra.web.models import robots as m
from tektra.web.parts import Parts


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/world and /system."""
    router = APIRouter()
    shown = map_of(parts.world, parts.zones) if parts.world is not None else None

    @router.get("/world/map", tags=["world"])
    async def world_map(person: SignedInPerson = guard.needs(Role.OBSERVER)) -> m.WorldMap:
        """Rooms, walls, furniture, named places and zones."""
        if shown is None:
            raise Unavailable("no map is known", "set the parameter `world_file`")
        return shown

    @router.get("/system/health", tags=["system"], dependencies=[open_to_all])
    async def health() -> m.Health:
        """The gateway answers."""
        await parts.live.fresh()
        return m.Health(status="ok", graph=parts.live.gate, server_time_ms=int(parts.clock_s() * 1000))

    @router.get("/system/diagnostics", tags=["system"])
    async def diagnostics(person: SignedInPerson = guard.needs(Role.OPERATOR)) -> list[m.Diagnostic]:
        """How each node does."""
        await parts.live.fresh()
        return [parts.live.diagnostics[name] for name in sorted(parts.live.diagnostics)]

    return router


def description(app: FastAPI) -> APIRouter:
    """/openapi.json: all of this, for programs."""
    router = APIRouter()

    @router.get("/openapi.json", dependencies=[open_to_all], include_in_schema=False)
    async def openapi() -> dict[str, Any]:
        return described(app)

    return router


def described(app: FastAPI) -> dict[str, Any]:
    """The app as OpenAPI, made once."""
    found = app.openapi()
    schemes = found.setdefault("components", {}).setdefault("securitySchemes", {})
    schemes["bearer"] = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    return found


def measured(parts: Parts, guard: Guard) -> APIRouter:
    """/metrics, where Prometheus looks for it."""
    router = APIRouter()

    @router.get("/metrics", tags=["system"], response_class=PlainTextResponse)
    async def metrics(
        person: SignedInPerson = guard.needs_or_token(Role.OPERATOR, parts.metrics_token),
    ) -> Response:
        """Counts and latencies, in Prometheus's text format."""
        await parts.live.fresh()
        return Response(parts.metrics.text(), media_type=CONTENT)

    return router


def map_of(world: World, zones: Sequence[Area | SlowArea] = ()) -> m.WorldMap:
    """A world as it is shown."""
    return m.WorldMap(
        name=world.name,
        frame=world.frame,
        wall_height=world.wall_height_m,
        rooms=[
            m.Area(name=name, x_min=room.x_min_m, y_min=room.y_min_m, x_max=room.x_max_m, y_max=room.y_max_m)
            for name, room in world.rooms.items()
        ],
        walls=[_block(name, wall.box(world.wall_height_m), ()) for name, wall in world.walls.items()],
        furniture=[_block(name, piece.box, piece.color) for name, piece in world.furniture.items()],
        places=[
            m.Place(name=name, pose=m.Pose(x=place.pose.x_m, y=place.pose.y_m, yaw=place.pose.yaw_rad))
            for name, place in world.places.items()
        ],
        zones=[_zone(zone) for zone in zones],
        names=names_of(frozenset({*world.rooms, *world.places})),
    )


@cache
def names_of(names: frozenset[str]) -> dict[str, dict[str, str]]:
    """What rooms and places are called in each language that has words for them. Reads their files once. Raises ConfigError."""
    found: dict[str, dict[str, str]] = {}
    for code in files.languages():
        places = files.read(code, "replies").get("places", {}) if files.has(code, "replies") else {}
        known = places if isinstance(places, Mapping) else {}
        found[code] = {
            name: str(known[name]["name"])
            for name in sorted(names)
            if isinstance(known.get(name), Mapping) and known[name].get("name")
        }
    return {code: told for code, told in found.items() if told}


def _zone(zone: Area | SlowArea) -> m.Zone:
    return m.Zone(
        name=zone.name,
        kind="slow" if isinstance(zone, SlowArea) else "keep_in" if zone.keep_in else "keep_out",
        corners=[m.Point(x=x, y=y) for x, y in zone.corners],
        robots=list(zone.robots),
        speed_m_s=zone.speed_mps if isinstance(zone, SlowArea) else None,
    )


def _block(name: str, box: Box, color: tuple[float, ...]) -> m.Block:
    return m.Block(
        name=name,
        x=box.x_m,
        y=box.y_m,
        yaw=box.yaw_rad,
        length=box.length_m,
        width=box.width_m,
        height=box.height_m,
        color=list(color),
    )
