# SPDX-License-Identifier: Apache-2.0
"""The service by which a person is enrolled: with consent, one at a time, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from rclpy.node import Node

from tektra.common.errors import TektraError
from tektra.common.recognition import Wish
from tektra.ros.calls import serve
from tektra.ros.offload import in_thread
from tektra_interfaces.srv import EnrolPerson


class Enrolled(Protocol):
    """Who was enrolled."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...


#: `enrol(wish, wait)` blocks, and raises TektraError for what fails; `wait(s)` is true when it is to be given up.
Enrol = Callable[[Wish, Callable[[float], bool]], Enrolled]


class EnrolService:
    """`enrol` is called with a consent alone."""

    def __init__(self, node: Node, service: str, enrol: Enrol) -> None:
        self._node = node
        self._enrol = enrol
        self._pool = ThreadPoolExecutor(1, "enrolment")
        self._busy = threading.Lock()
        self._ending = threading.Event()
        self._service = serve(node, EnrolPerson, service, self._on_request)

    def close(self) -> None:
        """Ends it; an enrolment under way is given up."""
        self._ending.set()
        self._node.destroy_service(self._service)
        self._pool.shutdown()

    async def _on_request(
        self, request: EnrolPerson.Request, response: EnrolPerson.Response
    ) -> EnrolPerson.Response:
        if not request.consent:
            response.message = "nothing is kept without consent: ask the person, then say so in `consent`"
            return response
        if not self._busy.acquire(blocking=False):
            response.message = "somebody is being enrolled already: try again when that is done"
            return response
        wish = Wish(request.name, request.role, request.source)
        try:
            person = await in_thread(self._node, self._pool, lambda: self._enrol(wish, self._ending.wait))
        except TektraError as error:
            response.message = str(error)
            return response
        finally:
            self._busy.release()
        self._node.get_logger().info(f"enrolled a person as {person.id}")
        response.success, response.id = True, person.id
        response.message = f"{person.name} is known now"
        return response
