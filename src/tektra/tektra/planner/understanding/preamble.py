# SPDX-License-Identifier: Apache-2.0
"""What is told beside an order and is no part of it: "it's late, rover2 go home", "... because dinner is ready". Plain functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.language.text import Shape
from tektra.planner.understanding.clauses import Part
from tektra.planner.understanding.hindrances import hinders
from tektra.planner.understanding.match import AGENTS, Match
from tektra.planner.understanding.names import NAME, ROBOT
from tektra.planner.understanding.phrasebook import COMMA, MARK, QUOTE, UNKNOWN, Chunk
from tektra.planner.understanding.reasons import BECAUSE
from tektra.planner.understanding.scene import Sort
from tektra.planner.understanding.tokens import tokens
from tektra.planner.understanding.values import Recent
from tektra.planner.understanding.vocabulary import Use, Vocabulary
from tektra.planner.understanding.who_acts import is_anybody

#: Words that change what an order behind them means, or that may be an order themselves.
_WEIGHTY = (
    "not", "except", "in_place_of", "if", "whenever", "until", "before", "after", "indirect", "impossible", "able", "modals",
    "causative", "repair", "repeats", QUOTE, MARK, *AGENTS,
)  # fmt: skip


def told_only(parts: Sequence[Part], words: str, vocabulary: Vocabulary) -> list[Part]:
    """The clauses that only tell something: before what is ordered, behind it, and wherever they say why.

    Those before it have a finite verb of `stating`, or are a noun and a verb that nobody here knows, and an order with a verb of its own behind a comma, a "but" or the
    end of their sentence; those behind it are about people, too. Nothing in them may restrict it; what they tell of a robot is of no
    weight where the order names who is to do it.
    """
    reasons = [
        part for part in parts if part.intro == BECAUSE and not _carries(part.match.chunks, (QUOTE, MARK))
    ]
    rest = [part for part in parts if part not in reasons]
    before = _before_order(rest, words, vocabulary)
    behind = _behind_order(rest[len(before) :], words, vocabulary)
    left = [part for part in rest if part not in before and part not in behind]
    return [*before, *behind, *reasons] if any(part.match.chunks for part in left) else []


def _before_order(parts: Sequence[Part], words: str, vocabulary: Vocabulary) -> list[Part]:
    found: list[Part] = []
    for part, following in zip(parts, parts[1:], strict=False):
        apart = following.opens or following.intro in (COMMA, "but", "then")
        if not apart or not tells(part, words, vocabulary, of_robots=_says_who(following)):
            break
        found.append(part)
    behind = next(
        (part for part in parts[len(found) :] if _orders(part.match) or not _only_calls(part.match)), None
    )
    return found if behind is not None and _orders(behind.match) else []


def _behind_order(parts: Sequence[Part], words: str, vocabulary: Vocabulary) -> list[Part]:
    """ "send rover1 to the bedroom, I left my glasses there"."""
    found: list[Part] = []
    for part in reversed(parts[1:]):
        apart = part.opens or part.intro in (COMMA, "but")
        told = replace(part, intro="")
        when = any(chunk.has("time") for chunk in part.match.chunks)  # "unless the door is shut"
        hinder = not when and hinders(part, parts[:1], words, vocabulary.hindering)
        meant = _of_people(part, words, vocabulary) or hinder
        if not (apart and meant and tells(told, words, vocabulary, of_robots=False)):
            break
        found.append(part)
    last = parts[len(parts) - len(found) - 1] if found else None
    whole = last is not None and not (last.match.unread or last.match.missing or last.match.negated)
    return found if last is not None and whole and (_orders(last.match) or _sends(last.match)) else []


def _sends(match: Match) -> bool:
    """ "rover1 to the bedroom": an order without a verb."""
    robots = any(agent.has(ROBOT) for agent in match.agents)
    return match.frame is None and robots and bool(match.fills.get("name"))


def _only_calls(match: Match) -> bool:
    return (
        match.frame is None and bool(match.agents) and not (match.fills or match.directions or match.unread)
    )


def _of_people(part: Part, words: str, vocabulary: Vocabulary) -> bool:
    first = next((chunk for chunk in part.match.chunks if not chunk.has("fillers")), None)
    if first is None:
        return False
    said = {token.plain for token in tokens(first.text)}
    person = first.has("references", "others") or first.has("references", "he") or first.has("telling")
    return person or (first.has("indirect", "past") and not said.isdisjoint(vocabulary.stating))


def _carries(chunks: Sequence[Chunk], kinds: Sequence[str]) -> bool:
    return any(chunk.has(kind) for chunk in chunks for kind in kinds)


def _orders(match: Match) -> bool:
    """With a verb of its own; "use another" says what is to be changed in what was ordered before."""
    if match.frame is None:
        ordering = ("using", "requests", "causative")
        return bool(match.agents) and _carries(match.chunks, ordering)
    return match.frame.use is Use.SKILL and bool(match.heads)


def _says_who(part: Part) -> bool:
    return any(agent.has(ROBOT) or agent.has("groups", "other") for agent in part.match.agents)


def tells(part: Part, words: str, vocabulary: Vocabulary, *, of_robots: bool) -> bool:
    """Whether the clause says what is so, and orders nothing. `of_robots`: it may be told of a robot."""
    match = part.match
    use = match.frame.use if match.frame is not None else None
    unknown = bool(match.missing) or _of_nothing_known(match)
    first_said = _of_whom_first(match)  # "kommt jemand, winkt arm1" rather says if
    asked = (use is Use.EVENT and first_said) or (use is Use.QUESTION and (unknown or first_said))
    talked = use is Use.TALK and bool(match.unread)
    if match.negated or match.excluded or part.asks or part.intro or part.ending == ":":
        return False
    start, end = match.span
    said = [token for token in tokens(words[start:end]) if token.shape is Shape.WORD]
    verb = next((start + token.start for token in said if token.plain in vocabulary.stating), end)
    first = next((chunk for chunk in match.chunks if not chunk.has("fillers") or chunk.has("at_once")), None)
    if _of_others(match, first):
        verb = match.heads[0].start
    told = _told(match, verb) or _of_others(match, first)
    if not (use is None or asked or talked or told):
        return False
    if first is not None and first.has("interrogatives"):
        return False
    if of_robots and _of_things_unknown(match, words, vocabulary):
        return True
    spoken = [chunk for chunk in match.chunks if not (of_robots and _is_whom(chunk, match))]
    spoken = [chunk for chunk in spoken if not (told and chunk in match.heads)]
    spoken = [chunk for chunk in spoken if not _is_its_verb(chunk, verb)]
    if not match.agents:  # "gleich gibt's Essen": a noun behind the verb of what is told
        spoken = [
            chunk
            for chunk in spoken
            if not (chunk.has("impossible") and chunk is not first and verb <= chunk.start)
        ]
    if use in (Use.EVENT, Use.QUESTION):  # "the office is free again"
        spoken = [chunk for chunk in spoken if not chunk.has("repeats")]
    if _carries(spoken, _WEIGHTY):
        return False
    return (bool(match.unread) or asked or told) and (
        verb < end or (use is Use.EVENT and first_said) or _is_done(match)
    )


def _of_others(match: Match, first: Chunk | None) -> bool:
    """ "we go to bed soon": whoever speaks, or somebody else, is right before the verb that says what they do."""
    orders = match.frame is not None and match.frame.use is Use.SKILL and bool(match.heads)
    others = first is not None and first.has("references", "others") and not match.agents
    return orders and others and first is not None and match.heads[0].first == first.last


def _is_whom(chunk: Chunk, match: Match) -> bool:
    """Whether it says of whom something is told: a robot, or "somebody"."""
    about = (fill.chunk for fill in match.fills.get("about", ()))
    return chunk in match.agents or any(chunk is each for each in about) or is_anybody(chunk)


def _of_whom_first(match: Match) -> bool:
    """ "rover1 está roto": what a question begins with stands behind whom it is about."""
    about = match.fills.get("about", ())
    return bool(match.heads) and any(fill.chunk.last <= match.heads[0].first for fill in about)


def _of_things_unknown(match: Match, words: str, vocabulary: Vocabulary) -> bool:
    """ "la soupe bout", "se me enfría el café": a noun with its article and, beside it, a verb that nobody here knows."""
    said = [chunk for chunk in match.chunks if not any(map(chunk.has, ("fillers", "modals", "references")))]
    said = [chunk for chunk in said if not chunk.has(COMMA)]
    if match.frame is not None or len(said) < 2 or not any(chunk.has(UNKNOWN) for chunk in said):
        return False
    rest = said[1:] if said[0].has(NAME) else said  # "mon thé refroidit", where tea means the kitchen
    if not all(any(map(chunk.has, (UNKNOWN, "impossible", "people", "agree"))) for chunk in rest):
        return False
    before = ([token.plain for token in tokens(words[: chunk.start])][-1:] for chunk in said)
    return any(word and word[0] in vocabulary.articles for word in before)


def _is_its_verb(chunk: Chunk, verb: int) -> bool:
    """The finite verb of what is told, or "forgotten my" behind it: "j'ai oublié mes lunettes"."""
    if chunk.has("indirect", "reported"):
        return False  # "ve al pasillo, ha dicho"
    if chunk.has("indirect", "injected"):
        return verb < chunk.start
    return chunk.start <= verb < chunk.end and (chunk.has("indirect", "past") or chunk.has("causative"))


def _told(match: Match, verb: int) -> bool:
    """ "my mum is visiting", "we have guests coming", "I'm going to bed": a verb that would order something says what is so.
    `verb`: where a finite verb begins that states."""
    if match.frame is None or match.frame.use is not Use.SKILL or not match.heads:
        return False
    short = bool(match.missing) or _of_nothing_known(match)
    nouns = (chunk for chunk in match.unread if chunk.has(UNKNOWN) or chunk.has("people"))
    subject = any(chunk.last <= match.heads[0].first for chunk in nouns)
    named = any(agent.has(ROBOT) and agent.last <= match.heads[0].first for agent in match.agents)
    if match.frame.done and (short or named or (subject and not match.agents)):
        return True  # "the plumber is here", "rover2 is charging"
    expletive = [chunk for chunk in match.agents if chunk.has("references", "it") and chunk.start < verb]
    before = [chunk for chunk in match.unread if chunk.start < verb or expletive]  # "es kommen Gäste"
    people = any(chunk.has("references", who) for chunk in before for who in ("others", "he"))
    return verb <= match.heads[0].start and bool(before) and (short or people)


def _is_done(match: Match) -> bool:
    return match.frame is not None and match.frame.done


def _of_nothing_known(match: Match) -> bool:
    """ "mir ist langweilig": words in the order of a statement that would ask for a place, or a thing, that nobody knows."""
    return any(fill.unknown for fills in match.fills.values() for fill in fills)


def against(told: Sequence[Part], orders: Sequence[Part], words: str, vocabulary: Vocabulary) -> str:
    """What of it speaks against what is ordered beside it, in its words; empty for nothing. A reason that is given for it does not."""
    for part in told:
        if part.intro != BECAUSE and hinders(part, orders, words, vocabulary.hindering):
            start, end = part.match.span
            article = next(reversed(tokens(words[:start])), None)
            led = article is not None and (article.plain in vocabulary.articles or article.text in "\"'’")
            first = article.start if article is not None and led else start
            return words[words.rfind(" ", 0, first) + 1 : end]
    return ""


def without(chunks: Sequence[Chunk], told: Sequence[Part]) -> list[Chunk]:
    """The chunks that are no part of what is told."""
    spans = [part.match.span for part in told]
    return [chunk for chunk in chunks if not any(start <= chunk.start < end for start, end in spans)]


def recalled(told: Sequence[Part], recent: Recent) -> Recent:
    """With the places and robots that are told of: "there" and "another one" may mean them."""
    for chunk in (chunk for part in told for chunk in part.match.chunks):
        if (robot := chunk.get(ROBOT)) is not None:
            recent = recent.with_(robots=robot.value)
        for named in () if (name := chunk.get(NAME)) is None else name.named:
            recent = recent.with_(places=named.name) if named.sort is Sort.PLACE else recent
    return recent
