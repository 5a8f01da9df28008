# SPDX-License-Identifier: Apache-2.0
"""A camera that was moved says so; people who walk, light that changes and furniture that is moved are no such thing."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from tektra.common.pixels import Pixels
from tektra.vision.stance import FIRST, LOOKS, Stance

RNG = np.random.default_rng(3)
WIDE = 900


def room(seed: int, things: int = 15) -> np.ndarray:
    """Wider than the camera sees: 900 x 480."""
    dice = np.random.default_rng(seed)
    image = np.full((480, WIDE, 3), 150, np.float32)
    image[260:] = (110, 120, 130)
    for _ in range(things):
        x, y, wide, high = dice.integers((0, 0, 15, 15), (WIDE, 480, 160, 160)).tolist()
        colour = dice.integers(20, 240, 3).tolist()
        cv2.rectangle(image, (x, y), (x + wide, y + high), colour, -1)
    return cv2.GaussianBlur(image, (5, 5), 0)


def before(wide: np.ndarray, left: int = 130, light: float = 1.0) -> Pixels:
    """What the camera gives of it."""
    shown = wide[:, left : left + 640] * light
    return np.clip(shown + RNG.normal(0.0, 3.0, shown.shape), 0, 255).astype(np.uint8)


def told(*pictures: Pixels) -> list[str]:
    stance = Stance()
    return [stance.judge(picture, look / 5.0) for look, picture in enumerate(pictures)]


MOVED: dict[str, Callable[[np.ndarray], Pixels]] = {
    "upside down": lambda wide: before(wide)[::-1, ::-1],
    "mirrored": lambda wide: before(wide)[:, ::-1],
    "mirrored upside down": lambda wide: before(wide)[::-1],
    "elsewhere": lambda wide: before(wide, 155),
    "looks elsewhere": lambda wide: before(wide, 250),
    "camera looks elsewhere": lambda wide: before(wide, 40),
}


@pytest.mark.parametrize("how", MOVED)
@pytest.mark.parametrize("seed", range(2))
def test_a_camera_that_was_turned_or_knocked_is_told_soon_and_until_it_hangs_as_before(
    how: str, seed: int
) -> None:
    wide = room(seed)
    words = told(
        *(before(wide) for _ in range(FIRST + 5)),
        *(MOVED[how](wide) for _ in range(30)),
        *(before(wide) for _ in range(3)),
    )
    begin = FIRST + 5
    assert words[:begin] == [""] * begin
    assert all(how in word for word in words[begin + LOOKS - 1 : -3]), "however long it hangs so"
    assert words[-3:] == [""] * 3


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("things", [2, 15])
def test_people_light_and_furniture_do_not_move_a_camera(seed: int, things: int) -> None:
    wide = room(seed, things)
    pictures = [before(wide) for _ in range(FIRST)]
    for look in range(60):
        shown, x = wide.copy(), (look * 23) % WIDE - 100
        cv2.rectangle(shown, (x, 60), (x + (320 if look > 40 else 110), 480), (60, 40, 90), -1)
        if look > 25:
            cv2.rectangle(shown, (400, 200), (560, 420), (10, 160, 220), -1)
        pictures.append(before(shown, light=1.0 if look < 35 else 0.5 if look < 50 else 1.2))
    assert set(told(*pictures)) == {""}


def test_a_hand_before_the_lens_for_one_look_now_and_then_is_no_moved_camera() -> None:
    """Looks that fit nothing count in a row, and not all that there ever were."""
    wide, other = room(0), room(7)
    pictures = [picture for _ in range(8) for picture in (*(before(wide) for _ in range(8)), before(other))]
    assert set(told(*pictures)) == {""}


def test_a_bare_wall_a_dark_room_and_another_size_are_no_doubt() -> None:
    bare = np.full((480, WIDE, 3), 140.0)
    dark = room(1) * 0.05
    pictures = [before(bare) for _ in range(20)] + [before(dark) for _ in range(20)] + [before(bare)] * 5
    assert set(told(*pictures)) == {""}
    assert set(
        told(*(before(room(2)) for _ in range(8)), *(before(room(2))[::2, ::2] for _ in range(8)))
    ) == {""}
