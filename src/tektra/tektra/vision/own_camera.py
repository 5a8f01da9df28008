# SPDX-License-Identifier: Apache-2.0
"""The camera that the options name."""

from __future__ import annotations

from tektra.common import backends
from tektra.vision.backends import Camera
from tektra.vision.options import VisionOptions


def own_camera(options: VisionOptions) -> Camera:
    """Not opened yet. Raises BackendError for a back end that is not there."""
    made: Camera = backends.load("camera", options.camera)(
        options.source,
        width=options.width,
        height=options.height,
        rate_hz=options.camera_rate_hz,
        loop=options.loop,
    )
    return made
