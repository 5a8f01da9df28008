# SPDX-License-Identifier: Apache-2.0
"""Persons: sealed, by consent, exported whole, and gone when they are to be."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import numpy as np
import pytest

from tektra.common.errors import BackendError
from tektra.common.known_people import KnownPeople
from tektra.common.sealing import Sealer, sealer
from tektra.web.access.people import ApiError
from tektra.web.backends.sql_store import SqlStore
from tektra.web.models.people import Person
from tektra.web.persons import Persons


def add(desk: Any, role: str = "admin", **more: Any) -> dict[str, Any]:
    answer = desk.post("/people", {"name": "Ada", **more}, role)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def change(desk: Any, id: str, body: Any, role: str) -> Any:
    return desk.http.patch(f"/people/{id}", json=body, headers=desk.headers(role))


def forget(desk: Any, id: str, role: str) -> Any:
    return desk.http.delete(f"/people/{id}", headers=desk.headers(role))


def stored(desk: Any) -> bytes:
    return b"".join(file.read_bytes() for file in (desk.folder / "web").iterdir())


def test_a_person_is_kept_and_no_file_tells_of_them(make_desk: Any) -> None:
    desk = make_desk()
    person = add(desk, name="Ada Lovelace", consents=["preferences"], preferences={"tea": "Earl Grey"})
    assert desk.get("/people").json() == [person]
    assert desk.get(f"/people/{person['id']}").json() == person
    for secret in (b"Lovelace", b"Earl Grey", b'preferences"'):
        assert secret not in stored(desk)
    assert (desk.folder / "access" / "people.keys").stat().st_mode & 0o077 == 0


def test_preferences_are_kept_by_consent_alone_and_go_with_it(desk: Any) -> None:
    answer = desk.post("/people", {"name": "Bob", "preferences": {"tea": "mint"}})
    assert (answer.status_code, answer.json()["code"]) == (409, "no_consent")
    person = add(desk, consents=["voice", "preferences"], preferences={"tea": "mint"})
    given = {consent["what"]: (consent["by"], consent["since_ms"]) for consent in person["consents"]}
    assert given["voice"][0] == "admin" and given["voice"][1] > 0
    kept = change(desk, person["id"], {"consents": ["voice"]}, "operator").json()
    assert kept["preferences"] == {}
    assert [(c["what"], c["by"], c["since_ms"]) for c in kept["consents"]] == [("voice", *given["voice"])]
    assert change(desk, person["id"], {"preferences": {"tea": "mint"}}, "operator").status_code == 409


def test_who_may_look_change_take_and_forget(desk: Any) -> None:
    other, own = add(desk, name="Other"), add(desk, name="Guest", account="guest")
    for role in ("observer", "guest"):
        assert desk.get("/people", role).status_code == 403
        for method, path in (("get", ""), ("get", "/export"), ("patch", ""), ("delete", "")):
            body = {"json": {}} if method == "patch" else {}
            answer = desk.http.request(
                method, f"/people/{other['id']}{path}", headers=desk.headers(role), **body
            )
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert desk.get("/people/me", "guest").json() == own
    assert change(desk, "me", {"name": "Gus"}, "guest").json()["name"] == "Gus"
    for body in ({"role": "operator"}, {"account": "admin"}):
        assert change(desk, "me", body, "guest").status_code == 403
    assert change(desk, other["id"], {"account": "operator"}, "operator").status_code == 403
    assert change(desk, other["id"], {"account": "guest"}, "admin").json()["code"] == "account_taken"
    assert change(desk, other["id"], {"account": "nobody"}, "admin").json()["code"] == "no_such_account"
    assert desk.get(f"/people/{other['id']}/export", "operator").status_code == 404
    assert forget(desk, other["id"], "operator").status_code == 404
    assert desk.get("/people/me", "observer").status_code == 404
    assert forget(desk, other["id"], "admin").status_code == 200


def test_all_of_a_person_is_given_and_then_gone(make_desk: Any) -> None:
    desk = make_desk()
    person = add(desk, account="guest")
    for ask in (lambda: desk.post("/ai/chat", {"text": "hello"}, "guest"), lambda: _by_socket(desk)):
        ask()
    desk.post("/safety/stop", {"reason": "mine"}, "guest")
    export = desk.get("/people/me/export", "guest").json()
    assert export["person"] == person
    assert export["account"]["name"] == "guest"
    assert [session["account"] for session in export["sessions"]] == ["guest"]
    assert [talk["info"]["conversation_id"] for talk in export["conversations"]] == ["c1"]
    assert any("guest" in record["who"] for record in export["audit"])
    assert forget(desk, "me", "guest").status_code == 200
    assert ("/tektra/conversations/delete", {"conversation_id": "c1"}) in desk.graph.calls
    assert desk.get("/people").json() == []
    assert desk.get("/auth/me", "guest").status_code == 401
    assert "guest" not in [account["name"] for account in desk.get("/users", "admin").json()]


def _by_socket(desk: Any) -> None:
    socket = desk.socket("guest")
    socket.say(type="chat_message", id="q1", text="hello")
    socket.until("ai_response", id="q1", last=True)
    socket.wire.close()


def known_of(desk: Any) -> KnownPeople:
    """Those on the gateway's machine who are known by face and voice."""
    return KnownPeople(
        desk.folder / "people", partial(sealer, desk.folder / "access" / "people.keys", "NONE")
    )


def test_prints_of_face_and_voice_are_given_withdrawn_and_gone_with_the_person(make_desk: Any) -> None:
    desk = make_desk()
    known = known_of(desk)
    person = add(desk, name="Ada", consents=["face", "voice"])
    other = add(desk, name="Bob", consents=["face"])
    for name, what in (("Ada", "face"), ("Ada", "voice"), ("Bob", "face")):
        known.enrol(name, "", what, [np.ones(4)], model="m", now_s=1.0)  # type: ignore[arg-type]
    export = desk.get(f"/people/{person['id']}/export", "admin").json()
    assert set(export["prints"]["prints"]) == {"face", "voice"}
    assert change(desk, person["id"], {"consents": ["face"]}, "operator").status_code == 200
    ada = known.find("Ada")
    assert ada is not None and set(ada.prints) == {"face"}
    assert forget(desk, person["id"], "admin").status_code == 200
    assert [one.name for one in known.all()] == ["Bob"]
    add(desk, name="bob")  # now an export could tell one of the other
    assert desk.get(f"/people/{other['id']}/export", "admin").json()["prints"] == {}
    assert forget(desk, other["id"], "admin").status_code == 200
    assert known.all() == []


def test_an_account_that_is_called_as_somebody_is_gets_nothing_of_theirs(make_desk: Any) -> None:
    """Face and voice of whoever bore the account's name were given out to it, where nobody had made a record of its own."""
    desk = make_desk()
    known = known_of(desk)
    add(desk, name="Guest", consents=["face", "voice"])
    for what in ("face", "voice"):
        known.enrol("Guest", "", what, [np.ones(4)], model="m", now_s=1.0)  # type: ignore[arg-type]
    assert desk.get("/people/me/export", "guest").json()["prints"] == {}
    assert forget(desk, "me", "guest").status_code == 200
    assert [one.name for one in known.all()] == ["Guest"]


def test_what_cannot_be_deleted_whole_is_not_deleted_in_part(make_desk: Any) -> None:
    desk = make_desk()
    add(desk, account="guest")
    desk.post("/ai/chat", {"text": "hello"}, "guest")
    desk.graph.missing.add("/tektra/conversations/delete")
    assert forget(desk, "me", "guest").status_code == 503
    assert desk.get("/people/me", "guest").status_code == 200
    desk.graph.missing.clear()
    assert forget(desk, "me", "guest").status_code == 200
    last = add(desk, name="Last", account="admin")
    assert forget(desk, last["id"], "admin").json()["code"] == "last_admin"


def test_an_account_that_is_made_anew_is_nobody_elses(make_desk: Any) -> None:
    desk = make_desk()
    person = add(desk, account="guest")
    id = next(account["id"] for account in desk.get("/users", "admin").json() if account["name"] == "guest")
    assert desk.http.delete(f"/users/{id}", headers=desk.headers("admin")).status_code == 200
    assert desk.get(f"/people/{person['id']}", "admin").json()["account"] == ""


def account_id(desk: Any, name: str) -> str:
    return next(account["id"] for account in desk.get("/users", "admin").json() if account["name"] == name)


def test_who_gets_the_name_of_an_account_that_is_gone_reads_nothing_of_its_words(make_desk: Any) -> None:
    """The planner keeps what was said by the names of accounts."""
    desk = make_desk()
    desk.graph.talks["guest"] = ["c2"]
    desk.post("/ai/chat", {"text": "go to the kitchen"}, "guest")
    before = len(desk.graph.calls)
    assert (
        desk.http.delete(f"/users/{account_id(desk, 'guest')}", headers=desk.headers("admin")).status_code
        == 200
    )
    done = desk.graph.calls[before:]
    assert ("/tektra/facts/forget_person", {"person": "guest"}) in done
    assert ("/tektra/conversations/delete", {"conversation_id": "c1"}) in done
    assert desk.get("/plans", "operator").json() == [], "a plan holds what was said"


def test_an_account_whose_words_cannot_be_deleted_is_out_of_use_and_can_be_deleted_again(
    make_desk: Any,
) -> None:
    desk = make_desk()
    desk.graph.missing.add("/tektra/facts/forget_person")
    id, headers = account_id(desk, "guest"), desk.headers("admin")
    desk.token("guest")
    answer = desk.http.delete(f"/users/{id}", headers=headers)
    assert (answer.status_code, answer.json()["remedy"]) == (503, "delete the account again")
    assert desk.get("/auth/me", "guest").status_code == 401
    body = {"name": "guest", "password": "a long enough password"}
    assert desk.http.post("/auth/login", json=body).status_code == 401
    desk.graph.missing.clear()
    assert desk.http.delete(f"/users/{id}", headers=headers).status_code == 200


def test_the_plans_of_a_conversation_go_with_it(make_desk: Any) -> None:
    desk = make_desk()
    desk.post("/ai/chat", {"text": "go to the kitchen"}, "operator")
    assert [plan["text"] for plan in desk.get("/plans").json()] == ["go to the kitchen"]
    assert desk.http.delete("/conversations/c1", headers=desk.headers("operator")).status_code == 200
    assert desk.get("/plans").json() == []


def test_whoever_has_an_account_takes_and_ends_what_is_kept_though_nobody_made_a_record(
    make_desk: Any,
) -> None:
    desk = make_desk()
    desk.post("/ai/chat", {"text": "hello"}, "guest")
    told = desk.get("/people/me/export", "guest").json()
    assert (told["person"]["account"], told["account"]["name"]) == ("guest", "guest")
    assert [talk["info"]["conversation_id"] for talk in told["conversations"]] == ["c1"]
    assert [fact["fact_id"] for fact in told["facts"]] == ["f1"]
    token = desk.post("/auth/tokens", {"name": "script"}, "guest").json()["token"]
    script = {"authorization": f"Bearer {token}"}
    assert desk.http.get("/people/me/export", headers=script).status_code == 404, "a program is nobody"
    assert forget(desk, "me", "guest").status_code == 200
    assert ("/tektra/facts/forget_person", {"person": "guest"}) in desk.graph.calls
    assert "guest" not in [account["name"] for account in desk.get("/users", "admin").json()]
    assert forget(desk, "me", "admin").json()["code"] == "last_admin"


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"name": ""},
        {"name": "  "},
        {"name": "a\nb"},
        {"name": "x" * 65},
        {"name": "A", "role": "admin"},
        {"name": "A", "consents": ["soul"]},
        {"name": "A", "preferences": {"Tea!": "x"}},
        {"name": "A", "preferences": {"tea": 1}},
        {"name": "A", "preferences": {f"k{n}": "" for n in range(51)}},
        {"name": "A", "print": "AAAA"},
    ],
)
def test_what_is_no_person_is_refused(desk: Any, wrong: Any) -> None:
    assert desk.post("/people", wrong, "operator").status_code == 422


def test_what_another_key_sealed_is_told_and_a_deleted_record_leaves_no_byte(tmp_path: Any) -> None:
    store = SqlStore("", tmp_path / "web.sqlite")
    store.connect()
    persons = Persons(store, Sealer((b"k" * 32,)))
    persons.put(Person(id="a", name="Ada", role="guest"))
    sealed = store.persons()[0][1]
    store.put_person("b", sealed)  # moved to another's place
    with pytest.raises(BackendError, match="cannot be read"):
        persons.all()
    store.delete_person("b")
    with pytest.raises(BackendError, match="cannot be read"):
        Persons(store, Sealer((b"q" * 32,))).all()
    persons.forget("a")
    store.close()
    assert all(sealed not in file.read_bytes() for file in tmp_path.iterdir())


@pytest.mark.parametrize("name", ["Ada", " aDA ", "Bob", "B0b"])
def test_nobody_comes_by_anothers_prints_by_taking_the_name(make_desk: Any, name: str) -> None:
    """Prints are joined with persons by name: a guest who called himself Ada had hers given out, withdrawn and deleted."""
    desk = make_desk()
    known = known_of(desk)
    for who in ("Ada", "Bob"):
        known.enrol(who, "operator", "face", [np.ones(4)], model="m", now_s=1.0)
    add(desk, name="Bob")  # Ada is known by her face alone
    for role in ("guest", "operator"):
        person = add(desk, name=f"The {role}", account=role)
        taken = change(desk, "me", {"name": name, "consents": ["face"]}, role)
        assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")
        assert desk.get("/people/me", role).json()["name"] == person["name"]
        assert change(desk, "me", {"name": f"the {role.upper()}"}, role).status_code == 200
        assert forget(desk, "me", role).status_code == 200
    assert [one.name for one in known.all()] == ["Ada", "Bob"]
    key = known.all()[0].id
    add(desk, name="Guest", account="admin")
    assert change(desk, "me", {"name": key}, "admin").status_code == 200  # an admin says who is who


@pytest.mark.parametrize(
    "name", ["\u202eAda", "Ada\u200b", "A\u00adda", "\u2066Ada\u2069", "\u0410da", "Ad\u0430"]
)
def test_a_name_that_only_looks_like_anothers_is_refused(make_desk: Any, name: str) -> None:
    desk = make_desk()
    person = add(desk)
    assert desk.post("/people", {"name": name}, "admin").status_code == 422
    assert change(desk, person["id"], {"name": name}, "admin").status_code == 422


def test_nobody_bears_a_name_that_looks_like_anothers_in_another_alphabet(make_desk: Any) -> None:
    """A word all of Cyrillic letters mixes nothing, and was taken: on the screen two people had one name."""
    desk = make_desk()
    add(desk, name="Xa Pope")
    add(desk, name="The guest", account="guest")
    alike, other = "\u0425\u0430 \u0420\u043e\u0440\u0435", "\u0425\u0430\u043d\u043d\u0430"
    assert change(desk, "me", {"name": alike}, "guest").json()["code"] == "name_taken"
    assert change(desk, "me", {"name": other}, "guest").status_code == 200


def test_two_who_change_a_person_at_once_undo_nothing_of_each_others(
    make_desk: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A consent that was taken back was written down again by whoever changed the name meanwhile."""
    desk = make_desk()
    person = add(desk, account="guest", consents=["preferences"], preferences={"tea": "green"})
    desk.headers("guest"), desk.headers("admin")
    begun, checked = threading.Event(), Persons.require_own_name

    def slowly(*args: Any) -> None:
        begun.set()
        time.sleep(0.5)
        checked(*args)

    monkeypatch.setattr(Persons, "require_own_name", slowly)
    with ThreadPoolExecutor(2) as pool:
        renamed = pool.submit(change, desk, "me", {"name": "Gus"}, "guest")
        assert begun.wait(20.0)
        withdrawn = pool.submit(change, desk, person["id"], {"consents": []}, "admin")
        assert renamed.result(20.0).status_code == withdrawn.result(20.0).status_code == 200
    found = desk.get(f"/people/{person['id']}").json()
    assert (found["name"], found["consents"], found["preferences"]) == ("Gus", [], {})


def test_a_change_on_its_way_finds_what_another_gateway_did_and_brings_nobody_back(tmp_path: Any) -> None:
    store = SqlStore("", tmp_path / "gateway.sqlite")
    store.connect()
    here, there = (Persons(store, sealer(tmp_path / "keys", "NONE")) for _ in range(2))
    here.put(Person(id="a", name="Ada", role="guest"))
    seen: list[str] = []

    def promoted(person: Person) -> Person:
        if not seen:
            there.change("a", lambda one: one.model_copy(update={"name": "Ann"}))
        seen.append(person.name)
        return person.model_copy(update={"role": "operator"})

    assert here.change("a", promoted).name == "Ann"
    assert seen == ["Ada", "Ann"]

    def gone_meanwhile(person: Person) -> Person:
        there.forget("a")
        return person

    with pytest.raises(ApiError, match="no such person"):
        here.change("a", gone_meanwhile)
    assert here.all() == []
    store.close()


def test_what_a_voice_was_known_for_is_given_and_gone_whatever_it_is_called_now(make_desk: Any) -> None:
    """Renamed, or with the print taken back, what had been said by the earlier name stayed for ever, and was in no export."""
    desk = make_desk()
    known = known_of(desk)
    person = add(desk, name="Ada", consents=["voice"], account="guest")
    known.enrol("Ada", "", "voice", [np.ones(4)], model="m", now_s=1.0)
    desk.graph.facts.known[1]["person"] = "Ada"
    desk.graph.talks |= {"Ada": ["by_voice"], "Bob": ["bobs"]}
    style = {"style": "short", "expressive": True}
    people = dict.fromkeys(("Ada", "Bob", "guest"), style)
    assert (
        desk.http.put("/manners", json={"people": people}, headers=desk.headers("admin")).status_code == 200
    )
    assert change(desk, person["id"], {"name": "Ann"}, "admin").status_code == 200
    assert change(desk, person["id"], {"consents": []}, "admin").json()["heard_as"] == ["Ada", "Ann"]
    export = desk.get("/people/me/export", "guest").json()
    assert {fact["text"] for fact in export["facts"]} == {"Tea at four.", "The keys hang by the door."}
    assert [talk["info"]["conversation_id"] for talk in export["conversations"]] == ["by_voice"]
    assert export["manners"] == {"Ada": style, "guest": style}
    assert forget(desk, "me", "guest").status_code == 200
    forgotten = [asked["person"] for name, asked in desk.graph.calls if name == "/tektra/facts/forget_person"]
    assert sorted(set(forgotten)) == ["Ada", "Ann", "guest"]
    assert list(desk.get("/manners").json()["people"]) == ["Bob"]


def test_what_goes_by_somebody_elses_name_is_neither_given_nor_taken(tmp_path: Any) -> None:
    store = SqlStore("", tmp_path / "gateway.sqlite")
    store.connect()
    persons = Persons(store, sealer(tmp_path / "keys", "NONE"))
    person = Person(id="a", name="Ada", role="guest", heard_as=["Eve", "bob", "Admin", "Sam"])
    for one in (person, Person(id="b", name="Bob", role="guest", heard_as=["sam"])):
        persons.put(one)
    assert persons.own_names(person, ["admin"]) == ["Eve"]
    store.close()
