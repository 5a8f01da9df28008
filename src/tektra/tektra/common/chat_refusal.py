# SPDX-License-Identifier: Apache-2.0
"""What an OpenAI-compatible endpoint does not know of a request that it refuses."""

from collections.abc import Sequence


def unknown_part(said: str, others: Sequence[str]) -> str:
    """The part that a refusal names, of those that can be put otherwise; else empty. `others`: such parts besides `max_tokens`, which
    newer models of OpenAI know as `max_completion_tokens` alone."""
    if "max_completion_tokens" in said:
        return "max_tokens"
    return next((part for part in others if part in said), "")
