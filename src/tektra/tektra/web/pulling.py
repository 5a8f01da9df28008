# SPDX-License-Identifier: Apache-2.0
"""Models that are fetched for whoever asks on the page: those of models.lock by name, and nothing else, one at a time.

`tektra models pull` does it, in a process of its own that may be ended at any time: what it has of a file is checked by sha256, and a
model appears when it is whole.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
import sys
from contextlib import suppress

from tektra.common import models
from tektra.common.model_lock import Lock
from tektra.web.access.people import ApiError
from tektra.web.models.pulling import LockedModel, Pull

PULL = (sys.executable, "-m", "tektra.cli.models", "pull", "--json")
#: Whatever serves robots comes first.
NICE = ("nice", "-n", "10")
#: So long it may take to tidy up; then it is killed.
ENDING_S = 10.0
#: Of what it says on its way out.
MOST_WORDS = 2000


class Pulls:
    """On one event loop. A gateway that ends, ends what it fetches; the next pull goes on from what arrived."""

    def __init__(self, known: Lock | None = None) -> None:
        self._lock = known
        self._pulls: dict[str, Pull] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None
        self._canceled = False

    @property
    def known(self) -> Lock:
        """Read at first use. Raises ConfigError."""
        self._lock = self._lock or models.lock()
        return self._lock

    def all(self) -> list[LockedModel]:
        """Every model of the lock, those that are not here first. Looks at the disk, at sizes alone. Any thread."""
        known = self.known
        found = [
            LockedModel(
                name=model.name,
                kind=model.kind,
                about=model.about,
                licence=model.licence,
                size_bytes=model.size,
                here=models.is_here(model.name, known=known),
                pull=self._pulls.get(model.name),
            )
            for model in known.models.values()
        ]
        return sorted(found, key=lambda one: one.here)

    def start(self, name: str) -> Pull:
        """Begins to fetch a model. Raises ApiError where the lock knows none of that name, or another one is under way."""
        if name not in self.known.models:
            raise ApiError(404, "not_found", f"no model of the lock is called {name!r}", "ask for the list")
        if self._task is not None and not self._task.done():
            under_way = next(one for one, pull in self._pulls.items() if pull.state == "running")
            raise ApiError(
                409, "pull_under_way", f"{under_way} is being fetched", "wait for it, or cancel it"
            )
        self._canceled = False
        self._pulls[name] = Pull(state="running", total_bytes=self.known.models[name].size)
        self._task = asyncio.get_running_loop().create_task(self._run(name))
        return self._pulls[name]

    def cancel(self) -> None:
        """Ends what is under way, if anything is."""
        self._canceled = True
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGINT)

    async def close(self) -> None:
        """The same, and waits for its end."""
        self.cancel()
        if self._task is None:
            return
        await asyncio.wait({self._task}, timeout=ENDING_S)
        self._kill()

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def _run(self, name: str) -> None:
        try:
            self._process = process = await asyncio.create_subprocess_exec(
                *(NICE if shutil.which(NICE[0]) else ()),
                *PULL,
                name,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            if self._canceled:
                self.cancel()
            _, said = await asyncio.gather(self._read(name, process), _words(process))
            good = await process.wait() == 0
        except (OSError, ValueError) as error:  # not started; or a line without an end
            good, said = False, str(error)
            self._kill()
        state = "done" if good else "canceled" if self._canceled else "failed"
        told = "" if good or self._canceled else said
        self._pulls[name] = self._pulls[name].model_copy(update={"state": state, "message": told})

    async def _read(self, name: str, process: asyncio.subprocess.Process) -> None:
        """How far it is, line by line; what is none of ours is passed over."""
        if process.stdout is None:
            return
        async for line in process.stdout:
            with suppress(ValueError, KeyError, TypeError):
                told = json.loads(line)
                far = {"done_bytes": int(told["done"]), "total_bytes": int(told["total"])}
                self._pulls[name] = self._pulls[name].model_copy(update=far)


async def _words(process: asyncio.subprocess.Process) -> str:
    """What it says of an error: its last lines."""
    if process.stderr is None:
        return ""
    said = b""
    while piece := await process.stderr.read(4096):
        said = (said + piece)[-MOST_WORDS:]
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    return "; ".join(lines[-2:])
