# SPDX-License-Identifier: Apache-2.0
"""The tables of a store, as the newest migration leaves them, and which place a sealed text belongs to."""

from __future__ import annotations

import sqlalchemy as sql

#: Whose it is that nobody has said.
NO_PERSON = ""

META = sql.MetaData()
CONVERSATION = sql.Table(
    "conversation",
    META,
    sql.Column("id", sql.String, primary_key=True),
    sql.Column("person", sql.String),
    sql.Column("channel", sql.String),
    sql.Column("title", sql.LargeBinary),
    sql.Column("created_s", sql.Float),
    sql.Column("updated_s", sql.Float),
)
MESSAGE = sql.Table(
    "message",
    META,
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("conversation", sql.ForeignKey("conversation.id")),
    sql.Column("at_s", sql.Float),
    sql.Column("role", sql.String),
    sql.Column("text", sql.LargeBinary),
    sql.Column("plan", sql.LargeBinary),
    sql.Column("refused", sql.Boolean),
)
FACT = sql.Table(
    "fact",
    META,
    sql.Column("id", sql.String, primary_key=True),
    sql.Column("person", sql.String),
    sql.Column("conversation", sql.String),
    sql.Column("text", sql.LargeBinary),
    sql.Column("at_s", sql.Float),
)


def title_place(conversation_id: str) -> str:
    return f"title of {conversation_id}"


def message_place(column: str, conversation_id: str) -> str:
    """`column`: text or plan."""
    return f"{column} of {conversation_id}"


def fact_place(fact_id: str) -> str:
    return f"fact {fact_id}"
