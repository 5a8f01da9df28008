# SPDX-License-Identifier: Apache-2.0
"""Signing in, one's own account, and everybody's."""

from __future__ import annotations

import re
import secrets
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from tektra.common.access import Role
from tektra.common.errors import TektraError
from tektra.common.graph import Unavailable
from tektra.web.access.guard import Guard, open_to_all
from tektra.web.access.limits import Kind
from tektra.web.access.people import ApiError, SignedInPerson, not_signed_in, wrong_password
from tektra.web.access.sessions import PROGRAM, AccountRow, Issued
from tektra.web.access.tickets import TICKET_S
from tektra.web.models import access as m
from tektra.web.models.base import Done
from tektra.web.parts import Parts
from tektra.web.words import forget_words

COOKIE = "tektra_refresh"
COOKIE_PATH = "/api/v1/auth"
#: `session.secret`, as sessions.py makes them.
REFRESH = re.compile(r"[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]{43}")
#: A page of somebody else can send a cookie along, but not this header.
OWN_HEADER = "x-tektra"
Id = Annotated[str, Path(max_length=128, pattern=r"^[A-Za-z0-9._:-]+$")]


def routes(parts: Parts, guard: Guard) -> APIRouter:
    """/auth and /users."""
    router = APIRouter()
    _signing_in(router, parts, guard)
    _own(router, parts, guard)
    _users(router, parts, guard)
    return router


def account_of(row: AccountRow) -> m.Account:
    """An account as it is shown."""
    return m.Account.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "role": str(row.role),
            "disabled": row.disabled,
            "must_change_password": row.must_change,
            "created_ms": int(row.created_s * 1000),
        }
    )


def _signing_in(router: APIRouter, parts: Parts, guard: Guard) -> None:
    @router.post("/auth/login", tags=["auth"], dependencies=[open_to_all])
    async def login(body: m.Credentials, request: Request, response: Response) -> m.SignedIn:
        """Signs in by name and password."""
        address = request.client.host if request.client else ""
        await parts.tries.begin(body.name, address, parts.steady_s())
        account = await parts.stored(parts.store.account, name=body.name)
        right = await parts.hashed(
            parts.passwords.right, account.password if account else None, body.password
        )
        if account is None or not right or account.disabled:
            raise wrong_password()
        await parts.tries.right(body.name, address)
        client = request.headers.get("user-agent", "")
        issued = await parts.stored(
            parts.sessions.begin, account, address=address, client=client, now_s=parts.clock_s()
        )
        return _signed_in(parts, issued, response, cookie=body.cookie)

    @router.post("/auth/refresh", tags=["auth"], dependencies=[open_to_all])
    async def refresh(request: Request, response: Response, body: m.RefreshAsked | None = None) -> m.SignedIn:
        """A new access token for a refresh token, which is used up and replaced. A page's lies in its cookie, and the
        header `X-Tektra: 1` says that the page itself asks."""
        token, cookie = _refresh_token(request, body)
        issued = await parts.stored(parts.sessions.refresh, token, parts.clock_s())
        return _signed_in(parts, issued, response, cookie=cookie)

    @router.post("/auth/logout", tags=["auth"])
    async def logout(
        response: Response,
        person: SignedInPerson = guard.needs(Role.OBSERVER, Kind.WRITE, before_change=True),
    ) -> Done:
        """Ends this session; its sockets end with it."""
        await parts.stored(parts.sessions.revoke, id=person.session_id)
        response.delete_cookie(COOKIE, path=COOKIE_PATH)
        return Done(message="signed out")

    @router.post("/auth/ticket", tags=["auth"])
    async def ticket(person: SignedInPerson = guard.needs(Role.OBSERVER, Kind.WRITE)) -> m.Ticket:
        """Opens one socket, once, within 30 s."""
        tickets, now_s = parts.tickets, parts.clock_s()
        made = await parts.common.change("tickets", tickets, lambda: tickets.make(person, now_s))
        return m.Ticket(ticket=made, expires_in_s=int(TICKET_S))


def _signed_in(parts: Parts, issued: Issued, response: Response, *, cookie: bool) -> m.SignedIn:
    if cookie:
        response.set_cookie(
            COOKIE,
            issued.refresh,
            max_age=int(parts.options.refresh_s),
            path=COOKIE_PATH,
            secure=parts.secure,
            httponly=True,
            samesite="strict",
        )
    return m.SignedIn(
        access_token=issued.access,
        expires_in_s=int(parts.options.access_s),
        account=account_of(issued.account),
        refresh_token="" if cookie else issued.refresh,
    )


def _refresh_token(request: Request, body: m.RefreshAsked | None) -> tuple[str, bool]:
    """The token, and whether it came in the cookie. Raises ApiError, also for what can be none: it is not looked for."""
    told = body.refresh_token if body is not None else ""
    token = told or request.cookies.get(COOKIE, "")
    if not REFRESH.fullmatch(token):
        raise not_signed_in("no refresh token")
    if told:
        return told, False
    if request.headers.get(OWN_HEADER) != "1":
        raise ApiError(403, "not_the_page", "the cookie alone is not enough", "send the header X-Tektra: 1")
    return token, True


def _own(router: APIRouter, parts: Parts, guard: Guard) -> None:
    @router.get("/auth/me", tags=["auth"])
    async def me(person: SignedInPerson = guard.needs(Role.OBSERVER, before_change=True)) -> m.Account:
        """Whoever asks."""
        return account_of(await known(parts, person.account_id))

    @router.post("/auth/password", tags=["auth"])
    async def password(
        body: m.PasswordChange,
        request: Request,
        person: SignedInPerson = guard.needs(Role.OBSERVER, Kind.WRITE, before_change=True),
    ) -> Done:
        """Changes one's own password, and ends one's other sessions. Refresh afterwards."""
        if person.program:
            raise ApiError(403, "a_program", "a program's token changes no password", "sign in by password")
        account = await known(parts, person.account_id)
        address = request.client.host if request.client else ""
        await parts.tries.begin(account.name, address, parts.steady_s())
        if not await parts.hashed(parts.passwords.right, account.password, body.current):
            raise ApiError(403, "wrong_password", "the current password is wrong", "try again")
        await parts.tries.right(account.name, address)
        if body.new == body.current:
            raise ApiError(400, "same_password", "the new password is the old one", "choose another")
        hashed = await parts.hashed(parts.passwords.hash, body.new)
        changed = await parts.stored(
            parts.store.change_account, account.id, password=hashed, must_change=False, was=account.password
        )
        if changed is None:
            raise ApiError(409, "changed_meanwhile", "somebody else changed the password", "sign in anew")
        await parts.stored(parts.sessions.revoke, account_id=account.id, but=person.session_id)
        return Done(message="the password is changed; other sessions are signed out")

    @router.get("/auth/sessions", tags=["auth"])
    async def sessions(person: SignedInPerson = guard.needs(Role.OBSERVER)) -> list[m.SignedInSession]:
        """Where one is signed in; an admin sees everybody's, a program its own."""
        told = await sessions_of(parts, "" if person.role >= Role.ADMIN else person.account_id, person)
        alone = person.program and person.role < Role.ADMIN
        return [one for one in told if one.current or not alone]

    @router.delete("/auth/sessions/{id}", tags=["auth"])
    async def end_session(id: Id, person: SignedInPerson = guard.needs(Role.OBSERVER, Kind.WRITE)) -> Done:
        """Ends a session of one's own; an admin ends anybody's, a program its own."""
        row = await parts.stored(parts.store.session, id)
        own = row is not None and row.account_id == person.account_id
        if person.program:
            own = id == person.session_id
        if row is None or not (own or person.role >= Role.ADMIN):
            raise _not_there("session")
        await parts.stored(parts.sessions.revoke, id=id)
        return Done(message="the session is ended")


def _users(router: APIRouter, parts: Parts, guard: Guard) -> None:
    @router.get("/users", tags=["users"])
    async def users(person: SignedInPerson = guard.needs(Role.ADMIN)) -> list[m.Account]:
        """All accounts."""
        return [account_of(row) for row in await parts.stored(parts.store.accounts)]

    @router.post("/users", tags=["users"], status_code=201)
    async def add_user(
        body: m.NewAccount, person: SignedInPerson = guard.needs(Role.ADMIN, Kind.WRITE)
    ) -> m.Account:
        """A new account; its password is to be changed at the first sign-in."""
        row = AccountRow(
            secrets.token_urlsafe(9),
            body.name,
            Role.named(body.role),
            await parts.hashed(parts.passwords.hash, body.password),
            disabled=False,
            must_change=True,
            created_s=parts.clock_s(),
        )
        await parts.stored(parts.store.put_account, row)
        return account_of(row)

    @router.patch("/users/{id}", tags=["users"])
    async def change_user(
        id: Id, body: m.AccountChange, person: SignedInPerson = guard.needs(Role.ADMIN, Kind.WRITE)
    ) -> m.Account:
        """Another role, in use or not, a new password (to be changed). The account is signed out everywhere."""
        hashed = None if body.password is None else await parts.hashed(parts.passwords.hash, body.password)
        changed = await parts.stored(
            parts.store.change_account,
            id,
            role=None if body.role is None else Role.named(body.role),
            disabled=body.disabled,
            password=hashed,
            must_change=None if hashed is None else True,
        )
        if changed is None:
            raise _not_there("account")
        await parts.stored(parts.sessions.revoke, account_id=id)
        return account_of(changed)

    @router.delete("/users/{id}", tags=["users"])
    async def delete_user(id: Id, person: SignedInPerson = guard.needs(Role.ADMIN, Kind.WRITE)) -> Done:
        """An account and its sessions are gone, and with them what was said by that name. Where that cannot be deleted now, the account is out
        of use, and can be deleted again."""
        row = await known(parts, id)
        await may_be_deleted(parts, row)
        await parts.stored(parts.store.change_account, id, disabled=True)
        await parts.stored(parts.sessions.revoke, account_id=id)
        try:
            await forget_words(parts, [row.name], row)
        except TektraError as error:
            what = f"{row.name} is out of use; what they said is not deleted yet: {error.what}"
            raise Unavailable(what, "delete the account again") from error
        await delete_account(parts, row)
        return Done(message=f"{row.name} is deleted")


async def sessions_of(parts: Parts, account_id: str, person: SignedInPerson) -> list[m.SignedInSession]:
    """Where an account, or everybody, is signed in, as it is shown to a person."""
    names = {row.id: row.name for row in await parts.stored(parts.store.accounts)}
    return [
        m.SignedInSession(
            id=row.id,
            account=names.get(row.account_id, ""),
            created_ms=int(row.created_s * 1000),
            last_used_ms=int(row.used_s * 1000),
            address=row.address,
            client=row.client,
            expires_ms=int(row.expires_s * 1000),
            program=row.secret == PROGRAM,
            current=row.id == person.session_id,
        )
        for row in await parts.stored(parts.store.sessions, account_id)
        if row.expires_s > parts.clock_s()
    ]


async def may_be_deleted(parts: Parts, row: AccountRow) -> None:
    """Raises ApiError 409 for the last admin."""
    if row.role is Role.ADMIN:
        await _keep_an_admin(parts, row.id)


async def delete_account(parts: Parts, row: AccountRow) -> None:
    """Takes it away with its sessions. Whoever gets the name next is nobody's heir: no person has it any more."""
    person = await parts.stored(parts.persons.find, account=row.name)
    if person is not None:
        await parts.stored(
            parts.persons.change, person.id, lambda one: one.model_copy(update={"account": ""})
        )
    await parts.stored(parts.sessions.delete_account, row.id)


async def known(parts: Parts, id: str) -> AccountRow:
    """The account of that id. Raises ApiError 404."""
    row = await parts.stored(parts.store.account, id=id)
    if row is None:
        raise _not_there("account")
    return row


async def _keep_an_admin(parts: Parts, but: str) -> None:
    rows = await parts.stored(parts.store.accounts)
    if not any(row.role is Role.ADMIN and not row.disabled and row.id != but for row in rows):
        raise ApiError(409, "last_admin", "this is the last admin", "make another one first")


def _not_there(what: str) -> ApiError:
    return ApiError(404, "not_found", f"there is no such {what}", "ask for the list")
