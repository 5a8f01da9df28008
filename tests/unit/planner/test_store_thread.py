# SPDX-License-Identifier: Apache-2.0
"""A store that is locked, full, slow or broken stops nothing, hangs nothing, and loses nothing in silence."""

import sqlite3
import threading
import time
from pathlib import Path

import pytest

from tektra.common.errors import BackendError, InputError
from tektra.common.sealing import Sealer
from tektra.planner.backends.sql import SqliteStore
from tektra.planner.conversation import store_thread
from tektra.planner.conversation.conversations import Conversations
from tektra.planner.conversation.store_thread import StoreThread


class Gate:
    """A store whose calls wait until they are let through, or fail."""

    def __init__(self) -> None:
        self.through = threading.Event()
        self.error: Exception | None = None
        self.done: list[str] = []

    def open(self) -> None:
        pass

    def close(self) -> None:
        pass

    def write(self, what: str) -> None:
        assert self.through.wait(20.0)
        if self.error is not None:
            raise self.error
        self.done.append(what)


@pytest.fixture
def gate():
    made = Gate()
    yield made
    made.through.set()


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def thread(gate, log):
    made = StoreThread(lambda: gate, log.append)
    yield made
    gate.through.set()
    made.close()


def until(ready) -> None:
    end = time.monotonic() + 20.0
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_nobody_waits_for_a_store_that_hangs_and_everything_is_written_in_order(thread, gate) -> None:
    for number in range(100):
        thread.do(lambda store, number=number: store.write(str(number)))
    assert gate.done == []
    gate.through.set()
    until(lambda: len(gate.done) == 100)
    assert gate.done == [str(number) for number in range(100)]


def test_what_comes_behind_a_full_queue_is_refused_and_its_end_is_told(thread, gate, monkeypatch) -> None:
    monkeypatch.setattr(store_thread, "MOST_WAITING", 3)
    ends = []
    for number in range(5):
        thread.do(lambda store: store.write("x"), lambda number=number: ends.append(number))
    assert ends == [3, 4]
    with pytest.raises(BackendError, match="far behind"):
        thread.ask(lambda store: store.write("x")).result(timeout=1.0)
    gate.through.set()
    until(lambda: len(ends) == 5)


@pytest.mark.parametrize(
    "error", [BackendError("the disk is full", "free some"), OSError(28, "no space"), MemoryError()]
)
def test_trouble_is_told_once_and_the_next_work_goes_on(thread, gate, log, error) -> None:
    gate.through.set()
    gate.error = error
    ends = []
    for _ in range(3):
        thread.do(lambda store: store.write("x"), lambda: ends.append(1))
    until(lambda: len(ends) == 3)
    assert len(log) == 1
    assert thread.trouble
    gate.error = None
    assert thread.ask(lambda store: store.write("y")).result(timeout=20.0) is None
    assert gate.done == ["y"]
    assert thread.trouble == ""


def test_what_is_wrongly_asked_for_is_no_trouble_of_the_store(thread, gate, log) -> None:
    gate.through.set()
    gate.error = InputError("no conversation is called x", "list them")
    with pytest.raises(InputError):
        thread.ask(lambda store: store.write("x")).result(timeout=20.0)
    assert log == []


def test_a_store_that_cannot_be_opened_is_tried_again(log) -> None:
    tried = []

    def make():
        tried.append(1)
        if len(tried) < 3:
            raise BackendError("the server is away", "start it")
        return Gate()

    thread = StoreThread(make, log.append)
    assert thread.read(lambda store: "read", "nothing", timeout_s=20.0) == "nothing"
    assert thread.read(lambda store: "read", "nothing", timeout_s=20.0) == "nothing"
    assert thread.read(lambda store: "read", "nothing", timeout_s=20.0) == "read"
    thread.close()


def test_a_locked_database_holds_up_no_conversation(tmp_path: Path, log) -> None:
    """Reproduced with the real store: another process holds the lock while people go on talking."""
    file = tmp_path / "planner.sqlite"
    thread = StoreThread(lambda: SqliteStore(str(file), Sealer((bytes(32),))), log.append)
    assert thread.read(lambda store: store.conversations(1), None, timeout_s=20.0) == []
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    talk = Conversations(thread)
    talk.conversation_for("a", 0.0)
    talk.asked("a", "hello", 1.0)
    talk.answered("a", "hi", (), 2.0)
    # All of that has come back, and nobody has let go of the lock yet.
    assert [message.text for message in talk.history("a")] == ["hello", "hi"]
    other.execute("ROLLBACK")
    other.close()
    messages = thread.ask(lambda store: store.messages("a")).result(timeout=30.0)
    assert [message.text for message in messages] == ["hello", "hi"]
    thread.close()


def test_close_ends_though_the_store_hangs(gate, log, monkeypatch) -> None:
    thread = StoreThread(lambda: gate, log.append)
    thread.do(lambda store: store.write("x"))
    monkeypatch.setattr(store_thread, "CLOSE_S", 0.1)
    thread.close()
    gate.through.set()
