# SPDX-License-Identifier: Apache-2.0
"""What was asked too long ago is not done any more: whoever asked has given up, or does not look any longer."""

from __future__ import annotations

import math

#: A reset or a goal that is older when it comes, or from further in the future, is refused.
LATE_S = 5.0


def late(age_s: float) -> str:
    """Why something asked `age_s` ago (negative: in the future) is not done; empty when it is."""
    if math.isfinite(age_s) and abs(age_s) <= LATE_S:
        return ""
    when = f"{age_s:.1f} s ago" if age_s > 0 else f"{-age_s:.1f} s in the future"
    return f"it was asked {when}: ask again, and if it was now, set the clocks of both hosts"
