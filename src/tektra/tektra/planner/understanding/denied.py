# SPDX-License-Identifier: Apache-2.0
"""Whether a step that the words do not bear out may at least be asked about. Plain functions.

Only one of which something was said: what a model took from a sign, a memory or its own mind is put into nobody's mouth.
Never one that they deny: "shall rover1 go to the kitchen?" behind "don't let rover1 anywhere near the kitchen" invites a yes
to what nobody wants. And none of which nothing was said: an amount that a model made up is no question of the person's.
"""

from __future__ import annotations

from collections.abc import Sequence

from tektra.planner.understanding.borne_out import ProposedStep
from tektra.planner.understanding.reading import Reading


def may_be_asked(steps: Sequence[ProposedStep], reading: Reading) -> bool:
    """Whether the words deny none of these steps, and say something of each one and of its amounts."""
    return all(
        _spoken_of(step, reading) and not _denied(step, reading) and _measured(step, reading)
        for step in steps
    )


def _spoken_of(step: ProposedStep, reading: Reading) -> bool:
    """Whether the words name who acts, what is done, or a place or thing of it, or give an amount; of some nothing is known."""
    names = {name for value in step.arguments.values() for name in names_in(value)}
    return not reading.clauses or any(
        step.who in c.robots or step.skill in c.skills or names & set(c.names) or c.quantities or c.references
        for c in reading.clauses
    )


def _denied(step: ProposedStep, reading: Reading) -> bool:
    """Whether a clause that denies may mean it, and no other clause names it."""
    names = {name for value in step.arguments.values() for name in names_in(value)}
    orders = [clause for clause in reading.clauses if clause.orders]
    left_out = {name for clause in reading.clauses for name in clause.denied}
    if step.who in left_out or left_out & names - {name for clause in orders for name in clause.names}:
        return True
    if len(orders) == len(reading.clauses):
        return False
    return not any(names & set(clause.names) or step.skill in clause.skills for clause in orders)


def _measured(step: ProposedStep, reading: Reading) -> bool:
    """Whether an amount, a direction or the deed itself was said, where it has amounts."""
    amounts = [v for v in step.arguments.values() if isinstance(v, (int, float)) and not isinstance(v, bool)]
    if not amounts or not reading.clauses:  # of words without clauses nothing is known
        return True
    if not any(amounts):
        return False  # "shall rover1 drive 0 m ahead?"
    return any(c.quantities or c.directions or step.skill in c.skills for c in reading.clauses if c.orders)


def names_in(value: object) -> tuple[str, ...]:
    """The names that an argument's value may hold."""
    if isinstance(value, list):
        return tuple(name for each in value for name in names_in(each))
    return (value,) if isinstance(value, str) else ()
