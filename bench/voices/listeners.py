# SPDX-License-Identifier: Apache-2.0
"""Who listens to Tektra: what they say without wanting the word, and what they say when they want it, in many voices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tektra.common import models
from tektra.speech_in.backends import Float32s
from voices.body_sounds import RECIPES, even
from voices.speakers import VARIANTS, ManyVoices, Speaker

#: Said while one listens. ("Mm-hm" is spelled out by synthesizers: it is among the recipes.)
LISTENING = ("Uh-huh.", "Hmm.", "Yeah.", "Ah.", "Oh.", "Okay.", "Right.", "I see.", "Yeah, yeah.", "Oh, wow.")
#: To take the word, and a word by which one knows that it was understood; of "stop", that it stops.
WANTING = (
    ("No, the office.", "office"),
    ("Stop!", "stop"),
    ("Yeah, but not now.", "not"),
    ("Wait a moment.", "moment"),
    ("Rover two, come back.", "back"),
    ("Hey, listen to me.", "listen"),
    ("What did you say?", "say"),
    ("Please stop now.", "stop"),
    ("Go to the kitchen instead.", "kitchen"),
    ("That is wrong.", "wrong"),
)


@dataclass(frozen=True)
class Sound:
    """One person's. `key`: what has to be understood; empty for what is not to be taken for a wish to speak. Its loudest is 1."""

    what: str
    key: str
    samples: Float32s


def speakers(count: int, seed: int) -> list[Speaker]:
    """All of Kokoro's voices that are here, espeak-ng's throats and piper at other pitches, in turn."""
    rng = np.random.default_rng(seed)
    styles = sorted(file.stem for file in models.path("kokoro").glob("*.bin"))
    kokoro = [Speaker("kokoro", ((name, 1.0),)) for name in styles]
    espeak = [
        Speaker("espeak", (), float(rng.uniform(0.85, 1.2)), 1.0, one) for one in rng.permutation(VARIANTS)
    ]
    piper = [Speaker("piper", (), pitch) for pitch in (0.82, 0.88, 1.15, 1.22, 1.3)]
    rows, found = [kokoro, espeak, piper], list[Speaker]()
    for number in range(count):
        row = rows[(0, 1, 0, 1, 2)[number % 5]]
        found.append(row[(number // 2) % len(row)])
    return found


def unwilling(voices: ManyVoices, words: int, step: int = 1) -> Iterator[Sound]:
    """Coughs, laughs, throats, sneezes, hums by recipe, and `words` of listening."""
    for name, make, count in RECIPES:
        for seed in range(0, count, step):
            yield Sound(name, "", make(seed))
    for number, speaker in enumerate(speakers(words, 31)):
        if number % step == 0:
            text = LISTENING[number % len(LISTENING)]
            yield Sound(text, "", even(voices.say(text, "en", speaker)))


def willing(voices: ManyVoices, count: int, step: int = 1) -> Iterator[Sound]:
    """Real interruptions."""
    for number, speaker in enumerate(speakers(count, 32)):
        if number % step == 0:
            text, key = WANTING[number % len(WANTING)]
            yield Sound(text, key, even(voices.say(text, "en", speaker)))
