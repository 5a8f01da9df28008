# SPDX-License-Identifier: Apache-2.0
"""Which chunks of a clause name those who act, and which are excepted from them. Plain functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tektra.planner.understanding.match import AGENTS, LEAST_DEGREES, Match, may_number
from tektra.planner.understanding.names import ROBOT
from tektra.planner.understanding.nth import NTH
from tektra.planner.understanding.phrasebook import Chunk, Meaning
from tektra.planner.understanding.scene import LEAVES, KnownRobot
from tektra.planner.understanding.tokens import parts
from tektra.planner.understanding.vocabulary import Use

#: Arguments that "the first one" may be as well.
_OF_ITS_OWN = frozenset("object objects spot person robot about number count text".split())


def numbered_robot(
    chunk: Chunk,
    following: Chunk | None,
    match: Match,
    meanings: Mapping[str, str],
    *,
    listed: bool,
    free: bool,
) -> bool:
    """ "one and two go ...", "rover1 and 3": a bare number where robots are spoken of. `listed`: one stands
    right before it; `free`: nothing else does."""
    if _says_who(chunk, match, thing=bool(_OF_ITS_OWN & set(meanings.values())) or not free):
        return True
    turns = following is not None and following.has("directions") and chunk.quantity is not None
    if turns and chunk.quantity is not None and chunk.quantity.value >= LEAST_DEGREES:
        return False  # "rover1, ninety left"
    if not may_number(chunk.quantity) or {"number", "count"} & set(meanings.values()):
        return False
    if any(agent.has("kinds") and agent.last == chunk.first for agent in match.agents[-1:]):
        return True  # "Roboter 2"
    head = match.heads[0].first if match.heads else -1
    return listed or (not match.agents and chunk.first < head and free)


def counted(number: Chunk, match: Match) -> bool:
    """ "rover1, one, two, three metres": the number of who was named may as well count."""
    said = number.quantity
    named = [parts(m.value)[-1:] for agent in match.agents for m in agent.meanings if m.kind == ROBOT]
    return said is not None and (str(int(said.value)),) in named


def is_anybody(chunk: Chunk) -> bool:
    """ "someone": a person, whoever it is, and no robot of those that are named."""
    return chunk.has("groups", "any") and chunk.has("people")


def misplaced(match: Match, events: bool, *, after: bool = False) -> int:
    """An event stands behind "if", "until" and the like, an order anywhere but there; `after`: an order rather than an
    event, and either rather than a question; but that rover1 is somewhere does not order it there."""
    assert match.frame is not None
    if after and match.frame.use is Use.QUESTION:
        return 3
    if after and match.frame.use is Use.SKILL and any(map(is_anybody, match.agents)):
        return 2  # "when somebody comes"
    told = any(a.has(ROBOT) or (match.frame.done and a.has("references", "it")) for a in match.agents)
    if after and match.frame.name in LEAVES and told:
        return 2
    return int((match.frame.use is Use.EVENT) != events)


def wished(chunk: Chunk, chunks: Sequence[Chunk]) -> bool:
    """ "they should come back": who was told something before is told it; "they come back" tells."""
    return chunk.has("references", "they") and any(c.has("modals", "behind") for c in chunks)


def looked_for(chunk: Chunk, head_first: int) -> bool:
    """ "find somebody": whom the verb before it is about, where it has a place for that."""
    return is_anybody(chunk) and 0 <= head_first < chunk.first


def joined_agents(chunk: Chunk, match: Match) -> bool:
    """Robots are spoken of in one place of a clause; "both" and "each" may stand apart."""
    anybody = chunk.has(ROBOT) and any(map(is_anybody, match.agents))
    apart = chunk.has("groups") and not chunk.has("groups", "other")  # "..., and the other one to the hall"
    return apart or (not anybody and all(agent.has("groups") for agent in match.agents))


def stands_beside(chunk: Chunk, match: Match, waiting: Sequence[Chunk], joined: bool) -> bool:
    """Whether it is one more of those who act: joined, or right behind them; not "rover1, park next to rover2", nor "when you see
    someone rover2 ..."."""
    if match.agents[-1:] and is_anybody(match.agents[-1]) and chunk.has(ROBOT):
        return False
    if any(word.has("prepositions") for word in waiting) and not joined:
        return False
    verbs = any(match.agents[-1].last <= head.first < chunk.first for head in match.heads)
    return joined or not verbs


def tell(before: Chunk | None, match: Match, named: Chunk) -> None:
    """ "rover1, tell rover2 to go": who is told acts, and not who is to tell; "it's rover2 I want there": a pronoun right before
    a name is whom that names. `before`: the chunk before whom is `named` now. In place."""
    if [agent is before and agent.has("references", "it") for agent in match.agents] == [True] and named.has(
        ROBOT
    ):
        match.agents.clear()
    if not match.agents or before is None or not before.has("causative"):
        return
    if before.has("articles"):
        match.marks.append(Meaning("unsure"))  # "rover1 bitte rover2 ...": is it asked, or are both?
    else:
        match.agents.clear()


def beyond(match: Match, robots: Sequence[KnownRobot]) -> bool:
    """Whether nobody whom it names can do it: "arm1 go home" sends no arm to a dock, where it has a pose of that name."""
    assert match.frame is not None
    kinds = {m.value.rstrip("*") for agent in match.agents for m in agent.meanings if m.kind == "kinds"}
    names = {m.value for agent in match.agents for m in agent.meanings if m.kind == ROBOT}
    named = [robot for robot in robots if robot.name in names or robot.kind in kinds]
    orders = match.frame.use is Use.SKILL
    return orders and bool(named) and all(robot.skill(match.frame.name) is None for robot in named)


def excepts(chunk: Chunk, agents: Sequence[Chunk], following: Chunk | None = None) -> bool:
    """ "except", and "but" between several robots and one of them: "all rovers but rover1"."""
    if chunk.has("except"):
        return True
    several = bool(agents) and (agents[-1].has("groups") or _plural(agents[-1]))
    one = following is None or any(following.has(kind) for kind in (*AGENTS, ROBOT))
    return chunk.has("but") and several and one and agents[-1].last <= chunk.first <= agents[-1].last + 1


def _plural(chunk: Chunk) -> bool:
    return any(meaning.kind == "kinds" and meaning.value.endswith("*") for meaning in chunk.meanings)


def _says_who(chunk: Chunk, match: Match, *, thing: bool) -> bool:
    """ "send the first one to ...", "the second shall ...": before the verb, or behind one that has others act or drives,
    it says who. `thing`: it may be what is taken or gone to: "take the first one"."""
    causes = any(other.has("causative") and other.last <= chunk.first for other in match.chunks)
    before = not match.heads or chunk.first < match.heads[0].first
    return chunk.has(NTH) and not match.agents and (before or causes or not thing)
