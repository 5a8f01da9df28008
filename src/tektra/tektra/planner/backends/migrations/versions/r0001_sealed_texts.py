# SPDX-License-Identifier: Apache-2.0
"""Conversations, messages and facts with sealed texts; what an unsealed file of 0.1 holds is taken over."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sql
from alembic import context, op

from tektra.common.sealing import Sealer
from tektra.planner.backends.sql_tables import NO_PERSON, fact_place, message_place, title_place

revision = "0001"
down_revision = None


def upgrade() -> None:
    conversation = op.create_table(
        "conversation",
        sql.Column("id", sql.String(200), primary_key=True),
        sql.Column("person", sql.String(200), nullable=False, index=True),
        sql.Column("channel", sql.String(200), nullable=False),
        sql.Column("title", sql.LargeBinary, nullable=False),
        sql.Column("created_s", sql.Float(53), nullable=False),
        sql.Column("updated_s", sql.Float(53), nullable=False, index=True),
    )
    message = op.create_table(
        "message",
        sql.Column("number", sql.Integer, primary_key=True, autoincrement=True),
        sql.Column(
            "conversation", sql.String(200), sql.ForeignKey("conversation.id", ondelete="CASCADE"), index=True
        ),
        sql.Column("at_s", sql.Float(53), nullable=False),
        sql.Column("role", sql.String(20), nullable=False),
        sql.Column("text", sql.LargeBinary, nullable=False),
        sql.Column("plan", sql.LargeBinary, nullable=False),
        sql.Column("refused", sql.Boolean, nullable=False),
    )
    fact = op.create_table(
        "fact",
        sql.Column("id", sql.String(32), primary_key=True),
        sql.Column("person", sql.String(200), nullable=False, index=True),
        sql.Column("conversation", sql.String(200), nullable=False, index=True),
        sql.Column("text", sql.LargeBinary, nullable=False),
        sql.Column("at_s", sql.Float(53), nullable=False),
    )
    connection = op.get_bind()
    known = set(sql.inspect(connection).get_table_names())
    if {"conversations", "messages"} <= known:
        _take_over(connection, context.config.attributes["sealer"], conversation, message)
    if "facts" in known:
        _take_over_facts(connection, context.config.attributes["sealer"], fact)


def _take_over(connection: sql.Connection, sealer: Sealer, conversation: Any, message: Any) -> None:
    for row in connection.execute(sql.text("SELECT * FROM conversations")).mappings():
        title = sealer.seal(str(row["title"] or ""), title_place(row["id"]))
        values = {"id": row["id"], "person": NO_PERSON, "channel": "", "title": title}
        times = {"created_s": row["created_s"], "updated_s": row["updated_s"]}
        connection.execute(sql.insert(conversation).values({**values, **times}))
    for row in connection.execute(sql.text("SELECT * FROM messages ORDER BY number")).mappings():
        values = {key: row[key] for key in ("conversation", "at_s", "role")}
        values |= {
            key: sealer.seal(str(row[key] or ""), message_place(key, row["conversation"]))
            for key in ("text", "plan")
        }
        connection.execute(sql.insert(message).values({**values, "refused": bool(row.get("refused", False))}))
    op.drop_table("messages")
    op.drop_table("conversations")


def _take_over_facts(connection: sql.Connection, sealer: Sealer, fact: Any) -> None:
    for row in connection.execute(sql.text("SELECT * FROM facts")).mappings():
        id_ = uuid.uuid4().hex
        values = {"id": id_, "person": NO_PERSON, "conversation": "", "at_s": row["at_s"]}
        connection.execute(
            sql.insert(fact).values({**values, "text": sealer.seal(str(row["fact"]), fact_place(id_))})
        )
    op.drop_table("facts")


def downgrade() -> None:
    raise NotImplementedError(
        "what is sealed is not unsealed again: go back to a copy made before the change"
    )
