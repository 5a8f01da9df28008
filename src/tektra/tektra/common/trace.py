# SPDX-License-Identifier: Apache-2.0
"""One id from the way in to the wheel: the first 24 hexadecimal digits of a request's id, of the goals that come of it, and of the
trace id of whoever asked by HTTP. Whatever hands a request on writes one line of JSON with it; `grep` finds the whole way.

No line has words that a person said or typed, nor who it was: ids, names of stages, robots and skills, and times.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from hashlib import blake2b
from uuid import uuid4

#: A trace has so many hexadecimal digits, a whole id of a request or goal 32.
DIGITS, WHOLE = 24, 32
#: The trace of the request that is being served here and now (of HTTP); empty: of none.
CURRENT: ContextVar[str] = ContextVar("trace", default="")
_HEX = frozenset("0123456789abcdef")


def new_id() -> str:
    """A whole id of a request, with a trace of its own."""
    return uuid4().hex


def trace_of(whole: str) -> str:
    """The trace in an id of a request or goal; "" for what is none."""
    trace = whole[:DIGITS]
    return trace if len(trace) == DIGITS and _HEX.issuperset(trace) else ""


def id_in(trace: str) -> str:
    """Another whole id in a trace, which nobody has yet; in a new one where `trace` is none."""
    known = trace_of(trace)
    return known + uuid4().hex[: WHOLE - DIGITS] if known else new_id()


def trace_of_speech(stamp_s: int, stamp_ns: int) -> str:
    """The trace of what was said until then (s and ns, as in the message's stamp): ear and planner both have it, without a field
    for it."""
    return blake2b(f"{stamp_s}.{stamp_ns}".encode(), digest_size=DIGITS // 2).hexdigest()


def line(at: str, did: str, trace: str, **more: str | int | float) -> str:
    """What is logged. `at`: a node; `did`: in the past tense; times end in `_ms`."""
    told: dict[str, str | int | float] = {"trace": trace_of(trace), "at": at, "did": did}
    return json.dumps(told | {key: round(v, 1) if isinstance(v, float) else v for key, v in more.items()})
