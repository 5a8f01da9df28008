# SPDX-License-Identifier: Apache-2.0
"""Who listens on a port of shared memory that nobody who comes later will find: deaf to them, while those of before are heard.

Fast DDS takes a port for dead whose listener did not stir for a second, removes its file and makes a new one; the listener sees a mark in
its own and does likewise. Both hold a mutex meanwhile, which whoever has waited for too long breaks: where many waited at once (a pause of
the machine, a crowded one), a listener may be left with a file that has no name any more, and hears nothing of it (SharedMemGlobal.hpp of
Fast DDS 3, `open_port_internal`).
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from tektra.launch.shared_memory import FOLDER, PROC, ports_of
from tektra.watchdog.threads import state_of

#: How often each process is looked at, and how long what it listens on may be away: Fast DDS mends it itself within a second, once it runs.
LOOK_S, LOST_S = 1.0, 4.0
#: Its threads are asked for anew so often: participants come and go within a process.
THREADS_S = 10.0


class _Seen:
    """What is known of a process. `inodes`: of the file that it has mapped, by port. `lost_s`: since when one is away."""

    def __init__(self) -> None:
        self.ports: frozenset[str] = frozenset()
        self.asked_s = self.looked_s = self.lost_s = float("-inf")
        self.inodes: dict[str, int] = {}


class LostPorts:
    """One thread. `proc`, `folder`: where the kernel tells of processes, and where the ports are."""

    def __init__(self, proc: Path = PROC, folder: Path = FOLDER) -> None:
        self._proc, self._folder = proc, folder
        self._seen: dict[int, _Seen] = {}

    def look(self, pid: int, now_s: float) -> str:
        """A port that it has lost for good, or nothing. Looks once a second, whoever asks more often."""
        seen = self._seen.setdefault(pid, _Seen())
        if now_s - seen.looked_s >= LOOK_S:
            if now_s - seen.looked_s > LOST_S or state_of(pid, self._proc) in "TtZX":
                seen.lost_s = float("-inf")  # nobody looked, or it could not mend it: from now on it counts
            seen.looked_s = now_s
            port = self._lost(pid, seen, now_s)
            seen.lost_s = (
                float("-inf") if not port else now_s if seen.lost_s == float("-inf") else seen.lost_s
            )
            return port if port and now_s - seen.lost_s >= LOST_S else ""
        return ""

    def keep(self, pids: set[int]) -> None:
        """Forgets all others."""
        self._seen = {pid: seen for pid, seen in self._seen.items() if pid in pids}

    def _lost(self, pid: int, seen: _Seen, now_s: float) -> str:
        """A port that it listens on and whose file is another one than it has mapped, or gone."""
        if now_s - seen.asked_s >= THREADS_S:
            seen.ports, seen.asked_s = ports_of(pid, self._proc), now_s
        if not (away := self._away(seen)):
            return ""
        seen.ports, seen.asked_s = ports_of(pid, self._proc), now_s
        seen.inodes = self._mapped(pid)
        away = self._away(seen) if seen.inodes else []
        return away[0] if away else ""

    def _away(self, seen: _Seen) -> list[str]:
        return sorted(port for port in seen.ports if self._inode(port) != seen.inodes.get(port))

    def _inode(self, port: str) -> int:
        try:
            return (self._folder / f"fastdds_port{port}").stat().st_ino
        except OSError:
            return -1

    def _mapped(self, pid: int) -> dict[str, int]:
        """The newest file that it has mapped of each port: one without a name only where there is no other."""
        begin = f"{self._folder}/fastdds_port"
        found: dict[str, int] = {}
        with suppress(OSError, ValueError):
            for line in (self._proc / str(pid) / "maps").read_text(errors="replace").splitlines():
                _, mark, rest = line.partition(begin)
                if mark and not rest.endswith("_el"):
                    port, _, deleted = rest.partition(" ")
                    if not deleted or port not in found:
                        found[port] = int(line.split()[4])
        return found
