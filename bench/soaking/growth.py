# SPDX-License-Identifier: Apache-2.0
"""What processes grow by while they live: a plain class. One that is started anew does not begin its account anew for others."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Until then a process takes what it needs in any case.
SETTLED_S = 45.0
#: What is lost for good is there each time. What a voice works with (41 MB for a long sentence) is there now and then: on a machine with
#: too much to do it works on a sentence long before that sounds.
LAST_TIMES = 3


@dataclass(frozen=True)
class Usage:
    """Of one process at one moment; `lived_s`: since its start; `anonymous_mb`: of its memory, what no file stands behind; `ports`: how
    many of shared memory it listens on, by each of its participants."""

    pid: int
    lived_s: float
    rss_mb: float
    files: int
    anonymous_mb: float = 0.0
    ports: int = 1


@dataclass
class _Life:
    """What it took first, and the last times."""

    name: str
    first: Usage
    lasts: deque[Usage] = field(default_factory=lambda: deque(maxlen=LAST_TIMES))

    @property
    def last(self) -> Usage:
        return min(self.lasts, key=lambda usage: usage.rss_mb)

    @property
    def rss_mb(self) -> float:
        return self.last.rss_mb - self.first.rss_mb

    @property
    def files(self) -> int:
        return self.lasts[-1].files - self.first.files


class Growth:
    """`note` what each takes now and then, while nothing goes on; then what each grew by between its first and the least of its last times."""

    def __init__(self) -> None:
        self._lives: dict[int, _Life] = {}

    def note(self, usage: Mapping[str, Usage], *, at_rest: bool = False) -> None:
        """One that has more participants than at first is in the middle of something, and not counted yet; `at_rest` it should not have."""
        for name, now in usage.items():
            if (life := self._lives.get(now.pid)) is not None:
                if at_rest:
                    life.lasts.clear()
                if at_rest or now.ports <= life.first.ports:
                    life.lasts.append(now)
            elif now.lived_s >= SETTLED_S:
                self._lives[now.pid] = _Life(name, now)

    @property
    def rss_mb(self) -> float:
        """Of the process that grew most; not a number where none was seen twice."""
        return max((life.rss_mb for life in self._seen()), default=float("nan"))

    @property
    def files(self) -> float:
        return float(max((life.files for life in self._seen()), default=float("nan")))

    def rows(self) -> list[tuple[str, int, str, str, str]]:
        """Name, s between the two, MB, MB of it without a file, and files that it grew by; those that grew most first."""
        lives = sorted(self._seen(), key=lambda life: -life.rss_mb)
        return [
            (
                life.name,
                round(life.last.lived_s - life.first.lived_s),
                f"{life.rss_mb:+.1f}",
                f"{life.last.anonymous_mb - life.first.anonymous_mb:+.1f}",
                f"{life.files:+d}",
            )
            for life in lives
        ]

    def _seen(self) -> list[_Life]:
        return [life for life in self._lives.values() if life.lasts]
