# SPDX-License-Identifier: Apache-2.0
"""The words that stop, and those that explain them away: config/language/<code>/stop.yaml of all languages, as one.

People mix languages, and nobody knows a voice's language before it said something, so all are looked at together. Read once,
when this module is imported. Under the files lies a floor: a file that is missing or broken disables nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise, product

from tektra.common.errors import TektraError
from tektra.language import files
from tektra.language.clauses import sentences

Phrase = tuple[str, ...]
_CLASS = re.compile(r"<(\w+)>")
#: Longer words than this are told to be verbs by their end.
MOST_ENDING = 3
#: Nobody explains away so many stops in one text.
MAX_EXPLAINED = 12
#: What stops: wherever it stands, where it begins a clause, where nothing else is said.
STOPPING = ("stop", "first", "alone")

#: What stops without any file, in languages that have none, too; as clauses.plain_text leaves them.
FLOOR: Mapping[str, Iterable[str]] = {
    "stop": "stop,stopp,stoppen,emergency stop,e stop,estop,anhalten,stehenbleiben,stehen bleiben,bleib stehen,nothalt,"
    "notaus,not aus,arrete,arretez,arret d urgence,detente,detengase,parada de emergencia,fermati,fermatevi,stanna,"
    "стоп,стои,стоите,остановись".split(","),
    "first": "halt,freeze,halte,dont move,don t move,do not move,hold on,ne bouge pas,no te muevas,non muoverti".split(
        ","
    ),
    "alone": "para,pare,parate,parar,alto,ferma,fermo,alt,basta,stoj,whoa,wait".split(","),
    "fillers": "a ah all and at bitte can could everybody everyone everything hey it just no now oh ok okay once please por "
    "favor right robot robots rover rovers s the them tektra tectra um uh vous wait will would you immediately sofort".split(),
    "where": "at,by,near,beside,behind,when,next to".split(","),
    "negations": "don t,do not,dont,never,not,nicht".split(","),
    "questions": "how why when where what did does".split(),
    "talk": "talking speaking singing reden sprechen".split(),
    "hush": "be quiet,shut up,quiet,silence,hush,sei still,tais toi,callate,zitto".split(","),
    "cancel": "cancel,never mind,nevermind,forget it,abort,abbrechen,annule,cancela,annulla".split(","),
}
LISTS = (
    "stop", "first", "alone", "whole", "final", "last", "never", "fillers", "agents", "everyone", "where", "where_before", "despite", "subjects",
    "negations", "negated_after", "not_negated", "light", "questions", "asides", "talk", "harmless", "things", "the", "nouns_before", "nouns_after",
    "moves", "then", "joins", "contrasts", "goals", "leads", "lasting", "of_whom", "pauses", "until_told", "facts", "told_of", "elsewhen", "quoting", "past", "present", "not_of_non", "or_else", "urgent", "objects", "third", "conditions", "not_conditions", "mentions", "modals", "hush", "hushed", "cancel", "cancelled", "not_slips", "warnings", "dated", "long_ago", "outcome", "told", "anew", "awhile", "begun", "unbegun", "verbs", "between", "places", "no_objects", "onward", "fronted", "described", "called", "awaited", "directions", "dangers", "counted", "measures", "amended",
)  # fmt: skip


class Table:
    """Phrases, found where they begin. Immutable after it was made."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases = frozenset(phrases)
        self.firsts = frozenset(phrase[0] for phrase in self.phrases)
        self._lasts = frozenset(phrase[-1] for phrase in self.phrases)
        self._single = frozenset(phrase[0] for phrase in self.phrases if len(phrase) == 1)
        #: Those of several words by their first and their second, longest first.
        self._longer: dict[str, dict[str, tuple[Phrase, ...]]] = {}
        for phrase in sorted(self.phrases, key=len, reverse=True):
            if len(phrase) > 1:
                by_second = self._longer.setdefault(phrase[0], {})
                by_second[phrase[1]] = (*by_second.get(phrase[1], ()), phrase)

    def at(self, row: list[str], index: int) -> int:
        """How many words the longest phrase that begins at `index` has; 0 when none does."""
        if not 0 <= index < len(row) or (first := row[index]) not in self.firsts:
            return 0
        if (by_second := self._longer.get(first)) and index + 1 < len(row):
            for phrase in by_second.get(row[index + 1], ()):
                if tuple(row[index : index + len(phrase)]) == phrase:
                    return len(phrase)
        return int(first in self._single)

    def ends_at(self, row: list[str], end: int) -> bool:
        """Whether a phrase ends right before `end`."""
        if not 0 < end <= len(row) or row[end - 1] not in self._lasts:
            return False
        return any(self.at(row, start) == end - start for start in range(max(0, end - 8), end))

    def within(self, row: list[str]) -> bool:
        """Whether a phrase begins anywhere in the row."""
        return not self.firsts.isdisjoint(row) and any(self.at(row, index) for index in range(len(row)))


#: What the clause behind a mere "wait" is known by, in one language: its verb means another thing in the next ("est", "a", "es").
OPENING = (
    "begun",
    "unbegun",
    "verbs",
    "between",
    "places",
    "no_objects",
    "fronted",
    "the",
    "then",
    "fillers",
    "subjects",
    "pauses",
    "described",
    "called",
    "awaited",
)


@dataclass(frozen=True)
class Opening:
    """One language's own tables, by their names in OPENING, and how its verbs end, each behind the words that stand before it:
    "è …ato"."""

    tables: Mapping[str, Table]
    endings: tuple[tuple[Phrase, str], ...] = ()

    def ends_as_verb(self, row: list[str], index: int) -> bool:
        """Whether the words there may be a verb that no table has: by their end, and as they are nothing else."""
        none = ("described", "between", "places", "unbegun", "the", "then", "fillers")
        for before, ending in self.endings:
            end = index + len(before)
            if end >= len(row) or tuple(row[index:end]) != before:
                continue
            if len(row[end]) > MOST_ENDING and row[end].endswith(ending):
                return bool(before) or not any(self.tables[key].at(row, end) for key in none)
        return False


class Lexicon:
    """Tables by role, of all languages. Immutable after it was made."""

    def __init__(self, given: Iterable[Mapping[str, object]]) -> None:
        lists: dict[str, list[str]] = {key: list(FLOOR.get(key, ())) for key in LISTS}
        split: dict[str, set[tuple[str, str]]] = {"split": set(), "split_other": set()}
        openings: list[Opening] = []
        for data in given:
            for key in LISTS:
                lists[key] += _phrases(data, key)
            own = {key: _table(_phrases(data, key)) for key in OPENING}
            ends = [_words(str(end)) for end in _phrases(data, "verb_ends")]
            openings.append(Opening(own, tuple((end[:-1], end[-1]) for end in ends)))
            for key, found_pairs in split.items():
                pairs = map(_words, _phrases(data, key))
                found_pairs |= {(pair[0], pair[1]) for pair in pairs if len(pair) == 2}
        lists["stop"] += lists["dangers"]
        self.split, self.split_other = frozenset(split["split"]), frozenset(split["split_other"])
        self.openings = tuple(openings)
        self._tables = {key: _table(phrases) for key, phrases in lists.items()}
        self.stopping = {w for key in STOPPING for w in self._tables[key].firsts}
        heads = {p[:2] for key in STOPPING for p in self._tables[key].phrases}
        self._stopping_words = frozenset(head[0] for head in heads if len(head) == 1)
        self._stopping_pairs = frozenset(head for head in heads if len(head) == 2)
        self.triggers = frozenset(
            self.stopping
            | {first for first, _ in self.split}
            | {w for key in ("hush", "cancel", "final", "last") for w in self._tables[key].firsts}
        )
        begins = {
            p[:2] for key in (*STOPPING, "hush", "cancel", "final", "last") for p in self._tables[key].phrases
        }
        self._trigger_words = self._stopping_words.union(
            (first for first, _ in self.split), (head[0] for head in begins if len(head) == 1)
        )
        self._trigger_pairs = frozenset(head for head in begins if len(head) == 2)
        #: With another word nothing begins that is looked for in a clause.
        self.starts = frozenset(self.triggers | set(self._tables["never"].firsts))
        self.split_firsts = frozenset(first for first, _ in self.split)
        #: Words that may be meant by a slip of the keyboard, and those that are right as they are.
        self.single = frozenset(p[0] for key in STOPPING for p in self._tables[key].phrases if len(p) == 1)
        self.vocabulary = frozenset(word for phrases in lists.values() for p in phrases for word in _words(p))

    def stops_at(self, row: list[str], index: int) -> bool:
        """Whether words that stop begin there, whatever stands beside them."""
        return any(self._tables[key].at(row, index) for key in STOPPING)

    def may_mean(self, row: list[str]) -> bool:
        """Whether the row holds how anything begins that stops or ends something; quicker than to look at it."""
        if not self._trigger_words.isdisjoint(row):
            return True
        return len(row) > 1 and not self._trigger_pairs.isdisjoint(pairwise(row))

    def holds_stop(self, row: list[str]) -> bool:
        """Whether words that stop begin anywhere in the row, however long it is."""
        if not self._stopping_words.isdisjoint(row):
            return True
        if self._stopping_pairs.isdisjoint(pairwise(row)):
            return False
        return any(word in self.stopping and self.stops_at(row, at) for at, word in enumerate(row))

    def __getitem__(self, key: str) -> Table:
        return self._tables[key]


def _phrases(data: Mapping[str, object], key: str) -> list[str]:
    """The phrases of a list; "<name>" in one stands for each of the phrases in `classes` under that name."""
    given, classes = data.get(key), data.get("classes")
    known = classes if isinstance(classes, dict) else {}
    found: list[str] = []
    for phrase in given if isinstance(given, list) else []:
        parts = _CLASS.split(str(phrase))
        choices = [known.get(part, []) if at % 2 else [part] for at, part in enumerate(parts)]
        found += ["".join(map(str, chosen)) for chosen in product(*choices)]
    return found


def _words(phrase: str) -> Phrase:
    return tuple(word for clauses in sentences(phrase) for clause in clauses for word in clause)


def _table(phrases: Iterable[str]) -> Table:
    return Table(words for phrase in phrases if (words := _words(phrase)))


def read_lexicon() -> tuple[Lexicon, tuple[str, ...]]:
    """All languages' words over the floor, and what is wrong with those files that could not be used."""
    given: list[Mapping[str, object]] = []
    problems: list[str] = []
    try:
        codes = files.languages()
    except TektraError as error:
        return Lexicon(()), (str(error),)
    for code in codes:
        try:
            given.append(files.read(code, "stop"))
        except TektraError as error:
            problems.append(str(error))
    return Lexicon(given), tuple(problems)
