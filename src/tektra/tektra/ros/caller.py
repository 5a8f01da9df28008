# SPDX-License-Identifier: Apache-2.0
"""Who sent a request, which rclpy knows and does not tell."""

from __future__ import annotations

import ctypes
from typing import Any

#: rmw_request_id_t (rmw/types.h): int8_t writer_guid[16], int64_t sequence_number.
GUID_BYTES = 16
#: Where a pybind11 instance keeps the address of what it wraps: behind the head that every Python object has.
POINTER_AT = object.__basicsize__


def endpoint_of(request_id: Any) -> bytes:
    """The endpoint at which the answer is awaited, as the graph names it (`endpoint_gid`); empty where it does not stand where it should,
    which the number of the request shows."""
    address = ctypes.c_void_p.from_address(id(request_id) + POINTER_AT).value
    if not address:
        return b""
    number = ctypes.c_int64.from_address(address + GUID_BYTES).value
    return ctypes.string_at(address, GUID_BYTES) if number == request_id.sequence_number else b""
