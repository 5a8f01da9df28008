# SPDX-License-Identifier: Apache-2.0
"""Alembic runs this: the steps that are missing, in the transaction that the store has begun."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
