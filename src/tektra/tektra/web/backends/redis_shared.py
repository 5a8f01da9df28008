# SPDX-License-Identifier: Apache-2.0
"""What gateways know in common, in Redis."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, cast

from tektra.common.errors import BackendError, OptionError

#: Replaces a text if its version is still the one that was read; Redis runs it whole, before anything else.
SWAP = """
if tonumber(redis.call('HGET', KEYS[1], 'version') or '0') ~= tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[1] + 1, 'text', ARGV[2])
return 1
"""
#: Takes one from each bucket in turn until one has none (KEYS; ARGV: burst and rate of each), by the clock of Redis, as
#: access/limits.py does in memory.
TAKE = """
local time, waits = redis.call('TIME'), {}
local now = time[1] + time[2] / 1000000
for index, key in ipairs(KEYS) do waits[index] = '0' end
for index, key in ipairs(KEYS) do
  local burst, per_s = tonumber(ARGV[2 * index - 1]), tonumber(ARGV[2 * index])
  local kept = redis.call('HMGET', key, 'left', 'at')
  local left, at, wait = tonumber(kept[1]) or burst, tonumber(kept[2]) or now, 0
  left = math.min(burst, left + math.max(0, now - at) * per_s)
  if left >= 1 then left = left - 1 else wait = (1 - left) / per_s end
  redis.call('HSET', key, 'left', tostring(left), 'at', string.format('%.6f', now))
  redis.call('PEXPIRE', key, math.ceil((burst - left) / per_s * 1000) + 1000)
  waits[index] = tostring(wait)
  if wait > 0 then break end
end
return waits
"""
GIVE = """
for _, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then redis.call('HINCRBYFLOAT', key, 'left', 1) end
end
"""
#: Takes from each bucket (KEYS; ARGV: burst, rate and number of each) what was already given out, down to one burst of debt.
SPEND = """
local time, remains = redis.call('TIME'), {}
local now = time[1] + time[2] / 1000000
for index, key in ipairs(KEYS) do
  local burst, per_s, spent = tonumber(ARGV[3 * index - 2]), tonumber(ARGV[3 * index - 1]), tonumber(ARGV[3 * index])
  local kept = redis.call('HMGET', key, 'left', 'at')
  local left, at = tonumber(kept[1]) or burst, tonumber(kept[2]) or now
  left = math.max(-burst, math.min(burst, left + math.max(0, now - at) * per_s) - spent)
  redis.call('HSET', key, 'left', tostring(left), 'at', string.format('%.6f', now))
  redis.call('PEXPIRE', key, math.ceil((burst - left) / per_s * 1000) + 1000)
  remains[index] = tostring(left)
end
return remains
"""
TIMEOUT_S = 2.0


class RedisShared:
    """A Shared, and SharedBuckets (access/shared.py), at `redis://host:6379/0`, or rediss:// for TLS; the password is in REDIS_PASSWORD."""

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

    def take_each(self, wanted: Sequence[tuple[str, float, float]]) -> list[float]:
        names = [f"tektra:bucket:{name}" for name, _, _ in wanted]
        rates = [number for _, burst, per_s in wanted for number in (burst, per_s)]
        try:
            return [float(wait) for wait in self._redis.eval(TAKE, len(names), *names, *rates)]
        except self._wrong as error:
            raise self._failed(error) from error

    def spend_each(self, spent: Sequence[tuple[str, float, float, float]]) -> list[float]:
        names = [f"tektra:bucket:{name}" for name, *_ in spent]
        numbers = [number for _, *rest in spent for number in rest]
        try:
            return [float(left) for left in self._redis.eval(SPEND, len(names), *names, *numbers)]
        except self._wrong as error:
            raise self._failed(error) from error

    def give_each(self, names: Sequence[str]) -> None:
        try:
            self._redis.eval(GIVE, len(names), *(f"tektra:bucket:{name}" for name in names))
        except self._wrong as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> BackendError:
        return BackendError(
            f"Redis failed: {type(error).__name__}", "see that it runs and that REDIS_PASSWORD is right"
        )
