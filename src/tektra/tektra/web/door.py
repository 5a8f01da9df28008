# SPDX-License-Identifier: Apache-2.0
"""What stands before every request: its host and origin, how much it sends, and the headers of the answer. Plain ASGI."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tektra.common.web_door import Refused, check_host, check_origin
from tektra.web.access.proxies import Proxies
from tektra.web.figures.glb import MAX_BYTES as MAX_FILE
from tektra.web.large import MEDIA_PATHS, Large, TooMuch, is_file

MAX_BODY = 65_536
#: Routes that take sound or pictures take this much.
MAX_MEDIA = 12_000_000
MAX_DEPTH = 32
#: Of a length: Python itself refuses to read a number of some thousands.
MAX_DIGITS = 18
#: It tells nothing, and whoever looks after a cluster asks for it past the proxy.
HEALTH_PATH = "/api/v1/system/health"
#: A body is here within this of its head; one with sound or pictures within a minute.
BODY_S, MEDIA_S = 15.0, 60.0
#: A stop waits no longer for the words that say why.
STOP_S = 0.3
#: Also with a slash too many: it is no time to answer that it is to be asked for elsewhere.
STOP_PATHS = re.compile(r"/+api/+v1/+(safety/+stop|robots/+[^/]+/+emergency)/*")
REMEDY = "see /api/v1/openapi.json"
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (
        b"permissions-policy",
        b"microphone=(self), camera=(self), geolocation=(), payment=(), usb=(), gamepad=(self)",
    ),
)


def content_policy(script_hashes: Iterable[str] = ()) -> str:
    """The page's Content-Security-Policy: own files alone; of scripts in the page those with these hashes."""
    scripts = " ".join(["'self'", "'wasm-unsafe-eval'", *(f"'{known}'" for known in script_hashes)])
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {scripts}",
            # three.js and React set styles of elements, which is no script
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self'",
            "connect-src 'self' blob:",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
        ]
    )


class Door:
    """ASGI around an app. `secure`: people reach it by https. `large`: who may send much. `proxies`: those in front, if there
    are any."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        hosts: Iterable[str],
        origins: Iterable[str],
        secure: bool,
        policy: str,
        large: Large,
        proxies: Proxies | None = None,
    ) -> None:
        self._app = app
        self._large = large
        self._proxies = proxies
        self._hosts = tuple(hosts)
        self._origins = tuple(origins)
        self._secure = secure
        self._headers = [*HEADERS, (b"content-security-policy", policy.encode())]
        if secure:
            self._headers.append((b"strict-transport-security", b"max-age=31536000"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            self._judge(scope)
        except Refused as refused:
            await self._answer(scope, send, refused.status, "not_here", refused.why)
            return
        if scope["type"] == "websocket":
            await self._app(scope, receive, self._with_headers(scope, send))
        elif scope["method"] == "HEAD":
            got: Scope = {**scope, "method": "GET"}
            await self._let_in(got, receive, _head_of(send))
            if "route" in got:
                scope["route"] = got["route"]
        else:
            await self._let_in(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with self._large.place(scope) as large:
                receive = await _bounded(scope, receive, large=large)
                await self._app(scope, receive, self._with_headers(scope, send))
        except TooMuch as much:
            await self._answer(scope, send, much.status, much.code, str(much))

    def _judge(self, scope: Scope) -> None:
        headers = [(name, value.decode("latin-1")) for name, value in scope["headers"]]
        if self._proxies is not None and scope["client"] and scope["path"] != HEALTH_PATH:
            forwarded = [value for name, value in headers if name == b"x-forwarded-for"]
            scope["client"] = (self._proxies.client(scope["client"][0], forwarded), 0)
        hosts = [value for name, value in headers if name == b"host"]
        check_host(hosts, self._hosts)
        # A redirect would name the scheme that a proxy speaks here, and not the one that people use.
        if scope["path"].startswith("/api/") and scope["path"].endswith("/"):
            scope["path"] = scope["path"].rstrip("/")
        own = f"{'https' if self._secure else 'http'}://{hosts[0].lower()}"
        check_origin([value for name, value in headers if name == b"origin"], [own, *self._origins])

    def _with_headers(self, scope: Scope, send: Send) -> Send:
        private = scope["path"].startswith("/api/")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                known = {name.lower() for name, _ in headers}
                headers += [pair for pair in self._headers if pair[0] not in known]
                if private and b"cache-control" not in known:
                    headers.append((b"cache-control", b"no-store"))
                message = {**message, "headers": headers}
            await send(message)

        return sending

    async def _answer(self, scope: Scope, send: Send, status: int, code: str, why: str) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": why[:120]})
            return
        what, _, remedy = why.partition("; ")
        problem = {"code": code, "message": what, "remedy": remedy or REMEDY}
        body = json.dumps(problem).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        if status == 401:
            headers.append((b"www-authenticate", b"Bearer"))
        if status in (401, 408, 413, 415, 429, 503):
            headers.append((b"connection", b"close"))
        sending = self._with_headers(scope, send)
        await sending({"type": "http.response.start", "status": status, "headers": headers})
        await sending({"type": "http.response.body", "body": body})


def _head_of(send: Send) -> Send:
    """Of an answer to GET what HEAD is told (RFC 9110, 9.3.2): one without end has ended, too."""
    ended = False

    async def sending(message: Message) -> None:
        nonlocal ended
        if message["type"] != "http.response.body":
            await send(message)
        elif not ended:
            ended = True
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    return sending


async def _bounded(scope: Scope, receive: Receive, *, large: bool) -> Receive:
    """The whole body, read here as long as it is not too much, and handed on. A stop is one without a body, too: what
    cannot be read of it is left out."""
    if scope["method"] == "POST" and STOP_PATHS.fullmatch(scope["path"]):
        scope["path"] = re.sub("/+", "/", scope["path"]).rstrip("/")
        try:
            body = _object(await _whole(scope, receive, MAX_BODY, STOP_S))
        except TooMuch:
            body = b""
        scope["headers"] = [
            *((name, value) for name, value in scope["headers"] if name != b"content-type"),
            (b"content-type", b"application/json"),
        ]
    elif is_file(scope):
        if not large:
            raise TooMuch(401, "not_signed_in", "nobody is signed in; sign in before you send files")
        _announced(scope, MAX_FILE)
        return receive  # who takes it counts and times what comes
    elif large:
        body = await _whole(scope, receive, MAX_MEDIA, MEDIA_S)
    elif scope["path"] in MEDIA_PATHS:
        try:
            body = await _whole(scope, receive, MAX_BODY, BODY_S)
        except TooMuch as much:
            if much.status != 413:
                raise
            raise TooMuch(
                401, "not_signed_in", "nobody is signed in; sign in before you send recordings or pictures"
            ) from None
    else:
        body = await _whole(scope, receive, MAX_BODY, BODY_S)
    given = False

    async def handed_on() -> Any:
        nonlocal given
        if given or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return handed_on


async def _whole(scope: Scope, receive: Receive, most: int, within_s: float) -> bytes:
    """Raises TooMuch."""
    _announced(scope, most)
    try:
        async with asyncio.timeout(within_s):
            body = await _read(scope, receive, most)
    except TimeoutError:
        raise TooMuch(
            408, "too_slow", "the body did not come in time; send it again by a quicker line"
        ) from None
    if (
        b"\0" in body
    ):  # JSON is UTF-8 (RFC 8259, 8.1), which has none; parsers guess at others, and depth is not counted there
        raise TooMuch(400, "not_utf8", "the body is no JSON in UTF-8; send it so")
    if too_deep(body):
        raise TooMuch(400, "too_deep", f"JSON nested deeper than {MAX_DEPTH}; send it flatter")
    return bytes(body)


def _announced(scope: Scope, most: int) -> None:
    """What the head says of the body. Raises TooMuch."""
    coded = {value.strip().lower() for name, value in scope["headers"] if name == b"content-encoding"}
    if coded - {b"", b"identity"}:
        raise TooMuch(415, "coded", "the body is compressed; send it as it is, without a Content-Encoding")
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not length.isdigit() or len(length) > MAX_DIGITS or int(length) > most:
        raise TooMuch(413, "too_large", f"the body is too large; send at most {most} bytes")


def _object(body: bytes) -> bytes:
    """A body that is a JSON object; empty for all others."""
    try:
        return body if isinstance(json.loads(body), dict) else b""
    except (ValueError, RecursionError):
        return b""


async def _read(scope: Scope, receive: Receive, most: int) -> bytearray:
    body = bytearray()
    more = scope["method"] not in ("GET", "HEAD", "OPTIONS")
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        body += message.get("body", b"")
        if len(body) > most:
            raise TooMuch(413, "too_large", f"the body is too large; send at most {most} bytes")
        more = message.get("more_body", False)
    return body


def too_deep(text: bytes | bytearray) -> bool:
    """True for JSON with more than 32 brackets open at once; strings are not looked into. What has few brackets, as
    bodies with sound or pictures do, is not read; what has many and is long is taken for too deep."""
    if text.count(b"[") + text.count(b"{") <= MAX_DEPTH:
        return False
    if len(text) > MAX_BODY:
        return True
    depth, inside, escaped = 0, False, False
    for letter in text:
        if inside:
            inside = escaped or letter != 0x22
            escaped = not escaped and letter == 0x5C
        elif letter == 0x22:
            inside = True
        elif letter in b"[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif letter in b"]}":
            depth -= 1
    return False
