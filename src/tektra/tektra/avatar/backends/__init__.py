# SPDX-License-Identifier: Apache-2.0
"""Renderers: what makes a picture of an AvatarState. All pass tests/contracts/test_renderer_contract.py."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tektra.avatar.state import AvatarState


class Renderer(Protocol):
    """Draws the avatar. Its methods belong to one thread: the one that called open()."""

    def __init__(self, avatar: Path, *, width_px: int, height_px: int) -> None:
        """Only remember what to draw (a GLB) and how large."""

    def open(self) -> None:
        """Read the avatar and get ready to draw; may be called twice. Blocking, less than a second.

        Raises AvatarFileError or RendererError.
        """

    def render(self, state: AvatarState) -> NDArray[np.uint8]:
        """A new picture (height, width, 3) uint8 sRGB. Blocking. Raises RendererError when not open."""

    def close(self) -> None:
        """Let go of everything; may be called twice."""
