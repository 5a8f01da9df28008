# SPDX-License-Identifier: Apache-2.0
"""Which language models are loaded, and which one answers. Switching leaves the old one at work on failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from tektra.common import backends, models
from tektra.common.errors import InputError, MissingModel, TektraError
from tektra.common.model_lock import Lock
from tektra.planner.backends import Llm, LlmOptions
from tektra.planner.models.model_list import ENDPOINT, ModelSource, read_models
from tektra.planner.options import PlannerOptions

MakeLlm = Callable[[str, str, LlmOptions], Llm]
Loading = Callable[[], AbstractContextManager[object]]


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
    """One thread loads, unloads and uses; entries() may be called from another. Raises ConfigError at once for a bad file."""

    def __init__(
        self, options: PlannerOptions, make: MakeLlm = make_llm, *, loading: Loading = nullcontext
    ) -> None:
        """`loading`: what surrounds each loading, during which an engine may hold the whole interpreter."""
        self._list = read_models(options)
        self._make = make
        self._loading = loading
        self._loaded: dict[str, Llm] = {}
        self._kept: set[str] = set()  # loaded by name, not only for use
        self._selected = ""

    @property
    def selected(self) -> str:
        return self._selected

    def entries(self, kind: str = "") -> list[RegisteredModel]:
        """What is known, of that kind or of all. Looks at file sizes only. Raises ConfigError."""
        lock = models.lock()
        found = [self._entry(source, lock) for source in self._list.sources.values()]
        found += [
            RegisteredModel(
                model.name,
                model.kind,
                "",
                models.is_here(model.name, known=lock),
                size_bytes=model.size,
                licence=model.licence,
            )
            for model in lock.models.values()
            if model.kind != "llm"
        ]
        return [entry for entry in found if kind in ("", entry.kind)]

    def load(self, name: str) -> str:
        """Loads a model and keeps it loaded. Blocks for seconds. Returns what was done, in words. Raises TektraError."""
        if name in self._loaded:
            self._kept.add(name)
            return f"{name} was loaded already"
        self._bring(name)
        self._kept.add(name)
        return f"{name} is loaded"

    def select(self, name: str) -> str:
        """Uses a model for what comes. One that was only loaded for use makes room for it first, and is brought back if
        the new one fails: two of them at once may be more than the machine has. Raises TektraError.
        """
        source = self._source(name)
        before = self._selected
        if name not in self._loaded:
            _check_there(source, models.lock())
            leaves = bool(before) and before != name and before not in self._kept
            if leaves:
                self._drop(before)
            try:
                self._bring(name)
            except Exception:
                if leaves:
                    self._bring(before)
                raise
        elif before and before != name and before not in self._kept:
            self._drop(before)
        self._selected = name
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
        """The selected one. Raises InputError when none is."""
        if self._selected not in self._loaded:
            raise InputError("no language model is loaded", "select one: /tektra/models/select")
        return self._loaded[self._selected]

    def serving(self, task: str) -> Iterator[tuple[str, Llm | TektraError]]:
        """Those that may do that task, best first: the one chosen for it or the selected one, then who stands in.

        Each is loaded when it is its turn, which blocks; one that cannot be is told with why.
        """
        first = self._list.use.get(task, "") or self._selected
        for name in dict.fromkeys((first, *self._list.fallback)):
            try:
                if name:
                    self._bring(name)
                    yield name, self._loaded[name]
                else:
                    yield name, self.llm()
            except TektraError as error:
                yield name, error

    def close(self) -> None:
        for name in list(self._loaded):
            self._drop(name)
        self._selected = ""

    def _entry(self, source: ModelSource, lock: Lock) -> RegisteredModel:
        known = lock.models.get(source.name)
        name = source.name
        return RegisteredModel(
            name,
            "llm",
            source.backend,
            available=_is_there(source, lock),
            loaded=name in self._loaded,
            selected=name == self._selected,
            size_bytes=known.size if known else 0,
            licence=known.licence if known else "",
        )

    def _bring(self, name: str) -> None:
        if name in self._loaded:
            return
        source = self._source(name)
        llm = self._make(source.backend, source.weights, source.options)
        with self._loading():
            llm.load()
        self._loaded[name] = llm

    def _drop(self, name: str) -> None:
        self._kept.discard(name)
        self._loaded.pop(name).close()

    def _source(self, name: str) -> ModelSource:
        if name not in self._list.sources:
            known = ", ".join(self._list.sources)
            raise InputError(f"no language model is called {name[:60]!r}", f"use one of {known}")
        return self._list.sources[name]


def _is_there(source: ModelSource, lock: Lock) -> bool:
    try:
        _check_there(source, lock)
    except MissingModel:
        return False
    return True


def _check_there(source: ModelSource, lock: Lock) -> None:
    """Raises MissingModel where weights of this machine are not here; an endpoint is asked only by a request."""
    if source.backend == ENDPOINT or Path(source.weights).exists():
        return
    if source.weights in lock.models:
        models.path(source.weights, known=lock)
    elif "/" in source.weights:
        raise MissingModel(
            f"{source.weights} is not there", "give the path of a GGUF file or a model's folder"
        )
