# SPDX-License-Identifier: Apache-2.0
"""What a store in a database does whatever it keeps: opening, transactions, sealing, and errors in words."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import sqlalchemy as sql
from sqlalchemy.exc import SQLAlchemyError

from tektra.common.errors import BackendError, InputError
from tektra.common.sealing import Sealer, SealError
from tektra.planner.backends.sql_engines import MakeEngine, prepare
from tektra.planner.backends.sql_tables import (
    CONVERSATION,
    FACT,
    MESSAGE,
    fact_place,
    message_place,
    title_place,
)

#: Longest id of a conversation and name of a person or channel.
NAME_CHARS = 200


class SqlDatabase:
    """`make_engine` is called at open(); `where` names the store in errors. One lock: one thread at a time."""

    def __init__(self, where: str, sealer: Sealer, make_engine: MakeEngine) -> None:
        self._where = where
        self._sealer = sealer
        self._make_engine = make_engine
        self._engine: sql.Engine | None = None
        self._lock = threading.RLock()

    def open(self) -> None:
        with self._lock, self._telling("opened"):
            if self._engine is None:
                engine = self._make_engine()
                try:
                    prepare(engine, self._sealer)
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine

    def close(self) -> None:
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
                self._engine = None

    def seal_anew(self, sealer: Sealer) -> int:
        with self._begin() as link:
            changed = 0
            for table, places in _SEALED.items():
                for row in link.execute(sql.select(table)).mappings().all():
                    old = {name: row[name] for name in places if not sealer.is_newest(row[name])}
                    if old:
                        new = {name: self._sealed_anew(sealer, old[name], places[name](row)) for name in old}
                        key = next(iter(table.primary_key))
                        link.execute(sql.update(table).where(key == row[key.name]).values(new))
                        changed += 1
            self._sealer = sealer
        self._swept()
        return changed

    def _sealed_anew(self, sealer: Sealer, sealed: bytes, place: str) -> bytes:
        return sealer.seal(self._opened(sealed, place), place)

    def _opened(self, sealed: object, place: str) -> str:
        try:
            return self._sealer.open(sealed if isinstance(sealed, bytes) else b"", place)
        except SealError as error:
            remedy = "give back the key that it was made with, or move it aside"
            raise BackendError(f"the store {self._where} cannot be read: {error}", remedy) from None

    def _one(self, change: sql.Update | sql.Delete, id_: str, what: str = "conversation") -> None:
        """A change of exactly one row. Raises InputError when there is none."""
        with self._begin() as link:
            if link.execute(change).rowcount == 0:
                raise unknown(id_, what)

    def _swept(self) -> None:
        """What was deleted leaves the write-ahead log, too."""
        if self._engine is not None and self._engine.dialect.name == "sqlite":
            with self._lock, self._telling("swept"), self._engine.connect() as link:
                driver = link.connection.driver_connection
                assert driver is not None
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _begin(self) -> Iterator[sql.Connection]:
        with self._lock, self._telling("used"):
            if self._engine is None:
                raise BackendError(f"the store {self._where} is not open", "open it first")
            with self._engine.begin() as link:
                yield link

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        """Turns the libraries' errors into one that a person can act on, and that holds no text of the store."""
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
            remedy = "free space, see that it can be reached, or move it aside if it is broken"
            raise BackendError(f"the store {self._where} could not be {what} ({reason})", remedy) from error


#: Of each table, the sealed columns and the place of their texts.
_SEALED: Mapping[sql.Table, Mapping[str, Callable[[sql.RowMapping], str]]] = {
    CONVERSATION: {"title": lambda row: title_place(row["id"])},
    MESSAGE: {
        "text": lambda row: message_place("text", row["conversation"]),
        "plan": lambda row: message_place("plan", row["conversation"]),
    },
    FACT: {"text": lambda row: fact_place(row["id"])},
}


def check_name(what: str, name: str, *, empty: bool = False) -> None:
    if not (empty or name) or len(name) > NAME_CHARS or not name.isprintable():
        raise InputError(f"{name[:60]!r} is no {what}", f"give 1 to {NAME_CHARS} printable characters")


def unknown(id_: str, what: str = "conversation") -> InputError:
    return InputError(f"no {what} has the id {id_[:60]!r}", "list them to see their ids")
