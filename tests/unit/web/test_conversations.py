# SPDX-License-Identifier: Apache-2.0
"""Whose conversations one may read: a guest one's own, an operator all of the house."""

from typing import Any


def test_a_guest_reads_ones_own_conversations_and_nobody_elses(make_desk: Any) -> None:
    desk = make_desk()
    assert desk.post("/ai/chat", {"text": "a secret"}, "operator").json()["conversation_id"] == "c1"
    for path in ("/conversations/c1", "/conversations/c1/export", "/conversations/none"):
        answer = desk.get(path, "guest")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert desk.get("/conversations", "guest").json() == []
    for role in ("operator", "admin"):
        assert [one["conversation_id"] for one in desk.get("/conversations", role).json()] == ["c1"]
        assert desk.get("/conversations/c1", role).json()["messages"]


def test_a_guest_reads_what_was_said_to_oneself(make_desk: Any) -> None:
    desk = make_desk()
    desk.post("/ai/chat", {"text": "hello"}, "guest")
    assert [one["conversation_id"] for one in desk.get("/conversations", "guest").json()] == ["c1"]
    assert desk.get("/conversations/c1", "guest").json()["messages"]
    assert desk.get("/conversations/c1/export", "guest").json()["text"] == "hello"
