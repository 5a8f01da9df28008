# SPDX-License-Identifier: Apache-2.0
"""One-shot tickets: each opens one socket, once, soon. Only their digests are kept."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import asdict

from tektra.common.access import Role
from tektra.web.access.people import ApiError, SignedInPerson, not_signed_in

TICKET_S = 30.0
MAX_TICKETS = 10_000


class Tickets:
    """One thread; times are seconds since the epoch. A Part (access/shared.py)."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[SignedInPerson, float]] = {}

    def make(self, person: SignedInPerson, now_s: float) -> str:
        """A ticket for a person. Raises ApiError where too many are open."""
        if len(self._kept) >= MAX_TICKETS:
            self._kept = {key: kept for key, kept in self._kept.items() if kept[1] > now_s}
        if len(self._kept) >= MAX_TICKETS:
            raise ApiError(
                429, "too_many_tickets", "too many tickets are open", "try again in half a minute", TICKET_S
            )
        ticket = secrets.token_urlsafe(32)
        self._kept[digest(ticket)] = (person, now_s + TICKET_S)
        return ticket

    def redeem(self, ticket: str, now_s: float) -> SignedInPerson:
        """Whose ticket it is, which is used up. Raises ApiError."""
        person, until_s = self._kept.pop(digest(ticket), (None, 0.0))
        if person is None or until_s <= now_s:
            raise not_signed_in("no valid ticket")
        return person

    def dump(self) -> str:
        """As text."""
        return json.dumps(
            {
                key: [{**asdict(who), "role": str(who.role)}, until_s]
                for key, (who, until_s) in self._kept.items()
            }
        )

    def load(self, text: str) -> None:
        """As it was dumped."""
        self._kept = {
            key: (SignedInPerson(**{**who, "role": Role.named(who["role"])}), until_s)
            for key, (who, until_s) in json.loads(text or "{}").items()
        }


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
