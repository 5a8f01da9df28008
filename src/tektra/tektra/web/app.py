# SPDX-License-Identifier: Apache-2.0
"""The web app: routes, socket and page behind the door."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from math import ceil
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from tektra.common.errors import ConfigError, InputError, OptionError, TektraError
from tektra.common.graph import Unavailable
from tektra.web.access.guard import Guard, bearer, describe, undeclared
from tektra.web.access.people import ApiError
from tektra.web.access.proxies import Proxies
from tektra.web.door import Door, content_policy
from tektra.web.faults import Contained
from tektra.web.large import Large
from tektra.web.metrics import Counted
from tektra.web.models.base import Problem
from tektra.web.options import WebOptions
from tektra.web.parts import Parts
from tektra.web.routes import (
    access,
    ai,
    audio,
    camera,
    enrolling,
    face,
    figures,
    manners,
    memory,
    people,
    recordings,
    robots,
    safety,
    system,
    tokens,
)
from tektra.web.socket.endpoint import SOCKET_PATH, Sockets
from tektra.web.static import PAGE_PATH, Page

PREFIX = "/api/v1"
BEGINNING = (
    "Sign in by POST /api/v1/auth/login with `cookie: false`, and send `Authorization: Bearer` and the access token; renew it by "
    "/auth/refresh before it ends. A program's token (POST /auth/tokens) holds for days. `x-role` is the least role that a route "
    "needs. Every error is a Problem with `code`, `message` and `remedy`; 429 and 503 tell by Retry-After when to come again. "
    "The socket is /api/v1/ws, opened by a ticket (POST /auth/ticket) or the same header."
)
DESCRIBED = "see /api/v1/openapi.json"
ROOMS: tuple[Callable[[Parts, Guard], APIRouter], ...] = (
    access.routes,
    tokens.routes,
    ai.routes,
    audio.routes,
    face.routes,
    figures.routes,
    manners.routes,
    camera.routes,
    robots.routes,
    safety.routes,
    system.routes,
    enrolling.routes,
    people.routes,
    memory.routes,
    recordings.routes,
)
PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "It makes no sense."},
    401: {"model": Problem, "description": "Nobody is signed in."},
    403: {"model": Problem, "description": "The role does not allow it."},
    404: {"model": Problem, "description": "It is not there."},
    408: {"model": Problem, "description": "The body did not come in time."},
    409: {"model": Problem, "description": "Somebody holds it, or it came too late."},
    413: {"model": Problem, "description": "It is too large."},
    415: {"model": Problem, "description": "Its body is compressed, or not sent as what it is to be."},
    422: {"model": Problem, "description": "A value is not as declared."},
    429: {"model": Problem, "description": "It was asked for too often."},
    500: {"model": Problem, "description": "It failed inside Tektra."},
    503: {"model": Problem, "description": "The part of Tektra that does it is not there."},
}


def create_app(parts: Parts, sockets: Sockets, page: Page | None = None) -> ASGIApp:
    """The app behind its door. Raises ConfigError where a route declares no role."""
    api = create_api(parts, sockets, page)
    policy = content_policy(page.script_hashes if page else ())
    options = parts.options
    door = Door(
        Contained(api),
        hosts=[options.host, *options.hosts],
        origins=options.origins,
        secure=parts.secure,
        policy=policy,
        large=Large(partial(_account, parts)),
        proxies=proxies_of(options),
    )
    return Counted(door, parts.metrics, steady_s=parts.steady_s, clock_s=parts.clock_s)


def _account(parts: Parts, authorization: list[str]) -> str:
    try:
        return parts.sessions.check(bearer(authorization), parts.clock_s()).account_id
    except ApiError:
        return ""


def proxies_of(options: WebOptions) -> Proxies | None:
    """What stands in front; None: nothing. Raises OptionError."""
    known = [entry for entry in options.proxies if entry]
    only = options.tls == "proxy"
    return Proxies(known, only=only) if known or only else None


def create_api(parts: Parts, sockets: Sockets, page: Page | None = None) -> FastAPI:
    """The app itself. Its documentation is /api/v1/openapi.json; there is no page that shows it, since that would load
    scripts from elsewhere."""
    guard = Guard(parts.sessions, parts.limits, clock_s=parts.clock_s, steady_s=parts.steady_s)
    app = FastAPI(
        title="Tektra",
        version="1",
        description=BEGINNING,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        responses=PROBLEMS,
    )
    routers = [(room(parts, guard), PREFIX) for room in ROOMS]
    routers += [
        (sockets.router(), ""),
        (system.description(app), PREFIX),
        (system.measured(parts, guard), ""),
    ]
    routers += [(page.router(), "")] if page is not None else []
    wrong = undeclared((route for router, _ in routers for route in router.routes), [SOCKET_PATH])
    if wrong or app.routes:
        raise ConfigError("; ".join(wrong), "declare the role that it needs, or that it is open to all")
    for router, prefix in routers:
        describe(router.routes)
        app.include_router(router, prefix=prefix)
    for kind, answer in ANSWERS.items():
        app.add_exception_handler(kind, answer)
    return app


async def _api_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)
    # In whole seconds (RFC 9110, 10.2.3), and never at once.
    headers = {"retry-after": str(ceil(error.retry_after_s))} if error.retry_after_s else {}
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return _problem(error.status, error.code, error.what, error.remedy, headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0] if error.errors() else {"loc": (), "msg": "it is not as declared"}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if (
        first["loc"] == ("body",)
        and not re.fullmatch(r"application/(.+\+)?json", kind)
        and error.body is not None
    ):
        what = f"the body is sent as {kind[:80] or 'nothing in particular'}"
        return _problem(415, "not_json", what, "send it with content-type: application/json")
    where = ".".join(str(part) for part in first["loc"])
    return _problem(422, "invalid", f"{where}: {first['msg']}", DESCRIBED)


async def _tektra_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TektraError)
    match error:
        case Unavailable():
            return _problem(503, "unavailable", error.what, error.remedy, {"retry-after": "2"})
        case InputError() | OptionError():
            return _problem(400, "bad_input", error.what, error.remedy)
        case _:
            return _problem(503, "failed", error.what, error.remedy)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    status, what = error.status_code, str(error.detail)
    # The page answers to every path, and to GET alone: of what is no path of the API it would say that it is to be asked for otherwise.
    if status == 405 and getattr(request.scope.get("route"), "path", "") == PAGE_PATH:
        return _problem(404, "not_found", "there is no such path", DESCRIBED)
    code = {404: "not_found", 405: "method_not_allowed"}.get(status, "refused")
    remedy = "send JSON as RFC 8259 has it" if status == 400 else DESCRIBED
    return _problem(status, code, what, remedy, dict(error.headers or {}))


async def _failed(_: Request, __: Exception) -> JSONResponse:
    """What was wrong the log says, by kind and place (faults.py)."""
    return _problem(500, "failed", "this failed inside Tektra", "see the gateway's log, or try again")


def _problem(
    status: int, code: str, message: str, remedy: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    content = Problem(code=code, message=message[:1000], remedy=remedy).model_dump()
    return JSONResponse(content, status, headers)


ANSWERS: dict[type[Exception], Any] = {
    ApiError: _api_error,
    RequestValidationError: _invalid,
    TektraError: _tektra_error,
    HTTPException: _http,
    Exception: _failed,
}
