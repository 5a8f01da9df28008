# SPDX-License-Identifier: Apache-2.0
"""Names of people: which are none, and which are the same to whoever reads them. Persons and prints are joined by name."""

from __future__ import annotations

import unicodedata

#: They shape letters of some scripts (Persian, Hindi), and are nothing to see in others.
JOINERS = "\u200c\u200d"
#: Controls, invisible and direction letters, halves of letters, private and unassigned ones, separators of lines.
NOT_SEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
#: Letters that bear a script; marks, digits and modifiers stand beside letters of any.
LETTERS = frozenset({"Lu", "Ll", "Lt", "Lo"})
#: What people write together in one word, as Unicode's "highly restrictive" level has it (UTS #39, section 5.2).
TOGETHER = (
    frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "BOPOMOFO"}),
    frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "HANGUL"}),
)
#: Letters and digits that look like those below them (after Unicode's confusables.txt, UTS #39), for the alphabets of one look.
_LOOKS = str.maketrans(
    "АаВЕеЅѕІіЈјКМНОоРрСсТУуХхҮһԁԛԝѵӏӀԌΑΒΕΖΗΙΚΜΝΟοΡΤΥΧνιαυϲϹϳՕօՏհոսցզ01I|",
    "AaBEeSslijjKMHOoPpCcTYyXxYhdqwvllGABEZHlKMNOoPTYXviauccjOoShnugqolll",
)


def invisible(name: str) -> bool:
    """True where a name holds what nobody sees, so that it looks like another one or turns what stands beside it."""
    return any(
        unicodedata.category(letter) in NOT_SEEN
        and not (letter in JOINERS and _joins(name[max(0, at - 1) : at], name[at + 1 : at + 2]))
        for at, letter in enumerate(name)
    )


def same_name(name: str) -> str:
    """The form in which names are compared: blanks, capitals, widths and invisible letters aside."""
    plain = unicodedata.normalize("NFKC", name)
    seen = "".join(letter for letter in plain if unicodedata.category(letter) != "Cf")
    return unicodedata.normalize("NFKC", " ".join(seen.split()).casefold())


def mixed_scripts(name: str) -> bool:
    """True where one word mixes alphabets that nobody mixes: with Cyrillic letters among Latin ones it reads like another name."""
    return any(_mixed(word) for word in unicodedata.normalize("NFKC", name).replace("-", " ").split())


def looks_like(name: str) -> str:
    """The form in which two names are the same to the eye, whatever alphabets they are written in (UTS #39's skeleton, of what
    Latin, Cyrillic, Greek and Armenian share). To keep others' names from being borne, not to join anything by it."""
    plain = unicodedata.normalize("NFKC", name).translate(_LOOKS)
    return same_name(plain)


def _mixed(word: str) -> bool:
    scripts = {
        unicodedata.name(letter, "").split(" ")[0]
        for letter in word
        if unicodedata.category(letter) in LETTERS
    }
    return len(scripts) > 1 and not any(scripts <= known for known in TOGETHER)


def _joins(before: str, after: str) -> bool:
    return all(
        (
            side
            and unicodedata.category(side)[0] in "LM"
            and unicodedata.bidirectional(side) in ("AL", "R", "NSM")
        )
        or (side and "\u0900" <= side <= "\u0dff")
        for side in (before, after)
    )
