# SPDX-License-Identifier: Apache-2.0
"""What an English question asks for beyond what detectors tell: whatever word of it is not understood may decide the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tektra.vision.words import NUMBERS, plural

#: Words that ask, point and join, and ask for nothing more than what is there.
PLAIN = frozenset(
    "a an the this that these those any some is are was were be there here it they what which who where how many much number count do does "
    "did you i can could would please tell me us whether if see sees seen seeing look find spot notice now right "
    "currently at moment still all or and of in on to from side hand picture image photo camera view front your my our s t "
    "visible present around anywhere somewhere anything something everything else ok hey tektra know think show shows there's "
    "have has got exactly about just also too as".split()
)
#: Which side a question is about.
SIDES = {"left": "left", "right": "right", "middle": "centre", "centre": "centre", "center": "centre"}
#: Which people a detector of people cannot tell apart from others.
SORTS = frozenset(
    "man men woman women child children boy boys girl girls baby babies adult adults guest guests kid kids".split()
)
#: How an English question or request begins.
BEGINS = frozenset(
    "is are was were am do does did can could would will has have had what which who whose where when why how isn aren doesn don "
    "should tell".split()
)
#: A room, or another place that no detector knows: what is asked is before the camera all the same.
PLACE = re.compile(r"\b(?:in|at|inside|into) (?:the |this |that |my |your |our )?([a-z]+(?: room| hall)?)\b")
#: How a thing lies to another, once the names of things are semicolons.
RELATED = re.compile(
    r"(?<!many )\b(?:on|in|at|of|from|with|to|inside|into) (?:the |a |an |this |that |my |your |our |any )?;"
)
COMPARED = re.compile(r"\b(?:more|less|fewer|at least|at most|only|bigger|larger|smaller|than|same)\b")
NEGATED = re.compile(r"\b(?:not|no|isn|aren|neither|nor|never|without|nothing|nobody|doesn|don)\b")


def beyond(words: Sequence[str], named: Sequence[str], people: Sequence[str]) -> list[str]:
    """The words that ask for more than whether, how many and on which side: of a state, a deed, a colour, a name, or how things lie to
    each other. `named` are the classes in it, `people` the words for anybody."""
    text = f" {' '.join(words)} "
    for name in sorted(named, key=len, reverse=True):
        text = text.replace(f" {plural(name)} ", " ; ").replace(f" {name} ", " ; ")
    if RELATED.search(text):
        return ["lies"]
    text = PLACE.sub(" ", text)
    known = PLAIN | set(people) | set(SIDES) | set(NUMBERS)
    return [word for word in re.findall(r"[a-z]+", text) if word not in known]


def side_of(words: Sequence[str]) -> str:
    """The only side that the question is about; empty: none, or a choice between two."""
    text = " ".join(words).replace("right now", "").replace("right here", "").replace("right there", "")
    sides = {SIDES[word] for word in text.split() if word in SIDES}
    return (
        sides.pop()
        if len(sides) == 1
        and re.search(r"\b(?:on|at|to|in) (?:the|your|my) (?:\w+ )?(?:left|right|middle|cent)", text)
        else ""
    )


def number_of(words: Sequence[str]) -> int | None:
    """How many the question supposes ("are there three cups?"); None where it supposes nothing, or compares."""
    if COMPARED.search(" ".join(words)):
        return None
    told = [
        NUMBERS.index(word) if word in NUMBERS else int(word)
        for word in words
        if word in NUMBERS[1:] or word.isdigit()
    ]
    return told[0] if len(told) == 1 else None
