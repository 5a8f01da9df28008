# SPDX-License-Identifier: Apache-2.0
"""What a sentence is read against, put together from who is here, the home, and what this conversation is about."""

from __future__ import annotations

from collections.abc import Iterator

from tektra.common.world import World
from tektra.planner.conversation.answers_of_presence import place_near
from tektra.planner.conversation.memory import ConversationMemory
from tektra.planner.understanding.scene import KnownRobot, KnownSkill, Named, Scene, Sort
from tektra.planner.world.catalogue import Catalogue


class SceneBuilder:
    """One thread uses it; it keeps what it made of the catalogue until that changes."""

    def __init__(self, world: World) -> None:
        self._named = tuple(_named(world))
        self._catalogue = Catalogue()
        self._robots: tuple[KnownRobot, ...] = ()

    def scene(self, catalogue: Catalogue, memory: ConversationMemory, *, asker: str, now_s: float) -> Scene:
        if catalogue is not self._catalogue:
            self._catalogue, self._robots = catalogue, tuple(_robots(catalogue))
        return Scene(self._robots, self._named, asker, memory=memory.as_read(now_s))


def _robots(catalogue: Catalogue) -> Iterator[KnownRobot]:
    for actor in catalogue.actors.values():
        skills = tuple(KnownSkill(s.name, s.sentence, s.schema, s.sentences) for s in actor.skills)
        yield KnownRobot(actor.name, actor.kind, skills, actor.names)


def _named(world: World) -> Iterator[Named]:
    docks = {robot.dock: robot.name for robot in world.robots.values() if robot.dock}
    for place in world.places.values():
        taken = {alias for other in world.places.values() for alias in (other.name, *other.aliases)}
        room = world.rooms.get(place.name)
        furniture = [
            piece.name
            for piece in world.furniture.values()
            if room is not None and room.contains(piece.box.x_m, piece.box.y_m) and piece.name not in taken
        ]
        aliases = (*place.aliases, *furniture)
        yield Named(place.name, Sort.PLACE, aliases, owner=docks.get(place.name, ""), room=room is not None)
    for thing in world.objects.values():
        room = world.room_at(thing.x_m, thing.y_m)
        inside = room.name if room is not None else ""
        near = place_near(thing.x_m, thing.y_m, world)
        yield Named(thing.name, Sort.OBJECT, at=near.name if near is not None else inside, inside=inside)
    for spot in world.table_spots.values():
        yield Named(spot.name, Sort.SPOT, spot.aliases)
