# SPDX-License-Identifier: Apache-2.0
"""Words that stop, in five languages: missed, false, and how long a look takes, also at texts made to take long.

The tables of tests/data/stopping, half of which is known by its score alone. Baseline: a search for words that stop, without a
look at their sentence. `cries_...`: of cries that name no stop, what the rules and the second ear (language/alarms.py) hear together,
as they do while something moves; `false_share_moving`: of the look-alikes, what stops then.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml
from common import emit, table

from tektra.common.timings import percentile
from tektra.language.stop import LEXICON, MAX_CHARACTERS, alarmed, verdict
from tektra.language.stop_clause import Kind

TABLES = Path(__file__).parents[1] / "tests" / "data" / "stopping"
ROBOTS = ("rover1", "rover2", "arm1")
#: Repeated up to the longest text that is taken.
HOSTILE = (
    "a ", "a,", ",", "how do i stop ", "how do i stop,", "stop at the kitchen ", "stop the music. ", "don't stop ", "the stop ", "st,",
    "s t o p ", "s.t.o.p.", "halt den ", "if you see me stop, ", "go and ", "hold it carefully ", "wait for me ", "say the word stop ",
    "please now ok ", "quiet, ", "cancel that. ", "rover1 rover2 ", "rovers one and two and ", "s\u0301t\u0301o\u0301p\u0301 ",
    "bus stop and ", "when i say go and then stop talking ", "nonstop-", "stopp nicht an der tür, ", "\u200bst\u200bop", "x", "o",
)  # fmt: skip
TARGETS = {"missed": "== 0", "false_share": "<= 0.02", "p99_us": "<= 1000", "hostile_ms": "<= 1"}


def rows(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for language, found in yaml.safe_load((TABLES / f"{name}.yaml").read_text(encoding="utf-8")).items():
        yield from ((language, row) for row in found)


def by_words(text: str) -> bool:
    """The baseline: any word that may stop, wherever it stands."""
    return any(word in LEXICON.stopping for word in re.findall(r"\w+", text.casefold()))


def by_sentence(text: str) -> bool:
    return verdict(text, ROBOTS).kind is Kind.STOP


def by_both(text: str) -> bool:
    return by_sentence(text) or alarmed(text)


def cries(name: str) -> list[str]:
    given = yaml.safe_load((TABLES / "alarms.yaml").read_text(encoding="utf-8"))[name]
    return [text for texts in given.values() for text in texts]


def share(stops: Callable[[str], bool], texts: list[str]) -> float:
    return round(sum(map(stops, texts)) / len(texts), 4)


def measure(stops: Callable[[str], bool]) -> tuple[int, int, list[tuple[str, int, int, int, int]]]:
    """Missed, false, and both by language."""
    counted: dict[str, list[int]] = {}
    for column, (name, right) in enumerate((("stops", True), ("lookalikes", False))):
        for language, row in rows(name):
            line = counted.setdefault(language, [0, 0, 0, 0])
            line[2 * column] += 1
            line[2 * column + 1] += stops(str(row["text"])) is not right
    lines = [(language, *line) for language, line in counted.items()]
    return sum(line[2] for line in lines), sum(line[4] for line in lines), lines  # type: ignore[return-value]


def took_us(text: str, repeats: int) -> float:
    """The processor's time, the median of some looks: what others do on this machine is not the text's doing."""
    found = []
    for _ in range(repeats):
        began = time.thread_time()
        verdict(text, ROBOTS)
        found.append(1e6 * (time.thread_time() - began))
    return percentile(found, 0.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer looks at each text")
    repeats = 5 if parser.parse_args().quick else 25
    told, robots_right = 0, 0
    for _, row in rows("stops"):
        told += 1
        robots_right += set(verdict(str(row["text"]), ROBOTS).robots) == set(row.get("robots", ()))
    missed, false, lines = measure(by_sentence)
    missed_words, false_words, _ = measure(by_words)
    print(table(("", "stops", "missed", "look-alikes", "false"), lines), "\n")
    times = [took_us(str(row["text"]), repeats) for name in ("stops", "lookalikes") for _, row in rows(name)]
    hostile = {text: took_us((text * MAX_CHARACTERS)[:MAX_CHARACTERS], repeats) for text in HOSTILE}
    slowest = sorted(hostile.items(), key=lambda entry: -entry[1])[:5]
    print(table(("slowest of 4000 characters", "ms"), [(repr(text), us / 1e3) for text, us in slowest]), "\n")
    similar = [str(row["text"]) for _, row in rows("lookalikes")]
    lookalikes = len(similar)
    figures = {
        "missed": float(missed),
        "false_share": round(false / lookalikes, 4),
        "robots_right": round(robots_right / told, 4),
        "p50_us": round(percentile(times, 0.5), 1),
        "p99_us": round(percentile(times, 0.99), 1),
        "hostile_ms": round(slowest[0][1] / 1e3, 2),
        "missed_by_words_alone": float(missed_words),
        "false_share_by_words_alone": round(false_words / lookalikes, 4),
        "cries_heard": share(by_both, cries("stops")),
        "cries_heard_by_rules": share(by_sentence, cries("stops")),
        "cries_false_share": share(by_both, cries("lookalikes")),
        "false_share_moving": share(by_both, similar),
    }
    emit("stop_words", n=told + lookalikes, figures=figures, targets=TARGETS)


if __name__ == "__main__":
    main()
