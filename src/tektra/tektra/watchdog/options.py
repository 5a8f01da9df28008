# SPDX-License-Identifier: Apache-2.0
"""What can be set of the watchdog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.options import option


@dataclass(frozen=True)
class WatchdogOptions:
    """Parameters of /tektra/watchdog."""

    FIXED: ClassVar[str] = "what watches the others is not changed while it does"

    ask_s: float = option(1.5, "How often every process is asked for a sign.", unit="s", low=0.5, high=10.0)
    deaf_s: float = option(
        7.0, "A process that gave none for so long is deaf, or hangs.", unit="s", low=3.0, high=120.0
    )
    stuck_s: float = option(
        7.0,
        "A process that hears, but whose node has done nothing for so long, hangs; while it loads something, 180 s. Waiting for a processor does not count.",
        unit="s",
        low=3.0,
        high=3600.0,
    )
    end_deaf: bool = option(True, "End such a process; false: only tell of it.")
