# SPDX-License-Identifier: Apache-2.0
"""Requests with what must come of them, read from bench/cases/commands/*.yaml; and the judge.

A file holds one language: `kind: [case, ...]`. A case is a turn, or a list of turns of one conversation. A turn says
(`say`) or lets something happen (`event`), and names every outcome that is right:

    do       a plan, or a list of plans of which one is right (tektra bench: mind/steps.py says how they are written)
    ask      one short question and nothing moves; a list: each of these words must be in it
    answer   something is said and nothing moves (without a model: that there is none); a list: one of these words is in it
    refuse   a reason is said, or a question asked, and nothing moves
    stop, cancel, hush    everything stops; plans end; speech ends
    hold     (not an outcome) what this turn begins is still under way when the next one comes
    ends     (not an outcome) what was under way must have been ended

Half of the cases are held back: only their score is ever told. Which half is drawn from the words by a fixed seed, so a
case that is added moves no other one.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import yaml

from mind.steps import SELF, Made, WantedPlan, fits, read_plan

FOLDER = Path(__file__).resolve().parents[1] / "cases" / "commands"
SEED = "tektra commands 1"
KEYS = frozenset("say event do ask answer refuse stop cancel hush hold ends".split())


@dataclass(frozen=True)
class Turn:
    """What is said, or happens, and what may come of it."""

    say: str = ""
    event: Mapping[str, object] = field(default_factory=dict)
    plans: tuple[WantedPlan, ...] = ()
    ask: tuple[str, ...] | None = None
    answer: tuple[str, ...] | None = None
    refuse: bool = False
    stop: bool = False
    cancel: bool = False
    hush: bool = False
    hold: bool = False
    ends: bool = False
    right: str = ""  # the outcomes as the file writes them, for people

    @property
    def only_done(self) -> bool:
        """An order that is to be carried out, and not to be asked about."""
        return bool(self.plans) and self.ask is None and not self.refuse and self.answer is None


@dataclass(frozen=True)
class Case:
    kind: str
    language: str
    turns: tuple[Turn, ...]

    @property
    def id(self) -> str:
        text = "\n".join(turn.say or str(turn.event) for turn in self.turns)
        return hashlib.sha256(f"{SEED}|{self.language}|{text}".encode()).hexdigest()[:16]

    @property
    def held(self) -> bool:
        """Whether nobody sees how it failed."""
        return int(self.id, 16) % 2 == 1


@dataclass(frozen=True)
class Came:
    """What came of one turn."""

    steps: tuple[Made, ...] = ()
    reply: str = ""
    outcome: str = ""
    stops: int = 0
    hushes: int = 0
    announced: tuple[str, ...] = ()  # what was said of itself afterwards
    ended: tuple[str, ...] = ()  # robots whose steps under way were told to end
    model: bool = False  # whether a language model was asked
    took_s: float = 0.0
    language: str = ""  # of the answer; "" where none was chosen

    @property
    def moved(self) -> bool:
        return any(step.who != SELF for step in self.steps)


class Verdict(Enum):
    EXACT = "exact"
    WRONGLY_MOVED = "wrongly moved"
    WRONGLY_REFUSED = "wrongly refused"
    ASKED = "asked needlessly"
    OTHER = "other"


def judge(turn: Turn, came: Came) -> Verdict:
    """Strict: a robot that moves in another way than one of those named is wrongly moved, be it harmless."""
    if (
        came.stops
    ):  # else: what was no stop was taken for one; beside the stop of one robot, others may be told to move
        beside = not came.moved or any(fits(plan, came.steps) for plan in turn.plans)
        return Verdict.EXACT if turn.stop and beside else Verdict.OTHER
    if came.moved:
        right = any(fits(plan, came.steps) for plan in turn.plans) and (not turn.ends or bool(came.ended))
        return Verdict.EXACT if right else Verdict.WRONGLY_MOVED
    if any(fits(plan, came.steps) for plan in turn.plans):  # a plan of Tektra's own steps alone
        return Verdict.EXACT
    if turn.event:
        return Verdict.OTHER if turn.plans else Verdict.EXACT
    if turn.hush or turn.cancel:
        done = bool(came.hushes) if turn.hush else bool(came.ended) or not turn.ends
        return Verdict.EXACT if done and came.outcome != "failed" else Verdict.OTHER
    asked = came.reply.rstrip().endswith("?")
    if turn.ask is not None and asked and all(spoken(word, came.reply) for word in turn.ask):
        return Verdict.EXACT
    said = bool(came.reply.strip()) and came.outcome not in ("failed", "no model")
    answered = said and came.outcome in ("answered", "done")
    if turn.answer == () and came.outcome == "no model":
        return Verdict.EXACT  # that there is no model to talk with is the truth, and nothing moves
    if turn.answer is not None and answered and _one_of(turn.answer, came.reply):
        return Verdict.EXACT
    if turn.refuse and said and came.outcome != "done":
        return Verdict.EXACT
    if turn.only_done:
        return Verdict.ASKED if asked else Verdict.WRONGLY_REFUSED
    if asked and turn.ask is None:
        return Verdict.ASKED
    return Verdict.OTHER


def _one_of(words: Sequence[str], reply: str) -> bool:
    return not words or any(spoken(word, reply) for word in words)


def spoken(word: str, reply: str) -> bool:
    """Whether a reply holds a word, be it written with other accents, case or spaces."""
    return _bare(word) in _bare(reply)


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if c.isalnum())


def load(languages: Sequence[str] = ()) -> list[Case]:
    """All cases, or those of some languages. Raises ValueError naming the case that is wrong."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        if languages and path.stem not in languages:
            continue
        for kind, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for entry in entries:
                turns = entry if isinstance(entry, list) else [entry]
                found.append(Case(kind, path.stem, tuple(read_turn(turn, path.name) for turn in turns)))
    ids = [case.id for case in found]
    if doubled := [case for case in found if ids.count(case.id) > 1]:
        raise ValueError(f"{doubled[0].language}: {doubled[0].turns[0].say!r} is there twice")
    return found


def read_turn(entry: object, where: str) -> Turn:
    """One turn as a file writes it. Raises ValueError naming what is wrong."""
    if not isinstance(entry, dict) or not {"say", "event"} & entry.keys() or entry.keys() - KEYS:
        raise ValueError(f"{where}: {entry!r} is no turn; it has say or event, and of {sorted(KEYS)}")
    plans = entry.get("do", [])
    plans = plans if isinstance(plans, list) else [plans]
    try:
        read = tuple(read_plan(plan) for plan in plans)
    except ValueError as error:
        raise ValueError(f"{where}: {entry.get('say')!r}: {error}") from None
    outcomes = {key: value for key, value in entry.items() if key not in ("say", "event", "hold")}
    flags = {key: bool(entry.get(key)) for key in ("refuse", "stop", "cancel", "hush", "hold", "ends")}
    return Turn(
        str(entry.get("say", "")),
        entry.get("event") or {},
        read,
        _words(entry.get("ask")),
        _words(entry.get("answer")),
        right=", ".join(f"{key}: {value}" for key, value in outcomes.items()),
        **flags,
    )


def _words(value: object) -> tuple[str, ...] | None:
    if value is None or value is False:
        return None
    if value is True:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def turns(cases: Sequence[Case]) -> Iterator[tuple[Case, Turn]]:
    for case in cases:
        for turn in case.turns:
            yield case, turn
