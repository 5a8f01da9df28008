# SPDX-License-Identifier: Apache-2.0
"""The server has no login, so it listens to this machine alone."""

from __future__ import annotations

import ipaddress

from tektra.common.errors import OptionError


def require_loopback(host: str) -> None:
    """Raises OptionError unless `host` is an address of this machine's loopback."""
    if host == "localhost":
        return
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise OptionError(
            f"host = {host!r}",
            "give 127.0.0.1; there is no login, so come from elsewhere by `ssh -L 8765:127.0.0.1:8765`",
        )
