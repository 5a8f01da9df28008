# SPDX-License-Identifier: Apache-2.0
"""The gateway as a server: uvicorn on an event loop, in a thread of its own where a node runs it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

import uvicorn

from tektra.common.areas import Area, SlowArea
from tektra.common.errors import BackendError
from tektra.common.graph import Graph
from tektra.common.known_people import FOLDER, KEYS, VARIABLE, KnownPeople
from tektra.common.manners import FILE as MANNERS
from tektra.common.paths import RECORDINGS
from tektra.common.sealing import sealer
from tektra.common.world import World
from tektra.web import faults
from tektra.web.access.leases import Leases
from tektra.web.access.passwords import Passwords
from tektra.web.access.sessions import Sessions
from tektra.web.access.tickets import Tickets
from tektra.web.access.tokens import AccessTokens, load_key, metrics_token
from tektra.web.app import create_app, proxies_of
from tektra.web.backends import patience
from tektra.web.backends.redis_shared import RedisShared
from tektra.web.backends.sql_shared import shared_of
from tektra.web.backends.sql_store import SqlStore
from tektra.web.backends.tls import Tls, tls_of
from tektra.web.client import Client
from tektra.web.figures.folder import Figures
from tektra.web.first_admin import first_admin
from tektra.web.live import Live
from tektra.web.live_floor import known_cells
from tektra.web.metrics import Metrics
from tektra.web.options import WebOptions
from tektra.web.parts import Parts
from tektra.web.persons import Persons
from tektra.web.recordings import Recordings
from tektra.web.socket.endpoint import LOOK_S, Sockets
from tektra.web.socket.sockets import SocketTable
from tektra.web.static import Page

DATABASE, FIGURES = Path("web") / "gateway.sqlite", "figures"
#: A larger frame ends its socket: 2 s of sound and a camera's picture go well into it.
MAX_FRAME = 2_000_000
OPEN_MAX_S = 30.0
LOG = logging.getLogger("tektra.web")


class Gateway:
    """`open` listens, `close` ends; both may be called twice. `folder`: what is kept (paths.data_dir())."""

    def __init__(
        self,
        options: WebOptions,
        folder: Path,
        *,
        page: Path | None,
        world: World | None,
        passwords: Passwords,
        zones: Sequence[Area | SlowArea] = (),
    ) -> None:
        self._options = options
        self._folder = folder
        self._page = page
        self._world = world
        self._zones = zones
        self._passwords = passwords
        self._store = SqlStore(options.database, folder / DATABASE)
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.url = ""
        #: The first admin's password, at the first start alone.
        self.first_password = ""
        self._table = SocketTable(time.time)

    def open(self, graph_on: Callable[[asyncio.AbstractEventLoop], Graph]) -> None:
        """Listens, on a thread of its own. `graph_on(loop)` gives the graph. Raises BackendError, OptionError."""
        patience.more_files()
        tls = tls_of(self._options, self._folder)
        listening = _listen(self._options)
        port = int(listening.getsockname()[1])
        opened: Future[None] = Future()

        def run() -> None:
            asyncio.run(self._serve(graph_on, tls, listening, opened))

        self._thread = threading.Thread(target=run, name="web gateway", daemon=True)
        self._thread.start()
        try:
            opened.result(OPEN_MAX_S)
        except BaseException:
            listening.close()
            raise
        host = f"[{self._options.host}]" if ":" in self._options.host else self._options.host
        self.url = f"{'https' if tls.certificate else 'http'}://{host}:{port}"

    @property
    def count(self) -> int:
        """Sockets that are open."""
        return len(self._table.open)

    def close(self) -> None:
        """Ends it and waits."""
        server, self._server = self._server, None
        if server is not None:
            server.should_exit = True
        if self._thread is not None:
            self._thread.join(OPEN_MAX_S)
            self._thread = None
        self._store.close()

    async def _serve(
        self,
        graph_on: Callable[[asyncio.AbstractEventLoop], Graph],
        tls: Tls,
        listening: socket.socket,
        opened: Future[None],
    ) -> None:
        asyncio.get_running_loop().set_exception_handler(faults.on_loop)
        try:
            graph = graph_on(asyncio.get_running_loop())
            parts = self.parts(graph, secure=bool(tls.certificate) or self._options.tls == "proxy")
            sockets = Sockets(parts, self._table)
            app = create_app(parts, sockets, Page(self._page) if self._page else None)
        except BaseException as error:
            opened.set_exception(error)
            return
        self._server = server = _Server(
            _config(app, tls, proxied=proxies_of(self._options) is not None), lambda: opened.set_result(None)
        )
        async with running(parts, sockets, self._store):
            try:
                await server.serve(sockets=[listening])
            except Exception as error:
                if not opened.done():
                    opened.set_exception(
                        BackendError(f"the gateway did not start: {error}", "see its parameters")
                    )

    def parts(self, graph: Graph, *, secure: bool = False) -> Parts:
        """What the app is made of; opens the store."""
        self._store.connect()
        now_s = time.time()
        self.first_password = first_admin(self._store, self._passwords, now_s)
        tokens = AccessTokens(load_key(self._folder), self._options.access_s)
        sessions = Sessions(self._store, tokens, self._options.refresh_s)
        for session_id in self._store.revoked_since(now_s):
            sessions.forget(session_id)
        leases, self._table = Leases(), SocketTable(time.time)
        shared = shared_of(self._options, self._store)
        live = Live(graph, leases, self._table.tell, self._table.hears)
        live.floor.known = known_cells(self._world) if self._world is not None else None
        keys = partial(sealer, self._folder / KEYS, VARIABLE)
        return Parts(
            options=self._options,
            graph=graph,
            store=self._store,
            sessions=sessions,
            passwords=self._passwords,
            client=Client(graph),
            live=live,
            metrics=Metrics(live, lambda: self.count),
            metrics_token=metrics_token(self._options.metrics_token_file),
            leases=leases,
            tickets=Tickets(),
            shared=shared,
            buckets=shared if isinstance(shared, RedisShared) else None,
            world=self._world,
            zones=self._zones,
            persons=Persons(self._store, keys(), KnownPeople(self._folder / FOLDER, keys)),
            people_store=self._store,
            manners_file=Path(self._options.manners_file or self._folder / MANNERS).expanduser(),
            recordings=Recordings(self._folder / RECORDINGS),
            figures=Figures(self._folder / FIGURES),
            clock_s=time.time,
            steady_s=time.monotonic,
            tell=self._table.tell,
            secure=secure,
        )


class _Server(uvicorn.Server):
    """Says when it listens, and leaves signals to the process."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@contextlib.asynccontextmanager
async def running(parts: Parts, sockets: Sockets, store: SqlStore) -> AsyncIterator[None]:
    """What goes on beside the requests: listening to the graph, and ending what has ended."""
    loop = asyncio.get_running_loop()
    parts.sessions.on_revoked = lambda session_id: _quietly(loop, sockets.session_ended, session_id)
    parts.live.start()
    work = asyncio.create_task(_look(parts, sockets, store))
    try:
        yield
    finally:
        work.cancel()
        parts.live.stop()
        await parts.pulls.close()
        parts.close()
        store.close()


async def _look(parts: Parts, sockets: Sockets, store: SqlStore) -> None:
    while True:
        await asyncio.sleep(LOOK_S)
        try:
            sockets.look()
            parts.live.tick(watched=bool(sockets.table.open))
            for session_id in await parts.stored(store.revoked_since, parts.clock_s()):
                parts.sessions.forget(session_id)
            await sockets.look_after_leases()
        except Exception as error:  # sockets have to end with their sessions, whatever else goes wrong
            LOG.error("looking after sockets failed: %s", faults.told(error))


def _quietly(loop: asyncio.AbstractEventLoop, act: Callable[[str], None], argument: str) -> None:
    with contextlib.suppress(RuntimeError):  # the loop is closed already
        loop.call_soon_threadsafe(act, argument)


def _config(app: object, tls: Tls, *, proxied: bool) -> uvicorn.Config:
    config = uvicorn.Config(
        app,  # type: ignore[arg-type]
        http=patience.ProxiedProtocol if proxied else patience.PatientProtocol,
        loop="asyncio",
        lifespan="off",
        access_log=False,
        log_config=None,
        # A line for each request that is none would fill the disk of whoever keeps the log.
        log_level=logging.ERROR,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws=patience.PatientSocket,
        ws_max_size=MAX_FRAME,
        ws_per_message_deflate=False,
        ws_ping_interval=15.0,
        ws_ping_timeout=15.0,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=2,
        limit_concurrency=1024,
        backlog=256,
        ssl_certfile=tls.certificate or None,
        ssl_keyfile=tls.key or None,
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


def _listen(options: WebOptions) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
        listening = socket.create_server((options.host, options.port), family=family, backlog=256)
        # Inherited by what is accepted; asyncio sets it only where a socket was made with its protocol's number, as this is not. Else a
        # small message waits, up to 40 ms, until the page has acknowledged the one before.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listening
    except OSError as error:
        raise BackendError(
            f"cannot listen on {options.host}:{options.port}: {error.strerror or error}",
            "end the program that holds the port, or set the gateway's parameter `port`",
        ) from error
