# SPDX-License-Identifier: Apache-2.0
"""Requests said in another way that means the same, or the other robot: does the plan change with it?

Nobody need know what is right of a request: where "rover2" is said for "rover1", "please" is put before or behind, marks and
capitals go, or two orders are joined, the reader's plan must be the same one, of the other robot, or the one and then the other. What
it does not read whole, or asks about, moves nobody and is no fault here. Figures: of the changed requests that are carried out, the
share that moves a robot nobody named (`wrong_robots`), and the share whose plan is another one (`changed_plans`).

The requests are those of bench/cases/commands that are one turn, and the joined ones that are made here. `--seed` and `--pairs`
choose which two orders are joined, `--quick` takes a fifth, `--show` writes what was found.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common import emit, table
from mind.cases import Case, load
from mind.present import catalogue_of
from mind.setting import Setting

from tektra.common.paths import share_dir
from tektra.common.world import load_world
from tektra.planner.conversation.memory import ConversationMemory
from tektra.planner.conversation.scene_builder import SceneBuilder
from tektra.planner.understanding.reader import make_reader

TARGETS = {"wrong_robots": "<= 0.0005", "changed_plans": "<= 0.005"}
#: One step: who, skill, arguments by name.
Step = tuple[str, str, tuple[tuple[str, str], ...]]
#: Texts that are spoken or kept are passed over: they are what was said.
TEXT = "text"
SWAPPED = {"rover1": "rover2", "rover2": "rover1", "dock1": "dock2", "dock2": "dock1"}
POLITE = {
    "en": ("{} please", "please {}", "um, {}", "ok {}", "{} right now", "could you {}", "hey tektra, {}"),
    "de": ("{} bitte", "bitte {}", "äh, {}", "ok, {}", "also {}"),
    "fr": ("{} s'il te plaît", "euh, {}", "alors {}", "s'il vous plaît, {}"),
    "es": ("{} por favor", "por favor, {}", "eh, {}", "bueno, {}"),
    "it": ("{} per favore", "per favore, {}", "ehm, {}", "allora {}"),
}
SPOKEN = {
    "en": ("rover one", "rover two"),
    "de": ("rover eins", "rover zwei"),
    "fr": ("rover un", "rover deux"),
    "es": ("rover uno", "rover dos"),
    "it": ("rover uno", "rover due"),
}
JOINED = {
    "en": ("{a}, then {b}", "{a} and then {b}", "{a}. {b}.", "{a}; after that {b}", "{a} and {b}"),
    "de": ("{a}, dann {b}", "{a}. {b}.", "{a} und danach {b}", "{a}. Danach {b}"),
    "fr": ("{a}, puis {b}", "{a}. {b}.", "{a} et ensuite {b}"),
    "es": ("{a}, luego {b}", "{a}. {b}.", "{a} y después {b}"),
    "it": ("{a}, poi {b}", "{a}. {b}.", "{a} e dopo {b}"),
}
#: Longer orders are not joined: hardly anybody says two of them in one breath.
LONGEST_JOINED = 60
QUICK = 5
_MARKS = re.compile(r"(?<!\d)[,.!?;:]|[,.!?;:](?!\d)")  # "2,5 m" stays what it is
#: Docks by number: their names do not change places by themselves.
_DOCKS = re.compile(r"dock (one|two|1|2)|(one|two|1|2)'s dock", re.IGNORECASE)
#: What puts right what was said before it is no further order.
_MENDS = re.compile(
    r"\b(actually|rather|instead|sorry|no|eigentlich|doch|nein|finalement|plutôt|non|mejor|anzi|meglio)\b",
    re.IGNORECASE,
)
_NAMES = re.compile("|".join(SWAPPED))


@dataclass(frozen=True)
class Changed:
    """A request in other words. `wanted`: the plan that it may have besides none."""

    way: str
    language: str
    said: str
    words: str
    wanted: tuple[Step, ...]


@dataclass(frozen=True)
class Found:
    """What the reader makes of a changed request; None: nothing that would be carried out at once."""

    changed: Changed
    plan: tuple[Step, ...] | None

    @property
    def other_plan(self) -> bool:
        return self.plan is not None and self.plan != self.changed.wanted

    @property
    def wrong_robot(self) -> bool:
        """Whether somebody would move who should not, whatever it is that is done."""
        return self.plan is not None and not {s[0] for s in self.plan} <= {s[0] for s in self.changed.wanted}


class Planned:
    """The plans of requests in the home of config/world.yaml, by the reader alone. Loads every language; holds no conversation."""

    def __init__(self) -> None:
        self._reader = make_reader()
        world = load_world(share_dir() / "config" / "world.yaml")
        builder = SceneBuilder(world)
        self._scene = builder.scene(catalogue_of(Setting()), ConversationMemory(), asker="", now_s=0.0)

    def __call__(self, words: str) -> tuple[Step, ...] | None:
        """What would be carried out at once; None where that is nothing: it is asked about, refused, for later, or not read."""
        reading = self._reader.read(words, self._scene)
        if not reading.carried_out or reading.conditions:
            return None
        return tuple(
            (
                step.who,
                step.skill,
                tuple(sorted((name, str(value)) for name, value in step.arguments.items() if name != TEXT)),
            )
            for step in reading.steps
        )


def swapped(text: str) -> str:
    """With the other rover, and its dock, wherever one is named."""
    return _NAMES.sub(lambda found: SWAPPED[found[0]], text)


def changed(cases: Sequence[Case], planned: Planned) -> Iterator[Changed]:
    """Every request that is carried out, in each of its other ways."""
    for case in cases:
        said, language = case.turns[0].say, case.language
        if len(case.turns) != 1 or not said or not (plan := planned(said)):
            continue
        for way, words in _ways(said, language):
            yield Changed(way, language, said, words, plan)
        if re.search("rover[12]", said) and not _DOCKS.search(said):
            other = tuple(
                (swapped(who), skill, tuple((name, swapped(value)) for name, value in arguments))
                for who, skill, arguments in plan
            )
            yield Changed("swapped", language, said, swapped(said), other)


def _ways(said: str, language: str) -> Iterator[tuple[str, str]]:
    for frame in POLITE.get(language, ()):
        yield "polite", frame.format(said)
    yield "bare", _MARKS.sub("", said).lower()
    yield "capitals", said.upper()
    yield "capitals", said[0].upper() + said[1:] + "."
    if re.search("rover[12]", said) and language in SPOKEN:
        one, two = SPOKEN[language]
        yield "spoken", said.replace("rover1", one).replace("rover2", two)


def joined(cases: Sequence[Case], planned: Planned, *, count: int, seed: int) -> Iterator[Changed]:
    """Pairs of orders of one step each that name who acts, in one breath: `count` in each language."""
    chosen = random.Random(seed)
    orders: dict[str, list[tuple[str, tuple[Step, ...]]]] = {}
    for case in cases:
        turn = case.turns[0]
        said = turn.say.rstrip(".!")
        fits = len(case.turns) == 1 and turn.only_done and said and len(said) <= LONGEST_JOINED
        if not fits or said.endswith("?") or _MENDS.search(said) or not re.search(r"rover ?[12]|arm1", said):
            continue
        plan = planned(said)
        if plan is not None and len(plan) == 1:
            orders.setdefault(case.language, []).append((said, plan))
    for language, some in orders.items():
        for _ in range(count):
            (a, first), (b, second) = chosen.choice(some), chosen.choice(some)
            if first != second:
                words = chosen.choice(JOINED[language]).format(a=a, b=b)
                yield Changed("joined", language, a, words, first + second)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="each fifth request, and a fifth of the pairs")
    parser.add_argument("--pairs", type=int, default=200, help="joined orders in each language")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--show", action="store_true", help="writes each request whose plan changed")
    given = parser.parse_args()
    planned, cases = Planned(), load()
    each = QUICK if given.quick else 1
    those = [*changed(cases[::each], planned)]
    those += joined(cases, planned, count=given.pairs // each, seed=given.seed)
    found = [Found(one, planned(one.words)) for one in those]
    if given.show:
        for one in (one for one in found if one.other_plan):
            print(
                f"[{one.changed.language} {one.changed.way}] {one.changed.said!r}\n    {one.changed.words!r}"
            )
            print(f"    {one.changed.wanted}\n    {one.plan}", flush=True)
    ways = dict.fromkeys(one.changed.way for one in found)
    rows = [(way, *_counts([one for one in found if one.changed.way == way])) for way in ways]
    print(table(("", "requests", "carried out", "other plan", "wrong robot"), rows))
    n, done, other, wrong = _counts(found)
    figures = {"wrong_robots": wrong / done, "changed_plans": other / done, "carried_out": done / n}
    emit("metamorphic", n=n, figures={key: round(v, 5) for key, v in figures.items()}, targets=TARGETS)


def _counts(found: Sequence[Found]) -> tuple[int, int, int, int]:
    done = [one for one in found if one.plan is not None]
    return (len(found), len(done), sum(one.other_plan for one in done), sum(one.wrong_robot for one in done))


if __name__ == "__main__":
    main()
