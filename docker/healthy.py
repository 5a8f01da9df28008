#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exit status 0 where the gateway on this machine answers, for health checks of containers. Standard library only.

    healthy.py [PORT]            (default: TEKTRA_WEB_PORT, else 8443)

It asks by https first, as the gateway serves to others than its own machine, then by http.
"""

import json
import os
import ssl
import sys
import urllib.request

# The gateway's own certificate names this machine to browsers; here nobody else can be at the other end.
ANY = ssl._create_unverified_context()


def answers(url: str) -> bool:
    """True where a gateway answers there."""
    try:
        with urllib.request.urlopen(url, timeout=2.0, context=ANY) as answer:
            return json.load(answer).get("status") == "ok"
    except (OSError, ValueError):
        return False


def main() -> int:
    """The exit status."""
    port = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TEKTRA_WEB_PORT", "8443")
    path = f"127.0.0.1:{port}/api/v1/system/health"
    return 0 if any(answers(f"{scheme}://{path}") for scheme in ("https", "http")) else 1


if __name__ == "__main__":
    sys.exit(main())
