# SPDX-License-Identifier: Apache-2.0
"""What happens to Tektra under the soak, and what of it is lost. Who is talked to, and how, is passed in, and so is the clock."""

from __future__ import annotations

import math
import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from soaking.growth import Growth

#: What is started anew may take as long as the whole did at first, and a half more; no less than this.
PATIENCE_S, ANEW_SHARE = 90.0, 1.5
HEARD_S, MOVED_M = 5.0, 0.05
STANDS_S, STANDS_M = 0.5, 0.005
SAID_AGAIN_S, SERVICES_AT_A_TIME = 0.5, 6
#: As long as a reply's sentence may be: what a voice takes for the longest it keeps, and that is no leak.
LONG = "A longer sentence comes first, as a reply may be that has to name two robots, four rooms and the reason why one of them still waits."
#: After the first word of an answer; an order is refused in words when it is taken up too late, as on a machine with too much to do.
MOVES_WITHIN_S = 20.0
DISTURBED = (
    "safety",
    "rover1/driver",
    "rover1/skills",
    "rover2/driver",
    "rover2/skills",
    "planner",
    "speech_out",
    "bridge",
)
#: They load voices, and what understanding needs, when it is asked for.
LOADS_LATER = ("speech_out", "planner")
#: Behind everything: by then the watchdog has let go of the participant by which it asked again whoever was disturbed last. It keeps
#: it for 20 s after the last need, and 10 s more to end it; who is disturbed is missed some seconds later.
RESTS_S = 60.0
#: Two who lost each other are seen so long after a pause at last, where nobody is starved; and what the watchdog says of them.
SEEN_S = 15.0
LOST_EACH_OTHER = "messages between them are lost"
ORDER = "rover1 go 0.3 m ahead"
TARGETS = {
    "lost_says": "<= 0", "lost_calls": "<= 0", "unheard_stops": "<= 0", "late_motion": "<= 0", "newer_stops_released": "<= 0",
    "deaf_unnoticed_s": "<= 10", "rss_growth_mb": "<= 20", "fd_growth": "<= 0", "shm_growth": "<= 0",
    "stop_heard_s": "<= 5", "lost_requests": "<= 0", "ended_in_vain": "<= 0", "not_well_again": "<= 0",
}  # fmt: skip
CALM = ("says", "calls", "stops", "request", "reload", "strangers")
ROUGH = ("late_request", "kill", "freeze", "deafen", "pause", "cut_link")


class Soak:
    """Makes things happen, and counts what is lost. `tektra` as soaking.running has it, `contact` as soaking.contact."""

    def __init__(self, tektra: Any, contact: Any, seed: int, started_s: float) -> None:
        """`started_s`: how long all of it took to start."""
        self._patience_s = max(PATIENCE_S, ANEW_SHARE * started_s)
        self.lost: Counter[str] = Counter()
        self.events: Counter[str] = Counter()
        self.growth = Growth()
        self.lost_in_shared_memory: set[str] = set()
        self.used_again: set[str] = set()
        self.deaf_s, self.stop_heard_s = math.nan, 0.0
        self._meant: set[int] = set()
        self._worked: set[int] = set()
        self._tektra, self._contact, self._random = tektra, contact, random.Random(seed)

    def run(self, seconds: float, choose: random.Random) -> None:
        """One thing after the other, for so long and until each came once; after each, all must be well again."""
        self.well()
        began_s = self._contact.now_s()
        self._note()
        deck = [*CALM, *ROUGH]
        choose.shuffle(deck)
        while deck or self._contact.now_s() - began_s < seconds:
            if not deck:
                deck = [*CALM, *CALM, *ROUGH]
                choose.shuffle(deck)
            name = deck.pop()
            self.events[name] += 1
            print(f"{self._contact.now_s() - began_s:7.1f} s  {name}", flush=True)
            lost = +self.lost
            getattr(self, name)()
            self.well()
            if name == "pause":
                self._explain_by_pause()
            self._note()
            if missed := +self.lost - lost:
                print(f"          lost: {dict(missed)}", flush=True)
        self.during(RESTS_S)
        self._note(at_rest=True)

    def _note(self, *, at_rest: bool = False) -> None:
        """What each process takes, once it has loaded what it works with, and while nothing is said: a voice in mid-sentence takes more."""
        self.until(self._contact.is_quiet, self._patience_s)
        usage = self._tektra.usage()
        self.growth.note(
            {
                name: taken
                for name, taken in usage.items()
                if name not in LOADS_LATER or taken.pid in self._worked
            },
            at_rest=at_rest,
        )

    @property
    def ended_in_vain(self) -> dict[int, str]:
        """Processes that the watchdog ended though nothing was wrong with them, and what it said."""
        meant = self._meant | self._tektra.locked_up | self._tektra.without_port
        return {pid: why for pid, why in self._tektra.deaf.items() if pid not in meant}

    @property
    def locked_up(self) -> set[int]:
        """Those that the middleware had locked up, with nobody's help: found, ended and started anew."""
        return self._tektra.locked_up - self._meant

    @property
    def without_port(self) -> set[int]:
        """Those from which the middleware took a port on which they listened, with nobody's help; seen from here, and ended."""
        return self._tektra.without_port & self._tektra.deaf.keys() - self._meant

    def figures(self) -> dict[str, float]:
        """Once, at the end: what is left in shared memory is offered to newcomers."""
        self.lost_in_shared_memory, self.used_again = self._tektra.lost_in_shared_memory()
        return {key: float(self.lost[key]) for key in TARGETS} | {
            "deaf_unnoticed_s": self.deaf_s,
            "stop_heard_s": self.stop_heard_s if self.events["stops"] or self.events["pause"] else math.nan,
            "rss_growth_mb": self.growth.rss_mb,
            "fd_growth": self.growth.files,
            "shm_growth": float(len(self.lost_in_shared_memory)),
            "ended_in_vain": float(len(self.ended_in_vain)),
        }

    def until(self, holds: Callable[[], Any], limit_s: float) -> bool:
        end_s = self._contact.now_s() + limit_s
        while not holds():
            if self._contact.now_s() > end_s:
                return False
            self._tektra.look_at_ports()
            self._contact.spin()
        return True

    def during(self, seconds: float) -> None:
        self.until(lambda: False, seconds)

    def well(self) -> None:
        """Everything is as it should be again, and nobody is stopped any more."""
        if not self.until(self._tektra.ready, self._patience_s) or not self.until(
            self.released, self._patience_s
        ):
            self.lost["not_well_again"] += 1
            print(f"          not well: {self._tektra.problems or 'somebody is stopped'}", flush=True)

    def released(self) -> bool:
        """Asks for the release where it is needed, also of robots that were stopped alone: among the calls are some that stop one."""
        free = lambda: self._contact.gate is not None and self._contact.gate.is_free  # noqa: E731
        if not free():
            self.until(self._contact.reset(), HEARD_S)
            for robot in self._contact.gate.alone if self._contact.gate is not None else ():
                self.until(self._contact.reset_robot(robot), HEARD_S)
        return self.until(free, 0.5)

    # -- what happens ------------------------------------------------------------------------------------------

    def says(self) -> None:
        """Sentences at once: each is spoken."""
        self.until(self._contact.can_say, self._patience_s)
        said = [self._contact.say(text) for text in (LONG, "Sentence 1.", "Sentence 2.")]
        self.until(lambda: all(each.ended() for each in said), self._patience_s)
        self.lost["lost_says"] += sum(not each.spoken() for each in said)
        self._worked.add(self._tektra.pids["speech_out"])

    def calls(self) -> None:
        """Twenty in parallel: each is answered."""
        offered = sorted(self._contact.services)
        for service in self._random.sample(offered, min(len(offered), SERVICES_AT_A_TIME)):
            if lost := self._unanswered(service):
                self.lost["lost_calls"] += lost
                print(f"          of 20 calls of {service} {lost} were not answered", flush=True)
        self.until(self.released, self._patience_s)

    def _unanswered(self, service: str) -> int:
        """Of twenty calls at once, how many got no answer."""
        self.until(lambda: self._contact.can_call(service), self._patience_s)
        asked = [self._contact.call(service) for _ in range(20)]
        self.until(lambda: all(done() for done in asked), self._patience_s)
        return sum(not done() for done in asked)

    def stops(self) -> None:
        """A stop is latched, and a reset that is older releases nothing."""
        self.until(self.released, self._patience_s)
        epoch, asked = self._contact.gate.epoch, self._contact.date()
        self.during(0.2)
        self.stopped()
        for done in (self._contact.reset(epoch=epoch), self._contact.reset(asked=asked)):
            self.until(done, HEARD_S)
        self.during(0.3)
        self.lost["newer_stops_released"] += not self._contact.gate.stopped

    def stopped(self) -> None:
        """A stop is said until the gate owns to it, as all that is ours says one: a participant that stood still is not known to
        others for a moment, and nothing that is said once reaches it."""
        self._contact.gate = None
        began_s = self._contact.now_s()
        owned = lambda: self._contact.gate is not None and self._contact.gate.owns_to_stop  # noqa: E731
        while not owned() and self._contact.now_s() - began_s < self._patience_s:
            self._contact.stop()
            self.until(owned, SAID_AGAIN_S)
        self.stop_heard_s = max(self.stop_heard_s, self._contact.now_s() - began_s)
        if not owned():
            self.lost["unheard_stops"] += 1
            gate = self._contact.gate
            print(f"          unheard: {', '.join(gate.causes) if gate else 'no gate'}", flush=True)

    def request(self) -> None:
        """An order of now moves the rover; counted, so that what does not move proves something."""
        begin = self._ready_to_order()
        self._contact.order(ORDER)
        answered = self.until(lambda: self._contact.replies or self._gone(begin), self._patience_s)
        moved = self.until(lambda: self._gone(begin), MOVES_WITHIN_S if answered else 0.0)
        self._worked.add(self._tektra.pids["planner"])
        refused = answered and not moved
        self.events["moved" if moved else "refused in words" if refused else "no answer"] += 1
        self.lost["lost_requests"] += not moved and not refused
        if not moved:
            print(f"          it did not move: {' '.join(self._contact.replies) or 'no answer'}", flush=True)

    def late_request(self) -> None:
        """An order to a planner that is frozen for 4 s moves nothing."""
        begin = self._ready_to_order()
        pid = self._tektra.pids["planner"]
        self._meant.add(pid)  # on a crowded machine it may take too long until it is found again
        self._tektra.signal(pid, signal.SIGSTOP)
        self._contact.order(ORDER)
        self.during(4.0)
        self._tektra.signal(pid, signal.SIGCONT)
        self._moves_late(begin)
        self.events["late and refused in words" if self._contact.replies else "late and lost"] += 1

    def kill(self) -> None:
        with self._disturbed("kill") as pid:
            self._tektra.signal(pid, signal.SIGKILL)

    def freeze(self) -> None:
        began_s = self._contact.now_s()
        with self._disturbed("freeze") as pid:
            self._tektra.signal(pid, signal.SIGSTOP)
            self._noticed(pid, began_s)

    def deafen(self) -> None:
        began_s = self._contact.now_s()
        with self._disturbed("deafen") as pid:
            hear_again = self._tektra.deafen(pid)
            self._noticed(pid, began_s)
            hear_again()

    def pause(self) -> None:
        """Everything stands still; a stop said right after is latched. Who was there before may have been lost by one of them, as
        two of them may have lost each other: that is told, and whoever stops comes anew, as `tektra stop` does."""
        before = self._contact.finds()
        self._tektra.pause(self._random.uniform(5.0, 60.0))
        self._contact.comes_anew()
        self.stopped()
        self.during(SEEN_S)
        found_all = self.until(lambda: self._contact.finds() >= before, self._patience_s)
        self.events["found by all after a pause" if found_all else "lost by somebody after a pause"] += 1

    def _explain_by_pause(self) -> None:
        """Two who lost each other while everything stood still: one of them had to be ended."""
        lost = {pid for pid, why in self._tektra.deaf.items() if LOST_EACH_OTHER in why} - self._meant
        self.events["ended, for two lost each other in a pause"] += len(lost)
        self._meant |= lost

    def cut_link(self) -> None:
        """The robot's connection breaks while it drives: it stands, and goes on by itself no more when it is back."""
        begin = self._ready_to_order()
        self._contact.order(ORDER)
        self.events["cut_in_motion"] += self.until(lambda: self._gone(begin), self._patience_s)
        self._tektra.cut("rover1")
        self.during(1.0)
        self._moves_late(self._contact.place())

    def strangers(self) -> None:
        """Participants that come, and vanish without a good-bye."""
        vanish = self._tektra.strangers()
        self.during(1.0)
        vanish()
        self.during(3.0)

    def reload(self) -> None:
        """A client of the bridge comes, says hello and vanishes, again and again."""
        for _ in range(10):
            self.lost["lost_calls"] += not self._tektra.greets_bridge()

    @contextmanager
    def _disturbed(self, what: str) -> Iterator[int]:
        """One process is disturbed; afterwards it must have been started anew."""
        name = self._random.choice(DISTURBED)
        before = self._tektra.pids[name]
        self._meant.add(before)
        print(f"          {what} {name}", flush=True)
        yield before
        if not self.until(lambda: self._tektra.pids[name] != before, self._patience_s):
            self.lost["not_well_again"] += 1

    def _noticed(self, pid: int, began_s: float) -> None:
        """Until it was ended; how long that took counts, also where it never came."""
        self.until(lambda: not self._tektra.lives(pid), self._patience_s)
        took_s = self._contact.now_s() - began_s
        self.deaf_s = took_s if math.isnan(self.deaf_s) else max(self.deaf_s, took_s)

    def _ready_to_order(self) -> tuple[float, float]:
        """Nobody is stopped, the planner is known, and the rover, wherever it was going before, stands: where."""
        self.until(self.released, self._patience_s)
        if not self.until(self._contact.can_order, self._patience_s):
            self.lost["not_well_again"] += 1
            print("          the planner is not known here", flush=True)
        begin = self._contact.place()
        for _ in range(20):
            self.during(STANDS_S)
            if not self._gone(begin, STANDS_M):
                break
            begin = self._contact.place()
        self._contact.replies.clear()
        return begin

    def _moves_late(self, begin: tuple[float, float]) -> None:
        self.lost["late_motion"] += self.until(lambda: self._gone(begin), 5.0)

    def _gone(self, begin: tuple[float, float], moved_m: float = MOVED_M) -> bool:
        return math.dist(self._contact.place(), begin) > moved_m
