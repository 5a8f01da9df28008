# SPDX-License-Identifier: Apache-2.0
"""Options of the avatar."""

from __future__ import annotations

from dataclasses import dataclass

from tektra.common.options import option


@dataclass(frozen=True)
class AvatarOptions:
    """How often the state and the picture go out, how large the picture is, and which file is drawn."""

    rate_hz: float = option(
        30.0, "How often state and joint states are published.", unit="Hz", low=1.0, high=120.0
    )
    image_rate_hz: float = option(
        5.0, "How often a picture is drawn while somebody watches.", unit="Hz", low=0.2, high=60.0
    )
    image_width_px: int = option(640, "Width of the picture.", unit="px", low=64, high=1920)
    image_height_px: int = option(480, "Height of the picture.", unit="px", low=64, high=1080)
    jpeg_quality: int = option(85, "Quality of the picture's compression.", unit="%", low=10, high=100)
    model: str = option("", "The GLB to draw; empty: the one in urdf/meshes.")
    seed: int = option(1, "Seeds blinking and idle movement.", low=0, high=2**31 - 1)
