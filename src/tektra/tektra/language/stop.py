# SPDX-License-Identifier: Apache-2.0
"""Words that stop, found without any model. Plain text in, a verdict out; well under a millisecond, no state.

A missed stop is worse than a needless one: a word that stops counts wherever it stands, unless something in its own sentence
explains it away: where or when to stop ("stop at the kitchen"), what else to stop ("stop talking"), a question ("how do I
stop you?"), a "don't", a noun ("the bus stop"). See docs/decisions/stopping-by-word.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from tektra.language.alarms import LEAST, alarms
from tektra.language.clauses import sentences
from tektra.language.robot_names import MARK, UNKNOWN, RobotNames
from tektra.language.stop_clause import Clause, Kind
from tektra.language.stop_lexicon import MAX_EXPLAINED, Lexicon, read_lexicon
from tektra.language.stop_pauses import behind_pauses
from tektra.language.stop_rows import is_mark

MAX_CHARACTERS = 4000
#: Of a longer text, this much of its end is heard too.
TAIL_CHARACTERS = 500
#: What explains a stop away stands in its sentence, this many clauses before at most.
MAX_CLAUSES_BEFORE = 6
#: Clauses with words that may stop hold so many words together, and what is looked at beside each so many, in what people say.
MAX_LOOKED_WORDS, MAX_BESIDE_WORDS = 160, 40
#: A clause counts as this many words at least.
LEAST_WORDS = 4
#: Only short texts are looked through for slips of the keyboard.
MAX_SLIP_WORDS = 6
SIGNS = ("🛑", "⛔", "✋", "⏹", "\N{RAISED HAND}")
#: Scripts without spaces: a stop when the sentence is hardly longer than the word.
UNSPACED = ("止まれ", "とまれ", "止まって", "ストップ", "停", "停下", "停止", "멈춰", "멈춰라", "정지")

#: "stopstopstop" is three words, and "non-stop" is one.
_GLUED = re.compile(r"stop(?=stop)|non-stop", re.IGNORECASE)
_GLUES = ("stopstop", "non-stop")
_APART = {"sto": "stop ", "non": "nonstop"}

LEXICON, PROBLEMS = read_lexicon()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`robots`: those that a STOP is about, by their names; empty for everything. `pauses`: it stops by a mere "wait", which may
    also begin a correction ("no wait, the office"): only who can read the rest may take it for one."""

    kind: Kind
    robots: tuple[str, ...] = ()
    pauses: bool = False


NOTHING = Verdict(Kind.NONE)


def verdict(text: str, robots: Iterable[str] = ()) -> Verdict:
    """What the words mean. `robots`: names of those that are here now; without them every stop is for everything. One that is
    called as people stop is not among them: the word stays what it is."""
    if len(text) > MAX_CHARACTERS:
        text = f"{text[: MAX_CHARACTERS - TAIL_CHARACTERS]} . {text[-TAIL_CHARACTERS:]}"
    if not text.isascii() and (any(sign in text for sign in SIGNS) or _unspaced_stop(text)):
        return Verdict(Kind.STOP)
    folded = text.casefold()
    if any(glue in folded for glue in _GLUES):
        text = _GLUED.sub(lambda found: _APART[found[0].lower()[:3]], text)
    said = sentences(text)
    words = [*chain.from_iterable(chain.from_iterable(said))]
    slips = len(words) <= MAX_SLIP_WORDS
    if not slips and LEXICON.triggers.isdisjoint(words):
        return NOTHING
    names = _names(tuple(robots))
    if slips and (whole := _whole(LEXICON, names, words)):
        return whole
    ear = _Ear(LEXICON, names, slips=slips)
    for sentence in said:
        if ear.heard_all:
            break
        ear.hear(behind_pauses(LEXICON, names, sentence))
    return ear.verdict()


def stops_by_name(name: str) -> bool:
    """Whether a robot's name, said alone, stops or cancels."""
    return verdict(name.replace("_", " ")).kind is not Kind.NONE


@lru_cache(maxsize=64)
def _names(robots: tuple[str, ...]) -> RobotNames:
    return RobotNames([name for name in robots if not stops_by_name(name)])


def alarmed(text: str) -> bool:
    """Whether words that no rule stops are a cry all the same ("you're on my foot!"). To be asked only while something moves."""
    return alarms(text[-TAIL_CHARACTERS:], LEAST, heard_before=names_stop)


def names_stop(clauses: Iterable[list[str]]) -> bool:
    """Whether a sentence holds a word that is nothing but a stop: the rules have explained it away, and know better. One that stops
    where it begins a clause is none elsewhere ("eine alte Frau")."""
    return any(LEXICON["stop"].within(clause) or _begins_as_stop(clause) for clause in clauses)


def _begins_as_stop(clause: list[str]) -> bool:
    at = 0
    while not LEXICON["first"].at(clause, at) and (light := LEXICON["fillers"].at(clause, at)):
        at += light
    return LEXICON["first"].at(clause, at) > 0


def names_what_lasts(text: str) -> bool:
    """Whether the words name a patrol or the like."""
    return any(LEXICON["lasting"].within(clause) for clause in chain.from_iterable(sentences(text)))


def is_stop(text: str) -> bool:
    """True when the words ask something to stop."""
    return verdict(text).kind is Kind.STOP


def _whole(lexicon: Lexicon, names: RobotNames, words: list[str]) -> Verdict | None:
    """A stop by what is one only where nothing else is said, robots' names apart: a "stp" that is typed alone."""
    row = names.mark(words)
    robots, at, found = list[str](), 0, False
    while at < len(row):
        if is_mark(row[at]):
            robots.append(row[at].removeprefix(MARK))
            at += 1
            continue
        if not (length := lexicon["whole"].at(row, at)):
            return None
        at, found = at + length, True
    known = tuple(dict.fromkeys(robots)) if all(MARK + robot != UNKNOWN for robot in robots) else ()
    return Verdict(Kind.STOP, known) if found else None


class _Ear:
    """Hears one text, sentence by sentence."""

    def __init__(self, lexicon: Lexicon, names: RobotNames, *, slips: bool) -> None:
        self._lexicon = lexicon
        self._names = names
        self._looked = self._weighed = 0  # words
        self._slips = slips
        self._stopped: list[tuple[str, ...]] = []
        self._pauses = True
        self._kinds: set[Kind] = set()
        self._heavy = False  # something else is said, too
        self._explained = 0

    @property
    def heard_all(self) -> bool:
        """Everything stops, and not by a mere "wait": no more words change that."""
        return not self._pauses and () in self._stopped

    def hear(self, clauses: list[list[str]]) -> None:
        beside: dict[int, list[str]] = {}

        def marked(index: int) -> list[str]:
            if index not in beside:
                row, half = clauses[index], MAX_BESIDE_WORDS // 2
                ends = row if len(row) <= MAX_BESIDE_WORDS else [*row[:half], *row[-half:]]
                beside[index] = self._names.mark(ends)
            return beside[index]

        may_mean = self._lexicon.may_mean
        for index, row in enumerate(clauses):
            if not self._slips and not may_mean(row):
                self._heavy = self._heavy or self._weighs(row)
                continue
            if self.heard_all:
                return
            self._looked += max(len(row), LEAST_WORDS)
            if self._looked > MAX_LOOKED_WORDS:
                rest = [word for clause in clauses[index:] for word in clause]
                self._stopped += [()] if self._lexicon.holds_stop(rest) else []
                self._pauses = False
                return
            before = [marked(at) for at in range(max(0, index - MAX_CLAUSES_BEFORE), index)]
            after = [marked(index + 1)] if index + 1 < len(clauses) else []
            found = Clause(self._lexicon, self._names.mark(row), before, after, slips=self._slips)
            kind = found.kind()
            self._explained += found.explained
            if kind is Kind.STOP or self._explained > MAX_EXPLAINED:
                self._stopped.append(found.robots() if kind is Kind.STOP else ())
                self._pauses = self._pauses and found.pauses
            elif kind is Kind.NONE:
                self._heavy = True
            elif kind is not None:
                self._kinds.add(kind)
                self._explained += 1

    def _weighs(self, row: list[str]) -> bool:
        """Whether a clause without any word that stops holds more than fillers; then nothing beside it is a mere "quiet"."""
        self._weighed += max(len(row), LEAST_WORDS)
        if self._weighed > MAX_LOOKED_WORDS:
            return True  # nobody says so many fillers around a mere "quiet"
        return Clause(self._lexicon, self._names.mark(row), (), (), slips=False).weighs

    def verdict(self) -> Verdict:
        if self._stopped:
            everything = any(not robots for robots in self._stopped)
            robots = () if everything else tuple(dict.fromkeys(r for rs in self._stopped for r in rs))
            return Verdict(Kind.STOP, robots, self._pauses)
        if Kind.END in self._kinds:
            return Verdict(Kind.END)
        if self._heavy or not self._kinds:
            return NOTHING
        return Verdict(Kind.CANCEL if Kind.CANCEL in self._kinds else Kind.HUSH)


def _unspaced_stop(text: str) -> bool:
    bare = re.sub(r"[\s\W_]+", "", text)
    return any(bare.startswith(word) and len(bare) <= len(word) + 3 for word in UNSPACED)
