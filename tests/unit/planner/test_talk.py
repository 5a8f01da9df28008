# SPDX-License-Identifier: Apache-2.0
"""When the model leaves the processor to those who speak."""

from tektra.common.lateness import SPOKEN_LATE_S
from tektra.planner.world.talk import Talk


def test_talk_goes_on_until_what_was_said_can_have_been_understood() -> None:
    talk = Talk()
    assert not talk.goes_on(0.0)
    talk.heard(10.0, speaks=True)
    assert talk.goes_on(10.0) and talk.goes_on(30.0)
    talk.heard(30.0, speaks=False)
    assert talk.goes_on(30.0 + SPOKEN_LATE_S)
    assert not talk.goes_on(30.1 + SPOKEN_LATE_S)


def test_a_television_does_not_keep_the_model_from_its_work_and_who_speaks_after_a_silence_is_heard() -> None:
    talk = Talk()
    for second in range(0, 300, 10):
        talk.heard(second + 0.0, speaks=True)
        talk.heard(second + 5.0, speaks=False)
    assert not talk.goes_on(295.0)
    talk.heard(320.0, speaks=True)
    assert talk.goes_on(321.0)
