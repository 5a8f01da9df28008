# SPDX-License-Identifier: Apache-2.0
"""Spanish, of Spain: the spelling tells the sound and the stress."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tektra.speech_out.phonemes.word_list import STRESS

PLAIN = str.maketrans("áéíóúàèìòù", "aeiouaeiou")
#: Without a stress of their own.
WEAK = frozenset(
    "a al con de del el en la las le les lo los me mi mis nos o os para por que se si sin su sus te tu tus u un y e".split()
)
#: Letters, each as far as it goes; what stands before and behind tells which.
RULES = tuple(
    (re.compile(spelling), sound)
    for spelling, sound in (
        ("ch", "tʃ"), ("ll", "ʎ"), ("rr", "r"), ("(?<![a-záéíóúüñ])r", "r"), ("(?<=[nls])r", "r"), ("r", "ɾ"), ("qu(?=[eiéí])", "k"),
        ("q", "k"), ("gü", "ɣw"), ("(?<![a-záéíóúüñ])gu(?=[eiéí])", "ɡ"), ("(?<=n)gu(?=[eiéí])", "ɡ"), ("gu(?=[eiéí])", "ɣ"),
        ("g(?=[eiéí])", "x"), ("(?<![a-záéíóúüñ])g", "ɡ"), ("(?<=n)g", "ɡ"), ("g", "ɣ"), ("j", "x"), ("sc(?=[eiéí])", "sθ"),
        ("c(?=[eiéí])", "θ"), ("cc(?=[eiéí])", "kθ"), ("c", "k"), ("z", "θ"), ("ñ", "ɲ"), ("h", ""), ("(?<![a-záéíóúüñ])[bv]", "b"),
        ("(?<=[mn])[bv]", "b"), ("[bv]", "β"), ("(?<![a-záéíóúüñ])d", "d"), ("(?<=[nl])d", "d"), ("d", "ð"), ("(?<![a-záéíóúüñ])x", "s"),
        ("x", "ks"), ("y(?=[aeouáéíóú])", "ʝ"), ("w", "w"), ("n(?=[bvpm])", "m"), ("n(?=[kgqjc](?![eihéí]))", "ŋ"),
        ("(?<=[aeoáéó])[iy]", "ɪ"), ("(?<=[aeoáéó])u", "ʊ"), ("i(?=[aeouáéóú])", "j"), ("[uü](?=[aeioáéíó])", "w"), ("y", "i"),
        ("ü", "u"), ("ph", "f"),
    )
)  # fmt: skip
NUCLEUS = re.compile(r"[iuü]?[aeoáéó][iuy]?(?![áéíóú])|[iuü]?[áéíóú][iuy]?|[aeoiuüáéíóúy]+")


class Spanish:
    """Meets Reader."""

    def spoken(self, words: Sequence[str]) -> list[str]:
        return [" ".join(_word(part) for part in re.split("[-']", word.casefold()) if part) for word in words]


def _word(word: str) -> str:
    marked = _stress(word) if word not in WEAK else None
    sound, at = "", 0
    while at < len(word):
        if at == marked:
            sound += STRESS
        for spelling, said in RULES:
            found = spelling.match(word, at)
            if found is not None and at != marked:
                sound, at = sound + said, found.end()
                break
        else:
            sound += word[at].translate(PLAIN)
            at += 1
    return sound


def _stress(word: str) -> int | None:
    """Which letter is the stressed vowel: the one with an accent, or the last but one where the word ends in a vowel, n or s."""
    accent = re.search("[áéíóú]", word)
    if accent is not None:
        return accent.start()
    quiet = re.sub("[qg]u(?=[ei])", lambda found: "q-", word)
    nuclei = list(NUCLEUS.finditer(quiet))
    if not nuclei:
        return None
    last = re.search("[aeiou]n?s?$", word) is not None and len(nuclei) > 1
    nucleus = nuclei[-2 if last else -1]
    strong = re.search("[aeo]", nucleus.group())
    return nucleus.start() + (strong.start() if strong else len(nucleus.group()) - 1)
