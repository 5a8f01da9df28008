# SPDX-License-Identifier: Apache-2.0
"""Lines out of a stream of bytes. Sans-I/O."""

from tektra.common.robot_messages import MAX_BYTES


class LineFramer:
    """Cuts a byte stream into lines. One thread. A line longer than `max_bytes` is thrown away and counted."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.too_long = 0
        self._max_bytes = max_bytes
        self._rest = bytearray()
        self._skipping = False

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that are now whole, without their ends. Keeps no more than one unfinished line."""
        lines = []
        *whole, rest = data.split(b"\n")
        for piece in whole:
            self._add(piece)
            if not self._skipping and self._rest.strip():
                lines.append(bytes(self._rest).rstrip(b"\r"))
            self._rest.clear()
            self._skipping = False
        self._add(rest)
        return lines

    def _add(self, piece: bytes) -> None:
        if self._skipping:
            return
        if len(self._rest) + len(piece) > self._max_bytes + 1:
            self.too_long += 1
            self._skipping = True
            self._rest.clear()
        else:
            self._rest += piece
