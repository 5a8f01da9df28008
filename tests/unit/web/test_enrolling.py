# SPDX-License-Identifier: Apache-2.0
"""Learning a face or voice from the page: by consent, undone where it is taken back, listed, forgotten."""

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tektra.common.graph import Message
from tektra.common.known_people import KnownPeople
from tests.unit.web.test_people import add, change, forget, known_of

ENROL = {"face": "/tektra/vision/enrol", "voice": "/tektra/speech_in/enrol"}


class Home:
    """A gateway beside nodes that learn as the real ones do: into the folder on the gateway's machine."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.known: KnownPeople = known_of(desk)
        self.meanwhile: Callable[[], None] = lambda: None
        self.refusal = ""
        self.asked: list[Message] = []
        self._call = desk.graph.call
        desk.graph.call = self._learn

    async def _learn(self, service: str, kind: str, request: Message, *, timeout_s: float = 10.0) -> Message:
        if service not in ENROL.values():
            return dict(await self._call(service, kind, request, timeout_s=timeout_s))
        self.asked.append({**request, "service": service})
        await self._during()
        if self.refusal:
            return {"success": False, "message": self.refusal, "id": ""}
        what = "face" if "vision" in service else "voice"
        person = self.known.enrol(
            str(request["name"]), str(request["role"]), what, [np.ones(4, np.float32)], model="m", now_s=1.0
        )
        return {"success": True, "message": f"{person.name} is known now", "id": person.id}

    async def _during(self) -> None:
        import asyncio

        await asyncio.to_thread(self.meanwhile)

    def enrol(self, id: str, role: str = "operator", **body: Any) -> Any:
        return self.desk.post(f"/people/{id}/enrol", {"what": "face", "consent": True, **body}, role)

    def consents(self, id: str) -> list[str]:
        return [given["what"] for given in self.desk.get(f"/people/{id}").json()["consents"]]


@pytest.fixture
def home(make_desk: Any) -> Home:
    return Home(make_desk())


def test_a_face_and_a_voice_are_learnt_listed_and_forgotten(home: Home) -> None:
    ada = add(home.desk, name="Ada")
    change(home.desk, ada["id"], {"role": "operator"}, "operator")
    for what in ("face", "voice"):
        answer = home.enrol(ada["id"], what=what)
        assert answer.status_code == 200, answer.text
    assert [(asked["service"], asked["name"], asked["role"], asked["consent"]) for asked in home.asked] == [
        (ENROL["face"], "Ada", "operator", True),
        (ENROL["voice"], "Ada", "operator", True),
    ]
    assert [(given["what"], given["by"]) for given in answer.json()["consents"]] == [
        ("face", "operator"),
        ("voice", "operator"),
    ]
    (seen,) = home.desk.get("/people/known").json()
    assert (seen["name"], seen["role"], seen["person"]) == ("Ada", "operator", ada["id"])
    assert seen["face_since_ms"] == seen["voice_since_ms"] == 1000
    assert change(home.desk, ada["id"], {"consents": ["voice"]}, "operator").status_code == 200
    assert home.desk.get("/people/known").json()[0]["face_since_ms"] is None
    assert forget(home.desk, ada["id"], "admin").status_code == 200
    assert home.desk.get("/people/known").json() == home.known.all() == []
    assert ("/tektra/facts/forget_person", {"person": "Ada"}) in home.desk.graph.calls


def test_nothing_is_learnt_without_a_consent_or_by_those_who_may_not(home: Home) -> None:
    ada = add(home.desk, name="Ada")
    for wrong in ({"consent": False}, {"consent": "true"}, {"consent": 1}, {"what": "soul"}, {"camera": "x"}):
        assert home.enrol(ada["id"], **wrong).status_code == 422
    assert home.desk.post(f"/people/{ada['id']}/enrol", {"what": "face"}).status_code == 422
    for role in ("observer", "guest"):
        assert home.enrol(ada["id"], role).status_code == 403
        assert home.desk.get("/people/known", role).status_code == 403
    assert home.enrol("nobody").status_code == 404
    assert home.asked == [] and home.consents(ada["id"]) == []


def test_what_fails_leaves_no_consent_but_one_that_was_there(home: Home) -> None:
    ada = add(home.desk, name="Ada", consents=["voice"])
    home.refusal = "no face is in view; look into the camera"
    for what in ("face", "voice"):
        answer = home.enrol(ada["id"], what=what)
        assert (answer.status_code, answer.json()["message"]) == (400, home.refusal)
    home.refusal = ""
    home.desk.graph.missing.add(ENROL["face"])
    home.desk.graph.call = home._call
    assert home.enrol(ada["id"]).status_code == 503
    assert home.consents(ada["id"]) == ["voice"]


def test_what_is_taken_back_meanwhile_is_not_kept(home: Home) -> None:
    ada = add(home.desk, name="Ada", consents=["voice"])
    home.meanwhile = lambda: change(home.desk, ada["id"], {"consents": []}, "operator")
    answer = home.enrol(ada["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "consent_withdrawn")
    assert home.known.all() == [] and home.consents(ada["id"]) == []
    home.meanwhile = lambda: forget(home.desk, ada["id"], "admin")
    assert home.enrol(ada["id"]).json()["code"] == "consent_withdrawn"
    assert home.known.all() == []


def test_who_leaves_the_page_has_nothing_kept(home: Home) -> None:
    ada = add(home.desk, name="Ada")
    begun, left = threading.Event(), threading.Event()

    def meanwhile() -> None:
        begun.set()
        assert left.wait(20)

    home.meanwhile = meanwhile
    sessions = home.desk.get("/auth/sessions", "operator").json()
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(home.enrol(ada["id"])))
    asking.start()
    assert begun.wait(20)
    session = next(one["id"] for one in sessions if one["current"])
    home.desk.http.delete(f"/auth/sessions/{session}", headers=home.desk.headers("admin"))
    asking.join(20)
    assert answers[0].status_code == 401
    left.set()
    home.desk.until(lambda: home.asked and home.desk.get("/people/known", "admin").json() == [], "no print")
    person = lambda: home.desk.get(f"/people/{ada['id']}", "admin").json()  # noqa: E731
    home.desk.until(lambda: person()["consents"] == [], "no consent")


def test_of_two_of_one_name_neither_is_learnt(home: Home) -> None:
    ada = add(home.desk, name="Ada")
    add(home.desk, name=" aDA ")
    answer = home.enrol(ada["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    assert home.asked == []


def test_prints_follow_the_name_and_role_of_their_person(home: Home) -> None:
    """Under the old name they outlived their person, and an operator by voice stayed one."""
    ada = add(home.desk, name="Ada")
    change(home.desk, ada["id"], {"role": "operator"}, "operator")
    home.enrol(ada["id"], what="voice")
    assert change(home.desk, ada["id"], {"name": "Ada Byron", "role": "guest"}, "operator").status_code == 200
    assert [(one.name, one.role) for one in home.known.all()] == [("Ada Byron", "guest")]
    assert forget(home.desk, ada["id"], "admin").status_code == 200
    assert home.known.all() == []


def test_those_who_have_no_record_are_listed_too_and_forgotten_by_an_admin(home: Home) -> None:
    bob = home.known.enrol("Bob", "guest", "voice", [np.ones(4, np.float32)], model="m", now_s=2.0)
    assert [(one["name"], one["person"]) for one in home.desk.get("/people/known").json()] == [("Bob", "")]
    path = f"/people/known/{bob.id}"
    for role, status in (("operator", 403), ("admin", 200), ("admin", 404)):
        assert home.desk.http.delete(path, headers=home.desk.headers(role)).status_code == status
    assert home.known.all() == []
    assert ("/tektra/facts/forget_person", {"person": "Bob"}) in home.desk.graph.calls


def test_a_deletion_waits_for_no_planner(home: Home) -> None:
    bob = home.known.enrol("Bob", "guest", "voice", [np.ones(4, np.float32)], model="m", now_s=2.0)
    home.desk.graph.missing.add("/tektra/facts/forget_person")
    answer = home.desk.http.delete(f"/people/known/{bob.id}", headers=home.desk.headers("admin"))
    assert answer.status_code == 200 and "is not" in answer.json()["message"]
    assert home.known.all() == []


def test_a_voice_is_learnt_by_the_askers_own_microphone(home: Home) -> None:
    ada = add(home.desk, name="Ada")
    socket = home.desk.socket("operator")
    socket.say(type="voice_data", audio="AAAAAA==", sample_rate=16000, sequence=0)
    assert home.enrol(ada["id"], what="voice", microphone="page").status_code == 200
    assert [asked["source"] for asked in home.asked] == ["web1"]
    socket.wire.close()


def test_without_an_open_microphone_there_is_nothing_to_learn_from(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tektra.web.routes.enrolling.OPENING_S", 0.0)
    ada = add(home.desk, name="Ada")
    answer = home.enrol(ada["id"], what="voice", microphone="page")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_microphone")
    assert home.asked == [] and home.consents(ada["id"]) == []
