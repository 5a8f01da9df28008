# SPDX-License-Identifier: Apache-2.0
"""What ends at several edges of the picture is told of where the model is sure of it, and people always."""

from types import SimpleNamespace

import pytest

pytest.importorskip("mediapipe")

from tektra.vision.backends.mediapipe import _objects
from tektra.vision.sightings import Sighting

SIZE = (640, 480)
FLOOR = (5, 250, 630, 228)  # ends at the left, the right and the lower edge


def told(name: str, score: float, box: tuple[int, int, int, int]) -> list[Sighting]:
    place = SimpleNamespace(origin_x=box[0], origin_y=box[1], width=box[2], height=box[3])
    found = SimpleNamespace(categories=[SimpleNamespace(category_name=name, score=score)], bounding_box=place)
    task = SimpleNamespace(detect=lambda picture: SimpleNamespace(detections=[found]))
    return list(_objects(task, SimpleNamespace(width=SIZE[0], height=SIZE[1]), SIZE))


@pytest.mark.parametrize(
    "score, box, shown",
    [
        (0.55, FLOOR, False), (0.65, FLOOR, True), (0.65, (0, 0, 640, 480), False), (0.75, (0, 0, 640, 480), True),
        (0.45, (0, 300, 300, 180), False), (0.55, (0, 300, 300, 180), True), (0.41, (0, 200, 300, 100), True), (0.41, (100, 100, 50, 50), True),
    ],
)  # fmt: skip
def test_the_more_edges_cut_it_off_the_surer_it_must_be(
    score: float, box: tuple[int, int, int, int], shown: bool
) -> None:
    assert bool(told("laptop", score, box)) == shown
    assert told("person", score, box)
