# SPDX-License-Identifier: Apache-2.0
"""The seam between a driver and its robot. A link to another make of robot is one more class like these."""

from typing import Protocol

from tektra.common.robot_wire import ErrorReply, ImuReading, RobotHello, Scan, State
from tektra.driver.commands import Command

Event = RobotHello | State | Scan | ImuReading | ErrorReply


class RobotLink(Protocol):
    """A link to one robot. One thread uses it; nothing here blocks but `connect`, for a name look-up.

    A link heals itself: after a cut, `poll` tries again with growing pauses. Whatever was sent before a cut is
    gone, and a robot must stand still by itself when its link breaks or a command's ttl ran out.

    More may be there. A class attribute `Options`, a frozen dataclass of `tektra.common.options.option`
    fields: the node declares them as parameters below the back end's name, and gives an instance as fourth argument.
    A method `attach(node)`: called once before `connect`, for back ends that speak over the node's own topics.

    And where the robot has it: `power_off(now_s)` takes the power from what moves, called once it stands after a
    stop; `altitude_m` and `climb_mps`, how high a flying robot is above where it stood, and how fast that grows
    (`altitude_m` alone: how high the body of one on legs is);
    `collision`, true while it reports contact with something that it did not mean to touch; `measured_s`, when the
    newest state was measured by the ROS clock (NaN: that is not known; the time when it came counts), or else `late_s`, how
    long before it came that was.
    """

    def __init__(self, robot: str, host: str, port: int) -> None: ...

    def connect(self) -> None:
        """Begins to connect. May be called twice. A name that does not resolve is looked up again: `fault` says so."""

    def close(self) -> None:
        """Lets go of the robot, which stands still by itself. May be called twice."""

    def send(self, command: Command, now_s: float) -> bool:
        """Writes the command on the socket now, or not at all: nothing is kept for later. True when written.

        A halt is never refused for the robot's mode or mood; a motion that the robot cannot follow now is.
        """

    def poll(self, now_s: float) -> list[Event]:
        """What the robot said since the last call; also keeps the link alive and heals it. Call at 20 Hz or more."""

    @property
    def up(self) -> bool:
        """The right robot answered, and its state is fresh."""

    @property
    def fault(self) -> str:
        """Why the link is not up, or why the robot takes no motion though it is, for people; otherwise empty."""
