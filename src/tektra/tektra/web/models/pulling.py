# SPDX-License-Identifier: Apache-2.0
"""Models that can be fetched, and how far that is."""

from __future__ import annotations

from typing import Literal

from tektra.web.models.base import Seen


class Pull(Seen):
    """The last time that a model was fetched: of so many bytes so many have come; `message`: why it failed."""

    state: Literal["running", "done", "failed", "canceled"]
    done_bytes: int = 0
    total_bytes: int = 0
    message: str = ""


class LockedModel(Seen):
    """A model of models.lock. `here`: its files lie on the gateway's machine."""

    name: str
    kind: str
    about: str
    licence: str
    size_bytes: int
    here: bool
    pull: Pull | None = None
