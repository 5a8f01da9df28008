# SPDX-License-Identifier: Apache-2.0
"""Opens the page in a person's browser, where there is a desktop to show it on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence

#: Set to anything, and nothing is opened.
OFF = "TEKTRA_NO_BROWSER"
#: What opens an address in the browser that a person chose; python3 -m webbrowser is always there.
OPENERS = (("xdg-open",), ("gio", "open"), ("sensible-browser",))

Start = Callable[[Sequence[str]], None]


def has_desktop(environment: Mapping[str, str]) -> bool:
    """Whether windows can be shown to whoever sits here: not to somebody who is logged in from elsewhere."""
    shown = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return bool(shown) and not (environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))


def open_page(
    address: str,
    environment: Mapping[str, str],
    *,
    start: Start | None = None,
    find: Callable[[str], str | None] = shutil.which,
) -> bool:
    """Starts a browser with the page and does not wait for it; False where there is no desktop, or nobody wants it."""
    if environment.get(OFF) or not has_desktop(environment):
        return False
    for opener in OPENERS:
        if find(opener[0]):
            return _try([*opener, address], start or _start)
    python = find("python3")
    return python is not None and _try([python, "-m", "webbrowser", "-t", address], start or _start)


def _try(command: Sequence[str], start: Start) -> bool:
    try:
        start(command)
    except OSError:
        return False
    return True


def _start(command: Sequence[str]) -> None:
    """In a session of its own: the browser outlives whoever opened it, and Ctrl-C here does not end it."""
    quiet = subprocess.DEVNULL
    subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
