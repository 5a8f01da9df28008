# SPDX-License-Identifier: Apache-2.0
"""Access tokens: JSON Web Tokens (RFC 7519) by HMAC-SHA256 with a key of this machine. One algorithm, one purpose."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

import jwt

from tektra.common.access import Role
from tektra.common.errors import ConfigError, OptionError
from tektra.common.robot_key import check_private
from tektra.web.access.people import SignedInPerson, not_signed_in

ALGORITHM = "HS256"
AUDIENCE = "tektra-api"
KEY_BYTES = 32
KEY_FILE = Path("access") / "gateway.key"
KEY_VARIABLE = "TEKTRA_GATEWAY_KEY"
#: The longest that a program's token holds.
PROGRAM_S = 366 * 86_400.0
#: A token is a few hundred letters.
MAX_LETTERS = 2048
#: A token that does not change is longer than anybody guesses.
MIN_SCRAPER_LETTERS = 24


class AccessTokens:
    """Makes and reads them. Any thread; `now_s` is the time since the epoch."""

    def __init__(self, key: bytes, holds_s: float) -> None:
        self.holds_s = holds_s
        self._key = key

    def make(self, person: SignedInPerson, now_s: float) -> str:
        """A token for a person in a session, from now on; `expires_s` is looked at for a program's alone."""
        claims = {
            "sub": person.account_id,
            "name": person.name,
            "role": str(person.role),
            "sid": person.session_id,
            "chg": person.must_change,
            "aud": AUDIENCE,
            "iat": int(now_s),
            "exp": int(person.expires_s if person.program else now_s + self.holds_s),
        }
        if person.program:
            claims["prg"] = True
        return jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def read(self, token: str, now_s: float) -> SignedInPerson:
        """Who shows a token. Raises ApiError for one that is none of ours, or has ended."""
        if len(token) > MAX_LETTERS:
            raise not_signed_in()
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                # Time is compared below, with the time that is passed in.
                options={
                    "require": ["sub", "sid", "role", "exp", "iat", "aud"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
            person = SignedInPerson(
                account_id=str(claims["sub"]),
                name=str(claims.get("name", "")),
                role=Role.named(str(claims["role"])),
                session_id=str(claims["sid"]),
                expires_s=float(claims["exp"]),
                must_change=claims.get("chg") is True,
                program=claims.get("prg") is True,
            )
        except (jwt.PyJWTError, OptionError, TypeError, ValueError, KeyError, RecursionError):
            raise not_signed_in() from None
        longest_s = PROGRAM_S if person.program else self.holds_s
        if not now_s < person.expires_s <= now_s + longest_s + 1.0:
            raise not_signed_in("the access token has ended")
        return person


def load_key(folder: Path, environment: Mapping[str, str] = os.environ) -> bytes:
    """The key that KEY_VARIABLE holds, which gateways of one database share; else the one below `folder`, made if there is
    none, for its owner alone. Blocks on the disk. Raises ConfigError."""
    if told := environment.get(KEY_VARIABLE):
        return _told(told)
    file = folder / KEY_FILE
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        whole = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(KEY_BYTES))
        try:
            os.link(whole, file)
        except FileExistsError:
            pass
        finally:
            whole.unlink()
    check_private("key file", str(file))
    key = file.read_bytes()
    if len(key) != KEY_BYTES:
        raise ConfigError(
            f"{file} holds {len(key)} bytes instead of {KEY_BYTES}", "delete it; all sign in anew"
        )
    return key


def metrics_token(path: str) -> str:
    """The token that a file holds; empty without a file. Blocks on the disk. Raises ConfigError, OptionError."""
    if not path:
        return ""
    check_private("metrics_token_file", path)
    token = Path(path).read_text(encoding="utf-8").strip()
    if len(token) < MIN_SCRAPER_LETTERS or not token.isascii():
        raise ConfigError(
            f"{path} holds no token of {MIN_SCRAPER_LETTERS} letters", "openssl rand -hex 24 > ..."
        )
    return token


def _told(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ConfigError(
            f"{KEY_VARIABLE} is no base64 of {KEY_BYTES} bytes", "make one: openssl rand -base64 32"
        )
    return key
