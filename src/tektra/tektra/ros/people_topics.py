# SPDX-License-Identifier: Apache-2.0
"""Persons who are recognised, as REP-155 has them: /humans/{faces,persons}/tracked, /humans/persons/<id>/…, matches."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from rclpy.node import Node
from rclpy.publisher import Publisher
from std_msgs.msg import String

from tektra.ros.clock import time_msg
from tektra.ros.enrol_service import Enrol, EnrolService
from tektra.ros.humans import Humans
from tektra.ros.qos import LATCHED, RELIABLE
from tektra_interfaces.msg import IdsList, IdsMatch

MATCHES = "/humans/candidate_matches"


class Recognised(Protocol):
    """A person here, and by which face and voice; empty where by none."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def face_id(self) -> str: ...
    @property
    def voice_id(self) -> str: ...


class PeopleTopics:
    """For the executor's thread. What did not change is not said again."""

    def __init__(self, node: Node, on_voice: Callable[[str, str], None]) -> None:
        """`on_voice(person id, voice id)`: somebody was recognised by voice."""
        self._node = node
        self._on_voice = on_voice
        self._faces = node.create_publisher(IdsList, "/humans/faces/tracked", LATCHED)
        self._tracked = node.create_publisher(IdsList, "/humans/persons/tracked", LATCHED)
        self._matches = MatchPublisher(node)
        self._persons = Humans(node, "persons", most=32, qos=LATCHED)
        self._subscription = node.create_subscription(IdsMatch, MATCHES, self._on_match, RELIABLE)
        self._told: dict[str, object] = {}

    def faces(self, ids: Collection[str], stamp_s: float) -> None:
        """Faces that are tracked, known or not."""
        self._list(self._faces, "faces", ids, stamp_s)

    def persons(self, here: Sequence[Recognised], confidence: Mapping[str, float], stamp_s: float) -> None:
        """Everybody who is recognised now. `confidence` by face id, 0..1."""
        self._list(self._tracked, "persons", [person.id for person in here], stamp_s)
        for person in here:
            told = (person.name, person.face_id, person.voice_id)
            if self._told.get(person.id) == told:
                continue
            self._told[person.id] = told
            for what, text in zip(("name", "face_id", "voice_id"), told, strict=True):
                self._persons.publish(person.id, what, String(data=text))
            if person.face_id:
                self._matches.face(person.id, person.face_id, confidence.get(person.face_id, 0.0), stamp_s)
        ids = {person.id for person in here}
        self._persons.keep(ids)
        self._told = {
            key: told for key, told in self._told.items() if key in ids or key in ("faces", "persons")
        }

    def nobody(self, stamp_s: float) -> None:
        """Nobody looks any more. Where ROS has ended already, the topics have too."""
        if not self._node.context.ok():
            return
        self.faces((), stamp_s)
        self.persons((), {}, stamp_s)

    def close(self) -> None:
        """Ends the topics."""
        self._persons.keep(())
        self._node.destroy_subscription(self._subscription)
        self._matches.close()
        for publisher in (self._faces, self._tracked):
            self._node.destroy_publisher(publisher)

    def _list(self, publisher: Publisher[Any], key: str, ids: Collection[str], stamp_s: float) -> None:
        ordered = sorted(ids)
        if self._told.get(key) == ordered:
            return
        self._told[key] = ordered
        message = IdsList(ids=ordered)
        message.header.stamp = time_msg(stamp_s)
        publisher.publish(message)

    def _on_match(self, message: IdsMatch) -> None:
        if (message.id1_type, message.id2_type) == (
            IdsMatch.PERSON,
            IdsMatch.VOICE,
        ) and message.confidence > 0.0:
            self._on_voice(message.id1, message.id2)


class MatchPublisher:
    """/humans/candidate_matches: a person is likely the one of a face or a voice."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._publisher = node.create_publisher(IdsMatch, MATCHES, RELIABLE)

    def face(self, person_id: str, face_id: str, confidence: float, stamp_s: float) -> None:
        self._publish(person_id, face_id, IdsMatch.FACE, confidence, stamp_s)

    def voice(self, person_id: str, voice_id: str, confidence: float, stamp_s: float) -> None:
        self._publish(person_id, voice_id, IdsMatch.VOICE, confidence, stamp_s)

    def close(self) -> None:
        self._node.destroy_publisher(self._publisher)

    def _publish(self, person_id: str, other: str, kind: int, confidence: float, stamp_s: float) -> None:
        match = IdsMatch(
            id1=person_id, id1_type=IdsMatch.PERSON, id2=other, id2_type=kind, confidence=confidence
        )
        match.header.stamp = time_msg(stamp_s)
        self._publisher.publish(match)


class VoiceTopics:
    """Whose voices are recognised, and the service by which one is enrolled. Any thread publishes."""

    def __init__(self, node: Node, service: str, enrol: Enrol) -> None:
        self._matches = MatchPublisher(node)
        self._service = EnrolService(node, service, enrol)

    def recognised(self, person_id: str, voice_id: str, confidence: float, stamp_s: float) -> None:
        """That person spoke as that voice; nothing is said of nobody."""
        if person_id:
            self._matches.voice(person_id, voice_id, confidence, stamp_s)

    def close(self) -> None:
        """Ends the topics; an enrolment under way is given up."""
        self._service.close()
        self._matches.close()
