# SPDX-License-Identifier: Apache-2.0
"""Signing in and staying signed in: accounts, sessions, refresh tokens.

A refresh token is used once. It is `session.secret`; only a digest of the newest secret is stored. Whoever shows an older
one has a stolen copy, or the thief has shown the newer one already: the session is revoked, and both are out.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from tektra.common.access import Role
from tektra.web.access.people import ApiError, SignedInPerson, not_signed_in, wrong_password
from tektra.web.access.tickets import digest
from tektra.web.access.tokens import AccessTokens

#: In the place of a secret's digest, which it never is: nothing renews a program's session.
PROGRAM = "program"


@dataclass(frozen=True)
class AccountRow:
    """An account as it is stored."""

    id: str
    name: str
    role: Role
    password: str
    disabled: bool
    must_change: bool
    created_s: float


@dataclass(frozen=True)
class SessionRow:
    """A place where an account is signed in. `secret`: the digest of its newest refresh token's secret."""

    id: str
    account_id: str
    secret: str
    created_s: float
    used_s: float
    expires_s: float
    revoked: bool
    address: str
    client: str


class Store(Protocol):
    """Where accounts and sessions are kept. Any thread, one at a time; blocks. Raises BackendError."""

    def accounts(self) -> list[AccountRow]:
        """All, by name."""

    def account(self, *, id: str = "", name: str = "") -> AccountRow | None:
        """One by its id, or by its name whatever its capitals."""

    def put_account(self, row: AccountRow) -> None:
        """Adds or replaces one. Raises ApiError 409 where another has the name."""

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
        """Changes what is given and nothing else, so that two who change it at once undo nothing of each other's; the account
        as it is then. None where there is no such account, or its password is not `was`. Raises ApiError 409 where no admin
        would be left."""

    def delete_account(self, id: str) -> list[str]:
        """Takes it away with its sessions; returns those. Raises ApiError 409 for the last admin."""

    def session(self, id: str) -> SessionRow | None:
        """One session."""

    def sessions(self, account_id: str = "") -> list[SessionRow]:
        """Those that still hold: of one account, or all."""

    def put_session(self, row: SessionRow, account: AccountRow) -> bool:
        """Adds one; False where the account is no longer as it was seen: in use, with that password and role."""

    def swap_secret(self, id: str, old: str, row: SessionRow) -> bool:
        """Replaces a session if its secret is still `old`; of two that try at once, one succeeds."""

    def revoke(self, *, id: str = "", account_id: str = "", but: str = "") -> list[str]:
        """Revokes one session, or all of an account but one; returns which."""


@dataclass(frozen=True)
class Issued:
    """What a person gets who signed in."""

    access: str
    refresh: str
    account: AccountRow
    session_id: str


class Sessions:
    """Sessions that hold are known here without asking the store. Any thread that calls it one at a time (the event
    loop's, through the store's own thread); times are seconds since the epoch."""

    def __init__(self, store: Store, tokens: AccessTokens, refresh_s: float) -> None:
        self._store = store
        self._tokens = tokens
        self._refresh_s = refresh_s
        self._revoked: set[str] = set()
        self.on_revoked: Callable[[str], None] = lambda session_id: None

    def begin(self, account: AccountRow, *, address: str, client: str, now_s: float) -> Issued:
        """A new session of somebody whose password was right. Raises ApiError where the account was changed since it was read."""
        session_id, secret = secrets.token_urlsafe(12), secrets.token_urlsafe(32)
        row = SessionRow(
            session_id,
            account.id,
            digest(secret),
            now_s,
            now_s,
            now_s + self._refresh_s,
            revoked=False,
            address=address[:64],
            client=client[:200],
        )
        if not self._store.put_session(row, account):
            raise wrong_password()
        return self._issue(account, session_id, secret, now_s)

    def for_program(
        self, account: AccountRow, *, name: str, role: Role, until_s: float, now_s: float
    ) -> tuple[SessionRow, str]:
        """A session of a program, and its access token: it holds until then, or until it is revoked, and cannot be renewed. Raises
        ApiError where the account was changed since it was read."""
        row = SessionRow(
            secrets.token_urlsafe(12), account.id, PROGRAM, now_s, now_s, until_s, False, "", name[:64]
        )
        if not self._store.put_session(row, account):
            raise not_signed_in("the account was changed")
        person = SignedInPerson(account.id, account.name, role, row.id, until_s, program=True)
        return row, self._tokens.make(person, now_s)

    def refresh(self, token: str, now_s: float) -> Issued:
        """A new pair for a refresh token, which is used up. Raises ApiError."""
        session_id, _, secret = token.partition(".")
        row = self._store.session(session_id) if session_id and secret else None
        if row is None or row.revoked or row.expires_s <= now_s:
            raise not_signed_in("the session has ended")
        account = self._store.account(id=row.account_id)
        if account is None or account.disabled:
            raise not_signed_in("the account is not there or not in use")
        new = secrets.token_urlsafe(32)
        renewed = replace(row, secret=digest(new), used_s=now_s, expires_s=now_s + self._refresh_s)
        known = hmac.compare_digest(row.secret, digest(secret))
        if not known or not self._store.swap_secret(session_id, row.secret, renewed):
            self.revoke(id=session_id)
            raise ApiError(
                401,
                "token_reused",
                "this refresh token was used before",
                "sign in again; somebody may have had a copy",
            )
        return self._issue(account, session_id, new, now_s)

    def check(self, token: str, now_s: float) -> SignedInPerson:
        """Who shows an access token. Raises ApiError. Takes microseconds and asks nobody."""
        person = self._tokens.read(token, now_s)
        if person.session_id in self._revoked:
            raise not_signed_in("the session was ended")
        return person

    def holds(self, person: SignedInPerson, now_s: float) -> bool:
        """Is this person still signed in?"""
        return now_s < person.expires_s and person.session_id not in self._revoked

    def ended(self, person: SignedInPerson) -> bool:
        """Was this person signed out? A token that has merely run out is no reason to drop what it began."""
        return person.session_id in self._revoked

    def revoke(self, *, id: str = "", account_id: str = "", but: str = "") -> None:
        """Ends one session, or all of an account but one."""
        for session_id in self._store.revoke(id=id, account_id=account_id, but=but):
            self.forget(session_id)

    def delete_account(self, id: str) -> None:
        """Ends an account with its sessions. Raises ApiError 409 for the last admin."""
        for session_id in self._store.delete_account(id):
            self.forget(session_id)

    def forget(self, session_id: str) -> None:
        """A session was revoked, here or by another gateway."""
        if session_id not in self._revoked:
            self._revoked.add(session_id)
            self.on_revoked(session_id)

    def redeemed(self, person: SignedInPerson, now_s: float) -> SignedInPerson:
        """Whose ticket it was, if they are still signed in. Raises ApiError."""
        if not self.holds(person, now_s):
            raise not_signed_in("no valid ticket")
        return person

    def _issue(self, account: AccountRow, session_id: str, secret: str, now_s: float) -> Issued:
        person = SignedInPerson(
            account.id, account.name, account.role, session_id, 0.0, must_change=account.must_change
        )
        return Issued(self._tokens.make(person, now_s), f"{session_id}.{secret}", account, session_id)
