# SPDX-License-Identifier: Apache-2.0
"""Who may do what over the network: roles, and the file with one token a role that programs show at the bridge's door.

The file is made at the first start, for its owner alone (0600), below the folder of what is kept.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path

from tektra.common import whole_file
from tektra.common.errors import ConfigError, OptionError
from tektra.common.robot_key import check_private

#: 32 random bytes: not to be guessed at any rate of asking.
TOKEN_BYTES = 32
FILE = Path("access") / "bridge.json"
ANEW = "delete the file: a new one is made at the next start"


class Role(IntEnum):
    """Each may do what the one before it may. Every role may stop."""

    OBSERVER = 1
    GUEST = 2
    OPERATOR = 3
    ADMIN = 4

    @classmethod
    def named(cls, name: str) -> Role:
        """Raises OptionError for a name that is none."""
        try:
            return cls[name.upper()]
        except KeyError:
            raise OptionError(f"role {name[:40]!r}", f"give one of {', '.join(ROLES)}") from None

    def __str__(self) -> str:
        return self.name.lower()


ROLES = tuple(str(role) for role in Role)


class Tokens:
    """Tokens by role. They are compared by their digests, so that no time of answer tells how much was right."""

    def __init__(self, by_role: Mapping[Role, str]) -> None:
        self._by_role = dict(by_role)
        self._roles = {_digest(token): role for role, token in by_role.items()}

    def role_of(self, token: str) -> Role | None:
        """The role that a token gives; None for a wrong one."""
        return self._roles.get(_digest(token))

    def of(self, role: Role) -> str:
        """The token of a role."""
        return self._by_role[role]


def load_tokens(folder: Path) -> Tokens:
    """The tokens below `folder` (paths.data_dir()), made if there are none. Blocks on the disk.

    Of two processes that make the file at the same time, one does, and both read it. Raises ConfigError for a file
    that is none of ours, OptionError for one that others can read; no message holds a token.
    """
    file = folder / FILE
    if not file.exists():
        _make(file)
    check_private("access file", str(file))
    try:
        content = json.loads(file.read_text(encoding="ascii"))
        tokens = {role: str(content[str(role)]) for role in Role}
    except (ValueError, KeyError, TypeError):
        raise ConfigError(f"{file} holds no tokens", ANEW) from None
    if any(len(token) < TOKEN_BYTES for token in tokens.values()) or len(set(tokens.values())) < len(Role):
        raise ConfigError(f"{file} holds tokens that are too short, or one of them twice", ANEW)
    return Tokens(tokens)


def _make(file: Path) -> None:
    tokens = {str(role): secrets.token_urlsafe(TOKEN_BYTES) for role in Role}
    whole_file.write(file, json.dumps(tokens, indent=1).encode(), first=True)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
