# SPDX-License-Identifier: Apache-2.0
"""What a camera names is told in the language of whoever asks."""

import pytest

from tektra.common.seen_things import SEEN
from tektra.common.sight_skills import THINGS, thing_in
from tektra.vision.backends.mediapipe import COCO


@pytest.mark.parametrize("language", ["de", "fr", "es", "it"])
def test_everything_that_the_detector_knows_has_a_name(language) -> None:
    assert [thing for thing in COCO.split(", ") if not thing_in(language, thing)] == []


def test_no_thing_is_named_in_two_places() -> None:
    assert not set(SEEN) & set(THINGS)
    assert thing_in("de", "bicycle") == "Fahrrad"
    assert thing_in("en", "bicycle") == thing_in("de", "no such thing") == ""
