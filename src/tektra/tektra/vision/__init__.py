# SPDX-License-Identifier: Apache-2.0
"""vision: what the camera sees, as images, detections, faces, gestures and a plain sentence."""
