# SPDX-License-Identifier: Apache-2.0
import numpy as np
import pytest

from tektra.common.pixels import Pixels
from tektra.vision.health import FROZEN_S, Health

RNG = np.random.default_rng(7)


def room(height: int = 240, width: int = 320) -> Pixels:
    """Something like a room, with a sensor's noise: no two are the same."""
    slope = np.linspace(40.0, 200.0, width)[None, :, None] + np.linspace(-20.0, 20.0, height)[:, None, None]
    return np.clip(slope + RNG.normal(0.0, 2.0, (height, width, 3)), 0, 255).astype(np.uint8)


def test_a_living_picture_is_well() -> None:
    health = Health()
    for fifth in range(20):
        verdict = health.judge(room(), fifth / 5.0)
        assert (verdict.blind, verdict.doubt) == ("", "")


@pytest.mark.parametrize("level", [0.0, 8.0, 15.0])
def test_black_is_blind_with_the_noise_of_a_sensor_too(level: float) -> None:
    dark = np.clip(RNG.normal(level, 3.0, (240, 320, 3)), 0, 255).astype(np.uint8)
    verdict = Health().judge(dark, 0.0)
    assert "black" in verdict.blind and verdict.doubt


@pytest.mark.parametrize("colour", [(255, 255, 255), (128, 128, 128), (30, 60, 220)])
def test_one_flat_colour_is_blind(colour: tuple[int, int, int]) -> None:
    flat = np.clip(np.array(colour) + RNG.normal(0.0, 1.5, (240, 320, 3)), 0, 255).astype(np.uint8)
    assert "flat colour" in Health().judge(flat, 0.0).blind


def test_a_dim_room_is_not_black() -> None:
    dim = (room() * 0.25).astype(np.uint8)
    assert Health().judge(dim, 0.0).blind == ""


def test_what_repeats_itself_is_told_before_it_is_in_doubt_and_a_picture_given_twice_is_not() -> None:
    health, shown = Health(), [room() for _ in range(10)]
    twice = [health.judge(shown[look // 2], look / 10.0).still for look in range(20)]
    assert not any(twice)
    after = [health.judge(shown[-1], 2.0 + look / 10.0) for look in range(10)]
    assert [verdict.still for verdict in after].index(True) <= 5
    assert after[-1].still and not after[-1].doubt


@pytest.mark.parametrize("count", [1, 3])
def test_a_frozen_picture_and_a_ring_of_old_ones_are_told_and_a_new_one_mends_it(count: int) -> None:
    ring, health = [room() for _ in range(count)], Health()
    verdicts = [health.judge(ring[i % count], i / 5.0) for i in range(20)]
    assert not verdicts[2].doubt
    assert "has not changed" in verdicts[-1].doubt and not verdicts[-1].blind
    first = next(i for i, verdict in enumerate(verdicts) if verdict.doubt)
    assert first / 5.0 <= FROZEN_S + count / 5.0
    assert not health.judge(room(), 5.0).doubt


@pytest.mark.parametrize("size", [(320, 240), (240, 160), (480, 640)])
def test_a_picture_of_another_size_is_turned_or_another(size: tuple[int, int]) -> None:
    health = Health()
    assert not health.judge(room(240, 320), 0.0).doubt
    assert "turned, or another" in health.judge(room(*size), 0.1).doubt
    assert not health.judge(room(240, 320), 0.2).doubt


@pytest.mark.parametrize("colour", [0, 128, 255])
@pytest.mark.parametrize("rows", [slice(-60, None), slice(0, 60), slice(-30, None)])
def test_a_torn_picture_places_nobody(rows: slice, colour: int) -> None:
    torn = room()
    torn[rows] = colour
    assert "torn" in Health().judge(torn, 0.0).doubt


def test_a_black_stripe_across_the_middle_is_not_torn() -> None:
    striped = room()
    striped[100:140] = np.random.default_rng(7).integers(
        0, 4, (40, 320, 3)
    )  # black as a sensor gives it; lost lines are zero to the last bit
    assert not Health().judge(striped, 0.0).doubt
