# SPDX-License-Identifier: Apache-2.0
"""What gateways know in common, in Redis."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, cast

from tektra.common.errors import BackendError, OptionError

#: Replaces a text if its version is still the one that was read; Redis runs it whole, before anything else.
SWAP = """
if tonumber(redis.call('HGET', KEYS[1], 'version') or '0') ~= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1] + 1, 'text', ARGV[2])
return 1
"""
TIMEOUT_S = 2.0


class RedisShared:
    """A Shared (access/shared.py) at `redis://host:6379/0`, or rediss:// for TLS; the password is in REDIS_PASSWORD."""

    def __init__(self, url: str, environment: Mapping[str, str] = os.environ) -> None:
        try:
            import redis
        except ImportError:
            raise OptionError("redis is not installed", "pip install redis") from None
        self._wrong: type[Exception] = redis.RedisError
        try:
            self._redis: Any = redis.Redis.from_url(
                url,
                password=environment.get("REDIS_PASSWORD") or None,
                socket_timeout=TIMEOUT_S,
                socket_connect_timeout=TIMEOUT_S,
                decode_responses=True,
            )
        except ValueError:
            raise OptionError("the parameter `redis` is no address", "write redis://host:6379/0") from None

    def read(self, name: str) -> tuple[int, str]:
        try:
            version, text = self._redis.hmget(f"tektra:{name}", "version", "text")
        except self._wrong as error:
            raise self._failed(error) from error
        return int(version or 0), cast(str, text or "")

    def swap(self, name: str, version: int, text: str) -> bool:
        try:
            return bool(self._redis.eval(SWAP, 1, f"tektra:{name}", version, text))
        except self._wrong as error:
            raise self._failed(error) from error

    def keep(self, name: str, text: str, until_s: float) -> None:
        try:
            self._redis.set(f"tektra:kept:{name}", text, pxat=int(until_s * 1000))
        except self._wrong as error:
            raise self._failed(error) from error

    def take(self, name: str) -> str:
        try:
            return cast(str, self._redis.getdel(f"tektra:kept:{name}") or "")
        except self._wrong as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> BackendError:
        return BackendError(
            f"Redis failed: {type(error).__name__}", "see that it runs and that REDIS_PASSWORD is right"
        )
