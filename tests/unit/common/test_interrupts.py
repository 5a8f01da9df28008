# SPDX-License-Identifier: Apache-2.0
"""What must be done whole is done before Ctrl-C ends it."""

import signal
import threading
from collections.abc import Iterator

import pytest

from tektra.common.interrupts import Interrupts


@pytest.fixture
def interrupts() -> Iterator[Interrupts]:
    made = Interrupts()
    before = signal.signal(signal.SIGINT, made)
    yield made
    signal.signal(signal.SIGINT, before)


def test_it_interrupts_at_once(interrupts: Interrupts) -> None:
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    assert interrupts.came


def test_what_is_held_is_whole_and_then_interrupted(interrupts: Interrupts) -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), interrupts.held():
        signal.raise_signal(signal.SIGINT)
        with interrupts.held():
            done.append("half")
        done.append("whole")
    assert done == ["half", "whole"]
    with interrupts.held():
        done.append("nothing came")
    assert len(done) == 3


def test_what_fails_tells_its_own_error(interrupts: Interrupts) -> None:
    with pytest.raises(ValueError), interrupts.held():  # noqa: PT011
        signal.raise_signal(signal.SIGINT)
        raise ValueError


def test_another_thread_holds_nothing_back(interrupts: Interrupts) -> None:
    inside, on = threading.Event(), threading.Event()

    def work() -> None:
        with interrupts.held():
            inside.set()
            on.wait(10.0)

    thread = threading.Thread(target=work)
    thread.start()
    assert inside.wait(10.0)
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)
    on.set()
    thread.join(10.0)
    assert not thread.is_alive()
