# SPDX-License-Identifier: Apache-2.0
"""The API as files, for whoever builds against it: OpenAPI, and the socket's messages as JSON schema."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from tektra.web.app import create_api
from tektra.web.parts import Parts
from tektra.web.routes.system import described
from tektra.web.socket import from_client, messages
from tektra.web.socket.endpoint import Sockets
from tektra.web.socket.sockets import SocketTable


def openapi(parts: Parts) -> dict[str, Any]:
    """REST."""
    return described(create_api(parts, Sockets(parts, SocketTable(parts.clock_s))))


def socket_schema() -> dict[str, Any]:
    """The socket: `FromClient` and `FromServer` under `$defs`, each a choice by `type`."""
    both: list[tuple[TypeAdapter[Any], str]] = [
        (from_client.FROM_CLIENT, "FromClient"),
        (messages.FROM_SERVER, "FromServer"),
    ]
    found: dict[str, Any] = {}
    for adapter, name in both:
        mode = "validation" if name == "FromClient" else "serialization"
        schema = adapter.json_schema(ref_template="#/$defs/{model}", mode=mode)  # type: ignore[arg-type]
        found |= schema.pop("$defs", {})
        found[name] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "TektraSocket",
        "$defs": found,
    }
