# SPDX-License-Identifier: Apache-2.0
"""The first start makes an admin, whose one-time password is told once."""

from __future__ import annotations

import secrets

from tektra.common.access import Role
from tektra.web.access.passwords import Passwords
from tektra.web.access.people import ApiError
from tektra.web.access.sessions import AccountRow, Store

NAME = "admin"


def first_admin(store: Store, passwords: Passwords, now_s: float) -> str:
    """The password of the admin that was made; empty where there are accounts already. Blocks."""
    if store.accounts():
        return ""
    password = secrets.token_urlsafe(12)
    row = AccountRow(
        secrets.token_urlsafe(9),
        NAME,
        Role.ADMIN,
        passwords.hash(password),
        disabled=False,
        must_change=True,
        created_s=now_s,
    )
    try:
        store.put_account(row)
    except ApiError:  # another gateway of the same database was quicker
        return ""
    return password
