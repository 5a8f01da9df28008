# SPDX-License-Identifier: Apache-2.0
"""Where the faces in one camera's picture are, and whose: /humans/faces/{tracked,<id>/roi}, /humans/candidate_matches."""

from __future__ import annotations

import re
from functools import partial
from typing import Any, Protocol

from rclpy.node import Node
from rclpy.subscription import Subscription
from sensor_msgs.msg import CameraInfo, RegionOfInterest

from tektra.ros.people_topics import MATCHES
from tektra.ros.qos import RELIABLE, SENSOR
from tektra.ros.states import hear_state
from tektra_interfaces.msg import IdsList, IdsMatch

#: Faces that are listened to at once.
MOST = 8
TRACKED = "/humans/faces/tracked"


class OnFaces(Protocol):
    """Who wants to know."""

    def face(self, face: str, x: int, y: int, width: int, height: int) -> None:
        """A face's box, px."""

    def faces(self, ids: frozenset[str]) -> None:
        """Those that are in view."""

    def matched(self, person: str, other: str, *, voice: bool) -> None:
        """A face, or a voice that spoke, is a person's."""

    def lens(self, width: float, height: float, focal: float) -> None:
        """The camera's, px."""


class FacePlaces:
    """`camera`: the name of one of several cameras; empty: the only, or the first. On the node's executor."""

    def __init__(self, node: Node, camera: str, told: OnFaces) -> None:
        self._node, self._told = node, told
        self._own = re.compile((re.escape(camera) + "_" if camera else "") + r"f\d{1,9}")
        self._faces: dict[str, Subscription[Any]] = {}
        info = f"/camera/{camera}/camera_info" if camera else "/camera/camera_info"
        self._all = [
            *hear_state(node, IdsList, TRACKED, self._on_tracked),
            node.create_subscription(IdsMatch, MATCHES, self._on_match, RELIABLE),
            node.create_subscription(CameraInfo, info, self._on_info, SENSOR),
        ]

    def close(self) -> None:
        """Hears no more."""
        for subscription in (*self._all, *self._faces.values()):
            self._node.destroy_subscription(subscription)
        self._all, self._faces = [], {}

    def _on_tracked(self, message: IdsList) -> None:
        ids = [face for face in message.ids if self._own.fullmatch(face)][:MOST]
        for face in self._faces.keys() - set(ids):
            self._node.destroy_subscription(self._faces.pop(face))
        for face in ids:
            if face not in self._faces:
                self._faces[face] = self._node.create_subscription(
                    RegionOfInterest, f"/humans/faces/{face}/roi", partial(self._on_roi, face), RELIABLE
                )
        self._told.faces(frozenset(ids))

    def _on_roi(self, face: str, message: RegionOfInterest) -> None:
        self._told.face(face, message.x_offset, message.y_offset, message.width, message.height)

    def _on_match(self, message: IdsMatch) -> None:
        known = message.id1_type == IdsMatch.PERSON and message.confidence > 0.0
        if known and message.id2_type in (IdsMatch.FACE, IdsMatch.VOICE):
            self._told.matched(message.id1, message.id2, voice=message.id2_type == IdsMatch.VOICE)

    def _on_info(self, message: CameraInfo) -> None:
        self._told.lens(float(message.width), float(message.height), float(message.k[0]))
