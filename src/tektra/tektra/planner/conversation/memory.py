# SPDX-License-Identifier: Apache-2.0
"""What a conversation is about: what "it", "there", "the same again" and a short answer mean. Plain class; time is passed in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tektra.planner.plans.plan import SELF, Step
from tektra.planner.understanding.reading import Doubt, Hindrance, Question, Reading, ReadStep
from tektra.planner.understanding.scene import LEAVES, Memory, Pending, Whereabouts
from tektra.planner.understanding.told_before import hinders_step

#: A short answer after that is no answer any more.
PENDING_S = 60.0
#: What was told longer ago speaks against no order any more.
TOLD_S = 1800.0
#: Names of each kind that are kept.
MOST = 8


class ConversationMemory:
    """Of one conversation. One thread uses it."""

    def __init__(self) -> None:
        self._robots: tuple[str, ...] = ()
        self._places: tuple[str, ...] = ()
        self._things: tuple[str, ...] = ()
        self._steps: tuple[ReadStep, ...] = ()
        self._came_from: dict[str, Whereabouts] = {}
        self._pending: Pending | None = None
        self._over: Pending | None = None
        self._asked_s = 0.0
        self._refused: Pending | None = None
        self._refused_s = 0.0
        self._told: tuple[tuple[float, Hindrance], ...] = ()
        self.question_words = ""
        self.fact = ""  # what was to be remembered just now
        self.asked_whom = ""  # whom the question was put to, "" when nobody knows
        self.ordered_by = ""  # id of the request of the last order
        self.question: Question | None = None  # that was answered last, where nothing was ordered since
        self.language = ""  # that was spoken last
        self.read_out = False  # something that a camera read was said in it

    def as_read(self, now_s: float) -> Memory:
        """As the reader takes it; a question that was asked too long ago is not in it."""
        return Memory(
            robots=self._robots, places=self._places, things=self._things, steps=self._steps,
            came_from=self._came_from, pending=self.pending(now_s), over=self._over, language=self.language, asked=self.question,
            refused=self._refused if now_s - self._refused_s <= PENDING_S else None,
            hindrances=tuple(told for at_s, told in self._told if now_s - at_s <= TOLD_S),
        )  # fmt: skip

    def pending(self, now_s: float) -> Pending | None:
        """The question that waits for its answer."""
        if self._pending is not None and now_s - self._asked_s > PENDING_S:
            self.drop_question()
        return self._pending

    def ask(
        self, steps: Sequence[ReadStep], doubts: Sequence[Doubt], words: str, now_s: float, *, whom: str = ""
    ) -> None:
        """A question was asked; `words`: the order that it is about."""
        self._pending, self._asked_s, self._over = Pending(tuple(steps), tuple(doubts)), now_s, None
        self._refused = None
        self.question_words, self.asked_whom, self.question = words, whom, None

    def waits_for(self, person: str, now_s: float) -> float | None:
        """When a question was asked (s) that this person may answer by a sign; None where none waits."""
        theirs = self.asked_whom.casefold() in ("", person.casefold())
        return self._asked_s if theirs and self.pending(now_s) is not None else None

    @property
    def asked_s(self) -> float:
        """When the latest question was asked, s."""
        return self._asked_s

    @property
    def whether(self) -> bool:
        """Whether the question that waits can be answered by yes."""
        pending = self._pending
        return pending is not None and bool(pending.doubts) and len(pending.doubts[0].choices) == 1

    def drop_question(self, *, answered: bool = False) -> None:
        """It is settled, or void: after a stop no answer to an older question moves anything."""
        self._over = None if answered else self._pending or self._over
        self._pending = None

    def refuse(self, steps: Sequence[ReadStep], doubts: Sequence[Doubt], now_s: float) -> None:
        """An order was refused. `doubts`: what would have to be another in it; none: nothing can be put in its place."""
        self.question = None
        self._refused, self._refused_s = Pending(tuple(steps), tuple(doubts)) if doubts else None, now_s

    def void(self) -> None:
        """After a stop nothing that was asked or refused before moves anything."""
        self.drop_question()
        self._refused = None

    def settle(self, plan_only: bool, *, answered: bool, asks: bool = False) -> None:
        """Something was said; what was only to be planned changes nothing. `asks`: a question was answered, and "the red
        one" after it can still be nothing but the answer to the own one; a "yes" may mean either."""
        if not plan_only and not (asks and not self.whether):
            self.drop_question(answered=answered)

    def tell(self, reading: Reading, now_s: float, *, plan_only: bool = False) -> None:
        """Something was told that speaks against orders, or that it is over; what was only to be planned changes nothing."""
        if plan_only:
            return
        new = tuple((now_s, each) for each in reading.hindrances)
        about = {name for each in reading.hindrances for name in (*each.places, *each.robots)}
        about |= set(reading.lifted)
        kept = (pair for pair in self._told if not about & {*pair[1].places, *pair[1].robots})
        self._told = (*new, *kept)[:MOST]

    def ordered(
        self,
        steps: Sequence[ReadStep],
        at: Mapping[str, Whereabouts],
        *,
        answered: bool = False,
        corrects: bool = False,
    ) -> None:
        """An order was carried out, or refused. `at`: where each robot is now. `answered`: it answers the question. `corrects`: it puts the
        last one right: where that led to is not where it came from ("to the office. Rather the kitchen. And come back.")."""
        self.drop_question(answered=answered)
        misled = {step.who for step in self._steps if corrects and step.skill in LEAVES}
        self._steps, self.question, self._refused = tuple(steps), None, None
        self._told = tuple(p for p in self._told if not any(hinders_step(p[1], step) for step in steps))
        self.fact = ""
        for step in steps:
            if step.skill == "remember":
                self.fact = str(step.arguments.get("text", ""))
            if step.who != SELF:
                self._robots = _newest(step.who, self._robots)
            if step.skill in LEAVES and at.get(step.who) and step.who not in misled:
                self._came_from[step.who] = at[step.who]
            for key in ("place", "spot"):
                if isinstance(place := step.arguments.get(key), str) and key == "place":
                    self._places = _newest(place, self._places)
            if isinstance(thing := step.arguments.get("object"), str):
                self._things = _newest(thing, self._things)

    def spoke_of(self, names: Iterable[str], *, robots: Iterable[str], places: Iterable[str]) -> None:
        """A question was about them."""
        known_robots, known_places = set(robots), set(places)
        for name in names:
            if name in known_robots:
                self._robots = _newest(name, self._robots)
            elif name in known_places:
                self._places = _newest(name, self._places)


def as_read_steps(steps: Iterable[Step]) -> tuple[ReadStep, ...]:
    """Checked steps as a reading has them."""
    return tuple(ReadStep(s.id, s.who, s.skill, dict(s.arguments), s.after) for s in steps)


def as_steps(steps: Iterable[ReadStep]) -> tuple[Step, ...]:
    """What was read, as a plan has it."""
    return tuple(Step(s.id, s.who, s.skill, dict(s.arguments), s.after) for s in steps)


def _newest(name: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return (name, *(other for other in names if other != name))[:MOST]
