# SPDX-License-Identifier: Apache-2.0
"""How a clause is meant: as an order, told of, asked, supposed, quoted. Plain functions on matches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.language.quantities import Kind
from tektra.planner.understanding.agents import any_but_named
from tektra.planner.understanding.clauses import Part
from tektra.planner.understanding.conditions import how_often
from tektra.planner.understanding.descriptions import TIMED
from tektra.planner.understanding.match import Match
from tektra.planner.understanding.names import ROBOT
from tektra.planner.understanding.phrasebook import COMMA, MARK, QUOTE, UNKNOWN, Chunk
from tektra.planner.understanding.reading import INJECTED, SUPPOSED, Condition, ReadStep
from tektra.planner.understanding.scene import LEAVES, Scene
from tektra.planner.understanding.vocabulary import Use
from tektra.planner.understanding.who_acts import is_anybody

#: Words before a clause that is no order, but says when the others are to be done.
WHEN = ("if", "whenever", "until")
#: Words behind which a sentence cannot end.
_GOES_ON = ("and", "or", "but", "before", "after", "causative", "articles", *WHEN)
#: Beside those: "well, one" is an article or a number, by its ending.
_MAY_COUNT = ("ordinals",)
#: What is not to be heeded is named in so many words at most.
LONGEST_DISMISSED = 4
#: Marks that people do not speak in, but machines do: "<!-- ... -->", '{"who": ...}', "... | sh".
_OF_MACHINES = frozenset("<>{}[]|\\`=$^")


def said_of_later(match: Match) -> bool:
    """ "ve luego a la cocina": behind no other order it may mean some time, and not next."""
    return any(chunk.has("then") and chunk.has("time", "vague") for chunk in match.chunks)


def _denies_or_corrects(match: Match) -> bool:
    """ "ve a la cocina no a la oficina": without a comma, "no" behind what is ordered may deny what follows or what came before."""
    begun = match.heads[0].first if match.heads else match.chunks[0].first
    for before, chunk, after in zip(match.chunks, match.chunks[1:], match.chunks[2:], strict=False):
        alone = not any(before.has(kind) for kind in (COMMA, "and", "but")) and not after.has(COMMA)
        mends = chunk.has("repair") or chunk.has("refuse")
        if chunk.has("not") and mends and alone and begun < before.last:
            return True
    return False


def said_loosely(match: Match) -> bool:
    """Whether it may not be meant as an order: "will rover1 go", "rover1 would go", "left" alone."""
    if _denies_or_corrects(match) or _with_us(match) or (any_but_named(match) and not match.alternative):
        return True
    if any(mark.kind == "unsure" for mark in match.marks):
        return True
    if any(head.has("meets") and head.last == agent.first for head in match.heads for agent in match.agents):
        return True  # "meet rover2 in the hall, rover1": who is to go?
    if any(map(is_anybody, match.agents)):
        return True  # "someone goes to the kitchen" may only tell so
    if any(mark.kind == "wishes" for mark in match.marks):
        return False
    if any(head.has("narrated") for head in match.heads):
        return True  # "rover1 allait à la cuisine"
    if any(c.has("modals", "foretold") for c in match.chunks):
        return not match.times  # "rover1 will go there", not "in ten seconds rover1 will go there"
    said = [c for c in match.chunks if c.has("modals") and c not in match.heads]
    if any(c.has("modals", "perhaps") for c in said):
        return not any(mark.kind == "requests" for mark in match.marks)  # "rover1 perhaps goes there"
    if not said:
        return False
    return not said[0].has("modals", "behind" if _behind_subject(said[0], match) else "before")


def _with_us(match: Match) -> bool:
    """ "let's go home": who says so may be on the way themselves, with somebody else, and speak to no robot."""
    goes = match.frame is not None and match.frame.name in LEAVES
    told = [agent for agent in match.agents if not agent.has("groups", "all")]
    return goes and not told and any(chunk.has("ourselves") for chunk in match.chunks)


def modal_first(match: Match) -> bool:
    """ "could rover1 go to the kitchen": what it could stands before whom it is about."""
    said = (c for c in match.chunks if c.has("modals", "before") and c not in match.heads)
    return any(not _behind_subject(c, match) for c in said)


def _behind_subject(modal: Chunk, match: Match) -> bool:
    """ "rover1 could ...", "the gripper should be opened"."""
    subjects = (
        *match.agents,
        *match.heads,
        *(fill.chunk for fills in match.fills.values() for fill in fills),
    )
    return any(chunk.last <= modal.first for chunk in subjects)


def breaks_off(chunks: Sequence[Chunk], parts: Sequence[Part]) -> bool:
    """Whether it ends with a word that goes on: "go to the hall and"; not "what rooms do we have"."""
    last_said = parts[-1].match if parts else None
    asks = last_said is not None and last_said.frame is not None and last_said.frame.use is Use.QUESTION
    if asks and last_said is not None and last_said.heads[-1:] == tuple(chunks[-1:]):
        return False
    last = next((c.meanings for c in reversed(chunks) if not c.has(COMMA)), None)
    kinds = {meaning.kind for meaning in last or ()}
    return bool(kinds) and kinds <= {*_GOES_ON, *_MAY_COUNT} and not kinds <= {*_MAY_COUNT}


def may_be_another(match: Match, scene: Scene, last: str) -> bool:
    """Whether words that may mean something else lack what would make them certain: "go left", "close it". `last`: who acted
    last."""
    frame = match.frame
    if frame is None or frame.sure != "spoken_of":
        return frame is not None and frame.sure == "measured" and not any(match.fills.values())
    robot = scene.robot(last)
    return robot is None or robot.skill(frame.name) is None


def dismissed(match: Match) -> bool:
    """ "ignore the noise": something, whatever it is, is not to be heeded; whom it speaks to is named before."""
    at = next((chunk.first for chunk in match.chunks if chunk.has("dismiss")), None)
    if at is None or len(match.unread) > LONGEST_DISMISSED:
        return False
    told = all(agent.first < at for agent in match.agents)
    return told and all((c.has(UNKNOWN) or c.has("qualities")) and c.first > at for c in match.unread)


def able_in(match: Match) -> Chunk | None:
    """ "can", "is able to": it is no word of the sentence's own."""
    return next((c for c in match.chunks if c.has("able") and c not in match.heads), None)


def told_of(match: Match, able: Chunk) -> bool:
    """ "both can go home now" tells; "can both go home" asks."""
    asks = match.chunks[0].has("interrogatives")
    return not asks and any(agent.last <= able.first for agent in match.agents)


def inverted(part: Part, first: Match | None) -> bool:
    """ "fährt rover1 in die Küche", "ok, fährt ...": a finite verb first, and then whom it is about, asks. `first`: the first
    clause that says more than who is spoken to."""
    opens = (part.opens and not part.intro) or (part.match is first and part.intro in ("", COMMA))
    if not opens:
        return False
    said = _said(part.match)
    subject = said[1] if len(said) > 1 else None
    if subject is None or not said[0].has("asking"):
        return False
    return subject.has(ROBOT) or subject.has("kinds") or subject.has("references", "it")


def asked_of_you(part: Part, first: Match | None) -> bool:
    """ "schickst du rover1 in die Küche?": whoever is spoken to is asked to do it, and not whether somebody does."""
    said = _said(part.match)
    if any(chunk.has("interrogatives") for chunk in part.match.chunks):
        return False
    marked = [chunk for chunk in part.match.chunks if chunk.has("asked_of_you", "marked")]
    if marked and not part.asks and (part.intro == "then" or _at_once(part.match, marked[0])):
        return False  # "jetzt holst du beide heim"
    begins = bool(marked) and said[0] is marked[0] and (part.opens or part.match is first)
    behind = next((c for c in part.match.chunks if begins and c.first == marked[0].last), None)
    inverted_ = behind is not None and behind.has("asked_of_you", "you")
    return bool(marked) and (part.asks or inverted_)


def _at_once(match: Match, verb: Chunk) -> bool:
    return any(chunk.has("at_once") and chunk.last <= verb.first for chunk in match.chunks)


def gently(match: Match) -> bool:
    """ "holst du mir den Würfel?": it can be nothing but a request."""
    return any(chunk.has("asked_of_you", "gently") for chunk in match.chunks)


def _said(match: Match) -> list[Chunk]:
    """Without the words that open many a clause and say nothing."""
    idle = ("fillers", "hesitations", COMMA)
    own = ("asking", "asked_of_you")
    return [c for c in match.chunks if any(map(c.has, own)) or not any(map(c.has, idle))]


def with_suppositions(parts: Sequence[Part]) -> list[Part]:
    """The clauses, those with an "if" among them that only the order of the words says."""
    following = [*parts[1:], None][: len(parts)]  # words alone may make no clause
    return [
        replace(part, intro="if") if behind is not None and _supposes(part, behind) else part
        for part, behind in zip(parts, following, strict=True)
    ]


def _supposes(part: Part, following: Part) -> bool:
    """ "should rover1 reach the kitchen, wave": an "if" that its verb says by standing first, before a clause of its own."""
    if (
        part.intro
        or not part.opens
        or part.asks
        or following.opens
        or following.intro not in ("", COMMA, "then")
    ):
        return False
    said = [chunk for chunk in part.match.chunks if not chunk.has(COMMA)]
    return bool(said) and said[0].has("supposing") and following.match.frame is not None


def why_indirect(parts: Sequence[Part]) -> str:
    """Why nothing is ordered, if some words that nothing accounts for say so."""
    for part, following in zip(parts, [*parts[1:], None][: len(parts)], strict=True):
        if following is not None and _talks_of(part, following):
            return "it is reported"
        names_only = not part.match.unread and not part.match.negated and part.match.frame is None
        if part.ending == ":" and part is not parts[-1] and not names_only:
            return "it is quoted"  # "never do this: ...", "please print: ..."
        for chunk in part.match.unread:
            if chunk.has(QUOTE) or (chunk.has(MARK) and chunk.text in _OF_MACHINES):
                return "it is quoted"
            if (meaning := chunk.get("indirect")) is not None:
                return {
                    "reported": "it is reported", "spoken": "it is about words", "hypothetical": SUPPOSED,
                    "injected": INJECTED, "past": "it is a question",
                }.get(meaning.value, meaning.value)  # fmt: skip
            if any(m.kind == "references" and m.value in ("others", "he") for m in chunk.meanings):
                return "it is a statement"
            if chunk.has("interrogatives") and chunk is part.match.chunks[0]:
                return "a question"
    return ""


def _talks_of(part: Part, following: Part) -> bool:
    """ "thank you for sending rover2 to the hall": what is thanked or apologised for is told."""
    match = part.match
    talks = match.frame is not None and match.frame.use is Use.TALK
    return talks and not (following.opens or following.intro) and any(c.has("indirect") for c in match.heads)


def says_again(match: Match, steps: Sequence[ReadStep], *, ordered: bool) -> bool:
    """ "turn left, don't turn right" does; "go there without turning" says how, "it is not safe" that it should not."""
    name, told = (match.frame.name, match.frame.done) if match.frame is not None else ("", False)
    if match.frame is not None and match.frame.sure == "denied":  # of somebody else
        named = {meaning.value for agent in match.agents for meaning in agent.meanings}
        named |= {
            n.name for fill in match.fills.get("object", []) for n in fill.meaning.named
        }  # "leave the red one"
        meant = {str(value) for step in steps for value in (step.who, *step.arguments.values())}
        return bool(named) and not named & meant
    how = any(chunk.has("without") for chunk in match.chunks)
    return not told and ((any(step.skill == name for step in steps) and not how) or not ordered)


def says_when(chunk: Chunk) -> bool:
    """Whether it says when, or under which condition: "by noon", "tonight", "if"."""
    return is_a_time(chunk) or any(chunk.has(kind) for kind in ("if", "whenever", "until", "time"))


def is_a_time(chunk: Chunk) -> bool:
    clock = chunk.quantity is not None and chunk.quantity.kind is Kind.CLOCK
    return clock or chunk.has("time", "vague")


def conditional(parts: Sequence[Part], words: str, conditions: Sequence[Condition]) -> str:
    """The clause, or the words, that say when it is to be done, be they read or not; empty: at once."""
    for part in parts:
        if part.match.frame is not None and part.match.frame.sure == TIMED and not conditions:
            return words.strip(" .!")  # "remind me to call Anna"
        event = part.match.frame is not None and part.match.frame.use is Use.EVENT
        times = [chunk for chunk in part.match.unread if says_when(chunk)]
        if often := how_often(part.match):
            return often
        if event or part.intro in WHEN or any(not is_a_time(chunk) for chunk in times):
            start, end = part.match.span
            return words[start:end]
        if times:
            return " ".join(chunk.text for chunk in times)
    return conditions[0].words if conditions else ""
