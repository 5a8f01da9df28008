# SPDX-License-Identifier: Apache-2.0
"""What every store of conversations promises."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tektra.common import backends
from tektra.common.errors import BackendError, InputError
from tektra.planner.backends import Store, StoredMessage

KINDS = ["sqlite"]


def make(kind: str, folder: Path) -> Store:
    store: Store = backends.load("store", kind)(str(folder / "new" / "planner.sqlite"))
    return store


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = make(request.param, tmp_path)
    made.open()
    yield made
    made.close()


def said(text: str, at_s: float, role: str = "user", plan: str = "") -> StoredMessage:
    return StoredMessage(at_s, role, text, plan)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_added_is_there_after_closing_and_after_a_kill(kind: str, tmp_path: Path) -> None:
    code = (
        "import sys, os, signal\n"
        "from pathlib import Path\n"
        "from tektra.common import backends\n"
        "from tektra.planner.backends import StoredMessage\n"
        f"store = backends.load('store', {kind!r})(sys.argv[1])\n"
        "store.open()\n"
        "for number in range(20):\n"
        "    store.add('a', StoredMessage(float(number), 'user', f'text {number}'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    file = tmp_path / "new" / "planner.sqlite"
    ended = subprocess.run([sys.executable, "-c", code, str(file)], env={**os.environ}, check=False)
    assert ended.returncode == -signal.SIGKILL
    store = make(kind, tmp_path)
    store.open()
    assert [message.text for message in store.messages("a")] == [f"text {number}" for number in range(20)]
    store.close()


def test_conversations_come_latest_first_with_title_and_times(store: Store) -> None:
    store.add("a", said("  hello   there, " + "x" * 100, 1.0))
    store.add("b", said("second", 2.0))
    store.add("a", said("answer", 3.0, "assistant", "[]"))
    first, second = store.conversations()
    assert (first.conversation_id, first.messages, first.created_s, first.updated_s) == ("a", 2, 1.0, 3.0)
    assert first.title == ("hello there, " + "x" * 100)[:60]
    assert second.conversation_id == "b"
    assert store.conversations(1) == [first]
    assert store.conversation("a") == first


def test_messages_come_in_order_and_the_latest_of_them_on_demand(store: Store) -> None:
    for number in range(5):
        store.add("a", said(str(number), float(number)))
    assert [message.text for message in store.messages("a", 2)] == ["3", "4"]
    assert store.messages("nobody") == []


def test_a_deleted_conversation_is_gone_with_its_messages(store: Store) -> None:
    store.add("a", said("secret", 1.0))
    store.delete("a")
    assert store.conversations() == []
    assert store.messages("a") == []
    for ask in (store.delete, store.conversation):
        with pytest.raises(InputError, match="no conversation"):
            ask("a")


@pytest.mark.parametrize("text", ["", "'; DROP TABLE messages; --", "Grüße 👋", "line\nline", "x" * 100_000])
def test_any_text_comes_back_as_it_was(store: Store, text: str) -> None:
    store.add(text[:20] or "id", said(text, 1.0, plan=text))
    assert store.messages(text[:20] or "id") == [said(text, 1.0, plan=text)]


def test_facts_are_kept_once_and_the_latest_of_them_are_told(store: Store) -> None:
    for at_s, fact in enumerate(["one", "two", "one", "three"]):
        store.remember(fact, float(at_s))
    assert store.facts() == ["two", "one", "three"]
    assert store.facts(1) == ["three"]


def test_a_refusal_stays_one(store: Store) -> None:
    store.add("a", StoredMessage(1.0, "assistant", "no", refused=True))
    store.add("a", StoredMessage(2.0, "assistant", "yes"))
    assert [message.refused for message in store.messages("a")] == [True, False]


def test_a_file_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "old.sqlite")
    old.executescript(
        "CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT, created_s REAL, updated_s REAL);"
        "CREATE TABLE messages (number INTEGER PRIMARY KEY, conversation TEXT, at_s REAL, role TEXT, text TEXT,"
        " plan TEXT);"
        "INSERT INTO conversations VALUES ('a', 'hello', 1.0, 1.0);"
        "INSERT INTO messages VALUES (1, 'a', 1.0, 'user', 'hello', '');"
    )
    old.close()
    store: Store = backends.load("store", "sqlite")(str(tmp_path / "old.sqlite"))
    store.open()
    store.add("a", said("again", 2.0))
    assert [message.text for message in store.messages("a")] == ["hello", "again"]
    store.close()


def test_it_opens_and_closes_twice_and_refuses_work_in_between(tmp_path: Path) -> None:
    store = make("sqlite", tmp_path)
    with pytest.raises(BackendError, match="not open"):
        store.conversations()
    store.open()
    store.open()
    store.close()
    store.close()
    with pytest.raises(BackendError, match="not open"):
        store.add("a", said("x", 1.0))


def test_a_broken_file_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "planner.sqlite").write_bytes(b"this is no database " * 100)
    with pytest.raises(BackendError, match=r"planner\.sqlite"):
        make("sqlite", tmp_path).open()
