# SPDX-License-Identifier: Apache-2.0
"""What was asked too long ago is not done any more: whoever asked has given up, or does not look any longer."""

from __future__ import annotations

from tektra.common.errors import InputError

#: A reset, goal or request that is older when it is taken up, or from further in the future, is refused.
LATE_S = 2.0
#: Speech counts from its end, and the recogniser works between that and the words: on two busy cores it took 6 s.
SPOKEN_LATE_S = 4.0 * LATE_S
#: Whoever gave no sign of life for so long was held up, and what comes to it then has perhaps waited as long.
HELD_UP_S = 0.5
#: Whoever is silent for so long may have left the graph: its lease (config/fastdds.xml), less the time since it was last announced.
#: Where everybody was, each finds the others anew.
LEASE_S = 18.0
#: It takes so long until everything that came meanwhile is taken up.
CATCH_UP_S = 0.5


def refuse_late(age_s: float, late_s: float = LATE_S) -> None:
    """Raises InputError for what was asked too long ago (negative: in the future), or at no time at all."""
    if abs(age_s) <= late_s:
        return
    when = f"{age_s:.1f} s ago" if age_s > 0 else f"{-age_s:.1f} s in the future"
    raise InputError(f"it was asked {when}", "ask again; if it was now, set the clocks of both hosts")


def lateness(age_s: float, late_s: float = LATE_S) -> str:
    """Why what is of that age is refused, with the remedy; empty when it is not."""
    try:
        refuse_late(age_s, late_s)
    except InputError as error:
        return f"{error.what}; {error.remedy}"
    return ""


class Attention:
    """How long something without a time of its own may have waited until it was taken up: as long as nobody looked.

    `alive` is called whenever one looks, many times a second. One thread calls it; `waited_s` is for any.
    """

    def __init__(self, now_s: float) -> None:
        self._alive_s = now_s
        self._held_up = (float("-inf"), float("-inf"))  # the last time that it was: from, to

    def alive(self, now_s: float) -> float:
        """Notes a sign of life; returns for how long there was none, if that is long enough to matter, else 0."""
        before_s, self._alive_s = self._alive_s, now_s
        if now_s - before_s <= HELD_UP_S:
            return 0.0
        since_s = before_s
        if before_s - self._held_up[1] < CATCH_UP_S:  # held up again before it had caught up
            since_s = self._held_up[0]
        self._held_up = (since_s, now_s)
        return now_s - before_s

    @property
    def alive_s(self) -> float:
        """When it last gave a sign of life."""
        return self._alive_s

    def waited_s(self, now_s: float) -> float:
        """The longest that what is taken up now may have waited."""
        if now_s - self._alive_s > HELD_UP_S:
            return now_s - self._alive_s
        since_s, until_s = self._held_up
        return now_s - since_s if now_s - until_s < CATCH_UP_S else 0.0


class Idleness:
    """How long another thread has done nothing, as one sees it that looks again and again. One thread.

    Time counts only while one looks: a pause of the whole process or machine, and a library that holds the interpreter, keep both
    from everything, and tell nothing of the other.
    """

    #: Between two looks no more is counted.
    LOOK_MAX_S = 1.0

    def __init__(self) -> None:
        self._sign_s = self._looked_s = float("nan")
        self._idle_s = 0.0

    def look(self, now_s: float, alive_s: float) -> float:
        """`alive_s`: when the other last gave a sign of life. Returns how long it has done nothing."""
        if alive_s != self._sign_s:
            self._sign_s, self._idle_s = alive_s, 0.0
        else:
            self._idle_s += min(max(0.0, now_s - self._looked_s), self.LOOK_MAX_S)
        self._looked_s = now_s
        return self._idle_s
