# SPDX-License-Identifier: Apache-2.0
"""What the benchmarks share: tables for people, and the line for machines.

The last line that a benchmark prints is one JSON object:
{"bench": NAME, "n": …, "figures": {key: number}, "targets": {key: "<= 10"}, "met": {key: true}}
"""

from __future__ import annotations

import json
import math
import operator
from collections.abc import Callable, Mapping, Sequence

COMPARE: dict[str, Callable[[float, float], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
}


def is_met(figure: float, target: str) -> bool:
    """Whether a figure meets a target such as `<= 10`; one that is not a number meets none. Raises
    ValueError."""
    sign, _, limit = target.partition(" ")
    if sign not in COMPARE:
        raise ValueError(f"target {target!r}: write a comparison and a number, as in '<= 10'")
    return not math.isnan(figure) and COMPARE[sign](figure, float(limit))


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Rows of text and numbers under their headings: text to the left, numbers to the right."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [max(len(head[i]), *(len(row[i]) for row in texts)) for i in range(len(head))]
    numeric = [all(isinstance(row[i], (int, float)) for row in rows) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        padded = [
            c.rjust(w) if right else c.ljust(w) for c, w, right in zip(cells, widths, numeric, strict=True)
        ]
        return "  ".join(padded).rstrip()

    return "\n".join([line(head), "  ".join("-" * width for width in widths), *map(line, texts)])


def emit(name: str, *, n: int, figures: Mapping[str, float], targets: Mapping[str, str]) -> None:
    """Prints the last line. A target without its figure counts as missed."""
    met = {key: key in figures and is_met(figures[key], target) for key, target in targets.items()}
    # JSON has no NaN; a figure that could not be measured is null.
    numbers = {key: None if math.isnan(value) else value for key, value in figures.items()}
    print(
        json.dumps({"bench": name, "n": n, "figures": numbers, "targets": dict(targets), "met": met}),
        flush=True,
    )


def _text(cell: object) -> str:
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)
