# SPDX-License-Identifier: Apache-2.0
"""Connections to SQLite and to PostgreSQL, and the steps that bring a store's tables up to date (Alembic)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import ArgumentError

from tektra.common.errors import BackendError
from tektra.common.sealing import Sealer
from tektra.common.sqlite_files import BUSY_S, set_up

MakeEngine = Callable[[], sql.Engine]
MIGRATIONS = Path(__file__).parent / "migrations"
#: Any number, the same in all processes: who brings the tables up to date holds it.
MIGRATION_LOCK = 7_101_970


def sqlite_engine(path: str) -> sql.Engine:
    """The file is made with mode 0600; SQLite gives its companions the same. Raises OSError."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    for known in (file, *(file.with_name(file.name + ending) for ending in ("-wal", "-shm"))):
        if known.exists():
            known.chmod(0o600)
    engine = sql.create_engine(
        f"sqlite:///{path}", poolclass=sql.pool.StaticPool, connect_args={"check_same_thread": False}
    )
    sql.event.listen(engine, "connect", _set_up_sqlite)
    sql.event.listen(engine, "begin", lambda link: link.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def postgresql_engine(url: str) -> sql.Engine:
    """Raises BackendError for a URL that is none of PostgreSQL."""
    try:
        parsed = sql.make_url(url)
    except ArgumentError:
        raise BackendError(
            "the URL of the store cannot be read", "give postgresql://user@host:5432/database"
        ) from None
    if parsed.get_backend_name() != "postgresql":
        raise BackendError(
            f"a store at {parsed.get_backend_name()}:// is not known",
            "give postgresql://user@host:5432/database",
        )
    settings = {
        "connect_timeout": BUSY_S,
        "options": f"-c statement_timeout={BUSY_S}s -c lock_timeout={BUSY_S}s",
    }
    return sql.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=1,
        max_overflow=1,
        pool_pre_ping=True,
        connect_args=settings,
    )


def prepare(engine: sql.Engine, sealer: Sealer) -> None:
    """Takes the steps of migrations/ that the store has not seen, all or none. One process at a time does."""
    config = Config(attributes={"sealer": sealer})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with engine.begin() as link:
        if engine.dialect.name == "postgresql":
            link.execute(sql.select(sql.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        was_plain = "messages" in sql.inspect(link).get_table_names()
        config.attributes["connection"] = link
        command.upgrade(config, "head")
    if was_plain and engine.dialect.name == "sqlite":
        with engine.connect() as link:
            driver: Any = link.connection.driver_connection
            driver.execute("VACUUM")  # pages that held plain texts
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says so, also around CREATE TABLE
    set_up(connection, synchronous="FULL")
