# SPDX-License-Identifier: Apache-2.0
"""Visemes in time become mouth shapes."""

import itertools

import pytest

from tektra.avatar.arkit import INDEX, NAMES
from tektra.avatar.errors import UnknownNameError
from tektra.avatar.visemes import MAX_PENDING, SHAPES, Viseme, VisemeTimeline
from tektra.common.errors import InputError

JAW = INDEX["jawOpen"]


def spoken(*visemes: Viseme) -> VisemeTimeline:
    timeline = VisemeTimeline()
    timeline.add("u", list(visemes))
    return timeline


def test_there_are_the_fifteen_oculus_visemes_and_all_use_arkit_names_between_0_and_1():
    assert list(SHAPES) == "sil PP FF TH DD kk CH SS nn RR aa E I O U".split()
    assert all(
        shape.shape == (len(NAMES),) and shape.min() >= 0 and shape.max() <= 1 for shape in SHAPES.values()
    )
    assert len({shape.tobytes() for shape in SHAPES.values()}) == 15


def test_a_viseme_stands_fully_while_it_sounds_and_is_named():
    weights, name = spoken(Viseme("aa", 10.0, 0.2)).at(10.1)
    assert name == "aa"
    assert weights == pytest.approx(SHAPES["aa"])


def test_the_mouth_is_closed_long_before_and_long_after():
    timeline = spoken(Viseme("aa", 10.0, 0.2))
    for at_s in (9.0, 10.6):
        weights, name = timeline.at(at_s)
        assert name == "sil"
        assert not weights.any()


def test_the_mouth_begins_to_open_before_the_sound():
    timeline = spoken(Viseme("aa", 10.0, 0.2))
    opening = [timeline.at(10.0 - before_s)[0][JAW] for before_s in (0.07, 0.05, 0.03, 0.01)]
    assert opening == sorted(opening)
    assert 0.0 == opening[0] < opening[1]


def test_half_the_weight_opens_the_mouth_less():
    whole, _ = spoken(Viseme("aa", 10.0, 0.2)).at(10.1)
    half, _ = spoken(Viseme("aa", 10.0, 0.2, weight=0.5)).at(10.1)
    assert 0 < half[JAW] < whole[JAW]


def test_from_one_vowel_to_the_next_the_mouth_moves_without_a_jump():
    timeline = spoken(Viseme("aa", 10.0, 0.12), Viseme("U", 10.12, 0.12), Viseme("E", 10.24, 0.12))
    frames = [timeline.at(9.9 + number / 100)[0] for number in range(60)]
    assert max(abs(after - before).max() for before, after in itertools.pairwise(frames)) < 0.25


def test_a_p_between_two_vowels_closes_the_lips():
    timeline = spoken(Viseme("aa", 10.0, 0.12), Viseme("PP", 10.12, 0.06), Viseme("aa", 10.18, 0.12))
    before, within = timeline.at(10.06)[0], timeline.at(10.15)[0]
    assert within[JAW] < 0.4 * before[JAW]
    assert within[INDEX["mouthRollLower"]] > 0.15


def test_cancelling_forgets_what_has_not_begun_and_ends_what_sounds():
    """What was announced and not said moves no lips."""
    timeline = spoken(Viseme("aa", 10.0, 1.0), Viseme("O", 11.0, 0.5))
    timeline.cancel("u", 10.2)
    assert timeline.at(10.4)[1] == "sil"
    assert timeline.at(11.2)[1] == "sil"


@pytest.mark.parametrize("utterance", ["u", "another"])
def test_after_an_interruption_the_lips_move_again(utterance):
    """met4citizen/TalkingHead#132: they were dead then. A pause takes back what was announced, and goes on with the same utterance."""
    timeline = spoken(Viseme("aa", 10.0, 1.0))
    timeline.cancel("u", 10.2)
    timeline.add(utterance, [Viseme("O", 11.0, 0.3)])
    assert timeline.at(10.6)[1] == "sil"
    assert timeline.at(11.15)[1] == "O"
    assert timeline.speaking(11.15)


def test_cancelling_one_utterance_leaves_the_other():
    timeline = spoken(Viseme("aa", 10.0, 0.2))
    timeline.add("other", [Viseme("O", 10.0, 0.2)])
    timeline.cancel("u", 9.0)
    assert timeline.at(10.1)[1] == "O"


def test_cancelling_without_a_name_cancels_all():
    timeline = spoken(Viseme("aa", 10.0, 0.2))
    timeline.cancel("", 9.0)
    assert not timeline.speaking(10.1)


def test_it_speaks_only_around_sounds():
    timeline = spoken(Viseme("sil", 9.0, 0.5), Viseme("aa", 10.0, 0.2))
    assert [timeline.speaking(at_s) for at_s in (9.2, 10.1, 10.3, 11.0)] == [False, True, True, False]


@pytest.mark.parametrize("shape", ["", "AA", "jawOpen", "x" * 10_000])
def test_a_viseme_that_does_not_exist_is_refused_and_nothing_is_added(shape: str):
    timeline = VisemeTimeline()
    with pytest.raises(UnknownNameError, match="aa"):
        timeline.add("u", [Viseme("aa", 1.0, 1.0), Viseme(shape, 2.0, 1.0)])
    assert not timeline.speaking(1.5)


@pytest.mark.parametrize(
    "bad", [Viseme("aa", 1.0, -0.1), Viseme("aa", 1.0, 0.1, 1.5), Viseme("aa", 1.0, 0.1, float("nan"))]
)
def test_times_and_weights_that_cannot_be_are_refused(bad: Viseme):
    with pytest.raises(InputError):
        VisemeTimeline().add("u", [bad])


def test_a_flood_is_refused_and_room_comes_back_when_it_has_sounded():
    timeline = spoken(*[Viseme("aa", 1.0, 0.1)] * MAX_PENDING)
    with pytest.raises(InputError, match="waiting"):
        timeline.add("u", [Viseme("aa", 2.0, 0.1)])
    timeline.at(5.0)
    timeline.add("u", [Viseme("aa", 6.0, 0.1)])
    assert timeline.speaking(6.05)
