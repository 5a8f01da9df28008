# SPDX-License-Identifier: Apache-2.0
"""German as people speak it, of tests/data/commands/de.yaml, read by the rules alone: half is shown when it fails, half is only counted."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from mind.cases import Came, Case, Turn, Verdict, judge, read_turn
from mind.steps import Made

from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.reading import Act, Reading
from tektra.planner.understanding.scene import Memory, Pending, Scene

TABLE = Path(__file__).resolve().parents[3] / "data" / "commands" / "de.yaml"


def cases() -> list[Case]:
    content: Mapping[str, list[object]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return [
        Case(kind, "de", tuple(read_turn(t, TABLE.name) for t in (e if isinstance(e, list) else [e])))
        for kind, entries in content.items()
        for e in entries
    ]


def came(reading: Reading) -> Came:
    """What the dialogue makes of a reading without a model."""
    if reading.carried_out and not reading.conditions:
        return Came(
            tuple(Made(s.id, s.who, s.skill, s.arguments, s.after) for s in reading.steps), "", "done"
        )
    if reading.act is Act.ORDER and reading.refusals and not reading.indirect:
        return Came((), reading.refusals[0].sentence, "refused")
    if reading.act in (Act.ORDER, Act.ANSWER) and reading.whole and reading.doubts and not reading.indirect:
        return Came((), reading.doubts[0].sentence, "answered")
    if (reading.act is Act.QUESTION and reading.whole) or (reading.carried_out and reading.conditions):
        return Came((), "So ist es.", "answered")
    return Came((), "", "no model", model=True)


def remembered(reading: Reading, memory: Memory) -> Memory:
    if reading.carried_out:
        steps = tuple(reversed(reading.steps))
        return Memory(
            robots=tuple(dict.fromkeys(step.who for step in steps)),
            places=tuple(str(step.arguments["place"]) for step in steps if "place" in step.arguments),
            things=tuple(str(step.arguments["object"]) for step in steps if "object" in step.arguments),
            steps=reading.steps,
            language="de",
        )
    return replace(memory, pending=Pending(reading.steps, reading.doubts)) if reading.doubts else memory


def verdicts(reader: Reader, scene: Scene, case: Case) -> list[tuple[Turn, Reading, Verdict]]:
    found = []
    memory = Memory(language="de")
    for turn in case.turns:
        reading = reader.read(turn.say, replace(scene, memory=memory))
        memory = remembered(reading, memory)
        found.append((turn, reading, judge(turn, came(reading))))
    return found


@pytest.fixture(scope="module")
def judged(reader: Reader, scene: Scene) -> list[tuple[Case, list[tuple[Turn, Reading, Verdict]]]]:
    return [(case, verdicts(reader, scene, case)) for case in cases()]


Judged = list[tuple[Case, list[tuple[Turn, Reading, Verdict]]]]


def test_nothing_moves_in_another_way_than_was_said(judged: Judged) -> None:
    wrong = [
        "(held back)" if case.held else turn.say
        for case, turns in judged
        for turn, _, verdict in turns
        if verdict is Verdict.WRONGLY_MOVED
    ]
    assert wrong == []


def test_nearly_all_is_read_as_it_was_meant(judged: Judged) -> None:
    failed = {
        case.turns[0].say: case.held
        for case, turns in judged
        if any(verdict is not Verdict.EXACT for _, _, verdict in turns)
    }
    assert len(failed) <= 0.05 * len(judged), [say for say, held in failed.items() if not held]


def test_every_sentence_reaches_the_reader_of_german(judged: Judged) -> None:
    others = [turn.say for case, turns in judged for turn, reading, _ in turns if reading.language != "de"]
    assert others == []
