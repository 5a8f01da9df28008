# SPDX-License-Identifier: Apache-2.0
"""Phonemes to mouth shapes, and to words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tektra.speech_out.backends import Phoneme
from tektra.speech_out.visemes import SHAPE_OF, SHAPES, visemes


def spoken(symbols: str, each_s: float = 0.1) -> list[Phoneme]:
    return [Phoneme(symbol, index * each_s, each_s) for index, symbol in enumerate(symbols)]


@pytest.mark.parametrize(
    ("symbols", "shapes"),
    [
        ("", []),
        ("^pa$", ["sil", "PP", "aa", "sil"]),
        ("fiːt", ["FF", "I", "DD"]),
        ("θɪŋk", ["TH", "I", "nn", "kk"]),
        ("ɹˈɛdi.", ["RR", "E", "DD", "I", "sil"]),
        ("həlˈoʊ", ["aa", "nn", "O", "U"]),
        ("tʃˈɪps", ["CH", "I", "PP", "SS"]),
        ("wˈɜːld", ["U", "RR", "nn", "DD"]),
        ("a, b", ["aa", "sil", "PP"]),
        ("☃", ["sil"]),
        ("ˈ", ["sil"]),
    ],
)
def test_phonemes_have_their_mouth_shapes(symbols: str, shapes: list[str]) -> None:
    assert [span.shape for span in visemes(spoken(symbols))] == shapes


@given(st.lists(st.tuples(st.sampled_from("^$ ,.ˈˌːhtʃdʒaɪoʊpbmfθəx☃"), st.floats(0.0, 0.3)), max_size=40))
def test_the_shapes_cover_the_sound_without_gap_or_overlap(parts: list[tuple[str, float]]) -> None:
    phonemes, at_s = [], 0.0
    for symbol, duration_s in parts:
        phonemes.append(Phoneme(symbol, at_s, duration_s))
        at_s += duration_s
    spans = visemes(phonemes)
    assert sum(span.duration_s for span in spans) == pytest.approx(at_s, abs=1e-9)
    for one, following in pairwise(spans):
        assert one.start_s + one.duration_s == pytest.approx(following.start_s, abs=1e-9)
        assert one.shape != following.shape
    assert all(span.shape in SHAPES and 0.0 <= span.weight <= 1.0 for span in spans)


def test_every_shape_but_silence_has_a_sound() -> None:
    assert set(SHAPE_OF.values()) | {"sil"} == set(SHAPES)


def test_a_stressed_vowel_opens_the_mouth_wider_than_a_reduced_one() -> None:
    weights = {span.shape: span.weight for span in visemes(spoken("pəˈo"))}
    assert weights["O"] > weights["aa"]
