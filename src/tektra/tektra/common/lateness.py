# SPDX-License-Identifier: Apache-2.0
"""What was asked too long ago is not done any more: whoever asked has given up, or does not look any longer."""

from __future__ import annotations

from tektra.common.errors import InputError

#: A reset or a goal that is older when it comes, or from further in the future, is refused.
LATE_S = 5.0


def refuse_late(age_s: float) -> None:
    """Raises InputError for what was asked too long ago (negative: in the future), or at no time at all."""
    if abs(age_s) <= LATE_S:
        return
    when = f"{age_s:.1f} s ago" if age_s > 0 else f"{-age_s:.1f} s in the future"
    raise InputError(f"it was asked {when}", "ask again; if it was now, set the clocks of both hosts")
