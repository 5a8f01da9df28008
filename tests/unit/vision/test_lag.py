# SPDX-License-Identifier: Apache-2.0
"""How old a stream's pictures are by its own times."""

import random

from tektra.vision.lag import SETTLED_S, Lag


def told(delays_s: list[float], rate_hz: float = 20.0, starts_s: float = 5000.0) -> list[float | None]:
    """What is said of pictures that were taken at this rate, and came so much later each."""
    lag = Lag()
    return [
        lag.behind_s(70.0 + k / rate_hz + late, starts_s + k / rate_hz) for k, late in enumerate(delays_s)
    ]


def test_a_steady_stream_is_not_behind() -> None:
    jitter = random.Random(1)
    said = told([jitter.uniform(0.0, 0.03) for _ in range(400)])
    assert said[0] is None
    assert all(behind is not None and behind < 0.05 for behind in said[100:])


def test_what_waited_is_as_old_as_it_is() -> None:
    said = told([0.0] * 40 + [3.0] * 40)
    assert said[39] == 0.0
    assert all(behind is not None and 2.8 < behind <= 3.0 for behind in said[40:])


def test_what_lay_in_store_at_the_beginning_is_told_only_once_it_has_caught_up() -> None:
    catching_up = [2.0 - 0.025 * k for k in range(80)]  # twice as fast as it was taken
    said = told(catching_up + [0.0] * 40)
    assert all(behind is None for behind in said[:80])
    assert all(behind is None for behind in said[80 : 80 + round(SETTLED_S * 20) - 1])
    assert said[-1] is not None and said[-1] < 0.05


def test_a_recording_never_is_up_to_date() -> None:
    assert set(told([-0.02 * k for k in range(1000)])) == {None}


def test_a_camera_that_counts_from_its_start_again_is_judged_anew() -> None:
    lag = Lag()
    for k in range(40):
        lag.behind_s(70.0 + k / 20.0, 9000.0 + k / 20.0)
    assert lag.behind_s(72.0, 0.0) is None
    said = [lag.behind_s(72.0 + k / 20.0, k / 20.0) for k in range(1, 30)]
    assert said[-1] == 0.0


def test_a_clock_that_goes_a_little_wrong_is_no_lag() -> None:
    """A camera's clock may lose a second in three hours."""
    said = told([0.0001 * k / 20.0 for k in range(20 * 3600)])
    assert max(behind for behind in said if behind is not None) < 0.01
    said = told([-0.0001 * k / 20.0 for k in range(20 * 3600)])
    assert all(behind is not None for behind in said[20:])
