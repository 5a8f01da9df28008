# SPDX-License-Identifier: Apache-2.0
"""Words that stop everything, found without any model. Plain text in, a verdict out; microseconds, no state.

A missed stop is worse than a needless one: where a sentence begins with a stop word it counts, unless it plainly
says where or when to stop ("stop at the kitchen") or what else to stop ("stop talking").
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum


class Verdict(Enum):
    """What a sentence means for what is under way."""

    STOP = "stop"  # stop everything that moves, and latch
    CANCEL = "cancel"  # end the plan under way, in good order
    HUSH = "hush"  # end the speech
    NONE = "none"


#: Stop when a sentence begins with one of them.
STOP = frozenset(
    "stop stopp halt freeze estop anhalten stehenbleiben arrete arretez stoppen detente detenganse detengase "
    "fermati fermatevi stanna стоп стои стоите остановись".split()  # as _plain() leaves them: й is written и
)
#: Words that also mean something else ("para" is Spanish for "for"): a stop only when nothing else is said.
STOP_ALONE = frozenset("para pare parate parar alto ferma alt basta notaus nothalt stoj whoa".split())
#: A stop wherever it stands.
STOP_ANYWHERE = (
    "emergency stop",
    "e stop",
    "emergency halt",
    "arret d urgence",
    "parada de emergencia",
    "not aus",
)
#: Scripts without spaces: a stop when the sentence is hardly longer than the word.
STOP_UNSPACED = ("止まれ", "とまれ", "止まって", "ストップ", "停", "停下", "停止", "멈춰", "멈춰라", "정지")
#: What may stand before a stop word without changing it.
FILLERS = frozenset(
    "a ah all and arm at bitte can could dot everybody everyone everything god hello hey it just no now oh ok okay "
    "once please por favor right robot robots rover rovers s il si stp te tectra tektra that the them these this us "
    "vous wait will would you one two three four five six seven eight nine ten immediately alle alles sofort jetzt "
    "tout todos ya per favore plait".split()
)
#: After a stop word: it says where or when, so a planner has to read it.
WHERE = frozenset("at by near beside before behind when after between next".split())
TALK = frozenset("talking speaking singing chatting reading talk reden sprechen parler hablar".split())
CANCEL = frozenset("cancel nevermind abort abbrechen annuler annule cancela cancelar annulla".split())
CANCEL_PHRASES = (
    "never mind",
    "forget it",
    "forget that",
    "cancel that",
    "cancel it",
    "call it off",
    "vergiss es",
)
HUSH_PHRASES = ("be quiet", "shut up", "quiet", "silence", "hush", "sei still", "tais toi", "callate")
_WORD = re.compile(r"[^\W_]+")
_NAMED = re.compile(r"[a-z]+\d+|\d+")


def verdict(text: str) -> Verdict:
    """What the sentence means, judged by its words alone. Any text is accepted, of any length."""
    plain = _plain(text[:4000])
    words = _WORD.findall(plain)
    if not words:
        return Verdict.NONE
    spoken = " ".join(words)
    if any(f" {phrase} " in f" {spoken} " for phrase in STOP_ANYWHERE) or _unspaced_stop(text):
        return Verdict.STOP
    core = _without_leading_fillers(words)
    if core and core[0] in STOP:
        return _judge_after_stop(core)
    rest = [word for word in words if not _is_filler(word)]
    if rest and all(word in STOP or word in STOP_ALONE for word in rest):
        return Verdict.STOP
    if rest and (all(word in CANCEL for word in rest) or " ".join(core) in CANCEL_PHRASES):
        return Verdict.CANCEL
    if core and core[0] in CANCEL and len(core) <= 4:
        return Verdict.CANCEL
    return Verdict.HUSH if " ".join(core) in HUSH_PHRASES else Verdict.NONE


def is_stop(text: str) -> bool:
    """True when the sentence asks everything to stop."""
    return verdict(text) is Verdict.STOP


def _judge_after_stop(core: list[str]) -> Verdict:
    following = core[1:]
    if following[:1] and following[0] in TALK:
        return Verdict.HUSH
    at_once = following[:2] == ["at", "once"]
    if following[:1] and following[0] in WHERE and not at_once:
        return Verdict.NONE
    return Verdict.STOP


def _without_leading_fillers(words: list[str]) -> list[str]:
    for index, word in enumerate(words):
        if not _is_filler(word):
            return words[index:]
    return []


def _is_filler(word: str) -> bool:
    return word in FILLERS or _NAMED.fullmatch(word) is not None


def _unspaced_stop(text: str) -> bool:
    bare = re.sub(r"[\s\W_]+", "", text)
    return any(bare.startswith(word) and len(bare) <= len(word) + 3 for word in STOP_UNSPACED)


def _plain(text: str) -> str:
    """Lower case, without accents or apostrophes, so that "Arrête!" is "arrete"."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(" " if c in "'’-" else c for c in apart if not unicodedata.combining(c))
