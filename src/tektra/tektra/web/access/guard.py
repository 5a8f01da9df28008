# SPDX-License-Identifier: Apache-2.0
"""Each route says who may come: `person: SignedInPerson = guard.needs(Role.GUEST, Kind.CHAT)`, or that all may: `open_to_all`.

A route that says neither is not served: `undeclared` finds it, and the app refuses to start.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, APIWebSocketRoute

from tektra.common.access import Role
from tektra.web.access.limits import Kind, Limits
from tektra.web.access.people import ApiError, SignedInPerson, not_allowed, not_signed_in
from tektra.web.access.sessions import Sessions

Redeem = Callable[[str], Awaitable[SignedInPerson]]


class Needs:
    """A dependency: the person who asks, if their role is at least this one."""

    def __init__(
        self,
        role: Role,
        kind: Kind,
        *,
        sessions: Sessions,
        limits: Limits,
        clock_s: Callable[[], float],
        steady_s: Callable[[], float],
        before_change: bool,
    ) -> None:
        self.role = role
        self.kind = kind
        self._sessions = sessions
        self._limits = limits
        self._clock_s = clock_s
        self._steady_s = steady_s
        self._before_change = before_change

    async def __call__(self, request: Request) -> SignedInPerson:
        person = self._sessions.check(bearer(request.headers.getlist("authorization")), self._clock_s())
        return self._let_in(person)

    def _let_in(self, person: SignedInPerson) -> SignedInPerson:
        if person.must_change and not self._before_change and self.kind is not Kind.STOP:
            raise ApiError(
                403, "password_change", "the password is to be changed first", "POST /api/v1/auth/password"
            )
        if person.role < self.role:
            raise not_allowed(self.role)
        self._limits.count(person.account_id, person.role, self.kind, self._steady_s())
        return person


class NeedsOrToken(Needs):
    """The same, or a program that shows a token made for this alone; it is then nobody in particular."""

    def __init__(self, token: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._token = token.encode()

    async def __call__(self, request: Request) -> SignedInPerson:
        shown = bearer(request.headers.getlist("authorization"))
        if self._token and hmac.compare_digest(shown.encode("latin-1", "replace"), self._token):
            return SignedInPerson("", "", self.role, "", 0.0)
        return await super().__call__(request)


class NeedsOrTicket(Needs):
    """The same, or whoever shows a one-shot ticket in `?ticket=`, for what a browser fetches without headers of a page's own."""

    def __init__(self, redeem: Redeem, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._redeem = redeem

    async def __call__(self, request: Request) -> SignedInPerson:
        tickets = request.query_params.getlist("ticket")
        if not tickets or request.headers.getlist("authorization"):
            return await super().__call__(request)
        person = await self._redeem(tickets[0])
        return self._let_in(person)


class OpenToAll:
    """A dependency that says: this route is for everybody, signed in or not."""

    async def __call__(self) -> None:
        """Nothing to see to."""


open_to_all = Depends(OpenToAll())


class Guard:
    """Makes the dependencies."""

    def __init__(
        self,
        sessions: Sessions,
        limits: Limits,
        *,
        clock_s: Callable[[], float],
        steady_s: Callable[[], float],
    ) -> None:
        self._all: dict[str, Any] = {
            "sessions": sessions,
            "limits": limits,
            "clock_s": clock_s,
            "steady_s": steady_s,
        }

    def needs(self, role: Role, kind: Kind = Kind.READ, *, before_change: bool = False) -> Any:
        """At least this role. `before_change`: also for whoever is to change the password first."""
        return Depends(Needs(role, kind, before_change=before_change, **self._all))

    def needs_or_ticket(self, role: Role, kind: Kind, redeem: Redeem) -> Any:
        """At least this role, by token or by one-shot ticket, which `redeem` uses up."""
        return Depends(NeedsOrTicket(redeem, role, kind, before_change=False, **self._all))

    def needs_or_token(self, role: Role, token: str) -> Any:
        """At least this role, or that token; with an empty one the role alone."""
        return Depends(NeedsOrToken(token, role, Kind.READ, before_change=False, **self._all))


def bearer(values: list[str]) -> str:
    """The token of an Authorization header. Raises ApiError."""
    if len(values) == 1:
        scheme, _, token = values[0].partition(" ")
        if scheme.lower() == "bearer" and token:
            return token.strip()
    raise not_signed_in()


def declared(route: APIRoute) -> Role | None:
    """The role that a route declares; None for one that is open to all. Raises LookupError where it declares neither,
    or several."""
    found = [call for call in _calls(route.dependant) if isinstance(call, (Needs, OpenToAll))]
    if len(found) != 1:
        raise LookupError(f"{route.path} declares {len(found)} roles; exactly one is needed")
    return found[0].role if isinstance(found[0], Needs) else None


def undeclared(routes: Iterable[object], sockets: Iterable[str]) -> list[str]:
    """Paths of routes that declare no role, or are of a kind that cannot. `sockets`: those that ask for a ticket."""
    wrong = []
    for route in routes:
        if isinstance(route, APIRoute):
            try:
                declared(route)
            except LookupError as error:
                wrong.append(str(error))
        elif not (isinstance(route, APIWebSocketRoute) and route.path in set(sockets)):
            wrong.append(f"{getattr(route, 'path', route)!s} is served without a declaration")
    return wrong


def describe(routes: Iterable[object]) -> None:
    """Puts the declared roles into the description of each route, as `x-role` and as the need of a token."""
    for route in routes:
        if isinstance(route, APIRoute):
            role = declared(route)
            security: list[dict[str, list[str]]] = [] if role is None else [{"bearer": []}]
            extra = {"x-role": str(role) if role is not None else "everybody", "security": security}
            route.openapi_extra = {**(route.openapi_extra or {}), **extra}


def _calls(dependant: Dependant) -> Iterable[object]:
    for inner in dependant.dependencies:
        yield inner.call
        yield from _calls(inner)
