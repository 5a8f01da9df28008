# SPDX-License-Identifier: Apache-2.0
"""Italian: the spelling tells the sounds; where the stress is, a word list knows, or the ending, else it is on the last but one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tektra.speech_out.phonemes.word_list import read_list, stressed

VOWELS = "aeiouɛɔ"
#: Without a stress of their own.
WEAK = frozenset(
    "a ad ai al alla alle allo agli che chi ci con col da dai dal dalla dalle de dei del della delle dello degli di e ed gli i il in la le "
    "lo ma mi ne nei nel nella nelle nello o per se si su sui sul sulla sulle ti tra fra un una uno vi non".split()
)
#: Endings with the stress on the third last vowel.
EARLY = re.compile(
    r"(?:[aei]bil[ei]|evol[ei]|issim[oaie]|esim[oaie]|(?:[aei]n|[oa]l|t)ic[oaie]|ologi?[oaie]?|metr[oi]|grad[oi]|aul[oaie]|ul[oaie])$"
)
RULES = tuple(
    (re.compile(spelling), sound)
    for spelling, sound in (
        ("gli(?=[aeou])", "ʎ"), ("gli", "ʎi"), ("gn", "ɲ"), ("sci(?=[aeou])", "ʃ"), ("sc(?=[eièéì])", "ʃ"), ("sch", "sk"),
        ("cci(?=[aeouàòù])", "tʃː"), ("cc(?=[eièéì])", "tʃː"), ("cch", "kː"), ("ci(?=[aeouàòù])", "tʃ"), ("c(?=[eièéì])", "tʃ"),
        ("ch", "k"), ("cqu", "kːw"), ("cc", "kː"), ("c", "k"), ("ggi(?=[aeouàòù])", "dʒː"), ("gg(?=[eièéì])", "dʒː"), ("ggh", "ɡː"),
        ("gi(?=[aeouàòù])", "dʒ"), ("g(?=[eièéì])", "dʒ"), ("gh", "ɡ"), ("gg", "ɡː"), ("g", "ɡ"), ("qu", "kw"), ("q", "k"),
        ("zz", "tsː"), ("(?<![a-zàèéìòù])z", "dz"), ("z", "ts"), ("(?<=[aeiouàèéìòù])s(?=[aeiouàèéìòù])", "z"),
        ("s(?=[bdgvlmnr])", "z"), ("rr", "rː"), ("r", "ɾ"), ("h", ""), ("([bdflmnpstv])\\1", ""), ("i(?=[aeouàèéòù])", "j"),
        ("u(?=[aeioàèéìò])", "w"), ("j", "j"), ("x", "ks"), ("y", "i"), ("k", "k"), ("w", "w"), ("à", "a"), ("è", "ɛ"), ("é", "e"),
        ("ì", "i"), ("ò", "ɔ"), ("ù", "u"), ("n(?=[cgq])", "ŋ"),
    )
)  # fmt: skip


class Italian:
    """Meets Reader. `folder` holds it.db."""

    def __init__(self, folder: Path) -> None:
        self._stress = {
            word: place for word, sound in read_list(folder / "it.db").items() if (place := _place(sound))
        }

    def spoken(self, words: Sequence[str]) -> list[str]:
        return [
            " ".join(self._word(part) for part in re.split("[-']", word.casefold()) if part) for word in words
        ]

    def _word(self, word: str) -> str:
        sound, at = "", 0
        while at < len(word):
            for spelling, said in RULES:
                found = spelling.match(word, at)
                if found is not None:
                    sound += said if said or not found.groups() else found.group(1) + "ː"
                    at = found.end()
                    break
            else:
                sound, at = sound + word[at], at + 1
        if word in WEAK:
            return sound
        if word[-1] in "àèéìòù":
            return stressed(sound, VOWELS, 1)
        early = 3 if EARLY.search(word) else 2 if word[-1] in "aeiou" else 1
        return stressed(sound, VOWELS, self._stress.get(word, early))


def _place(sound: str) -> int:
    """The stressed vowel of a listed word, counted from its end; 0 where none is marked."""
    mark = sound.find("ˈ") if "ˈ" in sound else sound.find("ˌ")
    return sum(letter in VOWELS for letter in sound[mark:]) if mark >= 0 else 0
