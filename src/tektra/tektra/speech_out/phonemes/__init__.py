# SPDX-License-Identifier: Apache-2.0
"""Phonemes without espeak-ng: English, French and Italian by word lists and rules for the rest, Spanish by rules. No GPL part.

Letters are those of Kokoro's alphabet before its digraphs are joined (kokoro.py); a stress mark stands before its vowel, as espeak-ng
writes it, since the model learnt Spanish, French and Italian so. The lists are a model of config/models.lock: misaki's English ones
(Apache-2.0) and gruut's French and Italian ones (MIT).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from tektra.language.sentences import sentences
from tektra.speech_out.phonemes.english import English
from tektra.speech_out.phonemes.french import French
from tektra.speech_out.phonemes.italian import Italian
from tektra.speech_out.phonemes.spanish import Spanish
from tektra.speech_out.phonemes.word_list import Reader

#: By the first letter of Kokoro's voices.
LANGUAGES = "abefi"
MODEL = "phonemes"
#: A word (with apostrophes or hyphens inside), or a mark at which a voice pauses.
TOKENS = re.compile(r"[^\W\d_]+(?:['’\-‐][^\W\d_]+)*['’]?|[;:,.!?—…\"()]")
MARKS = frozenset(';:,.!?—…"()')


@cache
def reader(language: str, folder: Path) -> Reader:
    """Of one of LANGUAGES; `folder`: where the lists lie. Reads them: 0.1 s for English. Raises OSError or ValueError."""
    match language:
        case "a":
            return English(folder, "us")
        case "b":
            return English(folder, "gb")
        case "e":
            return Spanish()
        case "f":
            return French(folder)
        case "i":
            return Italian(folder)
    raise ValueError(f"no phonemes for {language!r}")


def phonemes(text: str, language: str, folder: Path) -> list[str]:
    """For each sentence its words' letters, parted by blanks, and its marks."""
    found = []
    for sentence in sentences(text):
        tokens = TOKENS.findall(sentence.replace("’", "'").replace("‐", "-"))
        words = [token for token in tokens if token not in MARKS]
        spoken = iter(reader(language, folder).spoken(words))
        row = [token if token in MARKS else " " + next(spoken) for token in tokens]
        found.append(re.sub(r" +", " ", "".join(row)).strip())
    return found
