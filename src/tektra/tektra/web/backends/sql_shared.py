# SPDX-License-Identifier: Apache-2.0
"""What gateways know in common, in the database that they share; and whether they share any."""

from __future__ import annotations

import time

from sqlalchemy import Column, Float, Integer, String, Table, Text, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from tektra.web.access.shared import Shared
from tektra.web.backends.redis_shared import RedisShared
from tektra.web.backends.sql_store import SqlStore
from tektra.web.backends.sql_tables import METADATA
from tektra.web.options import WebOptions

SHARED = Table(
    "shared",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("text", Text, nullable=False),
)


KEPT = Table(
    "kept",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("until_s", Float, nullable=False),
    Column("text", Text, nullable=False),
)


def shared_of(options: WebOptions, store: SqlStore) -> Shared | None:
    """Where gateways meet: in Redis, else in a database that has a name; None: this one is alone."""
    if options.redis:
        return RedisShared(options.redis)
    return SqlShared(store) if options.database else None


class SqlShared:
    """A Shared (access/shared.py)."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def read(self, name: str) -> tuple[int, str]:
        with self._store.begin() as connection:
            row = connection.execute(select(SHARED).where(SHARED.c.name == name)).first()
            return (0, "") if row is None else (row.version, row.text)

    def swap(self, name: str, version: int, text: str) -> bool:
        values = {"version": version + 1, "text": text}
        mine = (SHARED.c.name == name) & (SHARED.c.version == version)
        try:
            with self._store.begin() as connection:
                if version:
                    return bool(connection.execute(update(SHARED).where(mine).values(**values)).rowcount)
                connection.execute(insert(SHARED).values(name=name, **values))
                return True
        except IntegrityError:
            return False

    def keep(self, name: str, text: str, until_s: float) -> None:
        values = {"until_s": until_s, "text": text}
        with self._store.begin() as connection:
            if not connection.execute(update(KEPT).where(KEPT.c.name == name).values(**values)).rowcount:
                connection.execute(delete(KEPT).where(KEPT.c.until_s < time.time()))
                connection.execute(insert(KEPT).values(name=name, **values))

    def take(self, name: str) -> str:
        with self._store.begin() as connection:
            row = connection.execute(select(KEPT).where(KEPT.c.name == name)).first()
            connection.execute(delete(KEPT).where(KEPT.c.name == name))
            return "" if row is None or row.until_s < time.time() else str(row.text)
