# SPDX-License-Identifier: Apache-2.0
"""What the demo prints: a line a step, with its measured time, and the sum at the end."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PATIENCE_S = 2.0


class StepFailed(Exception):
    """A step did not happen as it should; the text says what was expected and what was seen."""


@dataclass
class Report:
    """Collects the steps' outcomes and prints them as they come."""

    failed: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, title: str) -> Iterator[list[str]]:
        """One step; append to the list what is worth telling. A StepFailed or time-out is caught and counted."""
        told: list[str] = []
        began = time.monotonic()
        try:
            with _patience(title, began):
                yield told
        except (StepFailed, TimeoutError) as error:
            self.failed.append(f"{title}: {error}")
            _line("✗", title, time.monotonic() - began, str(error))
            return
        _line("✓", title, time.monotonic() - began, "; ".join(told))

    def end(self) -> int:
        """Prints the verdict; the exit status."""
        if self.failed:
            print(f"\n{len(self.failed)} step(s) failed:")
            for failure in self.failed:
                print(f"  {failure}")
            return 1
        print("\nall steps happened, and the robots got there")
        return 0


@contextmanager
def _patience(title: str, began: float) -> Iterator[None]:
    """On a terminal, shows that a step that takes long is still under way."""
    done = threading.Event()

    def show() -> None:
        while not done.wait(PATIENCE_S):
            print(f"\r  … {title} {time.monotonic() - began:.0f} s ", end="", file=sys.stderr, flush=True)

    if not sys.stderr.isatty():
        yield
        return
    thread = threading.Thread(target=show, name="progress", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        print("\r\033[K", end="", file=sys.stderr, flush=True)


def _line(mark: str, title: str, seconds: float, told: str) -> None:
    print(f"{mark} {seconds:7.2f} s  {title}{f'  ({told})' if told else ''}", flush=True)
