# SPDX-License-Identifier: Apache-2.0
"""Required sensors: topics without which nothing moves, from the key `sensors` of config/safety.yaml."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tektra.common.world_yaml import Reader, read_file

#: A message stamped further in the future is none of now.
AHEAD_MAX_S = 0.05


@dataclass(frozen=True)
class Sensor:
    """A topic that must speak at least every `timeout_s`."""

    name: str
    topic: str
    type: str
    timeout_s: float


class Sensors:
    """When each required sensor was heard. One thread uses it."""

    def __init__(self, sensors: Iterable[Sensor] = ()) -> None:
        self._sensors = {sensor.name: sensor for sensor in sensors}
        self._heard_s: dict[str, float] = {}

    def heard(self, name: str, now_s: float, age_s: float = 0.0) -> None:
        """A message came whose stamp is `age_s` old; one from the past or the future does not count."""
        sensor = self._sensors[name]
        if -AHEAD_MAX_S <= age_s <= sensor.timeout_s:
            self._heard_s[name] = now_s - max(age_s, 0.0)

    def unheard(self) -> list[str]:
        """Those that have never spoken, by name."""
        return sorted(self._sensors.keys() - self._heard_s.keys())

    def stale(self, now_s: float) -> list[str]:
        """Those that are silent now, by name; the never heard among them."""
        return sorted(
            name
            for name, sensor in self._sensors.items()
            if not 0.0 <= now_s - self._heard_s.get(name, -math.inf) <= sensor.timeout_s
        )


def load_sensors(path: Path) -> tuple[Sensor, ...]:
    """Reads the key `sensors` of config/safety.yaml; without it none is required. Raises WorldError."""
    top = read_file(path)
    return tuple(_sensor(name, reader) for name, reader in top.sections("sensors"))


def _sensor(name: str, reader: Reader) -> Sensor:
    topic, kind = reader.text("topic"), reader.text("type")
    if not topic.startswith("/"):
        raise reader.error("topic", "does not begin with /")
    if len(kind.split("/")) != 3:
        raise reader.error("type", "is not of the form package/msg/Name")
    timeout_s = reader.number("timeout_s", low=0.02, high=60.0)
    reader.finish()
    return Sensor(name, topic, kind, timeout_s)
