# SPDX-License-Identifier: Apache-2.0
"""Options of vision."""

from __future__ import annotations

from dataclasses import dataclass

from tektra.common.options import option


@dataclass(frozen=True)
class VisionOptions:
    """Which camera and which detectors, and how often they run."""

    camera: str = option(
        "opencv",
        "Where images come from: a camera back end; `topic` for /camera/image_raw of another node; `none`.",
    )
    source: str = option(
        "/dev/video0", "Of the opencv camera: a device, a video file, or a clip of models.lock (clip-bikes)."
    )
    loop: bool = option(True, "Begin a video file again when it ends.")
    camera_rate_hz: float = option(
        30.0, "Images a second asked of a device; a file has its own.", unit="Hz", low=1.0, high=120.0
    )
    width: int = option(
        640, "Image width asked of a device; a file has its own.", unit="px", low=64, high=4096
    )
    height: int = option(
        480, "Image height asked of a device; a file has its own.", unit="px", low=64, high=4096
    )
    frame_id: str = option("camera", "Frame of the camera.")
    compressed_rate_hz: float = option(
        10.0,
        "Most JPEG images a second on /camera/image_raw/compressed.",
        unit="Hz",
        low=0.1,
        high=60.0,
    )
    jpeg_quality: int = option(80, "Quality of JPEG images.", low=10, high=100)
    detector: str = option("mediapipe", "Detector back end.")
    min_score: float = option(0.4, "Least score of what is reported.", low=0.05, high=0.99)
    objects_rate_hz: float = option(
        5.0, "Most looks for objects a second; 0: none.", unit="Hz", low=0.0, high=60.0
    )
    faces_rate_hz: float = option(
        5.0, "Most looks for faces a second; 0: none.", unit="Hz", low=0.0, high=60.0
    )
    gestures_rate_hz: float = option(
        3.0, "Most looks for gestures of hands a second; 0: none.", unit="Hz", low=0.0, high=60.0
    )
    cpu_share: float = option(
        0.5, "Most of one core that the detectors may use together; they slow down to it.", low=0.05, high=1.0
    )
    scene_window_s: float = option(
        2.0, "Over how long what was seen is summed up.", unit="s", low=0.2, high=60.0
    )
    max_memory_mb: int = option(
        1500, "Resident memory from which on the detectors are loaded afresh.", unit="MB", low=300
    )
