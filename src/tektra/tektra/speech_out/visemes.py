# SPDX-License-Identifier: Apache-2.0
"""IPA phonemes to mouth shapes: the 15 visemes of Oculus Lipsync, with the phonemes' times.

Which phoneme looks like which viseme: Meta's "Viseme Reference" (developers.meta.com, Oculus Lipsync for Unreal and Unity),
whose table names the sounds of each: PP p b m, FF f v, TH th, DD t d, kk k g, CH tsh dzh sh, SS s z, nn n l, RR r,
aa, E, ih, oh, ou. Its ih, oh and ou are written I, O and U here, as ARKit and glTF avatars name them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tektra.speech_out.backends import Phoneme

SHAPES = ("sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U")

_SOUNDS = {
    "PP": "p b m ɓ ɸ β ʘ",
    "FF": "f v ɱ ⱱ",
    "TH": "θ ð",
    "DD": "t d ɾ ʈ ɖ ɗ",
    "kk": "k g ɡ x ɣ q ɢ χ ħ ʀ ʁ ɠ",
    "CH": "ʃ ʒ ç ɕ ʑ ʂ ʐ",
    "SS": "s z",
    "nn": "n l ŋ ɲ ɴ ɫ ʎ ɭ ɳ ɬ",
    "RR": "r ɹ ɻ ɚ ɝ ɜ ɽ",
    "aa": "a ɑ æ ʌ ɐ ɒ ɶ ə",
    "E": "e ɛ ø œ ɘ ɵ",
    "I": "i ɪ y ʏ j ɨ",
    "O": "o ɔ ɤ ɞ",
    "U": "u ʊ w ɯ ʉ ɥ ʍ ɰ",
}
SHAPE_OF = {sound: shape for shape, sounds in _SOUNDS.items() for sound in sounds.split()}
#: Marks of stress and tone sound with what follows them; so does h, which has the mouth of its vowel.
WITH_NEXT = frozenset("ˈˌhɦʔ")
#: Marks of length, nasality, rhoticity and ties sound with what is before them.
WITH_PREVIOUS = frozenset("ːˑ̩̯̃͡˞ʰʲʷˠ")
#: How far the mouth opens: reduced vowels barely, and consonants within the throat or nose less than the lips'.
WEIGHTS = {
    "ə": 0.6,
    "ɐ": 0.7,
    "ɪ": 0.8,
    "ʊ": 0.8,
    "k": 0.7,
    "g": 0.7,
    "ɡ": 0.7,
    "ŋ": 0.6,
    "n": 0.8,
    "t": 0.8,
    "d": 0.8,
}
STRESSED = "ˈ"
#: Affricates: the tongue already stands as for the second sound.
AFFRICATES = {("t", "ʃ"), ("d", "ʒ"), ("t", "ɕ"), ("d", "ʑ")}


@dataclass(frozen=True)
class VisemeSpan:
    """A mouth shape of SHAPES, when it sounds in s, and how far it is made, 0..1."""

    shape: str
    start_s: float
    duration_s: float
    weight: float


def visemes(phonemes: Sequence[Phoneme]) -> list[VisemeSpan]:
    """The mouth shapes of a piece, in order and without gaps: they begin and end with the phonemes' own sound."""
    spans: list[VisemeSpan] = []
    held_s = 0.0
    stressed = False
    for index, phoneme in enumerate(phonemes):
        symbol = phoneme.symbol
        if symbol in WITH_NEXT and index + 1 < len(phonemes):
            held_s += phoneme.duration_s
            stressed = stressed or symbol == STRESSED
        elif symbol in WITH_PREVIOUS and spans and not held_s:
            spans[-1] = _longer(spans[-1], phoneme.duration_s)
        else:
            following = phonemes[index + 1].symbol if index + 1 < len(phonemes) else ""
            _append(spans, _span(phoneme, following, held_s=held_s, stressed=stressed))
            held_s, stressed = 0.0, False
    return spans


def _span(phoneme: Phoneme, following: str, *, held_s: float, stressed: bool) -> VisemeSpan:
    shape = "CH" if (phoneme.symbol, following) in AFFRICATES else SHAPE_OF.get(phoneme.symbol, "sil")
    weight = 1.0 if stressed else WEIGHTS.get(phoneme.symbol, 0.9)
    return VisemeSpan(
        shape=shape,
        start_s=phoneme.start_s - held_s,
        duration_s=phoneme.duration_s + held_s,
        weight=0.0 if shape == "sil" else weight,
    )


def _append(spans: list[VisemeSpan], span: VisemeSpan) -> None:
    """Joins equal neighbours; drops what has no length."""
    if span.duration_s <= 0.0:
        return
    if spans and spans[-1].shape == span.shape:
        spans[-1] = _longer(spans[-1], span.duration_s, max(spans[-1].weight, span.weight))
    else:
        spans.append(span)


def _longer(span: VisemeSpan, by_s: float, weight: float | None = None) -> VisemeSpan:
    return VisemeSpan(
        span.shape, span.start_s, span.duration_s + by_s, span.weight if weight is None else weight
    )
