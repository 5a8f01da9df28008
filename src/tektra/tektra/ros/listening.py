# SPDX-License-Identifier: Apache-2.0
"""Whether Tektra hears at all: switched by /tektra/speech_in/{start,stop,mute}, told on /tektra/speech_in/state.

`stop` holds until `start` or a restart; `mute` holds until it is taken back, over restarts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from rclpy.impl.implementation_singleton import rclpy_implementation
from rclpy.node import Node
from std_msgs.msg import String
from std_srvs.srv import SetBool, Trigger

from tektra.common.errors import TektraError
from tektra.common.kept_flag import KeptFlag
from tektra.ros.calls import serve
from tektra.ros.qos import LATCHED

RCLError = rclpy_implementation.RCLError
STATE = "/tektra/speech_in/state"
MUTE = "/tektra/speech_in/mute"
#: What the topic says: it hears, it hears but waits for its name, it was stopped until start, it is muted, or it does not run.
LISTENING, WAITING, STOPPED, MUTED, OFF = "listening", "waiting", "stopped", "muted", "off"
DEAF = "nothing is heard, not even a spoken stop"


class Ears(Protocol):
    """What is switched."""

    def open_ears(self) -> str:
        """Begins to hear; in words what with. Again does nothing. Raises TektraError."""

    def close_ears(self) -> None:
        """Hears no more: the device is closed, and what is under way ends. Again does nothing."""


class Listening:
    """The services and the state. On the node's executor; `waits` from any thread."""

    def __init__(self, node: Node, ears: Ears, muted: KeptFlag, why_not: Callable[[], str]) -> None:
        """`why_not`: empty while the node runs."""
        self._node, self._ears, self._muted, self._why_not = node, ears, muted, why_not
        self._stopped = self._waiting = False
        self._told = ""
        self._publisher = node.create_publisher(String, STATE, LATCHED)
        serve(node, Trigger, "/tektra/speech_in/start", self._on_start)
        serve(node, Trigger, "/tektra/speech_in/stop", self._on_stop)
        serve(node, SetBool, MUTE, self._on_mute)
        self.tell()

    @property
    def muted(self) -> bool:
        return bool(self._muted)

    @property
    def state(self) -> str:
        if self._muted:
            return MUTED
        if self._why_not():
            return OFF
        if self._stopped:
            return STOPPED
        return WAITING if self._waiting else LISTENING

    def begin(self) -> None:
        """The node runs: it hears, unless it is muted. Raises TektraError."""
        self._muted.read()
        self._stopped = False
        if not self._muted:
            self._ears.open_ears()

    def waits(self, waiting: bool) -> None:
        """It waits for its name, or no longer."""
        self._waiting = waiting
        self.tell()

    def tell(self) -> None:
        """Says the state, if it is another one. Where ROS has ended already, nobody hears it."""
        if (state := self.state) == self._told:
            return
        self._told = state
        try:
            self._publisher.publish(String(data=state))
        except RCLError:
            if self._node.context.ok():
                raise

    def _on_start(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        why = self._why_not() or ("it is muted; to end that: tektra unmute" if self._muted else "")
        response.success, response.message = (False, why) if why else self._open()
        if response.success:
            self._stopped = False
        self.tell()
        return response

    def _on_stop(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        self._stopped = True
        self._ears.close_ears()
        self.tell()
        response.success, response.message = True, f"not listening; {DEAF} until start"
        return response

    def _on_mute(self, request: SetBool.Request, response: SetBool.Response) -> SetBool.Response:
        but = self._muted.put(bool(request.data))
        if request.data:
            self._ears.close_ears()
            response.success, response.message = True, f"muted; {DEAF}, until: tektra unmute"
        elif self._why_not():
            response.success, response.message = True, f"not muted any more; {self._why_not()}"
        elif self._stopped:
            response.success, response.message = (
                True,
                "not muted any more, but stopped; start begins to listen",
            )
        else:
            response.success, response.message = self._open()
        response.message += f"; {but}" if but else ""
        self.tell()
        return response

    def _open(self) -> tuple[bool, str]:
        try:
            return True, f"listening; {self._ears.open_ears()}"
        except TektraError as error:
            return False, str(error)
