# SPDX-License-Identifier: Apache-2.0
"""English: misaki's word lists, endings that are put to words of them, and letters by rule for what is in none."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from tektra.speech_out.phonemes.word_list import STRESS, by_rules

VOWELS = frozenset("AIOQWYaeiouæɑɒɔəɛɜɪʊʌᵊᵻ")
#: Said otherwise before a vowel, and else.
WEAK = {"the": ("ði", "ðə"), "to": ("tʊ", "tə"), "a": ("ɐ", "ɐ"), "an": ("ɐn", "ɐn")}
#: Of a letter's name: those that the lists do not have as a word.
LETTERS = {
    "a": "ˈA", "b": "bˈi", "c": "sˈi", "d": "dˈi", "e": "ˈi", "f": "ˈɛf", "g": "ʤˈi", "h": "ˈAʧ", "i": "ˈI", "j": "ʤˈA", "k": "kˈA",
    "l": "ˈɛl", "m": "ˈɛm", "n": "ˈɛn", "o": "ˈO", "p": "pˈi", "q": "kjˈu", "r": "ˈɑɹ", "s": "ˈɛs", "t": "tˈi", "u": "jˈu", "v": "vˈi",
    "w": "dˈʌbᵊlju", "x": "ˈɛks", "y": "wˈI", "z": "zˈi",
}  # fmt: skip
#: What is in no list: the first that fits the letters, from left to right; | parts spelling and sound.
RULES = tuple(
    (re.compile(spelling), sound)
    for spelling, sound in (
        row.split("|")
        for row in (
            "^kn|n ^wr|ɹ ^ps|s tion|ʃən sion|ʒən cious|ʃəs tious|ʃəs ture|ʧəɹ igh|I eigh|A ough|O augh|ɔ tch|ʧ dge|ʤ sch|sk ch|ʧ sh|ʃ ph|f "
            "gh|ɡ ck|k ng$|ŋ ng|ŋɡ nk|ŋk qu|kw wh|w th|θ ee|i ea|i oo|u ou|W ow$|O ow|W oi|Y oy|Y ai|A ay|A au|ɔ aw|ɔ ey$|i ie$|i oa|O "
            "oe$|O ue$|u ui|u ar|ɑɹ or|ɔɹ er|əɹ ir|əɹ ur|əɹ a(?=[bcdfgklmnprstvz]e$)|A i(?=[bcdfgklmnprstvz]e$)|I "
            "o(?=[bcdfgklmnprstvz]e$)|O u(?=[bcdfgklmnprstvz]e$)|u (?<=[^aeiou])e$| c(?=[eiy])|s g(?=[ey])|ʤ (?<=[^aeiou])y$|i y(?=[aeiou])|j "
            "y|ɪ a$|ə o$|O i$|i a|æ e|ɛ i|ɪ o|ɑ u|ʌ bb|b cc|k dd|d ff|f gg|ɡ ll|l mm|m nn|n pp|p rr|ɹ ss|s tt|t zz|z b|b c|k d|d f|f g|ɡ "
            "h|h j|ʤ k|k l|l m|m n|n p|p r|ɹ s|s t|t v|v w|w x|ks z|z q|k"
        ).split()
        if "|" in row
    )
)
UNVOICED, HISSES = frozenset("ptkfθ"), frozenset("szʃʒʧʤ")


class English:
    """Meets Reader. `accent`: us or gb."""

    def __init__(self, folder: Path, accent: str) -> None:
        self._known: dict[str, str] = {}
        for name in ("silver", "gold"):
            given = json.loads((folder / f"{accent}_{name}.json").read_text(encoding="utf-8"))
            for word, sound in given.items():
                usual = sound.get("DEFAULT") if isinstance(sound, dict) else sound
                if isinstance(usual, str):
                    self._known[word] = usual

    def spoken(self, words: Sequence[str]) -> list[str]:
        sounds = [self._word(word.strip("'")) for word in words]
        for at, word in enumerate(words):
            weak = WEAK.get(word.casefold())
            if weak is not None:
                behind = sounds[at + 1].lstrip("ˈˌ") if at + 1 < len(words) else ""
                sounds[at] = weak[0] if behind[:1] in VOWELS else weak[1]
        return sounds

    def _word(self, word: str) -> str:
        if "-" in word:
            return " ".join(self._word(part) for part in word.split("-") if part)
        if len(word) > 1 and word.isupper() and not self._listed(word):
            return "".join(LETTERS.get(letter, "") for letter in word.casefold())
        return self._listed(word) or self._with_ending(word.casefold()) or by_rule(word.casefold())

    def _listed(self, word: str) -> str:
        for spelling in (word, word.casefold(), word.capitalize()):
            if spelling in self._known:
                return self._known[spelling]
        return ""

    def _with_ending(self, word: str) -> str:
        """Of a word that is listed without its ending."""
        for ending, stems in (
            ("'s", ("",)),
            ("s", ("",)),
            ("es", ("",)),
            ("ed", ("", "e")),
            ("ing", ("", "e")),
        ):
            if not word.endswith(ending) or len(word) - len(ending) < 2:
                continue
            stem = word.removesuffix(ending)
            doubled = [stem[:-1]] if ending in ("ed", "ing") and stem[-1:] == stem[-2:-1] else []
            for tried in (*(stem + more for more in stems), *doubled):
                sound = self._listed(tried)
                if sound:
                    return sound + _ending(ending, sound[-1])
        return ""


def by_rule(word: str) -> str:
    """Of a word that nobody knows: its letters' sounds, stressed on the first vowel."""
    sound = by_rules(word, RULES, keeps=False)
    first = next((index for index, letter in enumerate(sound) if letter in VOWELS), None)
    return sound if first is None else sound[:first] + STRESS + sound[first:]


def _ending(ending: str, last: str) -> str:
    if ending == "ing":
        return "ɪŋ"
    if ending == "ed":
        return "ᵻd" if last in "td" else "t" if last in UNVOICED | HISSES - frozenset("zʒʤ") else "d"
    return "ᵻz" if last in HISSES else "s" if last in UNVOICED else "z"
