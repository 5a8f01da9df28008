# SPDX-License-Identifier: Apache-2.0
"""Whom Tektra asked something, and whether the cameras see that person: /tektra/question, /humans/{faces,persons}/tracked,
/humans/persons/<id>/face_id."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Protocol

from rclpy.node import Node
from rclpy.subscription import Subscription
from std_msgs.msg import String

from tektra.ros.living import count_living
from tektra.ros.qos import LATCHED, RELIABLE
from tektra_interfaces.msg import IdsList

QUESTION, MAX_CHARS = "/tektra/question", 20_000
FACES, PERSONS = "/humans/faces/tracked", "/humans/persons/tracked"


class FacesInView:
    """Made and told on the executor; `alone` is for any thread. `watch` names the person whose face is looked for."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._faces: frozenset[str] = frozenset()
        self._watched, self._face = "", ""
        self._persons: frozenset[str] = frozenset()
        self._tracked = [
            node.create_subscription(IdsList, FACES, self._on_faces, LATCHED),
            node.create_subscription(IdsList, PERSONS, self._on_persons, LATCHED),
        ]
        self._own: Subscription | None = None

    def watch(self, person_id: str) -> None:
        """Looks for that person's face from now on; "" for nobody's. For the executor's thread."""
        if person_id == self._watched:
            return
        self._unwatch()
        if not person_id:
            return
        self._watched = person_id
        topic = f"/humans/persons/{person_id}/face_id"
        self._own = self._node.create_subscription(String, topic, self._told(person_id), LATCHED)

    def alone(self, person_id: str) -> bool:
        """Whether that person is recognised by face now, and no other face is seen. Not while no vision runs."""
        face = self._face if person_id and person_id == self._watched else ""
        seen = bool(face) and self._faces == {face} and person_id in self._persons
        return seen and count_living(self._node, FACES) > 0

    def close(self) -> None:
        """Ends the subscriptions."""
        self._unwatch()
        for subscription in self._tracked:
            self._node.destroy_subscription(subscription)

    def _unwatch(self) -> None:
        own, self._own = self._own, None
        self._watched, self._face = "", ""
        if own is not None:
            self._node.destroy_subscription(own)

    def _told(self, person_id: str) -> Callable[[String], None]:
        def told(message: String) -> None:
            if person_id == self._watched:
                self._face = message.data

        return told

    def _on_faces(self, message: IdsList) -> None:
        self._faces = frozenset(message.ids)

    def _on_persons(self, message: IdsList) -> None:
        self._persons = frozenset(message.ids)


class Answers(Protocol):
    """Learns who was asked last, "" when nobody knows; `expects` is the id of the person whose answer is waited for."""

    @property
    def expects(self) -> str: ...
    def asked(self, name: str, now_s: float) -> None: ...


class AskedPerson:
    """Hears questions, and looks for the face of who was asked. For the executor's thread."""

    def __init__(self, node: Node, view: FacesInView, answers: Answers) -> None:
        self._node, self._view, self._answers = node, view, answers
        self._questions = node.create_subscription(String, QUESTION, self._on_question, RELIABLE)

    def close(self) -> None:
        """Ends the subscriptions."""
        self._node.destroy_subscription(self._questions)
        self._view.close()

    def _on_question(self, message: String) -> None:
        try:
            told = json.loads(message.data) if len(message.data) <= MAX_CHARS else None
        except (ValueError, RecursionError):
            told = None
        person = told.get("person") if isinstance(told, dict) else None
        self._answers.asked(person if isinstance(person, str) else "", time.monotonic())
        self._view.watch(self._answers.expects)
