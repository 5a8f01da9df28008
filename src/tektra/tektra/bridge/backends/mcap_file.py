# SPDX-License-Identifier: Apache-2.0
"""An MCAP file of ROS 2 messages (profile ros2), written by foxglove-sdk.

The SDK rather than the `mcap` package: it compresses outside Python's lock, and it can end a chunk on demand,
so that a recording whose process was killed has lost a second, not whatever the last chunk held.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, BinaryIO

import foxglove
from foxglove.mcap import MCAPWriteOptions

from tektra.common.errors import BackendError, InputError

CHUNK_BYTES = 4 * 1024 * 1024
#: Level 1 of zstd; with the default a camera's raw frames cost a third more CPU and come out 3 % smaller.
COMPRESSION_LEVEL = 1


class McapFile:
    """One recording. For one thread. `write` and `flush` raise BackendError once the disk took no more."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stream: _Stream | None = None
        self._writer: Any = None
        self._channels: dict[tuple[str, str], foxglove.Channel] = {}

    def open(self, *, overwrite: bool = False) -> None:
        """Makes the file. Raises InputError when it exists already, BackendError when it cannot be made."""
        try:
            self._stream = _Stream(self.path.open("wb" if overwrite else "xb"))
        except FileExistsError as error:
            raise InputError(
                f"{self.path} exists already", "give another name, or allow to overwrite it"
            ) from error
        except OSError as error:
            raise BackendError(
                f"cannot make {self.path}: {error.strerror}", "record into a folder that is yours"
            ) from error
        self._context = foxglove.Context()
        # Without seeking a chunk is written when it is whole: a killed recording ends with a whole chunk, not
        # with one whose length is still to be filled in.
        options = MCAPWriteOptions(
            profile="ros2",
            chunk_size=CHUNK_BYTES,
            compression_level=COMPRESSION_LEVEL,
            compression_threads=0,
            disable_seeking=True,
        )
        self._writer = foxglove.open_mcap(self._stream, context=self._context, writer_options=options)

    def write(
        self, topic: str, type_name: str, schema: str, metadata: dict[str, str], data: bytes, stamp_ns: int
    ) -> None:
        """Adds a message (CDR), received at `stamp_ns` (ns since the epoch). The first of a topic makes its
        channel, with this schema and metadata."""
        channel = self._channels.get((topic, type_name))
        if channel is None:
            described = foxglove.Schema(name=type_name, encoding="ros2msg", data=schema.encode())
            channel = foxglove.Channel(
                topic, schema=described, message_encoding="cdr", metadata=metadata, context=self._context
            )
            self._channels[topic, type_name] = channel
        channel.log(data, log_time=stamp_ns)
        self._check()

    def flush(self) -> None:
        """Ends the chunk: everything up to here survives the end of this process, however it ends."""
        try:
            self._writer.flush()
        except RuntimeError as error:
            self._check(error)

    def close(self) -> None:
        """Writes the index and closes the file. May be called twice. Raises BackendError when the disk took
        it not."""
        writer, self._writer = self._writer, None
        if writer is None or self._stream is None:
            return
        try:
            writer.close()
        except RuntimeError as error:
            self._check(error)
        finally:
            for channel in self._channels.values():
                channel.close()
            self._channels.clear()
            self._stream.close()
        self._check()

    @property
    def size_bytes(self) -> int:
        """Bytes written so far."""
        return self._stream.written if self._stream is not None else 0

    def _check(self, error: Exception | None = None) -> None:
        failed = self._stream.failed if self._stream is not None else None
        if failed is not None:
            raise BackendError(
                f"{self.path}: {os.strerror(failed.errno) if failed.errno else failed}",
                "make room or record elsewhere; `mcap recover` saves what is there",
            ) from failed
        if error is not None:
            raise BackendError(f"{self.path}: {error}", "record into another file") from error


class _Stream:
    """The file as the SDK wants it. It logs errors and goes on, so the first one is kept here."""

    def __init__(self, file: BinaryIO) -> None:
        self.failed: OSError | None = None
        self.written = 0
        self._file = file

    def write(self, data: bytes | bytearray) -> int:
        return self._try(lambda: self._write(data))

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._try(lambda: self._file.seek(offset, whence))

    def flush(self) -> None:
        self._try(lambda: self._file.flush() or 0)

    def close(self) -> None:
        """Closes the file; what it still held may be what does not fit."""
        try:
            self._file.close()
        except OSError as error:
            self.failed = self.failed or error

    def _write(self, data: bytes | bytearray) -> int:
        count = self._file.write(data)
        self.written += count
        return count

    def _try(self, act: Any) -> int:
        try:
            return int(act())
        except OSError as error:
            self.failed = self.failed or error
            raise
