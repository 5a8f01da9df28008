# SPDX-License-Identifier: Apache-2.0
"""Work that ends when whoever asked for it leaves: FastAPI goes on with it otherwise, and it keeps its place."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request

from tektra.common.errors import InputError

T = TypeVar("T")


async def while_there(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """What the work gives, or raises. Cancels it when the connection is closed, and raises InputError then. The request's body must have
    been read."""
    doing, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(request))
    try:
        await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise InputError("whoever asked is gone", "ask again")
        return doing.result()
    finally:
        doing.cancel()
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
