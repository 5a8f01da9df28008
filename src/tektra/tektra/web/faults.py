# SPDX-License-Identifier: Apache-2.0
"""What went wrong inside is written down by its kind and place, and never with its words: an error's text holds what was being worked at,
which is what people say."""

from __future__ import annotations

import asyncio
import logging
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOG = logging.getLogger("tektra.web")
#: Of an error's way, the last steps are told.
STEPS = 4
#: The other side of a socket is told so (RFC 6455, 7.4.1).
BROKEN = 1011


def told(error: BaseException) -> str:
    """Its kind, and where it came from: no values, no text of its own."""
    steps = traceback.extract_tb(error.__traceback__)[-STEPS:]
    way = " < ".join(f"{Path(step.filename).name}:{step.lineno} {step.name}" for step in reversed(steps))
    return f"{type(error).__name__} at {way or 'no place'}"


def on_loop(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """For `set_exception_handler`: what a callback or a forgotten task raised."""
    error = context.get("exception")
    LOG.error("something failed: %s", told(error) if error else context.get("message", "unknown"))


class Contained:
    """ASGI around an app: what it raises ends here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        whole = False

        async def sending(message: Message) -> None:
            nonlocal whole
            await send(message)
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            LOG.error("a request failed: %s", told(error))
            if scope["type"] == "websocket":
                with suppress(Exception):  # the line may be gone already
                    await send({"type": "websocket.close", "code": BROKEN})
            elif not whole:
                raise ConnectionAbortedError("an answer broke off") from None
