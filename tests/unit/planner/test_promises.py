# SPDX-License-Identifier: Apache-2.0
"""A model's free talk never says that something was kept, done, looked at or is going to be: nothing of it happens."""

from pathlib import Path

import pytest
import yaml

from tektra.planner.conversation.replies import replies
from tektra.planner.conversation.talk_filter import Judge, TalkFilter
from tests.unit.planner.test_dialogue_reads_first import House
from tests.unit.planner.test_truth_of_talk import talk, through

FILE = Path(__file__).parents[2] / "data" / "talk" / "promises.yaml"
CASES = yaml.safe_load(FILE.read_text(encoding="utf-8"))
#: Share of right verdicts on replies that are only scored.
RIGHT = 0.9


def cases(part: str, kind: str) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in CASES[part][kind].items() for text in texts]


@pytest.fixture
def filters(world, catalogue):
    return lambda language: TalkFilter(Judge(world, catalogue), language)


@pytest.mark.parametrize(("language", "text"), cases("seen", "claims"))
@pytest.mark.parametrize("length", [1, 1000])
def test_a_claim_of_a_deed_is_not_said(filters, language, text, length) -> None:
    filter_ = filters(language)
    said = through(filter_, f"{text} So much for that.", length)
    assert filter_.ended, said
    assert "So much" not in said


@pytest.mark.parametrize(("language", "text"), cases("seen", "harmless"))
@pytest.mark.parametrize("length", [1, 1000])
def test_talk_that_claims_no_deed_is_said_whole(filters, language, text, length) -> None:
    assert through(filters(language), text, length) == text


def test_replies_that_nobody_tuned_to_are_judged_right(filters) -> None:
    def ends(language: str, text: str) -> bool:
        filter_ = filters(language)
        through(filter_, text, 7)
        return filter_.ended

    claims, harmless = cases("scored", "claims"), cases("scored", "harmless")
    right = sum(ends(*case) for case in claims) + sum(not ends(*case) for case in harmless)
    assert right >= RIGHT * (len(claims) + len(harmless)), right


@pytest.mark.parametrize(
    ("language", "reply", "key"),
    [
        ("en", "Nice. I will remember that.", "remembered_only"),
        ("de", "Schön. Ich merke mir das.", "remembered_only"),
        ("en", "I have set a reminder for you.", "cannot"),
        ("it", "Ho impostato un promemoria.", "cannot"),
    ],
)
def test_in_place_of_the_claim_it_is_told_what_is_so(world, catalogue, language, reply, key) -> None:
    told = talk(House(world, catalogue), "my name is Ada", reply, language)
    assert told.endswith(replies(language).say(key))
    assert reply.split(". ")[-1] not in told
