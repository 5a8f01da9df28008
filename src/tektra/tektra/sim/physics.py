# SPDX-License-Identifier: Apache-2.0
"""What the simulator asks of a physics engine. The engine itself is in backends/."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

TICK_S = 0.005  # one step of the home: firmware, then physics


@dataclass(frozen=True)
class BodyTruth:
    """Where a body really is: m and rad in map; vx, vy (m/s) and wz (rad/s) in its own frame."""

    x_m: float
    y_m: float
    yaw_rad: float
    vx_mps: float = 0.0
    wz_radps: float = 0.0
    vy_mps: float = 0.0


@dataclass(frozen=True)
class Motion:
    """How a body really moves in space: its velocity in map, its turning about its own axes, and these axes in map, row by
    row of the matrix that leads from its own frame to map."""

    velocity_mps: tuple[float, float, float]
    rates_radps: tuple[float, float, float]
    axes: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

    def seen_from_it(self, vector: tuple[float, float, float]) -> tuple[float, float, float]:
        """A vector of map in the body's own frame."""
        x, y, z = (sum(self.axes[3 * row + column] * vector[row] for row in range(3)) for column in range(3))
        return x, y, z


@dataclass(frozen=True)
class ArmTruth:
    """Joint angles (rad) and speeds (rad/s) in the order of the arm's names, and the gripper."""

    positions_rad: tuple[float, ...]
    velocities_radps: tuple[float, ...]
    opening_m: float
    holding: bool


class Physics(Protocol):
    """A home in motion. One thread; `step` blocks for the computing alone."""

    def step(self) -> None:
        """Moves everything on by TICK_S."""

    @property
    def now_s(self) -> float: ...

    @property
    def still(self) -> bool:
        """Nothing has a speed."""

    def drive_wheels(self, robot: str, left_radps: float, right_radps: float) -> None: ...

    def drive_base(self, robot: str, vx_mps: float, vy_mps: float, wz_radps: float) -> None:
        """Of a base that drives in every direction."""

    def drive_joints(self, robot: str, positions_rad: list[float], opening_m: float) -> None: ...

    def wheels_rad(self, robot: str) -> tuple[float, float]:
        """Angles of the left and the right wheel."""

    def body(self, robot: str) -> BodyTruth: ...

    def motion(self, robot: str) -> Motion:
        """Of a base."""

    def arm(self, robot: str) -> ArmTruth: ...

    def place(self, thing: str, x_m: float, y_m: float, yaw_rad: float, *, hidden: bool = False) -> None:
        """Puts a thing that is on no map somewhere, or below the floor."""

    def distances_m(self, robot: str, angles_rad: Sequence[float], far_m: float) -> list[float]:
        """How far something is from a rover's lidar in each direction of its own; negative: nothing within `far_m`."""

    def bumps(self, robot: str) -> bool:
        """The rover touches something that is not the floor."""

    def position_m(self, thing: str) -> tuple[float, float, float]:
        """The centre of a small object."""
