# SPDX-License-Identifier: Apache-2.0
"""The web app: routes, socket and page behind the door."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
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
from tektra.web.static import Page

PREFIX = "/api/v1"
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
    415: {"model": Problem, "description": "Its body is compressed."},
    422: {"model": Problem, "description": "A value is not as declared."},
    429: {"model": Problem, "description": "It was asked for too often."},
    503: {"model": Problem, "description": "The part of Tektra that does it is not there."},
}


def create_app(parts: Parts, sockets: Sockets, page: Page | None = None) -> ASGIApp:
    """The app behind its door. Raises ConfigError where a route declares no role."""
    api = create_api(parts, sockets, page)
    policy = content_policy(page.script_hashes if page else ())
    options = parts.options
    door = Door(
        api,
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
        title="Tektra", version="1", openapi_url=None, docs_url=None, redoc_url=None, responses=PROBLEMS
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
    headers = {"retry-after": f"{error.retry_after_s:.0f}"} if error.retry_after_s else {}
    if error.status == 401:
        headers["www-authenticate"] = "Bearer"
    return _problem(error.status, error.code, error.what, error.remedy, headers)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0] if error.errors() else {"loc": (), "msg": "it is not as declared"}
    where = ".".join(str(part) for part in first["loc"])
    return _problem(422, "invalid", f"{where}: {first['msg']}", "see /api/v1/openapi.json")


async def _tektra_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TektraError)
    match error:
        case Unavailable():
            return _problem(503, "unavailable", error.what, error.remedy, {"retry-after": "2"})
        case InputError() | OptionError():
            return _problem(400, "bad_input", error.what, error.remedy)
        case _:
            return _problem(503, "failed", error.what, error.remedy)


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "refused")
    return _problem(error.status_code, code, str(error.detail), "", dict(error.headers or {}))


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
}
