# SPDX-License-Identifier: Apache-2.0
"""The gateway before a stand-in for Tektra, to build a page against: `python -m tektra.web.dev`. No ROS, no models.

Accounts admin, operator, guest and observer are made anew at each start, in a folder that is deleted at the end, all with
the password that is printed. It listens on this machine alone.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import signal
import tempfile
import threading
from pathlib import Path

from argon2 import PasswordHasher

from tektra.common import paths
from tektra.common.access import ROLES, Role
from tektra.common.areas import Area, SlowArea, load_areas, load_slow_areas
from tektra.common.world import load_world
from tektra.web.access.passwords import Passwords
from tektra.web.access.sessions import AccountRow
from tektra.web.backends.fake_graph import FakeGraph
from tektra.web.backends.server import DATABASE, Gateway
from tektra.web.backends.sql_store import SqlStore
from tektra.web.options import WebOptions

#: Quick, since it only guards a stand-in.
QUICK = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)


def main() -> None:
    """Runs until Ctrl-C."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8443)
    parser.add_argument("--password", default="", help="of all accounts (default: a new one)")
    parser.add_argument("--page", type=Path, help="folder with the page's files")
    parser.add_argument(
        "--origin", action="append", default=[], help="another page that may come, such as a dev server's"
    )
    arguments = parser.parse_args()
    password = arguments.password or secrets.token_urlsafe(9)
    with tempfile.TemporaryDirectory(prefix="tektra-web-dev-") as folder:
        options = WebOptions(port=arguments.port, origins=[*arguments.origin, ""])
        gateway = gateway_for(options, Path(folder), password, page=arguments.page)
        gateway.open(_graph)
        print(f"{gateway.url}  accounts {', '.join(ROLES)}; password {password}", flush=True)
        ended = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: ended.set())
        try:
            ended.wait()
        except KeyboardInterrupt:
            pass
        gateway.close()


def gateway_for(options: WebOptions, folder: Path, password: str, *, page: Path | None = None) -> Gateway:
    """A gateway with one account a role, all with this password. Not open yet."""
    passwords = Passwords(QUICK)
    store = SqlStore(options.database, folder / DATABASE)
    store.connect()
    for role in Role:
        store.put_account(
            AccountRow(
                f"id-{role}",
                str(role),
                role,
                passwords.hash(password),
                disabled=False,
                must_change=False,
                created_s=0.0,
            )
        )
    store.close()
    config = paths.share_dir() / "config"
    world, file = load_world(config / "world.yaml"), config / "safety.yaml"
    zones: tuple[Area | SlowArea, ...] = (*load_areas(file), *load_slow_areas(file))
    return Gateway(options, folder, page=page, world=world, passwords=passwords, zones=zones)


def _graph(loop: asyncio.AbstractEventLoop) -> FakeGraph:
    graph = FakeGraph()
    loop.call_soon(graph.start)
    return graph


if __name__ == "__main__":
    main()
