# SPDX-License-Identifier: Apache-2.0
"""Options of the back end `franka`: parameters `franka.…` of a driver node."""

from dataclasses import dataclass

from tektra.common.options import option

JOINTS = [f"fr3_joint{number}" for number in range(1, 8)]


@dataclass(frozen=True)
class FrankaOptions:
    """An arm by Franka: its joints' names, its hand, and how gently it moves."""

    joint_names: list[str] = option(JOINTS, "Names of the seven joints, from the base on.")
    hand: bool = option(True, "It has the Franka Hand.")
    realtime: bool = option(
        False, "Refuse to move without a real-time kernel, as a real arm needs; the simulator does not."
    )
    dynamics: float = option(
        0.3, "Share of the arm's greatest acceleration and jerk used for motions.", low=0.01, high=1.0
    )
    stop_dynamics: float = option(
        1.0, "The same for stops of category 1: they take the whole.", low=0.05, high=1.0
    )
    grip_speed_mps: float = option(0.05, "Speed of the fingers.", unit="m/s", low=0.005, high=0.1)
    grip_force_n: float = option(20.0, "Force of a grasp.", unit="N", low=1.0, high=70.0)
