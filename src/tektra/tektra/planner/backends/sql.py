# SPDX-License-Identifier: Apache-2.0
"""Conversations and facts in SQLite or PostgreSQL, through SQLAlchemy; their texts are sealed before they get there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal
from uuid import uuid4

import sqlalchemy as sql

from tektra.common.sealing import Sealer
from tektra.planner.backends import Fact, Found, StoredConversation, StoredMessage
from tektra.planner.backends.sql_database import SqlDatabase, check_name, unknown
from tektra.planner.backends.sql_engines import postgresql_engine, sqlite_engine
from tektra.planner.backends.sql_tables import (
    CONVERSATION,
    FACT,
    MESSAGE,
    fact_place,
    message_place,
    title_place,
)

TITLE_CHARS = 60
#: Messages that are unsealed at a time while something is searched for.
BATCH = 500


class SqlStore(SqlDatabase):
    """A Store (see backends/__init__.py), whatever the database."""

    # Conversations

    def add(
        self, conversation_id: str, message: StoredMessage, *, person: str = "", channel: str = ""
    ) -> None:
        check_name("id of a conversation", conversation_id)
        seal = self._sealer.seal
        row: dict[str, object] = {"conversation": conversation_id, "at_s": message.at_s, "role": message.role}
        row |= {
            "refused": message.refused,
            "text": seal(message.text, message_place("text", conversation_id)),
        }
        row["plan"] = seal(message.plan, message_place("plan", conversation_id))
        of_it = CONVERSATION.c.id == conversation_id
        with self._begin() as link:
            known = link.execute(sql.update(CONVERSATION).where(of_it).values(updated_s=message.at_s))
            if known.rowcount == 0 and message.role != "user":
                raise unknown(conversation_id)
            if known.rowcount == 0:
                self._begin_conversation(link, conversation_id, message, person, channel)
            link.execute(sql.insert(MESSAGE).values(row))

    def _begin_conversation(
        self, link: sql.Connection, conversation_id: str, message: StoredMessage, person: str, channel: str
    ) -> None:
        check_name("name of a person", person, empty=True)
        check_name("name of a channel", channel, empty=True)
        title = self._sealer.seal(" ".join(message.text.split())[:TITLE_CHARS], title_place(conversation_id))
        row = {"id": conversation_id, "title": title, "person": person, "channel": channel}
        times = {"created_s": message.at_s, "updated_s": message.at_s}
        link.execute(sql.insert(CONVERSATION).values({**row, **times}))

    def owners(self) -> dict[str, tuple[str, str]]:
        chosen = sql.select(CONVERSATION.c.id, CONVERSATION.c.person, CONVERSATION.c.channel)
        with self._begin() as link:
            return {id_: (person, channel) for id_, person, channel in link.execute(chosen)}

    def conversations(
        self, limit: int = 0, *, person: str | None = None, channel: str | None = None
    ) -> list[StoredConversation]:
        chosen = _summaries().order_by(CONVERSATION.c.updated_s.desc())
        if person is not None:
            chosen = chosen.where(CONVERSATION.c.person == person)
        if channel is not None:
            chosen = chosen.where(CONVERSATION.c.channel == channel)
        with self._begin() as link:
            rows = link.execute(chosen.limit(limit) if limit else chosen).mappings().all()
        return [self._summary(row) for row in rows]

    def conversation(self, conversation_id: str) -> StoredConversation:
        with self._begin() as link:
            chosen = _summaries().where(CONVERSATION.c.id == conversation_id)
            row = link.execute(chosen).mappings().first()
        if row is None:
            raise unknown(conversation_id)
        return self._summary(row)

    def messages(self, conversation_id: str, latest: int = 0) -> list[StoredMessage]:
        chosen = sql.select(MESSAGE).where(MESSAGE.c.conversation == conversation_id)
        chosen = chosen.order_by(MESSAGE.c.number.desc())
        with self._begin() as link:
            rows = link.execute(chosen.limit(latest) if latest else chosen).mappings().all()
        return [self._message(row) for row in reversed(rows)]

    def rename(self, conversation_id: str, title: str) -> None:
        sealed = self._sealer.seal(" ".join(title.split())[:TITLE_CHARS], title_place(conversation_id))
        self._one(
            sql.update(CONVERSATION).where(CONVERSATION.c.id == conversation_id).values(title=sealed),
            conversation_id,
        )

    def search(self, text: str, *, person: str | None = None, limit: int = 20) -> list[Found]:
        wanted = text.casefold()
        chosen = sql.select(MESSAGE).order_by(MESSAGE.c.number.desc()).limit(BATCH)
        if person is not None:
            chosen = chosen.join(CONVERSATION).where(CONVERSATION.c.person == person)
        found: list[Found] = []
        below = sql.true()
        while wanted and len(found) < limit:
            with self._begin() as link:
                rows = link.execute(chosen.where(below)).mappings().all()
            for row in rows:
                message = self._message(row)
                if wanted in message.text.casefold():
                    found.append(Found(row["conversation"], message))
            if len(rows) < BATCH:
                break
            below = MESSAGE.c.number < rows[-1]["number"]
        return found[:limit]

    def forget_messages(self, conversation_id: str, at_s: Collection[float]) -> int:
        chosen = (MESSAGE.c.conversation == conversation_id) & MESSAGE.c.at_s.in_(list(at_s))
        with self._begin() as link:
            count = link.execute(sql.delete(MESSAGE).where(chosen)).rowcount
        if count:
            self._swept()
        return int(count)

    def delete(self, conversation_id: str) -> None:
        with self._begin() as link:
            if _forgotten(link, conversation_id) == 0:
                raise unknown(conversation_id)
        self._swept()

    def delete_older(self, than_s: float) -> int:
        old = sql.select(CONVERSATION.c.id).where(CONVERSATION.c.updated_s < than_s)
        with self._begin() as link:
            ids = list(link.execute(old).scalars())
            for id_ in ids:
                _forgotten(link, id_)
        if ids:
            self._swept()
        return len(ids)

    # Facts

    def remember(self, fact: str, at_s: float, *, person: str = "", conversation_id: str = "") -> Fact:
        check_name("name of a person", person, empty=True)
        check_name("id of a conversation", conversation_id, empty=True)
        with self._begin() as link:
            known = next((old for old in self._facts(link, person) if old.text == fact), None)
            if known is not None:
                link.execute(sql.update(FACT).where(FACT.c.id == known.fact_id).values(at_s=at_s))
                return Fact(known.fact_id, fact, at_s, person, known.conversation_id)
            made = Fact(uuid4().hex, fact, at_s, person, conversation_id)
            row = {"id": made.fact_id, "person": person, "conversation": conversation_id, "at_s": at_s}
            sealed = self._sealer.seal(fact, fact_place(made.fact_id))
            link.execute(sql.insert(FACT).values({**row, "text": sealed}))
        return made

    def facts(self, limit: int = 20, *, person: str | None = None) -> list[Fact]:
        with self._begin() as link:
            return self._facts(link, person, limit)

    def correct_fact(self, fact_id: str, text: str, at_s: float) -> None:
        sealed = self._sealer.seal(text, fact_place(fact_id))
        self._one(
            sql.update(FACT).where(FACT.c.id == fact_id).values(text=sealed, at_s=at_s), fact_id, "fact"
        )

    def forget_fact(self, fact_id: str) -> None:
        self._one(sql.delete(FACT).where(FACT.c.id == fact_id), fact_id, "fact")
        self._swept()

    def forget_person(self, person: str) -> int:
        check_name("name of a person", person)
        with self._begin() as link:
            link.execute(sql.delete(FACT).where(FACT.c.person == person))
            ids = list(
                link.execute(sql.select(CONVERSATION.c.id).where(CONVERSATION.c.person == person)).scalars()
            )
            for id_ in ids:
                link.execute(sql.delete(MESSAGE).where(MESSAGE.c.conversation == id_))
                link.execute(sql.delete(CONVERSATION).where(CONVERSATION.c.id == id_))
        self._swept()
        return len(ids)

    def _facts(self, link: sql.Connection, person: str | None, limit: int = 0) -> list[Fact]:
        chosen = sql.select(FACT).order_by(FACT.c.at_s.desc())
        if person is not None:
            chosen = chosen.where(FACT.c.person == person)
        rows = link.execute(chosen.limit(limit) if limit else chosen).mappings().all()
        return [
            Fact(
                row["id"],
                self._opened(row["text"], fact_place(row["id"])),
                row["at_s"],
                row["person"],
                row["conversation"],
            )
            for row in reversed(rows)
        ]

    def _summary(self, row: sql.RowMapping) -> StoredConversation:
        id_ = str(row["id"])
        title = self._opened(row["title"], title_place(id_))
        times = (float(str(row["created_s"])), float(str(row["updated_s"])))
        return StoredConversation(
            id_, title, int(str(row["messages"])), *times, str(row["person"]), str(row["channel"])
        )

    def _message(self, row: sql.RowMapping) -> StoredMessage:
        text, plan = (
            self._opened(row[column], message_place(column, str(row["conversation"])))
            for column in ("text", "plan")
        )
        role: Literal["user", "assistant"] = "user" if row["role"] == "user" else "assistant"
        return StoredMessage(float(str(row["at_s"])), role, text, plan, bool(row["refused"]))


def _forgotten(link: sql.Connection, conversation_id: str) -> int:
    """Deletes a conversation and what was learned in it; how many there were of that id."""
    link.execute(sql.delete(FACT).where(FACT.c.conversation == conversation_id))
    link.execute(sql.delete(MESSAGE).where(MESSAGE.c.conversation == conversation_id))
    return link.execute(sql.delete(CONVERSATION).where(CONVERSATION.c.id == conversation_id)).rowcount


def _summaries() -> sql.Select[Any]:
    count = sql.select(sql.func.count()).where(MESSAGE.c.conversation == CONVERSATION.c.id).scalar_subquery()
    return sql.select(CONVERSATION, count.label("messages"))


class SqliteStore(SqlStore):
    """In the file at `path`; its folder is made where it is missing. Files are the owner's alone (0600).

    Write-ahead log with full synchronisation: what add() returned from survives kill -9 and a power cut.
    """

    def __init__(self, path: str, sealer: Sealer) -> None:
        super().__init__(path, sealer, lambda: sqlite_engine(path))


class PostgresqlStore(SqlStore):
    """At `url`, as postgresql://user@host:5432/database; a password is better in PGPASSWORD or ~/.pgpass than there."""

    def __init__(self, url: str, sealer: Sealer) -> None:
        super().__init__(url.rpartition("@")[2] or "at an empty URL", sealer, lambda: postgresql_engine(url))
