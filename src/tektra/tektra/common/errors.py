# SPDX-License-Identifier: Apache-2.0
"""Errors that a person can act on.

TektraError(what, remedy)
├── OptionError      an option or parameter has a bad name or value
├── ConfigError      a file of config/ or launch/ is malformed; names file, line or key
├── BackendError     a back end is unknown, lacks a package, or failed
├── MissingModel     a model's files are not here, or not whole
├── DownloadError    a file could not be fetched, or is not the one that was expected
├── InputError       outside data (text, sound, image, message) is unusable
└── LinkError        a connection to a robot is down or spoke nonsense
"""

from __future__ import annotations


class TektraError(Exception):
    """`what` went wrong, with the value; `remedy` says what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}: {remedy}")
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[object, ...]:
        """What was made of one text by two goes to another process, too: by default nothing could be read back there, and whoever
        waits for a pool of processes would wait for ever."""
        return _again, (type(self), self.args, self.__dict__)


def _again(kind: type[TektraError], args: tuple[object, ...], state: dict[str, object]) -> TektraError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(state)
    return error


class OptionError(TektraError):
    """An option or parameter has a bad name or value."""


class ConfigError(TektraError):
    """A file of config/ or launch/ is malformed; names file, line or key."""


class BackendError(TektraError):
    """A back end is unknown, lacks a package, or failed."""


class MissingModel(TektraError):
    """A model's files are not here, or not whole."""


class DownloadError(TektraError):
    """A file could not be fetched, or is not the one that was expected."""


class InputError(TektraError):
    """Outside data (text, sound, image, message) is unusable."""


class LinkError(TektraError):
    """A connection to a robot is down or spoke nonsense."""
