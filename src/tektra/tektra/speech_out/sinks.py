# SPDX-License-Identifier: Apache-2.0
"""Where sound goes."""

from __future__ import annotations

from tektra.common import backends
from tektra.speech_out.backends import Speaker


def choose_speaker(choice: str) -> tuple[Speaker, str]:
    """The speaker of that name, or for "auto" the sound device where there is one; and in words which and why. Blocks for
    0.1 s; raises BackendError."""
    if choice != "auto":
        named: Speaker = backends.load("speaker", choice)()
        return named, choice
    device: Speaker = backends.load("speaker", "sounddevice")()
    missing = device.available()
    if not missing:
        return device, "sounddevice"
    null: Speaker = backends.load("speaker", "null")()
    return null, f"null: {missing}"
