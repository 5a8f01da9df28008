# SPDX-License-Identifier: Apache-2.0
"""The keys of one JSON object, taken one by one, each checked. Sans-I/O; part of tektra.common.robot_wire."""

from typing import NoReturn

MAX_TEXT = 400
#: No number of this protocol is larger, in whatever unit, and none can leave what is made of it without a value.
MAX_NUMBER = 1e12


class WireError(ValueError):
    """A message that must not be acted on: says what is wrong. `seq` is the message's own, 0 where it has none."""

    def __init__(self, message: str, seq: int = 0) -> None:
        super().__init__(message)
        self.seq = seq


class Fields:
    """One JSON object. Each getter takes a key and raises WireError; `finish` refuses keys that nobody took."""

    def __init__(self, content: dict[str, object], name: str = "", seq: int = 0) -> None:
        self._content = content
        self._name = name
        self._taken: set[str] = set()
        found = content.get("seq")
        valid = isinstance(found, int) and not isinstance(found, bool) and 0 <= found < 2**53
        self.seq = found if valid and isinstance(found, int) else seq

    @property
    def type(self) -> str:
        return self.text("type")

    def number(self, key: str, *, default: float | None = None) -> float:
        """A finite number. A bool is none."""
        if default is not None and key not in self._content:
            return default
        return self._finite(key, self._take(key))

    def numbers(self, key: str, at_most: int, *, optional: bool = False) -> tuple[float, ...]:
        """A list of finite numbers; empty where it is optional and absent."""
        return tuple(self._finite(key, value) for value in self._list(key, at_most, optional))

    def whole(self, key: str, high: int) -> int:
        """A whole number from 0 to `high`."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= high:
            self._refuse(key, f"must be a whole number from 0 to {high}")
        return value

    def numbers_or_none(self, key: str, at_most: int) -> tuple[float | None, ...]:
        """A list of finite numbers and nulls."""
        values = self._list(key, at_most, False)
        return tuple(None if value is None else self._finite(key, value) for value in values)

    def boolean(self, key: str, *, default: bool | None = None) -> bool:
        if default is not None and key not in self._content:
            return default
        value = self._take(key)
        if not isinstance(value, bool):
            self._refuse(key, "must be true or false")
        return value

    def text(self, key: str, *, empty: bool = False, optional: bool = False) -> str:
        """Printable characters: it may end up in a log or on a terminal. Empty where it is optional and absent."""
        if optional and key not in self._content:
            return ""
        return self._text(key, self._take(key), empty)

    def texts(self, key: str, at_most: int) -> tuple[str, ...]:
        return tuple(self._text(key, value, False) for value in self._list(key, at_most, False))

    def inner(self, key: str) -> "Fields":
        """The object below a key."""
        value = self._take(key)
        if not isinstance(value, dict):
            self._refuse(key, "must be an object")
        return Fields(value, f"{self._name}{key}.", self.seq)

    def inner_or_none(self, key: str) -> "Fields | None":
        """The object below a key, or None for null."""
        if self._content.get(key, 0) is None:
            self._taken.add(key)
            return None
        return self.inner(key)

    def finish(self) -> None:
        """Refuses keys that mean nothing: a misspelt limit must not be passed over in silence."""
        unknown = sorted(set(self._content) - self._taken)
        if unknown:
            self._refuse(ascii(unknown[0][:40]), "is not a key of this message")

    def _take(self, key: str) -> object:
        if key not in self._content:
            self._refuse(key, "is missing")
        self._taken.add(key)
        return self._content[key]

    def _list(self, key: str, at_most: int, optional: bool) -> list[object]:
        if optional and key not in self._content:
            return []
        value = self._take(key)
        if not isinstance(value, list) or len(value) > at_most:
            self._refuse(key, f"must be a list of at most {at_most}")
        return value

    def _finite(self, key: str, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self._refuse(key, "must be a number")
        if not -MAX_NUMBER <= value <= MAX_NUMBER:  # also for NaN
            self._refuse(key, f"must be finite, and within {MAX_NUMBER:g} of 0")
        return float(value)

    def _text(self, key: str, value: object, empty: bool) -> str:
        if (
            not isinstance(value, str)
            or len(value) > MAX_TEXT
            or not (value or empty)
            or not value.isprintable()
        ):
            self._refuse(key, f"must be a text of at most {MAX_TEXT} printable characters")
        return value

    def _refuse(self, key: str, why: str) -> NoReturn:
        raise WireError(f"{self._name}{key} {why}", self.seq)
