# SPDX-License-Identifier: Apache-2.0
"""Whether what was heard is Tektra's own voice: by its sound, and by its words. No state, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from tektra.speech_in.backends import SAMPLE_RATE_HZ, Float32s
from tektra.speech_in.own_voice import OwnWord

#: A loudspeaker by Bluetooth takes 0.5 s; beyond this nobody takes a voice for an echo.
LONGEST_ECHO_S = 1.2
#: What is compared at a time. Longer would smear the peak where two devices' clocks differ by 100 millionths.
SEGMENT = SAMPLE_RATE_HZ
MOST_SEGMENTS = 8
LOW_HZ, HIGH_HZ = 250.0, 4000.0
#: How far the correlation's peak stands over its scatter: 6.0 in the middle and 9.9 at most for 153 pairs of strangers' speech; for
#: 1 s of an echo at -6 to -40 dB, 20 to 1000 ms late, 17 in the middle and 5.7 at least (docs/decisions/hearing-while-speaking.md).
MAYBE_ECHO_PEAK, ECHO_PEAK = 6.5, 12.0
#: Words are the same that differ by a letter or two: an echo is recognised worse than a voice.
SAME_WORD = 0.74
#: When a word is heard, against when it should be by the sound's delay.
WORD_SLACK_S = 0.5

#: What hangs together is one word: a recogniser in doubt says "t-t-t-t".
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


@dataclass(frozen=True)
class Match:
    """How like Tektra's own sound something is. `peak`: over the scatter. `delay_s`: how much later it came."""

    peak: float
    delay_s: float

    @property
    def may_be_echo(self) -> bool:
        return self.peak >= MAYBE_ECHO_PEAK

    @property
    def is_echo(self) -> bool:
        """So surely that its delay is known."""
        return self.peak >= ECHO_PEAK


def compare(heard: Float32s, own: Float32s, lead: int) -> Match:
    """Looks for `own` in `heard` (both 16 kHz). `own` begins `lead` samples before `heard`, and is that much longer.

    Generalized cross-correlation with phase transform (Knapp and Carter, IEEE ASSP 24, 1976), in segments of 1 s.
    """
    best = Match(0.0, 0.0)
    starts = range(0, max(1, len(heard) - SEGMENT // 2), SEGMENT)
    for at in list(starts)[-MOST_SEGMENTS:]:
        match = _compare_segment(heard[at : at + SEGMENT], own[at : at + SEGMENT + lead], lead)
        best = max(best, match, key=lambda one: one.peak)
    return best


def unexplained(text: str, own: Sequence[OwnWord]) -> str:
    """What is left of a text when the words are taken out that Tektra said itself, in their order, as far as they fit."""
    found = list(_WORD.finditer(text))
    if not own or not found:
        return text
    theirs = [word for one in own for word in _words(one.text)]
    mine = [_plain(one.group()) for one in found]
    taken = _aligned(mine, theirs)
    out, at = "", 0
    for index, one in enumerate(found):
        out += text[at : one.start()] + ("" if index in taken else one.group())
        at = one.end()
    rest = out + text[at:]
    rest = re.sub(r"^[\W_]+", "", rest)  # what stood between words that are gone
    return re.sub(r"\s+", " ", rest).strip()


def word_count(text: str) -> int:
    return len(_WORD.findall(text))


def _words(text: str) -> list[str]:
    return [_plain(one) for one in _WORD.findall(text)]


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'")


def _compare_segment(heard: Float32s, own: Float32s, lead: int) -> Match:
    if not heard.any() or not own.any():
        return Match(0.0, 0.0)
    size = 1 << (len(own) + len(heard) - 1).bit_length()
    cross = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(own, size))
    at_hz = np.arange(len(cross)) * (SAMPLE_RATE_HZ / size)
    cross[(at_hz < LOW_HZ) | (at_hz > HIGH_HZ)] = 0.0
    cross /= np.abs(cross) + 1e-9
    # At lag -k, `heard` begins k samples into `own`: an echo of no delay at k = lead, of the longest at k = 0.
    shifts = np.fft.irfft(cross, size)[-np.arange(lead + 1)]
    peak = int(np.argmax(np.abs(shifts)))
    scatter = float(np.sqrt(np.mean(shifts**2))) + 1e-12
    return Match(float(abs(shifts[peak])) / scatter, (lead - peak) / SAMPLE_RATE_HZ)


def _aligned(mine: Sequence[str], theirs: Sequence[str]) -> set[int]:
    """Indices of `mine` that go with a word of `theirs`: the longest common sequence of words that are about the same."""
    rows, columns = len(mine), len(theirs)
    score = np.zeros((rows + 1, columns + 1))
    like = [[_likeness(a, b) for b in theirs] for a in mine]
    for i in range(rows):
        for j in range(columns):
            score[i + 1, j + 1] = max(score[i, j + 1], score[i + 1, j], score[i, j] + like[i][j])
    taken: set[int] = set()
    i, j = rows, columns
    while i and j:
        if like[i - 1][j - 1] and score[i, j] == score[i - 1, j - 1] + like[i - 1][j - 1]:
            taken.add(i - 1)
            i, j = i - 1, j - 1
        elif score[i, j] == score[i - 1, j]:
            i -= 1
        else:
            j -= 1
    return taken


def _likeness(a: str, b: str) -> float:
    if a == b:
        return 1.0
    ratio = SequenceMatcher(None, a, b, autojunk=False).ratio()
    return ratio if ratio >= SAME_WORD else 0.0


def at_that_time(words: Iterable[OwnWord], from_s: float, to_s: float, delay_s: float) -> tuple[OwnWord, ...]:
    """The words that an echo of this delay brings between these times."""
    begin, end = from_s - delay_s - WORD_SLACK_S, to_s - delay_s + WORD_SLACK_S
    return tuple(word for word in words if begin <= word.at_s <= end)
