# SPDX-License-Identifier: Apache-2.0
"""What people say in other languages, and what it is read as: tests/data/reading/<language>.yaml, without a model.

`known`: each sentence with its reading. `unseen`: sentences that are only counted: how many are read right; none may move
what it should not.
"""

from pathlib import Path

import pytest
import yaml

from tektra.planner.understanding.reader import Reader
from tektra.planner.understanding.reading import Reading
from tektra.planner.understanding.scene import Scene

TABLES = sorted((Path(__file__).parents[3] / "data" / "reading").glob("*.yaml"))
#: So many of the unseen sentences are read right, at least.
SHARE = 0.8


def in_short(reading: Reading) -> str:
    """ "rover1 move 2", "? where rover1", "talk hello", "rover1 dock [if battery_low rover1]", "nothing"."""
    if reading.question is not None:
        return " ".join(["?", reading.question.topic.value, *reading.question.about])
    if reading.talk and reading.talk != "not":
        return f"talk {reading.talk}"
    if reading.indirect or not reading.whole:
        return "nothing"
    conditions = [
        " ".join(
            [
                c.when.value,
                *([c.event] if c.event else []),
                *c.about,
                *([f"{c.seconds:g}"] if c.seconds else []),
            ]
        )
        for c in reading.conditions
    ]
    return (_steps(reading) or "nothing") + "".join(f" [{condition}]" for condition in conditions)


def _steps(reading: Reading) -> str:
    if reading.refusals:
        return " ".join(f"!{refusal.kind} {refusal.name}" for refusal in reading.refusals)
    steps = []
    for step in reading.steps:
        values = [f"{v:g}" if isinstance(v, (int, float)) else str(v) for v in step.arguments.values()]
        after = [f"<{','.join(map(str, step.after))}"] if step.after else []
        steps.append(" ".join([step.who, step.skill, *values, *after]))
    return "; ".join(steps) + "".join(f" ?{doubt.kind}" for doubt in reading.doubts)


def table(file: Path, part: str) -> dict[str, str]:
    found = yaml.safe_load(file.read_text(encoding="utf-8"))[part]
    return {str(said): str(right) for said, right in found.items()}


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_what_people_say_is_read(reader: Reader, scene: Scene, file: Path) -> None:
    read = {said: in_short(reader.read(said, scene)) for said in table(file, "known")}
    wrong = {
        said: f"{read[said]} instead of {right}"
        for said, right in table(file, "known").items()
        if read[said] != right
    }
    assert not wrong


@pytest.mark.parametrize("file", TABLES, ids=lambda file: file.stem)
def test_unseen_sentences_are_read_right_or_move_nothing(reader: Reader, scene: Scene, file: Path) -> None:
    right, moved = 0, 0
    cases = table(file, "unseen")
    for said, wanted in cases.items():
        reading = reader.read(said, scene)
        right += in_short(reading) == wanted
        moved += reading.carried_out and in_short(reading) != wanted
    assert (moved, right / len(cases) >= SHARE) == (0, True), f"{right} of {len(cases)}"
