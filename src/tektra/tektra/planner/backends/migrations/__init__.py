# SPDX-License-Identifier: Apache-2.0
"""How a store's tables came to be, step by step, for Alembic."""
