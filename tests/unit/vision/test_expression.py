# SPDX-License-Identifier: Apache-2.0
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.vision.expression import AROUSAL, NEUTRAL, Moods, read_expression

SIDES = ("Left", "Right")


def shapes(**strengths: float) -> dict[str, float]:
    """Shapes by name; those with two sides are given to both."""
    single = ("browInnerUp", "jawOpen")
    return {
        f"{name}{side}": value
        for name, value in strengths.items()
        for side in (("",) if name in single else SIDES)
    }


@pytest.mark.parametrize(
    ("face", "name"),
    [
        (shapes(), NEUTRAL),
        (shapes(mouthSmile=0.9, cheekSquint=0.4), "happy"),
        (shapes(mouthFrown=0.8, browInnerUp=0.7), "sad"),
        (shapes(browDown=0.8, mouthPress=0.5), "angry"),
        (shapes(browInnerUp=0.9, browOuterUp=0.9, jawOpen=0.7, eyeWide=0.5), "surprised"),
        (shapes(jawOpen=0.8), NEUTRAL),
        (shapes(mouthSmile=0.2), NEUTRAL),
    ],
)
def test_faces_are_read_by_their_muscles(face: dict[str, float], name: str) -> None:
    assert read_expression(face).name == name


def test_a_smile_is_pleasant_and_a_frown_is_not() -> None:
    assert read_expression(shapes(mouthSmile=0.9)).valence > 0.3
    assert read_expression(shapes(mouthFrown=0.9, browInnerUp=0.9)).valence < -0.3


def test_one_side_of_a_smile_is_half_of_it() -> None:
    whole, half = read_expression(shapes(mouthSmile=1.0)), read_expression({"mouthSmileLeft": 1.0})
    assert whole.confidence == pytest.approx(2.0 * half.valence / 0.9)


@given(st.dictionaries(st.sampled_from(sorted({*shapes(**dict.fromkeys(
    ("mouthSmile", "cheekSquint", "mouthFrown", "browDown", "mouthPress", "noseSneer", "browOuterUp", "eyeWide", "jawOpen", "browInnerUp"), 1.0))})), st.floats(0.0, 1.0)))  # fmt: skip
def test_whatever_the_face_the_numbers_stay_in_bounds(face: dict[str, float]) -> None:
    read = read_expression(face)
    assert -1.0 <= read.valence <= 1.0
    assert -1.0 <= read.arousal <= 1.0
    assert 0.0 <= read.confidence <= 1.0
    assert read.name in {NEUTRAL, *AROUSAL}


def test_a_mouth_that_opens_for_a_word_is_no_mood_and_a_smile_that_stays_is() -> None:
    moods, smile = (
        Moods(),
        {"mouthSmileLeft": 0.9, "mouthSmileRight": 0.9, "cheekSquintLeft": 0.7, "cheekSquintRight": 0.7},
    )
    assert moods.read("f1", {}, 0.0).name == "neutral"
    assert moods.read("f1", smile, 0.2).name == "neutral"
    assert moods.read("f1", {}, 0.4).name == "neutral"
    told = [moods.read("f1", smile, 0.6 + look * 0.2).name for look in range(10)]
    assert told[-1] == "happy"
    assert told == sorted(told, reverse=True), "once told it stays"
    moods.keep(())
    assert moods.read("f1", {}, 3.0).name == "neutral"
