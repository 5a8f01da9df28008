# SPDX-License-Identifier: Apache-2.0
"""What `tektra doctor` says of the kernel's network settings. Linux."""

from __future__ import annotations

from pathlib import Path

from tektra.cli.doctor_checks import Finding, Level

#: Twenty processes that start together tell each other of a thousand endpoints; what their sockets cannot keep is sent again.
SOCKET_BYTES = 4_194_304
_SOCKET_LIMIT = Path("/proc/sys/net/core/rmem_max")


def sockets(allowed_bytes: int | None = None) -> list[Finding]:
    """Whether sockets may keep what all processes say at once at a start (config/fastdds.xml asks for so much)."""
    if allowed_bytes is None:
        if not _SOCKET_LIMIT.exists():
            return []
        allowed_bytes = int(_SOCKET_LIMIT.read_text())
    if allowed_bytes >= SOCKET_BYTES:
        return [Finding(Level.OK, "socket memory", "enough for a start")]
    what = f"a socket may keep {allowed_bytes} bytes, {SOCKET_BYTES} are wanted: starts take longer"
    remedy = f"sudo sysctl -w net.core.rmem_max={SOCKET_BYTES}; to keep it, the same line in /etc/sysctl.d/tektra.conf"
    return [Finding(Level.WARNING, "socket memory", what, remedy)]
