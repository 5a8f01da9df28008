# SPDX-License-Identifier: Apache-2.0
"""Who does TLS, and with which files."""

from __future__ import annotations

import datetime
import socket
from dataclasses import dataclass
from pathlib import Path

from tektra.common.errors import OptionError
from tektra.common.robot_key import check_private
from tektra.common.web_door import is_loopback
from tektra.web.certificates import own_certificate
from tektra.web.options import WebOptions


@dataclass(frozen=True)
class Tls:
    """Files of certificate and key; both empty: none here."""

    certificate: str = ""
    key: str = ""


def tls_of(options: WebOptions, folder: Path) -> Tls:
    """The files that TLS is made with. Raises OptionError for others than this machine without it."""
    own_machine = is_loopback(options.host)
    match options.tls:
        case "files":
            if not (options.tls_certificate and options.tls_key):
                raise OptionError("tls = 'files' without files", "name them in tls_certificate and tls_key")
            check_private("tls_key", options.tls_key)
            return Tls(options.tls_certificate, options.tls_key)
        case "proxy":
            if not own_machine and not any(options.proxies):
                raise OptionError(
                    f"tls = 'proxy' with host = {options.host!r}",
                    "listen on 127.0.0.1, where the proxy alone reaches it, or name the proxy in `proxies`",
                )
            return Tls()
        case "auto" if own_machine:
            return Tls()
    certificate, key = own_certificate(
        folder / "access", _names(options), datetime.datetime.now(datetime.UTC)
    )
    return Tls(str(certificate), str(key))


def _names(options: WebOptions) -> list[str]:
    own = socket.gethostname()
    names = ["localhost", "127.0.0.1", "::1", own, f"{own}.local", *options.hosts]
    if options.host not in ("0.0.0.0", "::"):
        names.append(options.host)
    return [name for name in names if name]
