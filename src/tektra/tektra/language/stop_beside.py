# SPDX-License-Identifier: Apache-2.0
"""What is said to others beside the stop of some robots: "rover1 go home, rover2 stay where you are". Plain functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from tektra.language.clauses import PART_END, WORD, plain_text
from tektra.language.robot_names import MARK, UNKNOWN, RobotNames
from tektra.language.stop import LEXICON, verdict
from tektra.language.stop_clause import Kind


def beside(text: str, stopped: Collection[str], robots: Iterable[str]) -> str:
    """What is left of the text without the clauses that stop those robots; "" where one of them may say anything else, or
    where no other robot is named in what is left."""
    names, left = tuple(robots), list[str]()
    clauses = list(_clauses(text, RobotNames(names))) if stopped else []
    for clause in clauses:
        heard = verdict(clause, names)
        if heard.kind is Kind.NONE:
            left.append(clause)
        elif heard.kind is not Kind.STOP or not heard.robots or not set(heard.robots) <= set(stopped):
            return ""
    rest = ", ".join(left)
    if len(left) == len(clauses) or verdict(rest, names).kind is not Kind.NONE:
        return ""  # it stops by what its clauses are together
    others = named_in(rest, names)
    return rest if others and others.isdisjoint({*stopped, UNKNOWN.removeprefix(MARK)}) else ""


def named_in(text: str, robots: Iterable[str]) -> set[str]:
    """The robots that are called by their names."""
    row = RobotNames(tuple(robots)).mark(_row(text))
    return {word.removeprefix(MARK) for word in row if word.startswith(MARK)}


def _clauses(text: str, names: RobotNames) -> Iterator[str]:
    """The clauses of a text; a name that stands alone before one is whom it speaks to."""
    called = ""
    for part in PART_END.split(text):
        for clause in _joined(part, names):
            row = names.mark(_row(clause))
            if all(word.startswith(MARK) or LEXICON["fillers"].at(row, at) for at, word in enumerate(row)):
                called = f"{called} {clause}".strip()
                continue
            yield f"{called} {clause}".strip()
            called = ""
    if called:
        yield called


def _joined(part: str, names: RobotNames) -> Iterator[str]:
    """Clauses without a mark between them: "rover1 go home and rover2 stay there"."""
    words, begin = list(WORD.finditer(part)), 0
    row = [plain_text(word[0]) for word in words]
    for at in range(1, len(row)):
        behind = at + max(LEXICON[key].at(row, at) for key in ("joins", "contrasts"))
        if not at < behind < len(row):
            continue
        if names.mark(row[behind:])[0].startswith(MARK) or LEXICON.stops_at(row, behind):
            yield part[begin : words[at].start()].strip()
            begin = words[behind].start()
    yield part[begin:].strip()


def _row(text: str) -> list[str]:
    return WORD.findall(plain_text(text))
