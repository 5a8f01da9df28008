# SPDX-License-Identifier: Apache-2.0
"""A lifecycle node of the mind that brings itself up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rclpy.lifecycle import LifecycleNode, State, TransitionCallbackReturn

from tektra.common.errors import TektraError
from tektra.ros.diagnostics import ERROR, LIFECYCLE, OK, Diagnostics

#: How long after a failed start the next is tried.
RETRY_S = 5.0


class MindNode(LifecycleNode):
    """Subclasses give `configure` (load models, make publishers ...), `activate`, `deactivate` and `cleanup`.

    The node configures and activates itself as soon as it spins, and tries again every 5 s while that fails
    (a missing model, say), with the remedy on /diagnostics and in the log. `ros2 lifecycle set` works as
    usual; a node that someone deactivated stays inactive. The four methods raise TektraError when they cannot
    do it.
    """

    def __init__(self, name: str, **ros: Any) -> None:
        """`ros`: what LifecycleNode takes besides, such as parameter_overrides."""
        super().__init__(name, namespace="/tektra", **ros)
        self.diagnostics = Diagnostics(self)
        self.active = False
        #: Tells the watchdog at once what `busy` says now; whoever runs the node puts it here.
        self.tell_alive: Callable[[], None] = lambda: None
        self._loads = 0
        self._bring_up = True
        self.diagnostics.set(ERROR, "not started yet")
        self.diagnostics.value(LIFECYCLE, lambda: self._state_machine.current_state[1])
        self._start_timer = self.create_timer(0.01, self._start)

    @property
    def busy(self) -> bool:
        """It starts, or loads something: it may give no sign for as long as that takes. Any thread."""
        return not self.active or self._loads > 0

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Around what may hold the whole interpreter for seconds, as the loading of a model does. One thread at a time."""
        self._loads += 1
        self.tell_alive()
        try:
            yield
        finally:
            self._loads -= 1

    def configure(self) -> None:
        """Loads what is needed. May block for seconds."""

    def activate(self) -> None:
        """Begins to work."""

    def activated(self) -> None:
        """Is active now: the place to say on the diagnostics what it still waits for."""

    def deactivate(self) -> None:
        """Ends to work; keeps what is loaded."""

    def cleanup(self) -> None:
        """Frees what configure() made."""

    def close(self) -> None:
        """Called once before the process ends."""
        if self.active:
            self.active = False
            self.deactivate()
        self.cleanup()

    def on_configure(self, state: State) -> TransitionCallbackReturn:
        return self._try(self.configure, "configured, not active")

    def on_activate(self, state: State) -> TransitionCallbackReturn:
        done = self._try(self.activate, "running")
        if done == TransitionCallbackReturn.SUCCESS:
            self.active = True
            self._bring_up = False
            self.activated()
            super().on_activate(state)
        return done

    def on_deactivate(self, state: State) -> TransitionCallbackReturn:
        self.active = False
        self._bring_up = False
        super().on_deactivate(state)
        return self._try(self.deactivate, "deactivated")

    def on_cleanup(self, state: State) -> TransitionCallbackReturn:
        return self._try(self.cleanup, "cleaned up")

    def on_shutdown(self, state: State) -> TransitionCallbackReturn:
        self._bring_up = False
        self.close()
        return TransitionCallbackReturn.SUCCESS

    def _start(self) -> None:
        self._start_timer.cancel()
        if not self._bring_up:
            return
        # A node that could be configured but not activated (a port was taken, say) is still configured.
        configured = self._state_machine.current_state[1] == "inactive"
        if configured or self.trigger_configure() == TransitionCallbackReturn.SUCCESS:
            self.trigger_activate()
        if not self.active:
            self._start_timer = self.create_timer(RETRY_S, self._start)

    def _try(self, step: object, message: str) -> TransitionCallbackReturn:
        try:
            step()  # type: ignore[operator]
        except TektraError as error:
            self.diagnostics.set(ERROR, str(error))
            self.get_logger().error(f"{error.what}; remedy: {error.remedy}")
            return TransitionCallbackReturn.FAILURE
        self.diagnostics.set(OK, message)
        return TransitionCallbackReturn.SUCCESS
