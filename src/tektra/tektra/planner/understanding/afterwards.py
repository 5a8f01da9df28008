# SPDX-License-Identifier: Apache-2.0
"""Words such as "afterwards" that stand last: who does it when. Plain functions on clauses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tektra.planner.understanding.phrasebook import COMMA, Chunk, Meaning

if TYPE_CHECKING:
    from tektra.planner.understanding.clauses import Part


def in_turn(parts: Sequence[Part]) -> None:
    """ "rover2 goes home and rover1 right after": an "afterwards" behind several names says that they do it one by one. In place."""
    if len(parts) < 2:
        return
    before, last = parts[-2:]
    ends = last.intro == "then" and not (last.match.chunks or last.opens)
    if ends and len(before.match.agents) > 1:
        before.match.marks.append(Meaning("in_turn" if before.match.frame is not None else "unsure"))


def comes_later(chunk: Chunk, parts: Sequence[Part]) -> bool:
    """Whether an "afterwards" stands behind another order, or one to several places: it says when that comes."""
    *_, before, last = (None, None, *(part for part in parts if part.match.chunks))
    listed = last is not None and any(len(fills) > 1 for fills in last.match.fills.values())
    joined = before is not None and last is not None and last.intro in ("and", COMMA) and not last.opens
    said = (part.match for part in (before, last) if part is not None)
    behind = chunk.has("time", "vague") and (joined or listed)
    return behind and all(match.frame is not None and not match.unread for match in said)


def follows(parts: Sequence[Part]) -> bool:
    """ "rover2 goes to the hall first, rover1 after that": whether the last names but one who is to do what was said of another."""
    if len(parts) < 2 or parts[-1].intro not in ("and", COMMA, "but") or parts[-1].opens:
        return False
    before, last = parts[-2].match, parts[-1].match
    named = last.frame is None and len(last.agents) == 1 and not (last.fills or last.directions)
    ordered = before.frame is not None or before.fills or before.directions
    return named and not last.unread and bool(ordered and before.agents)
