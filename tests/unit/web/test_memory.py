# SPDX-License-Identifier: Apache-2.0
"""What Tektra remembers: listed, put right and forgotten, by whom it was learned from and by operators."""

from typing import Any


def facts(desk: Any, role: str) -> list[tuple[str, str]]:
    return [(fact["fact_id"], fact["text"]) for fact in desk.get("/facts", role).json()]


def change(desk: Any, method: str, id: str, role: str, body: Any = None) -> Any:
    return desk.http.request(method, f"/facts/{id}", json=body, headers=desk.headers(role))


def test_an_operator_sees_all_that_is_remembered_and_a_guest_what_was_learned_from_oneself(desk: Any) -> None:
    assert facts(desk, "operator") == [("f2", "Tea at four."), ("f1", "The keys hang by the door.")]
    assert facts(desk, "guest") == [("f1", "The keys hang by the door.")]


def test_it_is_put_right_and_forgotten(make_desk: Any) -> None:
    desk = make_desk()
    assert change(desk, "PATCH", "f1", "guest", {"text": " They hang in the hall. "}).status_code == 200
    assert facts(desk, "guest") == [("f1", "They hang in the hall.")]
    assert change(desk, "DELETE", "f1", "operator").status_code == 200
    assert facts(desk, "guest") == []


def test_nobody_below_an_operator_touches_what_others_told(make_desk: Any) -> None:
    desk = make_desk()
    for method, body in (("PATCH", {"text": "no tea"}), ("DELETE", None)):
        for id in ("f2", "none"):
            answer = change(desk, method, id, "guest", body)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert ("f2", "Tea at four.") in facts(desk, "operator")
    assert change(desk, "DELETE", "none", "operator").json()["code"] == "not_found"
    for text in ("", "  ", "x" * 2001, "a\x00b"):
        assert change(desk, "PATCH", "f2", "operator", {"text": text}).status_code == 422


def test_what_was_learned_from_a_person_is_given_and_goes_with_them(make_desk: Any) -> None:
    desk = make_desk()
    assert desk.post("/people", {"name": "Ada", "account": "guest"}, "admin").status_code == 201
    export = desk.get("/people/me/export", "guest").json()
    assert [fact["text"] for fact in export["facts"]] == ["The keys hang by the door."]
    assert desk.http.delete("/people/me", headers=desk.headers("guest")).status_code == 200
    assert ("/tektra/facts/forget_person", {"person": "guest"}) in desk.graph.calls
