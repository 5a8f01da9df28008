# SPDX-License-Identifier: Apache-2.0
"""Why a process ended, in words; and one that ends again and again for the same reason is left down."""

import signal

import pytest

from tektra.launch.last_words import LastWords
from tektra.launch.supervision import HEALTHY_S, SAME_ENDS, Phase, Supervised


@pytest.mark.parametrize(
    ("lines", "code", "reason"),
    [
        ([], 1, "exit code 1"),
        (["error: port 7101 is taken", "remedy: another"], 2, "exit code 2: error: port 7101 is taken"),
        (
            ["Traceback:", "  File x", "tektra.common.errors.OptionError: rate"],
            1,
            "exit code 1: tektra.common.errors.OptionError: rate",
        ),
        (["[INFO] all is well"], -signal.SIGSEGV, "signal SIGSEGV"),
        (["error: x"], -signal.SIGKILL, ""),
        (["error: x"], 0, ""),
    ],
)
def test_the_reason_is_what_it_said_last(lines: list[str], code: int, reason: str) -> None:
    words = LastWords()
    words.heard(lines)
    assert words.reason(code) == reason


def test_what_an_earlier_run_said_is_no_reason() -> None:
    words = LastWords()
    words.heard(["error: x"])
    words.started()
    assert words.reason(1) == "exit code 1"


def ended(process: Supervised, now_s: float, reason: str, lived_s: float = 1.0) -> float | None:
    process.started(now_s - lived_s)
    return process.exited(1, now_s, ending=False, reason=reason)


def test_three_ends_for_the_same_reason_leave_it_down() -> None:
    process = Supervised(respawn=True, first_pause_s=0.3)
    pauses = [ended(process, 10.0 * number, "exit code 2: error: x") for number in range(SAME_ENDS)]
    assert pauses == [0.3, 0.6, None]
    assert process.phase is Phase.ENDED
    assert process.why_down == "it ended 3 times for the same reason: exit code 2: error: x"


@pytest.mark.parametrize("reasons", [["x", "y"] * 5, [""] * 9])
def test_other_reasons_and_other_peoples_doing_do_not(reasons: list[str]) -> None:
    process = Supervised(respawn=True, first_pause_s=0.3)
    assert None not in [ended(process, 10.0 * number, reason) for number, reason in enumerate(reasons)]


def test_one_that_lived_well_in_between_is_started_again() -> None:
    process = Supervised(respawn=True, first_pause_s=0.3)
    lives = [1.0, 1.0, HEALTHY_S, 1.0]
    assert None not in [ended(process, 100.0 * number, "x", lived_s) for number, lived_s in enumerate(lives)]
