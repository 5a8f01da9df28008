# SPDX-License-Identifier: Apache-2.0
"""Trains the heads of the word spotter (config/spotter.npz): words that stop in five languages, and "Hey Tektra".

Positives are synthetic voices (bench/voices/speakers.py), and people's recordings of a word (--words FOLDER/<head>/*), each in rooms, noise,
and behind other speech. Negatives are sentences without these words by piper and espeak-ng, and people's recordings (--people; may be
given several times). Sounds are made by spotter_examples.py, in parts that are kept in --work. What the heads that come with Tektra were
trained with, is told in docs/decisions/spoken-stop.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "src" / "tektra"), str(ROOT / "scripts")]
from spotter_examples import Examples, made
from voices.stops import WORDS

from tektra.speech_in.backends.speech_embedding import FRAMES, read_heads, scores

HIDDEN, ROUNDS, STEPS, BATCH, RATE, DECAY = 64, 8, 600, 512, 2e-3, 1e-3
#: Trained apart, and their logits averaged: fewer false ones at the same misses.
MEMBERS = 3
#: A negative that is taken for a word costs this much more than a word that is missed.
NEGATIVE_WEIGHT = 2.0
#: This share of the negatives is the hardest of all, looked for anew in each round.
HARD_SHARE, HARDEST = 0.5, 6000
SEED = 20

Heads: TypeAlias = dict[str, NDArray[np.float32]]


def windows(frames: NDArray[np.float16], begins: NDArray[np.int64]) -> NDArray[np.float32]:
    """Shape (n, FRAMES * 96)."""
    at = begins[:, None] + np.arange(FRAMES)
    return frames[at].reshape(len(begins), -1).astype(np.float32)


class Trainer:
    """One hidden layer, logistic outputs, Adam (Kingma and Ba, 2015), with noise on the input, dropout and weight decay."""

    def __init__(self, given: Examples, seed: int) -> None:
        self._given = given
        self._rng = np.random.default_rng(seed)
        some = windows(given.frames, self._rng.choice(given.no, 20000))
        self._mean, self._spread = some.mean(0), some.std(0) + 1e-3
        inputs, outputs = FRAMES * 96, given.labels.shape[1]
        w = {
            "hidden": self._rng.standard_normal((inputs, HIDDEN)) * (2 / inputs) ** 0.5,
            "hidden_bias": np.zeros(HIDDEN),
            "out": self._rng.standard_normal((HIDDEN, outputs)) * 0.1,
            "out_bias": np.full(outputs, -3.0),
        }
        self._w = {name: value.astype(np.float32) for name, value in w.items()}
        self._moments = [{name: np.zeros_like(value) for name, value in self._w.items()} for _ in range(2)]
        self._step = 0
        self._hard = given.no[:HARDEST]

    @property
    def heads(self) -> Heads:
        return {**self._w, "mean": self._mean, "spread": self._spread}

    def round(self, steps: int, rate: float) -> None:
        for _ in range(steps):
            self._one(rate)

    def find_hard(self) -> float:
        """Looks for the negatives that are most like a word; returns the share of all that is above 0.9."""
        best = np.concatenate(
            [
                scores(self.heads, windows(self._given.frames, part).reshape(len(part), FRAMES, 96)).max(1)
                for part in np.array_split(self._given.no, 1 + len(self._given.no) // 20000)
            ]
        )
        self._hard = self._given.no[np.argpartition(best, -HARDEST)[-HARDEST:]]
        return float(np.mean(best > 0.9))

    def _one(self, rate: float) -> None:
        given, rng, w = self._given, self._rng, self._w
        picked = rng.integers(len(given.yes), size=BATCH // 2)
        hard = int(BATCH // 2 * HARD_SHARE)
        begins = np.concatenate(
            [given.yes[picked], rng.choice(self._hard, hard), rng.choice(given.no, BATCH // 2 - hard)]
        )
        y = np.zeros((BATCH, given.labels.shape[1]), np.float32)
        y[: BATCH // 2] = given.labels[picked]
        x = (windows(given.frames, begins) - self._mean) / self._spread
        x += 0.5 * (rng.random(x.shape, dtype=np.float32) - np.float32(0.5))
        inner = x @ w["hidden"] + w["hidden_bias"]
        kept = (rng.random(inner.shape, dtype=np.float32) > 0.25).astype(np.float32) / np.float32(0.75)
        hidden = np.maximum(0.0, inner) * kept
        out = 1 / (1 + np.exp(-np.clip(hidden @ w["out"] + w["out_bias"], -30, 30)))
        weight = np.where(y > 0, 1.0, NEGATIVE_WEIGHT).astype(np.float32)
        weight[: BATCH // 2][y[: BATCH // 2] == 0] = 0.1  # one word that stops for another is no harm
        error = (out - y) * weight / np.float32(BATCH)
        back = (error @ w["out"].T) * kept * (inner > 0)
        self._adam(
            {
                "out": hidden.T @ error,
                "out_bias": error.sum(0),
                "hidden": x.T @ back,
                "hidden_bias": back.sum(0),
            },
            rate,
        )

    def _adam(self, slopes: Heads, rate: float) -> None:
        self._step += 1
        first, second = self._moments
        for name, slope in slopes.items():
            first[name] = 0.9 * first[name] + 0.1 * slope
            second[name] = 0.999 * second[name] + 0.001 * slope**2
            move = first[name] / (1 - 0.9**self._step)
            move /= np.sqrt(second[name] / (1 - 0.999**self._step)) + 1e-8
            decay = DECAY if name in ("hidden", "out") else 0.0
            self._w[name] = (self._w[name] - np.float32(rate) * (move + decay * self._w[name])).astype(
                np.float32
            )


def trained(given: Examples, seed: int) -> Heads:
    """One member of the ensemble."""
    trainer, began = Trainer(given, seed), time.monotonic()
    for number in range(ROUNDS):
        trainer.round(STEPS, RATE * (1 - number / ROUNDS) ** 1.5)
        false, took_s = trainer.find_hard(), time.monotonic() - began
        print(f"round {number}: {1e5 * false:.1f} of 100,000 negatives above 0.9, {took_s:.0f} s", flush=True)
    return trainer.heads


def joined(members: list[Heads], weights: list[float]) -> Heads:
    """One layer that gives the mean of the members' logits, by their weights."""
    first = members[0]
    shares = [weight / sum(weights) for weight in weights]
    scale = [member["spread"] / first["spread"] for member in members]  # each has its own normalization
    shift = [(first["mean"] - member["mean"]) / member["spread"] for member in members]
    return {
        "mean": first["mean"],
        "spread": first["spread"],
        "hidden": np.concatenate(
            [one["hidden"] / factor[:, None] for one, factor in zip(members, scale, strict=True)], axis=1
        ),
        "hidden_bias": np.concatenate(
            [one["hidden_bias"] + moved @ one["hidden"] for one, moved in zip(members, shift, strict=True)]
        ),
        "out": np.concatenate(
            [one["out"] * np.float32(share) for one, share in zip(members, shares, strict=True)]
        ),
        "out_bias": np.sum(
            [one["out_bias"] * share for one, share in zip(members, shares, strict=True)], axis=0
        ),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work", type=Path, required=True, help="where sounds and embeddings are kept")
    parser.add_argument("--people", type=Path, action="append", default=[], help="they say none of the words")
    parser.add_argument("--words", type=Path, help="a folder of recordings by people for each head")
    parser.add_argument("--voices", type=Path, help="more of Kokoro's voices (*.bin)")
    parser.add_argument("--out", type=Path, default=ROOT / "config" / "spotter.npz")
    parser.add_argument(
        "--beside",
        type=Path,
        help="earlier heads, which stay members of the whole, each as one of the new ones",
    )
    parser.add_argument("--members", type=int, default=MEMBERS, help="how many are trained anew")
    parser.add_argument("--shift", type=float, default=0.0, help="added to every word's logit")
    parser.add_argument("--sounds-only", action="store_true", help="makes the sounds and embeddings alone")
    arguments = parser.parse_args()
    began = time.monotonic()
    given = made(arguments.work, arguments.people, arguments.words, arguments.voices)
    print(
        f"{len(given.yes)} windows with a word, {len(given.no)} without, {time.monotonic() - began:.0f} s",
        flush=True,
    )
    if arguments.sounds_only:
        return
    members, weights = (
        [trained(given, SEED + number) for number in range(arguments.members)],
        [1.0] * arguments.members,
    )
    if arguments.beside:
        earlier = read_heads(arguments.beside)[0]
        members, weights = [*members, earlier], [*weights, len(earlier["hidden_bias"]) / HIDDEN]
    heads = joined(members, weights)
    heads["out_bias"] += np.float32(arguments.shift)
    np.savez_compressed(
        arguments.out,
        words=np.array(list(WORDS)),
        **{name: value.astype(np.float16) for name, value in heads.items()},
    )
    found = scores(heads, windows(given.frames, given.yes).reshape(-1, FRAMES, 96))
    for index, word in enumerate(WORDS):
        right = found[given.labels[:, index] > 0, index]
        print(f"{word}: {np.mean(right > 0.9):.3f} of {len(right)} windows above 0.9")


if __name__ == "__main__":
    main()
