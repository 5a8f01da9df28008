# SPDX-License-Identifier: Apache-2.0
"""Whoever is signed in, and the errors of signing in."""

from __future__ import annotations

from dataclasses import dataclass

from tektra.common.access import Role
from tektra.common.errors import TektraError


class ApiError(TektraError):
    """Becomes an HTTP answer, or an error on the socket: `code` is for programs."""

    def __init__(self, status: int, code: str, what: str, remedy: str, retry_after_s: float = 0.0) -> None:
        super().__init__(what, remedy)
        self.status = status
        self.code = code
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class SignedInPerson:
    """Who asks. `session_id`: the place where they signed in; it may be revoked at any time. `program`: a token made for a program."""

    account_id: str
    name: str
    role: Role
    session_id: str
    expires_s: float
    must_change: bool = False
    program: bool = False


def not_signed_in(why: str = "no valid access token") -> ApiError:
    """401."""
    return ApiError(401, "not_signed_in", why, "sign in by /api/v1/auth/login, or refresh")


def wrong_password() -> ApiError:
    """401."""
    return ApiError(
        401, "wrong_password", "name or password are wrong", "try again; an admin can set a new one"
    )


def not_allowed(role: Role) -> ApiError:
    """403."""
    return ApiError(403, "not_allowed", f"this needs the role {role}", "ask an admin for it")
