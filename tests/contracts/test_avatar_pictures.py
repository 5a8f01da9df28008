# SPDX-License-Identifier: Apache-2.0
"""What was ugly in the offscreen pictures and must not come back: dead eyes, broken lashes, no teeth, a speckled outline."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from tektra.avatar import arkit
from tektra.avatar.backends.moderngl_renderer import ModernglRenderer
from tektra.avatar.expressions import EXPRESSIONS
from tektra.avatar.files import model_file
from tektra.avatar.look import Look
from tektra.avatar.state import AvatarState, HeadPose

Picture = NDArray[np.int64]
#: Rows and columns of 640x480: each eye with its lids, the opening of each eye, the mouth, and all hair.
LIDS = ((slice(175, 215), slice(270, 298)), (slice(175, 215), slice(342, 370)))
EYES = ((slice(183, 204), slice(263, 300)), (slice(183, 204), slice(338, 376)))
MOUTH, HAIR = (slice(240, 300), slice(290, 350)), slice(40, 260)


@pytest.fixture(scope="module")
def pictures() -> Iterator[dict[str, Picture]]:
    renderer = ModernglRenderer(model_file(), width_px=640, height_px=480)
    renderer.open()
    wanted = {name: EXPRESSIONS[name] for name in ("neutral", "happy")}
    wanted["asleep"] = np.maximum(EXPRESSIONS["neutral"], arkit.weights(arkit.both("eyeBlink", 1.0)))
    yield {
        name: renderer.render(AvatarState(weights=weights)).astype(int) for name, weights in wanted.items()
    }
    renderer.close()


def teeth(picture: Picture) -> int:
    """Pixels of the mouth that are light and without colour."""
    mouth = picture[MOUTH]
    return int(((mouth.min(axis=2) > 110) & (np.ptp(mouth, axis=2) < 35)).sum())


def test_each_eye_has_a_glint_in_its_dark(pictures: dict[str, Picture]) -> None:
    for eye in EYES:
        grey = pictures["neutral"][eye].mean(axis=2)
        dark = grey < 70
        near_dark = np.zeros_like(dark)
        for down in range(-3, 4):
            for right in range(-3, 4):
                near_dark |= np.roll(dark, (down, right), axis=(0, 1))
        assert (grey[near_dark] > 150).any()
        assert pictures["neutral"][eye].min(axis=2).max() >= 225


def test_closed_lids_are_one_line_without_a_gap(pictures: dict[str, Picture]) -> None:
    for lid in LIDS:
        darkest = pictures["asleep"][lid].mean(axis=2).min(axis=0)
        assert darkest.max() < 60, darkest


def test_a_smile_shows_teeth_and_a_calm_mouth_none(pictures: dict[str, Picture]) -> None:
    assert teeth(pictures["happy"]) > 180 > 80 > teeth(pictures["neutral"])


def test_no_single_bright_pixels_lie_along_the_hair(pictures: dict[str, Picture]) -> None:
    grey = pictures["neutral"][HAIR].mean(axis=2)
    around = [
        np.roll(grey, (down, right), axis=(0, 1))
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
        if down or right
    ]
    assert int((grey > np.max(around, axis=0) + 10.0).sum()) <= 15


def seen_through(picture: NDArray[np.uint8]) -> int:
    """Pixels of a green wall that hair and head enclose: what is seen between them."""
    red, green, blue = np.moveaxis(picture.astype(int), 2, 0)
    wall = green - np.maximum(red, blue) > 60
    around = np.zeros_like(wall)
    around[0] = around[-1] = around[:, 0] = around[:, -1] = True
    around &= wall
    while True:
        wider = around.copy()
        wider[1:] |= around[:-1]
        wider[:-1] |= around[1:]
        wider[:, 1:] |= around[:, :-1]
        wider[:, :-1] |= around[:, 1:]
        wider &= wall
        if (wider == around).all():
            return int((wall & ~around).sum())
        around = wider


@pytest.mark.parametrize("hair_style", ["bob", "short"])
def test_no_wall_is_seen_through_the_hair_however_the_head_turns(hair_style: str) -> None:
    """A lock beside the forehead stood off the head: a bright slit, up to 400 pixels of 600 x 600."""
    renderer = ModernglRenderer(model_file(), width_px=600, height_px=600)
    renderer.open()
    look = Look(hair_style=hair_style, background="#00ff00")
    found = {
        (yaw, roll): seen_through(
            renderer.render(
                AvatarState(weights=EXPRESSIONS["neutral"], head=HeadPose(yaw, pitch, roll), look=look)
            )
        )
        for yaw in (-0.5, -0.2, 0.0, 0.2, 0.5)
        for pitch, roll in ((0.1, 0.12), (-0.1, -0.12))
    }
    renderer.close()
    assert max(found.values()) <= 40, found
