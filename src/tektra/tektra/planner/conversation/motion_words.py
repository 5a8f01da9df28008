# SPDX-License-Identifier: Apache-2.0
"""Words that plainly order a motion. While nothing may move they are refused at once, without asking the model.

It is courtesy, and errs on the side of asking the model: nothing is ever carried out by it. It knows English.
"""

from __future__ import annotations

from tektra.planner.plans.plan import SELF
from tektra.planner.understanding.grounding import tokens
from tektra.planner.world.catalogue import Catalogue

#: Verbs that only a body can follow; the skills of the robots that are here add theirs.
_VERBS = frozenset(
    "go come drive move turn roll navigate reverse rotate spin return bring send head fetch dock".split()
)
#: What may stand before the verb of an order: attention, politeness, and talk of robots.
_LEAD = frozenset(
    "hey hello hi ok okay please now so and then well just tektra could can would will you i we want need let make have "
    "to the a my both all each every everyone everybody robot robots rover rovers arm arms first again".split()
)


def orders_motion(words: str, catalogue: Catalogue) -> bool:
    """True when the words, after whom they address, begin with the verb of something that a robot here can do."""
    if not catalogue.robots:
        return False
    names = {part for robot in catalogue.robots for part in tokens(robot)}
    verbs = _VERBS | _skill_verbs(catalogue)
    for word in tokens(words):
        if word in verbs:
            return True
        if word not in _LEAD and word not in names and not word.isdigit():
            return False
    return False


def _skill_verbs(catalogue: Catalogue) -> frozenset[str]:
    """The first words of names and sentences of the robots' skills, but for those that Tektra's own skills share."""
    own = {skill.name for skill in catalogue.actors[SELF].skills} if SELF in catalogue.actors else set()
    found = set()
    for robot in catalogue.robots:
        for skill in catalogue.actors[robot].skills:
            if skill.name not in own:
                found |= {*tokens(skill.name)[:1], *tokens(skill.sentence)[:1]}
    return frozenset(found - own - _LEAD)
