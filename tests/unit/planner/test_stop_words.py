# SPDX-License-Identifier: Apache-2.0
"""Which sentences stop everything, without a model."""

import pytest

from tektra.common.stop_words import Verdict, is_stop, verdict


@pytest.mark.parametrize(
    "text",
    [
        "stop", "Stop!", "STOP STOP STOP", "please stop", "Tektra, stop now", "rover1 stop", "rover one, stop please",
        "hey rover 2 halt", "freeze", "Stop it.", "stop the robots", "stop everything", "could you please stop the rover",
        "stop at once", "that was an emergency stop", "e-stop", "oh no stop", "okay stop moving",
        "Halt!", "Stopp bitte", "sofort anhalten", "Arrête!", "arrêtez tout", "¡Para!", "alto", "Detente", "fermati",
        "стоп", "Стой!", "止まれ", "停！", "멈춰", "emergency stop now, there is a child",
    ],
)  # fmt: skip
def test_a_sentence_that_asks_to_stop_is_a_stop(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "   ", "...", "go to the kitchen", "rover1 drive to the bus stop", "stop at the kitchen",
        "do not stop", "why did you stop?", "go to the hall and stop there", "what is a halt sign?",
        "this is for you", "ve para la cocina", "停车场在哪里呢", "non-stop music please", "stop talking",
    ],
)  # fmt: skip
def test_a_sentence_that_only_mentions_stopping_is_left_to_the_planner(text: str) -> None:
    assert not is_stop(text)


@pytest.mark.parametrize(
    "text", ["cancel", "Cancel that.", "never mind", "abort", "please cancel the plan", "forget it"]
)
def test_a_cancel_ends_the_plan_without_latching_a_stop(text: str) -> None:
    assert verdict(text) is Verdict.CANCEL


@pytest.mark.parametrize("text", ["stop talking", "be quiet", "Shut up!", "please stop speaking"])
def test_a_wish_for_silence_is_no_stop(text: str) -> None:
    assert verdict(text) is Verdict.HUSH


def test_a_very_long_text_is_judged_by_its_beginning() -> None:
    assert is_stop("stop " + "now " * 100_000)
    assert not is_stop("go " * 100_000)
