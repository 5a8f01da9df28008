# SPDX-License-Identifier: Apache-2.0
"""What is to be done about a reading: say something, ask back, carry it out, keep it in mind, or let the model have a turn.

    whole order ─▶ carry out      doubt ─▶ one short question      impossible ─▶ refused in words
    question ─▶ answered from data      all else ─▶ the model, whose steps must be borne out by the words

Plain functions on data; nothing is done here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from tektra.planner.conversation.memory import as_steps
from tektra.planner.conversation.replies import Replies
from tektra.planner.conversation.statements import NO_NAMES, Names, of_elsewhere, of_house, speaks_of_here
from tektra.planner.plans.plan import SELF
from tektra.planner.understanding.denied import may_be_asked, names_in
from tektra.planner.understanding.reading import (
    FOREIGN,
    INJECTED,
    SMALL_TALK,
    SUPPOSED,
    Act,
    Choice,
    Condition,
    Doubt,
    Question,
    Reading,
    ReadStep,
    Topic,
)
from tektra.planner.understanding.scene import Pending

#: A plan that is longer is not asked about: nobody says yes or no to so much.
ASKED_STEPS = 4
#: More characters of what speaks against an order are not said again.
LONGEST_AGAINST = 80
#: Of so many words that were not read, the rest may still be what was meant.
MOST_UNREAD = 6
#: Asked in free words, which may be about anything.
_FREE = (Topic.WHY, Topic.ASKED)
#: Words that stand for somebody or something that is here, and not for who speaks.
_POINTS_HERE = frozenset(("there", "here", "back", "dock", "it"))
#: The doubt whether a plan is meant at all: its answer is yes or no.
SURE = "sure"


#: Why nothing was ordered by words that may still be meant as an order, of which not all was read.
_MAY_ORDER = ("", "it is a statement", "a statement", "it says what not to do")
_QUOTES = frozenset('"`“”„«»<>{}[]|=$')


class Kind(StrEnum):
    SAY = "say"
    REFUSE = "refuse"
    ASK = "ask"
    CARRY_OUT = "carry out"
    KEEP = "keep"  # a lasting order
    NARROW = "narrow"  # some robots shall not do what was ordered last
    MODEL = "model"


@dataclass(frozen=True)
class Decision:
    """`text`: what is said, asked, or why it is refused. `doubts`: what is asked about, the first first; of what is refused,
    what would have to be another. `robots`: who is spared.

    `options`: what may be answered to a question, as a person would say it; empty where any value will do.
    """

    kind: Kind
    text: str = ""
    steps: tuple[ReadStep, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    conditions: tuple[Condition, ...] = ()
    options: tuple[str, ...] = ()
    robots: tuple[str, ...] = ()


MODEL = Decision(Kind.MODEL)


def decide(
    reading: Reading,
    pending: Pending | None,
    answer: Callable[[Question], str],
    replies: Replies,
    known: Names = NO_NAMES,
) -> Decision:
    """`pending`: the question that waits for an answer. `answer`: answers a question about the world. `known`: what here
    has a name: to a question about it that the rules did not read, no model may invent an answer."""
    if reading.indirect == FOREIGN:
        return Decision(Kind.SAY, replies.say("other_language", languages=replies.languages()))
    if reading.act is Act.ANSWER and pending is not None:
        return _answered(reading, pending, replies)
    if reading.act is Act.ANSWER:
        return Decision(Kind.SAY, replies.say("too_late"))
    if reading.hindrances and not reading.steps and not _is_marked(reading):
        return Decision(Kind.SAY, replies.say("told_against"))
    if reading.question is not None and reading.act is Act.QUESTION and reading.whole:
        if _free(reading.question) and of_elsewhere(reading.words, replies.statements, known):
            return MODEL
        text = answer(reading.question)
        if text == replies.say("answers.unknown") and _only_looks(reading, replies, known):
            return MODEL
        if text and reading.question.offers:
            return _offered(reading.question, text, replies)
        return Decision(Kind.SAY, text) if text else MODEL
    of = reading.question if _asks(reading) else None
    if of is not None and of.topic is Topic.CAN_DO and set(of.about) - {SELF}:  # of this no model may speak
        return Decision(Kind.SAY, f"{replies.say('answers.unknown')} {answer(replace(of, steps=()))}")
    if _asks_of_here(reading, replies, known):
        return Decision(Kind.SAY, replies.say("answers.unknown"))
    if reading.unfinished and not reading.indirect:
        return Decision(Kind.SAY, replies.say("unfinished"))
    if reading.indirect == INJECTED:
        return Decision(Kind.REFUSE, replies.say("not_taken"))
    if reading.act is Act.TALK and reading.whole and (text := replies.talk(reading.talk)):
        return Decision(Kind.SAY, text)
    if _only_called(reading):
        return Decision(Kind.SAY, replies.say("called", who=spoken_to(reading)[0]))
    kept = reading.whole and reading.conditions
    if reading.conditional and not (kept or reading.indirect) and _orders(reading):
        told = replies.say("lasting.no_event", words=reading.conditional)
        return Decision(Kind.REFUSE, told, reading.steps)
    if reading.indirect or reading.act not in (Act.ORDER, Act.CORRECTION):
        return MODEL
    if reading.refusals:
        told = " ".join(dict.fromkeys(refusal.sentence for refusal in reading.refusals))
        return Decision(Kind.REFUSE, told.strip() or replies.say("sorry"), reading.steps, _missed(reading))
    if reading.spares:
        return Decision(Kind.NARROW, robots=reading.spares)
    if not reading.whole:
        return MODEL
    if reading.doubts and reading.doubts[0].kind == SURE and not reading.conditions:
        return whether(reading.steps, replies.plan(as_steps(reading.steps)), replies, reading.against)
    if reading.doubts:
        return asked(reading.steps, reading.doubts, replies)
    if reading.conditions:
        return Decision(Kind.KEEP, steps=reading.steps, conditions=reading.conditions)
    return Decision(Kind.CARRY_OUT, steps=reading.steps) if reading.carried_out else MODEL


def _missed(reading: Reading) -> tuple[Doubt, ...]:
    """What would have to be another for it to be done, the doubts that would be left behind it; none where several things would."""
    if len(reading.refusals) != 1 or not reading.whole or reading.conditions:
        return ()
    kind = reading.refusals[0].kind
    first = next(
        (d for d in reading.doubts if d.kind == kind or (d.part == "who" and kind in ("skill", "standing"))),
        None,
    )
    return (first, *(d for d in reading.doubts if d != first)) if first is not None else ()


def _is_marked(reading: Reading) -> bool:
    """Whether a question mark ends it."""
    return reading.words.rstrip().endswith("?")


def _of_here(reading: Reading, replies: Replies, known: Names) -> bool:
    """Whether it is about something that is here."""
    return _about_here(reading) or speaks_of_here(reading.words, replies.statements, known, but=("today",))


def _asks_of_here(reading: Reading, replies: Replies, known: Names) -> bool:
    """Whether it asks about what is here; or, in words of which not even that was read, about a part of the house."""
    if _asks(reading):
        return _of_here(reading, replies, known)
    asks = reading.indirect not in ("", SUPPOSED)  # "is it bad to leave the oven on?": of none in particular
    unread = asks and reading.act is Act.UNCLEAR and _is_marked(reading)
    return unread and of_house(reading.words, replies.statements)


def _asks(reading: Reading) -> bool:
    """Whether it is a question, or looks like one and orders nothing."""
    looks = reading.act is Act.UNCLEAR and _is_marked(reading) and not _orders(reading)
    return reading.act is Act.QUESTION or looks


def _only_looks(reading: Reading, replies: Replies, known: Names) -> bool:
    """ "Mir ist langweilig": without a question mark, and about nothing that is here, it rather tells."""
    return not (_is_marked(reading) or _of_here(reading, replies, known))


def _free(question: Question) -> bool:
    """Whether it is asked in words that the rules did not look into: "why do cats purr"."""
    return question.topic in _FREE and bool(question.said) and not question.about


def _about_here(reading: Reading) -> bool:
    """Whether it speaks of robots, places or things that are here: what is not known of them, a model would invent."""
    return any(
        c.robots or c.places or c.objects or c.spots or _POINTS_HERE.intersection(c.references)
        for c in reading.clauses
    )


def _orders(reading: Reading) -> bool:
    return any(clause.skills for clause in reading.clauses)


def asked(steps: tuple[ReadStep, ...], doubts: tuple[Doubt, ...], replies: Replies) -> Decision:
    """The first doubt as a question."""
    text = doubts[0].sentence or replies.say("sorry")
    options = doubts[0].options
    if len(doubts[0].choices) == 1:
        options = (replies.say("yes"), replies.say("no"))
    return Decision(Kind.ASK, text, steps, doubts, options=options)


def whether(
    steps: tuple[ReadStep, ...], told: str, replies: Replies, against: str = "", *, key: str = "shall"
) -> Decision:
    """Whether a plan is meant that the words did not bear out. `told`: the plan in sentences; `against`: what was said that
    speaks against it; `key`: how it is asked."""
    said = against.strip(" ,;.!")
    words = said[:1].upper() + said[1:]
    key = "shall_anyway" if 0 < len(said) <= LONGEST_AGAINST else key
    sentence = replies.say(key, sentences=told, words=words)
    return asked(steps, (Doubt(SURE, 0, "", (Choice("yes", True),), "", sentence),), replies)


def supposed(reading: Reading, replies: Replies) -> Decision | None:
    """What an order may mean of which some words were not read, as a question; None where too little of it was."""
    unread = sum(len(words.split()) for clause in reading.clauses for words in clause.unread)
    doubtful = (
        reading.indirect or reading.conditional or reading.unfinished or reading.doubts or reading.refusals
    )
    few = 0 < len(reading.steps) <= ASKED_STEPS and unread <= MOST_UNREAD
    if reading.act not in (Act.ORDER, Act.CORRECTION) or doubtful or not few:
        return None
    if not may_be_asked(reading.steps, reading) or _left_out(reading):
        return None
    return whether(reading.steps, replies.plan(as_steps(reading.steps)), replies)


def spoken_to(reading: Reading) -> tuple[str, ...]:
    """The one robot that was called, or told something that was not understood: what is said next is said to it."""
    if reading.act not in (Act.TALK, Act.UNCLEAR, Act.ORDER) or any(c.negated for c in reading.clauses):
        return ()
    named = tuple(dict.fromkeys(name for clause in reading.clauses for name in clause.robots))
    return named if len(named) == 1 and reading.indirect in ("", SMALL_TALK) else ()


def _only_called(reading: Reading) -> bool:
    """ "rover2!", and nothing else."""
    said = any(c.skills or c.names or c.unread or c.quantities or c.directions for c in reading.clauses)
    return reading.indirect == SMALL_TALK and bool(spoken_to(reading)) and not said


def names_somebody(reading: Reading) -> bool:
    """Whether robots are spoken of in words that may be an order, and that nobody quotes, reports or supposes."""
    told = reading.indirect in _MAY_ORDER and not _QUOTES.intersection(reading.words)
    asks = _is_marked(reading) or reading.act is Act.QUESTION
    return told and not asks and any(clause.robots for clause in reading.clauses)


def asked_anew(reading: Reading, replies: Replies) -> Decision:
    """What the robots that it names shall do, or who shall do what: of an order that was not read, as a question."""
    clauses = [clause for clause in reading.clauses if not clause.negated]
    who = spoken_to(reading) or tuple(
        dict.fromkeys(n for c in clauses for n in c.robots if n not in c.denied)
    )
    told = replies.say("unread", who=who[0]) if len(who) == 1 else replies.say("unread_by_whom")
    return Decision(Kind.SAY, told)


def _left_out(reading: Reading) -> bool:
    """Whether robots or things were named that no step is about: then something else is meant."""
    about = {
        name
        for step in reading.steps
        for value in (step.who, *step.arguments.values())
        for name in names_in(value)
    }
    named = {name for c in reading.clauses if c.orders for name in (*c.robots, *c.objects)}
    return not named <= about


def _offered(question: Question, text: str, replies: Replies) -> Decision:
    """ "can rover1 come to the hall?": yes, and whether it shall."""
    sentence = f"{text} {replies.say('offer')}"
    return Decision(
        Kind.ASK, sentence, question.steps, (Doubt(SURE, 0, "", (Choice("yes", True),), "", sentence),)
    )


def _answered(reading: Reading, pending: Pending, replies: Replies) -> Decision:
    if not reading.steps:
        return Decision(Kind.SAY, replies.say("left"))
    if pending.doubts and pending.doubts[0].kind == SURE:
        return Decision(Kind.CARRY_OUT, steps=pending.steps)
    if reading.doubts:
        return asked(reading.steps, reading.doubts, replies)
    return Decision(Kind.CARRY_OUT, steps=reading.steps)
