# SPDX-License-Identifier: Apache-2.0
"""Orders that wait for something, or come again: "if you see a person, wave", "every ten minutes ...", "in five minutes ...".

Plain class; time and events are passed in, due orders come out. Nothing here outlives a stop: clear() is called at each.
What is done until somebody says so, or until something happens, begins at once; in rounds, where it is a round ("patrol").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tektra.planner.understanding.reading import Condition, ReadStep, When

MOST = 20
#: What comes again comes no more often; what is seen again within it is still the same sight.
SHORTEST_EVERY_S = 5.0
SAME_SIGHT_S = 30.0
LONGEST_S = 7 * 86400.0
DAY_S = 86400.0
#: Below that a battery is low.
BATTERY_LOW = 0.2
EVENTS = frozenset("person_seen object_seen arrived at_place battery_low".split())
#: Between two rounds.
REST_S = 2.0
#: The event of an order that goes on until a person ends it.
TOLD = "told"
#: Done once, these are done: doing them again until somebody says stop changes nothing.
_STAYS = frozenset(
    "navigate_to dock wait arm_pose open_gripper close_gripper grasp place look_at remember move".split()
)


@dataclass(frozen=True)
class LastingOrder:
    """`due_s`: when time alone makes it due, else 0. `every_s`: how often it comes again, else 0. `seen_s`: when it was due last.

    `rounds`: its steps are done again as soon as they are done.
    """

    order_id: str
    conversation_id: str
    words: str
    person: str
    role: str
    language: str
    condition: Condition
    steps: tuple[ReadStep, ...]
    due_s: float = 0.0
    every_s: float = 0.0
    seen_s: float = float("-inf")
    rounds: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether it is done from now on, and not when something happens."""
        return self.condition.when is When.UNTIL


@dataclass(frozen=True)
class Event:
    """Something that happened: `kind` as in Condition.event; `who` and `place` it was about, where it has them. What is not `sure` begins
    nothing, and ends what goes on until then. `share`: of a battery that may be low, what is left in it, 0..1."""

    kind: str
    who: str = ""
    place: str = ""
    sure: bool = True
    share: float = 0.0


def comes_round(steps: Sequence[ReadStep]) -> bool:
    """Whether steps are a round, which can be done again and again: a patrol, waving, driving back and forth."""
    drives = [step.who for step in steps if step.skill == "navigate_to"]
    return len(set(drives)) < len(drives) or any(step.skill not in _STAYS for step in steps)


def timed(order: LastingOrder, now_s: float) -> LastingOrder | None:
    """The order with its time; None where nothing tells when it would be due."""
    condition, seconds = order.condition, order.condition.seconds
    if condition.when is When.IN and 0 < seconds <= LONGEST_S:
        return replace(order, due_s=now_s + seconds)
    if condition.when is When.EVERY and 0 < seconds <= LONGEST_S:
        every = max(seconds, SHORTEST_EVERY_S)
        return replace(order, due_s=now_s + every, every_s=every)
    if condition.when is When.AT and 0 <= seconds < DAY_S:
        midnight = datetime.fromtimestamp(now_s).replace(hour=0, minute=0, second=0, microsecond=0)
        times = (seconds, (seconds + DAY_S / 2) % DAY_S) if condition.twelve else (seconds,)
        dues = (midnight.timestamp() + time for time in times)
        due_s = min(due if due > now_s else due + DAY_S for due in dues)
        return replace(order, due_s=due_s, every_s=DAY_S if condition.daily else 0.0)
    if condition.when in (When.IF, When.WHENEVER) and condition.event in EVENTS:
        return order
    if condition.when is When.UNTIL and condition.event in (*EVENTS, TOLD):
        return replace(order, rounds=comes_round(order.steps))
    return None


def parted(order: LastingOrder) -> tuple[LastingOrder, LastingOrder | None]:
    """What goes on until something happens, and what is to be done then: "wait in the hall until somebody comes, then come back"."""
    until = set(order.condition.steps)
    behind: set[int] = set()
    for step in order.steps if order.goes_on and until else ():
        if step.id not in until and not (until | behind).isdisjoint(step.after):
            behind.add(step.id)
    if not behind:
        return order, None
    now = tuple(step for step in order.steps if step.id not in behind)
    then = (
        replace(step, after=tuple(i for i in step.after if i in behind))
        for step in order.steps
        if step.id in behind
    )
    condition = replace(order.condition, when=When.IF, steps=tuple(sorted(behind)))
    return replace(order, steps=now), replace(
        order, order_id=f"{order.order_id}, then", condition=condition, steps=tuple(then)
    )


class LastingOrders:
    """One thread uses it."""

    def __init__(self) -> None:
        self._orders: dict[str, LastingOrder] = {}

    @property
    def words(self) -> tuple[str, ...]:
        """As they were said, oldest first."""
        return tuple(order.words for order in self._orders.values())

    @property
    def all(self) -> tuple[LastingOrder, ...]:
        """Oldest first."""
        return tuple(self._orders.values())

    @property
    def full(self) -> bool:
        return len(self._orders) >= MOST

    def add(self, order: LastingOrder) -> None:
        self._orders[order.order_id] = order

    def remove(self, order_id: str) -> None:
        """Ends one; what it does just now is the caller's to end."""
        self._orders.pop(order_id, None)

    def round_over(self, order_id: str, now_s: float, *, succeeded: bool) -> None:
        """What it did has come to its end: the next round is due in a moment, or there is none."""
        order = self._orders.get(order_id)
        if order is None or not order.goes_on:
            return
        if succeeded and order.rounds:
            self._orders[order_id] = replace(order, due_s=now_s + REST_S)
        else:
            del self._orders[order_id]

    def clear(self, robots: Sequence[str] = ()) -> bool:
        """Ends all, or those with a step of one of the robots; True when there were any."""
        left = {
            id_: order
            for id_, order in self._orders.items()
            if robots and not any(step.who in robots for step in order.steps)
        }
        had = len(left) < len(self._orders)
        self._orders = left
        return had

    def forget(self, conversation_id: str) -> None:
        """Ends those of a conversation that was deleted."""
        self._orders = {i: o for i, o in self._orders.items() if o.conversation_id != conversation_id}

    def due(self, now_s: float) -> list[LastingOrder]:
        """Those whose time has come; what comes again waits anew, and what was missed meanwhile is not made up for."""
        found = [order for order in self._orders.values() if order.due_s and order.due_s <= now_s]
        for order in found:
            if order.condition.daily and (again := timed(order, now_s)) is not None:
                self._orders[order.order_id] = again
            elif order.every_s or order.rounds:
                due_s = now_s + order.every_s if order.every_s else 0.0
                self._orders[order.order_id] = replace(order, due_s=due_s)
            else:
                del self._orders[order.order_id]
        return found

    def happened(self, events: Iterable[Event], now_s: float) -> list[LastingOrder]:
        """Those that waited for one of the events: they are due, or over where they went on until then."""
        found = []
        for event in events:
            for order in list(self._orders.values()):
                if not _fits(order.condition, event) or not (event.sure or order.goes_on):
                    continue
                fresh = now_s - order.seen_s > SAME_SIGHT_S
                if order.condition.when is When.WHENEVER:
                    self._orders[order.order_id] = replace(order, seen_s=now_s)
                else:
                    del self._orders[order.order_id]
                if fresh:
                    found.append(order)
        return found


def _fits(condition: Condition, event: Event) -> bool:
    if condition.event == "at_place" and event.kind == "arrived":
        kind_fits = True
    else:
        kind_fits = condition.event == event.kind
    if event.kind == "battery_low" and event.share >= (condition.share or BATTERY_LOW):
        return False
    who_fits = not condition.about or event.who in condition.about or event.kind == "person_seen"
    return kind_fits and who_fits and (not condition.place or condition.place == event.place)
