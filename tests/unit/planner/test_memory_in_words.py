# SPDX-License-Identifier: Apache-2.0
"""Memory by words: each person sees, corrects and forgets what is their own, and nothing is gone without a yes."""

import pytest

from tektra.planner.conversation.memory import PENDING_S
from tektra.planner.conversation.request import Role

ANN = {"person": "ann", "role": Role.OPERATOR}
BOB = {"person": "bob", "role": Role.OPERATOR}


@pytest.fixture
def told(home):
    """A home that was told two facts by ann and one by bob."""
    for words, who in (("my car is red", ANN), ("my birthday is in May", ANN), ("my car is green", BOB)):
        home.say("what time is it", **who)
        home.talk.remember(words, home.now_s, person=who["person"])
    return home


def facts(home, store, person):
    """In memory and in the store; they must be the same."""
    kept = [fact.text for fact in store.facts(50, person=person)]
    assert sorted(kept) == sorted(fact.text for fact in home.talk.facts_of(person))
    return kept


@pytest.mark.parametrize(
    "words",
    [
        "what do you know about me",
        "was weißt du über mich",
        "que sais-tu de moi ?",
        "¿qué sabes de mí?",
        "cosa sai di me?",
    ],
)
def test_a_person_is_told_what_is_theirs_and_nothing_else(told, words) -> None:
    reply = told.say(words, **ANN)
    assert "red" in reply and "May" in reply and "green" not in reply
    assert "red" not in told.say(words, **BOB)
    assert "red" not in told.say(words) and "green" not in told.say(words)


@pytest.mark.parametrize(
    "words",
    [
        "forget what I said about my car",
        "vergiss, was ich über car gesagt habe",
        "oublie ce que j'ai dit de car",
        "olvida lo que dije de car",
        "dimentica quello che ho detto di car",
    ],
)
def test_what_was_said_about_a_thing_is_forgotten_after_a_yes_and_not_before(told, store, words) -> None:
    told.talk.asked("t", "my car is fast", told.now_s, person="ann")
    told.say(words, **ANN)
    assert "my car is red" in facts(told, store, "ann")
    told.say("yes", **ANN)
    assert facts(told, store, "ann") == ["my birthday is in May"]
    assert facts(told, store, "bob") == ["my car is green"]
    assert not store.search("my car", person="ann") and "my car" not in str(told.talk.history("t"))


@pytest.mark.parametrize("answer", ["no", "nein", "what time is it", "never mind", "stop", PENDING_S + 1.0])
def test_without_a_yes_of_that_person_soon_nothing_is_forgotten(told, store, answer) -> None:
    told.say("forget everything", **ANN)
    told.later(answer) if isinstance(answer, float) else told.say(answer, **ANN)
    for who in (BOB, ANN):
        try:
            told.say("yes", **who)
        except AssertionError:  # it is the model's turn
            pass
    assert len(facts(told, store, "ann")) == 2 and len(facts(told, store, "bob")) == 1


@pytest.mark.parametrize(
    ("words", "yes"),
    [
        ("forget everything", "yes"),
        ("vergiss alles", "ja"),
        ("oublie tout", "oui"),
        ("olvida todo", "sí"),
        ("dimentica tutto", "sì"),
    ],
)
def test_everything_of_a_person_is_gone_after_a_yes_and_nobody_elses(told, store, words, yes) -> None:
    told.say(words, **ANN)
    told.say(yes, **ANN)
    assert facts(told, store, "ann") == [] and store.conversations(person="ann") == []
    assert facts(told, store, "bob") == ["my car is green"] and store.conversations(person="bob")


def test_the_conversation_is_deleted_and_even_the_answer_to_that_is_not_kept(told, store) -> None:
    told.talk.remember("learnt here", told.now_s, person="ann", conversation_id=told.talk.current)
    id_ = told.talk.conversation_for("", told.now_s, person="ann", channel="text")
    told.talk.remember("learnt in it", told.now_s, person="ann", conversation_id=id_)
    told.say("delete this conversation", **ANN)
    assert store.messages(id_)
    told.say("yes", **ANN)
    assert store.messages(id_) == [] and told.talk.history(id_) == []
    assert "learnt in it" not in facts(told, store, "ann")
    assert told.talk.conversation_for("", told.now_s, person="ann", channel="text") != id_


def test_a_fact_is_corrected_by_its_person_after_a_yes(told, store) -> None:
    told.say("what do you know about my car", **ANN)
    assert "red" in told.say("that is wrong, I meant my car is blue", **ANN)
    told.say("yes", **ANN)
    assert sorted(facts(told, store, "ann")) == ["my birthday is in May", "my car is blue"]


@pytest.mark.parametrize(
    ("fact", "words", "corrected", "forget"),
    [
        (
            "my sister Clara visits on Friday",
            "that's no longer true, she comes on Saturday",
            "my sister Clara comes on Saturday",
            "forget what I told you about Clara",
        ),
        (
            "der Schlüssel liegt in der Dose",
            "Stimmt nicht mehr, er liegt jetzt in der Schublade",
            "der Schlüssel liegt jetzt in der Schublade",
            "vergiss, was ich über Schlüssel gesagt habe",
        ),
        (
            "mi hermana Clara viene el viernes",
            "eso ya no es cierto, ella viene el sábado",
            "mi hermana Clara viene el sábado",
            "olvida lo que dije de Clara",
        ),
        (
            "Clara arrive vendredi",
            "ce n'est plus vrai, elle arrive samedi",
            "Clara arrive samedi",
            "oublie ce que j'ai dit de Clara",
        ),
        (
            "mia sorella Clara arriva venerdì",
            "non è più vero, lei arriva sabato",
            "mia sorella Clara arriva sabato",
            "dimentica quello che ho detto di Clara",
        ),
    ],
)
def test_a_corrected_fact_stays_about_whom_it_was(home, store, fact, words, corrected, forget) -> None:
    home.say("what time is it", **ANN)
    home.talk.remember(fact, home.now_s, person="ann")
    home.say(f"what do you know about {'Schlüssel' if 'Schl' in fact else 'Clara'}", **ANN)
    assert corrected in home.say(words, **ANN)
    home.say("yes", **ANN)
    assert facts(home, store, "ann") == [corrected]
    home.say(forget, **ANN)
    home.say("yes", **ANN)
    assert facts(home, store, "ann") == []


def test_a_fact_that_names_its_own_subject_is_kept_as_it_was_said(told, store) -> None:
    told.say("what do you know about my car", **ANN)
    told.say("that is wrong, I meant it was never mine", **ANN)
    told.say("yes", **ANN)
    assert "my car was never mine" in facts(told, store, "ann")


def test_that_is_wrong_is_about_the_order_where_no_fact_was_spoken_of(told, store) -> None:
    told.say("rover1 go to the kitchen", **ANN)
    told.say("no, I meant the hall", **ANN)
    told.end()
    assert told.driven[-1] == ("rover1", "navigate_to", {"place": "hall"})
    assert "my car is red" in facts(told, store, "ann")


def test_a_new_conversation_knows_no_it_and_there(told) -> None:
    told.say("rover1 go to the kitchen", **ANN)
    told.say("start a new conversation", **ANN)
    moved = len(told.driven)
    told.say("once more", **ANN)
    assert len(told.driven) == moved


def test_by_naming_somebody_elses_conversation_nobody_gets_into_it(told) -> None:
    hers = told.talk.conversation_for("", told.now_s, person="ann", channel="text")
    assert told.talk.conversation_for(hers, told.now_s, person="bob", channel="text") != hers
    assert told.talk.conversation_for(hers, told.now_s, person="ann", channel="web") == hers


def test_a_quoted_or_reported_wish_to_forget_is_none(told, store) -> None:
    for words in ('the sign says "forget everything"', "what does forget everything mean"):
        try:
            told.say(words, **ANN)
        except AssertionError:
            pass
        try:
            told.say("yes", **ANN)
        except AssertionError:
            pass
    assert len(facts(told, store, "ann")) == 2


def test_what_a_skill_remembers_is_the_persons_who_asked_for_it(told, store) -> None:
    told.talk.expect("I like tea", "ann", "hers")
    told.talk.remember("I like tea", told.now_s, conversation_id="of somebody else")
    assert "I like tea" in facts(told, store, "ann") and facts(told, store, "") == []
