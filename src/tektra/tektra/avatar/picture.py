# SPDX-License-Identifier: Apache-2.0
"""A picture of the avatar in a file:

python -m tektra.avatar.picture --out avatar.png --viseme aa --expression happy --head 15 0 5
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tektra.avatar import arkit
from tektra.avatar.backends.encode import png
from tektra.avatar.backends.moderngl_renderer import ModernglRenderer
from tektra.avatar.errors import UnknownNameError
from tektra.avatar.expressions import EXPRESSIONS, NEUTRAL
from tektra.avatar.expressions import require as require_expression
from tektra.avatar.files import model_file
from tektra.avatar.look import Look, changed
from tektra.avatar.state import AvatarState, HeadPose
from tektra.avatar.visemes import SHAPES, SILENCE
from tektra.common.errors import InputError, TektraError

OVERSAMPLING = 2  # a still may take its time: drawn twice as large, then shrunk


def render_state_to_png(
    state: AvatarState, out: Path, *, width_px: int = 640, height_px: int = 480, model: Path | None = None
) -> None:
    """Draw a state into a PNG file. Blocking, about half a second. Raises AvatarFileError, RendererError or
    OSError.
    """
    renderer = ModernglRenderer(
        model or model_file(), width_px=OVERSAMPLING * width_px, height_px=OVERSAMPLING * height_px
    )
    renderer.open()
    try:
        picture = renderer.render(state)
    finally:
        renderer.close()
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(png(picture, shrink=OVERSAMPLING))


def state_of(expression: str, viseme: str, extra: str, look: str, head_deg: Sequence[float]) -> AvatarState:
    """A state by names: an expression, a viseme, a JSON object of further ARKit weights, a look, the head's
    angles.

    Raises InputError where one of them cannot be.
    """
    require_expression(expression)
    if viseme not in SHAPES:
        raise UnknownNameError(f"there is no viseme {viseme!r}", f"use one of {', '.join(SHAPES)}")
    try:
        further = arkit.weights(json.loads(extra or "{}"))
    except (ValueError, TypeError, AttributeError) as error:
        raise InputError(f"the weights {extra!r} are not a JSON object", 'write {"jawOpen": 0.5}') from error
    except KeyError as error:
        raise UnknownNameError(
            f"there is no blendshape {error}", f"use one of {', '.join(arkit.NAMES)}"
        ) from error
    weights = np.clip(EXPRESSIONS[expression] + SHAPES[viseme] + further, 0.0, 1.0).astype(np.float32)
    yaw, pitch, roll = (math.radians(angle) for angle in head_deg)
    pose = HeadPose(yaw, pitch, roll)
    return AvatarState(
        weights=weights, head=pose, expression=expression, viseme=viseme, look=changed(Look(), look)
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the picture was written."""
    parser = argparse.ArgumentParser(
        prog="python -m tektra.avatar.picture", description="Draw the avatar into a PNG."
    )
    parser.add_argument("--out", type=Path, required=True, help="the PNG to write")
    parser.add_argument("--expression", default=NEUTRAL, help=", ".join(EXPRESSIONS))
    parser.add_argument("--viseme", default=SILENCE, help=", ".join(SHAPES))
    parser.add_argument("--weights", default="", help='further ARKit weights, as JSON: {"jawOpen": 0.5}')
    parser.add_argument(
        "--look", default="", help='as /tektra/avatar/customize takes it: {"hair": "#803010"}'
    )
    parser.add_argument(
        "--head", type=float, nargs=3, default=(0, 0, 0), metavar=("YAW", "PITCH", "ROLL"), help="degrees"
    )
    parser.add_argument(
        "--size", type=int, nargs=2, default=(640, 480), metavar=("WIDTH", "HEIGHT"), help="pixels"
    )
    given = parser.parse_args(arguments)
    try:
        state = state_of(given.expression, given.viseme, given.weights, given.look, given.head)
        render_state_to_png(state, given.out, width_px=given.size[0], height_px=given.size[1])
    except TektraError as error:
        print(f"error: {error.what}\nremedy: {error.remedy}", file=sys.stderr)  # noqa: T201 - a command
        return 2
    print(f"wrote {given.out}")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
