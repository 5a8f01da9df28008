# SPDX-License-Identifier: Apache-2.0
"""What comes of requests as people say them, in five languages: done exactly, asked about, refused, or wrongly moved.

Each request goes the real way through the planner's dialogue and its checks; robots are played, and every step succeeds.
First without a language model, then with one for the requests that the rules did not read whole. Baseline: the last
release's own code (a model proposes, checks judge), on a sample of the same requests.

Then errands for a robot that can carry, of the kinds of RoboCup@Home's GPSR (mind/errands.py).

Half of the requests are held back: they are counted, never shown. `--failures FILE` writes what failed of the other half.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from common import emit, table
from mind.cases import Came, Case, Turn, Verdict, judge, load
from mind.errands import Errand, Sampler, is_valid
from mind.process import ROOT, planner
from mind.setting import Setting
from mind.steps import written

from tektra.common import models
from tektra.common.errors import MissingModel
from tektra.common.timings import percentile

MODELS = {"135m": "smollm2-135m", "0_5b": "qwen2.5-coder-0.5b", "1_5b": "qwen2.5-coder-1.5b"}
SAMPLE = 60
ERRANDS = 320
TARGETS = {
    "exact_unseen": ">= 0.95",
    "wrongly_moved": "<= 0.005",
    "wrongly_refused": "<= 0.03",
    "asked": "<= 0.10",
    "gpsr_valid": ">= 0.85",
    "read_p50_ms": "<= 50",
    "read_share": ">= 0.8",
    "language_right": ">= 0.98",
}


@dataclass(frozen=True)
class Result:
    """One turn that has an outcome to be right about."""

    case: Case
    number: int
    turn: Turn
    came: Came
    verdict: Verdict


def carry(which: str, model: str, cases: Sequence[Case], tree: Path = ROOT) -> list[Result]:
    """All cases through one planner."""
    results = []
    with planner(which, model, tree=tree) as mind:
        for case in cases:
            came = mind.carry(case)
            for number, (turn, what) in enumerate(zip(case.turns, came, strict=True)):
                results.append(Result(case, number, turn, what, judge(turn, what)))
    return results


def errands(which: str, count: int, tree: Path) -> tuple[list[tuple[Errand, Came]], float]:
    """Errands of a robot that can carry through one planner, without a model; and the share of valid plans."""
    found = []
    with planner(which, tree=tree) as mind:
        for errand in Sampler().errands(count):
            case = Case(errand.kind, "en", (Turn(say=errand.words),))
            found.append((errand, mind.carry(case, Setting(world="flat", person="Sam"))[0]))
    return found, share(is_valid(errand, came.steps) for errand, came in found)


def show_errands(found: Sequence[tuple[Errand, Came]]) -> None:
    """A table by kind; every other errand is held back, the rest that failed is written out by failed_errands()."""
    groups: dict[str, list[bool]] = {}
    for errand, came in found:
        groups.setdefault(errand.kind, []).append(is_valid(errand, came.steps))
    print(
        table(("errands", "valid", "of"), [(kind, sum(ok), len(ok)) for kind, ok in sorted(groups.items())])
    )


def failed_errands(found: Sequence[tuple[Errand, Came]]) -> str:
    lines = ["# Errands that failed (every other one is held back)", ""]
    for errand, came in found[::2]:
        if not is_valid(errand, came.steps):
            needs = [f"{'|'.join(sorted(need.skills))} {' '.join(need.words)}" for need in errand.needs]
            lines += [
                f"- {errand.words}",
                f"  - needed: {' > '.join(needs)}",
                f"  - came: {written(came.steps) or 'no step'} · {came.outcome} · {came.reply!r}",
            ]
    return "\n".join(lines)


def figures_of(results: Sequence[Result]) -> dict[str, float]:
    """The figures of one planner. A case is exact when all its turns are."""
    orders = [r for r in results if r.turn.only_done]
    ordinary = [r for r in results if not r.turn.event and (r.turn.only_done or r.turn.answer is not None)]
    read = [r.came.took_s for r in results if not r.came.model and r.turn.say]
    figures = {
        "exact": exact_share(results),
        "exact_unseen": exact_share([r for r in results if r.case.held]),
        "wrongly_moved": share(r.verdict is Verdict.WRONGLY_MOVED for r in results),
        "wrongly_refused": share(r.verdict is Verdict.WRONGLY_REFUSED for r in orders),
        "asked": share(r.verdict is Verdict.ASKED for r in ordinary),
        "read_share": share(not r.came.model for r in orders),
    }
    if answered := [r for r in results if r.turn.say and r.came.language and not r.came.stops]:
        figures["language_right"] = share(r.came.language == r.case.language for r in answered)
    if read:
        figures["read_p50_ms"] = 1e3 * percentile(read, 0.5)
        figures["read_p99_ms"] = 1e3 * percentile(read, 0.99)
    if planned := [r.came.took_s for r in results if r.came.model]:
        figures["plan_p50_s"] = percentile(planned, 0.5)
    return {key: round(value, 4) for key, value in figures.items()}


def exact_share(results: Sequence[Result]) -> float:
    whole: dict[str, bool] = {}
    for result in results:
        right = result.verdict is Verdict.EXACT
        whole[result.case.id] = whole.get(result.case.id, True) and right
    return share(whole.values())


def share(flags: object) -> float:
    found = list(flags)  # type: ignore[call-overload]
    return sum(found) / len(found) if found else float("nan")


def show(title: str, results: Sequence[Result]) -> None:
    """Tables by language and by kind."""
    print(f"\n{title}")
    heads = ("", "cases", "exact", "exact held", "moved wrongly", "refused wrongly", "asked", "read")
    for key in ("language", "kind"):
        groups: dict[str, list[Result]] = {}
        for result in results:
            groups.setdefault(getattr(result.case, key), []).append(result)
        rows = [_row(name, group) for name, group in sorted(groups.items())]
        print(table(heads, rows), "\n")


def _row(name: str, results: Sequence[Result]) -> tuple[object, ...]:
    figures = figures_of(results)
    counts = Counter(result.verdict for result in results)
    return (
        name,
        len({result.case.id for result in results}),
        figures["exact"],
        figures["exact_unseen"],
        counts[Verdict.WRONGLY_MOVED],
        counts[Verdict.WRONGLY_REFUSED],
        counts[Verdict.ASKED],
        figures["read_share"],
    )


def failures(results: Sequence[Result], title: str) -> str:
    """What failed of the half that may be seen, as a page."""
    shown = [r for r in results if not r.case.held and r.verdict is not Verdict.EXACT]
    lines = [f"# Known failures: {title}", "", f"{len(shown)} turns; the held half is not shown.", ""]
    for result in sorted(shown, key=lambda r: (r.case.kind, r.case.language)):
        before = [turn.say or str(dict(turn.event)) for turn in result.case.turns[: result.number]]
        said = result.turn.say or str(dict(result.turn.event))
        came = result.came
        lines += [
            f"## {result.case.kind} · {result.case.language} · {result.verdict.value}",
            *(f"- before: {words}" for words in before),
            f"- said: {said}",
            f"- right: {result.turn.right or 'nothing moves'}",
            f"- came: {written(came.steps) or 'no step'} · {came.outcome} · {came.reply!r}"
            + (f" · then {list(came.announced)}" if came.announced else "")
            + (" · stopped" if came.stops else ""),
            "",
        ]
    return "\n".join(lines)


def is_here(model: str) -> bool:
    try:
        models.path(model)
    except MissingModel:
        return False
    return True


def with_model(
    cases: Sequence[Case], bare: Sequence[Result], model: str, most: int, tree: Path
) -> list[Result]:
    """The results with a model: what the rules read stays as it is, a sample of the rest is carried again."""
    asked = {r.case.id for r in bare if r.came.model}
    again = _sample([case for case in cases if case.id in asked], most)
    done = carry("present", model, again, tree)
    chosen = {case.id for case in again}
    share_of_rest = len(again) / max(1, len(asked))
    # as many of the others as the sample stands for, so that shares stay true
    others = _sample(
        [case for case in cases if case.id not in asked], round(share_of_rest * (len(cases) - len(asked)))
    )
    kept = {case.id for case in others}
    return [r for r in bare if r.case.id in kept and r.case.id not in chosen] + done


def _sample(cases: Sequence[Case], most: int) -> list[Case]:
    ordered = sorted(cases, key=lambda case: case.id)
    return random.Random(1).sample(ordered, most) if len(ordered) > most else list(ordered)


def compare(columns: Mapping[str, Mapping[str, float]]) -> None:
    keys = list(dict.fromkeys(key for column in columns.values() for key in column))
    nothing = float("nan")
    rows = [(key, *(column.get(key, nothing) for column in columns.values())) for key in keys]
    print(table(("", *columns), rows))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every third request")
    parser.add_argument("--model", action="append", help="a model's name, or none; may be given again")
    parser.add_argument("--language", action="append", help="only this one, e.g. de")
    parser.add_argument("--kind", help="only requests of this kind")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="requests that a model is asked for")
    parser.add_argument("--reader", action="store_true", help="the rules alone, without dialogue and checks")
    parser.add_argument("--tree", type=Path, default=ROOT, help="another checkout whose planner is measured")
    parser.add_argument("--failures", type=Path, help="file for what failed of the half that may be seen")
    arguments = parser.parse_args()
    cases = [case for case in load(arguments.language or ()) if arguments.kind in (None, case.kind)]
    cases = sorted(cases, key=lambda case: case.id)[:: 3 if arguments.quick else 1]
    wanted = arguments.model or ["none", *MODELS.values()]
    which = "reader" if arguments.reader else "present"
    bare = carry(which, "", cases, arguments.tree)
    show(f"without a model, {len(cases)} cases", bare)
    if arguments.failures:
        arguments.failures.write_text(failures(bare, "without a model"), encoding="utf-8")
    errands_done, valid = errands(which, 32 if arguments.quick else ERRANDS, arguments.tree)
    show_errands(errands_done)
    if arguments.failures:
        with arguments.failures.open("a", encoding="utf-8") as file:
            file.write("\n" + failed_errands(errands_done))
    columns = {"none": figures_of(bare)}
    columns["none"]["gpsr_valid"] = round(valid, 4)
    columns["none"].pop("plan_p50_s", None)  # no model planned anything
    for short, model in MODELS.items():
        if model not in wanted or not is_here(model) or arguments.reader:
            continue
        found = with_model(cases, bare, model, arguments.sample, arguments.tree)
        columns[short] = figures_of(found)
        show(f"with {model}, a sample", found)
        if arguments.failures:
            with arguments.failures.open("a", encoding="utf-8") as file:
                file.write("\n" + failures(found, f"with {model}, a sample"))
        columns[f"release {short}"] = figures_of(carry("release", model, _sample(cases, arguments.sample)))
    compare(columns)
    figures = dict(columns["none"])
    for name, column in columns.items():
        if name != "none":
            figures |= {f"{key}_{name.replace(' ', '_')}": value for key, value in column.items()}
    if "1_5b" in columns:
        figures["plan_p50_s"] = columns["1_5b"].get("plan_p50_s", float("nan"))
    targets = TARGETS | ({"plan_p50_s": "<= 2"} if "plan_p50_s" in figures else {})
    emit("commands", n=len(cases), figures=figures, targets=targets)


if __name__ == "__main__":
    main()
