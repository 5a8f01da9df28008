# SPDX-License-Identifier: Apache-2.0
"""French: a word list, spelling rules for what is not in it, and the consonants that sound between two words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from tektra.speech_out.phonemes.word_list import by_rules, read_list, stressed

VOWELS = "aeiouyøœɛɔɑ"
#: Without a stress of their own.
WEAK = frozenset(
    "à au aux ce ces cette d dans de des du elle elles en est et eux il ils j je l la le les leur leurs lui ma mais me mes mon n ne nos "
    "notre nous on ou où par pas pour qu que qui s sa se ses si son sont sur t ta te tes ton tu un une vos votre vous y m c chez sans sous".split()
)
#: Before a vowel their last letter sounds, as this.
BOUND = {
    **dict.fromkeys("les des mes tes ses ces nos vos nous vous ils elles aux deux trois six dix chez dans sans sous très plus moins".split(), "z"),
    **dict.fromkeys("est sont quand vingt cent c'est grand petit tout".split(), "t"),
    **dict.fromkeys("on un en mon ton son bien rien".split(), "n"),
}  # fmt: skip
#: Apart from their list: before a consonant, and at the end.
NUMBERS = {"six": ("si", "sis"), "dix": ("di", "dis"), "huit": ("ɥi", "ɥit")}
BREATHED = re.compile(
    r"(?:h(?:aut|uit|all|alte|anche|amster|and|ors|éros|ibou|onte|ollande|ongrie)|onz|oui|un$|yaourt)"
)
ELIDED = {"l": "l", "d": "d", "j": "ʒ", "n": "n", "m": "m", "t": "t", "s": "s", "c": "s", "qu": "k", "jusqu": "ʒysk", "lorsqu": "lɔʁsk", "puisqu": "pɥisk"}  # fmt: skip
_V = "aeiouyàâäéèêëîïôöùûü"
RULES = tuple(
    (re.compile(spelling), sound)
    for spelling, sound in (
        ("eaux?", "o"), ("aux?$", "o"), ("au", "o"), ("oin(?![nm])", "wɛ̃"), ("oi[tsxe]?s?$", "wa"), ("oi", "wa"), ("oî", "wa"),
        ("oy(?=[aeiou])", "waj"), ("ouill", "uj"), ("où?û?[ust]?(?<=ou)", "u"), ("ou", "u"), ("où", "u"), ("oû", "u"),
        (f"(?:ai|ei)n(?![{_V}nm])", "ɛ̃"), (f"ien(?![{_V}nm])", "jɛ̃"), (f"éen(?![{_V}nm])", "eɛ̃"), (f"y[mn](?![{_V}nm])", "ɛ̃"),
        (f"i[mn](?![{_V}nm])", "ɛ̃"), (f"u[mn](?![{_V}nm])", "œ̃"), (f"o[mn](?![{_V}nm])", "ɔ̃"), (f"[ae][mn](?![{_V}nm])", "ɑ̃"),
        ("(?<=[a-zé])ent$", ""), ("euill", "œj"), ("ueil", "œj"), ("eille?", "ɛj"), ("aille?", "aj"), ("(?<![v])ille", "ij"),
        ("eux$", "ø"), ("eu(?=[rlfn])", "œ"), ("œu", "œ"), ("eu", "ø"), ("ai[ts]?$", "ɛ"), ("ai", "ɛ"), ("aî", "ɛ"), ("ay", "ɛj"), ("ei", "ɛ"),
        ("tion", "sjɔ̃"), ("ph", "f"), ("ch", "ʃ"), ("sch", "ʃ"), ("gn", "ɲ"), ("th", "t"), ("qu", "k"), ("q", "k"), ("gu(?=[eiéèêy])", "ɡ"),
        ("ge(?=[aou])", "ʒ"), ("g(?=[eiéèêy])", "ʒ"), ("gg", "ɡ"), ("g$", ""), ("g", "ɡ"), ("ç", "s"), ("sc(?=[eiéèy])", "s"), ("c(?=[eiéèêy])", "s"),
        ("cc(?=[eié])", "ks"), ("c+", "k"), ("ss", "s"), (f"(?<=[{_V}])s(?=[{_V}])", "z"), ("(?<=.)(?:ers|er|ez|ed)$", "e"), ("(?<=[a-zé])es$", ""),
        ("(?<=.)[dtpsxz]+$", ""), ("x", "ks"), ("j", "ʒ"), ("h", ""), ("w", "w"), ("rr?", "ʁ"), ("tt", "t"), ("ll", "l"), ("nn", "n"), ("mm", "m"),
        ("pp", "p"), ("ff", "f"), ("bb", "b"), ("dd", "d"), ("ées?$", "e"), ("é", "e"), ("[èêë]", "ɛ"), ("(?<=.)e$", ""), ("e(?=[bcdfgjklmnpqrstvwxz]{2})", "ɛ"),
        ("e", "ə"), ("[àâä]", "a"), (f"i(?=[{_V}])", "j"), ("[îï]", "i"), ("ô", "o"), ("o(?=[a-z])", "ɔ"), ("o", "o"), (f"u(?=[{_V}])", "ɥ"),
        ("[uùûü]", "y"), (f"y(?=[{_V}])", "j"), ("y", "i"),
    )
)  # fmt: skip


class French:
    """Meets Reader. `folder` holds fr.db."""

    def __init__(self, folder: Path) -> None:
        self._known = {
            word: sound.replace(" ", "") for word, sound in read_list(folder / "fr.db").items() if sound
        }

    def spoken(self, words: Sequence[str]) -> list[str]:
        lower = [word.casefold() for word in words]
        sounds = []
        for at, word in enumerate(lower):
            behind = lower[at + 1] if at + 1 < len(lower) else ""
            to_vowel = bool(behind) and behind[0] in _V + "h" and not BREATHED.match(behind)
            sounds.append(self._bound(word, behind, to_vowel=to_vowel))
        return sounds

    def _bound(self, word: str, behind: str, *, to_vowel: bool) -> str:
        if word in NUMBERS and not to_vowel:
            return NUMBERS[word][0 if behind else 1].replace("ɥ", "y")
        sound = NUMBERS[word][0] if word in ("six", "dix") else self._word(word)
        if to_vowel and word in BOUND and not sound.endswith(BOUND[word]):
            sound += BOUND[word]
        return sound

    def _word(self, word: str) -> str:
        if word in self._known:
            return self._marked(word, self._known[word])
        head, apart, rest = word.partition("'")
        if apart and rest:
            return ELIDED.get(head, by_rule(head)) + self._word(rest)
        if "-" in word:
            return " ".join(self._word(part) for part in word.split("-") if part)
        plain = word.strip("'")
        return self._marked(plain, by_rule(plain))

    @staticmethod
    def _marked(word: str, sound: str) -> str:
        sound = sound.replace("ɥ", "y")
        return sound if word in WEAK else stressed(sound, VOWELS, 1)


def by_rule(word: str) -> str:
    """Of a word that is in no list, its letters' sounds."""
    return by_rules(word, RULES, keeps=True)
