# SPDX-License-Identifier: Apache-2.0
"""What a clause gives in words of its own: a person as people describe one, and free text. Plain functions on a match.

"the person in the red coat" is nobody's name: it is handed to the robot as it was said. It ends where the sentence goes on:
with a word of the sentence's own, with "in" or "to" before a place, or with the clause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tektra.language.quantities import Kind
from tektra.planner.understanding.conditions import EVENT
from tektra.planner.understanding.match import ADDRESSED, AGENTS, THEN_WITHIN, TOLD, Fill, Match
from tektra.planner.understanding.phrasebook import COMMA, QUOTE, UNKNOWN, Chunk, Meaning
from tektra.planner.understanding.scene import Sort

#: The kind of meaning that words of a person's own have.
SAID = "said"
#: The skill that says a text aloud.
SAY, REMEMBER = "say", "remember"
#: A frame whose text may have a time at its beginning or end, which is none of it.
TIMED = "timed"
_ENDS = ("and", "then", COMMA)


def take_person(match: Match, slot: str, words: str) -> None:
    """Gives the slot whom the clause describes, or calls by a name that nobody here has; not where it refers to somebody."""
    if not match.heads:
        return
    rest = [c for c in match.chunks if c.first >= match.heads[0].last and c not in match.heads]
    anchor = next((index for index, chunk in enumerate(rest) if chunk.has("people")), None)
    if anchor is None:
        name = next((i for i, c in enumerate(rest) if c.has(UNKNOWN) and words[c.start].isupper()), None)
        if name is not None:
            end = name + 1
            while (
                end < len(rest) and _goes_with(rest[end - 1], rest[end]) and words[rest[end].start].isupper()
            ):
                end += 1
            _give(match, slot, rest[name:end], words)
        return
    if any(_names_somebody(chunk) for chunk in rest[:anchor]):
        return
    first, last = anchor, anchor + 1
    while first > 0 and _describes(rest[first - 1]) and rest[first - 1] not in match.heads:
        first -= 1
    while last < len(rest) and not _ends_at(rest, last, match.heads):
        last += 1
    _give(match, slot, rest[first:last], words)


def _goes_with(before: Chunk, chunk: Chunk) -> bool:
    return chunk.has(UNKNOWN) and chunk.first == before.last


def _names_somebody(chunk: Chunk) -> bool:
    people = any(named.sort is Sort.PERSON for meaning in chunk.meanings for named in meaning.named)
    return people or chunk.has("references", "him") or chunk.has("references", "me")


def _describes(chunk: Chunk) -> bool:
    return chunk.has(UNKNOWN) or chunk.has("ordinals")


def _ends_at(rest: Sequence[Chunk], index: int, heads: Sequence[Chunk]) -> bool:
    chunk, following = rest[index], rest[index + 1] if index + 1 < len(rest) else None
    if any(chunk.has(kind) for kind in _ENDS) or _is_place(chunk):
        return True
    between = any(rest[index - 1].last <= head.first < chunk.first for head in heads)
    return between or (chunk.has("prepositions") and following is not None and _is_place(following))


def _is_place(chunk: Chunk) -> bool:
    return any(named.sort is Sort.PLACE for meaning in chunk.meanings for named in meaning.named)


def _give(match: Match, slot: str, chunks: Sequence[Chunk], words: str) -> None:
    text = words[chunks[0].start : chunks[-1].end]
    match.fills[slot] = [Fill(chunks[0], Meaning(SAID, text))]
    match.chunks = tuple(chunk for chunk in match.chunks if chunk is chunks[0] or chunk not in chunks)


def take_text(match: Match, slot: str, words: str, starts: Sequence[int], *, before: Sequence[str]) -> None:
    """Free text: what is quoted, else all between the sentence's own words around it. `starts`: index of the first head of each
    run; `before`: the other arguments that stand before the text."""
    frame = match.frame
    if frame is None or not match.heads:
        return
    runs = frame.runs_before(slot)
    closed = 0 < runs < len(starts)
    opening = match.heads[starts[runs] - 1] if closed else match.heads[-1]
    closing = match.heads[starts[runs]] if closed else None
    rest = [
        c for c in match.chunks if c.first >= opening.last and (closing is None or c.last <= closing.first)
    ]
    rest = [chunk for chunk in rest if chunk not in match.heads]
    while rest and before and _given_before(rest, match):
        rest = rest[_given_before(rest, match) :]
    quoted = next((chunk for chunk in rest if chunk.has(QUOTE)), None)
    if quoted is not None:
        quote = quoted.get(QUOTE)
        match.fills[slot] = [Fill(quoted, quote or Meaning(QUOTE))]
        match.text = quote.value if quote else ""
    elif frame.name == SAY and rest and _is_no_text(next((c for c in rest if not c.has(COMMA)), rest[0])):
        match.text = EVENT
        match.cost += THEN_WITHIN * any(chunk.has("after") for chunk in rest)  # "dis-moi quand rover1 arrive"
        match.fills[slot] = [Fill(rest[0], Meaning("text", EVENT))]
        match.chunks = tuple(chunk for chunk in match.chunks if chunk not in rest) or match.heads
    elif rest:
        if frame.sure == TIMED:
            rest, opening = _without_times(rest, opening, match)
        that = rest[0].has("articles") and rest[0].has("references", "it") and len(rest) > 2
        if frame.name == REMEMBER and that and not rest[1].has("interrogatives"):
            opening = replace(
                opening, end=rest[0].end
            )  # "remember that the bin ...", not "... that is my chair"
        start = rest[0].start if before else opening.end
        match.text = words[start : rest[-1].end].strip(" ,:\n\t")
        match.fills[slot] = [Fill(rest[0], Meaning("text", match.text))]
        match.cost += 0.3 * sum(chunk.has("and") or chunk.has(COMMA) for chunk in rest)
        if any(rest[0].has(kind) for kind in AGENTS):
            addressed = any(chunk.has("requests") or chunk.has("modals") for chunk in rest)
            told = TOLD if match.heads[0].has("causative") else 0.0
            match.cost += (
                ADDRESSED if addressed else told
            )  # "tell rover1 to go", "say, rover1 could go": no words to be said aloud
        match.chunks = tuple(chunk for chunk in match.chunks if chunk not in rest) or match.heads


def _without_times(rest: list[Chunk], opening: Chunk, match: Match) -> tuple[list[Chunk], Chunk]:
    """ "in ten minutes to water the plants", "to water the plants at six": what is to be said then, and what stands before it.
    The time stays in the match, and says when."""
    left = rest
    if len(left) > 2 and _is_time(*left[:2]):
        left = left[2:]
        small = len(left) > 1 and left[0].has("prepositions")
        opening = replace(opening, end=left[0].end if small else left[0].start)
        if small:
            match.chunks = tuple(chunk for chunk in match.chunks if chunk is not left[0])
            left = left[1:]
    return (left[:-2] if len(left) > 2 and _is_time(*left[-2:]) else left), opening


def _is_time(chunk: Chunk, following: Chunk) -> bool:
    said = following.quantity
    return chunk.has("time") and said is not None and said.kind in (Kind.DURATION, Kind.CLOCK)


def _is_no_text(first: Chunk) -> bool:
    """ "say something nice", "dis-moi ce que tu penses": it tells what to speak of, and not what to say."""
    asked = first.has("interrogatives") and not first.has("fillers")
    return asked or first.has("unquoted") or first.has("references", "me")


def _given_before(rest: Sequence[Chunk], match: Match) -> int:
    """How many chunks at the beginning are another argument: who was described, "him", "in the kitchen"."""
    described = [fill.chunk for fills in match.fills.values() for fill in fills]
    if rest[0] in described or _names_somebody(rest[0]):
        return 1
    if _is_place(rest[0]) and any(0 <= rest[0].first - head.last <= 1 for head in match.heads):
        return 1  # "in" is a word of the sentence's own
    placed = len(rest) > 1 and rest[0].has("prepositions") and _is_place(rest[1])
    return 2 if placed else 0
