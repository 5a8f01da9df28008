# SPDX-License-Identifier: Apache-2.0
"""Encryption at rest: AES-256-GCM (NIST SP 800-38D) under keys that a file of their own or the environment holds.

What is sealed names its key, so keys can be changed while old texts are still read. What belongs to one place cannot be
moved to another unnoticed: the place is authenticated with it.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tektra.common import whole_file
from tektra.common.errors import ConfigError

KEY_BYTES = 32
NONCE_BYTES = 12
ID_BYTES = 4
VERSION = b"\x01"
_HEAD = len(VERSION) + ID_BYTES + NONCE_BYTES
MAKE_ONE = "one line a key, 64 hexadecimal digits each, the newest first (openssl rand -hex 32)"


class SealError(Exception):
    """A sealed text is damaged, was moved, or its key is not here. Holds nothing of the text."""


@dataclass(frozen=True)
class Sealer:
    """`keys`: 32 bytes each; the first seals, all of them open. Immutable, for any thread."""

    keys: tuple[bytes, ...]

    def seal(self, text: str, place: str) -> bytes:
        """The text, readable only with the key, and only as what stands at `place`."""
        key, nonce = self.keys[0], os.urandom(NONCE_BYTES)
        head = VERSION + _id(key) + nonce
        return head + AESGCM(key).encrypt(nonce, text.encode("utf-8", "surrogatepass"), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raises SealError."""
        if len(sealed) < _HEAD or sealed[:1] != VERSION:
            raise SealError("what is stored is no sealed text")
        key_id, nonce = sealed[1 : 1 + ID_BYTES], sealed[1 + ID_BYTES : _HEAD]
        for key in self.keys:
            if _id(key) == key_id:
                try:
                    return (
                        AESGCM(key)
                        .decrypt(nonce, sealed[_HEAD:], place.encode())
                        .decode("utf-8", "surrogatepass")
                    )
                except InvalidTag:
                    raise SealError("a sealed text is damaged, or was moved from elsewhere") from None
        raise SealError(f"the key {key_id.hex()} of a sealed text is not here")

    def is_newest(self, sealed: bytes) -> bool:
        """Whether it was sealed with the key that seals now."""
        return sealed[: 1 + ID_BYTES] == VERSION + _id(self.keys[0])


def sealer(file: Path, variable: str, environment: Mapping[str, str] = os.environ) -> Sealer:
    """The keys of the environment variable, if it is set, else of the file, which is made with a new key if missing.

    Blocks on the disk. Raises ConfigError, which holds nothing of a key.
    """
    if environment.get(variable):
        return Sealer(_read(environment[variable].split(), f"${variable}"))
    if not file.exists():
        _write(file, [os.urandom(KEY_BYTES).hex()], first=True)
    return Sealer(_read(_text(file).split(), str(file)))


def rotate(file: Path) -> Sealer:
    """Puts a new key before those of the file. What older keys sealed is still read. Raises ConfigError."""
    keys = _text(file).split() if file.exists() else []
    _read(keys or [os.urandom(KEY_BYTES).hex()], str(file))
    _write(file, [os.urandom(KEY_BYTES).hex(), *keys])
    return Sealer(_read(_text(file).split(), str(file)))


def drop_old(file: Path) -> None:
    """Keeps the newest key alone: what others sealed can never be read again. Raises ConfigError."""
    _write(file, _text(file).split()[:1])


def _id(key: bytes) -> bytes:
    return hashlib.sha256(b"tektra key id" + key).digest()[:ID_BYTES]


def _read(words: Sequence[str], source: str) -> tuple[bytes, ...]:
    if not words:
        raise ConfigError(f"{source} holds no key", MAKE_ONE)
    try:
        keys = tuple(bytes.fromhex(word) for word in words)
    except ValueError:
        raise ConfigError(f"{source} holds something that is no hexadecimal key", MAKE_ONE) from None
    if any(len(key) != KEY_BYTES for key in keys):
        raise ConfigError(f"{source} holds a key that is not {KEY_BYTES} bytes long", MAKE_ONE)
    return keys


def _text(file: Path) -> str:
    try:
        number = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        raise ConfigError(f"the key file {file} cannot be read ({error.strerror})", MAKE_ONE) from None
    with os.fdopen(number, encoding="ascii", errors="replace") as opened:
        mode = stat.S_IMODE(os.fstat(number).st_mode)
        if mode & 0o077:
            raise ConfigError(
                f"the key file {file} can be read by others (mode {mode:04o})", f"chmod 600 {file}"
            )
        return opened.read(65536)


def _write(file: Path, keys: Sequence[str], *, first: bool = False) -> None:
    """The `first` one never takes the place of another process's."""
    try:
        whole_file.write(file, "".join(f"{key}\n" for key in keys).encode("ascii"), first=first)
    except OSError as error:
        raise ConfigError(
            f"the key file {file} cannot be written ({error.strerror})", "free space, or give another folder"
        ) from None
