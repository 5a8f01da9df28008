# SPDX-License-Identifier: Apache-2.0
"""The gateway's tables. Missing ones are made at the start; none is ever changed."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, LargeBinary, MetaData, String, Table

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
#: Sessions whose account is gone: who deletes one leaves nothing else of it that other gateways, or a new start, could learn from.
ENDED = Table(
    "ended",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("until_s", Float(53), nullable=False),
)
