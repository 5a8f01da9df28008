# SPDX-License-Identifier: Apache-2.0
"""Who is let in to the bridge, and as what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from tektra.common.access import Role, Tokens
from tektra.common.web_door import Refused, check_host, check_origin

#: A token may also come as one more offered subprotocol: a page's WebSocket can set no header.
TOKEN_PROTOCOL = "tektra.token."
#: Any file on any disk that a person opens in a browser says so, and so does the Foxglove desktop app.
FILE_ORIGIN = "file://"


@dataclass(frozen=True)
class Knock:
    """A request to come in, as it was sent. `own_account`: the client is a process of the account that runs the
    bridge, on this machine, and no proxy stands between."""

    path: str
    hosts: Sequence[str]
    origins: Sequence[str]
    subprotocols: Sequence[str] = ()
    authorization: Sequence[str] = ()
    own_account: bool = False


class Door:
    """Judges a knock. `own_role`: what the own account is without a token; None asks it for one too."""

    def __init__(
        self, tokens: Tokens, *, hosts: Sequence[str], origins: Sequence[str], own_role: Role | None
    ) -> None:
        self._tokens = tokens
        self._hosts = tuple(hosts)
        self._origins = tuple(origins)
        self._own_role = own_role

    def judge(self, knock: Knock) -> Role:
        """The role of whoever knocks. Raises Refused."""
        check_host(knock.hosts, self._hosts)
        origin = check_origin(knock.origins, self._origins)
        shown = set(_shown(knock))
        if not shown:
            if self._own_role is not None and knock.own_account and origin != FILE_ORIGIN:
                return self._own_role
            raise Refused(401, "a token is needed; `tektra up` prints the address with it")
        role = self._tokens.role_of(shown.pop()) if len(shown) == 1 else None
        if role is None:
            raise Refused(401, "the token is wrong; `tektra up` prints the address with the right one")
        return role


def _shown(knock: Knock) -> list[str]:
    """Every token that the request carries, wherever."""
    try:
        shown = parse_qs(urlsplit(knock.path).query, keep_blank_values=True, max_num_fields=16).get(
            "token", []
        )
    except ValueError:
        raise Refused(400, "the address is none") from None
    shown += [name[len(TOKEN_PROTOCOL) :] for name in knock.subprotocols if name.startswith(TOKEN_PROTOCOL)]
    for value in knock.authorization:
        scheme, _, token = value.partition(" ")
        shown.append(token.strip() if scheme.lower() == "bearer" else "")
    return shown
