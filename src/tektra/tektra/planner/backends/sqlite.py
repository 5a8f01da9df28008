# SPDX-License-Identifier: Apache-2.0
"""Conversations in an SQLite file, through SQLAlchemy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy.exc import SQLAlchemyError

from tektra.common.errors import BackendError, InputError
from tektra.planner.backends import StoredConversation, StoredMessage

TITLE_CHARS = 60


class SqliteStore:
    """A Store (see backends/__init__.py) in the file at `path`; its folder is made where it is missing.

    Write-ahead log with full synchronisation: what add() returned from survives kill -9 and a power cut.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        self._engine: sql.Engine | None = None
        self._meta = sql.MetaData()
        self._conversations = sql.Table(
            "conversations",
            self._meta,
            sql.Column("id", sql.String, primary_key=True),
            sql.Column("title", sql.String, nullable=False),
            sql.Column("created_s", sql.Float, nullable=False),
            sql.Column("updated_s", sql.Float, nullable=False),
        )
        self._messages = sql.Table(
            "messages",
            self._meta,
            sql.Column("number", sql.Integer, primary_key=True, autoincrement=True),
            sql.Column("conversation", sql.ForeignKey("conversations.id", ondelete="CASCADE"), index=True),
            sql.Column("at_s", sql.Float, nullable=False),
            sql.Column("role", sql.String, nullable=False),
            sql.Column("text", sql.String, nullable=False),
            sql.Column("plan", sql.String, nullable=False),
            sql.Column("refused", sql.Boolean, nullable=False, server_default=sql.false()),
        )
        self._facts = sql.Table(
            "facts",
            self._meta,
            sql.Column("fact", sql.String, primary_key=True),
            sql.Column("at_s", sql.Float, nullable=False),
        )

    def open(self) -> None:
        if self._engine is not None:
            return
        with self._telling("opened"):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            engine = sql.create_engine(f"sqlite:///{self._path}", poolclass=sql.pool.StaticPool)
            sql.event.listen(engine, "connect", _set_up)
            self._meta.create_all(engine)
            _add_what_older_files_lack(engine, self._messages.c.refused)
            self._engine = engine

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def add(self, conversation_id: str, message: StoredMessage) -> None:
        table, row = self._conversations, {"updated_s": message.at_s}
        with self._begin() as link:
            known = link.execute(sql.update(table).where(table.c.id == conversation_id).values(row))
            if known.rowcount == 0:
                title = " ".join(message.text.split())[:TITLE_CHARS]
                row |= {"id": conversation_id, "title": title, "created_s": message.at_s}  # type: ignore[dict-item]
                link.execute(sql.insert(table).values(row))
            values = dataclasses.asdict(message) | {"conversation": conversation_id}
            link.execute(sql.insert(self._messages).values(values))

    def conversations(self, limit: int = 0) -> list[StoredConversation]:
        chosen = self._summaries().order_by(self._conversations.c.updated_s.desc())
        with self._begin() as link:
            rows = link.execute(chosen.limit(limit) if limit else chosen).all()
        return [StoredConversation(*row) for row in rows]

    def conversation(self, conversation_id: str) -> StoredConversation:
        with self._begin() as link:
            row = link.execute(self._summaries().where(self._conversations.c.id == conversation_id)).first()
        if row is None:
            raise _unknown(conversation_id)
        return StoredConversation(*row)

    def messages(self, conversation_id: str, latest: int = 0) -> list[StoredMessage]:
        table = self._messages
        chosen = sql.select(table.c.at_s, table.c.role, table.c.text, table.c.plan, table.c.refused)
        chosen = chosen.where(table.c.conversation == conversation_id).order_by(table.c.number.desc())
        with self._begin() as link:
            rows = link.execute(chosen.limit(latest) if latest else chosen).all()
        return [StoredMessage(*row) for row in reversed(rows)]

    def delete(self, conversation_id: str) -> None:
        table = self._conversations
        with self._begin() as link:
            if link.execute(sql.delete(table).where(table.c.id == conversation_id)).rowcount == 0:
                raise _unknown(conversation_id)

    def remember(self, fact: str, at_s: float) -> None:
        with self._begin() as link:
            link.execute(sql.delete(self._facts).where(self._facts.c.fact == fact))
            link.execute(sql.insert(self._facts).values(fact=fact, at_s=at_s))

    def facts(self, limit: int = 20) -> list[str]:
        chosen = sql.select(self._facts.c.fact).order_by(self._facts.c.at_s.desc()).limit(limit)
        with self._begin() as link:
            return [str(row[0]) for row in reversed(link.execute(chosen).all())]

    def _summaries(self) -> sql.Select[Any]:
        table, messages = self._conversations, self._messages
        count = sql.select(sql.func.count()).where(messages.c.conversation == table.c.id).scalar_subquery()
        return sql.select(table.c.id, table.c.title, count, table.c.created_s, table.c.updated_s)

    @contextmanager
    def _begin(self) -> Iterator[sql.Connection]:
        if self._engine is None:
            raise BackendError(f"the store {self._path} is not open", "open it first")
        with self._telling("used"), self._engine.begin() as link:
            yield link

    @contextmanager
    def _telling(self, what: str) -> Iterator[None]:
        """Turns the library's errors into one that a person can act on."""
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            reason = getattr(error, "orig", None) or error
            raise BackendError(
                f"the store {self._path} could not be {what} ({reason})",
                "free space, or move the file aside if it is broken",
            ) from error


def _add_what_older_files_lack(engine: sql.Engine, column: sql.Column[Any]) -> None:
    table = column.table.name
    if column.name not in {known["name"] for known in sql.inspect(engine).get_columns(table)}:
        with engine.begin() as link:
            link.execute(sql.text(f"ALTER TABLE {table} ADD COLUMN {column.name} BOOLEAN NOT NULL DEFAULT 0"))


def _set_up(connection: Any, _: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _unknown(conversation_id: str) -> InputError:
    return InputError(f"no conversation has the id {conversation_id[:60]!r}", "list them to see their ids")
