# SPDX-License-Identifier: Apache-2.0
"""What is told of a request: that it came, without its words; and its whole answer."""

import json

from tektra.planner.conversation.conversations import REST_S, Conversations
from tektra.planner.conversation.feelings import Feeling
from tektra.planner.conversation.request import Request
from tektra.planner.interface.messages import answer_message, request_message


def request() -> Request:
    made = Request("r" * 32, "c", "my secret errand", "web:Ada (operator)", 1.0, 1)
    made.reply, made.language, made.feeling = "Certainly. I go.", "en", Feeling("happy")
    return made


def test_that_somebody_asked_is_told_without_what_they_said() -> None:
    told = json.loads(request_message(request()).data)
    assert told["request_id"] == "r" * 32 and told["source"] == "web"
    assert "secret" not in str(told) and "Ada" not in str(told)


def test_the_answer_is_told_whole() -> None:
    message = answer_message(request(), 12.5)
    assert (message.text, message.last, message.emotion) == ("Certainly. I go.", True, "happy")
    assert (message.request_id, message.stamp.sec, message.stamp.nanosec) == ("r" * 32, 12, 500_000_000)


class Nowhere:
    def do(self, act: object) -> None:
        """Writes nothing."""


def test_channels_that_rest_are_forgotten_and_each_has_its_own_conversation() -> None:
    talk = Conversations(Nowhere())  # type: ignore[arg-type]
    ids = {talk.conversation_for("", float(at), channel=f"bridge client {at}") for at in range(100)}
    assert len(ids) == 100
    assert talk.conversation_for("", 100.0, channel="bridge client 99") in ids
    talk.conversation_for("", 200.0 + REST_S, channel="another")
    assert len(talk._current) == 1
