# SPDX-License-Identifier: Apache-2.0
"""Which language models there are, which are loaded, and which one answers. Switching leaves the old one in place on failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tektra.common import backends, models
from tektra.common.errors import InputError, MissingModel
from tektra.planner.backends import Llm, LlmOptions
from tektra.planner.options import PlannerOptions

#: The back end of the endpoint's model.
ENDPOINT = "openai"
LOCAL = "llama_cpp"
MakeLlm = Callable[[str, str, LlmOptions], Llm]


@dataclass(frozen=True)
class RegisteredModel:
    """A model as /tektra/models/list tells it."""

    name: str
    kind: str
    backend: str
    available: bool
    loaded: bool = False
    selected: bool = False
    size_bytes: int = 0
    licence: str = ""


def make_llm(backend: str, model: str, options: LlmOptions) -> Llm:
    """The back end of that name for that model, not loaded. Raises BackendError."""
    llm: Llm = backends.load("llm", backend)(model, options)
    return llm


class ModelRegistry:
    """One thread loads, unloads and uses; entries() may be called from another."""

    def __init__(self, options: PlannerOptions, make: MakeLlm = make_llm) -> None:
        self._options = options
        self._make = make
        self._loaded: dict[str, Llm] = {}
        self._kept: set[str] = set()  # loaded by name, not only for use
        self._selected = ""

    @property
    def selected(self) -> str:
        return self._selected

    def entries(self, kind: str = "") -> list[RegisteredModel]:
        """What is known, of that kind or of all. Looks at file sizes only. Raises ConfigError."""
        lock = models.lock()
        found = []
        for model in lock.models.values():
            local = self._options.backend if self._options.backend != ENDPOINT else LOCAL
            is_llm = model.kind == "llm"
            found.append(
                RegisteredModel(
                    model.name,
                    model.kind,
                    backend=local if is_llm else "",
                    available=_is_here(model.name),
                    loaded=model.name in self._loaded,
                    selected=model.name == self._selected,
                    size_bytes=model.size,
                    licence=model.licence,
                )
            )
        for name, backend in self._unlocked(frozenset(lock.models)):
            state = (True, name in self._loaded, name == self._selected)
            found.append(RegisteredModel(name, "llm", backend, *state))
        return [entry for entry in found if kind in ("", entry.kind)]

    def load(self, name: str) -> str:
        """Loads a model and keeps it loaded. Blocks for seconds. Returns what was done, in words. Raises TektraError."""
        self._kept.add(name)
        if name in self._loaded:
            return f"{name} was loaded already"
        try:
            self._bring(name)
        except Exception:
            self._kept.discard(name)
            raise
        return f"{name} is loaded"

    def select(self, name: str) -> str:
        """Uses a model for what comes; loads it first. One that was only loaded for use is unloaded for it."""
        self._bring(name)
        before, self._selected = self._selected, name
        if before and before != name and before not in self._kept:
            self._drop(before)
        return f"{name} answers from now on"

    def unload(self, name: str) -> str:
        """Frees a model. Raises InputError for the one in use, or one that is not loaded."""
        if name == self._selected:
            raise InputError(f"{name} is in use", "select another model first")
        if name not in self._loaded:
            raise InputError(
                f"{name[:60]!r} is not loaded", f"loaded are {', '.join(self._loaded) or 'none'}"
            )
        self._drop(name)
        return f"{name} is unloaded"

    def llm(self) -> Llm:
        """The one that answers. Raises InputError when none does."""
        if self._selected not in self._loaded:
            raise InputError("no language model is loaded", "select one: /tektra/models/select")
        return self._loaded[self._selected]

    def close(self) -> None:
        for name in list(self._loaded):
            self._drop(name)
        self._selected = ""

    def _bring(self, name: str) -> None:
        if name in self._loaded:
            return
        llm = self._make(self._backend_of(name), name, self._options.llm)
        llm.load()
        self._loaded[name] = llm

    def _drop(self, name: str) -> None:
        self._kept.discard(name)
        self._loaded.pop(name).close()

    def _backend_of(self, name: str) -> str:
        for entry in self.entries("llm"):
            if entry.name == name:
                return entry.backend
        known = ", ".join(entry.name for entry in self.entries("llm"))
        raise InputError(f"no language model is called {name[:60]!r}", f"use one of {known}")

    def _unlocked(self, locked: frozenset[str]) -> list[tuple[str, str]]:
        """Models that no lock names: the endpoint's, and the one the parameters choose."""
        options = self._options
        found = {}
        if options.base_url and options.endpoint_model:
            found[options.endpoint_model] = ENDPOINT
        if options.model not in locked:
            found.setdefault(options.model, options.backend)
        return list(found.items())


def _is_here(name: str) -> bool:
    try:
        models.path(name)
    except MissingModel:
        return False
    return True
