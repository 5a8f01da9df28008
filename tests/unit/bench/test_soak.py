# SPDX-License-Identifier: Apache-2.0
"""Each figure of `bench/run soak` rises by the fault that it is named by, and by nothing else: a played Tektra, and a played clock."""

import random
import signal
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from common import is_met
from soaking import running
from soaking.acts import DISTURBED, LOST_EACH_OTHER, TARGETS, Soak
from soaking.contact import Gate
from soaking.growth import Growth, Usage
from soaking.running import DEAF, LOCKED_UP

#: What a disturbed process is noticed after, and what it takes to start anew, s.
NOTICED_S, STARTS_S = 6.0, 8.0
SPEED_MPS = 0.3


class House:
    """A Tektra that loses nothing but by its `faults`; it is its own contact. `now_s` goes on when somebody waits."""

    def __init__(self, *faults: str) -> None:
        self.faults = set(faults)
        self.time_s, self.x_m, self.goes_m = 0.0, 0.0, 0.0
        self.pids = {name: 100 + number for number, name in enumerate((*DISTURBED, "sim"))}
        self.born_s = dict.fromkeys(self.pids.values(), 0.0)
        self.alive = set(self.born_s)
        self.deaf: dict[int, str] = {}
        self.locked_up: set[int] = set()
        self.without_port: set[int] = set()
        self.gate: Gate | None = Gate(False, 1, ())
        self.latched, self.alone, self.epoch = False, False, 1
        self.replies: list[str] = []
        self.services = ("/one", "/other")
        self.later: list[tuple[float, Callable[[], None]]] = []
        self.frozen: set[int] = set()
        self.heard: list[str] = []
        self.asked_of: Counter[str] = Counter()

    # -- the clock -----------------------------------------------------------------------------------------

    def now_s(self) -> float:
        return self.time_s

    def date(self) -> float:
        return self.time_s

    def spin(self) -> None:
        self.time_s += 0.05
        due = [act for at_s, act in self.later if at_s <= self.time_s]
        self.later = [(at_s, act) for at_s, act in self.later if at_s > self.time_s]
        for act in due:
            act()
        step_m = min(self.goes_m, SPEED_MPS * 0.05)
        self.x_m, self.goes_m = self.x_m + step_m, self.goes_m - step_m
        if "the gate is away" not in self.faults:
            alone = ("rover1",) if self.alone else ()
            self.gate = Gate(self.latched, self.epoch, ("topic",) if self.latched else (), alone)

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self.later.append((self.time_s + seconds, act))

    # -- the processes -------------------------------------------------------------------------------------

    @property
    def problems(self) -> dict[str, str]:
        return {} if self.ready() else {"somebody": "not there yet"}

    def ready(self) -> bool:
        return self.alive >= set(self.pids.values()) and "a robot stays away" not in self.faults

    def signal(self, pid: int, number: signal.Signals) -> None:
        if number == signal.SIGKILL:
            self._ends(pid)
        elif number == signal.SIGSTOP:
            self.frozen.add(pid)
            self._notices(pid)
        else:
            self.frozen.discard(pid)
            for text in self.heard:
                self.replies.append("That is too late.")
                if "late orders are carried out" in self.faults:
                    self._goes(text)
            self.heard.clear()

    def deafen(self, pid: int) -> Callable[[], None]:
        self._notices(pid, also_if_it_hears=True)
        return lambda: None

    def lives(self, pid: int) -> bool:
        return pid in self.alive

    def pause(self, seconds: float) -> None:
        self.time_s += seconds

    def comes_anew(self) -> None:
        self.gate = None

    def finds(self) -> int:
        return len(self.alive)

    def cut(self, robot: str) -> None:
        rest_m, self.goes_m = self.goes_m, 0.0
        if "it goes on when the link is back" in self.faults:
            self.after(2.0, lambda: setattr(self, "goes_m", rest_m))

    def strangers(self) -> Callable[[], None]:
        return lambda: None

    def greets_bridge(self) -> bool:
        return "the bridge is silent" not in self.faults

    def look_at_ports(self) -> None:
        """`without_port` is what a test puts there."""

    def usage(self) -> dict[str, Usage]:
        def taken(name: str, pid: int) -> Usage:
            lived_s = self.time_s - self.born_s[pid]
            leaks = name == "speech_out"  # which is started anew now and then
            grown_mb = lived_s * 0.5 if leaks and "memory leaks" in self.faults else 0.0
            files = int(lived_s // 20.0) if leaks and "files leak" in self.faults else 0
            return Usage(pid, lived_s, 80.0 + grown_mb, 30 + files)

        return {name: taken(name, pid) for name, pid in self.pids.items() if pid in self.alive}

    def lost_in_shared_memory(self) -> tuple[set[str], set[str]]:
        return ({"fastrtps_1"} if "shared memory is left" in self.faults else set()), {"fastdds_port7414"}

    def _notices(self, pid: int, *, also_if_it_hears: bool = False) -> None:
        seconds = 30.0 if "the watch is slow" in self.faults else NOTICED_S
        if "nobody watches" not in self.faults:
            self.after(seconds, lambda: self._ends(pid) if also_if_it_hears or pid in self.frozen else None)

    def _ends(self, pid: int, why: str = "gave no sign") -> None:
        if pid in self.alive:
            self.alive.discard(pid)
            self.deaf[pid] = why
            name = next(name for name, known in self.pids.items() if known == pid)
            self.after(STARTS_S, lambda: self._starts(name))

    def _starts(self, name: str) -> None:
        if "nobody starts it anew" not in self.faults:
            self.pids[name] = max(self.born_s) + 1
            self.born_s[self.pids[name]] = self.time_s
            self.alive.add(self.pids[name])

    # -- what is said to it --------------------------------------------------------------------------------

    def can_say(self) -> bool:
        return True

    can_order = is_quiet = can_say

    def can_call(self, service: str) -> bool:
        return True

    def say(self, text: str) -> "House.Said":
        lost = "a sentence is lost" in self.faults and text.endswith("2.")
        return House.Said(self, never=lost, spoken="a sentence is given up" not in self.faults)

    class Said:
        def __init__(self, house: "House", *, never: bool, spoken: bool) -> None:
            self._house, self._spoken = house, spoken
            self._ends_s = float("inf") if never else house.now_s() + 2.0

        def ended(self) -> bool:
            return self._house.now_s() >= self._ends_s

        def spoken(self) -> bool:
            return self.ended() and self._spoken

    def call(self, service: str) -> Callable[[], bool]:
        self.asked_of[service] += 1
        self.alone |= "a call stops one robot" in self.faults
        if "a call gets no answer" in self.faults and self.asked_of[service] % 20 == 11:
            return lambda: False
        at_s = self.time_s + 0.2
        return lambda: self.time_s >= at_s

    def stop(self) -> None:
        if "stops are not heard" not in self.faults and not self.latched:
            self.after(9.0 if "stops are heard late" in self.faults else 0.1, self._latch)

    def _latch(self) -> None:
        self.latched, self.epoch, self.goes_m = True, self.epoch + 1, 0.0

    def reset(self, *, epoch: int | None = None, asked: float | None = None) -> Callable[[], bool]:
        named = epoch is not None or asked is not None
        old = (epoch is not None and epoch < self.epoch) or (asked is not None and asked < self.time_s)
        wrong = (epoch is not None and "old epochs release" in self.faults) or (
            asked is not None and "old resets release" in self.faults
        )
        if (not old or wrong) and not ("the stop is never released" in self.faults and not named):
            self.latched = False
        return lambda: True

    def reset_robot(self, robot: str) -> Callable[[], bool]:
        self.alone = False
        return lambda: True

    def order(self, text: str) -> None:
        if self.pids["planner"] in self.frozen:
            self.heard.append(text)
        elif "orders are lost" not in self.faults:
            self.after(0.5, lambda: self._goes(text))

    def _goes(self, text: str) -> None:
        self.replies.append("Ahead.")
        self.goes_m = 0.0 if self.latched or self.alone else 0.3

    def place(self) -> tuple[float, float]:
        return self.x_m, 0.0


def figures_of(*faults: str, seed: int = 1) -> dict[str, float]:
    house = House(*faults)
    soak = Soak(house, house, seed, started_s=40.0)
    soak.run(400.0, random.Random(seed))
    return soak.figures()


def missed(figures: dict[str, float]) -> set[str]:
    return {name for name, target in TARGETS.items() if not is_met(figures[name], target)}


@pytest.mark.parametrize("seed", range(5))
def test_of_a_tektra_that_loses_nothing_every_figure_is_met(seed: int) -> None:
    assert missed(figures_of(seed=seed)) == set()


def test_a_robot_that_a_call_stopped_alone_is_released_before_it_is_sent_anywhere() -> None:
    house = House("a call stops one robot")
    soak = Soak(house, house, 1, started_s=40.0)
    soak.run(400.0, random.Random(1))
    assert soak.events["calls"] > 1
    assert soak.events["moved"] == soak.events["request"] > 0
    assert soak.events["cut_in_motion"] == soak.events["cut_link"] > 0


@pytest.mark.parametrize(
    ("fault", "figures"),
    [
        ("a sentence is lost", {"lost_says"}),
        ("a sentence is given up", {"lost_says"}),
        ("a call gets no answer", {"lost_calls"}),
        ("the bridge is silent", {"lost_calls"}),
        ("stops are not heard", {"unheard_stops", "stop_heard_s", "newer_stops_released"}),
        ("stops are heard late", {"stop_heard_s"}),
        ("old epochs release", {"newer_stops_released"}),
        ("old resets release", {"newer_stops_released"}),
        ("late orders are carried out", {"late_motion"}),
        ("it goes on when the link is back", {"late_motion"}),
        ("orders are lost", {"lost_requests"}),
        ("the watch is slow", {"deaf_unnoticed_s"}),
        ("nobody watches", {"deaf_unnoticed_s", "not_well_again"}),
        ("nobody starts it anew", {"not_well_again"}),
        ("a robot stays away", {"not_well_again"}),
        ("the stop is never released", {"not_well_again"}),
        ("memory leaks", {"rss_growth_mb"}),
        ("files leak", {"fd_growth"}),
        ("shared memory is left", {"shm_growth"}),
    ],
)
def test_each_fault_is_seen_in_its_own_figures(fault: str, figures: set[str]) -> None:
    assert missed(figures_of(fault)) >= figures, "the fault is not seen"
    assert missed(figures_of(fault)) <= figures, "the fault is seen where it is not"


@pytest.mark.parametrize(
    ("taken_mb", "grew_mb"), [((100, 101, 142), 1), ((100, 101, 142, 101), 1), ((100, 142, 143, 144), 42)]
)
def test_what_is_there_now_and_then_is_no_growth_and_what_stays_is(taken_mb, grew_mb) -> None:
    growth = Growth()
    for number, rss_mb in enumerate(taken_mb):
        growth.note({"speech_out": Usage(7, 50.0 + 10.0 * number, rss_mb, 30)})
    assert growth.rss_mb == grew_mb


def test_one_with_another_participant_is_in_the_middle_of_something_and_at_rest_it_should_not_be() -> None:
    growth = Growth()
    for lived_s, rss_mb, ports in ((50.0, 60.0, 1), (100.0, 100.0, 2), (150.0, 61.0, 1), (200.0, 100.0, 2)):
        growth.note({"watchdog": Usage(7, lived_s, rss_mb, 30 + 16 * ports, ports=ports)})
    assert (growth.rss_mb, growth.files) == (1.0, 0.0)
    growth.note({"watchdog": Usage(7, 250.0, 100.0, 62, ports=2)}, at_rest=True)
    assert (growth.rss_mb, growth.files) == (40.0, 16.0)


def test_one_that_is_ended_though_nobody_did_anything_to_it_counts() -> None:
    house = House()
    house.after(200.0, lambda: house._ends(house.pids["sim"], "has not found /safety for 21 s"))
    soak = Soak(house, house, 1, started_s=40.0)
    soak.run(400.0, random.Random(1))
    assert missed(soak.figures()) == {"ended_in_vain"}
    assert list(soak.ended_in_vain.values()) == ["has not found /safety for 21 s"]


def test_whom_the_middleware_itself_locked_up_is_ended_rightly() -> None:
    house = House()
    locked_up = house.pids["sim"]
    house.after(200.0, lambda: house._ends(locked_up, "gave no sign for 8 s"))
    house.locked_up.add(locked_up)
    soak = Soak(house, house, 1, started_s=40.0)
    soak.run(400.0, random.Random(1))
    assert not missed(soak.figures()) and soak.locked_up == {locked_up}


def test_whose_port_the_middleware_took_away_is_ended_rightly() -> None:
    house = House()
    without, well = house.pids["sim"], house.pids["rover1/driver"]
    for pid in (without, well):
        house.after(200.0, partial(house._ends, pid, "has lost port 7021"))
    house.without_port.add(without)
    soak = Soak(house, house, 1, started_s=40.0)
    soak.run(400.0, random.Random(1))
    assert soak.without_port == {without}
    assert set(soak.ended_in_vain) <= {well}, "the other may have been disturbed meanwhile"


def test_a_port_is_lost_where_only_a_file_without_a_name_is_mapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PROC", tmp_path)
    monkeypatch.setattr(running, "ports_of", lambda pid: frozenset({"7021"}))
    own, other = (
        "7f00 rw-s 00000000 00:16 5 /dev/shm/fastdds_port7021",
        "7f01 rw-s 0 00:16 6 /dev/shm/fastdds_port7025 (deleted)",
    )
    for pid, lines in {
        1: [own, other],
        2: [f"{own} (deleted)", other],
        3: [f"{own} (deleted)", own],
        4: [],
    }.items():
        (tmp_path / str(pid)).mkdir()
        (tmp_path / str(pid) / "maps").write_text("\n".join(lines))
    assert [pid for pid in range(1, 6) if running._has_lost_port(pid)] == [2]


def test_a_receiving_thread_that_waits_for_a_lock_is_told_from_one_that_waits_for_packets() -> None:
    deaf = "(pid 7) gave no sign for 8 s: it is deaf, mute or hangs; its threads: safety S futex_do_wait; dds.udp.7400 S {}; dds.ev.0 S futex_do_wait\n"
    log = deaf.format("__skb_wait_for_more_packets") + deaf.replace("7)", "8)").format("futex_do_wait")
    found = {int(one[1]): bool(LOCKED_UP.search(one[3])) for one in DEAF.finditer(log)}
    assert found == {7: False, 8: True}


def test_whom_a_pause_cut_off_from_another_is_ended_rightly_and_whoever_is_only_silent_after_it_is_not() -> (
    None
):
    house = House()
    soak = Soak(house, house, 1, started_s=40.0)
    paused = house.pause

    def pause(seconds: float) -> None:
        paused(seconds)
        house.after(4.0, lambda: house._ends(house.pids["rover2/skills"], f"is not found: {LOST_EACH_OTHER}"))
        house.after(5.0, lambda: house._ends(house.pids["safety"], "gave no sign for 8 s"))

    house.pause = pause  # type: ignore[method-assign]
    soak.run(60.0, random.Random(1))
    assert set(soak.ended_in_vain.values()) == {"gave no sign for 8 s"}
    assert soak.events["ended, for two lost each other in a pause"] == soak.events["pause"] > 0


def test_what_was_not_measured_is_not_met() -> None:
    house = House()
    soak = Soak(house, house, 1, started_s=40.0)
    assert {"deaf_unnoticed_s", "rss_growth_mb", "fd_growth", "stop_heard_s"} <= missed(soak.figures())


def test_every_figure_is_one_that_some_fault_raises() -> None:
    told = test_each_fault_is_seen_in_its_own_figures.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert set().union(*(figures for _, figures in told)) | {"ended_in_vain"} == set(TARGETS)
