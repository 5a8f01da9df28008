# SPDX-License-Identifier: Apache-2.0
"""Who speaks over an answer knows no more of it than what sounded, and nor does the conversation."""

import random

import pytest

from tektra.planner.conversation.conversations import AtOnce, Conversations
from tektra.planner.conversation.heard import MOST, Heard

REPLY = "It rains. It will stop at noon. Then the sun comes out."
SENTENCES = ("It rains.", "It will stop at noon.", "Then the sun comes out.")


class Listener:
    """An answer on its way to a voice."""

    def __init__(self) -> None:
        self.cuts: list[tuple[str, str, str]] = []
        self.heard = Heard(lambda *cut: self.cuts.append(cut))
        self.ended = [self.heard.sentence("r", text) for text in SENTENCES]

    def kept(self) -> None:
        self.heard.kept("r", "c", REPLY)


@pytest.mark.parametrize(
    ("sounded", "left"),
    [
        (SENTENCES, None),
        (("It rains.", "It will", ""), "It rains. It will…"),
        (("It rains.", "", ""), "It rains. …"),
        (("", "", ""), "…"),
        (("It rains. ", "It will stop at noon.", "Then the sun"), "It rains. It will stop at noon. Then the sun…"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kept_first", [True, False])
def test_what_did_not_sound_was_not_said(sounded, left, kept_first) -> None:
    listener = Listener()
    if kept_first:
        listener.kept()
    for end, text in zip(listener.ended, sounded, strict=True):
        end(text)
    if not kept_first:
        listener.kept()
    assert listener.cuts == ([] if left is None else [("c", REPLY, left)])


@pytest.mark.parametrize("seed", range(30))
def test_it_is_told_once_in_whatever_order_the_ends_come(seed) -> None:
    chance = random.Random(seed)
    listener, cut_at = Listener(), chance.randrange(3)
    acts = [
        listener.kept,
        *(
            lambda end=end, text=SENTENCES[number] if number < cut_at else "": end(text)
            for number, end in enumerate(listener.ended)
        ),
    ]
    chance.shuffle(acts)
    for act in acts:
        act()
    assert listener.cuts == [("c", REPLY, " ".join([*SENTENCES[:cut_at], "…"]))]


def test_answers_whose_sound_is_never_told_of_are_not_held_for_ever() -> None:
    listener = Listener()
    for number in range(3 * MOST):
        listener.heard.sentence(str(number), "Never heard of.")
    assert len(listener.heard._answers) == MOST
    for end in listener.ended:
        end("")  # of one that is not held any more
    assert not listener.cuts


class NoStore:
    def add(self, *_: object, **__: object) -> None: ...


def test_the_conversation_goes_on_from_what_was_heard() -> None:
    talk = Conversations(AtOnce(NoStore()))
    for words, reply in (("hi", "Hello."), ("weather?", REPLY), ("no, today", "It rains today.")):
        talk.asked("c", words, 0.0)
        talk.answered("c", reply, (), 0.0)
    talk.cut_short("c", REPLY, "It rains. It will…")
    talk.cut_short("elsewhere", REPLY, "It…")
    assert [message.text for message in talk.history("c") if message.role == "assistant"] == [
        "Hello.",
        "It rains. It will…",
        "It rains today.",
    ]
