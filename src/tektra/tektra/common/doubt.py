# SPDX-License-Identifier: Apache-2.0
"""Whether spoken words may have been misheard, so that no robot moves for them before somebody agreed."""

from __future__ import annotations

#: Of the recogniser's confidence (0..1), which is the mean over its tokens (docs/decisions/hardly-heard.md).
UNSURE_BELOW = 0.7

#: A text with a number that is often taken for another ("seventy", "seventeen") that is less sure than this is to be sure twice. What is
#: heard otherwise when it is looked at again is no surer than DISPUTED.
SURE_OF_NUMBER, DISPUTED = 0.88, 0.65


def is_unsure(confidence: float) -> bool:
    """Also where it is no number."""
    return not confidence >= UNSURE_BELOW
