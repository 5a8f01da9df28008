# SPDX-License-Identifier: Apache-2.0
"""The demo's pictures: the avatar as it looked in mid-word, and the rovers' tracks on the map."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tektra.avatar import arkit
from tektra.avatar.look import Look, changed
from tektra.avatar.picture import render_state_to_png
from tektra.avatar.state import AvatarState, HeadPose
from tektra.common.world import World
from tektra.sim.client import Truth
from tektra.sim.picture import draw, tracks
from tektra_interfaces.msg import AvatarState as AvatarStateMessage

JAW = arkit.NAMES.index("jawOpen")


def avatar_in_mid_word(states: Sequence[AvatarStateMessage], out: Path) -> str:
    """Renders the state whose mouth was most open while a viseme sounded; returns that viseme. Raises ValueError."""
    speaking = [state for state in states if state.viseme not in ("", "sil")]
    widest = max(speaking, key=lambda state: float(state.weights[JAW]))
    head, gaze = widest.head, widest.gaze
    state = AvatarState(
        weights=np.asarray(widest.weights, dtype=np.float32),
        head=HeadPose(yaw_rad=head.z, pitch_rad=head.y, roll_rad=head.x),
        gaze=(gaze.x, gaze.y, gaze.z),
        expression=widest.expression,
        viseme=widest.viseme,
        look=changed(Look(), widest.look),
    )
    render_state_to_png(state, out)
    return str(widest.viseme)


def map_with_tracks(world: World, samples: Sequence[Truth], out: Path, title: str) -> None:
    """Draws where the rovers really went."""
    rovers = {name for name, robot in world.robots.items() if robot.kind == "rover"}
    shown = [track for track in tracks(sample.line for sample in samples[::5]) if track.robot in rovers]
    draw(world, shown, out, title=title)
