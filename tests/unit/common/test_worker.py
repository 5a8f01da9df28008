# SPDX-License-Identifier: Apache-2.0
"""The worker thread: order, bounds, errors, ends."""

import threading

from tektra.common.worker import Worker


def test_items_are_worked_on_in_order() -> None:
    done: list[int] = []
    finished = threading.Event()
    worker: Worker[int] = Worker(
        "t", lambda i: finished.set() if i < 0 else done.append(i), depth=10, on_error=print
    )
    worker.start()
    for item in (1, 2, 3, -1):
        assert worker.give(item)
    assert finished.wait(5)
    assert done == [1, 2, 3]
    worker.close()
    worker.close()


def test_what_does_not_fit_is_dropped_and_counted() -> None:
    worker: Worker[int] = Worker(
        "t", lambda i: None, depth=2, on_error=print
    )  # not started: nothing is taken
    assert [worker.give(item) for item in range(5)] == [True, True, False, False, False]
    assert worker.dropped == 3


def test_an_error_is_reported_and_the_next_item_worked_on() -> None:
    errors: list[Exception] = []
    done = threading.Event()
    worker: Worker[int] = Worker("t", lambda i: done.set() if i else 1 / i, depth=4, on_error=errors.append)
    worker.start()
    worker.give(0)
    worker.give(1)
    assert done.wait(5)
    worker.close()
    assert [type(error) for error in errors] == [ZeroDivisionError]


def test_close_forgets_what_waits_and_lets_the_present_item_end() -> None:
    begun, go_on = threading.Event(), threading.Event()
    done: list[int] = []

    def work(item: int) -> None:
        begun.set()
        assert go_on.wait(5)
        done.append(item)

    worker: Worker[int] = Worker("t", work, depth=4, on_error=print)
    worker.start()
    worker.give(1)
    worker.give(2)
    assert begun.wait(5)
    threading.Timer(0.05, go_on.set).start()
    worker.close()
    assert done == [1]
