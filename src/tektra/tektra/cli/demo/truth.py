# SPDX-License-Identifier: Apache-2.0
"""The simulator's own poses over time: the demo's verdict rests on nothing else."""

from __future__ import annotations

import math
import threading

from tektra.common.errors import LinkError
from tektra.sim.client import Body, Truth, TruthClient

FIRST_S = 5.0


class TruthLog:
    """Reads the truth port in a thread of its own and keeps every sample; read them from any thread."""

    def __init__(self, port: int) -> None:
        self.samples: list[Truth] = []
        self._client = TruthClient(port)
        self._new = threading.Condition()

    def connect(self) -> None:
        """Begins to read. Raises LinkError when no simulator listens."""
        self._client.connect()
        threading.Thread(target=self._read, name="truth", daemon=True).start()

    @property
    def now(self) -> Truth:
        """The newest sample; waits for the first one. Raises TimeoutError."""
        with self._new:
            if not self._new.wait_for(lambda: self.samples, timeout=FIRST_S):
                raise TimeoutError("the simulator tells nothing")
            return self.samples[-1]

    def body(self, robot: str) -> Body:
        """Where a robot is now."""
        return self.now.robots[robot]

    def since(self, t_s: float) -> list[Truth]:
        """The samples from the simulator's time on."""
        return [sample for sample in list(self.samples) if sample.t_s >= t_s]

    def _read(self) -> None:
        try:
            while True:
                sample = self._client.read()
                with self._new:
                    self.samples.append(sample)
                    self._new.notify_all()
        except LinkError:
            return


def stopping_time_s(samples: list[Truth], robot: str) -> float:
    """From the first sample to the one from which the robot stands for good; infinite when it never does."""
    standing_since = math.inf
    for sample in samples:
        if not sample.robots[robot].standing:
            standing_since = math.inf
        elif standing_since == math.inf:
            standing_since = sample.t_s
    return standing_since - samples[0].t_s if samples else math.inf


def moved_together_s(samples: list[Truth], robots: tuple[str, ...]) -> float:
    """For how many seconds all of them moved at once."""
    steps = zip(samples, samples[1:], strict=False)
    return sum(
        later.t_s - sample.t_s
        for sample, later in steps
        if not any(sample.robots[robot].standing for robot in robots)
    )
