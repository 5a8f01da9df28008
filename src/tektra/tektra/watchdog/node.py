# SPDX-License-Identifier: Apache-2.0
"""The node of the watchdog: asks, listens, and ends processes that are deaf."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from contextlib import suppress
from typing import Any

from diagnostic_msgs.msg import KeyValue
from rclpy.node import Node

from tektra.common import paths, run_record
from tektra.common.lateness import HELD_UP_S, LEASE_S
from tektra.common.scheduling import SKILLS_PRIORITY
from tektra.common.status_door import Door
from tektra.ros.diagnostics import OK, WARN, Diagnostics
from tektra.ros.lateness import boot_s
from tektra.ros.living import takes_part
from tektra.ros.mailbox import Mailbox
from tektra.ros.parameters import declare
from tektra.ros.process import run_body
from tektra.ros.pulse import ANSWER, ASK
from tektra.ros.qos import RELIABLE, SIGNS
from tektra.ros.second_ear import SecondEar
from tektra.ros.surveyor import Surveyor
from tektra.watchdog.lost_ports import LostPorts
from tektra.watchdog.options import WatchdogOptions
from tektra.watchdog.threads import CpuWaits, ask_for_stacks, is_alive, state_of, threads_of
from tektra.watchdog.witness import Sign, Witness

LOOK_S = 0.25
_MARK_CHARS = 32
#: How often a second participant asks.
AGAIN_S = 0.5
#: Fast DDS takes a port of shared memory for dead whose listener stood still for so long; who else did is not known.
PORTS_DIE_S = 1.0
#: How long it stays after the last time that it was needed.
SECOND_FOR_S = 20.0
#: How long the diagnostics tell of a process that was ended.
TELL_S = 60.0
#: Of a watchdog that is deaf itself.
DEAF_EXIT = 3


class WatchdogNode(Node):
    """/tektra/watchdog. One thread."""

    def __init__(self, **ros: Any) -> None:
        super().__init__("watchdog", namespace="/tektra", **ros)
        options = self._options = declare(self, WatchdogOptions)
        host = socket.gethostname()
        self._witness = Witness(host=host, pid=os.getpid(), deaf_s=options.deaf_s, stuck_s=options.stuck_s)
        self._waits = CpuWaits()
        self._ports = LostPorts()
        self._record = paths.state_dir()
        self._looked_s = boot_s()
        self._ended: dict[str, tuple[int, float]] = {}
        self._second = SecondEar()
        self._second_s = 0.0  # when it asked last
        self._tries_until_s = 0.0
        self._number = 0  # of the last question
        self._asks = self.create_publisher(KeyValue, ASK, RELIABLE)
        self.create_subscription(KeyValue, ANSWER, self._on_answer, SIGNS)
        self.create_timer(options.ask_s, self._ask)
        self.create_timer(LOOK_S, self._look)
        self._surveyor = Surveyor(self)
        self._door: Door | None = None
        self._open_door()
        self.diagnostics = Diagnostics(self)
        self.diagnostics.value("processes", lambda: len(self._witness.pids))
        self.diagnostics.value("ended", self._told_of_ends)

    def close(self) -> None:
        """Nobody is told any more how all stands."""
        if self._door is not None:
            self._door.close()
        self._surveyor.close()
        self._second.close()

    def _open_door(self) -> None:
        """For `tektra status`, which is told here what it would have to join the graph for."""
        visitors = Mailbox[socket.socket](self, self._tell_how_all_stands)
        try:
            self._door = Door(self._record, visitors.post)
        except OSError as error:
            self.get_logger().warning(f"tektra status has to look for itself, and takes longer: {error}")

    def _tell_how_all_stands(self, visitor: socket.socket) -> None:
        if (door := self._door) is not None:
            self._surveyor.ask(lambda snapshot: door.answer(visitor, snapshot.as_wire()))

    def _ask(self) -> None:
        self._surveyor.rest()
        for process in run_record.read(self._record, time.time()).processes:
            self._witness.expect(tuple(process.nodes), process.pid if process.nodes else 0, boot_s())
        self._number = self._witness.ask()
        self._asks.publish(KeyValue(key="watchdog", value=str(self._number)))

    def _ask_again(self, now_s: float) -> None:
        """Of two who lost each other in a pause the watchdog may be one, and the other be well. Who is only about to find the second
        participant has not heard it yet: it asks often."""
        missed = self._witness.is_missed(now_s)
        if missed or now_s < self._tries_until_s:
            if not self._second.asks:
                why = "misses somebody" if missed else "does not know whether all hear who comes now"
                self.get_logger().warning(f"{why}, and asks by a second participant")
            if now_s - self._second_s >= AGAIN_S:
                self._second.ask(-self._number)
                self._witness.newcomer.begins()
                self._second_s = now_s
        elif now_s - self._second_s > SECOND_FOR_S:
            self._rest_second()

    def _rest_second(self) -> None:
        self._second.rest()
        self._witness.newcomer.ends()

    def _on_answer(self, answer: KeyValue) -> None:
        self._hear(answer.value)

    def _hear(self, answer: str, *, by_second: bool = False) -> None:
        if (sign := _read(answer)) is not None:
            self._witness.heard(sign, boot_s(), by_second=by_second)

    def _look(self) -> None:
        now_s = boot_s()
        if (gap_s := now_s - self._looked_s) > LOOK_S + HELD_UP_S:
            self.get_logger().warning(f"was held up for {gap_s:.1f} s, which count for nobody")
            self._witness.forgive(now_s, gap_s)
            self._tries_until_s = now_s + SECOND_FOR_S if gap_s > PORTS_DIE_S else self._tries_until_s
            if gap_s > LEASE_S:
                self._rest_second()  # as lost as the first may be now
        for answer in self._second.take():
            self._hear(answer, by_second=True)
        self._looked_s = now_s
        self._ask_again(now_s)
        if not self._witness.hears(now_s):
            self.get_logger().error("hears nobody; ends itself, to be started anew")
            os._exit(DEAF_EXIT)  # a deaf process would hang in its own end
        if port := self._ports.look(os.getpid(), now_s):
            self.get_logger().error(f"has lost port {port} of shared memory; ends itself, to be started anew")
            os._exit(DEAF_EXIT)
        if nodes := self._witness.lost(now_s):
            self.get_logger().error(
                f"it and {', '.join(nodes)} have lost each other; ends itself, to be started anew"
            )
            os._exit(DEAF_EXIT)
        for pid in self._witness.pids:
            if not is_alive(pid):
                self._witness.gone(pid)
        self._ports.keep({os.getpid(), *self._witness.pids})
        looked: set[int] = set()
        for pid in self._witness.suspects(now_s):
            waits_s = self._waits.look(pid, now_s)
            self._witness.waited(pid, waits_s)
            self._witness.stopped(pid, now_s, is_so=state_of(pid) == "T")
            looked |= waits_s.keys()
        self._waits.keep(looked)
        ports = {sign.pid: self._ports.look(sign.pid, now_s) for sign in self._witness.signs}
        for sign, why in self._witness.deaf(now_s, ports):
            self._end(sign, why, now_s)
        with suppress(OSError):
            run_record.write_signs(self._record, self._witness.silent_s(now_s), time.time())
        recent = [f"{name} was ended" for name, (_, at_s) in self._ended.items() if now_s - at_s < TELL_S]
        self.diagnostics.set(*((WARN, f"{', '.join(recent)}: it was deaf") if recent else (OK, "running")))

    def _end(self, sign: Sign, why: str, now_s: float) -> None:
        names = ", ".join(sign.nodes)
        self.get_logger().error(f"{names} (pid {sign.pid}) {why}; its threads: {threads_of(sign.pid)}")
        self._witness.gone(sign.pid)
        if not self._options.end_deaf or (sign.number and not takes_part(sign.pid)):
            return  # a sign is anybody's word: no process is ended for it that is not in the graph
        with suppress(ProcessLookupError, PermissionError):
            ask_for_stacks(sign.pid)
            os.kill(sign.pid, signal.SIGKILL)
            self._ended[names] = (self._ended.get(names, (0, 0.0))[0] + 1, now_s)

    def _told_of_ends(self) -> str:
        return "; ".join(f"{names}: {count}" for names, (count, _) in self._ended.items())


def _read(text: str) -> Sign | None:
    """An answer from the graph, which anybody may write; None for one that is none."""
    try:
        told = json.loads(text)
        nodes = tuple(str(node)[:200] for node in told["nodes"][:1000])
        return Sign(
            nodes,
            str(told["host"]),
            int(told["pid"]),
            int(told["number"]),
            float(told["idle_s"]),
            starting=bool(told.get("starting")),
            mark=str(told.get("mark", ""))[:_MARK_CHARS],
            found=frozenset(str(mark)[:_MARK_CHARS] for mark in list(told.get("found", ()))[:1000]),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def main() -> None:
    run_body(WatchdogNode, priority=SKILLS_PRIORITY)  # of a starved watchdog everybody seems deaf


if __name__ == "__main__":
    main()
