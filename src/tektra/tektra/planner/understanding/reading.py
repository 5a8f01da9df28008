# SPDX-License-Identifier: Apache-2.0
"""What a sentence was read as. Immutable; what the reader gives, and what a plan may be made of.

Only a reading with `carried_out` true may move anything by itself. One that is not `whole` goes to the model, whose steps
bears_out() holds against the same words; one that is `indirect` orders nothing, whoever proposes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

#: From the first character of the words to the one after the last.
Span = tuple[int, int]
#: Why small talk orders nothing.
SMALL_TALK = "it is small talk"
#: Why nothing is ordered: the sentence is in a language that is not here, or supposes something.
FOREIGN, SUPPOSED = "it is in another language", "it is hypothetical"
#: Why words order nothing that would lift rules or speak in the name of a system.
INJECTED = "it is no order of a person"


class Act(StrEnum):
    """What the person does by saying it."""

    ORDER = "order"
    QUESTION = "question"
    ANSWER = "answer"  # to the question that is pending
    CORRECTION = "correction"  # of the last order: `steps` are what it should have been
    TALK = "talk"
    UNCLEAR = "unclear"  # some of it may be an order; the model's turn


class Topic(StrEnum):
    """What a question asks for."""

    WHERE = "where"  # is somebody or something
    BATTERY = "battery"
    DOING = "doing"  # what somebody does now, or whether it is still at it
    CAN_DO = "can_do"  # what somebody can do; with `steps`: whether it can do these
    WHICH = "which"  # robots, places, objects are there: `about` is "robots", "places", "objects", "people"
    HOW_FAR = "how_far"
    NEAREST = "nearest"  # who is closest to a place
    IS_THERE = "is_there"  # does it exist, is it in view; with a place: is it there
    PEOPLE = "people"  # is anybody here; with a place: there
    SEE = "see"  # what the camera sees
    DID = "did"  # what was done, or whether it was
    WHY = "why"  # or why not
    ASKED = "asked"  # who asked for it, and when
    HOW_LONG = "how_long"  # until it is done
    STATE = "state"  # how somebody is: stopped, connected, holding, broken
    TIME = "time"
    DATE = "date"
    WHO = "who"  # is there, are you, am I
    PLANS = "plans"  # what is planned or lasting
    HOW_MANY = "how_many"
    AT = "at"  # which robots are at a place
    ON = "on"  # what lies somewhere
    ENDED = "ended"  # when it was done, when somebody arrived
    HOW_FAST = "how_fast"  # somebody can be
    LANGUAGES = "languages"  # that Tektra speaks


class When(StrEnum):
    """Kinds of condition."""

    IF = "if"
    WHENEVER = "whenever"  # each time
    UNTIL = "until"
    IN = "in"  # after `seconds`, once
    AT = "at"  # a time of day, `seconds` after midnight
    EVERY = "every"  # `seconds`


@dataclass(frozen=True)
class ReadStep:
    """One thing to do, in the terms of a plan's step. `spans`: the words that bear out "who", "skill" and each argument.

    A part without a span was not said: a robot that was chosen, a default. An argument with a doubt is left out.
    """

    id: int
    who: str
    skill: str
    arguments: Mapping[str, object]
    after: tuple[int, ...] = ()
    spans: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True)
class Condition:
    """When the steps in `steps` (ids; empty: all) are to be done. `words`: the clause; `about`: whom or what it speaks of.

    `event`: person_seen, object_seen, arrived, at_place, battery_low, told (until the person says so), or "" when it
    could not be read.
    """

    when: When
    words: str
    span: Span
    event: str = ""
    about: tuple[str, ...] = ()
    place: str = ""
    seconds: float = 0.0
    steps: tuple[int, ...] = ()
    #: Of a time of day: it was said by a clock of twelve hours, so that it comes round twice a day.
    twelve: bool = False
    #: Of a low battery: below that share; 0 where none was said.
    share: float = 0.0
    #: Of a time of day: it is meant for each day.
    daily: bool = False


@dataclass(frozen=True)
class Question:
    """`about`: robots, places, things or people by name, in the order said; empty: nobody in particular."""

    topic: Topic
    about: tuple[str, ...] = ()
    steps: tuple[ReadStep, ...] = ()
    #: Of "can rover1 ...": the steps are whole, so that Tektra may offer to do them.
    offers: bool = False
    #: What is said of it in free words: "why did rover1 go to the kitchen".
    said: str = ""


@dataclass(frozen=True)
class Choice:
    """One answer to a doubt: how to say it, and the value that it puts into the step."""

    words: str
    value: object


@dataclass(frozen=True)
class Doubt:
    """One short question. `part`: "who", "skill" or the argument of step `step` that it is about; `said`: the doubtful words.

    `kind`: robot, place, object, spot, person, distance, angle, duration, direction, skill, text, sure (yes or no) ...
    `sentence`: the question in the language of the reading, naming the choices; `options`: each as a person would say it.
    """

    kind: str
    step: int
    part: str
    choices: tuple[Choice, ...] = ()
    said: str = ""
    sentence: str = ""
    options: tuple[str, ...] = ()
    #: Of the direction that was said, where only the amount is missing ("go back": -1); 0 for none.
    sign: int = 0


@dataclass(frozen=True)
class Hindrance:
    """What was told, in its `words`, that speaks against leading anybody to one of these `places`, or these `robots` anywhere."""

    words: str
    places: tuple[str, ...] = ()
    robots: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Known to be impossible. `kind`: robot, place, object, spot, skill; `name`: as it was said; `who`: whose skill it is not.

    `able`: the robots that could. `sentence`: the refusal in the language of the reading.
    """

    kind: str
    name: str
    who: str = ""
    able: tuple[str, ...] = ()
    sentence: str = ""


@dataclass(frozen=True)
class Quantity:
    """A number with its meaning: length (m), angle (deg), duration (s), speed (m/s), share (0..1), count, number.

    `sign` is +1 or -1 where a direction in the same clause decides it, else 0; `value` is never negative then.
    """

    dimension: str
    value: float
    span: Span
    sign: int = 0


@dataclass(frozen=True)
class Clause:
    """One clause, and all that it speaks of, by own names. `skills`: those that its verb may mean. `negated`: "don't ...".

    `inner`: those of the unread words that may turn its sense: behind them it goes on ("refuse to go to the kitchen"), or
    they may be its verb.
    `denies`: words in it deny something, and what was not read ("rover1 needn't ..."): it orders nothing. `denied`: own
    names of whom and what it leaves out ("everybody but rover1", "out of the kitchen").
    """

    span: Span
    robots: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    spots: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    directions: tuple[str, ...] = ()  # left, right, around, forward, back, up, down
    references: tuple[str, ...] = ()  # there, here, back, it, him, me, dock, one
    negated: bool = False
    unread: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    denies: bool = False
    denied: tuple[str, ...] = ()

    @property
    def orders(self) -> bool:
        """Whether it may bear anything out: nothing in it says not to."""
        return not (self.negated or self.denies)

    @property
    def names(self) -> tuple[str, ...]:
        """Places, things, spots and people that it names."""
        return (*self.places, *self.objects, *self.spots, *self.people)


@dataclass(frozen=True)
class Reading:
    """All that was made of a sentence.

    `whole`: every word with a content was accounted for. `indirect`: why nothing in it is an order, whatever verbs it
    holds (quoted, reported, hypothetical, negated, question, past), empty when there is no reason. `conditional`: the
    clause that says when it is to be done, be it read or not; empty: at once. `talk`: hello, bye, thanks ..., of talk.
    `unfinished`: it breaks off behind a word that goes on ("and", "if"). `mends`: it puts right, within a sentence, what it
    said before ("to the hall, no wait, the office"); `anew`: also in another sentence ("to the hall. Wait, no. The office.").
    """

    words: str
    language: str
    act: Act
    whole: bool
    steps: tuple[ReadStep, ...] = ()
    conditions: tuple[Condition, ...] = ()
    question: Question | None = None
    doubts: tuple[Doubt, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    clauses: tuple[Clause, ...] = ()
    indirect: str = ""
    conditional: str = ""
    talk: str = ""
    unfinished: bool = False
    mends: bool = False
    anew: bool = False
    #: Of "no, only rover2": who shall not do what was ordered last; it orders nothing else.
    spares: tuple[str, ...] = ()
    #: What is told beside the order and speaks against it, in the words that were said: "the hall is wet".
    against: str = ""
    #: What is told that speaks against orders that may come later, and the places and robots of which it is told that it is over.
    hindrances: tuple[Hindrance, ...] = ()
    lifted: tuple[str, ...] = ()

    @property
    def carried_out(self) -> bool:
        """True when the steps may be checked and carried out as they stand, without a model."""
        ordered = self.act in (Act.ORDER, Act.ANSWER, Act.CORRECTION) and self.whole and not self.indirect
        return ordered and bool(self.steps) and not self.doubts and not self.refusals
