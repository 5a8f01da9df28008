# SPDX-License-Identifier: Apache-2.0
"""Accounts and sessions in SQLite (a file for its owner alone) or any database that SQLAlchemy reaches."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, delete, event, func, insert, literal, select, union_all, update
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from tektra.common.access import Role
from tektra.common.errors import BackendError
from tektra.common.sqlite_files import set_up
from tektra.web.access.people import ApiError
from tektra.web.access.sessions import AccountRow, SessionRow
from tektra.web.backends.sql_tables import ACCOUNTS, ENDED, METADATA, PERSONS, SESSIONS, TALKS

#: Any number, the same in all gateways: who makes the tables holds it (PostgreSQL).
MAKING_LOCK = 7_101_971


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

    def change_account(
        self,
        id: str,
        *,
        role: Role | None = None,
        disabled: bool | None = None,
        password: str | None = None,
        must_change: bool | None = None,
        was: str | None = None,
    ) -> AccountRow | None:
        told = {
            "role": None if role is None else int(role),
            "disabled": disabled,
            "password": password,
            "must_change": must_change,
        }
        values = {key: value for key, value in told.items() if value is not None}
        where = ACCOUNTS.c.id == id
        if was is not None:
            where = where & (ACCOUNTS.c.password == was)
        with self.begin() as connection, _an_admin_is_left(connection):
            if values and not connection.execute(update(ACCOUNTS).where(where).values(**values)).rowcount:
                return None
            row = connection.execute(select(ACCOUNTS).where(ACCOUNTS.c.id == id)).first()
            return None if row is None else _account(row)

    def delete_account(self, id: str) -> list[str]:
        theirs = SESSIONS.c.account_id == id
        with self.begin() as connection, _an_admin_is_left(connection):
            # First, so that nobody signs in to it meanwhile.
            connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == id).values(disabled=True))
            held = select(SESSIONS.c.id, SESSIONS.c.expires_s).where(theirs)
            ended = [str(row.id) for row in connection.execute(held)]
            connection.execute(insert(ENDED).from_select(["id", "until_s"], held))
            connection.execute(delete(SESSIONS).where(theirs))
            connection.execute(delete(TALKS).where(TALKS.c.account_id == id))
            connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.id == id))
            return ended

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

    def put_session(self, row: SessionRow, account: AccountRow) -> bool:
        values = _columns(row)
        seen = (ACCOUNTS.c.id == account.id) & (ACCOUNTS.c.password == account.password)
        seen = seen & (ACCOUNTS.c.role == int(account.role)) & ACCOUNTS.c.disabled.is_(False)
        made = select(*(literal(value) for value in values.values())).where(seen).with_for_update(read=True)
        with self.begin() as connection:
            # What ended long ago is of no use to anybody.
            connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_s < row.created_s - 86_400.0))
            connection.execute(delete(ENDED).where(ENDED.c.until_s < row.created_s))
            adding = (
                insert(SESSIONS).from_select(list(values), made).execution_options(preserve_rowcount=True)
            )
            return connection.execute(adding).rowcount == 1

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
        revoked = select(SESSIONS.c.id).where(SESSIONS.c.revoked.is_(True) & (SESSIONS.c.expires_s > since_s))
        query = union_all(revoked, select(ENDED.c.id).where(ENDED.c.until_s > since_s))
        with self.begin() as connection:
            return [str(row.id) for row in connection.execute(query)]

    def persons(self) -> list[tuple[str, bytes]]:
        with self.begin() as connection:
            return [(row.id, bytes(row.sealed)) for row in connection.execute(select(PERSONS))]

    def put_person(self, id: str, sealed: bytes) -> None:
        with self.begin() as connection:
            connection.execute(delete(PERSONS).where(PERSONS.c.id == id))
            connection.execute(insert(PERSONS).values(id=id, sealed=sealed))

    def swap_person(self, id: str, was: bytes, sealed: bytes) -> bool:
        where = (PERSONS.c.id == id) & (PERSONS.c.sealed == was)
        with self.begin() as connection:
            return connection.execute(update(PERSONS).where(where).values(sealed=sealed)).rowcount == 1

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
def _an_admin_is_left(connection: Connection) -> Iterator[None]:
    """Raises ApiError 409, and so undoes the transaction, where what is done in it dismisses the last admin. Of two who dismiss
    each other the second waits here (PostgreSQL), or at its first change (SQLite)."""
    admins = select(ACCOUNTS.c.id).where(
        (ACCOUNTS.c.role == int(Role.ADMIN)) & ACCOUNTS.c.disabled.is_(False)
    )
    before = connection.execute(admins.order_by(ACCOUNTS.c.id).with_for_update()).all()
    yield
    if before and not connection.execute(admins).all():
        raise ApiError(409, "last_admin", "this is the last admin", "make another one first")


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
