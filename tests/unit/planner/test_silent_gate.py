# SPDX-License-Identifier: Apache-2.0
"""A gate is silent when it says nothing while the planner looks, not when the planner was held up."""

import pytest

from tektra.planner.world.safety_state import FORGIVEN_MAX_S, SILENT_S, SafetyState


@pytest.fixture
def safety() -> SafetyState:
    state = SafetyState()
    say(state, 0.0)
    return state


def say(state: SafetyState, now_s: float) -> None:
    state.looked(now_s)
    state.heard(epoch=1, stopped=False, causes=(), robots={}, now_s=now_s)


def look(state: SafetyState, from_s: float, to_s: float) -> str:
    """Looks ten times a second; the last that it says."""
    halted = ""
    for step in range(1, round((to_s - from_s) * 10) + 1):
        now_s = from_s + 0.1 * step
        state.looked(now_s)
        halted = state.halted(now_s, 1)
    return halted


def test_a_gate_that_ends_is_silent_after_a_moment(safety: SafetyState) -> None:
    assert look(safety, 0.0, SILENT_S - 0.2) == ""
    assert "silent" in look(safety, SILENT_S - 0.2, SILENT_S + 0.2)


@pytest.mark.parametrize("held_up_s", [1.0, 3.0, FORGIVEN_MAX_S - 1.0])
def test_what_the_planner_was_held_up_is_no_silence_of_the_gate(
    safety: SafetyState, held_up_s: float
) -> None:
    look(safety, 0.0, 0.2)
    after_s = 0.2 + held_up_s
    assert safety.halted(after_s, 1) == "", "before it has looked"
    safety.looked(after_s)
    assert safety.halted(after_s, 1) == ""
    assert look(safety, after_s, after_s + 1.0) == ""
    say(safety, after_s + 1.0)
    assert look(safety, after_s + 1.0, after_s + 2.0) == ""


def test_a_gate_that_ended_meanwhile_is_silent_soon_after(safety: SafetyState) -> None:
    look(safety, 0.0, 0.2)
    safety.looked(5.2)
    assert "silent" in look(safety, 5.2, 5.2 + SILENT_S + 0.2)


def test_a_planner_that_is_held_up_again_and_again_knows_it_in_the_end(safety: SafetyState) -> None:
    now_s = 0.0
    while not safety.halted(now_s, 1):
        now_s += 0.6
        safety.looked(now_s)
        assert now_s < FORGIVEN_MAX_S + SILENT_S + 1.3
    assert now_s > FORGIVEN_MAX_S


def test_a_stop_holds_however_long_the_planner_was_held_up(safety: SafetyState) -> None:
    safety.heard(epoch=2, stopped=True, causes=("topic",), robots={}, now_s=0.1)
    safety.looked(8.0)
    assert "stopped" in safety.halted(8.0, 2)
