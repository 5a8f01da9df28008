# SPDX-License-Identifier: Apache-2.0
"""Passwords by argon2id, with the parameters of RFC 9106 for little memory (64 MiB, three passes). Each call takes some
tenths of a second of one core and lets other threads run meanwhile."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


class Passwords:
    """Blocks; for threads. `hasher` is a quick one in tests."""

    def __init__(self, hasher: PasswordHasher = HASHER) -> None:
        self._hasher = hasher
        #: Compared with where there is no such account, so that both take the same time.
        self._nobody = hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """What is stored."""
        return self._hasher.hash(password)

    def right(self, stored: str | None, password: str) -> bool:
        """Is it the password? None: there is no such account; it takes as long."""
        try:
            self._hasher.verify(self._nobody if stored is None else stored, password)
        except (VerificationError, InvalidHashError):
            return False
        return stored is not None
