# SPDX-License-Identifier: Apache-2.0
"""Options of the avatar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tektra.common.options import option


@dataclass(frozen=True)
class AvatarOptions:
    """How often the state and the picture go out, how large the picture is, and which file is drawn."""

    FIXED: ClassVar[str] = "the picture is drawn by what is loaded with it"

    rate_hz: float = option(
        30.0, "How often state and joint states are published.", unit="Hz", low=1.0, high=120.0, live=True
    )
    image_rate_hz: float = option(
        25.0,
        "How often a picture is drawn at most, while somebody watches and the face is in motion.",
        unit="Hz",
        low=0.2,
        high=60.0,
    )
    image_rest_rate_hz: float = option(5.0, "How often while the face rests.", unit="Hz", low=0.2, high=60.0)
    image_cpu_share: float = option(
        0.0,
        "How much of one core pictures may take: they are drawn less often where one takes long. 0: a quarter of the machine, at "
        "most one core.",
        low=0.0,
        high=16.0,
    )
    image_width_px: int = option(640, "Width of the picture.", unit="px", low=64, high=1920)
    image_height_px: int = option(480, "Height of the picture.", unit="px", low=64, high=1080)
    jpeg_quality: int = option(
        85, "Quality of the picture's compression.", unit="%", low=10, high=100, live=True
    )
    gaze_camera: str = option(
        "",
        "Of several cameras the one beside the face: it looks at whoever is seen there; empty: the only one.",
    )
    gaze_hfov_rad: float = option(
        1.05,
        "Horizontal field of view of that camera, until it tells of its own (CameraInfo).",
        unit="rad",
        low=0.2,
        high=2.6,
    )
    model: str = option("", "The GLB to draw; empty: the one in urdf/meshes.")
    seed: int = option(1, "Seeds blinking and idle movement.", low=0, high=2**31 - 1)
