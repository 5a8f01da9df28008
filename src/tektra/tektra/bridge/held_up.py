# SPDX-License-Identifier: Apache-2.0
"""What a relay may pass on after it was held up: what comes from its clients has no time of its own."""

from __future__ import annotations

from tektra.common.errors import InputError
from tektra.common.lateness import refuse_late

#: What ends with one of these only ever brings things to a stand: it is passed on however late it is.
STOPS = ("/emergency_stop", "/stop", "/stop_request", "/stop_robot")
#: A reset may release no stop that was said after it: where its age is in doubt it is asked for again.
RESETS = "/safety/reset"


def refuse_held_up(name: str, waited_s: float) -> None:
    """Raises InputError for a message or call of that name which has perhaps waited too long. `waited_s`: see Attention."""
    if name.endswith(STOPS):
        return
    if name.startswith(RESETS) and waited_s > 0.0:
        raise InputError(
            f"it may have waited here for {waited_s:.1f} s, and a stop may be newer",
            "see why, then reset again",
        )
    refuse_late(waited_s)
