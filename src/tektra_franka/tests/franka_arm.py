# SPDX-License-Identifier: Apache-2.0
"""franky-sim's arm on an address of its own, telling on stdout what its physics says: one JSON object a line at 50 Hz.

python franka_arm.py 127.0.0.9
"""

import json
import os
import sys
import time
from contextlib import suppress

from franky_sim import SimulationServer
from franky_sim.mujoco_simulator import MujocoSimulator


def main() -> None:
    os.set_blocking(1, False)
    with MujocoSimulator() as simulator:
        robot = simulator.add_robot()
        with SimulationServer(simulator, hostname_candidates=[sys.argv[1]]) as server:
            told_s = steps = 0
            while os.getppid() != 1:
                server.run_once()
                steps += 1
                if time.monotonic() - told_s >= 0.02:
                    told_s = time.monotonic()
                    joints = robot.inner_state
                    line = {
                        "t": steps / 1000.0,
                        "q": list(joints.q),
                        "dq": list(joints.dq),
                        "width": robot.hand_width,
                    }
                    with suppress(BlockingIOError):  # nobody reads just now: the arm does not wait for that
                        os.write(1, json.dumps(line).encode() + b"\n")


if __name__ == "__main__":
    main()
