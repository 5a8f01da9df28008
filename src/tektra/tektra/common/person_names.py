# SPDX-License-Identifier: Apache-2.0
"""Names of people: which are none, and which are the same to whoever reads them. Persons and prints are joined by name."""

from __future__ import annotations

import unicodedata

#: They shape letters of some scripts (Persian, Hindi), and are nothing to see in others.
JOINERS = "\u200c\u200d"
#: Controls, invisible and direction letters, halves of letters, private and unassigned ones, separators of lines.
NOT_SEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


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
