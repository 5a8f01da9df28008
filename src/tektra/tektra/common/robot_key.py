# SPDX-License-Identifier: Apache-2.0
"""Files that hold secrets: the key that a driver and its robot share, and private keys of certificates.

A secret is never an option's value: parameters and command lines can be read by anyone on the machine.
"""

import base64
import binascii
import os
import stat
from pathlib import Path
from typing import BinaryIO

from tektra.common.errors import OptionError
from tektra.common.robot_wire_seal import KEY_BYTES

MOST_BYTES = 4096
MAKE_ONE = "make one by `(umask 077; openssl rand -hex 32 > FILE)` and give it to driver and robot"


def load_key(name: str, path: str) -> bytes:
    """The shared key in a file: 32 bytes or more, as hexadecimal digits or base64. Blocks on the disk.

    `name`: of the option that gave the path. Raises OptionError, which never holds any of the file's content.
    """
    text = _read(name, path)
    try:
        key = _decoded(text.decode("ascii").strip())
    except (ValueError, binascii.Error):
        raise OptionError(
            f"{name} {path} is neither hexadecimal nor base64",
            f"it holds one key and nothing else; {MAKE_ONE}",
        ) from None
    if len(key) < KEY_BYTES:
        raise OptionError(
            f"{name} {path} holds {len(key)} bytes", f"at least {KEY_BYTES} are needed; {MAKE_ONE}"
        )
    if len(set(key)) < KEY_BYTES // 4:
        raise OptionError(f"{name} {path} repeats few bytes and can be guessed", MAKE_ONE)
    return key


def check_private(name: str, path: str) -> None:
    """Raises OptionError unless its owner alone, who is this process's user, can read the file."""
    with _opened(name, path):
        pass


def _decoded(text: str) -> bytes:
    if set(text) <= set("0123456789abcdefABCDEF"):
        return bytes.fromhex(text)
    return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)


def _read(name: str, path: str) -> bytes:
    with _opened(name, path) as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise OptionError(f"{name} {path} is longer than {MOST_BYTES} bytes", MAKE_ONE)
    return content


def _opened(name: str, path: str) -> BinaryIO:
    """What is checked is what is open: the file cannot be another one a moment later."""
    try:
        # a fifo without a writer must not hang the process
        number = os.open(Path(path).expanduser(), os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as fault:
        raise OptionError(f"{name} {path} cannot be read ({fault.strerror})", MAKE_ONE) from None
    found = os.fstat(number)
    mode = stat.S_IMODE(found.st_mode)
    why = remedy = ""
    if not stat.S_ISREG(found.st_mode):
        why, remedy = "is no ordinary file", MAKE_ONE
    elif found.st_uid != os.geteuid():
        why, remedy = f"belongs to user {found.st_uid}", f"chown it to user {os.geteuid()}, who runs this"
    elif mode & 0o077:
        why, remedy = f"can be read by others (mode {mode:04o})", f"chmod 600 {path}"
    if why:
        os.close(number)
        raise OptionError(f"{name} {path} {why}", remedy)
    return os.fdopen(number, "rb")
