# SPDX-License-Identifier: Apache-2.0
"""Trains the second ear for stops (config/alarms.npz, language/alarms.py): cries that name no stop and mean one.

Logistic regression over config/language/<code>/alarms.yaml, whose patterns are filled with words by a fixed seed; beside them what
people say in the tables of tests/data/stopping that anybody may look at, and in the sentences of bench/cases. Takes a minute of one
core, and makes the same file again. The file holds the sha256 of the patterns, so that a test can tell when it is to be made anew.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import re
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import yaml
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src" / "tektra"))

from tektra.language.alarms import BITS, Alarms, digest, pieces, row_of
from tektra.language.clauses import sentences
from tektra.language.files import read_file
from tektra.language.stop import names_stop, verdict
from tektra.language.stop_clause import Kind
from tektra.language.word_kinds import Kinds, kinds_of, written

LANGUAGES = ROOT / "config" / "language"
OUT = ROOT / "config" / "alarms.npz"
CASES = ROOT / "bench" / "cases"
TABLES = ROOT / "tests" / "data" / "stopping"
ROBOTS = ("rover1", "rover2", "arm1")
#: Sentences of one pattern, and what all of them weigh together, beside one sentence of somebody.
MOST_FILLED, PATTERN, SAID = 16, 8.0, 1.0
#: How much a mistake costs beside a large weight; and passes over everything.
COST, PASSES = 10.0, 60
_CLASS = re.compile(r"<(\w+)>")
_SLOT = re.compile(r"\{\w*\}")


@dataclass(frozen=True)
class Row:
    text: str
    alarmed: bool
    weight: float
    group: str


def sources() -> list[Path]:
    return sorted(LANGUAGES.glob("*/alarms.yaml"))


def of_sources() -> str:
    return hashlib.sha256(b"".join(file.read_bytes() for file in sources())).hexdigest()


def known_kinds() -> Kinds:
    """The kinds of words of all languages."""
    return kinds_of(read_file(file, text_only=True)["kinds"] for file in sources())


def filled(pattern: str, classes: dict[str, list[str]], seed: str) -> list[str]:
    """At most MOST_FILLED sentences of a pattern."""
    drawn, parts = random.Random(crc32(f"{seed} {pattern}".encode())), _CLASS.split(pattern)
    made = (
        "".join(drawn.choice(classes[part]) if at % 2 else part for at, part in enumerate(parts))
        for _ in range(3 * MOST_FILLED)
    )
    return sorted(dict.fromkeys(made))[:MOST_FILLED]


def of_patterns() -> Iterator[Row]:
    for file in sources():
        given: Any = read_file(file, text_only=True)
        for key, alarmed in (("alarms", True), ("harmless", False)):
            for pattern in given[key]:
                made = filled(pattern, given["classes"], file.parent.name)
                group = f"{file.parent.name} {pattern}"
                yield from (Row(text, alarmed, PATTERN / len(made), group) for text in made)


def of_tables() -> Iterator[Row]:
    for name, alarmed in (("stops", True), ("lookalikes", False)):
        given = yaml.safe_load((TABLES / f"{name}.yaml").read_text(encoding="utf-8"))
        for row in chain.from_iterable(given.values()):
            if not (row.get("held") or any(map(names_stop, sentences(row["text"])))):
                yield Row(row["text"], alarmed, SAID, row["text"])


def measured() -> Iterator[str]:
    """What is known by its score alone."""
    for name in ("stops", "lookalikes"):
        given = yaml.safe_load((TABLES / f"{name}.yaml").read_text(encoding="utf-8"))
        yield from (
            str(row["text"]).casefold() for row in chain.from_iterable(given.values()) if row.get("held")
        )
    cries = yaml.safe_load((TABLES / "alarms.yaml").read_text(encoding="utf-8"))
    yield from (text.casefold() for key in cries for text in chain.from_iterable(cries[key].values()))


def strings(node: Any, keys: tuple[str, ...] = ()) -> Iterator[str]:
    """The texts in a tree, or those under some keys."""
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str):
                yield from [value] if not keys or key in keys else []
            else:
                yield from strings(value, keys)
    elif isinstance(node, list):
        for value in node:
            yield from [value] if isinstance(value, str) and not keys else strings(value, keys)


def of_cases() -> Iterator[Row]:
    """What is said in cases where nothing has to stop."""
    texts: list[str] = []
    for file in (*sorted((CASES / "commands").glob("*.yaml")), CASES / "questions.yaml"):
        texts += strings(yaml.safe_load(file.read_text(encoding="utf-8")), ("say",))
    for name in ("attacks", "feelings", "household", "injection", "lookalikes", "meaning", "signs", "truth"):
        texts += strings(yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8")))
    for file in (
        LANGUAGES / "claims.yaml",
        LANGUAGES / "feelings.yaml",
        *sorted(LANGUAGES.glob("*/replies.yaml")),
    ):
        texts += strings(yaml.safe_load(file.read_text(encoding="utf-8")))
    texts = [_SLOT.sub("rover1", text) for text in texts]
    for text in dict.fromkeys(texts):
        if len(text) > 1 and verdict(text, ROBOTS).kind is Kind.NONE:
            yield Row(text, False, SAID, text)


def training_rows() -> list[Row]:
    """Each text once; what must stop goes before. None that is measured by."""
    found, kept_apart = dict[str, Row](), set(measured())
    for row in sorted((*of_patterns(), *of_tables(), *of_cases()), key=lambda row: not row.alarmed):
        if row.text.casefold() not in kept_apart:
            found.setdefault(row.text, row)
    return list(found.values())


def matrix(texts: list[str], kinds: Kinds) -> csr_matrix:
    found = [sorted(pieces(row_of(chain.from_iterable(sentences(text))), kinds)) for text in texts]
    values = [np.full(len(row), 1 / np.sqrt(max(len(row), 1)), np.float32) for row in found]
    ends = np.cumsum([0, *map(len, found)])
    return csr_matrix(
        (np.concatenate(values), [*chain.from_iterable(found)], ends), shape=(len(texts), 1 << BITS)
    )


def trained(
    given: csr_matrix, alarmed: NDArray[np.bool_], weight: NDArray[np.float32], kinds: Kinds
) -> Alarms:
    """Logistic regression; the weights rounded to 8 bits."""
    signs, back = np.where(alarmed, 1, -1).astype(np.float32), given.T.tocsr()

    def loss(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        w, b = at[:-1].astype(np.float32), np.float32(at[-1])
        z = signs * (given @ w + b)
        slope = -signs * weight / (1 + np.exp(z))
        value = COST * float((weight * np.logaddexp(0, -z)).sum()) + 0.5 * float(w @ w)
        return value, np.append(COST * (back @ slope) + w, COST * slope.sum()).astype(np.float64)

    found = minimize(
        loss, np.zeros((1 << BITS) + 1), jac=True, method="L-BFGS-B", options={"maxiter": PASSES}
    ).x
    scale = float(np.abs(found[:-1]).max()) / 127
    weights = array("b", np.rint(found[:-1] / scale).astype(np.int8).tobytes())
    return Alarms(weights, scale, float(found[-1]), kinds)


def fitted(given: list[Row]) -> Alarms:
    kinds, alarmed = known_kinds(), np.array([row.alarmed for row in given])
    weight = np.array([row.weight for row in given], np.float32)
    return trained(matrix([row.text for row in given], kinds), alarmed, weight, kinds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT)
    out = parser.parse_args().out
    given = training_rows()
    made = fitted(given)
    np.savez_compressed(
        out, weights=np.frombuffer(made.weights, np.int8), scale=made.scale, usual=made.usual,
        kinds=written(made.kinds), sha256=digest(made), of=of_sources(),
    )  # fmt: skip
    print(
        f"{out}: of {sum(row.alarmed for row in given)} alarms and {sum(not row.alarmed for row in given)} others"
    )


if __name__ == "__main__":
    main()
