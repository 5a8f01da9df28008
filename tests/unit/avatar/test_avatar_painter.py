# SPDX-License-Identifier: Apache-2.0
"""The painter's thread: newest state first, errors told, renderer closed."""

import threading
from contextlib import nullcontext

import numpy as np
import pytest

from tektra.avatar.errors import RendererError
from tektra.avatar.options import AvatarOptions
from tektra.avatar.painter import Painter
from tektra.avatar.state import AvatarState


class SlowRenderer:
    """Draws when it is told to go on; remembers what and in which thread."""

    def __init__(self) -> None:
        self.go_on = threading.Semaphore(0)
        self.begun = threading.Semaphore(0)
        self.drawn: list[str] = []
        self.threads: set[str] = set()
        self.closed = False
        self.fails: Exception | None = None

    def open(self) -> None:
        self.threads.add(threading.current_thread().name)

    def render(self, state: AvatarState) -> np.ndarray:
        self.begun.release()
        assert self.go_on.acquire(timeout=10)
        if self.fails is not None:
            raise self.fails
        self.drawn.append(state.expression)
        return np.zeros((64, 64, 3), np.uint8)

    def close(self) -> None:
        self.threads.add(threading.current_thread().name)
        self.closed = True


@pytest.fixture
def told():
    """A painter on a slow renderer, and queues of what it told."""

    class Told:
        def __init__(self) -> None:
            self.renderer = SlowRenderer()
            self.pictures: list[bytes] = []
            self.errors: list[Exception] = []
            self.news = threading.Semaphore(0)

        def on_picture(self, jpeg: bytes) -> None:
            self.pictures.append(jpeg)
            self.news.release()

        def on_error(self, error: Exception) -> None:
            self.errors.append(error)
            self.news.release()

    made = Told()
    made.painter = Painter(
        AvatarOptions(),
        on_picture=made.on_picture,
        on_error=made.on_error,
        timed=lambda stage: nullcontext(),
        make=lambda: made.renderer,
    )
    made.painter.start()
    yield made
    made.renderer.go_on.release(10)
    made.painter.stop()


def test_while_a_picture_is_drawn_only_the_newest_state_waits(told):
    told.painter.give(AvatarState(expression="one"))
    assert told.renderer.begun.acquire(timeout=10)
    for name in ("two", "three", "four"):
        told.painter.give(AvatarState(expression=name))
    told.renderer.go_on.release(2)
    assert told.news.acquire(timeout=10)
    assert told.news.acquire(timeout=10)
    assert told.renderer.drawn == ["one", "four"]
    assert all(picture.startswith(b"\xff\xd8") for picture in told.pictures)


def test_one_state_is_drawn_once(told):
    told.painter.give(AvatarState(expression="one"))
    told.renderer.go_on.release(3)
    assert told.news.acquire(timeout=10)
    assert told.renderer.begun.acquire(timeout=10)
    assert not told.renderer.begun.acquire(timeout=0.2)


@pytest.mark.parametrize("error", [RendererError("lost", "try"), ValueError("odd")])
def test_an_error_is_told_and_the_next_picture_is_drawn(told, error: Exception):
    told.renderer.fails = error
    told.painter.give(AvatarState())
    told.renderer.go_on.release()
    assert told.news.acquire(timeout=10)
    assert isinstance(told.errors[0], RendererError)
    told.renderer.fails = None
    told.painter.give(AvatarState())
    told.renderer.go_on.release()
    assert told.news.acquire(timeout=10)
    assert len(told.pictures) == 1


def test_open_and_close_happen_in_the_painters_thread_and_stop_may_be_called_twice(told):
    told.painter.give(AvatarState())
    told.renderer.go_on.release()
    assert told.news.acquire(timeout=10)
    told.painter.stop()
    told.painter.stop()
    assert told.renderer.closed
    assert told.renderer.threads == {"avatar_painter"}
