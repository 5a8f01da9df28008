# SPDX-License-Identifier: Apache-2.0
"""Signing in, and accounts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from tektra.web.models.base import Model, RoleName, Seen

AccountName = Annotated[
    str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]*$")
]
#: Length is what makes a password hard; NIST SP 800-63B asks for eight at least and no rules beyond.
NewPassword = Annotated[str, StringConstraints(min_length=10, max_length=256)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Credentials(Model):
    """`cookie`: keep the refresh token in a cookie that scripts cannot read (pages); else it is in the answer."""

    name: AccountName
    password: Password
    cookie: bool = True


class RefreshAsked(Model):
    """`refresh_token` only where there is no cookie."""

    refresh_token: Annotated[str, StringConstraints(max_length=256)] = ""


class Account(Seen):
    """Whoever signed in. `must_change_password`: nothing else is allowed before."""

    id: str
    name: str
    role: RoleName
    disabled: bool = False
    must_change_password: bool = False
    created_ms: int = 0


class SignedIn(Seen):
    """The access token goes into `Authorization: Bearer`, and is renewed by /auth/refresh before it ends."""

    access_token: str
    token_type: str = "bearer"
    expires_in_s: int
    account: Account
    refresh_token: str = ""


class Ticket(Seen):
    """Opens one socket, once: `/api/v1/ws?ticket=...`."""

    ticket: str
    expires_in_s: int


class PasswordChange(Model):
    """A person's own password."""

    current: Password
    new: NewPassword


class NewAccount(Model):
    """Made by an admin; the password is to be changed at the first sign-in."""

    name: AccountName
    role: RoleName
    password: NewPassword


class AccountChange(Model):
    """What an admin changes; left out is left as it is."""

    role: RoleName | None = None
    disabled: bool | None = None
    password: NewPassword | None = None


class NewToken(Model):
    """A token for a program. `role`: one's own, or a lesser one."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f]+$")]
    days: Annotated[int, Field(ge=1, le=365)] = 90
    role: RoleName | None = None


class MadeToken(Seen):
    """`token` is told this once. It goes into `Authorization: Bearer`; /auth/sessions/{id} ends it."""

    id: str
    token: str
    expires_ms: int


class SignedInSession(Seen):
    """One place where an account is signed in."""

    id: str
    account: str
    created_ms: int
    last_used_ms: int
    address: str
    client: str
    expires_ms: int = 0
    program: bool = Field(False, description="a token made for a program; `client` is its name")
    current: bool = Field(False, description="the one that asks")
