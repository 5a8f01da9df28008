# SPDX-License-Identifier: Apache-2.0
"""Accounts and sessions in SQLite (a file for its owner alone) or any database that SQLAlchemy reaches."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from tektra.common.access import Role
from tektra.common.errors import BackendError
from tektra.common.sqlite_files import set_up
from tektra.web.access.people import ApiError
from tektra.web.access.sessions import AccountRow, SessionRow

#: Any number, the same in all gateways: who makes the tables holds it (PostgreSQL).
MAKING_LOCK = 7_101_971
METADATA = MetaData()
ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("name_key", String(64), nullable=False, unique=True),
    Column("role", Integer, nullable=False),
    Column("password", String(256), nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("created_s", Float(53), nullable=False),
)
SESSIONS = Table(
    "sessions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column(
        "account_id", String(64), ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("secret", String(64), nullable=False),
    Column("created_s", Float(53), nullable=False),
    Column("used_s", Float(53), nullable=False),
    Column("expires_s", Float(53), nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("address", String(64), nullable=False),
    Column("client", String(200), nullable=False),
)
PERSONS = Table(
    "persons",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
#: Whose a conversation is: the account's that spoke first in it.
TALKS = Table(
    "talks",
    METADATA,
    Column("conversation_id", String(128), primary_key=True),
    Column("account_id", String(64), nullable=False, index=True),
)


class SqlStore:
    """A Store, and a PersonStore. `connect` opens, `close` shuts; both may be called twice. Raises BackendError when it cannot."""

    def __init__(self, url: str, file: Path) -> None:
        """`url` empty: SQLite in `file`."""
        self._url = url
        self._file = file
        self._engine: Engine | None = None

    def connect(self) -> None:
        """Opens it, and makes what is missing."""
        if self._engine is not None:
            return
        if not self._url:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # Before SQLite makes it under whatever mask this process has.
            os.close(os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o600))
            os.chmod(self._file, 0o600)
        url = self._url or f"sqlite:///{self._file}"
        engine = create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        if url.startswith("sqlite"):
            event.listen(engine, "connect", _prepare_sqlite)
        with _told(self._shown), engine.connect() as link:
            # One process at a time looks for what is missing and makes it: gateways that share a database start together.
            if engine.dialect.name == "sqlite":
                link.exec_driver_sql("BEGIN IMMEDIATE")
            elif engine.dialect.name == "postgresql":
                link.execute(select(func.pg_advisory_xact_lock(MAKING_LOCK)))
            METADATA.create_all(link)
            link.commit()
        self._engine = engine

    def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.dispose()

    def accounts(self) -> list[AccountRow]:
        with self.begin() as connection:
            rows = connection.execute(select(ACCOUNTS).order_by(ACCOUNTS.c.name_key))
            return [_account(row) for row in rows]

    def account(self, *, id: str = "", name: str = "") -> AccountRow | None:
        where = ACCOUNTS.c.id == id if id else ACCOUNTS.c.name_key == name.casefold()
        with self.begin() as connection:
            row = connection.execute(select(ACCOUNTS).where(where)).first()
            return None if row is None else _account(row)

    def put_account(self, row: AccountRow) -> None:
        values = {
            "name": row.name,
            "name_key": row.name.casefold(),
            "role": int(row.role),
            "password": row.password,
            "disabled": row.disabled,
            "must_change": row.must_change,
            "created_s": row.created_s,
        }
        try:
            with self.begin() as connection:
                changed = connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == row.id).values(values))
                if not changed.rowcount:
                    connection.execute(insert(ACCOUNTS).values(id=row.id, **values))
        except IntegrityError:
            raise ApiError(
                409, "name_taken", f"there is an account {row.name!r} already", "choose another name"
            ) from None

    def delete_account(self, id: str) -> None:
        with self.begin() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.account_id == id))
            connection.execute(delete(TALKS).where(TALKS.c.account_id == id))
            connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.id == id))

    def session(self, id: str) -> SessionRow | None:
        with self.begin() as connection:
            row = connection.execute(select(SESSIONS).where(SESSIONS.c.id == id)).first()
            return None if row is None else _session(row)

    def sessions(self, account_id: str = "") -> list[SessionRow]:
        query = select(SESSIONS).where(SESSIONS.c.revoked.is_(False)).order_by(SESSIONS.c.used_s.desc())
        if account_id:
            query = query.where(SESSIONS.c.account_id == account_id)
        with self.begin() as connection:
            return [_session(row) for row in connection.execute(query)]

    def put_session(self, row: SessionRow) -> None:
        with self.begin() as connection:
            # What ended long ago is of no use to anybody.
            connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_s < row.created_s - 86_400.0))
            connection.execute(insert(SESSIONS).values(**_columns(row)))

    def swap_secret(self, id: str, old: str, row: SessionRow) -> bool:
        where = (SESSIONS.c.id == id) & (SESSIONS.c.secret == old) & SESSIONS.c.revoked.is_(False)
        with self.begin() as connection:
            return connection.execute(update(SESSIONS).where(where).values(**_columns(row))).rowcount == 1

    def revoke(self, *, id: str = "", account_id: str = "", but: str = "") -> list[str]:
        where = SESSIONS.c.id == id if id else SESSIONS.c.account_id == account_id
        where = where & SESSIONS.c.revoked.is_(False) & (SESSIONS.c.id != but)
        with self.begin() as connection:
            found = [str(row.id) for row in connection.execute(select(SESSIONS.c.id).where(where))]
            connection.execute(update(SESSIONS).where(where).values(revoked=True))
            return found

    def revoked_since(self, since_s: float) -> list[str]:
        """Sessions that were revoked and would still hold: for gateways that share a database."""
        query = select(SESSIONS.c.id).where(SESSIONS.c.revoked.is_(True) & (SESSIONS.c.expires_s > since_s))
        with self.begin() as connection:
            return [str(row.id) for row in connection.execute(query)]

    def persons(self) -> list[tuple[str, bytes]]:
        with self.begin() as connection:
            return [(row.id, bytes(row.sealed)) for row in connection.execute(select(PERSONS))]

    def put_person(self, id: str, sealed: bytes) -> None:
        with self.begin() as connection:
            connection.execute(delete(PERSONS).where(PERSONS.c.id == id))
            connection.execute(insert(PERSONS).values(id=id, sealed=sealed))

    def delete_person(self, id: str) -> None:
        with self.begin() as connection:
            connection.execute(delete(PERSONS).where(PERSONS.c.id == id))
        with self.begin() as connection:
            if connection.dialect.name == "sqlite":  # the log of changes still holds what was there
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def keep_talk(self, conversation_id: str, account_id: str) -> None:
        try:
            with self.begin() as connection:
                connection.execute(
                    insert(TALKS).values(conversation_id=conversation_id, account_id=account_id)
                )
        except IntegrityError:
            return  # somebody's already

    def talks(self, account_id: str) -> list[str]:
        query = select(TALKS.c.conversation_id).where(TALKS.c.account_id == account_id)
        with self.begin() as connection:
            return [str(row.conversation_id) for row in connection.execute(query)]

    @property
    def _shown(self) -> str:
        return "the database" if self._url else str(self._file)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction. Raises BackendError, and IntegrityError for what is there already."""
        if self._engine is None:
            raise BackendError("the store is closed", "connect() it first")
        with _told(self._shown), self._engine.begin() as connection:
            yield connection


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        # The error's text holds the URL, and so perhaps a password, and what was to be stored.
        raise BackendError(
            f"{what} cannot be used ({type(error).__name__})",
            "see that it is there, writable, and its URL right",
        ) from None


def _prepare_sqlite(connection: Any, _: Any) -> None:
    set_up(connection, synchronous="NORMAL")


def _account(row: Any) -> AccountRow:
    return AccountRow(
        row.id,
        row.name,
        Role(row.role),
        row.password,
        bool(row.disabled),
        bool(row.must_change),
        row.created_s,
    )


def _session(row: Any) -> SessionRow:
    return SessionRow(
        row.id,
        row.account_id,
        row.secret,
        row.created_s,
        row.used_s,
        row.expires_s,
        bool(row.revoked),
        row.address,
        row.client,
    )


def _columns(row: SessionRow) -> dict[str, object]:
    return {column.name: getattr(row, column.name) for column in SESSIONS.columns}
