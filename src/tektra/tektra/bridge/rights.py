# SPDX-License-Identifier: Apache-2.0
"""What a client may see, publish and call, by its role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tektra.bridge.catalogue import allows
from tektra.common.access import Role

#: These ways to stop are open to everybody, and go ahead of every limit.
STOP_TOPICS = frozenset({"/safety/stop"})
STOP_SERVICES = ("/safety/emergency_stop", "/safety/stop_robot", "/*/emergency_stop")


def is_stop(name: str) -> bool:
    """True for a topic or service that stops."""
    return name in STOP_TOPICS or allows(STOP_SERVICES, name)


class Rights:
    """Operators see all, and publish and call what is listed. Guests and observers see `public`, and may stop."""

    def __init__(
        self, publishable: Mapping[str, str], callable_services: Sequence[str], public: Sequence[str]
    ) -> None:
        #: Topics with the type under which they are published.
        self.publishable = dict(publishable)
        self._callable = tuple(callable_services)
        self._public = tuple(public)

    def sees(self, role: Role, topic: str) -> bool:
        """May the role watch the topic?"""
        return role >= Role.OPERATOR or allows(self._public, topic)

    def publishes(self, role: Role, topic: str) -> bool:
        """May the role publish the topic?"""
        return topic in self.publishable and (role >= Role.OPERATOR or topic in STOP_TOPICS)

    def calls(self, role: Role, service: str) -> bool:
        """May the role call the service?"""
        return allows(self._callable, service) and (role >= Role.OPERATOR or is_stop(service))
